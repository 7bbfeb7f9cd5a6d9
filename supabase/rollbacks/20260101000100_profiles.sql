-- Takes the profiles back. Accounts stay with the auth service.

drop trigger users_a10_create_profile on auth.users;
drop function private.users_create_profile();
drop function private.before_user_created(jsonb);
revoke usage on schema private from supabase_auth_admin;
drop function private.profile_summary(uuid);
drop function private.profile_id_of(text);
drop function private.handle_problem(text);
drop function private.retire_handle(text);
drop function private.handle_hash(text);
drop table private.retired_handles;
delete from private.settings where name = 'handle_secret';
drop table private.private_accounts;
drop table private.reserved_handles;
drop table public.profiles;
drop function private.profiles_enqueue();
drop function private.profiles_track_privacy();
drop function private.profiles_normalise();
drop function private.handle_skeleton(text);
