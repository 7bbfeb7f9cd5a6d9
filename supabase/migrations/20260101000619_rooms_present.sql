-- Rooms with what was said in them: unread counts and the shape Room. Owns nothing.
-- Lists ask for all their rooms at once: each part of the shape is one set.

create index messages_unread_idx on public.messages (room_id, seq) include (author_id)
  where kind <> 'system' and (parent_id is null or also_in_room) and deleted_at is null
    and status = 'published';

create function private.unread_count(p_room uuid, p_profile uuid) returns int
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  -- Counting ends at a thousand: nobody reads the difference, and everybody would pay for it.
  return (
    select count(*)::int from (
      select from public.messages m
      where m.room_id = p_room and m.author_id <> p_profile
        and m.seq > coalesce((select s.last_read_seq from private.room_member_states s
          where s.room_id = p_room and s.profile_id = p_profile), 0)
        and m.kind <> 'system' and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
        -- A welcome is for whoever it names; nobody has to read it.
        and m.author_id <> private.welcome_profile_id() and m.status = 'published'
        and not exists (select from public.blocks b
          where b.blocker_id = p_profile and b.blocked_id = m.author_id)
        and not exists (select from private.account_states s
          where s.profile_id = m.author_id and s.hidden)
      limit 1000) unread);
end;
$$;
comment on function private.unread_count(uuid, uuid) is
  'Definer, because triggers count for others. What others said in the main history since.';

create function private.unread_in(p_rooms uuid[], p_profile uuid)
returns table (room_id uuid, unread_count int)
language plpgsql stable security definer rows 100
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  c_unread_max constant int := 1000;
begin
  return query
  select r.id, case when exists (select from private.account_states h
        where h.profile_id = any (n.authors) and h.hidden)
      or exists (select from public.blocks b
        where b.blocker_id = p_profile and b.blocked_id = any (n.authors))
    -- Not all of these count; of most rooms everybody is heard.
    then private.unread_count(r.id, p_profile) else n.messages end
  from unnest(p_rooms) as u (id)
  join public.room_members m on m.room_id = u.id and m.profile_id = p_profile and not m.banned
  join public.rooms r on r.id = u.id
  left join private.room_member_states s on s.room_id = u.id and s.profile_id = p_profile
  cross join lateral (
    select count(*)::int as messages, array_agg(x.author_id) as authors from (
      select o.author_id from public.messages o
      where o.room_id = r.id and o.seq > coalesce(s.last_read_seq, 0) and o.author_id <> p_profile
        and o.kind <> 'system' and (o.parent_id is null or o.also_in_room)
        and o.author_id <> private.welcome_profile_id()
        and o.deleted_at is null and o.status = 'published'
      limit c_unread_max) x) n
  where r.last_seq > coalesce(s.last_read_seq, 0) and n.messages > 0;
end;
$$;
comment on function private.unread_in(uuid[], uuid) is
  'Definer, because it reads blocks. The same for many rooms of one person; read ones have no row.';

create function private.unread_counts(p_room uuid)
returns table (profile_id uuid, unread_count int)
language plpgsql stable security definer rows 100 set search_path = ''
as $$
begin
  return query
  -- The same for all members at once, in one pass over what is new to anybody.
  with members as materialized (
    select r.profile_id, coalesce(s.last_read_seq, 0) as last_read_seq,
      array(select b.blocked_id from public.blocks b where b.blocker_id = r.profile_id) as blocked
    from public.room_members r
    left join private.room_member_states s using (room_id, profile_id)
    where r.room_id = p_room and not r.banned
  ), recent as materialized (
    select m.seq, m.author_id from public.messages m
    where m.room_id = p_room and m.seq > (select min(n.last_read_seq) from members n)
      and m.kind <> 'system' and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
      and m.author_id <> private.welcome_profile_id() and m.status = 'published'
      and not exists (select from private.account_states s
        where s.profile_id = m.author_id and s.hidden)
    order by m.seq desc limit 1000
  )
  select n.profile_id, count(c.seq)::int
  from members n left join recent c on c.seq > n.last_read_seq
    and c.author_id <> n.profile_id and c.author_id <> all (n.blocked)
  group by n.profile_id;
end;
$$;
comment on function private.unread_counts(uuid) is
  'Definer, because triggers count for others. Unread messages of every member of a room.';

-- Presentation ---------------------------------------------------------------------------------------

create function private.my_rooms_part(p_rooms uuid[])
returns table (room_id uuid, name text, member_count bigint, part jsonb)
language plpgsql stable security definer rows 100
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  return query
  with mine as materialized (
    select r, r.id, case when not m.banned then m.role end as role,
      coalesce(s.last_read_seq, 0) as last_read_seq,
      case when s.muted_until > now() then s.muted_until end as muted_until, o.name, o.is_closed,
      m.room_id is null and s.kicked_at is null as may_join,
      coalesce(c.value, 0) + coalesce((select sum(d.delta) from private.counter_deltas d
        where d.subject_id = r.id and d.kind = 'members'), 0)::bigint as members
    from public.rooms r
    left join public.room_members m on m.room_id = r.id and m.profile_id = v_me
    left join private.room_member_states s on s.room_id = r.id and s.profile_id = v_me
    left join private.counters c on c.subject_id = r.id and c.kind = 'members'
    left join (
      select d.id, p.display_name as name, exists (select from private.block_sides b
        where b.profile_id = v_me and b.other_id = p.id) as is_closed
      from public.rooms d join public.room_members n on n.room_id = d.id
      join public.profiles p on p.id = n.profile_id
      where d.id = any (p_rooms) and d.kind = 'direct' and n.profile_id <> v_me) o on o.id = r.id
    where r.id = any (p_rooms) and (not m.banned or (r.kind = 'channel' and not r.is_private))
  ), able as materialized (
    select x.*, case when x.role is not null then private.capabilities_in(x.r, x.role,
        x.muted_until is not null, coalesce(x.is_closed, false))
      when x.may_join and (x.r).archived_at is null then array['join'] else '{}' end as abilities
    from mine x
  )
  select a.id, coalesce(a.name, ''), a.members, jsonb_build_object(
    'viewer', jsonb_build_object('role', a.role,
      'unread_count', coalesce(u.unread_count, 0),
      'last_read_message_id', case when a.role is not null then (
        select l.id from public.messages l
        where l.room_id = a.id and l.seq <= a.last_read_seq order by l.seq desc limit 1) end,
      'muted_until', case when a.role is not null then a.muted_until end),
    'capabilities', a.abilities,
    'empty_state', private.empty_state_in(a.r, a.abilities, a.members))
  from able a left join private.unread_in(p_rooms, v_me) u on u.room_id = a.id;
end;
$$;
comment on function private.my_rooms_part(uuid[]) is
  'Definer, because it reads mutes and bans. What in a Room is the caller''s own, for rooms that '
  'they see: public channels and those in which they are.';
grant execute on function private.my_rooms_part(uuid[]) to authenticated, service_role;

create function private.room_shape(
  p_room public.rooms, p_name text, p_members bigint, p_pinned bigint
) returns jsonb
language plpgsql immutable set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', p_room.id, 'topic', private.room_topic(p_room.id, p_room.epoch),
    'live_topic', private.room_topic(p_room.id, p_room.epoch) || ':live',
    'kind', p_room.kind, 'archived_at', p_room.archived_at, 'read_only', p_room.read_only,
    'slow_mode_s', p_room.slow_mode_s, 'retention_days', p_room.retention_days,
    'who_can_invite', p_room.who_can_invite, 'name', p_name, 'description', p_room.description,
    'guidelines', p_room.guidelines, 'is_private', p_room.is_private,
    'created_at', p_room.created_at, 'last_message_at', p_room.last_message_at,
    'member_count', p_members, 'pinned_count', p_pinned);
end;
$$;
comment on function private.room_shape(public.rooms, text, bigint, bigint) is
  'The shape Room without the caller''s part.';
grant execute on function private.room_shape(public.rooms, text, bigint, bigint)
  to authenticated, service_role;

create function private.present_rooms(p_ids uuid[]) returns table (id uuid, room jsonb)
-- Planning costs more than running, and every call wants the same plan.
language plpgsql stable rows 100 set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select r.id, private.room_shape(r, case when r.kind = 'direct' then x.name else r.name end,
    x.member_count, coalesce(n.pinned, 0)) || x.part
  from private.my_rooms_part(p_ids) x
  join public.rooms r on r.id = x.room_id
  left join (select p.room_id, count(*) as pinned from private.message_pins p
    where p.room_id = any (p_ids) group by p.room_id) n on n.room_id = r.id
  where r.id = any (p_ids);
end;
$$;
comment on function private.present_rooms(uuid[]) is
  'The shape Room of those that the caller sees.';
grant execute on function private.present_rooms(uuid[]) to authenticated, service_role;

create function private.present_room(p_id uuid, p_neutral boolean default false) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  if not p_neutral then
    return (select s.room from private.present_rooms(array[p_id]) s);
  end if;
  return (
    select private.room_shape(r, r.name, private.count_of(r.id, 'members'),
      (select count(*) from private.message_pins n where n.room_id = r.id))
    from public.rooms r where r.id = p_id);
end;
$$;
comment on function private.present_room(uuid, boolean) is
  'The shape Room, null when it is not visible; neutral is without the caller''s part.';
grant execute on function private.present_room(uuid, boolean) to authenticated, service_role;
