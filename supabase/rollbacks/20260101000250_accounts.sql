drop function private.my_account();
drop function private.end_session(uuid);
drop function private.list_sessions(timestamptz, uuid, int);
