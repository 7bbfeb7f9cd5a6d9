-- Rooms, sixth part: what a member keeps to themselves in one room. Changes room_member_states.

create function private.room_privacy(p_room uuid, p_profile uuid)
returns table (private_receipts boolean, hide_typing boolean, hide_presence boolean)
language sql stable rows 1 set search_path = ''
as $$
  select coalesce(s.private_receipts, a.private_receipts, false),
    coalesce(s.hide_typing, a.hide_typing, false),
    coalesce(s.hide_presence, a.hide_presence, false)
  from (select) one
  left join private.profile_settings a on a.profile_id = p_profile
  left join private.room_member_states s on s.room_id = p_room and s.profile_id = p_profile
$$;
comment on function private.room_privacy(uuid, uuid) is
  'What a person keeps to themselves in a room: as they have said there, or for their account.';

create function private.my_room_settings(p_room uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  if private.room_role(p_room, (select auth.uid())) is null then
    perform private.refuse_outsider(p_room);
  end if;
  return (
    select jsonb_build_object('privacy', jsonb_build_object('private_receipts', s.private_receipts,
      'hide_typing', s.hide_typing, 'hide_presence', s.hide_presence))
    from (select) one left join private.room_member_states s
      on s.room_id = p_room and s.profile_id = (select auth.uid()));
end;
$$;
comment on function private.my_room_settings(uuid) is
  'Definer, because states of members are closed to clients. The caller''s own, null where the '
  'account''s hold.';
grant execute on function private.my_room_settings(uuid) to authenticated;

create function private.set_room_settings(p_room uuid, p_changes jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  -- Whoever is being put out waits for this, or this for them.
  perform from public.room_members m
  where m.room_id = p_room and m.profile_id = v_me and not m.banned for key share;
  if not found then
    perform private.refuse_outsider(p_room);
  end if;
  insert into private.room_member_states as s
    (room_id, profile_id, private_receipts, hide_typing, hide_presence)
  values (p_room, v_me, (p_changes ->> 'private_receipts')::boolean,
    (p_changes ->> 'hide_typing')::boolean, (p_changes ->> 'hide_presence')::boolean)
  on conflict (room_id, profile_id) do update set
    private_receipts = case when p_changes ? 'private_receipts'
      then excluded.private_receipts else s.private_receipts end,
    hide_typing = case when p_changes ? 'hide_typing'
      then excluded.hide_typing else s.hide_typing end,
    hide_presence = case when p_changes ? 'hide_presence'
      then excluded.hide_presence else s.hide_presence end;
  return private.my_room_settings(p_room);
end;
$$;
comment on function private.set_room_settings(uuid, jsonb) is
  'Definer, because states of members are closed to clients. What is named changes, null is as for '
  'the account.';
grant execute on function private.set_room_settings(uuid, jsonb) to authenticated;

create function private.refuse_outsider(p_room uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if exists (select from public.rooms r
    where r.id = p_room and r.kind = 'channel' and not r.is_private) then
    raise exception 'Join the room first' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
end;
$$;
comment on function private.refuse_outsider(uuid) is
  'Definer, because it tells rooms that the caller may know of from others.';
