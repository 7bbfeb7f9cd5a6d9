-- Takes the profiles back. Accounts stay with the auth service.

drop trigger users_a10_create_profile on auth.users;
drop function private.users_create_profile();
drop function private.shown_name(text, text);
drop function private.suggested_handle(jsonb);
drop function private.profile_summary(uuid);
drop function private.is_bot(uuid);
drop function private.profile_id_of(text);
drop table private.private_accounts;
drop table public.profiles;
drop function private.profiles_enqueue();
drop function private.profiles_track_privacy();
drop function private.profiles_normalise();
drop function private.handle_skeleton(text);
drop function private.given_handle(uuid);
drop function private.are_links(text[]);
drop function private.is_visible(text);
drop function private.is_plain(text);
drop function private.deceptive_characters();
