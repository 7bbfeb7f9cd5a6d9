-- Feed, live: followers who are there learn that somebody has posted or shared. Owns nothing.

create function private.tell_feeds(p_post uuid, p_actor uuid, p_after uuid, p_limit int)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  c_first constant uuid := '00000000-0000-0000-0000-000000000000';
  -- Whoever holds a socket open has renewed their token since; nobody is told who is not there.
  c_present constant interval := '65 minutes';
  v_post record;
  v_next uuid[];
begin
  select p.author_id, p.visibility, p.audience_ids, l.audience_id into v_post
  from public.posts p left join private.post_audiences l on l.post_id = p.id
  where p.id = p_post and p.status = 'published' and p.deleted_at is null and p.parent_id is null
    and p.visibility <> 'room' and not private.is_hidden(p.author_id) and not private.is_hidden(p_actor);
  if not found then
    return 0;
  end if;
  v_next := array(select f.follower_id from public.follows f
    where f.followee_id = p_actor and f.follower_id > coalesce(p_after, c_first)
    order by f.follower_id limit p_limit);
  perform private.broadcast_each('post.available', array_agg('feed:' || r.id),
    array_agg(jsonb_build_object('post_id', p_post, 'author_id', v_post.author_id)))
  from unnest(v_next) as r (id)
  where exists (select from auth.sessions s where s.user_id = r.id
      and coalesce(s.refreshed_at at time zone 'utc', s.created_at) > now() - c_present)
    and r.id <> v_post.author_id and not private.is_hidden(r.id)
    and not exists (select from private.block_sides b
      where b.profile_id = r.id and b.other_id in (v_post.author_id, p_actor))
    and not exists (select from public.mutes m
      where m.muter_id = r.id and m.muted_id in (v_post.author_id, p_actor))
    and (v_post.audience_id is null or exists (select from private.audience_members m
      where m.audience_id = v_post.audience_id and m.profile_id = r.id))
    and (v_post.visibility <> 'mentioned' or r.id = any (v_post.audience_ids))
    -- What is shared is public, unless its author has turned private since.
    and (v_post.author_id = p_actor or (v_post.visibility = 'public' and not exists (
      select from private.private_accounts a where a.profile_id = v_post.author_id)))
  having count(*) > 0;
  if cardinality(v_next) = p_limit then
    perform private.emit('feed.available', p_post, p_actor, jsonb_build_object('after', v_next[p_limit]));
  end if;
  return cardinality(v_next);
end;
$$;
comment on function private.tell_feeds(uuid, uuid, uuid, int) is
  'Tells the next followers of who posted or shared, as far as they see the post, and has itself '
  'called again while there are more. Says what the policy of posts says of a follower; a test '
  'compares the two. For the service only.';
