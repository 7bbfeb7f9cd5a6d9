-- Takes leaving back. Who was erased stays erased, and the deleted account stays an account.

drop function private.due_deletions(int);
drop trigger sessions_a20_cancel_deletion on auth.sessions;
drop function private.sessions_cancel_deletion();
drop function private.cancel_deletion(uuid);
drop function private.request_deletion(boolean);
drop function private.is_last_administrator(uuid);
drop index private.account_states_deletion_due_at_idx;
drop table private.deletion_ledger;
drop function private.keep_held(uuid, text, uuid, jsonb);
drop function private.release_legal_hold(uuid);
drop function private.place_legal_hold(text, uuid, text);
drop table private.held_records;
drop table private.legal_holds;
drop trigger follows_b40_refuse_deleted on public.follows;
drop function private.follows_refuse_deleted();
drop function private.ensure_deleted_profile();
drop function private.deleted_profile_id();
delete from private.reserved_handles where handle = 'deleted';
delete from private.settings where name = 'deletion_grace_days';
