-- The message service's own tables. Nothing here belongs to the product: the schema is closed to
-- every role of the platform, and only the service itself reads and writes it.
create schema if not exists qstash;

revoke all on schema qstash from public;

-- Messages that are not done yet. Delivered, failed and cancelled ones leave the table, so that it
-- stays as small as the work that is open.
create table qstash.messages (
  seq bigint generated always as identity,
  id text primary key,
  destination text not null,
  topic text,
  endpoint_name text,
  queue text,
  schedule_id text,
  flow_key text,
  labels text[] not null default '{}',
  spec jsonb not null,
  body bytea not null default '',
  caller_ip text,
  state text not null default 'CREATED' check (state in ('CREATED', 'ACTIVE', 'RETRY')),
  not_before timestamptz not null,
  retried integer not null default 0,
  lease_token uuid,
  lease_until timestamptz,
  created_at timestamptz not null
);

create index messages_due_idx on qstash.messages (not_before, seq) where flow_key is null;

create index messages_lease_idx on qstash.messages (lease_until) where state = 'ACTIVE';

create index messages_queue_idx on qstash.messages (queue, seq) where queue is not null;

create index messages_flow_idx on qstash.messages (flow_key, not_before, seq)
where
  flow_key is not null;

create table qstash.dedup (
  key text primary key,
  message_id text not null,
  expires_at timestamptz not null
);

create index dedup_expires_at_idx on qstash.dedup (expires_at);

create table qstash.queues (
  name text primary key,
  parallelism integer not null default 1 check (parallelism > 0),
  paused boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table qstash.topics (
  name text primary key,
  endpoints jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table qstash.schedules (
  id text primary key,
  cron text not null,
  destination text not null,
  queue text,
  spec jsonb not null,
  body bytea not null default '',
  caller_ip text,
  paused boolean not null default false,
  next_at timestamptz,
  last_at timestamptz,
  last_message_ids text[] not null default '{}',
  created_at timestamptz not null
);

create index schedules_next_at_idx on qstash.schedules (next_at) where not paused;

create table qstash.dlq (
  seq bigint generated always as identity,
  id text primary key,
  message_id text not null,
  destination text not null,
  topic text,
  endpoint_name text,
  queue text,
  schedule_id text,
  flow_key text,
  labels text[] not null default '{}',
  spec jsonb not null,
  body bytea not null,
  caller_ip text,
  retried integer not null,
  response_status integer,
  response_headers jsonb,
  response_body bytea,
  error text,
  message_created_at timestamptz not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create index dlq_seq_idx on qstash.dlq (seq);

create table qstash.events (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  message_id text not null,
  state text not null,
  destination text not null,
  topic text,
  endpoint_name text,
  queue text,
  schedule_id text,
  flow_key text,
  labels text[] not null default '{}',
  caller_ip text,
  error text,
  response_status integer,
  next_delivery_at timestamptz
);

create index events_message_id_idx on qstash.events (message_id, id);

create table qstash.flow (
  key text primary key,
  parallelism integer,
  rate integer,
  period_ms bigint not null default 1000,
  pinned_parallelism boolean not null default false,
  pinned_rate boolean not null default false,
  paused boolean not null default false,
  period_start timestamptz,
  period_count integer not null default 0
);

create table qstash.keys (
  only_row boolean primary key default true check (only_row),
  current_key text not null,
  next_key text not null
);

-- Wakes the dispatcher of every server on this database, also when a row is written by hand.
create function qstash.wake () returns trigger language plpgsql
set
  search_path = '' as $$
begin
  perform pg_notify('qstash_wake', '');
  return null;
end;
$$;

create trigger messages_wake
after insert on qstash.messages for each statement
execute function qstash.wake ();
