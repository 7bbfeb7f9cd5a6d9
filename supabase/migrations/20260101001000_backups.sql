-- Backups: the record of snapshots. Owns private.backups; the bytes lie in the bucket `backups`.

create table private.backups (
  id uuid primary key default private.uuid_v7(),
  status text not null default 'queued',
  requested_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  verified_at timestamptz,
  manifest jsonb,
  error text,
  constraint backups_status_known
    check (status in ('queued', 'running', 'done', 'failed', 'verified', 'corrupt'))
);
comment on table private.backups is 'One snapshot each, with its manifest. No client access.';
create index backups_created_at_idx on private.backups (created_at desc, id desc);
create index backups_requested_by_idx on private.backups (requested_by);

create function private.backup_tables() returns table (
  table_name text, columns text[], identity_column text
)
language sql stable set search_path = ''
as $$
  select format('%I.%I', n.nspname, c.relname),
    (select array_agg(quote_ident(a.attname) order by a.attnum) from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''),
    (select a.attname::text from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attidentity <> '' limit 1)
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relpersistence = 'p'
    and (n.nspname in ('public', 'private')
      or (n.nspname = 'auth' and c.relname in ('users', 'identities')))
    -- The record of backups is about them, not part of them.
    and not (n.nspname = 'private' and c.relname = 'backups')
  order by n.nspname, c.relname
$$;
comment on function private.backup_tables() is
  'Every table of the product, found in the catalogue, so that a new one is included by itself.';
