-- Core: the schema that clients never reach, ids, request context, limits, idempotency, settings.
-- Owns private.settings, private.rate_limits, private.idempotency_keys. Reads auth.sessions.

create schema private;
comment on schema private is 'Helpers, outbox and bookkeeping. Never exposed by the REST API.';
grant usage on schema private to anon, authenticated, service_role;

create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;

-- Where the platform offers pg_net, a commit can wake the relay at once; elsewhere the schedule does.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_net') then
    create extension if not exists pg_net;
  end if;
end;
$$;

alter default privileges in schema public revoke all on tables from anon, authenticated;
-- Without a schema: what holds by default everywhere cannot be taken back for one schema only.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke execute on functions from anon, authenticated;

-- Ids ------------------------------------------------------------------------------------------

create function private.uuid_v7() returns uuid
language plpgsql volatile set search_path = ''
as $$
begin
  -- RFC 9562, section 5.7: 48 bits of Unix milliseconds, version 7, the rest random.
  return encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid;
end;
$$;
comment on function private.uuid_v7() is 'A time-ordered UUID (RFC 9562).';
grant execute on function private.uuid_v7() to anon, authenticated, service_role;

-- Settings -------------------------------------------------------------------------------------

create table private.settings (
  name text primary key,
  value text not null,
  updated_at timestamptz not null default now()
);
comment on table private.settings is
  'What SQL must know of the deployment: public address, secrets made here. No client access.';
insert into private.settings (name, value) values
  ('public_url', 'http://127.0.0.1:54321'),
  ('outbox_secret', encode(extensions.gen_random_bytes(32), 'hex')),
  ('media_secret', encode(extensions.gen_random_bytes(32), 'hex'));

create function private.setting(p_name text) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select s.value from private.settings s where s.name = p_name);
end;
$$;
comment on function private.setting(text) is
  'Definer, because settings hold secrets that no client role may select. Callers are private.';

create function private.set_setting(p_name text, p_value text) returns void
language sql volatile set search_path = ''
as $$
  insert into private.settings as s (name, value) values (p_name, p_value)
  on conflict (name) do update set value = excluded.value, updated_at = now()
  where s.value is distinct from excluded.value
$$;
comment on function private.set_setting(text, text) is
  'Stores one setting; the entry points call it at start with their own public address.';

create function private.outbox_secret() returns text
language sql stable set search_path = ''
as $$ select private.setting('outbox_secret') $$;
comment on function private.outbox_secret() is 'Secret by which the relay knows a nudge from here.';

-- Request context --------------------------------------------------------------------------------

create function private.check_session(p_claims jsonb) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if p_claims ->> 'role' is distinct from 'authenticated' then
    return;
  end if;
  -- The auth server puts no such claim into a token: the API does, for a bot that it knows.
  if p_claims ? 'bot_token_id' then
    perform private.check_bot_token(p_claims);
    return;
  end if;
  if not exists (
    select from auth.sessions s
    where s.id = (p_claims ->> 'session_id')::uuid and s.user_id = (p_claims ->> 'sub')::uuid
      and (s.not_after is null or s.not_after > now())
  ) then
    raise exception 'This session has ended' using errcode = 'PT401', hint = 'session-revoked';
  end if;
end;
$$;
comment on function private.check_session(jsonb) is
  'Definer, because clients may not read auth.sessions. A token outlives its session; this does not.';
grant execute on function private.check_session(jsonb) to anon, authenticated, service_role;

create function private.begin_request(
  p_claims jsonb, p_trace text default null, p_open_to text default 'suspended'
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_role text := coalesce(p_claims ->> 'role', 'anon');
begin
  if v_role not in ('anon', 'authenticated', 'service_role') then
    raise exception 'The token names an unknown role' using errcode = 'PT401', hint = 'not-authenticated';
  end if;
  perform private.check_session(p_claims);
  perform set_config('request.jwt.claims', p_claims::text, true);
  perform set_config('townsquare.traceparent', coalesce(p_trace, ''), true);
  if v_role = 'authenticated' then
    perform private.require_standing(p_open_to);
  end if;
  perform set_config('role', v_role, true);
end;
$$;
comment on function private.begin_request(jsonb, text, text) is
  'Makes the rest of the transaction run as the caller, as the REST API does for table requests. '
  'Refuses accounts in a worse state than the request is open to: active, suspended, banned.';

create function private.before_rest_request() returns void
language plpgsql stable set search_path = ''
as $$
begin
  perform private.check_session(
    coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb
  );
  perform private.require_standing('suspended');
end;
$$;
comment on function private.before_rest_request() is
  'Runs before every request of the REST API: ended sessions and banned people are refused there too.';
grant execute on function private.before_rest_request() to anon, authenticated, service_role;
alter role authenticator set pgrst.db_pre_request = 'private.before_rest_request';
notify pgrst, 'reload config';

create function private.traceparent() returns text
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce(
    nullif(current_setting('townsquare.traceparent', true), ''),
    nullif(current_setting('request.headers', true), '')::json ->> 'traceparent'
  );
end;
$$;
comment on function private.traceparent() is 'W3C trace context of the running request, if any.';
grant execute on function private.traceparent() to anon, authenticated, service_role;

-- Rate limits --------------------------------------------------------------------------------------

create unlogged table private.rate_limits (
  key text primary key,
  -- "Theoretical arrival time" of the generic cell rate algorithm (ITU-T I.371).
  arrival_at timestamptz not null
);
comment on table private.rate_limits is
  'One row per limited key. Unlogged: a crash forgives, nobody is locked out. No client access.';
create index rate_limits_arrival_at_idx on private.rate_limits (arrival_at);

create function private.take_rate_limit(
  p_key text, p_burst int, p_period_seconds int, p_cost int default 1
) returns table (allowed boolean, remaining int, reset_seconds int)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now constant timestamptz := clock_timestamp();
  v_period constant interval := make_interval(secs => p_period_seconds);
  v_step constant interval := v_period / p_burst;
  v_arrival timestamptz;
begin
  insert into private.rate_limits as r (key, arrival_at)
  values (p_key, v_now + v_step * p_cost)
  on conflict (key) do update set arrival_at = greatest(r.arrival_at, v_now) + v_step * p_cost
  where greatest(r.arrival_at, v_now) + v_step * p_cost - v_period <= v_now
  returning r.arrival_at into v_arrival;
  allowed := v_arrival is not null;
  if not allowed then
    select r.arrival_at + v_step * p_cost into v_arrival from private.rate_limits r where r.key = p_key;
  end if;
  remaining := case when allowed
    then floor(extract(epoch from (v_period - (v_arrival - v_now))) / extract(epoch from v_step))
    else 0 end;
  reset_seconds := case when allowed
    then ceil(extract(epoch from (v_arrival - v_now)))
    else greatest(1, ceil(extract(epoch from (v_arrival - v_period - v_now)))) end;
  return next;
end;
$$;
comment on function private.take_rate_limit(text, int, int, int) is
  'Definer, because callers are anonymous too. GCRA in one upsert: exact under concurrency.';
grant execute on function private.take_rate_limit(text, int, int, int)
  to anon, authenticated, service_role;

-- Idempotency ------------------------------------------------------------------------------------

create table private.idempotency_keys (
  actor text not null,
  route text not null,
  key text not null,
  body_hash text not null,
  status int,
  headers jsonb,
  body jsonb,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (actor, route, key),
  constraint idempotency_keys_key_length check (char_length(key) between 1 and 255)
);
comment on table private.idempotency_keys is
  'First answers by Idempotency-Key, kept for a day. No client access.';
create index idempotency_keys_created_at_idx on private.idempotency_keys (created_at);

create function private.claim_idempotency_key(
  p_actor text, p_route text, p_key text, p_body_hash text
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  -- A first request that died without an answer must not block its retry for ever.
  c_lease constant interval := '2 minutes';
  v_row private.idempotency_keys;
begin
  insert into private.idempotency_keys (actor, route, key, body_hash)
  values (p_actor, p_route, p_key, p_body_hash)
  on conflict (actor, route, key) do update
    set created_at = now(), body_hash = excluded.body_hash
    where idempotency_keys.finished_at is null and idempotency_keys.created_at < now() - c_lease
  returning * into v_row;
  if found then
    return jsonb_build_object('state', 'new');
  end if;
  select * into v_row from private.idempotency_keys k
  where k.actor = p_actor and k.route = p_route and k.key = p_key;
  return case
    when v_row.body_hash is distinct from p_body_hash then jsonb_build_object('state', 'mismatch')
    when v_row.finished_at is null then jsonb_build_object('state', 'running')
    else jsonb_build_object('state', 'done', 'status', v_row.status,
      'headers', v_row.headers, 'body', v_row.body)
  end;
end;
$$;
comment on function private.claim_idempotency_key(text, text, text, text) is
  'Claims a key for a request: new, running, mismatch, or done with the first answer.';

create function private.finish_idempotency_key(
  p_actor text, p_route text, p_key text, p_status int, p_headers jsonb, p_body jsonb
) returns void
language sql volatile set search_path = ''
as $$
  update private.idempotency_keys
  set status = p_status, headers = p_headers, body = p_body, finished_at = now()
  where actor = p_actor and route = p_route and key = p_key
$$;
comment on function private.finish_idempotency_key(text, text, text, int, jsonb, jsonb) is
  'Keeps the first answer for replays.';

create function private.release_idempotency_key(p_actor text, p_route text, p_key text) returns void
language sql volatile set search_path = ''
as $$
  delete from private.idempotency_keys
  where actor = p_actor and route = p_route and key = p_key and finished_at is null
$$;
comment on function private.release_idempotency_key(text, text, text) is
  'Gives a key back after a failure that may be retried.';

create function private.sweep_bookkeeping() returns void
language sql volatile set search_path = ''
as $$
  delete from private.idempotency_keys where created_at < now() - interval '1 day';
  delete from private.rate_limits where arrival_at < now() - interval '1 hour';
$$;
comment on function private.sweep_bookkeeping() is 'Removes expired keys and idle limits; scheduled.';

-- Counters -----------------------------------------------------------------------------------------

create table private.counters (
  subject_id uuid not null,
  kind text not null,
  value bigint not null,
  primary key (subject_id, kind)
) with (fillfactor = 80);
comment on table private.counters is
  'Folded counts by subject and kind. A count is this plus the unfolded deltas. Not exposed.';
grant select on private.counters to anon, authenticated, service_role;

create table private.counter_deltas (
  id bigint generated always as identity primary key,
  subject_id uuid not null,
  kind text not null,
  delta int not null
);
comment on table private.counter_deltas is
  'Append-only changes of counts, so that a popular post is never a lock queue. Not exposed.';
create index counter_deltas_subject_id_kind_idx on private.counter_deltas (subject_id, kind) include (delta);
grant select on private.counter_deltas to anon, authenticated, service_role;

create function private.add_count(p_subject uuid, p_kind text, p_delta int) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.counter_deltas (subject_id, kind, delta) values (p_subject, p_kind, p_delta);
end;
$$;
comment on function private.add_count(uuid, text, int) is
  'Definer, because only triggers may change counts.';

create function private.count_of(p_subject uuid, p_kind text) returns bigint
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce((select c.value from private.counters c
      where c.subject_id = p_subject and c.kind = p_kind), 0)
    + coalesce((select sum(d.delta) from private.counter_deltas d
      where d.subject_id = p_subject and d.kind = p_kind), 0);
end;
$$;
comment on function private.count_of(uuid, text) is 'Exact count at the moment of reading.';
grant execute on function private.count_of(uuid, text) to anon, authenticated, service_role;

create function private.fold_counters(p_limit int default 50000) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_folded int;
  v_last bigint;
begin
  -- One folder at a time; a second one leaves the work to the first.
  if not pg_try_advisory_xact_lock(hashtextextended('private.fold_counters', 0)) then
    return 0;
  end if;
  -- What is committed below this id later on is left to a later fold.
  select max(x.id) into v_last
  from (select d.id from private.counter_deltas d order by d.id limit p_limit) x;
  with taken as (
    delete from private.counter_deltas d where d.id <= v_last
    returning d.subject_id, d.kind, d.delta
  ), summed as (
    select t.subject_id, t.kind, sum(t.delta) as delta, count(*) as deltas
    from taken t group by t.subject_id, t.kind order by t.subject_id, t.kind
  ), folded as (
    insert into private.counters as c (subject_id, kind, value)
    select s.subject_id, s.kind, s.delta from summed s
    on conflict (subject_id, kind) do update set value = c.value + excluded.value
  )
  select coalesce(sum(s.deltas), 0) into v_folded from summed s;
  return v_folded;
end;
$$;
comment on function private.fold_counters(int) is 'Folds deltas into counts; returns how many.';

create function private.fold_counts_of(p_subject uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_deltas_max constant int := 10000;
begin
  -- Never two at once, and nobody waits: whoever comes second leaves it.
  if not pg_try_advisory_xact_lock(hashtextextended('private.fold_counters', 0)) then
    return;
  end if;
  with taken as (
    delete from private.counter_deltas d
    where d.id in (select x.id from private.counter_deltas x
      where x.subject_id = p_subject limit c_deltas_max)
    returning d.kind, d.delta
  )
  insert into private.counters as c (subject_id, kind, value)
  select p_subject, t.kind, sum(t.delta) from taken t group by t.kind
  on conflict (subject_id, kind) do update set value = c.value + excluded.value;
end;
$$;
comment on function private.fold_counts_of(uuid) is
  'Definer, because triggers of all roles call it. Folds one busy subject without waiting for the schedule.';
