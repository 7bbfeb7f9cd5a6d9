drop trigger posts_a55_clear_remnant on public.posts;
drop trigger posts_a70_keep_version on public.posts;
drop table private.post_versions;
drop function private.posts_clear_remnant();
drop function private.posts_keep_version();
