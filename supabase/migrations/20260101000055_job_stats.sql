-- How jobs do: counts and durations per minute, the depth of the queue, spikes of dead work.
-- Owns private.job_stats. Written with the books of jobs, in their transaction.

create table private.job_stats (
  job text not null,
  outcome text not null,
  minute timestamptz not null,
  -- Index into private.job_buckets(): which bound the duration stayed below.
  bucket smallint not null,
  -- Writers of one minute spread over several rows, so that they seldom wait for each other.
  shard smallint not null,
  runs bigint not null,
  seconds double precision not null,
  waited double precision not null,
  primary key (job, outcome, minute, bucket, shard),
  constraint job_stats_outcome_known check (outcome in ('done', 'duplicate', 'failed', 'dead'))
);
comment on table private.job_stats is
  'Runs of jobs by outcome, duration and minute. Names no person. No client access.';
create index job_stats_minute_idx on private.job_stats (minute);

create function private.job_buckets() returns double precision[]
language sql immutable set search_path = ''
as $$ select array[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]::double precision[] $$;
comment on function private.job_buckets() is 'Bounds in seconds by which durations are sorted.';

create function private.count_job(
  p_job text, p_outcome text, p_seconds double precision default 0, p_waited double precision default 0
) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into private.job_stats as s (job, outcome, minute, bucket, shard, runs, seconds, waited)
  values (left(p_job, 80), p_outcome, date_trunc('minute', clock_timestamp()),
    width_bucket(coalesce(p_seconds, 0), private.job_buckets()), pg_backend_pid() % 16,
    1, coalesce(p_seconds, 0), coalesce(p_waited, 0))
  on conflict (job, outcome, minute, bucket, shard) do update
  set runs = s.runs + 1, seconds = s.seconds + excluded.seconds, waited = s.waited + excluded.waited;
end;
$$;
comment on function private.count_job(text, text, double precision, double precision) is
  'Counts one run; called last in its transaction, which then holds the row for a moment only.';

create function private.sweep_job_stats() returns void
language sql volatile set search_path = ''
as $$
  with old as (
    delete from private.job_stats
    where minute < date_trunc('minute', clock_timestamp()) - interval '70 minutes'
      and minute > '-infinity'
    returning job, outcome, bucket, runs, seconds, waited
  )
  insert into private.job_stats as s (job, outcome, minute, bucket, shard, runs, seconds, waited)
  select job, outcome, '-infinity', bucket, 0, sum(runs), sum(seconds), sum(waited)
  from old group by job, outcome, bucket
  on conflict (job, outcome, minute, bucket, shard) do update
  set runs = s.runs + excluded.runs, seconds = s.seconds + excluded.seconds,
    waited = s.waited + excluded.waited
$$;
comment on function private.sweep_job_stats() is
  'Folds minutes past the last hour into one row, so that totals never fall and sums stay cheap.';

-- What /metrics and GET /admin/jobs read ---------------------------------------------------------------

create view private.jobs_queue_depth with (security_invoker = true) as
  select s.state, coalesce(w.depth, 0) as depth,
    coalesce(extract(epoch from clock_timestamp() - w.oldest), 0)::double precision as oldest_seconds
  from unnest(array['pending', 'leased', 'delayed']) as s (state)
  -- What waits is looked at once, however much it is.
  left join (
    select case when o.locked_until >= clock_timestamp() then 'leased'
        when o.available_at > clock_timestamp() then 'delayed' else 'pending' end as state,
      count(*) as depth, min(o.created_at) as oldest
    from private.outbox o where o.published_at is null group by 1
  ) w on w.state = s.state
  union all
  select 'dead', count(*), coalesce(extract(epoch from clock_timestamp() - min(d.last_at)), 0)
  from private.dead_jobs d where d.replayed_at is null and d.discarded_at is null;
comment on view private.jobs_queue_depth is
  'Events by what has become of them, and dead work that nobody has looked at. No client access.';

create view private.jobs_processed with (security_invoker = true) as
  select job, outcome, sum(runs)::bigint as total from private.job_stats group by job, outcome;
comment on view private.jobs_processed is 'Runs of each job by outcome, ever. No client access.';

create view private.jobs_durations with (security_invoker = true) as
  select s.job, b.le, sum(s.runs) filter (where s.bucket < b.n)::bigint as runs_below,
    sum(s.runs)::bigint as runs, sum(s.seconds) as seconds
  -- Summed before it is spread over the bounds: there are few sums and many minutes.
  from (select job, bucket, sum(runs) as runs, sum(seconds) as seconds from private.job_stats
    where outcome in ('done', 'failed') group by job, bucket) s
  cross join (select le, n from unnest(private.job_buckets() || 'infinity'::double precision)
    with ordinality as u (le, n)) b
  group by s.job, b.le;
comment on view private.jobs_durations is
  'Durations of each job as a histogram, ever. No client access.';

create function private.job_quantile(
  p_buckets smallint[], p_runs bigint[], p_share double precision
) returns double precision
language sql immutable set search_path = ''
as $$
  select coalesce((private.job_buckets())[min(c.bucket) + 1], 60)
  from (select u.bucket, sum(u.runs) over (order by u.bucket) as below, sum(u.runs) over () as total
    from unnest(p_buckets, p_runs) as u (bucket, runs)) c
  where c.below >= c.total * p_share and c.total > 0
$$;
comment on function private.job_quantile(smallint[], bigint[], double precision) is
  'The bound below which a share of runs stayed; past the last bound it says a minute.';

create function private.job_overview()
returns table (
  name text, handled_last_hour bigint, duplicates_last_hour bigint, failed_last_hour bigint,
  dead_last_hour bigint, failure_rate double precision, mean_seconds double precision,
  p50_seconds double precision, p99_seconds double precision, mean_wait_seconds double precision,
  last_finished_at timestamptz
)
language sql stable set search_path = ''
as $$
  with hour as (
    select s.job, s.bucket,
      sum(s.runs) filter (where s.outcome = 'done') as done,
      sum(s.runs) filter (where s.outcome = 'duplicate') as duplicates,
      sum(s.runs) filter (where s.outcome = 'failed') as failed,
      sum(s.runs) filter (where s.outcome = 'dead') as dead,
      sum(s.seconds) filter (where s.outcome = 'done') as seconds,
      sum(s.waited) filter (where s.outcome = 'done') as waited,
      max(s.minute) filter (where s.outcome = 'done') as minute
    from private.job_stats s
    where s.minute > date_trunc('minute', clock_timestamp()) - interval '1 hour'
    group by s.job, s.bucket
  )
  select h.job, coalesce(sum(h.done), 0)::bigint, coalesce(sum(h.duplicates), 0)::bigint,
    coalesce(sum(h.failed), 0)::bigint, coalesce(sum(h.dead), 0)::bigint,
    coalesce(sum(h.failed) / nullif(coalesce(sum(h.done), 0) + sum(h.failed), 0), 0)::double precision,
    sum(h.seconds) / nullif(sum(h.done), 0)::double precision,
    private.job_quantile(array_agg(h.bucket), array_agg(coalesce(h.done, 0)::bigint), 0.5),
    private.job_quantile(array_agg(h.bucket), array_agg(coalesce(h.done, 0)::bigint), 0.99),
    sum(h.waited) / nullif(sum(h.done), 0)::double precision, max(h.minute)
  from hour h group by h.job order by h.job
$$;
comment on function private.job_overview() is
  'What each job has done in the last hour: how much, how well, how fast, how late.';

-- Spikes of dead work -------------------------------------------------------------------------------------

create function private.claim_dead_alert(p_above int, p_minutes int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_since constant timestamptz := clock_timestamp() - make_interval(mins => p_minutes);
  v_dead int;
begin
  select count(*) into v_dead from private.dead_jobs d
  where d.last_at > v_since and d.replayed_at is null and d.discarded_at is null;
  if v_dead <= p_above then
    return 0;
  end if;
  insert into private.settings as s (name, value) values ('dead_alert_at', clock_timestamp()::text)
  on conflict (name) do update set value = excluded.value, updated_at = now()
  where s.value = '' or s.value::timestamptz < v_since;
  return case when found then v_dead else 0 end;
end;
$$;
comment on function private.claim_dead_alert(int, int) is
  'How much work gave up of late, when that is a spike nobody was told of; 0 otherwise. Tells once.';

create function private.claim_failure_alert(p_percent int, p_runs int, p_minutes int) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  -- What is older is kept as a sum only.
  c_minutes_max constant int := 60;
  v_since constant timestamptz := date_trunc('minute', clock_timestamp())
    - make_interval(mins => least(p_minutes, c_minutes_max));
  v_failing jsonb;
begin
  select jsonb_agg(jsonb_build_object('job', f.job, 'failed', f.failed, 'runs', f.runs)
    order by f.failed desc, f.job) into v_failing
  from (
    select s.job, sum(s.runs) filter (where s.outcome = 'failed') as failed, sum(s.runs) as runs
    from private.job_stats s
    where s.minute >= v_since and s.outcome in ('done', 'failed') group by s.job
  ) f where f.runs >= p_runs and f.failed * 100 > f.runs * p_percent;
  if v_failing is null then
    return null;
  end if;
  insert into private.settings as s (name, value) values ('failure_alert_at', clock_timestamp()::text)
  on conflict (name) do update set value = excluded.value, updated_at = now()
  where s.value = '' or s.value::timestamptz < clock_timestamp() - make_interval(mins => p_minutes);
  return case when found then v_failing end;
end;
$$;
comment on function private.claim_failure_alert(int, int, int) is
  'Jobs of which too many runs have failed of late, when nobody was told of it; null otherwise. Tells once.';
