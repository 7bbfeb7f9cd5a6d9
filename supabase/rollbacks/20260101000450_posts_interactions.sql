drop function private.present_posts(uuid[], boolean);
drop function private.post_json(public.posts, boolean, boolean);
drop function private.post_viewer(uuid);
drop function private.post_reaction_list(jsonb);
drop function private.post_counts(uuid);
drop table public.post_reactions;
drop function private.post_reactions_stay();
drop function private.post_reactions_changed();
