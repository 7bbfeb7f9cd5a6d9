drop function private.room_members_tell_removed() cascade;
drop function private.connections_by_room(int);
drop function private.sweep_connections(int);
drop function private.close_connection(uuid);
drop function private.renew_connection(uuid, uuid[]);
drop function private.open_connection(text);
drop function private.connection_lease();
drop table private.connections;
