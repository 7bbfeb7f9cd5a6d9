-- Backups: the record of snapshots. Owns private.backups; the bytes lie in the bucket `backups`.

insert into private.settings (name, value) values
  -- A backup goes when there are more than this many newer good ones, or when it is older.
  ('backup_keep_count', '14'),
  ('backup_keep_days', '30'),
  -- The newest good ones stay, however old they are.
  ('backup_keep_min', '3'),
  -- What one call of an edge function can carry within its time; larger ones need the command.
  ('backup_edge_bytes_max', '15000000');

create table private.backups (
  id uuid primary key default private.uuid_v7(),
  status text not null default 'queued',
  requested_by uuid references public.profiles (id) on delete set null,
  -- The platform's bucket, an S3-compatible one, or a folder, which is not looked after from here.
  place text not null default 'bucket',
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  verified_at timestamptz,
  manifest jsonb,
  verification jsonb,
  error text,
  -- Its files are being removed: it counts no more.
  outdated_at timestamptz,
  constraint backups_status_known
    check (status in ('queued', 'running', 'done', 'failed', 'verified', 'corrupt')),
  constraint backups_place_known check (place in ('bucket', 's3', 'elsewhere'))
);
comment on table private.backups is
  'One snapshot each, with its manifest and the outcome of its last check. No client access.';
create index backups_created_at_idx on private.backups (created_at desc, id desc);
create index backups_requested_by_idx on private.backups (requested_by);
-- Two at once would slow each other down and hold back the same snapshot twice.
create unique index backups_running_key on private.backups ((true)) where status = 'running';

create function private.backup_tables() returns table (
  table_name text, columns text[], shape text
)
language sql stable set search_path = ''
as $$
  select format('%I.%I', n.nspname, c.relname),
    array_agg(quote_ident(a.attname) order by a.attnum),
    string_agg(format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)), ', '
      order by a.attnum)
  from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
  where c.relkind = 'r' and c.relpersistence = 'p'
    and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and (n.nspname in ('public', 'private')
      or (n.nspname = 'auth' and c.relname in ('users', 'identities', 'mfa_factors')))
    -- The record of backups is about them, not part of them.
    and not (n.nspname = 'private' and c.relname = 'backups')
  group by n.nspname, c.relname
  order by n.nspname, c.relname
$$;
comment on function private.backup_tables() is
  'Every table of the product, found in the catalogue, so that a new one is included by itself.';

create function private.backup_lock() returns bigint
language sql immutable set search_path = ''
as $$ select hashtextextended('townsquare.backup', 0) $$;
comment on function private.backup_lock() is
  'Advisory lock that the transaction of a snapshot holds: it goes when its process does.';

create function private.lock_backup() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(private.backup_lock());
end;
$$;
comment on function private.lock_backup() is
  'Tells, until the transaction ends, that a snapshot is being written.';

create function private.start_backup(p_id uuid, p_by uuid, p_place text) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  -- Until then it may not have begun its snapshot.
  c_begins constant interval := interval '10 minutes';
begin
  -- Nobody writes a snapshot: whoever ran it has gone.
  if pg_try_advisory_xact_lock(private.backup_lock()) then
    update private.backups b
    set status = 'failed', finished_at = clock_timestamp(), error = 'The backup was interrupted'
    where b.status = 'running' and b.created_at < clock_timestamp() - c_begins;
  end if;
  insert into private.backups (id, status, requested_by, place)
  values (p_id, 'running', p_by, p_place)
  on conflict ((true)) where status = 'running' do nothing;
  return found;
end;
$$;
comment on function private.start_backup(uuid, uuid, text) is
  'Notes that a backup runs; false when another one does.';

create function private.mark_outdated_backups(p_s3 boolean, p_limit int)
returns table (id uuid, place text)
language plpgsql volatile set search_path = ''
as $$
begin
  return query
  with reachable as (
    select b.* from private.backups b
    where b.status <> 'running' and (b.place = 'bucket' or (b.place = 's3' and p_s3))
  ), ranked as (
    select r.id, r.created_at, r.status in ('done', 'verified') as good,
      row_number() over (
        partition by r.status in ('done', 'verified') order by r.created_at desc, r.id desc
      ) as rank
    from reachable r where r.outdated_at is null
  ), due as (
    select r.id from ranked r
    where (not r.good or r.rank > private.setting('backup_keep_min')::int)
      and (r.rank > private.setting('backup_keep_count')::int or r.created_at
        < clock_timestamp() - make_interval(days => private.setting('backup_keep_days')::int))
      -- Of all others it is not known whether they can be restored.
      and r.id is distinct from (select v.id from reachable v
        where v.status = 'verified' and v.outdated_at is null
        order by v.created_at desc, v.id desc limit 1)
    order by r.created_at limit p_limit
  )
  update private.backups b set outdated_at = coalesce(b.outdated_at, clock_timestamp())
  where b.id in (select d.id from due d union all
    -- Their removal broke off.
    select r.id from reachable r where r.outdated_at is not null)
  returning b.id, b.place;
end;
$$;
comment on function private.mark_outdated_backups(boolean, int) is
  'Marks backups beyond the count or the age of backup_keep_*, and names all that are marked; the '
  'newest good ones and the newest verified one stay always.';

create function private.backup_age_seconds() returns double precision
language sql stable set search_path = ''
as $$
  select extract(epoch from clock_timestamp() - max(b.created_at))::double precision
  from private.backups b where b.status = 'verified' and b.outdated_at is null
$$;
comment on function private.backup_age_seconds() is
  'Age of the newest backup that was checked and found whole; null when there is none.';

-- After a restore ------------------------------------------------------------------------------------

create function private.apply_deletion_ledger(p_hashes text[]) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_due int;
begin
  insert into private.deletion_ledger (person_hash)
  select h from unnest(p_hashes) as h on conflict do nothing;
  insert into private.account_states as s (profile_id, deletion_due_at)
  select p.id, clock_timestamp() from public.profiles p
    join private.deletion_ledger l
      on l.person_hash = encode(sha256(convert_to(p.id::text, 'UTF8')), 'hex')
  on conflict (profile_id) do update set deletion_due_at = excluded.deletion_due_at;
  get diagnostics v_due = row_count;
  return v_due;
end;
$$;
comment on function private.apply_deletion_ledger(text[]) is
  'Marks restored people for erasure who were erased after the backup: hidden now, gone by the task.';

create function private.deployment_settings() returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(s.name, s.value), '{}') from private.settings s
  where s.name in ('public_url', 'schedules', 'schedules_url', 'dead_alert_at')
$$;
comment on function private.deployment_settings() is
  'Settings that tell of the deployment at hand; a restore must not take those of another.';

create function private.settle_restored(p_deployment jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_now constant timestamptz := clock_timestamp();
begin
  delete from private.settings s where s.name = 'restoring'
    or private.deployment_settings() ? s.name;
  insert into private.settings (name, value) select * from jsonb_each_text(p_deployment);
  -- What was on its way then has long arrived; nobody is told of it a second time.
  update private.outbox o set published_at = v_now, locked_until = null
  where o.published_at is null;
  update private.webhook_deliveries d
  set status = 'failed', finished_at = v_now, error = 'Held back: the project was restored'
  where d.status = 'pending';
  update private.webhook_endpoints e
  set seen_to = v_now, lease = null, leased_until = null, retry_at = null;
  insert into private.digests as d (profile_id, sent_for, told_to)
  select distinct n.recipient_id, date '-infinity', v_now from public.notifications n
  where n.read_at is null and 'email' = any (n.channels)
  on conflict (profile_id) do update set told_to = v_now;
  delete from private.reminders r where r.due_at <= v_now;
  -- Sockets and calls of then are gone.
  delete from private.connections;
  update private.call_participants c set state = 'left', left_at = v_now
  where c.state = 'joined' and c.left_at is null;
  update public.calls c set state = 'ended', ended_at = v_now where c.ended_at is null;
end;
$$;
comment on function private.settle_restored(jsonb) is
  'Keeps what belongs to the deployment at hand, and holds back what the saved project was about '
  'to send. To be called while triggers are silent.';

create function private.resume_restored() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- Work that was begun there is done here: it reaches nobody but whom it belongs to.
  perform private.emit('media.uploaded', m.id, m.owner_id) from public.media m
  where m.status = 'processing';
  perform private.emit('export.requested', e.id, null) from private.exports e
  where e.status in ('queued', 'running');
  perform private.emit('account.import_requested', i.id, null) from private.account_imports i
  where i.status in ('queued', 'running');
  perform private.emit('import.requested', i.id, i.created_by) from private.archive_imports i
  where i.status in ('queued', 'running');
  perform private.emit('search.rebuild', gen_random_uuid(), null, jsonb_build_object('type', t))
  from unnest(array['users', 'rooms', 'posts']) as t;
end;
$$;
comment on function private.resume_restored() is
  'Takes up again what the saved project had not finished, and has the search index made anew.';
