drop trigger posts_a55_clear_remnant on public.posts;
drop trigger posts_b60_clear_counted on public.posts;
drop function private.posts_clear_counted();
drop trigger posts_a75_drop_versions on public.posts;
drop function private.posts_drop_versions();
drop trigger posts_a70_keep_version on public.posts;
drop table private.post_versions;
drop function private.posts_clear_remnant();
drop function private.posts_keep_version();
