drop trigger counters_a50_rank_comments_update on private.counters;
drop trigger counters_a50_rank_comments on private.counters;
drop trigger posts_a30_rank_comment on public.posts;
drop function private.has_visible_answer(uuid);
drop function private.counters_rank_comments();
drop function private.posts_rank_comment();
drop function private.comment_rank(bigint, bigint, timestamptz);
drop table private.comment_ranks;
