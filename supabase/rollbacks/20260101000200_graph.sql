-- Takes the graph back: policies on profiles, tables with their triggers, predicates.

drop trigger profiles_a20_open on public.profiles;
drop function private.profiles_open();
drop function private.accept_open_requests(uuid, int);
drop function private.answer_follow_request(uuid, boolean);

revoke all on public.profiles from anon, authenticated, service_role;
drop policy profiles_update_own on public.profiles;
drop policy profiles_select_visible on public.profiles;

drop function private.count_follow(public.follows, int);

drop table public.mutes, public.blocks, public.follow_requests, public.follows, private.block_sides;

drop function private.blocks_sever();
drop function private.blocks_mirror();
drop function private.mutes_check();
drop function private.blocks_check();
drop function private.follow_requests_enqueue();
drop function private.follows_after_delete();
drop function private.follows_after_insert();
drop function private.follows_check();
drop function private.is_blocked_between(uuid, uuid);
drop function private.blocked_profile_ids();
drop function private.hidden_profile_ids();
