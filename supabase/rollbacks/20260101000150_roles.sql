-- Takes the roles back.

drop function private.require_manager_besides(uuid);
drop function private.require_manager_left();
drop function private.lock_staff();
drop function private.require_rank_over(text[]);
drop function private.require_permission(text);
drop function private.has_permission(text);
drop function private.permissions_of(uuid);
drop table private.role_log;
drop table private.user_roles;
drop function private.user_roles_log();
drop table private.roles;
drop function private.roles_log();
drop function private.known_permissions();
