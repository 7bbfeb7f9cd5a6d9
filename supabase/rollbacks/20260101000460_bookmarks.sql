drop function private.posts_drop_interactions() cascade;
drop table public.bookmarks;
