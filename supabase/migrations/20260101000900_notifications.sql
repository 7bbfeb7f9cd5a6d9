-- Notifications: what a person is told, stored first and delivered after. Owns notifications,
-- private.notification_actors.
-- Who may be told what is decided here, before anything is stored.

create function private.grouped_types() returns text[]
language sql immutable parallel safe set search_path = ''
as $$ select array['like', 'reaction', 'share'] $$;
comment on function private.grouped_types() is
  'What many people do to one thing: one notification for all of them until it is read.';
grant execute on function private.grouped_types() to authenticated, service_role;

create table public.notifications (
  id uuid primary key default private.uuid_v7(),
  recipient_id uuid not null references public.profiles (id) on delete cascade,
  type text not null,
  actor_id uuid references public.profiles (id) on delete cascade,
  subject_type text not null,
  subject_id uuid not null,
  -- What caused it: the same cause tells the same person once, however often its job runs.
  source_id uuid not null,
  meta jsonb not null default '{}',
  -- Ways by which the person wanted it when it was made.
  channels text[] not null default '{in_app}',
  status text not null default 'pending',
  created_at timestamptz not null default clock_timestamp(),
  delivered_at timestamptz,
  seen_at timestamptz,
  read_at timestamptz,
  -- What caused it was taken back: unfollowed, declined. Kept, so that doing it again is not news.
  withdrawn boolean not null default false,
  constraint notifications_recipient_id_type_source_key unique (recipient_id, type, source_id),
  constraint notifications_type_known check (
    type = any (private.notification_types())),
  constraint notifications_status_known check (status in ('pending', 'delivered', 'read')),
  constraint notifications_channels_known check (
    channels <@ array['in_app', 'push', 'email'] and cardinality(channels) > 0),
  -- Who takes part in a group stands in private.notification_actors.
  constraint notifications_actor_fits check (
    actor_id is null or type <> all (private.grouped_types()))
);
comment on table public.notifications is
  'What a person is told. Pending until handed to their socket; clients mark, they never write.';
create unique index notifications_open_group_key on public.notifications (recipient_id, type, subject_id)
  where read_at is null and type in ('like', 'reaction', 'share');
create index notifications_recipient_id_created_at_idx
  on public.notifications (recipient_id, created_at desc, id desc);
create index notifications_unread_idx on public.notifications (recipient_id, created_at desc, id desc)
  include (actor_id, seen_at) where read_at is null;
create index notifications_actor_id_idx on public.notifications (actor_id)
  where actor_id is not null;
-- Such subjects go while people still have been told of them.
create index notifications_passing_subject_idx on public.notifications (subject_id)
  where subject_type in ('story', 'announcement');
alter table public.notifications enable row level security;

create table private.notification_actors (
  recipient_id uuid not null references public.profiles (id) on delete cascade,
  type text not null,
  -- What one person did to one thing: done again, it is told once, also after the group was read.
  source_id uuid not null,
  notification_id uuid not null references public.notifications (id) on delete cascade,
  actor_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  -- The like was taken back: neither named nor counted until it is given again.
  withdrawn boolean not null default false,
  primary key (recipient_id, type, source_id)
);
comment on table private.notification_actors is
  'People of a notification that is about several. Seen by its recipient, without people in a block '
  'and those who have taken it back.';
create index notification_actors_notification_id_idx
  on private.notification_actors (notification_id, created_at desc, actor_id);
create index notification_actors_actor_id_idx on private.notification_actors (actor_id);
alter table private.notification_actors enable row level security;
create policy notification_actors_select_own on private.notification_actors
  for select to authenticated
  using (recipient_id = (select auth.uid()) and not withdrawn
    and not exists (select from private.block_sides b
      where b.profile_id = (select auth.uid()) and b.other_id = actor_id offset 0)
    and not exists (select from private.account_states s
      where s.profile_id = actor_id and s.hidden offset 0));
revoke all on private.notification_actors from anon, authenticated;
grant select on private.notification_actors to authenticated;
grant select, insert, update, delete on private.notification_actors to service_role;

create function private.types_about_words() returns text[]
language sql immutable parallel safe set search_path = ''
as $$
  select array['comment', 'reply', 'mention', 'quote', 'message', 'story_reply', 'poll_closed']
$$;
comment on function private.types_about_words() is
  'What tells of somebody''s post or message: no longer told when that is no longer seen.';
grant execute on function private.types_about_words() to authenticated, service_role;

create policy notifications_select_own on public.notifications
  for select to authenticated
  using (recipient_id = (select auth.uid()) and not withdrawn
    and ('in_app' = any (channels) or (select current_setting('townsquare.unlisted', true)) = 'on')
    and (type <> all (private.grouped_types()) or exists (
      select from private.notification_actors a where a.notification_id = notifications.id))
    and (actor_id is null or (not exists (select from private.block_sides b
        where b.profile_id = (select auth.uid()) and b.other_id = actor_id offset 0)
      and not exists (select from private.account_states s
        where s.profile_id = actor_id and s.hidden offset 0)))
    and case when type <> all (private.types_about_words()) then true
      when subject_type = 'post' then exists (select from public.posts p
        where p.id = subject_id and p.status = 'published' and p.deleted_at is null offset 0)
      when subject_type = 'message' then exists (select from public.messages m
        where m.id = subject_id and m.status = 'published' and m.deleted_at is null offset 0)
      else true end);
comment on policy notifications_select_own on public.notifications is
  'One''s own that one wants to see, while the words that they tell of are seen, without those of '
  'people in a block with one and of hidden accounts; a group while one of its people is left.';
revoke all on public.notifications from anon, authenticated;
grant select on public.notifications to authenticated;
grant select, insert, update, delete on public.notifications to service_role;

-- Making -------------------------------------------------------------------------------------------------

create function private.create_notification(
  p_recipient uuid, p_type text, p_actor uuid, p_subject_type text, p_subject uuid, p_source uuid,
  p_meta jsonb default '{}'
) returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  v_channels text[];
  v_id uuid;
  v_status text;
begin
  if p_recipient is null or p_recipient = p_actor
    or private.is_blocked_between(p_recipient, p_actor) or private.is_hidden(p_actor)
    or exists (select from public.mutes m where m.muter_id = p_recipient and m.muted_id = p_actor)
    -- Nobody reads what a bot is told.
    or not exists (select from public.profiles p where p.id = p_recipient and not p.is_bot) then
    return null;
  end if;
  v_channels := private.notification_channels(p_recipient, p_type);
  if v_channels = '{}' then
    return null;
  end if;
  if p_type = any (private.grouped_types()) then
    return private.join_notification(
      p_recipient, p_type, p_actor, p_subject_type, p_subject, p_source, p_meta, v_channels);
  end if;
  insert into public.notifications as n
    (recipient_id, type, actor_id, subject_type, subject_id, source_id, meta, channels)
  values (p_recipient, p_type, p_actor, p_subject_type, p_subject, p_source, p_meta, v_channels)
  -- Taken back and done again: there again, and rung for only if that has not been done.
  on conflict on constraint notifications_recipient_id_type_source_key do update
    set withdrawn = false where n.withdrawn
  returning n.id, n.status into v_id, v_status;
  if v_status = 'pending' then
    perform private.emit('notification.created', v_id, p_actor,
      jsonb_build_object('recipient_id', p_recipient, 'type', p_type));
  end if;
  return v_id;
end;
$$;
comment on function private.create_notification(uuid, text, uuid, text, uuid, uuid, jsonb) is
  'Tells a person something, unless it is their own doing, comes from somebody blocked or muted, or '
  'is of a type that they have turned off. Null when nothing was stored. For jobs only.';

create function private.pair_id(p_one uuid, p_other uuid) returns uuid
language sql immutable set search_path = ''
as $$ select md5(p_one::text || p_other::text)::uuid $$;
comment on function private.pair_id(uuid, uuid) is
  'Names what one person did to one thing, so that doing it again is the same cause.';

create function private.can_see(p_viewer uuid, p_type text, p_id uuid) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_role constant text := current_setting('role');
  v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
  v_seen boolean;
begin
  -- Row-level security is the only place that knows who sees what: ask it as that person.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', p_viewer, 'role', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
  if p_type = 'post' then
    v_seen := exists (select from public.posts p where p.id = p_id and p.status = 'published' and p.deleted_at is null);
  elsif p_type = 'message' then
    v_seen := exists (select from public.messages m
      where m.id = p_id and m.deleted_at is null and m.status = 'published');
  else
    v_seen := false;
  end if;
  perform set_config('role', v_role, true);
  perform set_config('request.jwt.claims', v_claims, true);
  return v_seen;
end;
$$;
comment on function private.can_see(uuid, text, uuid) is
  'Whether a post or message is published and visible to a person. For jobs only.';

create function private.notify_if_visible(
  p_recipient uuid, p_type text, p_actor uuid, p_subject_type text, p_subject uuid, p_source uuid,
  p_meta jsonb default '{}'
) returns uuid
language plpgsql volatile set search_path = ''
as $$
begin
  if p_recipient is null or p_recipient = p_actor
    or not private.can_see(p_recipient, p_subject_type, p_subject)
    or private.is_muted_subject(p_recipient, p_subject_type, p_subject) then
    return null;
  end if;
  return private.create_notification(
    p_recipient, p_type, p_actor, p_subject_type, p_subject, p_source, p_meta);
end;
$$;
comment on function private.notify_if_visible(uuid, text, uuid, text, uuid, uuid, jsonb) is
  'Tells a person of a post or message, unless they may not see it or have muted words of it.';

-- From events to people ------------------------------------------------------------------------------------

create function private.notify_of_post(p_post uuid, p_actor uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_mentions_max constant int := 50;
  v_post record;
  v_root_author uuid;
  v_parent_author uuid;
  v_quoted_author uuid;
begin
  select p.parent_id, p.root_id, p.quoted_id, p.mention_ids into v_post
  from public.posts p where p.id = p_post;
  if not found then
    return;
  end if;
  select p.author_id into v_parent_author from public.posts p where p.id = v_post.parent_id;
  select p.author_id into v_root_author from public.posts p where p.id = v_post.root_id;
  select p.author_id into v_quoted_author from public.posts p where p.id = v_post.quoted_id
    and p.author_id is distinct from v_parent_author and p.author_id is distinct from v_root_author;
  if v_post.parent_id is distinct from v_post.root_id then
    perform private.notify_if_visible(v_parent_author, 'reply', p_actor, 'post', p_post, p_post);
  end if;
  -- Nobody is told twice of the same words: the author of the parent was told just now.
  if v_post.parent_id is not distinct from v_post.root_id
    or v_root_author is distinct from v_parent_author then
    perform private.notify_if_visible(v_root_author, 'comment', p_actor, 'post', p_post, p_post);
  end if;
  perform private.notify_if_visible(v_quoted_author, 'quote', p_actor, 'post', p_post, p_post);
  perform private.notify_if_visible(m.id, 'mention', p_actor, 'post', p_post, p_post)
  from (select distinct u as id from unnest(v_post.mention_ids[1:c_mentions_max]) u) m
  where m.id is distinct from v_parent_author and m.id is distinct from v_root_author
    and m.id is distinct from v_quoted_author;
end;
$$;
comment on function private.notify_of_post(uuid, uuid) is
  'Tells whom a post concerns: authors of what it answers and quotes, and people whom it mentions.';

create function private.reaction_type(p_kind text) returns text
language sql immutable set search_path = ''
as $$ select case when p_kind = 'like' then 'like' else 'reaction' end $$;
comment on function private.reaction_type(text) is 'The notification that tells of such a reaction.';

create function private.notify_of_share(p_post uuid, p_actor uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- Taken back by now: there is nothing to tell.
  perform private.notify_if_visible(p.author_id, 'share', p_actor, 'post', p_post,
    private.pair_id(p_post, p_actor))
  from public.posts p join (
    -- Held, so that taking it back comes before, or finds what was told.
    select s.post_id from public.shares s
    where s.post_id = p_post and s.profile_id = p_actor for key share) s on s.post_id = p.id;
end;
$$;
comment on function private.notify_of_share(uuid, uuid) is
  'Tells the author once per person, however often that person shares.';

create function private.notify_of_reaction(p_post uuid, p_actor uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- As it is now: another kind by now, or taken back, is said by an event of its own.
  perform private.notify_if_visible(p.author_id, private.reaction_type(r.kind), p_actor, 'post', p_post,
    private.pair_id(p_post, p_actor), jsonb_build_object('kind', r.kind))
  from public.posts p join (
    select r.post_id, r.kind from public.post_reactions r
    where r.post_id = p_post and r.profile_id = p_actor for share) r on r.post_id = p.id;
end;
$$;
comment on function private.notify_of_reaction(uuid, uuid) is
  'Tells the author once per person and kind of notification, however often that person reacts.';

create function private.notify_of_follow(p_topic text, p_subject uuid, p_actor uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_type constant text := case p_topic when 'user.followed' then 'follow'
    when 'user.follow_requested' then 'follow_request' else 'follow_accepted' end;
begin
  -- Held, so that taking it back comes before, or finds what was told.
  if v_type = 'follow_request' then
    perform from public.follow_requests r
    where r.requester_id = p_actor and r.target_id = p_subject for key share;
  elsif v_type = 'follow' then
    perform from public.follows f
    where f.follower_id = p_actor and f.followee_id = p_subject for key share;
  else
    perform from public.follows f where f.follower_id = p_subject and f.followee_id = p_actor;
  end if;
  -- What was undone is no news; a private account has answered the request itself and knows.
  if not found or (v_type = 'follow'
    and exists (select from private.private_accounts a where a.profile_id = p_subject)) then
    return;
  end if;
  perform private.create_notification(
    p_subject, v_type, p_actor, 'user', p_actor, private.pair_id(p_subject, p_actor));
end;
$$;
comment on function private.notify_of_follow(text, uuid, uuid) is
  'Tells of a follow, of a request to follow, and of its being granted.';
