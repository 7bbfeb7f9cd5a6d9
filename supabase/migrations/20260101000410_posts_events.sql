-- Posts, second part: what follows from a row that was written or deleted.

-- After a row is written ---------------------------------------------------------------------------------

create function private.post_ancestors(p_parent uuid) returns setof uuid
language plpgsql stable security definer rows 4 set search_path = ''
as $$
begin
  return query
    with recursive up as (
      select p.id, p.parent_id, 1 as depth from public.posts p where p.id = p_parent
      union all
      -- The bound is far above what anybody reads, and keeps one insert cheap.
      select p.id, p.parent_id, up.depth + 1 from up join public.posts p on p.id = up.parent_id
      where up.depth < 100
    ) select up.id from up;
end;
$$;
comment on function private.post_ancestors(uuid) is
  'Definer, because triggers count for all ancestors, seen or not. The parent and everything above it.';

create function private.count_post(p_row public.posts, p_delta int) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if p_row.parent_id is null then
    -- The count of posts is for everybody's eyes; what is kept to a list is not in it.
    if not exists (select from private.post_audiences l where l.post_id = p_row.id) then
      perform private.add_count(p_row.author_id, 'posts', p_delta);
    end if;
  elsif private.is_counted(p_row.author_id) then
    perform private.add_count(a.id, 'comments', p_delta)
    from private.post_ancestors(p_row.parent_id) as a (id);
  end if;
end;
$$;
comment on function private.count_post(public.posts, int) is
  'Definer, because only triggers change counts. A post counts for its author, a comment for all above it.';

create function private.is_for_everybody(p_post public.posts) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return p_post.visibility = 'public' and p_post.status = 'published' and p_post.deleted_at is null
    and not private.is_hidden(p_post.author_id) and not private.is_hidden(p_post.audience_owner_id)
    and not exists (select from private.private_accounts a
      where a.profile_id in (p_post.author_id, p_post.audience_owner_id));
end;
$$;
comment on function private.is_for_everybody(public.posts) is
  'Whether strangers may see the post: as the policy says, an answer needs an open thread too.';
grant execute on function private.is_for_everybody(public.posts) to anon, authenticated, service_role;

create function private.is_for_all_on_topic(p_comment public.posts) returns boolean
language sql stable set search_path = ''
as $$
  select p_comment.author_id = p_comment.audience_owner_id or (
    not exists (select from private.private_accounts a where a.profile_id = p_comment.author_id)
    and not exists (select from private.block_sides b where b.profile_id = p_comment.author_id))
$$;
comment on function private.is_for_all_on_topic(public.posts) is
  'Whether everybody who sees the post sees this comment: not when its author has let in followers '
  'only, or a block stands between them and somebody. Then its id is said, and who may reads it.';

create function private.announce_post(p_row public.posts) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_payload constant jsonb := jsonb_build_object('parent_id', p_row.parent_id, 'root_id', p_row.root_id);
begin
  if coalesce(current_setting('townsquare.bulk', true), '') = 'on' then
    return;
  end if;
  perform private.emit('content.created', p_row.id, p_row.author_id, v_payload);
  if p_row.parent_id is null then
    return;
  end if;
  perform private.emit('content.commented', p_row.id, p_row.author_id, v_payload);
  if private.is_hidden(p_row.author_id) then
    return;
  end if;
  perform private.broadcast('post:' || t.id, 'comment.created', jsonb_build_object('post', case
    when private.is_for_all_on_topic(p_row)
      then (select v.post from private.present_posts(array[p_row.id], true) v)
    else jsonb_build_object('id', p_row.id) end))
  from (select p_row.root_id as id union select p_row.parent_id) t;
end;
$$;
comment on function private.announce_post(public.posts) is
  'Definer, because outbox and topics are closed to clients. Tells of a post that others now see.';

create function private.posts_sync_terms() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.post_hashtags h where h.post_id = new.id and not h.tag = any (new.hashtags);
  insert into public.hashtags (tag) select t from unnest(new.hashtags) t order by t on conflict do nothing;
  insert into public.post_hashtags (post_id, tag, created_at)
  select new.id, t, new.created_at from unnest(new.hashtags) t on conflict do nothing;
  delete from public.post_mentions m
  where m.post_id = new.id and not m.profile_id = any (new.mention_ids);
  insert into public.post_mentions (post_id, profile_id, created_at)
  select new.id, m, new.created_at from unnest(new.mention_ids) m on conflict do nothing;
  return null;
end;
$$;
comment on function private.posts_sync_terms() is
  'Definer, because clients may not write hashtags and mentions. Keeps both as the text has them.';
create trigger posts_a10_sync_terms after insert or update of body, hashtags, mention_ids, publish_at on public.posts
  for each row execute function private.posts_sync_terms();

create function private.posts_keep_audience() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.post_audiences as l (post_id, owner_id, audience_id)
  values (new.id, new.author_id, new.audience_id)
  on conflict (post_id) do update set audience_id = excluded.audience_id;
  update public.posts p set audience_id = null where p.id = new.id;
  return null;
end;
$$;
comment on function private.posts_keep_audience() is
  'Definer, because nobody writes that table by hand. Before anything else is told of the post.';
create trigger posts_a05_keep_audience after insert or update of audience_id on public.posts
  for each row when (new.audience_id is not null) execute function private.posts_keep_audience();

create function private.posts_after_insert() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if cardinality(new.media_ids) > 0 then
    perform private.attach_media(new.media_ids, new.author_id, new.id, null, null);
  end if;
  if new.status = 'published' then
    perform private.count_post(new, 1);
    perform private.announce_post(new);
  end if;
  return null;
end;
$$;
comment on function private.posts_after_insert() is 'Definer, because it writes counts, events and media.';
create trigger posts_a50_enqueue after insert on public.posts
  for each row execute function private.posts_after_insert();

create function private.posts_after_update() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if (old.status = 'published') <> (new.status = 'published') then
    perform private.count_post(new, case when new.status = 'published' then 1 else -1 end);
  end if;
  if new.visibility = 'mentioned' and old.visibility = 'mentioned' and new.parent_id is null
    and not new.audience_ids <@ old.audience_ids and exists (select from public.posts c
      where c.root_id = new.id and c.author_id <> new.author_id) then
    raise exception 'Others have answered: the post can no longer be shown to other people'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  if new.parent_id is null
    and (new.audience_ids, new.visibility, new.reply_control, new.quote_control)
    is distinct from (old.audience_ids, old.visibility, old.reply_control, old.quote_control) then
    update public.posts p set audience_ids = new.audience_ids, visibility = new.visibility,
      reply_control = new.reply_control, quote_control = new.quote_control
    where p.root_id = new.id;
  end if;
  if new.status in ('draft', 'scheduled') then
    return null;
  end if;
  if new.deleted_at is not null then
    if old.deleted_at is null then
      perform private.emit('content.deleted', new.id, new.author_id);
    end if;
    return null;
  end if;
  if old.published_at is null and new.published_at is not null then
    perform private.announce_post(new);
  elsif (new.body, new.body_html, new.status, new.sensitive, new.content_warning,
    new.link_preview, new.reply_control, new.quote_control) is distinct from (old.body, old.body_html,
    old.status, old.sensitive, old.content_warning, old.link_preview, old.reply_control,
    old.quote_control) and (new.parent_id is null or pg_trigger_depth() = 1) then
    perform private.emit('content.updated', new.id, new.author_id);
    if new.status = 'published' then
      perform private.broadcast('post:' || new.id, 'post.updated', jsonb_build_object(
        'post', (select v.post from private.present_posts(array[new.id], true) v)));
    end if;
  end if;
  return null;
end;
$$;
comment on function private.posts_after_update() is 'Definer, because it writes counts and events.';
create trigger posts_a50_enqueue_update after update on public.posts
  for each row execute function private.posts_after_update();

-- Deletion -----------------------------------------------------------------------------------------------

create function private.posts_before_delete() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Nested: a person, a room or a parent goes, or an empty remnant is swept. Nothing may stay.
  if pg_trigger_depth() > 1 or not exists (select from public.posts c where c.parent_id = old.id) then
    return old;
  end if;
  -- Answers hang on it: its place stays, its content does not.
  update public.posts p
  set body = '', body_html = '', lang = null, media_ids = '{}', hashtags = '{}', mention_ids = '{}',
    entities = '[]', content_warning = null, poll = null,
    link_preview = null, quoted_id = null, status = 'removed', deleted_at = clock_timestamp()
  where p.id = old.id;
  return null;
end;
$$;
comment on function private.posts_before_delete() is
  'Definer, because it sees everybody''s answers. A post with answers leaves an empty remnant.';
create trigger posts_b50_keep_place before delete on public.posts
  for each row execute function private.posts_before_delete();

create function private.posts_after_delete() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if old.status = 'published' then
    perform private.count_post(old, -1);
  end if;
  if old.deleted_at is null and old.status not in ('draft', 'scheduled') then
    perform private.emit('content.deleted', old.id, old.author_id);
  end if;
  delete from private.post_audiences l where l.post_id = old.id;
  -- Nothing that is counted is left; its counts are nobody's now.
  delete from private.counter_deltas d where d.subject_id = old.id;
  delete from private.counters c where c.subject_id = old.id;
  -- A remnant whose last answer goes has no reason left.
  delete from public.posts p
  where p.id = old.parent_id and p.deleted_at is not null
    and not exists (select from public.posts c where c.parent_id = p.id);
  return null;
end;
$$;
comment on function private.posts_after_delete() is
  'Definer, because it writes counts and events, and sweeps other people''s empty remnants.';
create trigger posts_a50_enqueue_delete after delete on public.posts
  for each row execute function private.posts_after_delete();
