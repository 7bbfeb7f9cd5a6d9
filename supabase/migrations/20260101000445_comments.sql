-- Comments: their order, and what of deleted ones is shown. Owns private.comment_ranks.

create table private.comment_ranks (
  post_id uuid primary key references public.posts (id) on delete cascade,
  parent_id uuid not null references public.posts (id) on delete cascade,
  rank double precision not null
);
comment on table private.comment_ranks is
  'How good comments are; apart from posts, so that a reaction does not write a whole post anew.';
create index comment_ranks_parent_id_rank_idx
  on private.comment_ranks (parent_id, rank desc, post_id desc);
alter table private.comment_ranks enable row level security;
create policy comment_ranks_select_visible on private.comment_ranks
  for select to anon, authenticated
  using (exists (select from public.posts p where p.id = post_id));
grant select on private.comment_ranks to anon, authenticated;
grant select, insert, update, delete on private.comment_ranks to service_role;

create function private.comment_rank(p_reactions bigint, p_replies bigint, p_created_at timestamptz)
returns double precision
language plpgsql immutable set search_path = ''
as $$
begin
  -- "hot" of github.com/reddit-archive/reddit, r2/r2/lib/db/_sorts.pyx: ten times the score weighs
  -- as much as 12.5 hours. An answer takes more than a tap. It never has to be made anew for age.
  return log(greatest(p_reactions + 2 * p_replies, 1))::double precision
    + (extract(epoch from p_created_at) - 1134028003)::double precision / 45000;
end;
$$;
comment on function private.comment_rank(bigint, bigint, timestamptz) is
  'The order "best": the logarithm of reactions and answers, and how new the comment is.';

create function private.posts_rank_comment() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.comment_ranks (post_id, parent_id, rank)
  values (new.id, new.parent_id, private.comment_rank(0, 0, new.created_at)) on conflict do nothing;
  return null;
end;
$$;
comment on function private.posts_rank_comment() is
  'Definer, because ranks are closed to clients. A new comment has its place at once.';
create trigger posts_a30_rank_comment after insert on public.posts
  for each row when (new.parent_id is not null) execute function private.posts_rank_comment();

create function private.counters_rank_comments() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update private.comment_ranks r set rank = n.rank
  from (
    select s.post_id, private.comment_rank(
      (select coalesce(sum(c.value), 0) from private.counters c
        where c.subject_id = s.post_id and c.kind like 'reaction:%')::bigint,
      (select coalesce(sum(c.value), 0) from private.counters c
        where c.subject_id = s.post_id and c.kind = 'comments')::bigint, p.created_at) as rank
    from (select distinct f.subject_id as post_id from folded f
      where f.kind = 'comments' or f.kind like 'reaction:%') s
    join public.posts p on p.id = s.post_id and p.parent_id is not null
  ) n
  where r.post_id = n.post_id and r.rank is distinct from n.rank;
  return null;
end;
$$;
comment on function private.counters_rank_comments() is
  'Definer, because ranks are closed to clients. Where counts are folded, once a minute, ranks follow.';
create trigger counters_a50_rank_comments after insert on private.counters
  referencing new table as folded for each statement execute function private.counters_rank_comments();
create trigger counters_a50_rank_comments_update after update on private.counters
  referencing new table as folded for each statement execute function private.counters_rank_comments();

create function private.has_visible_answer(p_id uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (
    with recursive below as (
      select c.id, c.status, c.deleted_at from public.posts c where c.parent_id = p_id
      union all
      -- Only below what is itself empty: what is not ends the search.
      select c.id, c.status, c.deleted_at from below b
      join public.posts c on c.parent_id = b.id where b.deleted_at is not null
    ) select from below b where b.deleted_at is null and b.status = 'published');
end;
$$;
comment on function private.has_visible_answer(uuid) is
  'Whether anything that the caller sees hangs below the empty place of a deleted post.';
grant execute on function private.has_visible_answer(uuid) to anon, authenticated, service_role;
