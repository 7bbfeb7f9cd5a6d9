-- Outbox: every business event is one row written in the transaction of its cause.
-- Owns private.outbox, private.job_runs, private.dead_jobs. Written by triggers of all domains.

create table private.outbox (
  id uuid primary key default private.uuid_v7(),
  topic text not null,
  subject_id uuid not null,
  actor_id uuid,
  payload jsonb not null default '{}',
  traceparent text,
  created_at timestamptz not null default clock_timestamp(),
  available_at timestamptz not null default clock_timestamp(),
  -- The queue keeps the event until then: as the end of somebody's quiet hours.
  deliver_after timestamptz,
  attempts int not null default 0,
  locked_until timestamptz,
  published_at timestamptz,
  last_error text,
  constraint outbox_topic_form check (topic ~ '^[a-z_]+\.[a-z_]+$')
);
comment on table private.outbox is 'Events on their way to the job queue. No client access.';
-- Never a high-water mark: ids are not in commit order, so the flag decides (reads what is unsent).
create index outbox_unpublished_idx on private.outbox (created_at, id) where published_at is null;
create index outbox_created_at_idx on private.outbox (created_at);
create index outbox_subject_id_created_at_idx on private.outbox (subject_id, created_at, id)
  where published_at is null;

create table private.job_runs (
  consumer text not null,
  event_id uuid not null,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  primary key (consumer, event_id)
);
comment on table private.job_runs is
  'Which consumer has handled which event, written in the handler''s transaction. No client access.';
create index job_runs_started_at_idx on private.job_runs (started_at);

create table private.dead_jobs (
  id uuid primary key default private.uuid_v7(),
  message_id text not null unique,
  topic text not null,
  error text not null,
  attempts int not null,
  first_at timestamptz not null,
  last_at timestamptz not null default now(),
  payload jsonb not null,
  replayed_at timestamptz,
  replayed_by uuid,
  -- Kept as a mark: the queue's own dead letters are compared with this table.
  discarded_at timestamptz
);
comment on table private.dead_jobs is 'Work that gave up, to be looked at and replayed. No client access.';
create index dead_jobs_last_at_id_idx on private.dead_jobs (last_at desc, id desc);

create function private.emit(
  p_topic text, p_subject uuid, p_actor uuid, p_payload jsonb default '{}'
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.outbox (topic, subject_id, actor_id, payload, traceparent)
  select p_topic, p_subject, p_actor, p_payload, private.traceparent()
  -- What comes back out of an archive is no news to anybody.
  where coalesce(current_setting('townsquare.silent', true), '') <> 'on';
end;
$$;
comment on function private.emit(text, uuid, uuid, jsonb) is
  'Definer, because the outbox is closed to clients. Appends one event to the running transaction.';

create function private.emit_later(
  p_topic text, p_subject uuid, p_actor uuid, p_payload jsonb, p_after timestamptz
) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into private.outbox (topic, subject_id, actor_id, payload, traceparent, deliver_after)
  select p_topic, p_subject, p_actor, p_payload, private.traceparent(), p_after
  where coalesce(current_setting('townsquare.silent', true), '') <> 'on'
$$;
comment on function private.emit_later(text, uuid, uuid, jsonb, timestamptz) is
  'Definer, because the outbox is closed to clients. Appends an event that its consumers get no '
  'earlier than that.';

create function private.outbox_nudge() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- Longer than nearly every transaction takes from here to its end.
  c_margin constant interval := '5 seconds';
  v_at constant text := floor(extract(epoch from clock_timestamp()))::bigint::text;
begin
  -- What is waiting is fetched as a whole: one call for each transaction will do, and none while a
  -- relay has said that it looks by itself.
  if coalesce(current_setting('townsquare.nudged', true), '') = 'on'
    or private.setting('relay_awake_until')::timestamptz > clock_timestamp() + c_margin
    or to_regprocedure('net.http_post(text,jsonb,jsonb,jsonb,integer)') is null then
    return null;
  end if;
  perform set_config('townsquare.nudged', 'on', true);
  perform net.http_post(
    url => private.setting('public_url') || '/functions/v1/hooks/outbox',
    body => '{}'::jsonb,
    headers => jsonb_build_object(
      'content-type', 'application/json',
      'x-townsquare-timestamp', v_at,
      'x-townsquare-signature',
      encode(extensions.hmac(v_at, private.setting('outbox_secret'), 'sha256'), 'hex')
    ),
    timeout_milliseconds => 5000
  );
  return null;
end;
$$;
comment on function private.outbox_nudge() is
  'Definer, because net and settings are closed to clients. Wakes the relay after the commit.';

create function private.keep_relay_awake(p_seconds int) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform private.set_setting(
    'relay_awake_until', (clock_timestamp() + make_interval(secs => p_seconds))::text);
end;
$$;
comment on function private.keep_relay_awake(int) is
  'A relay promises to look by itself for so long: writers need not wake it until shortly before.';

create function private.outbox_waits() returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  return exists (select from private.outbox o
    where o.published_at is null and o.available_at <= clock_timestamp()
      and (o.locked_until is null or o.locked_until < clock_timestamp()));
end;
$$;
comment on function private.outbox_waits() is 'Whether there is something for a relay to do.';

create trigger outbox_a10_nudge after insert on private.outbox
  for each statement execute function private.outbox_nudge();

-- Relay ----------------------------------------------------------------------------------------------

create function private.claim_outbox(p_limit int) returns table (
  id uuid, topic text, subject_id uuid, actor_id uuid, payload jsonb, traceparent text,
  created_at timestamptz, attempts int, delay_seconds int
)
-- A backlog is read from its beginning, whatever the statistics say: sorting it would first look
-- at what each of its events has before it.
language plpgsql volatile set search_path = '' set enable_sort = off
as $$
declare
  v_now timestamptz;
begin
  -- One at a time: two relays that look at once would not see what the other is about to lease,
  -- and one subject's events would leave by two doors.
  perform pg_advisory_xact_lock(hashtextextended('townsquare.claim_outbox', 0));
  -- One moment for all rows: what is not due yet must not become so before its successor is seen.
  v_now := clock_timestamp();
  return query
    with due as (
      select o.id from private.outbox o
      where o.published_at is null and o.available_at <= v_now
        and (o.locked_until is null or o.locked_until < v_now)
        -- What its subject has before it, in another relay's hands or waiting, goes first.
        and not exists (
          select from private.outbox e
          where e.subject_id = o.subject_id and e.published_at is null
            and (e.created_at, e.id) < (o.created_at, o.id)
            and (e.available_at > v_now or e.locked_until >= v_now)
          offset 0)
      -- Ids of one millisecond are in no order; times of one writer are.
      order by o.created_at, o.id limit p_limit for update skip locked
    ), claimed as (
      update private.outbox o
      set locked_until = clock_timestamp() + interval '30 seconds', attempts = o.attempts + 1
      from due where o.id = due.id
      returning o.id, o.topic, o.subject_id, o.actor_id, o.payload, o.traceparent, o.created_at,
        o.attempts, greatest(
          0, ceil(extract(epoch from o.deliver_after - clock_timestamp())))::int as delay_seconds
    )
    select * from claimed c order by c.created_at, c.id;
end;
$$;
comment on function private.claim_outbox(int) is
  'Leases due events to one relay, in order per subject; a relay that dies loses them after 30 seconds.';

create function private.mark_outbox_published(p_ids uuid[]) returns void
-- Rows are taken in the order of their ids: two relays that hold the same ones after a lease has run
-- out must not wait for each other.
language plpgsql volatile set search_path = '' set enable_seqscan = off set enable_bitmapscan = off
as $$
declare
  v_topics text[];
begin
  with marked as (
    update private.outbox o
    set published_at = clock_timestamp(), locked_until = null, last_error = null
    -- Not "is null": by its index all that waits would be looked through for these few.
    where o.id = any (p_ids) and coalesce(o.published_at, 'infinity') = 'infinity'
    returning o.topic, o.payload ? 'released' as is_second
  )
  -- What was held back is told of twice, and counted once.
  select array_agg(m.topic) into v_topics from marked m where not m.is_second;
  perform private.count_events(v_topics);
end;
$$;
comment on function private.mark_outbox_published(uuid[]) is
  'The queue has accepted these events; each is counted once, however often that is said.';

create function private.release_outbox(p_ids uuid[], p_error text) returns void
-- In the order of ids, as above.
language plpgsql volatile set search_path = '' set enable_seqscan = off set enable_bitmapscan = off
as $$
begin
  -- Not while another relay claims: it would skip these rows, and take what comes after them.
  perform pg_advisory_xact_lock(hashtextextended('townsquare.claim_outbox', 0));
  update private.outbox
  set locked_until = null, last_error = left(p_error, 2000),
    -- Exponential with jitter, at most five minutes: the queue itself is away.
    available_at = clock_timestamp()
      + make_interval(secs => least(300, 2 ^ least(attempts, 10)) * (0.5 + random()))
  where id = any (p_ids) and coalesce(published_at, 'infinity') = 'infinity';
end;
$$;
comment on function private.release_outbox(uuid[], text) is 'The queue refused; try again later.';

-- Consumers --------------------------------------------------------------------------------------------

create function private.begin_job(p_consumer text, p_event_id uuid) returns text
language plpgsql volatile set search_path = ''
as $$
declare
  v_finished timestamptz;
begin
  insert into private.job_runs (consumer, event_id) values (p_consumer, p_event_id)
  on conflict (consumer, event_id) do nothing;
  -- A parallel delivery of the same event waits here for the first, or takes over when it failed.
  select r.finished_at into v_finished from private.job_runs r
  where r.consumer = p_consumer and r.event_id = p_event_id for update;
  if v_finished is not null then
    perform private.count_job(p_consumer, 'duplicate');
  end if;
  return case when v_finished is null then 'run' else 'done' end;
end;
$$;
comment on function private.begin_job(text, uuid) is
  'To be called first in a handler''s transaction: run, or done when the event was handled before.';

create function private.finish_job(p_consumer text, p_event_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_seconds double precision;
  v_waited double precision;
begin
  update private.job_runs r set finished_at = clock_timestamp()
  where r.consumer = p_consumer and r.event_id = p_event_id
  returning extract(epoch from r.finished_at - r.started_at) into v_seconds;
  select extract(epoch from clock_timestamp() - greatest(o.created_at, o.deliver_after)) into v_waited
  from private.outbox o where o.id = p_event_id;
  perform private.count_job(p_consumer, 'done', v_seconds, v_waited);
end;
$$;
comment on function private.finish_job(text, uuid) is
  'Marks the event handled and counts it, in the same transaction as its effects.';

create function private.begin_jobs(p_consumers text[], p_event_id uuid) returns text[]
language plpgsql volatile set search_path = ''
as $$
declare
  v_due text[];
begin
  with made as (
    -- Always in this order, so that two deliveries never wait for each other.
    insert into private.job_runs (consumer, event_id)
    select c, p_event_id from unnest(p_consumers) c order by c
    on conflict (consumer, event_id) do nothing
    returning consumer)
  select coalesce(array_agg(m.consumer), '{}') into v_due from made m;
  if cardinality(v_due) = cardinality(p_consumers) then
    return v_due;
  end if;
  v_due := array(select r.consumer from private.job_runs r
    where r.event_id = p_event_id and r.consumer = any (p_consumers) and r.finished_at is null
    order by r.consumer for update);
  perform private.count_job(c, 'duplicate')
  from unnest(p_consumers) c where c <> all (v_due) order by c;
  return v_due;
end;
$$;
comment on function private.begin_jobs(text[], uuid) is
  'As private.begin_job for several consumers of one event: those that are to run.';

create function private.finish_jobs(
  p_consumers text[], p_seconds double precision[], p_event_id uuid
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_waited constant double precision := (
    select extract(epoch from clock_timestamp() - greatest(o.created_at, o.deliver_after))
    from private.outbox o where o.id = p_event_id);
begin
  update private.job_runs r set finished_at = clock_timestamp()
  where r.event_id = p_event_id and r.consumer = any (p_consumers);
  perform private.count_job(u.consumer, 'done', u.seconds, v_waited)
  from (select * from unnest(p_consumers, p_seconds) as u (consumer, seconds) order by 1) u;
end;
$$;
comment on function private.finish_jobs(text[], double precision[], uuid) is
  'As private.finish_job for several consumers of one event, with the time that each has taken.';

create function private.record_dead_job(
  p_message_id text, p_topic text, p_error text, p_attempts int, p_first_at timestamptz, p_payload jsonb
) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_path constant text := coalesce(p_payload ->> 'path', '');
begin
  insert into private.dead_jobs (message_id, topic, error, attempts, first_at, payload)
  values (p_message_id, p_topic, left(p_error, 2000), p_attempts, p_first_at, p_payload)
  on conflict (message_id) do nothing;
  if not found then
    return false;
  end if;
  perform private.count_job(
    coalesce(substring(v_path from '^/functions/v1/jobs/([a-z_/]{1,60})$'), 'other'), 'dead');
  return true;
end;
$$;
comment on function private.record_dead_job(text, text, text, int, timestamptz, jsonb) is
  'Keeps work that used up its attempts; told twice, it is kept once. True when it is news.';

create function private.sweep_outbox() returns void
language sql volatile set search_path = ''
as $$
  delete from private.outbox where published_at < now() - interval '30 days';
  delete from private.job_runs where started_at < now() - interval '40 days'
    -- Dead work may be replayed for as long as it is kept.
    and event_id::text not in (
      select d.payload #>> '{body,id}' from private.dead_jobs d where d.payload #>> '{body,id}' is not null);
  -- Longer than the queue keeps its own dead letters, from which it would come back.
  delete from private.dead_jobs
  where coalesce(discarded_at, replayed_at) < now() - interval '40 days';
$$;
comment on function private.sweep_outbox() is
  'Forgets published events after 30 days; runs are kept longer, so that a replay stays single.';
