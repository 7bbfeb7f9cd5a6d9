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
  -- What was written to a folder is not looked after from here.
  place text not null default 'bucket',
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  verified_at timestamptz,
  manifest jsonb,
  verification jsonb,
  error text,
  constraint backups_status_known
    check (status in ('queued', 'running', 'done', 'failed', 'verified', 'corrupt')),
  constraint backups_place_known check (place in ('bucket', 'elsewhere'))
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
      or (n.nspname = 'auth' and c.relname in ('users', 'identities')))
    -- The record of backups is about them, not part of them.
    and not (n.nspname = 'private' and c.relname = 'backups')
  group by n.nspname, c.relname
  order by n.nspname, c.relname
$$;
comment on function private.backup_tables() is
  'Every table of the product, found in the catalogue, so that a new one is included by itself.';

create function private.start_backup(p_id uuid, p_by uuid, p_place text) returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  -- Whoever ran it has gone: no backup takes that long.
  update private.backups b
  set status = 'failed', finished_at = clock_timestamp(), error = 'The backup was interrupted'
  where b.status = 'running' and b.created_at < clock_timestamp() - interval '12 hours';
  insert into private.backups (id, status, requested_by, place)
  values (p_id, 'running', p_by, p_place)
  on conflict ((true)) where status = 'running' do nothing;
  return found;
end;
$$;
comment on function private.start_backup(uuid, uuid, text) is
  'Notes that a backup runs; false when another one does.';

create function private.outdated_backups(p_limit int) returns setof uuid
language sql stable set search_path = ''
as $$
  with ranked as (
    select b.id, b.created_at, b.status in ('done', 'verified') as good,
      row_number() over (
        partition by b.status in ('done', 'verified') order by b.created_at desc, b.id desc
      ) as place
    from private.backups b where b.place = 'bucket' and b.status <> 'running'
  )
  select r.id from ranked r
  where (not r.good or r.place > private.setting('backup_keep_min')::int)
    and (r.place > private.setting('backup_keep_count')::int or r.created_at
      < clock_timestamp() - make_interval(days => private.setting('backup_keep_days')::int))
  order by r.created_at limit p_limit
$$;
comment on function private.outdated_backups(int) is
  'Backups beyond the count or the age of backup_keep_*, oldest first; of good ones some stay always.';

create function private.backup_age_seconds() returns double precision
language sql stable set search_path = ''
as $$
  select extract(epoch from clock_timestamp() - max(b.created_at))::double precision
  from private.backups b where b.status = 'verified'
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

create function private.settle_restored(p_public_url text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform private.set_setting('public_url', p_public_url);
  -- What was on its way then has long arrived; nobody is told of it a second time.
  update private.outbox o set published_at = clock_timestamp(), locked_until = null
  where o.published_at is null;
end;
$$;
comment on function private.settle_restored(text) is
  'Keeps what belongs to the project at hand, and holds back events of the one that was saved.';
