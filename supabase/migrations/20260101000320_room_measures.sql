-- Rooms, fourth part: roles, mutes, kicks, bans, archives. Changes room_members and their states.

-- Mutes ----------------------------------------------------------------------------------------------------

create function private.shown_mute(p_room uuid, p_profile uuid) returns timestamptz
language sql stable security definer set search_path = ''
as $$
  select s.muted_until from private.room_member_states s
  where s.room_id = p_room and s.profile_id = p_profile and s.muted_until > now()
    and (p_profile = (select auth.uid()) or p_room in (select private.my_moderated_room_ids()))
$$;
comment on function private.shown_mute(uuid, uuid) is
  'Definer, because states of members are closed to clients. Until when a member is muted, for '
  'themselves and for those who keep order.';
grant execute on function private.shown_mute(uuid, uuid) to authenticated, service_role;

create function private.set_room_mute(
  p_room uuid, p_profile uuid, p_until timestamptz, p_reason text default null
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.room_member_states as s (room_id, profile_id, muted_until, muted_by)
  values (p_room, p_profile, p_until, (select auth.uid()))
  on conflict (room_id, profile_id) do update
  set muted_until = excluded.muted_until, muted_by = excluded.muted_by;
  perform private.log_room(p_room, case when p_until is null then 'unmute' else 'mute' end, p_profile,
    jsonb_build_object('until', p_until, 'reason', p_reason));
  -- Not to the whole room: who is muted is between them and those who keep order.
  perform private.broadcast_each('member.changed', array_agg('user:' || m.profile_id),
    array_agg(jsonb_build_object('room_id', p_room, 'user_id', p_profile,
      'role', private.room_role(p_room, p_profile),
      'state', case when p_until is null then 'unmuted' else 'muted' end,
      'muted_until', p_until)))
  from public.room_members m
  where m.room_id = p_room and not m.banned
    and (m.profile_id = p_profile or m.role in ('owner', 'admin', 'moderator'));
end;
$$;
comment on function private.set_room_mute(uuid, uuid, timestamptz, text) is
  'Definer, because states of members are closed to clients. Mutes, or without an end unmutes.';

create function private.require_room_reason(p_reason text) returns void
language plpgsql immutable set search_path = ''
as $$
begin
  if char_length(p_reason) > 500 then
    raise exception 'A reason has at most 500 characters'
      using errcode = 'PT422', hint = 'invalid-input', column = 'reason';
  end if;
end;
$$;
comment on function private.require_room_reason(text) is 'Raises for a reason that is too long.';

create function private.mute_member(p_room uuid, p_profile uuid, p_until timestamptz, p_reason text)
returns timestamptz
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- Without an end: until somebody lifts it.
  v_until constant timestamptz := coalesce(p_until, '9999-12-31 00:00:00+00');
begin
  perform private.require_room(p_room, 'mute');
  if private.room_role(p_room, p_profile) is null then
    raise exception 'No such member' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.require_room_rank(p_room, p_profile);
  perform private.check_until('mute', p_until);
  perform private.require_room_reason(p_reason);
  perform private.set_room_mute(p_room, p_profile, v_until, p_reason);
  return v_until;
end;
$$;
comment on function private.mute_member(uuid, uuid, timestamptz, text) is
  'Definer, because states of members are closed to clients. By those who keep order, below them.';
grant execute on function private.mute_member(uuid, uuid, timestamptz, text) to authenticated;

create function private.unmute_member(p_room uuid, p_profile uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_room(p_room, 'mute');
  perform private.require_room_rank(p_room, p_profile);
  if exists (select from private.room_member_states s
    where s.room_id = p_room and s.profile_id = p_profile and s.muted_until > now()) then
    perform private.set_room_mute(p_room, p_profile, null);
  end if;
end;
$$;
comment on function private.unmute_member(uuid, uuid) is
  'Definer, because states of members are closed to clients. Ends a mute, if there is one.';
grant execute on function private.unmute_member(uuid, uuid) to authenticated;

-- Kicks and bans -------------------------------------------------------------------------------------------

create function private.kick_member(p_room uuid, p_profile uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_room(p_room, 'kick');
  if private.room_role(p_room, p_profile) is null then
    raise exception 'No such member' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.require_room_rank(p_room, p_profile);
  insert into private.room_member_states as s (room_id, profile_id, kicked_at)
  values (p_room, p_profile, clock_timestamp())
  on conflict (room_id, profile_id) do update set kicked_at = excluded.kicked_at;
  delete from public.room_members m where m.room_id = p_room and m.profile_id = p_profile;
  perform private.log_room(p_room, 'kick', p_profile);
end;
$$;
comment on function private.kick_member(uuid, uuid) is
  'Definer, because members are removed here only. They may come back by an invite made after it.';
grant execute on function private.kick_member(uuid, uuid) to authenticated;

create function private.ban_member(p_room uuid, p_profile uuid, p_reason text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_room(p_room, 'ban');
  perform private.require_room_rank(p_room, p_profile);
  perform private.require_room_reason(p_reason);
  if not exists (select from public.profiles p where p.id = p_profile) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if exists (select from public.room_members m
    where m.room_id = p_room and m.profile_id = p_profile and m.banned) then
    return;
  end if;
  insert into public.room_members as m (room_id, profile_id, banned) values (p_room, p_profile, true)
  on conflict (room_id, profile_id) do update set banned = true, role = 'member';
  perform private.log_room(p_room, 'ban', p_profile, jsonb_build_object('reason', p_reason));
end;
$$;
comment on function private.ban_member(uuid, uuid, text) is
  'Definer, because members are changed here only. Members and others, even before they come.';
grant execute on function private.ban_member(uuid, uuid, text) to authenticated;

create function private.unban_member(p_room uuid, p_profile uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_room(p_room, 'ban');
  delete from public.room_members m
  where m.room_id = p_room and m.profile_id = p_profile and m.banned;
  if not found then
    raise exception 'This person is not banned' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.log_room(p_room, 'unban', p_profile);
end;
$$;
comment on function private.unban_member(uuid, uuid) is
  'Definer, because members are changed here only. They are not in the room by that.';
grant execute on function private.unban_member(uuid, uuid) to authenticated;

create function private.room_bans(p_room uuid, p_after uuid, p_limit int)
returns table (id uuid, ban jsonb)
language plpgsql stable security definer set search_path = ''
as $$
begin
  if 'ban' <> all (private.my_room_capabilities(p_room)) then
    perform private.refuse_room(p_room);
  end if;
  return query
  select m.profile_id, private.profile_summary(m.profile_id) || jsonb_build_object(
    'banned_at', l.at, 'reason', l.details ->> 'reason')
  from public.room_members m
  left join lateral (select n.at, n.details from private.room_log n
    where n.room_id = p_room and n.profile_id = m.profile_id and n.action = 'ban'
    order by n.id desc limit 1) l on true
  where m.room_id = p_room and m.banned and (p_after is null or m.profile_id > p_after)
  order by m.profile_id limit least(p_limit, 101);
end;
$$;
comment on function private.room_bans(uuid, uuid, int) is
  'Definer, because bans are closed to members. For those who keep order.';
grant execute on function private.room_bans(uuid, uuid, int) to authenticated;

-- Roles ----------------------------------------------------------------------------------------------------

create function private.set_member_role(p_room uuid, p_profile uuid, p_role text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_mine text;
  v_old text;
begin
  perform private.require_room(p_room, 'change_role');
  v_mine := private.room_role(p_room, v_me);
  v_old := private.room_role(p_room, p_profile);
  if v_old is null then
    raise exception 'No such member' using errcode = 'PT404', hint = 'not-found';
  end if;
  if private.room_rank(p_role) = 0 then
    raise exception 'No such role' using errcode = 'PT422', hint = 'invalid-input', column = 'role';
  end if;
  if v_old = p_role then
    return;
  end if;
  if p_role = 'owner' and private.is_bot(p_profile) then
    raise exception 'A bot owns no room' using errcode = 'PT422', hint = 'invalid-input', column = 'role';
  end if;
  if p_profile = v_me then
    if v_mine = 'owner' and not exists (select from public.room_members m where m.room_id = p_room
      and m.profile_id <> v_me and m.role = 'owner' and not m.banned) then
      raise exception 'A room keeps an owner; hand it over first'
        using errcode = 'PT409', hint = 'conflict';
    end if;
    if private.room_rank(p_role) > private.room_rank(v_mine) then
      raise exception 'Nobody raises themselves' using errcode = 'PT403', hint = 'not-permitted';
    end if;
  else
    perform private.require_room_rank(p_room, p_profile);
    -- Owners make owners; everybody else only what is below them.
    if v_mine <> 'owner' and private.room_rank(p_role) >= private.room_rank(v_mine) then
      raise exception 'Only roles below your own' using errcode = 'PT403', hint = 'not-permitted';
    end if;
  end if;
  update public.room_members m set role = p_role
  where m.room_id = p_room and m.profile_id = p_profile;
  perform private.log_room(p_room, 'role', p_profile,
    jsonb_build_object('from', v_old, 'to', p_role));
end;
$$;
comment on function private.set_member_role(uuid, uuid, text) is
  'Definer, because members are changed here only. By rank; a room never loses its last owner.';
grant execute on function private.set_member_role(uuid, uuid, text) to authenticated;

create function private.transfer_room(p_room uuid, p_profile uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  perform private.require_room(p_room, 'transfer');
  if p_profile = v_me or private.room_role(p_room, p_profile) is null
    or private.is_hidden(p_profile) or private.is_bot(p_profile) then
    raise exception 'The new owner is another person of the room'
      using errcode = 'PT422', hint = 'invalid-input', column = 'user_id';
  end if;
  update public.room_members m set role = 'owner'
  where m.room_id = p_room and m.profile_id = p_profile;
  update public.room_members m set role = 'admin' where m.room_id = p_room and m.profile_id = v_me;
  perform private.log_room(p_room, 'transfer', p_profile);
end;
$$;
comment on function private.transfer_room(uuid, uuid) is
  'Definer, because members are changed here only. The caller stays as an admin.';
grant execute on function private.transfer_room(uuid, uuid) to authenticated;

-- Archives -------------------------------------------------------------------------------------------------

create function private.set_room_archived(p_room uuid, p_archived boolean) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_room(p_room, 'archive');
  update public.rooms r set archived_at = case when p_archived then clock_timestamp() end
  where r.id = p_room and (r.archived_at is not null) <> p_archived;
  if found then
    perform private.log_room(p_room, case when p_archived then 'archive' else 'unarchive' end);
  end if;
end;
$$;
comment on function private.set_room_archived(uuid, boolean) is
  'Definer, because clients may not write the time. What is archived is read, not written.';
grant execute on function private.set_room_archived(uuid, boolean) to authenticated;
