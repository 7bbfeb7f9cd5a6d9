-- Rooms, third part: what those who keep order do to members. Changes private.room_member_states.

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

create function private.set_room_mute(p_room uuid, p_profile uuid, p_until timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.room_member_states as s (room_id, profile_id, muted_until)
  values (p_room, p_profile, p_until)
  on conflict (room_id, profile_id) do update set muted_until = excluded.muted_until;
  -- Not to the whole room: who is muted is between them and those who keep order.
  perform private.broadcast_each('member.changed', array_agg('user:' || m.profile_id),
    array_agg(jsonb_build_object('room_id', p_room, 'user_id', p_profile,
      'role', (select n.role from public.room_members n
        where n.room_id = p_room and n.profile_id = p_profile and not n.banned),
      'state', case when p_until > now() then 'muted' else 'unmuted' end,
      'muted_until', case when p_until > now() then p_until end)))
  from public.room_members m
  where m.room_id = p_room and not m.banned
    and (m.profile_id = p_profile or m.role in ('owner', 'admin', 'moderator'));
end;
$$;
comment on function private.set_room_mute(uuid, uuid, timestamptz) is
  'Definer, because states of members are closed to clients. Mutes, or without an end unmutes.';
