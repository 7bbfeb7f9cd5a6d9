-- Leaving, third part: what a person takes along. Which rows are theirs is read from the catalogue;
-- what is left out is listed here with its reason. Owns private.exports; the bytes lie in `exports`.

insert into storage.buckets (id, name, public, file_size_limit) values
  ('exports', 'exports', false, null);
insert into private.settings (name, value) values
  ('archive_secret', encode(extensions.gen_random_bytes(32), 'hex'));

create table private.exports (
  id uuid primary key default private.uuid_v7(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  with_media boolean not null default true,
  status text not null default 'queued',
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  expires_at timestamptz,
  path text,
  manifest jsonb,
  error text,
  constraint exports_status_known check (status in ('queued', 'running', 'done', 'failed', 'expired'))
);
comment on table private.exports is 'Archives that people asked for, kept for a week. No client access.';
create index exports_profile_id_created_at_idx on private.exports (profile_id, created_at desc);
create index exports_expires_at_idx on private.exports (expires_at) where path is not null;

-- What is left out ---------------------------------------------------------------------------------------

create function private.export_exceptions()
returns table (table_name text, column_name text, kind text, reason text)
language sql immutable set search_path = ''
as $$
  values
    -- Nothing of the table is exported.
    ('private.announcements', null, 'table', 'words for everybody, and who of the staff wrote them'),
    ('private.backups', null, 'table', 'operations: who asked for a snapshot'),
    ('private.block_sides', null, 'table', 'derived from blocks; tells who blocks somebody'),
    ('private.blocked_email_domains', null, 'table', 'names no person'),
    ('private.comment_ranks', null, 'table', 'derived from exported rows'),
    ('private.connections', null, 'table', 'sockets that are open for the moment'),
    ('private.counter_deltas', null, 'table', 'derived from exported rows'),
    ('private.counter_checks', null, 'table', 'operations: names no person'),
    ('private.counter_drift', null, 'table', 'operations: counts that were repaired'),
    ('private.counters', null, 'table', 'derived from exported rows'),
    ('private.dead_jobs', null, 'table', 'operations: work that gave up'),
    ('private.deletion_ledger', null, 'table', 'hashes of erased people'),
    ('private.archive_imports', null, 'table', 'the record of archives that became rooms'),
    ('private.event_counts', null, 'table', 'operations: names no person'),
    ('private.exports', null, 'table', 'the record of archives, not part of them'),
    ('private.held_records', null, 'table', 'closed by law until the hold ends'),
    ('private.idempotency_keys', null, 'table', 'answers repeated from exported rows, kept a day'),
    ('private.job_runs', null, 'table', 'operations: names no person'),
    ('private.job_stats', null, 'table', 'operations: names no person'),
    ('private.legal_holds', null, 'table', 'closed by law until the hold ends'),
    ('private.link_previews', null, 'table', 'what public pages show, kept for a day'),
    ('private.media_trash', null, 'table', 'paths of files that are being removed'),
    ('private.metric_levels', null, 'table', 'operations: names no person'),
    ('private.metric_series', null, 'table', 'operations: names no person'),
    ('private.metric_sources', null, 'table', 'operations: names no person'),
    ('private.outbox', null, 'table', 'events that repeat exported rows'),
    ('private.password_history', null, 'table', 'hashes of passwords'),
    ('private.poll_closings', null, 'table', 'derived from exported rows'),
    ('private.post_views', null, 'table', 'what was opened in the last half hour'),
    ('private.rate_limits', null, 'table', 'counts of the last hour'),
    ('private.reserved_handles', null, 'table', 'names no person'),
    ('private.retired_handles', null, 'table', 'hashes of former handles'),
    ('private.roles', null, 'table', 'names no person'),
    ('private.unread_marks', null, 'table', 'derived from messages'),
    ('private.room_sweeps', null, 'table', 'names no person'),
    ('private.room_invite_tokens', null, 'table', 'hashes of secrets'),
    ('private.settings', null, 'table', 'secrets of the deployment'),
    ('private.room_feed_entries', null, 'table', 'hashes of what other sites have published'),
    ('private.webhook_deliveries', null, 'table', 'events that repeat exported rows, kept for 30 days'),
    ('private.webhook_secrets', null, 'table', 'secrets of webhooks'),
    ('public.hashtags', null, 'table', 'names no person'),
    -- Rows are not looked for by this column, since they belong to somebody else.
    ('private.audience_members', 'profile_id', 'path', 'nobody learns of the lists that they are on'),
    ('private.dismissed_suggestions', 'person_id', 'path', 'who does not want to see somebody is not told to them'),
    ('private.poll_votes', 'post_id', 'path', 'votes of others'),
    ('public.bookmarks', 'post_id', 'path', 'bookmarks of others'),
    ('private.feed_feedback', 'author_id', 'path', 'who does not want somebody in their feed is not told to them'),
    ('public.blocks', 'blocked_id', 'path', 'who blocks somebody is not told to them'),
    ('private.message_requests', 'from_id', 'path', 'what becomes of a request is not told to its sender'),
    ('private.message_requests', 'room_id', 'path', 'what becomes of a request is not told to its sender'),
    ('private.thread_members', 'message_id', 'path', 'who else follows a thread'),
    ('public.message_reactions', 'message_id', 'path', 'reactions of others'),
    ('public.message_receipts', 'message_id', 'path', 'how far others have read'),
    ('public.message_mentions', 'profile_id', 'path', 'messages of others, perhaps no more visible'),
    ('public.mutes', 'muted_id', 'path', 'who mutes somebody is not told to them'),
    ('public.notifications', 'actor_id', 'path', 'what others were told'),
    ('private.notification_actors', 'actor_id', 'path', 'what others were told'),
    ('public.post_mentions', 'profile_id', 'path', 'posts of others, perhaps no more visible'),
    ('public.post_reactions', 'post_id', 'path', 'reactions of others'),
    ('public.shares', 'post_id', 'path', 'what others have passed on'),
    ('public.reports', 'reported_user_id', 'path', 'who reports somebody is not told to them'),
    -- The column is not looked through and not written: it names somebody else.
    ('private.account_states', 'changed_by', 'column', 'staff'),
    ('private.moderation_cases', 'assigned_to', 'column', 'staff'),
    ('private.moderation_decisions', 'moderator_id', 'column', 'staff'),
    ('private.role_log', 'actor_id', 'column', 'staff'),
    ('private.room_log', 'actor_id', 'column', 'whoever keeps order in a room'),
    ('private.room_member_states', 'muted_by', 'column', 'whoever keeps order in a room'),
    ('private.message_versions', 'changed_by', 'column', 'staff'),
    ('private.spotlights', 'placed_by', 'column', 'staff'),
    ('private.user_roles', 'granted_by', 'column', 'staff')
$$;
comment on function private.export_exceptions() is
  'What no archive holds, and why. A new table that is neither here nor reached by keys fails a test.';

create function private.is_secret_column(p_name text) returns boolean
language sql immutable set search_path = ''
as $$ select p_name ~ '(^|_)(hash|token|tokens|secret|secrets|password|salt|signature|otp)($|_)' $$;
comment on function private.is_secret_column(text) is
  'By the name of a column: what proves who somebody is never leaves, not even with them.';

-- What is in it --------------------------------------------------------------------------------------------

create function private.export_keys()
returns table (table_name text, column_name text, parent_name text, parent_column text)
language sql stable set search_path = ''
as $$
  select format('%I.%I', n.nspname, c.relname), a.attname::text,
    format('%I.%I', pn.nspname, pc.relname), pa.attname::text
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_class c on c.oid = k.conrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  join pg_catalog.pg_class pc on pc.oid = k.confrelid
  join pg_catalog.pg_namespace pn on pn.oid = pc.relnamespace
  join pg_catalog.pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = k.confkey[1]
  where k.contype = 'f' and cardinality(k.conkey) = 1 and n.nspname in ('public', 'private')
    and not exists (select from private.export_exceptions() e
      where e.table_name = format('%I.%I', n.nspname, c.relname)
        and (e.kind = 'table' or e.column_name = a.attname))
    -- A row is part of another only where it goes with it.
    and (k.confrelid in ('public.profiles'::regclass, 'auth.users'::regclass) or k.confdeltype = 'c')
$$;
comment on function private.export_keys() is
  'Foreign keys by which rows are a person''s, or part of something that is.';

create function private.export_conditions() returns table (table_name text, condition text)
language sql stable set search_path = ''
as $$
  -- By a key to the person; else by keys to rows of theirs, at most three steps away.
  with recursive direct as (
    select k.table_name, string_agg(format('%I = $1', k.column_name), ' or ' order by k.column_name)
      as condition
    from private.export_keys() k where k.parent_name in ('public.profiles', 'auth.users')
    group by k.table_name
  ), reached as (
    select d.table_name, d.condition, 1 as depth from direct d
    union all
    select k.table_name,
      format('%I in (select %I from %s where %s)', k.column_name, k.parent_column, r.table_name, r.condition),
      r.depth + 1
    from reached r join private.export_keys() k on k.parent_name = r.table_name
    where r.depth < 3 and k.table_name <> r.table_name
      and not exists (select from direct d where d.table_name = k.table_name)
  )
  select r.table_name, string_agg(distinct r.condition, ' or ') from reached r group by r.table_name
  union all
  select 'auth.' || a.name, a.condition from (values
    ('users', 'id = $1'), ('identities', 'user_id = $1'), ('sessions', 'user_id = $1'),
    ('mfa_factors', 'user_id = $1')) as a (name, condition)
$$;
comment on function private.export_conditions() is
  'Every table with rows of a person, and which rows those are; $1 stands for the person.';

create function private.export_tables()
returns table (table_name text, columns text[], condition text)
language sql stable set search_path = ''
as $$
  select c.table_name, array_agg(quote_ident(a.attname) order by a.attnum), c.condition
  from private.export_conditions() c
  join pg_catalog.pg_attribute a on a.attrelid = c.table_name::regclass
    and a.attnum > 0 and not a.attisdropped
  where not private.is_secret_column(a.attname)
    and not exists (select from private.export_exceptions() e where e.kind = 'column'
      and e.table_name = c.table_name and e.column_name = a.attname)
    -- Of the auth server's tables, what a person would know again.
    and (c.table_name not like 'auth.%' or a.attname in ('id', 'user_id', 'email', 'phone',
      'created_at', 'updated_at', 'confirmed_at', 'email_confirmed_at', 'last_sign_in_at',
      'raw_user_meta_data', 'provider', 'identity_data', 'user_agent', 'ip', 'refreshed_at',
      'friendly_name', 'factor_type', 'status'))
  group by c.table_name, c.condition order by c.table_name
$$;
comment on function private.export_tables() is
  'Every table of an archive with the columns that are written and the rows that are a person''s.';

create function private.archive_signature(p_text text) returns text
language sql stable set search_path = ''
as $$ select encode(extensions.hmac(p_text, private.setting('archive_secret'), 'sha256'), 'hex') $$;
comment on function private.archive_signature(text) is 'Proves that an archive was made here, as it is.';

-- Asking for it --------------------------------------------------------------------------------------------

create function private.request_export(p_with_media boolean) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into private.exports (profile_id, with_media) values ((select auth.uid()), p_with_media)
  returning id into v_id;
  perform private.emit('export.requested', v_id, null);
  return jsonb_build_object('id', v_id, 'status', 'queued');
end;
$$;
comment on function private.request_export(boolean) is
  'Definer, because exports are closed to clients. Asks for an archive of the caller.';
grant execute on function private.request_export(boolean) to authenticated;

create function private.my_export(p_id uuid)
returns table (status text, path text, manifest jsonb, seconds_left int)
language sql stable security definer set search_path = ''
as $$
  select e.status, e.path, e.manifest, greatest(0, extract(epoch from e.expires_at - now()))::int
  from private.exports e where e.id = p_id and e.profile_id = (select auth.uid())
$$;
comment on function private.my_export(uuid) is
  'Definer, because exports are closed to clients. One of the caller''s own.';
grant execute on function private.my_export(uuid) to authenticated;
