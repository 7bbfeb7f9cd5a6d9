drop function private.set_room_settings(uuid, jsonb);
drop function private.my_room_settings(uuid);
drop function private.refuse_outsider(uuid);
drop function private.room_privacy(uuid, uuid);
