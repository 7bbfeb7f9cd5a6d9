-- Messages: what is said in rooms. Owns messages, message_mentions. Reads rooms, posts, media, blocks.

create table public.messages (
  id uuid primary key default private.uuid_v7(),
  room_id uuid not null references public.rooms (id) on delete cascade,
  -- Position in the room: gapless and in the order of commits. Given by a trigger.
  seq bigint not null,
  author_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  kind text not null default 'user',
  body text not null default '',
  body_html text not null default '',
  -- Links, hashtags and mentions with their places: private.entities_in.
  entities jsonb not null default '[]',
  -- Everybody, or everybody who is connected, is named: @room and @here.
  mention_scope text,
  link_preview jsonb,
  parent_id uuid references public.messages (id) on delete cascade,
  -- An answer that stands in the main history too.
  also_in_room boolean not null default false,
  shared_post_id uuid references public.posts (id) on delete set null,
  -- The story that it answers.
  story_id uuid,
  media_ids uuid[] not null default '{}',
  status text not null default 'published',
  screened_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  edited_at timestamptz,
  deleted_at timestamptz,
  constraint messages_room_id_seq_key unique (room_id, seq),
  constraint messages_kind_known check (kind in ('user', 'system', 'bot')),
  constraint messages_body_length check (char_length(body) <= 5000),
  constraint messages_media_ids_count check (cardinality(media_ids) <= 10),
  constraint messages_status_known check (status in ('published', 'held', 'removed')),
  constraint messages_mention_scope_known check (mention_scope in ('room', 'here')),
  constraint messages_also_in_room_reply check (not also_in_room or parent_id is not null),
  constraint messages_deleted_empty check (deleted_at is null or body = '')
) with (fillfactor = 90);
comment on table public.messages is 'What is said in rooms, in the order it was said.';
create index messages_parent_id_seq_idx on public.messages (parent_id, seq)
  where parent_id is not null;
create index messages_author_id_created_at_idx on public.messages (author_id, created_at desc);
create index messages_shared_post_id_idx on public.messages (shared_post_id)
  where shared_post_id is not null;
create index messages_story_id_idx on public.messages (story_id) where story_id is not null;
create index messages_unscreened_idx on public.messages (created_at)
  where screened_at is null and deleted_at is null;
alter table public.messages enable row level security;

create table public.message_mentions (
  message_id uuid not null references public.messages (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (message_id, profile_id)
);
comment on table public.message_mentions is 'Members whom a message names.';
create index message_mentions_profile_id_created_at_idx
  on public.message_mentions (profile_id, created_at desc, message_id);
alter table public.message_mentions enable row level security;

-- Before a row is written --------------------------------------------------------------------------

create function private.messages_take_verdict() returns trigger
language plpgsql volatile set search_path = ''
as $$
declare
  v_verdict constant text := nullif(current_setting('townsquare.verdict', true), '');
  v_rendered jsonb;
begin
  if tg_op = 'UPDATE' and new.body is not distinct from old.body then
    return new;
  end if;
  v_rendered := private.rendered(new.body);
  new.body_html := v_rendered ->> 'body_html';
  new.entities := coalesce(v_rendered -> 'entities', private.entities_in(new.body));
  if new.link_preview is not null
    and private.first_link(new.entities) is distinct from new.link_preview ->> 'url' then
    new.link_preview := null;
  end if;
  if v_verdict in ('published', 'held') then
    new.screened_at := clock_timestamp();
    -- An edit never releases what is held: that is for a moderator to decide.
    if tg_op = 'INSERT' or v_verdict = 'held' then
      new.status := v_verdict;
    end if;
  elsif not private.is_bulk() then
    -- Written past the API: a consumer screens it as soon as it hears of it.
    new.screened_at := null;
  end if;
  return new;
end;
$$;
comment on function private.messages_take_verdict() is
  'Takes over what the API''s screening said in this transaction, and renders the text.';
-- An import has rendered and checked its rows as a whole; whoever writes for themselves never has.
create trigger messages_b10_verdict before insert or update of body on public.messages
  for each row when (coalesce(current_setting('townsquare.checked', true), '') <> 'on'
    or auth.uid() is not null)
  execute function private.messages_take_verdict();

create function private.require_may_write(p_room uuid, p_profile uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_room public.rooms;
  v_member public.room_members;
begin
  select * into v_room from public.rooms r where r.id = p_room;
  select * into v_member from public.room_members m
  where m.room_id = p_room and m.profile_id = p_profile;
  if v_room.id is null or ((v_member.room_id is null or v_member.banned)
    and (v_room.kind <> 'channel' or v_room.is_private)) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_member.room_id is null or v_member.banned then
    raise exception 'Only members write here' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if exists (select from private.room_member_states s
    where s.room_id = p_room and s.profile_id = p_profile and s.muted_until > now()) then
    raise exception 'You are muted in this room' using errcode = 'PT403', hint = 'room-muted';
  end if;
  if v_room.archived_at is not null then
    raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
  end if;
  if v_room.read_only and private.room_rank(v_member.role) < 2 then
    raise exception 'Only those who keep order write here'
      using errcode = 'PT403', hint = 'room-read-only';
  end if;
  if v_room.kind = 'direct' then
    perform private.require_open_conversation(p_room, p_profile);
  end if;
end;
$$;
comment on function private.require_may_write(uuid, uuid) is
  'Definer, because it reads mutes, bans and blocks. Raises unless the person may write there now.';

create function private.messages_check_insert() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_parent public.messages;
begin
  -- Jobs and imports act for nobody; whom a client acts for it cannot choose.
  if (select auth.uid()) is not null and new.kind = 'user' then
    perform private.require_may_write(new.room_id, new.author_id);
  end if;
  if not private.is_visible(new.body) and new.media_ids = '{}' and new.shared_post_id is null then
    raise exception 'A message says something'
      using errcode = 'PT422', hint = 'invalid-input', column = 'body';
  end if;
  if new.parent_id is not null then
    select * into v_parent from public.messages m
    where m.id = new.parent_id and m.room_id = new.room_id and m.deleted_at is null;
    if v_parent.id is null then
      raise exception 'No such message in this room'
        using errcode = 'PT422', hint = 'invalid-input', column = 'parent_id';
    end if;
    -- Threads have one level: an answer to an answer belongs to the same thread.
    new.parent_id := coalesce(v_parent.parent_id, v_parent.id);
  end if;
  new.mention_scope := case when new.entities <> '[]' then private.mention_scope(new) end;
  return new;
end;
$$;
comment on function private.messages_check_insert() is
  'Definer, because it reads what the author may not see. Who may write, and under what.';
create trigger messages_b50_check before insert on public.messages
  for each row when (coalesce(current_setting('townsquare.checked', true), '') <> 'on'
    or auth.uid() is not null)
  execute function private.messages_check_insert();

create function private.messages_check_shared() returns trigger
language plpgsql stable set search_path = ''
as $$
begin
  if not exists (select from public.posts p where p.id = new.shared_post_id
    and p.status = 'published' and p.deleted_at is null) then
    raise exception 'No such post'
      using errcode = 'PT422', hint = 'invalid-input', column = 'shared_post_id';
  end if;
  return new;
end;
$$;
comment on function private.messages_check_shared() is
  'Runs with the author''s rights: one shares only what one can see.';
create trigger messages_b60_check_shared before insert on public.messages
  for each row when (new.shared_post_id is not null)
  execute function private.messages_check_shared();

create function private.messages_take_seq() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- The room's row stays locked until the commit, so that positions are given in that order and
  -- a failed write gives its own back.
  update public.rooms r
  set last_seq = r.last_seq + 1,
    last_message_at = case when new.kind = 'system' or new.author_id = private.welcome_profile_id()
      then r.last_message_at
      else greatest(r.last_message_at, clock_timestamp()) end
  where r.id = new.room_id
  returning r.last_seq into new.seq;
  if not found then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  -- An insert that steps aside for an existing id would leave a gap.
  if exists (select from public.messages m where m.id = new.id) then
    raise unique_violation using message = 'The message exists already',
      constraint = 'messages_pkey', table = 'messages';
  end if;
  if not private.is_bulk() then
    new.created_at := clock_timestamp();
  end if;
  return new;
end;
$$;
comment on function private.messages_take_seq() is
  'Definer, because clients may not write the room''s counter. One position for each message.';
create trigger messages_b90_take_seq before insert on public.messages
  for each row when (new.seq is null or coalesce(current_setting('townsquare.bulk', true), '') <> 'on')
  execute function private.messages_take_seq();

create function private.messages_check_update() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if old.deleted_at is not null then
    raise exception 'The message was deleted' using errcode = 'PT404', hint = 'not-found';
  end if;
  if new.deleted_at is not null then
    new.deleted_at := clock_timestamp();
    new.body := '';
    new.body_html := '';
    new.entities := '[]';
    new.mention_scope := null;
    new.link_preview := null;
    new.media_ids := '{}';
    new.shared_post_id := null;
    new.story_id := null;
    return new;
  end if;
  if new.body is distinct from old.body then
    if old.author_id is distinct from coalesce((select auth.uid()), old.author_id) then
      raise exception 'Only the author edits a message'
        using errcode = 'PT403', hint = 'not-permitted';
    end if;
    -- An edit says something too: a mute, a ban or a block holds for it.
    if (select auth.uid()) is not null then
      perform private.may_publish();
      perform private.require_may_write(old.room_id, old.author_id);
    end if;
    if not private.is_visible(new.body) and new.media_ids = '{}' and new.shared_post_id is null then
      raise exception 'A message says something'
        using errcode = 'PT422', hint = 'invalid-input', column = 'body';
    end if;
    new.mention_scope := private.mention_scope(new);
    new.edited_at := clock_timestamp();
  end if;
  return new;
end;
$$;
comment on function private.messages_check_update() is
  'Definer, because it reads mutes and blocks. Authors edit and delete, those who keep order '
  'delete; what was deleted leaves nothing behind.';
-- After the verdict by name, so that an emptied body stays empty.
create trigger messages_b50_check_update before update of body, deleted_at on public.messages
  for each row execute function private.messages_check_update();

-- After a row is written -----------------------------------------------------------------------------

create function private.sync_message_mentions(p_message public.messages) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.message_mentions n where n.message_id = p_message.id;
  if position('mention' in p_message.entities::text) = 0 then
    return;
  end if;
  insert into public.message_mentions (message_id, profile_id)
  select p_message.id, p.id
  from unnest(private.entity_values(p_message.entities, 'mention')) as named (handle)
  join public.profiles p on p.handle = named.handle
  join public.room_members m
    on m.room_id = p_message.room_id and m.profile_id = p.id and not m.banned
  where private.accepts_contact(p.id, p_message.author_id, 'mention')
  order by p.id;
end;
$$;
comment on function private.sync_message_mentions(public.messages) is
  'Definer, because only triggers write mentions. Only members who let the author can be named.';

create function private.messages_after_insert() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.media_ids <> '{}' then
    perform private.attach_media(new.media_ids, new.author_id, null, new.id, null);
  end if;
  if new.entities <> '[]' then
    perform private.sync_message_mentions(new);
  end if;
  if new.status = 'published' and not private.is_bulk() then
    perform private.announce_message(new);
  end if;
  return null;
end;
$$;
comment on function private.messages_after_insert() is
  'Definer, because it writes mentions and topics. What is held is not announced.';
create trigger messages_a10_insert after insert on public.messages
  for each row when (coalesce(current_setting('townsquare.checked', true), '') <> 'on'
    or auth.uid() is not null)
  execute function private.messages_after_insert();

create function private.messages_after_update() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_was constant boolean := old.status = 'published' and old.deleted_at is null;
  v_is constant boolean := new.status = 'published' and new.deleted_at is null;
  v_event text;
begin
  if new.body is distinct from old.body then
    perform private.sync_message_mentions(new);
  end if;
  if private.is_bulk() then
    return null;
  end if;
  if v_is and not v_was then
    perform private.announce_message(new);
    perform private.emit('message.created', new.id, new.author_id,
      jsonb_build_object('room_id', new.room_id, 'released', true));
    return null;
  end if;
  v_event := case
    when new.deleted_at is distinct from old.deleted_at or (v_was and not v_is)
      then 'message.deleted'
    when (new.body, new.body_html, new.link_preview)
      is distinct from (old.body, old.body_html, old.link_preview)
      then 'message.updated' end;
  if v_event is null then
    return null;
  end if;
  if v_was then
    perform private.broadcast_to_room(new.room_id, v_event, jsonb_build_object('message', (
      select s.message from private.present_messages(array[new.id], true) s)));
  end if;
  perform private.emit(v_event, new.id, new.author_id, jsonb_build_object('room_id', new.room_id));
  return null;
end;
$$;
comment on function private.messages_after_update() is
  'Definer, because it writes mentions, events and topics. A release is announced as new.';
create trigger messages_a10_update after update of body, body_html, link_preview, status, deleted_at on public.messages
  for each row execute function private.messages_after_update();

-- Policies and grants ------------------------------------------------------------------------------------

create policy messages_select_member on public.messages
  for select to authenticated
  using (
    (room_id in (select private.my_room_ids())
      and not exists (select from private.block_sides b
        where b.profile_id = (select auth.uid()) and b.other_id = author_id and b.is_blocker offset 0)
      and not exists (select from private.account_states s
        where s.profile_id = author_id and s.hidden offset 0)
      and (status = 'published' or author_id = (select auth.uid())
        or room_id in (select private.my_moderated_room_ids())))
    or (status <> 'published' and (select private.has_permission('report.review'))));
comment on policy messages_select_member on public.messages is
  'Members read their rooms but for people they have blocked; what is held is for its author and '
  'for those who decide on it.';
create policy messages_insert_member on public.messages
  for insert to authenticated
  with check (author_id = (select auth.uid()) and kind in ('user', 'bot')
    and room_id in (select private.my_room_ids()));
create policy messages_update_author on public.messages
  for update to authenticated
  using (room_id in (select private.my_room_ids()) and (author_id = (select auth.uid())
    or room_id in (select private.my_moderated_room_ids())))
  with check (room_id in (select private.my_room_ids()) and (author_id = (select auth.uid())
    or room_id in (select private.my_moderated_room_ids())));
comment on policy messages_update_author on public.messages is
  'Authors, and those who keep order in the room; what they may change a trigger says.';

create policy message_mentions_select_visible on public.message_mentions
  for select to authenticated
  using (exists (select from public.messages m where m.id = message_id)
    and not exists (select from private.account_states s
      where s.profile_id = message_mentions.profile_id and s.hidden));
comment on policy message_mentions_select_visible on public.message_mentions is
  'Whoever sees the message sees whom it names.';

revoke all on public.messages, public.message_mentions from anon, authenticated;
grant select on public.messages, public.message_mentions to authenticated;
grant insert (id, room_id, body, parent_id, also_in_room, media_ids, shared_post_id, story_id)
  on public.messages to authenticated;
grant update (body, deleted_at) on public.messages to authenticated;
grant select, insert, update, delete on public.messages, public.message_mentions to service_role;
