-- Moderation, fourth part: measures against accounts. Changes private.account_states and mutes in rooms.
-- What stands against a person follows from the decisions of their cases, so that lifting one
-- measure leaves the others in force.

create function private.check_until(p_action text, p_until timestamptz) returns void
language plpgsql stable set search_path = ''
as $$
declare
  c_until_max constant timestamptz := '9999-01-01 00:00:00+00';
begin
  if p_until is null then
    return;
  end if;
  if p_action not in ('mute', 'suspend', 'ban') then
    raise exception 'Only a mute, a suspension and a ban have an end'
      using errcode = 'PT422', hint = 'invalid-input', column = 'until';
  end if;
  if p_until <= clock_timestamp() or p_until > c_until_max then
    raise exception 'The end of a measure lies ahead, before the year 9999'
      using errcode = 'PT422', hint = 'invalid-input', column = 'until';
  end if;
end;
$$;
comment on function private.check_until(text, timestamptz) is 'Raises for an end that cannot be.';

create function private.require_may_measure(p_person uuid, p_action text) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  perform private.require_permission('user.' || p_action);
  if p_person is null then
    raise exception 'There is nobody left to %', p_action using errcode = 'PT409', hint = 'conflict';
  end if;
  perform private.require_rank_over(private.permissions_of(p_person));
end;
$$;
comment on function private.require_may_measure(uuid, text) is
  'Definer, because roles are closed to clients. The caller holds the permission for the measure, '
  'and everything that the person holds.';

create function private.standing_measure(p_person uuid, p_action text, p_room uuid)
returns timestamptz
language sql stable security definer set search_path = ''
as $$
  -- Without an end a measure lasts to the end of days, which no check of a time needs to know.
  select max(coalesce(d.until, '9999-12-31 00:00:00+00'))
  from private.moderation_cases c
  cross join lateral (select l.action, l.until from private.moderation_decisions l
    where l.case_id = c.id order by l.created_at desc, l.id desc limit 1) d
  where c.owner_id = p_person and d.action = p_action
    and coalesce(d.until > now(), true)
    and (p_action <> 'mute' or p_room is not distinct from (
      select m.room_id from public.messages m
      where c.subject_type = 'message' and m.id = c.subject_id))
$$;
comment on function private.standing_measure(uuid, text, uuid) is
  'Definer, because decisions are closed to clients. Until when a measure stands; null: it does '
  'not. A mute for a message holds in its room, any other everywhere (no room).';

create function private.store_measure(p_person uuid, p_action text, p_until timestamptz, p_reason text)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  -- Whoever counts what this person did waits for it, or is counted by it.
  perform from public.profiles p where p.id = p_person for update;
  insert into private.account_states as s (profile_id) values (p_person)
  on conflict (profile_id) do nothing;
  update private.account_states s set
    muted_until = case p_action when 'mute' then p_until else s.muted_until end,
    suspended_until = case p_action when 'suspend' then p_until else s.suspended_until end,
    banned_at = case when p_action <> 'ban' then s.banned_at
      when p_until is not null then coalesce(s.banned_at, clock_timestamp()) end,
    banned_until = case when p_action <> 'ban' then s.banned_until
      when p_until < '9999-12-31 00:00:00+00' then p_until end,
    reason = case when p_until is not null then p_reason end,
    changed_by = v_me, changed_at = clock_timestamp()
  where s.profile_id = p_person;
end;
$$;
comment on function private.store_measure(uuid, text, timestamptz, text) is
  'Definer, because states are closed to clients. Puts a measure in force, or without an end lifts it.';

create function private.apply_measure(p_case private.moderation_cases, p_action text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_room constant uuid := (select m.room_id from public.messages m
    where p_action = 'mute' and p_case.subject_type = 'message' and m.id = p_case.subject_id);
  v_until constant timestamptz := private.standing_measure(p_case.owner_id, p_action, v_room);
begin
  if v_room is not null then
    perform private.set_room_mute(v_room, p_case.owner_id, v_until);
    return;
  end if;
  perform private.store_measure(p_case.owner_id, p_action, v_until, (
    select d.reason from private.moderation_decisions d
    where d.case_id = p_case.id order by d.created_at desc, d.id desc limit 1));
  perform private.require_manager_besides(p_case.owner_id);
end;
$$;
comment on function private.apply_measure(private.moderation_cases, text) is
  'Definer, because it changes others'' accounts. Brings a person''s state in step with the '
  'decisions about them; the last of those who manage roles stays.';
