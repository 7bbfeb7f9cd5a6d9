-- Takes the roles back.

drop function private.require_permission(text);
drop function private.has_permission(text);
drop table private.user_roles;
drop table private.roles;
