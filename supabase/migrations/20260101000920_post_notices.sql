-- What people are told of changes of posts: new mentions, closed polls, deletions. Owns nothing.

create index notifications_subject_post_idx on public.notifications (subject_id)
  where subject_type = 'post';

create function private.notify_of_edit(p_post uuid, p_actor uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_mentions_max constant int := 50;
  v_post public.posts;
begin
  select * into v_post from public.posts p
  where p.id = p_post and p.status = 'published' and p.deleted_at is null;
  if not found or v_post.edited_at is null then
    return;
  end if;
  delete from public.notifications n
  where n.subject_type = 'post' and n.subject_id = p_post and n.type = 'mention'
    and n.recipient_id <> all (v_post.mention_ids);
  -- Whoever was told of the post in any way is not told again.
  perform private.notify_if_visible(m.id, 'mention', p_actor, 'post', p_post, p_post)
  from (select distinct u as id from unnest(v_post.mention_ids[1:c_mentions_max]) u) m
  where not exists (select from public.notifications n
    where n.subject_type = 'post' and n.subject_id = p_post and n.recipient_id = m.id
      and n.type in ('comment', 'reply', 'mention'))
    -- The event of the post tells these, also when it comes after that of the edit.
    and not exists (select from public.posts a
      where a.id in (v_post.parent_id, v_post.root_id, v_post.quoted_id) and a.author_id = m.id);
end;
$$;
comment on function private.notify_of_edit(uuid, uuid) is
  'Tells those whom an edit mentions first, and takes it from those whom it mentions no longer.';

create function private.notify_of_poll(p_post uuid, p_after uuid default null, p_limit int default 200)
returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_author constant uuid := (select p.author_id from public.posts p where p.id = p_post);
  v_voters uuid[];
begin
  if p_after is null then
    perform private.notify_if_visible(v_author, 'poll_closed', null, 'post', p_post, p_post);
  end if;
  v_voters := array(select v.profile_id from private.poll_votes v
    where v.post_id = p_post and (p_after is null or v.profile_id > p_after)
    order by v.profile_id limit p_limit);
  perform private.notify_if_visible(u, 'poll_closed', null, 'post', p_post, p_post)
  from unnest(v_voters) u where u <> v_author;
  perform private.tell_more('poll', p_post, v_author, v_voters, p_limit);
  return cardinality(v_voters);
end;
$$;
comment on function private.notify_of_poll(uuid, uuid, int) is
  'Tells the author and the next voters that a poll has closed, and has itself called again while '
  'there are more.';

create function private.posts_drop_notifications() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.notifications n where n.subject_type = 'post' and n.subject_id = old.id
    -- What a moderator has decided is said all the same.
    and n.type not in ('moderation_notice', 'report_decided');
  return null;
end;
$$;
comment on function private.posts_drop_notifications() is
  'Definer, because it removes what other people were told. Nothing is left to look at.';
create trigger posts_a70_drop_notifications after delete on public.posts
  for each row execute function private.posts_drop_notifications();
create trigger posts_a70_drop_notifications_update after update of deleted_at on public.posts
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function private.posts_drop_notifications();
