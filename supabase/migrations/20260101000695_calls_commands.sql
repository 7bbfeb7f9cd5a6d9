-- Calls, second part: what people do with them, and what ends them by itself.

create function private.start_call(p_room uuid, p_kind text) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_call uuid;
begin
  perform private.require_may_call(p_room);
  -- What rang in vain must not stand in the way until the next round of upkeep.
  perform private.finish_if_over(c.id) from (
    select l.id from public.calls l where l.room_id = p_room and l.ended_at is null for update) c;
  insert into public.calls (room_id, kind, started_by) values (p_room, p_kind, v_me)
  on conflict (room_id) where ended_at is null do nothing returning id into v_call;
  if v_call is null then
    raise exception 'There is a call in this room already; join it'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.call_participants (call_id, profile_id, state, joined_at)
  values (v_call, v_me, 'joined', clock_timestamp());
  perform private.announce_call(v_call);
  perform private.ring_call(v_call);
  perform private.emit('call.started', v_call, v_me, jsonb_build_object('room_id', p_room));
  return v_call;
end;
$$;
comment on function private.start_call(uuid, text) is
  'Definer, because calls are written here only. Rings in the room; one call at a time.';
grant execute on function private.start_call(uuid, text) to authenticated;

create function private.join_call(p_call uuid, p_has_server boolean) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_direct_max constant int := 4;
  v_me constant uuid := (select auth.uid());
  v_call constant public.calls := private.lock_call(p_call);
  v_others int;
begin
  if v_call.ended_at is not null then
    raise exception 'The call is over' using errcode = 'PT409', hint = 'conflict';
  end if;
  if exists (select from private.call_participants p
    where p.call_id = p_call and p.profile_id = v_me and p.state = 'joined') then
    return;
  end if;
  perform private.require_may_call(v_call.room_id);
  select count(*) into v_others from private.call_participants p
  where p.call_id = p_call and p.state = 'joined';
  if v_others >= c_direct_max and not p_has_server then
    raise exception 'Calls of more than % need a call server: LIVEKIT_URL is not set', c_direct_max
      using errcode = 'PT501', hint = 'not-configured';
  end if;
  insert into private.call_participants as p (call_id, profile_id, state, joined_at)
  values (p_call, v_me, 'joined', clock_timestamp())
  on conflict (call_id, profile_id) do update
  set state = 'joined', joined_at = excluded.joined_at, left_at = null;
  update public.calls c
  set uses_server = c.uses_server or v_others >= c_direct_max, state = 'active',
    answered_at = coalesce(c.answered_at, clock_timestamp())
  where c.id = p_call;
  perform private.announce_call(p_call);
end;
$$;
comment on function private.join_call(uuid, boolean) is
  'Definer, because participants are written here only. The first who joins answers the call.';
grant execute on function private.join_call(uuid, boolean) to authenticated;

create function private.leave_call(p_call uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_call constant public.calls := private.lock_call(p_call);
begin
  if v_call.ended_at is not null then
    return;
  end if;
  update private.call_participants p set state = 'left', left_at = clock_timestamp()
  where p.call_id = p_call and p.profile_id = v_me and p.state = 'joined';
  if not found and v_call.state = 'ringing' then
    insert into private.call_participants (call_id, profile_id, state)
    values (p_call, v_me, 'declined') on conflict do nothing;
  end if;
  if not private.finish_if_over(p_call) then
    perform private.announce_call(p_call);
  end if;
end;
$$;
comment on function private.leave_call(uuid) is
  'Definer, because participants are written here only. Whoever leaves what still rings declines it.';
grant execute on function private.leave_call(uuid) to authenticated;

create function private.end_call(p_call uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_call constant public.calls := private.lock_call(p_call);
begin
  if v_call.started_by is distinct from v_me
    and v_call.room_id not in (select private.my_moderated_room_ids()) then
    raise exception 'Whoever started the call or keeps order in the room ends it'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  perform private.finish_call(p_call,
    case when v_call.answered_at is null then 'missed' else 'ended' end, clock_timestamp());
end;
$$;
comment on function private.end_call(uuid) is
  'Definer, because calls are written here only. Ends it for everybody.';
grant execute on function private.end_call(uuid) to authenticated;

create function private.drop_participant(
  p_call uuid, p_profile uuid, p_before timestamptz default 'infinity', p_rekeys boolean default false
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_uses_server boolean;
begin
  select c.uses_server into v_uses_server
  from public.calls c where c.id = p_call and c.ended_at is null for update;
  if not found then
    return;
  end if;
  update private.call_participants p set state = 'left', left_at = clock_timestamp()
  where p.call_id = p_call and p.profile_id = p_profile and p.state = 'joined'
    and p.joined_at < p_before;
  if not found then
    return;
  end if;
  if p_rekeys and v_uses_server then
    perform private.emit('call.dropped', p_call, null, jsonb_build_object('user_id', p_profile));
  end if;
  if not private.finish_if_over(p_call) then
    if p_rekeys then
      perform private.rekey_call(p_call);
    end if;
    perform private.announce_call(p_call);
  end if;
end;
$$;
comment on function private.drop_participant(uuid, uuid, timestamptz, boolean) is
  'Takes somebody out of a call whom the call server has lost, or who may no longer be there.';

create function private.room_members_leave_calls() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.drop_participant(c.id, old.profile_id, p_rekeys => true)
  from public.calls c where c.room_id = old.room_id and c.ended_at is null;
  return null;
end;
$$;
comment on function private.room_members_leave_calls() is
  'Definer, because it writes calls. Whoever is out of the room is out of its call, and hears no more.';
create trigger room_members_a60_leave_calls after delete on public.room_members
  for each row execute function private.room_members_leave_calls();
create trigger room_members_a60_ban_leaves_calls after update of banned on public.room_members
  for each row when (new.banned and not old.banned)
  execute function private.room_members_leave_calls();

create function private.blocks_end_calls() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.finish_call(c.id,
    case when c.answered_at is null then 'missed' else 'ended' end, clock_timestamp())
  from public.rooms r join public.calls c on c.room_id = r.id and c.ended_at is null
  where r.direct_key = least(new.blocker_id, new.blocked_id) || ':'
    || greatest(new.blocker_id, new.blocked_id);
  return null;
end;
$$;
comment on function private.blocks_end_calls() is
  'Definer, because it writes calls. A block that closes a conversation ends its call.';
create trigger blocks_a60_end_calls after insert on public.blocks
  for each row execute function private.blocks_end_calls();

create function private.sweep_calls(p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  -- Nobody talks for that long: their devices have gone without a word.
  c_call_length_max constant interval := interval '12 hours';
  v_call public.calls;
  v_count int := 0;
begin
  for v_call in
    select * from public.calls c where c.ended_at is null and c.started_at <= clock_timestamp()
      - case c.state when 'ringing' then private.call_ring() else c_call_length_max end
    order by c.started_at limit p_limit for update skip locked
  loop
    if not private.finish_if_over(v_call.id) then
      perform private.finish_call(v_call.id, 'ended', clock_timestamp());
    end if;
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.sweep_calls(int) is
  'Ends what has rung in vain, and what nobody has ended for half a day.';

create function private.notify_of_missed_call(p_call uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  -- As many as it rang for.
  c_people_max constant int := 100;
begin
  perform private.create_notification(n.profile_id, 'room_activity', n.started_by, 'room', n.room_id,
    p_call, jsonb_build_object('missed_call', n.kind))
  from (
    select m.profile_id, c.started_by, c.room_id, c.kind, count(*) over () as people
    from public.calls c join public.room_members m on m.room_id = c.room_id
    where c.id = p_call and c.state = 'missed' and not m.banned
      and m.profile_id is distinct from c.started_by and m.joined_at <= c.started_at
      and not private.is_set_aside(m.room_id, m.profile_id)
      -- Who has declined it knows of it.
      and not exists (select from private.call_participants p
        where p.call_id = p_call and p.profile_id = m.profile_id)) n
  where n.people <= c_people_max;
end;
$$;
comment on function private.notify_of_missed_call(uuid) is
  'Tells those at whom a call rang in vain, once. For jobs only.';
grant execute on function private.notify_of_missed_call(uuid) to service_role;
