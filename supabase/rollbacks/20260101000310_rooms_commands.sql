drop function private.open_group(uuid[]);
drop function private.open_direct_room(uuid);
drop function private.require_open_conversation(uuid, uuid);
drop function private.refuse_message();
drop function private.leave_room(uuid);
drop function private.join_room(uuid);
drop function private.set_last_read(uuid, uuid, bigint);
drop function private.create_room(text, text, boolean, text, text);
