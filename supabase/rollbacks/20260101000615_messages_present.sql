drop function private.import_messages(uuid, jsonb);
drop function private.mark_room_read(uuid, uuid);
drop function private.present_room(uuid, boolean);
drop function private.my_room_state(uuid);
drop function private.unread_counts(uuid);
drop function private.unread_count(uuid, uuid);
drop function private.present_messages(uuid[], boolean);
