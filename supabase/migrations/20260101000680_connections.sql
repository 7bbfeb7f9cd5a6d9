-- Connections: leases of open sockets, at most ten for a person. Owns private.connections.
-- Realtime itself has no such bound for one person; a client that keeps a lease keeps to it.

create table private.connections (
  id uuid primary key default private.uuid_v7(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  device text not null default '',
  -- Rooms that the client says it listens to, for counting.
  room_ids uuid[] not null default '{}',
  opened_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  constraint connections_device_length check (char_length(device) <= 200),
  constraint connections_room_ids_count check (cardinality(room_ids) <= 100)
);
comment on table private.connections is
  'Sockets that people hold open. A lease that is not renewed ends by time. No client access.';
create index connections_profile_id_expires_at_idx on private.connections (profile_id, expires_at);
create index connections_expires_at_idx on private.connections (expires_at);
alter table private.connections enable row level security;

create function private.connection_lease() returns interval
language sql immutable set search_path = ''
as $$ select interval '90 seconds' $$;
comment on function private.connection_lease() is
  'How long a lease holds without a heartbeat: three of them may be missed.';

create function private.open_connection(p_device text default '')
returns table (id uuid, expires_at timestamptz)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_connections_max constant int := 10;
  v_me constant uuid := (select auth.uid());
  v_live int;
  v_next timestamptz;
begin
  -- One opening at a time for a person, so that two do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('connections:' || v_me, 0));
  select count(*), min(c.expires_at) into v_live, v_next
  from private.connections c where c.profile_id = v_me and c.expires_at > clock_timestamp();
  if v_live >= c_connections_max then
    raise exception 'You have % open connections; close one first', c_connections_max
      using errcode = 'PT429', hint = 'too-many-connections', detail = 'retry_after='
        || greatest(1, ceil(extract(epoch from v_next - clock_timestamp()))::int);
  end if;
  return query insert into private.connections as c (profile_id, device, expires_at)
    values (v_me, p_device, clock_timestamp() + private.connection_lease())
    returning c.id, c.expires_at;
end;
$$;
comment on function private.open_connection(text) is
  'Definer, because leases are closed to clients. Takes one of the caller''s places, or says when '
  'one is free.';
grant execute on function private.open_connection(text) to authenticated;

create function private.renew_connection(p_id uuid, p_room_ids uuid[] default null)
returns table (id uuid, expires_at timestamptz)
language sql volatile security definer set search_path = ''
as $$
  -- What has run out stays so: its place may be somebody else's by now.
  update private.connections c
  set expires_at = clock_timestamp() + private.connection_lease(),
    room_ids = case when p_room_ids is null then c.room_ids else array(
      select m.room_id from public.room_members m
      where m.profile_id = (select auth.uid()) and not m.banned and m.room_id = any (p_room_ids)) end
  where c.id = p_id and c.profile_id = (select auth.uid()) and c.expires_at > clock_timestamp()
  returning c.id, c.expires_at
$$;
comment on function private.renew_connection(uuid, uuid[]) is
  'Definer, because leases are closed to clients. The caller''s own only; no row when it has ended.';
grant execute on function private.renew_connection(uuid, uuid[]) to authenticated;

create function private.close_connection(p_id uuid) returns boolean
language sql volatile security definer set search_path = ''
as $$
  with closed as (
    delete from private.connections c
    where c.id = p_id and c.profile_id = (select auth.uid()) returning c.id)
  select exists (select from closed)
$$;
comment on function private.close_connection(uuid) is
  'Definer, because leases are closed to clients. The caller''s own only; false when there is none.';
grant execute on function private.close_connection(uuid) to authenticated;

create function private.sweep_connections(p_limit int)
returns table (id uuid, profile_id uuid, opened_at timestamptz, expires_at timestamptz)
language sql volatile set search_path = ''
as $$
  delete from private.connections c
  where c.id in (select e.id from private.connections e
    where e.expires_at <= clock_timestamp()
    order by e.expires_at limit p_limit for update skip locked)
  returning c.id, c.profile_id, c.opened_at, c.expires_at
$$;
comment on function private.sweep_connections(int) is
  'Removes leases that have run out; they count for nothing before that already.';

create function private.connections_by_room(p_limit int)
returns table (room_id uuid, connections int)
language sql stable set search_path = ''
as $$
  select m.room_id, count(*)::int as connections
  from private.connections c
  cross join unnest(c.room_ids) as listened (room_id)
  join public.room_members m
    on m.room_id = listened.room_id and m.profile_id = c.profile_id and not m.banned
  where c.expires_at > clock_timestamp()
  group by m.room_id
  order by connections desc, m.room_id limit p_limit
$$;
comment on function private.connections_by_room(int) is
  'Open connections of the busiest rooms, for metrics.';

-- Whoever is out -------------------------------------------------------------------------------------

create function private.room_members_tell_removed() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.broadcast('user:' || old.profile_id, 'room.removed',
    jsonb_build_object('room_id', old.room_id));
  return null;
end;
$$;
comment on function private.room_members_tell_removed() is
  'Definer, because it speaks on topics. The room''s own topic has fallen silent for them: their '
  'devices are told why.';
create trigger room_members_a70_tell_removed after delete on public.room_members
  for each row when (not old.banned) execute function private.room_members_tell_removed();
create trigger room_members_a70_tell_banned after update of banned on public.room_members
  for each row when (new.banned and not old.banned)
  execute function private.room_members_tell_removed();

revoke all on private.connections from anon, authenticated;
grant select, insert, update, delete on private.connections to service_role;
