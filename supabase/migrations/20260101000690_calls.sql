-- Calls: voice and video in rooms. Owns calls, private.call_participants. Reads rooms, blocks.
-- Media goes between the people themselves; here is who rings, who is in it, and how it ended.
-- Locks are taken in one order: member, call, participants.

create table public.calls (
  id uuid primary key default private.uuid_v7(),
  room_id uuid not null references public.rooms (id) on delete cascade,
  kind text not null,
  state text not null default 'ringing',
  -- Whoever is put out stays on the topic of an old one.
  epoch int not null default 1,
  -- True once more people are in it than can send to each other directly.
  uses_server boolean not null default false,
  started_by uuid references public.profiles (id) on delete set null,
  started_at timestamptz not null default clock_timestamp(),
  answered_at timestamptz,
  ended_at timestamptz,
  constraint calls_kind_known check (kind in ('audio', 'video')),
  constraint calls_state_known check (state in ('ringing', 'active', 'ended', 'missed', 'declined')),
  constraint calls_ended_at_given check ((state in ('ringing', 'active')) = (ended_at is null)),
  constraint calls_answered_at_given check (state <> 'active' or answered_at is not null)
);
comment on table public.calls is
  'Calls in rooms. A call that rings for over a minute is missed, which its state says a little later.';
create unique index calls_live_room_id_key on public.calls (room_id) where ended_at is null;
create index calls_live_started_at_idx on public.calls (started_at) where ended_at is null;
create index calls_room_id_started_at_idx on public.calls (room_id, started_at desc);
create index calls_started_by_idx on public.calls (started_by);
alter table public.calls enable row level security;

create table private.call_participants (
  call_id uuid not null references public.calls (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  state text not null,
  joined_at timestamptz,
  left_at timestamptz,
  primary key (call_id, profile_id),
  constraint call_participants_state_known check (state in ('joined', 'left', 'declined')),
  constraint call_participants_joined_at_given check (state = 'declined' or joined_at is not null)
);
comment on table private.call_participants is
  'Who is or was in a call, and who declined it. No client access.';
create index call_participants_profile_id_idx on private.call_participants (profile_id);
alter table private.call_participants enable row level security;

create function private.call_ring() returns interval
language sql immutable set search_path = ''
as $$ select interval '60 seconds' $$;
comment on function private.call_ring() is 'How long a call rings before it is missed.';

create function private.call_topic(p_call uuid, p_epoch int) returns text
language sql immutable set search_path = ''
as $$ select 'call:' || p_call || ':' || p_epoch $$;
comment on function private.call_topic(uuid, int) is 'Topic of a call in one epoch.';

create function private.is_in_call_topic(p_topic text) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.calls c
    join private.call_participants p on p.call_id = c.id and p.state = 'joined'
    join public.room_members m on m.room_id = c.room_id and m.profile_id = p.profile_id
    where c.id = private.topic_uuid(p_topic, 'call') and p.profile_id = (select auth.uid())
      and not m.banned and c.ended_at is null and p_topic = private.call_topic(c.id, c.epoch))
$$;
comment on function private.is_in_call_topic(text) is
  'Definer, because participants are closed to clients. Is the caller in that call now?';

-- Presentation ---------------------------------------------------------------------------------------

create function private.call_shape(p_call uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', c.id, 'topic', private.call_topic(c.id, c.epoch), 'room_id', c.room_id, 'kind', c.kind,
      'state', case when late.is_late then 'missed' else c.state end,
      'started_by', private.profile_summary(c.started_by),
      'participants', coalesce((
        select jsonb_agg(private.profile_summary(p.profile_id) || jsonb_build_object(
          'state', case when late.is_late and p.state = 'joined' then 'left' else p.state end,
          'joined_at', p.joined_at, 'left_at', p.left_at)
          order by p.joined_at nulls last, p.profile_id)
        from private.call_participants p where p.call_id = c.id), '[]'),
      'started_at', c.started_at, 'answered_at', c.answered_at,
      'ended_at', case when late.is_late then c.started_at + private.call_ring() else c.ended_at end,
      'duration_s', case when c.answered_at is not null then
        floor(extract(epoch from coalesce(c.ended_at, clock_timestamp()) - c.answered_at))::int end,
      'livekit', null)
    from public.calls c
    cross join lateral (select c.state = 'ringing'
      and c.started_at + private.call_ring() <= clock_timestamp() as is_late) late
    where c.id = p_call);
end;
$$;
comment on function private.call_shape(uuid) is
  'The shape Call, as every member may see it. Time decides about a call that still rings.';

create function private.present_call(p_call uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select private.call_shape(c.id) || jsonb_build_object(
      'uses_server', c.uses_server and c.ended_at is null and exists (
        select from private.call_participants p
        where p.call_id = c.id and p.profile_id = (select auth.uid()) and p.state = 'joined'))
    from public.calls c where c.id = p_call and c.room_id in (select private.my_room_ids()));
end;
$$;
comment on function private.present_call(uuid) is
  'Definer, because participants are closed to clients. A call of the caller''s rooms, and whether '
  'they need the call server now.';
grant execute on function private.present_call(uuid) to authenticated;

-- What happens to calls ------------------------------------------------------------------------------

create function private.announce_call(p_call uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform private.broadcast_to_room(c.room_id, 'call.changed',
    jsonb_build_object('call', private.call_shape(c.id)))
  from public.calls c where c.id = p_call;
  -- Devices in the call need not listen to its room; anybody in it could forge this, so it only
  -- tells them to read the call again.
  perform private.broadcast_each('call.changed', array[private.call_topic(c.id, c.epoch)],
    array[jsonb_build_object('call_id', c.id)])
  from public.calls c where c.id = p_call;
end;
$$;
comment on function private.announce_call(uuid) is
  'Tells the room how the call is now, and those in it that it has changed.';

create function private.ring_call(p_call uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  -- In rooms with more members nobody''s telephone rings; the room''s topic tells.
  c_ring_members_max constant int := 100;
begin
  perform private.broadcast_each('call.ringing', array_agg('user:' || m.profile_id),
    array_agg(jsonb_build_object('call', private.call_shape(p_call))))
  from public.calls c join public.room_members m on m.room_id = c.room_id
  where c.id = p_call and not m.banned and m.profile_id <> c.started_by
    and not private.is_blocked_between(m.profile_id, c.started_by)
    and not private.is_hidden(m.profile_id)
    and not private.is_set_aside(c.room_id, m.profile_id)
  having count(*) between 1 and c_ring_members_max;
end;
$$;
comment on function private.ring_call(uuid) is
  'Rings at the members, wherever they are; not between people who have blocked each other.';

create function private.finish_call(p_call uuid, p_state text, p_at timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_starter uuid;
  v_room uuid;
  v_uses_server boolean;
begin
  update public.calls c set state = p_state, ended_at = p_at
  where c.id = p_call and c.ended_at is null
  returning c.started_by, c.room_id, c.uses_server into v_starter, v_room, v_uses_server;
  if not found then
    return;
  end if;
  update private.call_participants p set state = 'left', left_at = p_at
  where p.call_id = p_call and p.state = 'joined';
  perform private.announce_call(p_call);
  perform private.emit(case p_state when 'missed' then 'call.missed' else 'call.ended' end,
    p_call, v_starter,
    jsonb_build_object('room_id', v_room, 'state', p_state, 'uses_server', v_uses_server));
end;
$$;
comment on function private.finish_call(uuid, text, timestamptz) is
  'Ends a call for everybody in it; once.';

create function private.finish_if_over(p_call uuid) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_call public.calls;
begin
  select * into v_call from public.calls c where c.id = p_call and c.ended_at is null;
  if not found then
    return true;
  end if;
  if v_call.state = 'ringing' and v_call.started_at + private.call_ring() <= clock_timestamp() then
    perform private.finish_call(p_call, 'missed', v_call.started_at + private.call_ring());
    return true;
  end if;
  if not exists (select from private.call_participants p
    where p.call_id = p_call and p.state = 'joined') then
    perform private.finish_call(p_call,
      case when v_call.answered_at is null then 'missed' else 'ended' end, clock_timestamp());
    return true;
  end if;
  if v_call.state = 'ringing' and not exists (
    select from public.room_members m
    where m.room_id = v_call.room_id and not m.banned and not exists (
      select from private.call_participants p
      where p.call_id = p_call and p.profile_id = m.profile_id)
  ) and exists (select from private.call_participants p
    where p.call_id = p_call and p.state = 'declined') then
    perform private.finish_call(p_call, 'declined', clock_timestamp());
    return true;
  end if;
  return false;
end;
$$;
comment on function private.finish_if_over(uuid) is
  'The rules by which a call ends by itself: unanswered, left by all, or declined by all.';

create function private.rekey_call(p_call uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_topic text;
begin
  update public.calls c set epoch = c.epoch + 1
  where c.id = p_call returning private.call_topic(c.id, c.epoch) into v_topic;
  perform private.broadcast_each('call.rekeyed', array_agg('user:' || p.profile_id),
    array_agg(jsonb_build_object('call_id', p_call, 'topic', v_topic)))
  from private.call_participants p where p.call_id = p_call and p.state = 'joined'
  having count(*) > 0;
end;
$$;
comment on function private.rekey_call(uuid) is
  'Moves a call to a new topic and tells those who stay in it.';

create function private.lock_call(p_call uuid) returns public.calls
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_call public.calls;
begin
  select * into v_call from public.calls c
  where c.id = p_call and c.room_id in (select private.my_room_ids());
  if found then
    -- Whoever is being put out of the room waits for this, or this for them.
    perform from public.room_members m
    where m.room_id = v_call.room_id and m.profile_id = (select auth.uid()) and not m.banned for share;
  end if;
  if not found then
    raise exception 'The call does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  select * into v_call from public.calls c where c.id = p_call for update;
  if private.finish_if_over(p_call) then
    select * into v_call from public.calls c where c.id = p_call;
  end if;
  return v_call;
end;
$$;
comment on function private.lock_call(uuid) is
  'Definer, because it locks. A call of the caller''s rooms, as it is now.';

create function private.require_may_call(p_room uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.may_publish();
  perform from public.room_members m
  where m.room_id = p_room and m.profile_id = (select auth.uid()) for share;
  perform private.require_may_write(p_room, (select auth.uid()));
end;
$$;
comment on function private.require_may_call(uuid) is
  'Definer, because it reads mutes and blocks. Whoever may write in a room may call there.';

-- Policies and grants --------------------------------------------------------------------------------

create policy calls_select_member on public.calls
  for select to authenticated using (room_id in (select private.my_room_ids()));
comment on policy calls_select_member on public.calls is
  'Members see the calls of their rooms; calls are made and changed over the API only.';

revoke all on public.calls, private.call_participants from anon, authenticated;
grant select on public.calls to authenticated;
grant select, insert, update, delete on public.calls, private.call_participants to service_role;
