-- Metrics: what processes recorded, what has happened, how things stand. Owns private.metric_series,
-- private.metric_levels, private.metric_sources and private.event_counts. Names no person; read by
-- /metrics alone.

-- What processes recorded ------------------------------------------------------------------------------

-- Unlogged: a crash of the database starts the counts anew, which their readers know how to take.
create unlogged table private.metric_series (
  name text not null,
  -- Values of the labels; their names are the code's to know.
  labels text[] not null,
  -- Writers spread over a few rows, so that they seldom wait for each other.
  shard smallint not null,
  -- Of a histogram, how many fell into each bucket.
  counts bigint[] not null,
  total double precision not null,
  told_at timestamptz not null default clock_timestamp(),
  primary key (name, labels, shard),
  constraint metric_series_size check (cardinality(labels) <= 8 and cardinality(counts) in (0, 12))
) with (fillfactor = 50);
comment on table private.metric_series is
  'Counts and durations of all processes since the tables were made. No client access.';

create unlogged table private.metric_levels (
  name text not null,
  labels text[] not null,
  value double precision not null,
  told_at timestamptz not null default clock_timestamp(),
  primary key (name, labels)
) with (fillfactor = 50);
comment on table private.metric_levels is
  'Levels that processes told, and measurements that are not made at every look. No client access.';

create function private.add_metrics(p_series jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_fresh constant interval := '1 minute';
  v_shard constant smallint := pg_backend_pid() % 8;
begin
  insert into private.metric_series as m (name, labels, shard, counts, total)
  select r.name, r.labels, v_shard, r.counts, r.total
  from jsonb_to_recordset(p_series) as r (name text, labels text[], counts bigint[], total double precision)
  where r.name not in (select unnest(private.level_names()))
  -- One order for all, so that two batches never wait for each other.
  order by r.name, r.labels
  on conflict (name, labels, shard) do update set
    counts = case when cardinality(excluded.counts) = 0 then m.counts
      else array(select u.a + u.b
        from unnest(m.counts, excluded.counts) with ordinality as u (a, b, n) order by u.n) end,
    total = m.total + excluded.total, told_at = excluded.told_at;
  insert into private.metric_levels as l (name, labels, value)
  select r.name, r.labels, r.total
  from jsonb_to_recordset(p_series) as r (name text, labels text[], total double precision)
  where r.name in (select unnest(private.level_names()))
  order by r.name, r.labels
  on conflict (name, labels) do update set told_at = excluded.told_at, value = case
    when l.told_at < excluded.told_at - c_fresh then excluded.value
    else greatest(l.value, excluded.value) end;
end;
$$;
comment on function private.add_metrics(jsonb) is
  'Adds what one process recorded; of levels the worst within a minute stays. For the service only.';

create function private.level_names() returns text[]
language sql immutable set search_path = ''
as $$ select array['circuit_state', 'process_memory_bytes'] $$;
comment on function private.level_names() is 'Metrics of processes that are levels and not sums.';

create function private.metric_totals()
returns table (name text, labels text[], counts bigint[], total double precision)
language sql stable set search_path = ''
as $$
  -- Bucket by bucket: to unfold the arrays costs twenty times as much.
  select m.name, m.labels, array[sum(m.counts[1]), sum(m.counts[2]), sum(m.counts[3]),
    sum(m.counts[4]), sum(m.counts[5]), sum(m.counts[6]), sum(m.counts[7]), sum(m.counts[8]),
    sum(m.counts[9]), sum(m.counts[10]), sum(m.counts[11]), sum(m.counts[12])]::bigint[],
    sum(m.total)
  from private.metric_series m group by m.name, m.labels
$$;
comment on function private.metric_totals() is 'What all processes recorded, over all shards; of counters the buckets are null.';

-- What has happened --------------------------------------------------------------------------------------

create table private.event_counts (
  topic text not null,
  hour timestamptz not null,
  total bigint not null,
  primary key (topic, hour)
);
comment on table private.event_counts is
  'Events that went to the queue, by topic and hour. Names no person. No client access.';

create function private.count_events(p_topics text[]) returns void
language sql volatile set search_path = ''
as $$
  insert into private.event_counts as e (topic, hour, total)
  select t, date_trunc('hour', clock_timestamp()), count(*) from unnest(p_topics) as t
  group by t order by t
  on conflict (topic, hour) do update set total = e.total + excluded.total
$$;
comment on function private.count_events(text[]) is
  'Counts events by topic; called as they are marked as published, which happens once to each.';

create function private.event_totals()
returns table (topic text, total bigint, last_day bigint)
language sql stable set search_path = ''
as $$
  -- What waits is counted where it lies: together they are exact at every moment.
  select u.topic, sum(u.total)::bigint, coalesce(sum(u.total) filter (where u.lately), 0)::bigint
  from (
    select e.topic, e.total, e.hour > clock_timestamp() - interval '1 day' as lately
    from private.event_counts e
    union all
    select o.topic, count(*), true from private.outbox o
    where o.published_at is null and not o.payload ? 'released' group by o.topic
  ) u group by u.topic
$$;
comment on function private.event_totals() is
  'Events of each topic, ever and within a day, those that wait for the queue included.';

-- Counted as they happen, because rows of the log are forgotten.
create function private.count_happening(p_name text, p_label text) returns void
language sql volatile set search_path = ''
as $$
  select private.add_count('00000000-0000-0000-0000-000000000000', p_name || ':' || p_label, 1)
$$;
comment on function private.count_happening(text, text) is
  'One more of what /metrics tells; folded with all other counts.';

create function private.webhook_deliveries_count() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  perform private.count_happening('webhook_deliveries_total',
    case new.status when 'pending' then 'retried' else new.status end);
  return null;
end;
$$;
comment on function private.webhook_deliveries_count() is
  'Counts attempts by what came of them, and deliveries that were given up unsent.';
create trigger webhook_deliveries_a90_count after update of attempts on private.webhook_deliveries
  for each row when (new.attempts > old.attempts)
  execute function private.webhook_deliveries_count();
create trigger webhook_deliveries_a91_count_refused after insert on private.webhook_deliveries
  for each row when (new.status = 'failed') execute function private.webhook_deliveries_count();

create function private.moderation_decisions_count() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  perform private.count_happening('moderation_decisions_total', new.action);
  return null;
end;
$$;
comment on function private.moderation_decisions_count() is
  'Counts decisions by what was done.';
create trigger moderation_decisions_a90_count after insert on private.moderation_decisions
  for each row execute function private.moderation_decisions_count();

create function private.happenings() returns table (name text, label text, total bigint)
language sql stable set search_path = ''
as $$
  select split_part(u.kind, ':', 1), split_part(u.kind, ':', 2), sum(u.value)::bigint
  from (
    select c.kind, c.value from private.counters c
    where c.subject_id = '00000000-0000-0000-0000-000000000000'
    union all
    select d.kind, d.delta from private.counter_deltas d
    where d.subject_id = '00000000-0000-0000-0000-000000000000'
  ) u group by u.kind
$$;
comment on function private.happenings() is 'What was counted as it happened, folded or not.';

-- How things stand ---------------------------------------------------------------------------------------

create table private.metric_sources (
  name text primary key,
  due_at timestamptz not null default '-infinity',
  took interval not null default '0'
);
comment on table private.metric_sources is
  'Measurements that cost something, and when each is due again. No client access.';
insert into private.metric_sources (name) values ('database'), ('people'), ('realtime');

create function private.measure(p_source text) returns table (name text, labels text[], value double precision)
language plpgsql stable set search_path = ''
as $$
declare
  c_rooms constant int := 20;
begin
  case p_source
  when 'people' then
    return query
      select 'social_active_users', array[w.name], w.people::double precision
      from (
        select count(*) filter (where a.seen_at > clock_timestamp() - interval '1 hour') as hour,
          count(*) filter (where a.seen_at > clock_timestamp() - interval '1 day') as day,
          count(*) filter (where a.seen_at > clock_timestamp() - interval '7 days') as week,
          count(*) as month
        from (
          select u.user_id, max(u.seen_at) as seen_at from (
            select s.user_id, coalesce(s.refreshed_at at time zone 'utc', s.created_at) as seen_at
            from auth.sessions s
            union all
            -- Whoever has signed out was here too.
            select p.id, p.last_sign_in_at from auth.users p
          ) u where u.seen_at > clock_timestamp() - interval '30 days' group by u.user_id
        ) a
      ) c cross join lateral (values
        ('1h', c.hour), ('1d', c.day), ('7d', c.week), ('30d', c.month)) as w (name, people);
  when 'realtime' then
    return query
      select 'realtime_connections', array[r.room_id::text], r.connections::double precision
      from private.connections_by_room(c_rooms) r
      union all
      select 'realtime_connections_open', '{}', count(*)
      from private.connections c where c.expires_at > clock_timestamp();
  when 'database' then
    return query
      select 'db_size_bytes', '{}'::text[], pg_database_size(current_database())::double precision;
  end case;
end;
$$;
comment on function private.measure(text) is 'Makes one measurement. For private.refresh_metrics.';

create function private.refresh_metrics() returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_rest constant interval := '5 seconds';
  -- A measurement takes one part in so many of a connection's time, however large the town is.
  c_share constant int := 100;
  v_source text;
  v_started_at timestamptz;
begin
  for v_source in
    select s.name from private.metric_sources s where s.due_at <= clock_timestamp()
    -- Who finds another at it shows what there is.
    order by s.name for update skip locked
  loop
    v_started_at := clock_timestamp();
    delete from private.metric_levels l where v_source = 'realtime' and l.name = 'realtime_connections';
    insert into private.metric_levels as l (name, labels, value)
    select m.name, m.labels, m.value from private.measure(v_source) m
    on conflict (name, labels) do update set value = excluded.value, told_at = excluded.told_at;
    update private.metric_sources s
    set took = clock_timestamp() - v_started_at,
      due_at = clock_timestamp() + greatest(c_rest, c_share * (clock_timestamp() - v_started_at))
    where s.name = v_source;
  end loop;
end;
$$;
comment on function private.refresh_metrics() is
  'Makes the measurements that are due. For the service only.';

create function private.metric_levels_now() returns table (name text, labels text[], value double precision)
language sql stable set search_path = ''
as $$
  select l.name, l.labels, l.value from private.metric_levels l
  where l.name <> all (private.level_names())
    or l.told_at > clock_timestamp() - interval '1 minute'
$$;
comment on function private.metric_levels_now() is
  'Measurements, and what processes have told within a minute.';

create function private.metric_facts() returns table (name text, labels text[], value double precision)
language sql stable set search_path = ''
as $$
  with events as materialized (select * from private.event_totals()),
  queue as materialized (select * from private.jobs_queue_depth)
  select 'events_total', array[e.topic], e.total::double precision from events e
  union all
  -- A comment is told of as a post too, and those are not counted here.
  select 'social_posts_created_total', '{}', coalesce(sum(e.total) filter (where e.topic = 'content.created'), 0)
    - coalesce(sum(e.total) filter (where e.topic = 'content.commented'), 0) from events e
  union all
  select 'chat_messages_total', '{}', coalesce(sum(e.total), 0) from events e where e.topic = 'message.created'
  union all
  select 'social_recommendation_clicks_total', '{}', coalesce(sum(e.total), 0)
  from events e where e.topic = 'recommendation.clicked'
  union all
  select 'social_engagement_rate', '{}', coalesce(sum(e.last_day) filter (
      where e.topic in ('content.liked', 'content.commented', 'content.shared'))
    / nullif(sum(e.last_day) filter (where e.topic = 'content.viewed'), 0), 0) from events e
  union all
  select 'jobs_queue_depth', array[q.state], q.depth from queue q
  union all
  select 'jobs_queue_oldest_seconds', array[q.state], q.oldest_seconds from queue q
  union all
  select 'jobs_processed_total', array[p.job, p.outcome], p.total from private.jobs_processed p
  union all
  select h.name, array[h.label], h.total from private.happenings() h
  union all
  select 'backup_last_verified_age_seconds', '{}', a.age
  from private.backup_age_seconds() as a (age) where a.age is not null
  union all
  select 'moderation_cases_open', '{}', count(*) from private.moderation_cases c where c.status = 'open'
  union all
  select 'db_connections', array[coalesce(a.state, 'unknown')], count(*) from pg_catalog.pg_stat_activity a
  where a.datname = current_database() group by a.state
  union all
  select v.name, v.labels, v.value from pg_catalog.pg_stat_database d cross join lateral (values
      ('db_transactions_total', array['commit'], d.xact_commit::double precision),
      ('db_transactions_total', array['rollback'], d.xact_rollback),
      ('db_blocks_total', array['cache'], d.blks_hit),
      ('db_blocks_total', array['disk'], d.blks_read),
      ('db_deadlocks_total', '{}', d.deadlocks)) as v (name, labels, value)
  where d.datname = current_database()
  union all
  select 'db_connections_max', '{}', current_setting('max_connections')::double precision
  union all
  select 'db_uptime_seconds', '{}', extract(epoch from clock_timestamp() - pg_postmaster_start_time())
  union all
  select l.name, l.labels, l.value from private.metric_levels_now() l
$$;
comment on function private.metric_facts() is
  'Everything that /metrics tells and no process recorded. For the service only.';

create function private.sweep_metrics() returns void
language sql volatile set search_path = ''
as $$
  -- Series of routes and jobs that are no more.
  delete from private.metric_series m where m.told_at < clock_timestamp() - interval '30 days';
  with old as (
    delete from private.event_counts e
    where e.hour < clock_timestamp() - interval '30 days' and e.hour > '-infinity'
    returning e.topic, e.total
  )
  insert into private.event_counts as e (topic, hour, total)
  select o.topic, '-infinity', sum(o.total) from old o group by o.topic
  on conflict (topic, hour) do update set total = e.total + excluded.total
$$;
comment on function private.sweep_metrics() is
  'Folds hours past thirty days into one row, so that totals never fall; forgets silent series.';

grant select, insert, update, delete on private.metric_series, private.metric_levels,
  private.metric_sources, private.event_counts to service_role;
