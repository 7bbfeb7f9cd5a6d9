-- Rooms, third part: what a person may do in a room, said once, and the log of what was done.
-- Owns private.room_log.

create function private.room_rank(p_role text) returns int
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return coalesce(array_position(array['member', 'moderator', 'admin', 'owner'], p_role), 0);
end;
$$;
comment on function private.room_rank(text) is 'Order of the roles of a room; nobody is 0.';

create function private.room_role(p_room uuid, p_profile uuid) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select m.role from public.room_members m
    where m.room_id = p_room and m.profile_id = p_profile and not m.banned);
end;
$$;
comment on function private.room_role(uuid, uuid) is
  'Definer, because members are closed to others. The role of a person in a room, or null.';

create function private.capabilities_in(
  p_room public.rooms, p_role text, p_is_muted boolean, p_is_closed boolean
) returns text[]
language plpgsql immutable set search_path = ''
as $$
declare
  v_rank constant int := private.room_rank(p_role);
  v_open constant boolean := p_room.archived_at is null;
  v_direct constant boolean := p_room.kind = 'direct';
begin
  return array_remove(array[
    case when v_rank > 0 then 'read' end,
    case when v_rank > 0 and v_open and not p_is_muted and not p_is_closed
      and (v_rank > 1 or not p_room.read_only) then 'send' end,
    case when v_rank > 0 and v_direct and not p_is_closed then 'pin' end,
    case when v_rank > 0 and not v_direct then 'leave' end,
    case when v_rank > 0 and v_open and not v_direct
      and (v_rank > 1 or p_room.who_can_invite = 'members') then 'invite' end,
    case when v_rank > 1 and v_open then 'pin' end,
    case when v_rank > 1 then 'delete_messages' end,
    case when v_rank > 1 then 'mute' end,
    case when v_rank > 1 then 'kick' end,
    case when v_rank > 1 then 'ban' end,
    case when v_rank > 1 then 'read_log' end,
    case when v_rank > 2 then 'change_role' end,
    case when v_rank > 2 then 'edit_room' end,
    case when v_rank > 2 then 'archive' end,
    case when v_rank > 3 then 'transfer' end,
    case when v_rank > 3 then 'delete_room' end
  ], null);
end;
$$;
comment on function private.capabilities_in(public.rooms, text, boolean, boolean) is
  'What a member of that role may do in a room; muted, and in a conversation that a block closed.';

create function private.room_capabilities(p_room uuid, p_profile uuid) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_room public.rooms;
  v_role constant text := private.room_role(p_room, p_profile);
begin
  select * into v_room from public.rooms r where r.id = p_room;
  if v_room.id is null or (v_role is null
    and (v_room.kind <> 'channel' or v_room.is_private)) then
    return '{}';
  end if;
  if v_role is null then
    return case when v_room.archived_at is null and not exists (select from public.room_members m
        where m.room_id = p_room and m.profile_id = p_profile and m.banned)
      and not exists (select from private.room_member_states s
        where s.room_id = p_room and s.profile_id = p_profile and s.kicked_at is not null)
      then array['join'] else '{}'::text[] end;
  end if;
  return private.capabilities_in(v_room, v_role,
    exists (select from private.room_member_states s
      where s.room_id = p_room and s.profile_id = p_profile and s.muted_until > now()),
    v_room.kind = 'direct' and exists (select from public.room_members m
      where m.room_id = p_room and m.profile_id <> p_profile
        and private.is_blocked_between(p_profile, m.profile_id)));
end;
$$;
comment on function private.room_capabilities(uuid, uuid) is
  'Definer, because it reads mutes and bans. What a person may do in a room now.';

create function private.my_room_capabilities(p_room uuid) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
begin
  return private.room_capabilities(p_room, (select auth.uid()));
end;
$$;
comment on function private.my_room_capabilities(uuid) is
  'Definer, because it reads mutes and bans. What the caller may do in a room now.';
grant execute on function private.my_room_capabilities(uuid) to authenticated, service_role;

create function private.require_room(p_room uuid, p_capability text) returns public.rooms
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_room public.rooms;
begin
  -- Whoever changes who is in a room, or what they are, does so one after the other.
  select * into v_room from public.rooms r where r.id = p_room for no key update;
  if v_room.id is null or (private.room_role(p_room, v_me) is null
    and (v_room.kind <> 'channel' or v_room.is_private)) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_capability <> all (private.room_capabilities(p_room, v_me)) then
    if v_room.archived_at is not null and p_capability in ('invite', 'join', 'pin', 'send') then
      raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
    end if;
    raise exception 'You may not do this in this room: %', p_capability
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return v_room;
end;
$$;
comment on function private.require_room(uuid, text) is
  'Definer, because it reads mutes and bans. Locks the room; raises unless the caller may do that.';

create function private.require_room_rank(p_room uuid, p_profile uuid) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_role constant text := private.room_role(p_room, p_profile);
begin
  if p_profile = v_me then
    raise exception 'Not against yourself' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if private.room_rank(v_role) >= private.room_rank(private.room_role(p_room, v_me)) then
    raise exception 'Only against those below you'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return v_role;
end;
$$;
comment on function private.require_room_rank(uuid, uuid) is
  'Definer, because it reads roles. Raises unless the caller stands above the other; gives their role.';

-- The log ------------------------------------------------------------------------------------------------

create table private.room_log (
  id uuid primary key default private.uuid_v7(),
  at timestamptz not null default clock_timestamp(),
  room_id uuid not null references public.rooms (id) on delete cascade,
  actor_id uuid references public.profiles (id) on delete set null,
  action text not null,
  profile_id uuid references public.profiles (id) on delete set null,
  details jsonb not null default '{}',
  constraint room_log_action_known check (action in ('mute', 'unmute', 'kick', 'ban', 'unban', 'role',
    'transfer', 'archive', 'unarchive', 'update', 'invite', 'revoke_invite'))
);
comment on table private.room_log is
  'What those who keep order did in a room: who, when, to whom. No client access.';
create index room_log_room_id_id_idx on private.room_log (room_id, id desc);
create index room_log_actor_id_idx on private.room_log (actor_id);
create index room_log_profile_id_idx on private.room_log (profile_id);
grant select, insert, update, delete on private.room_log to service_role;

create function private.log_room(
  p_room uuid, p_action text, p_profile uuid default null, p_details jsonb default '{}'
) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into private.room_log (room_id, actor_id, action, profile_id, details)
  values (p_room, (select auth.uid()), p_action, p_profile, jsonb_strip_nulls(p_details))
$$;
comment on function private.log_room(uuid, text, uuid, jsonb) is
  'Definer, because the log is closed to clients. One line for one deed of the caller.';

create function private.room_log_page(p_room uuid, p_before uuid, p_limit int)
returns table (id uuid, entry jsonb)
language plpgsql stable security definer set search_path = ''
as $$
begin
  if 'read_log' <> all (private.my_room_capabilities(p_room)) then
    perform private.refuse_room(p_room);
  end if;
  return query
  select l.id, jsonb_build_object('id', l.id, 'at', l.at, 'action', l.action,
    'actor', case when l.actor_id is not null then private.profile_summary(l.actor_id) end,
    'user', case when l.profile_id is not null then private.profile_summary(l.profile_id) end,
    'details', l.details)
  from private.room_log l
  where l.room_id = p_room and (p_before is null or l.id < p_before)
  order by l.id desc limit least(p_limit, 101);
end;
$$;
comment on function private.room_log_page(uuid, uuid, int) is
  'Definer, because the log is closed to clients. For those who keep order, the newest first.';
grant execute on function private.room_log_page(uuid, uuid, int) to authenticated;

create function private.refuse_room(p_room uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if private.room_role(p_room, (select auth.uid())) is null and not exists (
    select from public.rooms r where r.id = p_room and r.kind = 'channel' and not r.is_private
  ) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  raise exception 'Only those who keep order in the room see this'
    using errcode = 'PT403', hint = 'not-permitted';
end;
$$;
comment on function private.refuse_room(uuid) is
  'Definer, because it tells rooms that the caller may know of from others.';

-- What the room says to whom it is empty ---------------------------------------------------------------------

create function private.empty_state_in(
  p_room public.rooms, p_capabilities text[], p_members bigint
) returns jsonb
language plpgsql immutable set search_path = ''
as $$
declare
  v_alone boolean;
begin
  -- Activity is noted by messages of people only; that somebody joined fills no room.
  if p_room.last_message_at is not null or p_capabilities = '{}' then
    return null;
  end if;
  v_alone := p_room.is_private and 'invite' = any (p_capabilities) and p_members <= 1;
  return jsonb_build_object(
    'code', case when v_alone then 'invite_friends' when 'send' = any (p_capabilities)
      then 'say_hello' when 'join' = any (p_capabilities) then 'join' else 'quiet' end,
    'text', case when v_alone then 'Invite friends: only those whom you let in see this room.'
      when 'send' = any (p_capabilities) then 'Be the first to say hello!'
      when 'join' = any (p_capabilities) then 'Join and be the first to say hello!'
      else 'Nothing has been said here yet.' end,
    'guidelines', nullif(p_room.guidelines, ''),
    'can_invite', 'invite' = any (p_capabilities));
end;
$$;
comment on function private.empty_state_in(public.rooms, text[], bigint) is
  'What to show where nothing was said, null where something was.';
