-- Rooms, second part: what people do with rooms. The API calls these as the caller.

-- Commands -----------------------------------------------------------------------------------------------

create function private.create_room(
  p_name text, p_kind text default 'channel', p_is_private boolean default null,
  p_description text default '', p_guidelines text default ''
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_room uuid;
begin
  if p_kind is null or p_kind not in ('channel', 'group') then
    raise exception 'A room is a channel or a group'
      using errcode = 'PT422', hint = 'invalid-input', column = 'kind';
  end if;
  insert into public.rooms (kind, name, description, guidelines, is_private, created_by)
  values (p_kind, trim(p_name), p_description, p_guidelines,
    -- Nobody finds a group but by invitation.
    coalesce(p_is_private, p_kind = 'group'), v_me)
  returning id into v_room;
  insert into public.room_members (room_id, profile_id, role) values (v_room, v_me, 'owner');
  perform private.emit('room.created', v_room, v_me);
  return v_room;
end;
$$;
comment on function private.create_room(text, text, boolean, text, text) is
  'Definer, because members are added here only. The caller owns the room.';
grant execute on function private.create_room(text, text, boolean, text, text) to authenticated;

create function private.set_last_read(p_room uuid, p_profile uuid, p_seq bigint) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.room_member_states as s (room_id, profile_id, last_read_seq)
  values (p_room, p_profile, p_seq)
  on conflict (room_id, profile_id) do update set last_read_seq = p_seq
  where s.last_read_seq < p_seq;
  return found;
end;
$$;
comment on function private.set_last_read(uuid, uuid, bigint) is
  'Definer, because states of members are closed to clients. Reading never goes backwards; true '
  'when it went on.';

create function private.join_room(p_room uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_room public.rooms;
  v_member public.room_members;
begin
  -- Locked, so that a change to private and a join do not pass each other.
  select * into v_room from public.rooms r where r.id = p_room for no key update;
  select * into v_member from public.room_members m
  where m.room_id = p_room and m.profile_id = v_me;
  if v_member.room_id is not null and not v_member.banned then
    return false;
  end if;
  if v_room.id is null or v_room.kind <> 'channel' or v_room.is_private then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_member.banned then
    raise exception 'You were banned from this room' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if exists (select from private.room_member_states s
    where s.room_id = p_room and s.profile_id = v_me and s.kicked_at is not null) then
    raise exception 'You were removed from this room; it takes an invite to come back'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if v_room.archived_at is not null then
    raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
  end if;
  insert into public.room_members (room_id, profile_id) values (p_room, v_me)
  on conflict do nothing;
  if not found then
    return false;
  end if;
  perform private.set_last_read(p_room, v_me, v_room.last_seq);
  perform private.emit('room.joined', p_room, v_me);
  return true;
end;
$$;
comment on function private.join_room(uuid) is
  'Definer, because members are added here only. Public channels; true when newly joined.';
grant execute on function private.join_room(uuid) to authenticated;

create function private.leave_room(p_room uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_kind text;
  v_role text;
  v_heir uuid;
begin
  -- Two owners who leave at once must not leave the room without one.
  select r.kind into v_kind from public.rooms r where r.id = p_room for no key update;
  select m.role into v_role from public.room_members m
  where m.room_id = p_room and m.profile_id = v_me and not m.banned;
  if v_role is null then
    raise exception 'You are not in this room' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_kind = 'direct' then
    raise exception 'A direct conversation cannot be left'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  if v_role = 'owner' and not exists (
    select from public.room_members m
    where m.room_id = p_room and m.profile_id <> v_me and m.role = 'owner' and not m.banned
  ) then
    select m.profile_id into v_heir from public.room_members m
    where m.room_id = p_room and m.profile_id <> v_me and not m.banned
      and not private.is_hidden(m.profile_id) and not private.is_bot(m.profile_id)
    order by array_position(array['admin', 'moderator', 'member'], m.role), m.joined_at limit 1;
    if v_heir is null then
      raise exception 'You are the last one here; delete the room instead'
        using errcode = 'PT409', hint = 'conflict';
    end if;
    update public.room_members m set role = 'owner'
    where m.room_id = p_room and m.profile_id = v_heir;
  end if;
  delete from public.room_members m where m.room_id = p_room and m.profile_id = v_me;
end;
$$;
comment on function private.leave_room(uuid) is
  'Definer, because members are removed here only. The last owner hands over by rank and time.';
grant execute on function private.leave_room(uuid) to authenticated;

create function private.refuse_message() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  raise exception 'This person does not accept messages from you'
    using errcode = 'PT403', hint = 'not-accepting-messages';
end;
$$;
comment on function private.refuse_message() is 'One refusal, whatever the reason in the settings.';

create function private.require_open_conversation(p_room uuid, p_from uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if exists (select from public.room_members m where m.room_id = p_room and m.profile_id <> p_from
    and private.is_blocked_between(p_from, m.profile_id)) then
    raise exception 'This conversation is closed' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  -- Whoever has answered or accepted has agreed; before that, their settings decide.
  if exists (select from public.room_members m where m.room_id = p_room and m.profile_id <> p_from
    and not private.accepts_contact(m.profile_id, p_from, 'message')
    and not exists (select from public.messages s
      where s.room_id = p_room and s.author_id = m.profile_id)
    and not exists (select from private.message_requests q
      where q.room_id = p_room and q.profile_id = m.profile_id and q.state = 'accepted')) then
    perform private.refuse_message();
  end if;
end;
$$;
comment on function private.require_open_conversation(uuid, uuid) is
  'Definer, because it reads blocks and settings of the other side. Raises where the other person of a '
  'direct conversation does not want to hear from the first.';

create function private.open_direct_room(p_other uuid) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_key constant text := least(v_me, p_other) || ':' || greatest(v_me, p_other);
  v_room uuid;
begin
  if v_me = p_other then
    raise exception 'A conversation needs somebody else'
      using errcode = 'PT422', hint = 'invalid-input', column = 'user_ids';
  end if;
  -- A blocked pair answers as a missing person does.
  if private.is_blocked_between(v_me, p_other) or private.is_hidden(p_other)
    or not exists (select from public.profiles p where p.id = p_other) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  select r.id into v_room from public.rooms r where r.direct_key = v_key;
  if found then
    -- Whoever opens it wants it, whatever they have declined before.
    perform private.accept_conversation(v_room);
    return v_room;
  end if;
  if not private.may_contact(p_other, 'message') then
    perform private.refuse_message();
  end if;
  insert into public.rooms (kind, name, is_private, created_by, direct_key)
  values ('direct', '', true, v_me, v_key)
  on conflict (direct_key) do nothing
  returning id into v_room;
  if v_room is null then
    -- The other side was faster; its row is committed by now. Both want it.
    select r.id into v_room from public.rooms r where r.direct_key = v_key;
    perform private.accept_conversation(v_room);
    return v_room;
  end if;
  insert into public.room_members (room_id, profile_id) values (v_room, v_me), (v_room, p_other);
  perform private.file_message_request(v_room, p_other, v_me);
  perform private.emit('room.created', v_room, v_me);
  return v_room;
end;
$$;
comment on function private.open_direct_room(uuid) is
  'Definer, because it makes the other person a member too. One room for each pair.';
grant execute on function private.open_direct_room(uuid) to authenticated;

create function private.open_group(p_others uuid[]) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_room uuid;
  v_other uuid;
begin
  foreach v_other in array p_others loop
    if private.is_blocked_between(v_me, v_other) or private.is_hidden(v_other)
      or not exists (select from public.profiles p where p.id = v_other) then
      raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
    end if;
    if not private.may_contact(v_other, 'invite') then
      raise exception 'One of these people does not accept invitations from you'
        using errcode = 'PT403', hint = 'not-accepting-invites';
    end if;
  end loop;
  insert into public.rooms (kind, name, is_private, created_by)
  select 'group', left(string_agg(p.display_name, ', ' order by p.id), 80), true, v_me
  from public.profiles p where p.id = any (p_others || v_me)
  returning id into v_room;
  insert into public.room_members (room_id, profile_id, role) values (v_room, v_me, 'owner');
  insert into public.room_members (room_id, profile_id)
  select v_room, o.id from (select distinct unnest(p_others) as id) o where o.id <> v_me;
  perform private.emit('room.created', v_room, v_me);
  return v_room;
end;
$$;
comment on function private.open_group(uuid[]) is
  'Definer, because it makes others members. A new private group of the caller and some people.';
grant execute on function private.open_group(uuid[]) to authenticated;
