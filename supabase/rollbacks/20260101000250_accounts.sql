drop function private.my_account();
drop function private.session_is_live();
drop function private.end_session(uuid);
drop function private.list_sessions(timestamptz, uuid, int);
