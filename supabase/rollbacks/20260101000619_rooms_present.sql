drop function private.present_room(uuid, boolean);
drop function private.present_rooms(uuid[]);
drop function private.room_shape(public.rooms, text, bigint, bigint);
drop function private.my_rooms_part(uuid[]);
drop function private.unread_counts(uuid);
drop function private.unread_in(uuid[], uuid);
drop function private.unread_count(uuid, uuid);
drop index public.messages_unread_idx;
