-- Rooms: where people talk. Owns rooms, room_members, private.room_member_states. Reads blocks.
-- A room's live topic carries an epoch: whoever must no longer listen is left on an old one.

create table public.rooms (
  id uuid primary key default private.uuid_v7(),
  kind text not null default 'channel',
  name text not null,
  description text not null default '',
  guidelines text not null default '',
  is_private boolean not null default false,
  created_by uuid references public.profiles (id) on delete set null,
  -- Both ids of a direct room in order, so that a pair has one room however often it is asked for.
  direct_key text,
  who_can_invite text not null default 'members',
  -- Only those who keep order write.
  read_only boolean not null default false,
  slow_mode_s int not null default 0,
  -- Messages that are older go, but for pins and legal holds.
  retention_days int,
  archived_at timestamptz,
  epoch int not null default 1,
  last_seq bigint not null default 0,
  last_message_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint rooms_kind_known check (kind in ('channel', 'group', 'direct')),
  constraint rooms_name_length check (
    char_length(name) <= 80 and (kind = 'direct') = (char_length(name) = 0)),
  constraint rooms_name_form check (
    kind = 'direct' or (private.is_plain(name) and private.is_visible(name))),
  constraint rooms_description_length check (char_length(description) <= 1000),
  constraint rooms_guidelines_length check (char_length(guidelines) <= 5000),
  constraint rooms_who_can_invite_known check (who_can_invite in ('members', 'moderators')),
  constraint rooms_slow_mode_s_range check (slow_mode_s between 0 and 21600),
  constraint rooms_retention_days_range check (retention_days between 1 and 3650),
  constraint rooms_direct_private check (kind <> 'direct' or is_private),
  constraint rooms_direct_key_given check ((kind = 'direct') = (direct_key is not null)),
  constraint rooms_direct_key_key unique (direct_key)
) with (fillfactor = 80);
comment on table public.rooms is 'Channels, groups and direct conversations.';
create index rooms_created_by_idx on public.rooms (created_by);
-- By age, not by activity: a message must be able to update its room in place.
create index rooms_discover_idx on public.rooms (created_at desc, id desc)
  where kind = 'channel' and not is_private;
alter table public.rooms enable row level security;

create table public.room_members (
  room_id uuid not null references public.rooms (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  role text not null default 'member',
  banned boolean not null default false,
  joined_at timestamptz not null default clock_timestamp(),
  primary key (room_id, profile_id),
  constraint room_members_role_known check (role in ('owner', 'admin', 'moderator', 'member'))
) with (fillfactor = 80);
comment on table public.room_members is
  'Who is in which room. A banned person keeps a row, so that they cannot come back.';
create index room_members_profile_id_idx on public.room_members (profile_id, room_id);
create index room_members_room_id_joined_at_idx
  on public.room_members (room_id, joined_at, profile_id);
alter table public.room_members enable row level security;

create table private.room_member_states (
  room_id uuid not null references public.rooms (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  last_read_seq bigint not null default 0,
  muted_until timestamptz,
  muted_by uuid references public.profiles (id) on delete set null,
  -- Since then it takes a new invite to come back.
  kicked_at timestamptz,
  -- Written in slow mode only.
  last_sent_at timestamptz,
  -- What one keeps to oneself here; null is as in the settings of the account.
  private_receipts boolean,
  hide_typing boolean,
  hide_presence boolean,
  primary key (room_id, profile_id)
) with (fillfactor = 80);
comment on table private.room_member_states is
  'What members must not read of each other: how far they have read, until when they are muted. '
  'Whoever has no row has read nothing and is not muted; a mute outlives leaving. No client access.';
create index room_member_states_profile_id_idx
  on private.room_member_states (profile_id, room_id);
create index room_member_states_muted_by_idx on private.room_member_states (muted_by)
  where muted_by is not null;
create index rooms_retention_idx on public.rooms (id) where retention_days is not null;
grant select, insert, update, delete on private.room_member_states to service_role;

-- Realtime -----------------------------------------------------------------------------------------

create function private.event_trace() returns text
language plpgsql volatile set search_path = ''
as $$
begin
  return coalesce(private.traceparent(), format('00-%s-%s-00',
    replace(gen_random_uuid()::text, '-', ''), left(replace(gen_random_uuid()::text, '-', ''), 16)));
end;
$$;
comment on function private.event_trace() is
  'W3C trace context of an event: the request''s, or one that begins here.';

create function private.is_told(p_topic text) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return p_topic !~ '^(user|feed):' or (
    exists (select from auth.sessions s where s.user_id = split_part(p_topic, ':', 2)::uuid
      and (s.not_after is null or s.not_after > now()))
    and not exists (select from private.account_states a
      where a.profile_id = split_part(p_topic, ':', 2)::uuid
        and a.banned_at is not null and coalesce(a.banned_until > now(), true)));
end;
$$;
comment on function private.is_told(text) is
  'False for the topics of a person who is signed out everywhere, or banned: a socket that is still '
  'open there hears nothing more.';

create function private.broadcast(p_topic text, p_event text, p_payload jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- That a session is over is said to the socket that it was.
  if p_event <> 'session.revoked' and not private.is_told(p_topic) then
    return;
  end if;
  perform realtime.send(
    p_payload || jsonb_build_object(
      'event_id', private.uuid_v7(),
      'sent_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'traceparent', private.event_trace()),
    p_event, p_topic, true);
end;
$$;
comment on function private.broadcast(text, text, jsonb) is
  'Definer, because clients may not send as the server does. To a private topic, at commit.';

create function private.broadcast_each(p_event text, p_topics text[], p_payloads jsonb[])
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_trace constant text := private.event_trace();
begin
  -- What realtime.send does, for many topics in one statement.
  insert into realtime.messages (id, topic, event, payload, private, extension)
  select s.id, s.topic, p_event, s.payload || jsonb_build_object(
    'id', s.id, 'event_id', private.uuid_v7(),
    'sent_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'traceparent', v_trace), true, 'broadcast'
  from (
    select gen_random_uuid() as id, t.topic, t.payload
    from unnest(p_topics, p_payloads) as t (topic, payload)
    where private.is_told(t.topic) offset 0) s;
exception when others then
  -- Like there: what cannot be sent must not undo what was done.
  raise warning 'broadcast_each: %', sqlerrm;
end;
$$;
comment on function private.broadcast_each(text, text[], jsonb[]) is
  'Definer, because clients may not send as the server does. One event to each of many topics.';

create function private.room_topic(p_room uuid, p_epoch int) returns text
-- An expression in plpgsql is much cheaper than a statement in SQL, which runs as a query.
language plpgsql immutable parallel safe set search_path = ''
as $$ begin return 'room:' || p_room || ':' || p_epoch; end; $$;
comment on function private.room_topic(uuid, int) is 'Topic of a room in one epoch.';
grant execute on function private.room_topic(uuid, int) to anon, authenticated, service_role;

create function private.broadcast_to_room(p_room uuid, p_event text, p_payload jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.broadcast(private.room_topic(r.id, r.epoch), p_event, p_payload)
  from public.rooms r where r.id = p_room;
end;
$$;
comment on function private.broadcast_to_room(uuid, text, jsonb) is
  'Definer, because only triggers speak on a room''s topic. Sends in the current epoch.';

create function private.rekey_room(p_room uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_epoch int;
begin
  update public.rooms r set epoch = r.epoch + 1 where r.id = p_room returning r.epoch into v_epoch;
  if not found then
    return;
  end if;
  perform private.broadcast_each('room.rekeyed', array_agg('user:' || m.profile_id),
    array_agg(jsonb_build_object('room_id', p_room, 'topic', private.room_topic(p_room, v_epoch))))
  from public.room_members m where m.room_id = p_room and not m.banned;
end;
$$;
comment on function private.rekey_room(uuid) is
  'Definer, because only triggers may. Moves a room to a new topic and tells those who stay.';

-- Predicates -------------------------------------------------------------------------------------------

create function private.my_room_ids() returns setof uuid
language plpgsql stable security definer rows 50 set search_path = ''
as $$
begin
  return query
  select m.room_id from public.room_members m
  where m.profile_id = (select auth.uid()) and not m.banned;
end;
$$;
comment on function private.my_room_ids() is
  'Definer, so that the policy of room_members may use it. Rooms of the caller.';
grant execute on function private.my_room_ids() to anon, authenticated, service_role;

create function private.my_managed_room_ids() returns setof uuid
language plpgsql stable security definer rows 10 set search_path = ''
as $$
begin
  return query
  select m.room_id from public.room_members m
  where m.profile_id = (select auth.uid()) and not m.banned and m.role in ('owner', 'admin');
end;
$$;
comment on function private.my_managed_room_ids() is
  'Definer, so that the policies of rooms may use it. Rooms that the caller may change.';
grant execute on function private.my_managed_room_ids() to authenticated, service_role;

create function private.my_owned_room_ids() returns setof uuid
language plpgsql stable security definer rows 10 set search_path = ''
as $$
begin
  return query
  select m.room_id from public.room_members m
  where m.profile_id = (select auth.uid()) and not m.banned and m.role = 'owner';
end;
$$;
comment on function private.my_owned_room_ids() is
  'Definer, so that the policies of rooms may use it. Rooms that the caller owns.';
grant execute on function private.my_owned_room_ids() to authenticated, service_role;

create function private.my_moderated_room_ids() returns setof uuid
language plpgsql stable security definer rows 10 set search_path = ''
as $$
begin
  return query
  select m.room_id from public.room_members m
  where m.profile_id = (select auth.uid()) and not m.banned
    and m.role in ('owner', 'admin', 'moderator');
end;
$$;
comment on function private.my_moderated_room_ids() is
  'Definer, so that the policies of messages may use it. Rooms in which the caller keeps order.';
grant execute on function private.my_moderated_room_ids() to anon, authenticated, service_role;

create function private.my_read_marks() returns table (room_id uuid, last_read_seq bigint)
language plpgsql stable security definer rows 50 set search_path = ''
as $$
begin
  return query
  select s.room_id, s.last_read_seq from private.room_member_states s
  where s.profile_id = (select auth.uid());
end;
$$;
comment on function private.my_read_marks() is
  'Definer, because states of members are closed to clients. How far the caller has read.';
grant execute on function private.my_read_marks() to authenticated, service_role;

-- Triggers ---------------------------------------------------------------------------------------------

create function private.rooms_before_update() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  if old.kind = 'direct' and (new.name, new.is_private, new.archived_at) is distinct from
    (old.name, old.is_private, old.archived_at) then
    raise exception 'A direct conversation has no name and stays private'
      using errcode = 'PT422', hint = 'invalid-input', column = 'name';
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.rooms_before_update() is 'What a direct conversation is not.';
create trigger rooms_b10_check
  before update of name, description, guidelines, is_private, who_can_invite, read_only, slow_mode_s,
    retention_days, archived_at on public.rooms
  for each row execute function private.rooms_before_update();

create function private.rooms_after_update() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_changes jsonb;
begin
  if new.is_private and not old.is_private then
    perform private.rekey_room(new.id);
  end if;
  select coalesce(jsonb_object_agg(n.key, n.value), '{}') into v_changes
  from jsonb_each(to_jsonb(new) - array['archived_at', 'updated_at', 'epoch']) n
  where n.value is distinct from to_jsonb(old) -> n.key;
  if v_changes <> '{}' and (select auth.uid()) is not null then
    perform private.log_room(new.id, 'update', null, v_changes);
  end if;
  perform private.broadcast_to_room(new.id, 'room.updated',
    jsonb_build_object('room', private.present_room(new.id, true)));
  return null;
end;
$$;
comment on function private.rooms_after_update() is
  'Definer, because it speaks on topics. Whoever merely listened stays on the old one.';
create trigger rooms_a10_broadcast
  after update of name, description, guidelines, is_private, who_can_invite, read_only, slow_mode_s,
    retention_days, archived_at on public.rooms
  for each row execute function private.rooms_after_update();

create function private.is_bulk() returns boolean
language plpgsql stable set search_path = ''
as $$ begin return coalesce(current_setting('townsquare.bulk', true), '') = 'on'; end; $$;
comment on function private.is_bulk() is
  'True while an import runs: nobody is told of messages that are years old.';
grant execute on function private.is_bulk() to authenticated, service_role;

create function private.room_members_after_change() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_was constant boolean := tg_op <> 'INSERT' and not old.banned;
  v_is constant boolean := tg_op <> 'DELETE' and not new.banned;
  v_room constant uuid := case when tg_op = 'DELETE' then old.room_id else new.room_id end;
  v_profile constant uuid := case when tg_op = 'DELETE' then old.profile_id else new.profile_id end;
  v_role constant text := case when tg_op = 'DELETE' then null else new.role end;
begin
  if v_was is distinct from v_is and private.is_counted(v_profile) then
    perform private.add_count(v_room, 'members', case when v_is then 1 else -1 end);
  end if;
  if tg_op = 'DELETE' then
    -- Whoever comes back begins anew, but a mute is not got rid of by leaving.
    delete from private.room_member_states s
    where s.room_id = v_room and s.profile_id = v_profile
      and coalesce(s.muted_until <= now(), true) and s.kicked_at is null
      and coalesce(s.last_sent_at < now() - interval '1 day', true);
  end if;
  if not v_was and not v_is then
    if tg_op = 'INSERT' then
      -- Somebody who has left a public channel, and whose socket may linger, is kept out now.
      perform private.rekey_room(v_room);
    end if;
    return null;
  end if;
  if private.is_bulk() then
    return null;
  end if;
  -- Whoever was put out, and whoever left a private room, must not hear what is said next.
  if v_was and not v_is and (
    (select auth.uid()) is distinct from v_profile
    or exists (select from public.rooms r where r.id = v_room and r.is_private)
  ) then
    perform private.rekey_room(v_room);
  end if;
  perform private.broadcast_to_room(v_room, 'member.changed', jsonb_build_object(
    'room_id', v_room, 'user_id', v_profile, 'role', case when v_is then v_role end,
    'state', case when v_is and v_was then 'changed' when v_is then 'joined'
      when tg_op = 'DELETE' then 'left' else 'banned' end));
  return null;
end;
$$;
comment on function private.room_members_after_change() is
  'Definer, because it counts and speaks on topics. Every way out of a room passes here.';
create trigger room_members_a50_change
  after insert or delete or update of role, banned on public.room_members
  for each row execute function private.room_members_after_change();

-- Policies and grants ------------------------------------------------------------------------------------

create policy rooms_select_visible on public.rooms
  for select to authenticated
  using ((kind = 'channel' and not is_private) or id in (select private.my_room_ids()));
comment on policy rooms_select_visible on public.rooms is
  'Public channels are for everybody to find; other rooms exist for their members only.';
create policy rooms_update_manager on public.rooms
  for update to authenticated
  using (id in (select private.my_managed_room_ids()))
  with check (id in (select private.my_managed_room_ids()));
create policy rooms_delete_owner on public.rooms
  for delete to authenticated
  using (kind <> 'direct' and id in (select private.my_owned_room_ids()));

create policy room_members_select_member on public.room_members
  for select to authenticated
  using (room_id in (select private.my_room_ids()) and not banned
    and not exists (select from private.account_states s
      where s.profile_id = room_members.profile_id and s.hidden offset 0));
comment on policy room_members_select_member on public.room_members is
  'Members see each other; who sits in a room is not for others to know, and who was banned from '
  'it is for those who keep order.';

revoke all on public.rooms, public.room_members from anon, authenticated;
grant select, delete on public.rooms to authenticated;
grant update (name, description, guidelines, is_private, who_can_invite, read_only, slow_mode_s,
  retention_days) on public.rooms to authenticated;
grant select on public.room_members to authenticated;
grant select, insert, update, delete on public.rooms, public.room_members to service_role;
