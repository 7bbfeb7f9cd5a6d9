-- Feed: what might interest a person, and the order that was made of it. Owns private.feed_snapshots.

create table private.feed_snapshots (
  id uuid primary key default private.uuid_v7(),
  viewer_id uuid not null references public.profiles (id) on delete cascade,
  built_at timestamptz not null default now(),
  -- What the order depended on besides posts: private.feed_fingerprint.
  fingerprint text not null default '',
  -- [{ impression_id, post_id, score, code }], best first.
  items jsonb not null,
  constraint feed_snapshots_items_count check (jsonb_array_length(items) <= 500)
);
comment on table private.feed_snapshots is
  'Orders that were shown, so that a reader who scrolls on sees each post once. No client access.';
create index feed_snapshots_viewer_id_idx on private.feed_snapshots (viewer_id, built_at desc);

create function private.feed_fingerprint(p_algorithm text) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  return md5(concat_ws('|', p_algorithm,
    (select extract(epoch from s.updated_at) from private.profile_settings s where s.profile_id = v_me),
    (select count(*) || ':' || extract(epoch from max(f.created_at))
      from public.follows f where f.follower_id = v_me),
    (select count(*) || ':' || extract(epoch from max(m.created_at))
      from public.mutes m where m.muter_id = v_me),
    (select count(*) || ':' || extract(epoch from max(e.created_at))
      from private.feed_feedback e where e.profile_id = v_me),
    (select count(*) || ':' || extract(epoch from max(h.created_at))
      from private.hashtag_follows h where h.profile_id = v_me),
    (select md5(string_agg(b.other_id::text, ',' order by b.other_id))
      from private.block_sides b where b.profile_id = v_me)));
end;
$$;
comment on function private.feed_fingerprint(text) is
  'Definer, because blocks by others are closed. Changes whenever the caller''s preference, follows, '
  'mutes, blocks or feedback do.';

create function private.save_feed_snapshot(p_id uuid, p_algorithm text, p_items jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_kept constant int := 20;
  v_me constant uuid := (select auth.uid());
begin
  insert into private.feed_snapshots (id, viewer_id, fingerprint, items)
  values (p_id, v_me, private.feed_fingerprint(p_algorithm), p_items);
  delete from private.feed_snapshots s
  where s.viewer_id = v_me and s.id in (
    select o.id from private.feed_snapshots o where o.viewer_id = v_me
    order by o.built_at desc, o.id desc offset c_kept);
end;
$$;
comment on function private.save_feed_snapshot(uuid, text, jsonb) is
  'Definer, because snapshots are closed to clients. Keeps the caller''s newest twenty.';
grant execute on function private.save_feed_snapshot(uuid, text, jsonb) to authenticated;

create function private.fresh_feed_snapshot(p_seconds int, p_algorithm text) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
declare
  -- A short feed is cheap to make: it also takes up at once what strangers write.
  c_short constant int := 150;
  c_new_posts constant int := 2000;
  v_me constant uuid := (select auth.uid());
  v_id uuid;
  v_built_at timestamptz;
  v_fingerprint text;
  v_is_short boolean;
begin
  select s.id, s.built_at, s.fingerprint, jsonb_array_length(s.items) < c_short
  into v_id, v_built_at, v_fingerprint, v_is_short
  from private.feed_snapshots s
  where s.viewer_id = v_me and s.built_at > now() - make_interval(secs => p_seconds)
  order by s.built_at desc limit 1;
  if v_id is null or v_fingerprint <> private.feed_fingerprint(p_algorithm) or exists (
    select from (
      select p.author_id from public.posts p
      where p.created_at > v_built_at and p.parent_id is null and p.status = 'published'
        and p.visibility <> 'room'
      order by p.created_at desc limit c_new_posts) p
    where v_is_short or p.author_id = v_me or exists (select from public.follows f
      where f.follower_id = v_me and f.followee_id = p.author_id offset 0)) then
    return null;
  end if;
  return v_id;
end;
$$;
comment on function private.fresh_feed_snapshot(int, text) is
  'Definer, because snapshots are closed to clients. The caller''s newest order, unless it is older '
  'than so many seconds, what it depended on has changed, or they or people they follow have written.';
grant execute on function private.fresh_feed_snapshot(int, text) to authenticated;

create function private.feed_snapshot_items(p_id uuid, p_offset int, p_limit int)
returns table (snapshot_id uuid, n int, item jsonb)
language plpgsql stable security definer rows 300 set search_path = ''
as $$
begin
  return query
    select s.id, e.n::int, e.item from private.feed_snapshots s,
      jsonb_array_elements(s.items) with ordinality as e (item, n)
    where s.id = p_id and s.viewer_id = (select auth.uid()) and e.n > p_offset
    order by e.n limit p_limit;
end;
$$;
comment on function private.feed_snapshot_items(uuid, int, int) is
  'Definer, because snapshots are closed to clients. Only the caller''s own.';
grant execute on function private.feed_snapshot_items(uuid, int, int) to authenticated;

create function private.has_feed_snapshot(p_id uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select from private.feed_snapshots s
    where s.id = p_id and s.viewer_id = (select auth.uid()));
end;
$$;
comment on function private.has_feed_snapshot(uuid) is
  'Definer, because snapshots are closed to clients. Whether the caller''s order is still kept.';
grant execute on function private.has_feed_snapshot(uuid) to authenticated;

create function private.feed_skipped_ids() returns setof uuid
language plpgsql stable security definer rows 20 set search_path = ''
as $$
begin
  return query
    select h from private.hidden_profile_ids() h
    union all
    select m.muted_id from public.mutes m where m.muter_id = (select auth.uid())
    union all
    select a.key::uuid from private.profile_settings s, jsonb_each(s.feed -> 'authors') a
    where s.profile_id = (select auth.uid()) and a.value = '-1';
end;
$$;
comment on function private.feed_skipped_ids() is
  'Definer, because blocks by others are closed. People of whom the caller''s feed shows nothing.';
grant execute on function private.feed_skipped_ids() to authenticated;

create function private.feed_affinity() returns table (author_id uuid, score bigint)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  return query
    select s.author, sum(s.points)::bigint from (
      (select p.author_id as author, 1 as points from public.post_reactions r
        join public.posts p on p.id = r.post_id
        where r.profile_id = v_me order by r.created_at desc limit 300)
      union all
      -- An answer takes more than a tap.
      (select p.author_id, 4 from public.posts c join public.posts p on p.id = c.parent_id
        where c.author_id = v_me order by c.created_at desc limit 300)
    ) s where s.author <> v_me group by s.author;
end;
$$;
comment on function private.feed_affinity() is
  'Definer, because it sums the caller''s own reactions and answers without a policy for each row.';

create function private.feed_interests() returns table (tag text, points bigint)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  return query
    select h.tag, count(*) from (
      (select r.post_id from public.post_reactions r
        where r.profile_id = v_me order by r.created_at desc limit 300)
      union all
      (select c.parent_id from public.posts c
        where c.author_id = v_me and c.parent_id is not null order by c.created_at desc limit 300)
    ) s join public.posts p on p.id = s.post_id and p.author_id not in (select private.feed_skipped_ids())
    join public.post_hashtags h on h.post_id = s.post_id
    group by h.tag order by count(*) desc, h.tag limit 100;
end;
$$;
comment on function private.feed_interests() is
  'Definer, as the affinity is. Hashtags of what the caller lately responded to, and how often.';
grant execute on function private.feed_interests() to authenticated;

-- The filters here say the same as the policies of posts, in the form that an index can serve. Posts
-- are read once more under those policies before they are shown, and a test compares the two.
create function private.feed_candidates_since(p_since timestamptz, p_limit int)
returns table (
  post_id uuid, author_id uuid, created_at timestamptz, source text, hashtags text[]
)
language plpgsql stable security definer set search_path = ''
as $$
declare
  c_per_author constant int := 10;
  c_followees constant int := 1500;
  c_per_tag constant int := 20;
  v_me constant uuid := (select auth.uid());
  v_skipped constant uuid[] := array(select private.feed_skipped_ids());
  v_lists constant uuid[] := array(select private.my_audience_ids());
  v_words constant text := private.muted_pattern(v_me);
  v_topics constant text[] := private.muted_topics(v_me);
  v_hidden constant uuid[] := array(select private.feed_hidden_post_ids());
begin
  return query
    (select p.id, p.author_id, p.created_at, 'following', p.hashtags
      from (select f.followee_id from public.follows f
        where f.follower_id = v_me order by f.created_at desc limit c_followees) f
      cross join lateral (
        select p.id, p.author_id, p.created_at, p.hashtags from public.posts p
        where p.author_id = f.followee_id and p.parent_id is null and p.status = 'published'
          and p.created_at > p_since
          and (p.visibility = 'public'
            or (p.visibility = 'followers' and not exists (select from private.post_audiences l
              where l.post_id = p.id and l.audience_id <> all (v_lists)))
            or (p.visibility = 'mentioned' and v_me = any (p.audience_ids)))
          and p.id not in (select unnest(v_hidden)) and not p.hashtags && v_topics
          and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))
        order by p.created_at desc limit c_per_author) p
      where f.followee_id <> all (v_skipped)
        and not exists (select from private.account_states s
          where s.profile_id = f.followee_id and s.hidden)
      order by p.created_at desc limit p_limit)
    union all
    (select p.id, p.author_id, p.created_at, 'own', p.hashtags from public.posts p
      where p.author_id = v_me and p.parent_id is null and p.status = 'published'
        and p.visibility <> 'room' and p.created_at > p_since
      order by p.created_at desc limit c_per_author)
    union all
    (select p.id, p.author_id, p.created_at, 'discovery', p.hashtags from public.posts p
      where p.parent_id is null and p.status = 'published' and p.visibility = 'public'
        and p.created_at > p_since and p.author_id <> v_me and p.author_id <> all (v_skipped)
        and not exists (select from private.private_accounts a where a.profile_id = p.author_id offset 0)
        and not exists (select from private.account_states s
          where s.profile_id = p.author_id and s.hidden)
        and not exists (select from public.follows f
          where f.follower_id = v_me and f.followee_id = p.author_id offset 0)
        and p.id not in (select unnest(v_hidden)) and not p.hashtags && v_topics
        and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))
      order by p.created_at desc limit p_limit / 2)
    union all
    (select p.id, p.author_id, p.created_at, 'hashtag', p.hashtags
      from private.hashtag_follows t
      cross join lateral (select h.post_id from public.post_hashtags h
        where h.tag = t.tag and h.created_at > p_since order by h.created_at desc limit c_per_tag) h
      join public.posts p on p.id = h.post_id
      where t.profile_id = v_me and p.parent_id is null and p.status = 'published'
        and p.visibility = 'public' and p.author_id <> v_me and p.author_id <> all (v_skipped)
        and not exists (select from private.private_accounts a where a.profile_id = p.author_id offset 0)
        and not exists (select from private.account_states s
          where s.profile_id = p.author_id and s.hidden)
        and not exists (select from public.follows f
          where f.follower_id = v_me and f.followee_id = p.author_id offset 0)
        and p.id not in (select unnest(v_hidden)) and not p.hashtags && v_topics
        and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))
      order by p.created_at desc limit p_limit / 4);
end;
$$;
comment on function private.feed_candidates_since(timestamptz, int) is
  'Definer, because a policy for each row costs many times more; the filters are written out here.';

create function private.feed_candidates(p_limit int) returns table (
  post_id uuid, author_id uuid, created_at timestamptz, source text, hashtags text[],
  reactions bigint, comments bigint, affinity bigint
)
language plpgsql stable security definer set search_path = ''
as $$
declare
  -- A quiet town still fills a page: the window widens until there is enough to choose from.
  c_enough constant int := 150;
  c_windows constant interval[] := array['7 days', '30 days', '365 days']::interval[];
  v_window interval;
  v_found uuid[];
begin
  foreach v_window in array c_windows loop
    v_found := array(select c.post_id from private.feed_candidates_since(now() - v_window, p_limit) c);
    exit when cardinality(v_found) >= c_enough;
  end loop;
  return query
    with candidates as materialized (
      select * from private.feed_candidates_since(now() - v_window, p_limit)
    ), counts as materialized (
      select u.subject_id, sum(u.value) filter (where u.kind like 'reaction:%') as reactions,
        sum(u.value) filter (where u.kind = 'comments') as comments
      from (
        select c.subject_id, c.kind, c.value from private.counters c where c.subject_id = any (v_found)
        union all
        select d.subject_id, d.kind, d.delta from private.counter_deltas d
        where d.subject_id = any (v_found)
      ) u group by u.subject_id
    )
    select c.post_id, c.author_id, c.created_at, c.source, c.hashtags,
      greatest(0, coalesce(n.reactions, 0))::bigint, greatest(0, coalesce(n.comments, 0))::bigint,
      coalesce(a.score, 0)::bigint
    from candidates c
    left join counts n on n.subject_id = c.post_id
    left join private.feed_affinity() a on a.author_id = c.author_id;
end;
$$;
comment on function private.feed_candidates(int) is
  'Definer, for the same reason. Posts that might interest the caller, with what ranking looks at.';
grant execute on function private.feed_candidates(int) to authenticated;

create function private.feed_following(p_before timestamptz, p_before_id uuid, p_limit int)
returns table (
  item_id uuid, post_id uuid, created_at timestamptz, is_own boolean, sharer_id uuid, is_repeat boolean
)
language plpgsql stable security definer set search_path = ''
as $$
declare
  -- Whether a post was shown further up is asked of its newest shares; a viral one has many more.
  c_shares_looked_at constant int := 100;
  v_me constant uuid := (select auth.uid());
  v_skipped constant uuid[] := array(select private.feed_skipped_ids());
  v_words constant text := private.muted_pattern(v_me);
  v_topics constant text[] := private.muted_topics(v_me);
  v_hidden constant uuid[] := array(select private.feed_hidden_post_ids());
begin
  return query
    with items as materialized (
      select w.id, w.id as post, w.created_at as at, w.author_id as author, false as is_share
      from private.followed_posts(p_before, p_before_id, p_limit) w
      union all
      (select s.id, s.post_id, s.created_at, a.person, true
      from (select f.followee_id as person from public.follows f where f.follower_id = v_me
        union all select v_me) a
      cross join lateral (
        select s.id, s.post_id, s.created_at
        from public.shares s join public.posts p on p.id = s.post_id
        where s.profile_id = a.person and s.created_at <= p_before
          and (s.created_at, s.id) < (p_before, p_before_id)
          and p.status = 'published' and p.visibility = 'public'
          and p.author_id not in (select unnest(v_skipped))
          and p.audience_owner_id not in (select unnest(v_skipped))
          and not exists (select from private.private_accounts o
            where o.profile_id in (p.author_id, p.audience_owner_id))
          and not exists (select from private.account_states s
            where s.profile_id in (p.author_id, p.audience_owner_id) and s.hidden)
          and (p.author_id = v_me or (
            p.id not in (select unnest(v_hidden)) and not p.hashtags && v_topics
            and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))))
        order by s.created_at desc, s.id desc limit p_limit) s
      where a.person not in (select unnest(v_skipped))
        and not exists (select from private.account_states s
          where s.profile_id = a.person and s.hidden))
      order by 3 desc, 1 desc limit p_limit
    )
    select i.id, i.post, i.at, i.author = v_me, case when i.is_share then i.author end,
      exists (select from (
          select r.profile_id, r.created_at, r.id from public.shares r where r.post_id = i.post
          order by r.created_at desc limit c_shares_looked_at) r
        where (r.created_at, r.id) > (i.at, i.id) and r.profile_id <> all (v_skipped)
          and (r.profile_id = v_me or exists (select from public.follows f
            where f.follower_id = v_me and f.followee_id = r.profile_id))
          and not exists (select from private.account_states s
            where s.profile_id = r.profile_id and s.hidden))
    from items i order by i.at desc, i.id desc;
end;
$$;
comment on function private.feed_following(timestamptz, uuid, int) is
  'Definer, for the same reason. What followed people and the caller wrote and shared, newest first; '
  'a post that somebody among them has shared since is a repeat of what stands further up.';
grant execute on function private.feed_following(timestamptz, uuid, int) to authenticated;
