drop function private.posts_before_delete() cascade;
drop function private.posts_after_delete() cascade;
drop function private.posts_after_update() cascade;
drop function private.posts_after_insert() cascade;
drop function private.posts_keep_audience() cascade;
drop function private.posts_sync_terms() cascade;
drop function private.announce_post(public.posts);
drop function private.count_post(public.posts, int);
drop function private.post_ancestors(uuid);
