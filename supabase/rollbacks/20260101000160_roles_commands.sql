-- Takes the commands about roles back.

drop function private.revoke_role(text, text);
drop function private.grant_role(text, text);
drop function private.delete_role(text);
drop function private.update_role(text, text, text, text[]);
drop function private.create_role(text, text, text[]);
drop function private.known_or_raise(text[]);
drop function private.begin_role_change();
drop function private.role_by_key(text);
drop function private.list_user_roles(text, text, int);
drop function private.list_roles(text, int);
drop function private.present_role(private.roles);
