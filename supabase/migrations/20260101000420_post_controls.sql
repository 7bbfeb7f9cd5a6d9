-- Post controls: who may answer and quote, drafts and scheduled posts, changes of what is published.
-- Owns nothing; the triggers of posts call what is here.

-- Who may answer and quote --------------------------------------------------------------------------------

create function private.admits(p_control text, p_owner uuid, p_mentioned uuid[]) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  -- Jobs and imports act for nobody and are not limited.
  return p_control = 'everyone' or v_me is null or p_owner = v_me
    or (p_control = 'mentioned' and v_me = any (p_mentioned))
    or (p_control = 'following' and exists (
      select from public.follows f where f.follower_id = p_owner and f.followee_id = v_me));
end;
$$;
comment on function private.admits(text, uuid, uuid[]) is
  'Definer, because an author may hide whom they follow. Whether a control of the owner''s lets the '
  'caller answer or quote: everyone who sees it, people the owner follows, those mentioned, nobody.';
grant execute on function private.admits(text, uuid, uuid[]) to anon, authenticated, service_role;

create function private.post_rights(p_row public.posts) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_open constant boolean := (select auth.uid()) is not null and p_row.status = 'published';
begin
  return jsonb_build_object(
    'can_reply', v_open
      and private.admits(p_row.reply_control, p_row.audience_owner_id, p_row.audience_ids),
    'can_quote', v_open and p_row.visibility = 'public'
      and (p_row.author_id = (select auth.uid())
        or private.admits(p_row.quote_control, p_row.audience_owner_id, p_row.audience_ids))
      and not exists (select from private.private_accounts a
        where a.profile_id in (p_row.author_id, p_row.audience_owner_id)));
end;
$$;
comment on function private.post_rights(public.posts) is
  'What the caller may do with a post, as the triggers will decide it.';
grant execute on function private.post_rights(public.posts) to anon, authenticated, service_role;

-- Drafts and scheduled posts ------------------------------------------------------------------------------

create function private.posts_hold_back(inout p_row public.posts)
language plpgsql stable set search_path = ''
as $$
declare
  c_ahead_max constant interval := interval '1 year';
begin
  if p_row.parent_id is not null then
    raise exception 'A comment is published at once'
      using errcode = 'PT422', hint = 'invalid-input', column = 'publish_at';
  end if;
  if coalesce(p_row.publish_at, 'infinity') = 'infinity' then
    p_row.status := 'draft';
    p_row.publish_at := null;
    return;
  end if;
  if p_row.publish_at <= now() or p_row.publish_at > now() + c_ahead_max then
    raise exception 'A post is published in the future, within a year'
      using errcode = 'PT422', hint = 'invalid-input', column = 'publish_at';
  end if;
  p_row.status := 'scheduled';
end;
$$;
comment on function private.posts_hold_back(public.posts) is
  'Makes a post a draft (no time, or infinity) or a scheduled post.';
grant execute on function private.posts_hold_back(public.posts) to authenticated, service_role;

create function private.posts_change_waiting(p_old public.posts, p_new public.posts)
returns public.posts
language plpgsql volatile set search_path = ''
as $$
begin
  if p_new.visibility <> 'room' and p_new.room_id is not null
    or p_new.visibility = 'room' and p_new.room_id is null then
    raise exception 'A post stays inside or outside of its room'
      using errcode = 'PT422', hint = 'invalid-input', column = 'visibility';
  end if;
  if p_new.audience_id is not null then
    p_new := private.posts_narrow(p_new);
  elsif p_new.visibility <> p_old.visibility then
    perform private.widen_post(p_new.id);
  end if;
  if p_new.publish_at <= now() then
    -- Feeds order by the time at which others could see it first.
    p_new.status := 'published';
    p_new.publish_at := null;
    p_new.created_at := now();
  else
    p_new := private.posts_hold_back(p_new);
  end if;
  if p_new.poll is not null then
    p_new := private.posts_fill_poll(p_new, p_old.status);
  end if;
  if p_new.status <> 'draft' or p_new.quoted_id is distinct from p_old.quoted_id then
    perform private.posts_check_references(p_new);
  end if;
  p_new := private.posts_fill_text(p_new);
  p_new := private.posts_apply_verdict(p_new);
  p_new.published_at := case when p_new.status = 'published' then now() end;
  return p_new;
end;
$$;
comment on function private.posts_change_waiting(public.posts, public.posts) is
  'A change of what nobody has seen yet; a time that has come publishes it. Runs as the writer.';
grant execute on function private.posts_change_waiting(public.posts, public.posts)
  to authenticated, service_role;

create function private.widen_post(p_id uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.post_audiences l where l.post_id = p_id
    and l.owner_id is not distinct from coalesce((select auth.uid()), l.owner_id)
    and exists (select from public.posts p
      where p.id = p_id and p.status in ('draft', 'scheduled'));
end;
$$;
comment on function private.widen_post(uuid) is
  'Definer, because nobody writes that table by hand. Takes one''s own draft off its list.';
grant execute on function private.widen_post(uuid) to authenticated, service_role;

create function private.posts_swap_media() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if (select count(distinct i) from unnest(new.media_ids) i) < cardinality(new.media_ids) then
    raise exception 'A file is named twice'
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_ids';
  end if;
  -- What is no longer named hangs on nothing and is swept.
  update public.media m set post_id = null
  where m.post_id = new.id and m.id <> all (new.media_ids);
  perform private.attach_media(
    array(select i from unnest(new.media_ids) i where i <> all (old.media_ids)),
    new.author_id, new.id, null, null);
  return null;
end;
$$;
comment on function private.posts_swap_media() is
  'Definer, because clients do not write media. Ties the files that a draft names now.';
create trigger posts_a40_swap_media after update of media_ids on public.posts
  for each row when (new.deleted_at is null and old.media_ids is distinct from new.media_ids)
  execute function private.posts_swap_media();

create function private.begin_publication() returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  v_post record;
begin
  select p.id, p.author_id into v_post from public.posts p
  where p.status = 'scheduled' and p.publish_at <= now()
  order by p.publish_at limit 1 for update skip locked;
  if not found then
    return null;
  end if;
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', v_post.author_id, 'role', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
  return v_post.id;
end;
$$;
comment on function private.begin_publication() is
  'Takes a post that is due, which no other worker has, and makes the rest of the transaction act '
  'as its author: whatever they may not do now, is not done for them. Only jobs call it.';

create function private.give_up_publication(p_id uuid) returns void
language sql volatile set search_path = ''
as $$
  update public.posts p set publish_at = null where p.id = p_id and p.status = 'scheduled'
$$;
comment on function private.give_up_publication(uuid) is
  'A scheduled post that could not be published is a draft again. Only jobs call it.';

-- Changes of what is published ----------------------------------------------------------------------------

create function private.posts_check_change(p_old public.posts, p_new public.posts) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if p_new.publish_at is not null or p_new.audience_id is not null
    or (p_new.quoted_id, p_new.media_ids, p_new.poll)
    is distinct from (p_old.quoted_id, p_old.media_ids, p_old.poll) then
    raise exception 'The post is published: only its text, warning, controls and visibility change'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  if p_new.parent_id is not null and (p_new.reply_control, p_new.quote_control, p_new.visibility)
    is distinct from (p_old.reply_control, p_old.quote_control, p_old.visibility) then
    raise exception 'A comment goes by what it answers'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  if p_new.visibility = p_old.visibility then
    return;
  end if;
  if 'room' in (p_new.visibility, p_old.visibility)
    or exists (select from private.post_audiences l where l.post_id = p_new.id) then
    raise exception 'What is for a room or a list stays there'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  -- Nobody's answer is shown to people for whom it was not written.
  if p_old.visibility <> 'public' and exists (select from public.posts c
    where c.root_id = p_new.id and c.author_id <> p_new.author_id) then
    raise exception 'Others have answered: the post can no longer be shown to other people'
      using errcode = 'PT409', hint = 'conflict';
  end if;
end;
$$;
comment on function private.posts_check_change(public.posts, public.posts) is
  'Definer, because answers of hidden people count. A public post may be narrowed at any time; any '
  'other change of visibility ends with the first answer of somebody else.';
grant execute on function private.posts_check_change(public.posts, public.posts)
  to authenticated, service_role;
