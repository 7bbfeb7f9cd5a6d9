-- Takes the states of accounts back.

drop trigger sessions_a10_end_absence on auth.sessions;
drop function private.sweep_account_states();
drop function private.sessions_end_absence();
drop function private.deactivate_account();
drop function private.may_publish();
drop function private.may_write();
drop function private.may_read();
drop function private.require_standing(text);
drop function private.until_text(timestamptz);
drop function private.my_standing();
drop function private.account_state(uuid);
drop function private.is_counted(uuid);
drop function private.is_hidden(uuid);
drop table private.account_states;
drop function private.account_states_announce();
drop function private.account_states_enforce();
drop function private.account_states_lock();
drop function private.end_all_sessions(uuid);
