drop function private.set_room_mute(uuid, uuid, timestamptz);
drop function private.shown_mute(uuid, uuid);
