-- The feed of those who want it strictly by time. Owns nothing.

create function private.followed_posts(p_before timestamptz, p_before_id uuid, p_limit int)
returns table (id uuid, author_id uuid, created_at timestamptz)
language plpgsql stable security definer set search_path = ''
as $$
declare
  c_growth constant int := 4;
  v_me constant uuid := (select auth.uid());
  v_skipped constant uuid[] := array(select private.feed_skipped_ids());
  v_lists constant uuid[] := array(select private.my_audience_ids());
  v_words constant text := private.muted_pattern(v_me);
  v_topics constant text[] := private.muted_topics(v_me);
  v_hidden constant uuid[] := array(select private.feed_hidden_post_ids());
  v_wanted bigint := p_limit * 2;
  v_left int := p_limit;
  v_found int;
  v_ids uuid[];
begin
  loop
    -- By the index alone, which leaves most of what people wrote unread; what is for the caller is
    -- asked of the newest, and of more when these were not enough.
    v_ids := array(
      select c.id
      from (select f.followee_id as author from public.follows f where f.follower_id = v_me
        union all select v_me) a
      cross join lateral (
        select p.id, p.created_at from public.posts p
        where p.author_id = a.author and p.parent_id is null and p.status = 'published'
          and p.created_at <= p_before and (p.created_at, p.id) < (p_before, p_before_id)
        order by p.created_at desc, p.id desc limit v_wanted) c
      -- As a list, not as an array: it is looked up, not searched.
      where a.author not in (select unnest(v_skipped))
      order by c.created_at desc, c.id desc limit v_wanted);
    return query
      select p.id, p.author_id, p.created_at from public.posts p
      where p.id = any (v_ids)
        and (p.visibility = 'public'
          or (p.visibility = 'followers' and (p.author_id = v_me
            or not exists (select from private.post_audiences l
              where l.post_id = p.id and l.audience_id <> all (v_lists))))
          or (p.visibility = 'mentioned' and (p.author_id = v_me or v_me = any (p.audience_ids))))
        and (p.author_id = v_me or (
          p.id not in (select unnest(v_hidden)) and not p.hashtags && v_topics
          and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))))
        and not exists (select from private.account_states s
          where s.profile_id = p.author_id and s.hidden)
      order by p.created_at desc, p.id desc limit v_left;
    get diagnostics v_found = row_count;
    v_left := v_left - v_found;
    exit when v_left <= 0 or cardinality(v_ids) < v_wanted;
    select p.created_at, p.id into p_before, p_before_id from public.posts p
    where p.id = v_ids[v_wanted];
    v_wanted := v_wanted * c_growth;
  end loop;
end;
$$;
comment on function private.followed_posts(timestamptz, uuid, int) is
  'Definer, for the same reason. What followed people and the caller wrote, newest first. For feeds.';

create function private.feed_unwanted_ids() returns setof uuid
language plpgsql stable security definer rows 20 set search_path = ''
as $$
declare
  c_silence constant interval := '14 days';
  v_me constant uuid := (select auth.uid());
begin
  return query
    select a.key::uuid from private.profile_settings s, jsonb_each(s.feed -> 'authors') a
    where s.profile_id = v_me and a.value <= '0'
    union
    select e.author_id from private.feed_feedback e
    where e.profile_id = v_me and e.kind = 'not_interested_author' and e.created_at > now() - c_silence;
end;
$$;
comment on function private.feed_unwanted_ids() is
  'Definer, for functions that act for the reader. People who are never to be recommended to the caller.';

create function private.feed_unwanted_topics() returns setof text
language plpgsql stable security definer rows 20 set search_path = ''
as $$
declare
  c_silence constant interval := '14 days';
  v_me constant uuid := (select auth.uid());
begin
  return query
    select t.key from private.profile_settings s, jsonb_each(s.feed -> 'topics') t
    where s.profile_id = v_me and t.value <= '0'
    union
    select t from private.feed_feedback e, unnest(e.topics) t
    where e.profile_id = v_me and e.kind = 'not_interested_topic' and e.created_at > now() - c_silence;
end;
$$;
comment on function private.feed_unwanted_topics() is
  'Definer, for the same reason. Hashtags that are never to be recommended to the caller.';

create function private.feed_newest(
  p_before timestamptz, p_before_id uuid, p_limit int, p_with_followed boolean, p_with_others boolean
)
returns table (post_id uuid, created_at timestamptz, source text)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_skipped constant uuid[] := array(
    select private.feed_skipped_ids() union select private.feed_unwanted_ids());
  v_words constant text := private.muted_pattern(v_me);
  v_topics constant text[] := private.muted_topics(v_me) || array(select private.feed_unwanted_topics());
begin
  return query
    (select w.id, w.created_at, case when w.author_id = v_me then 'own' else 'following' end
      from private.followed_posts(p_before, p_before_id, p_limit) w where p_with_followed)
    union all
    (select p.id, p.created_at, 'discovery' from public.posts p
      where p_with_others and p.parent_id is null and p.status = 'published'
        and p.visibility = 'public' and p.author_id <> v_me
        and p.created_at <= p_before and (p.created_at, p.id) < (p_before, p_before_id)
        and p.author_id not in (select unnest(v_skipped))
        and p.id not in (select private.feed_hidden_post_ids())
        and not exists (select from private.private_accounts a where a.profile_id = p.author_id offset 0)
        and not exists (select from private.account_states s
          where s.profile_id = p.author_id and s.hidden)
        and not exists (select from public.follows f
          where f.follower_id = v_me and f.followee_id = p.author_id offset 0)
        and not p.hashtags && v_topics
        and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))
      order by p.created_at desc, p.id desc limit p_limit)
    order by 2 desc, 1 desc limit p_limit;
end;
$$;
comment on function private.feed_newest(timestamptz, uuid, int, boolean, boolean) is
  'Definer, as the other feeds are. What followed people and the caller wrote, and what strangers '
  'wrote in public, strictly by time.';
grant execute on function private.feed_newest(timestamptz, uuid, int, boolean, boolean) to authenticated;
