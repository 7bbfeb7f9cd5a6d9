drop function private.mark_room_read(uuid, uuid);
drop function private.present_messages(uuid[], boolean);
