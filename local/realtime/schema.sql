-- The SQL surface of Realtime: the messages table, the functions that write to it, and the
-- publications that the server reads. Run as superuser; the marker is checked by schema.ts.
create schema if not exists realtime;

grant usage on schema realtime to postgres, anon, authenticated, service_role;
grant usage, create on schema realtime to supabase_realtime_admin;

-- The hosted platform lets `postgres` write policies on a table that it does not own. Plain
-- PostgreSQL cannot, so membership stands in for it, and the event triggers below take back
-- everything else that membership would allow.
grant supabase_realtime_admin to postgres;

create table realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp without time zone not null default now(),
  inserted_at timestamp without time zone not null default now(),
  id uuid not null default gen_random_uuid(),
  binary_payload bytea,
  constraint messages_pkey primary key (id, inserted_at)
) partition by range (inserted_at);

alter table realtime.messages
  add constraint messages_payload_exclusive
  check (payload is null or binary_payload is null) not valid;

create index messages_inserted_at_topic_index on realtime.messages (inserted_at desc, topic)
  where extension = 'broadcast' and private is true;

alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to postgres, anon, authenticated, service_role;

create type realtime.equality_op as enum ('eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in');
create type realtime.user_defined_filter as (
  column_name text,
  op realtime.equality_op,
  value text
);

-- Part of the hosted layout; the server here holds its subscriptions in memory.
create table realtime.subscription (
  id bigint generated always as identity primary key,
  subscription_id uuid not null,
  entity regclass not null,
  filters realtime.user_defined_filter[] not null default '{}',
  claims jsonb not null,
  action_filter text default '*' check (action_filter in ('*', 'INSERT', 'UPDATE', 'DELETE')),
  created_at timestamp not null default timezone('utc', now())
);
create index subscription_subscription_id_index on realtime.subscription (subscription_id);
grant select on realtime.subscription to postgres, anon, authenticated, service_role;

create function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')::text;
$$;

-- Runs with the caller's rights, and never fails the caller: what goes wrong is a warning.
create function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void language plpgsql as $$
declare
  message_id uuid := gen_random_uuid();
  message jsonb;
begin
  begin
    if payload ? 'id' then
      message := payload;
    else
      message := jsonb_set(payload, '{id}', to_jsonb(message_id));
    end if;
    execute format('set local realtime.topic to %L', topic);
    insert into realtime.messages (id, payload, event, topic, private, extension)
    values (message_id, message, event, topic, private, 'broadcast');
  exception when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
  end;
end;
$$;

create function realtime.send_binary(
  payload bytea,
  event text,
  topic text,
  private boolean default true
) returns void language plpgsql as $$
begin
  begin
    execute format('set local realtime.topic to %L', topic);
    insert into realtime.messages (id, binary_payload, event, topic, private, extension)
    values (gen_random_uuid(), payload, event, topic, private, 'broadcast');
  exception when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
  end;
end;
$$;

create function realtime.broadcast_changes(
  topic_name text,
  event_name text,
  operation text,
  table_name text,
  table_schema text,
  new record,
  old record,
  level text default 'ROW'
) returns void language plpgsql as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  end if;
  if operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Unexpected operation type: %', operation;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'old_record', old,
      'record', new,
      'operation', operation,
      'table', table_name,
      'schema', table_schema
    ),
    event_name,
    topic_name
  );
exception when others then
  raise exception 'Failed to process the row: %', sqlerrm;
end;
$$;

-- Daily partitions from yesterday to three days ahead, and none older than three days.
create function realtime.maintain_message_partitions() returns void
language plpgsql set search_path = '' as $$
declare
  today date := (now() at time zone 'utc')::date;
  day date;
  child text;
begin
  for offset_days in -1..3 loop
    day := today + offset_days;
    child := 'messages_' || to_char(day, 'YYYY_MM_DD');
    if to_regclass(format('realtime.%I', child)) is null then
      execute format(
        'create table realtime.%I partition of realtime.messages for values from (%L) to (%L)',
        child, day, day + 1
      );
      execute format('alter table realtime.%I owner to supabase_realtime_admin', child);
    end if;
  end loop;
  for child in
    select c.relname
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'realtime.messages'::regclass
      and c.relname ~ '^messages_\d{4}_\d{2}_\d{2}$'
      and to_date(right(c.relname, 10), 'YYYY_MM_DD') < today - 3
  loop
    execute format('drop table realtime.%I', child);
  end loop;
end;
$$;
revoke all on function realtime.maintain_message_partitions() from public;

-- Lets `postgres` and others write policies here and nothing else.
create function realtime.guard_ddl() returns event_trigger
language plpgsql set search_path = '' as $$
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    return;
  end if;
  if tg_event = 'sql_drop' then
    if tg_tag <> 'DROP POLICY' and exists (
      select 1 from pg_catalog.pg_event_trigger_dropped_objects()
      where schema_name = 'realtime' and object_type <> 'policy'
    ) then
      raise insufficient_privilege using message = 'must be owner of the objects of realtime';
    end if;
  elsif exists (
    select 1 from pg_catalog.pg_event_trigger_ddl_commands()
    where schema_name = 'realtime' and object_type <> 'policy'
  ) then
    raise insufficient_privilege using message = 'permission denied for schema realtime';
  end if;
end;
$$;
create event trigger realtime_guard_ddl on ddl_command_end execute function realtime.guard_ddl();
create event trigger realtime_guard_drop on sql_drop execute function realtime.guard_ddl();

create publication supabase_realtime_messages_publication for table realtime.messages
  with (publish = 'insert', publish_via_partition_root = true);
alter publication supabase_realtime_messages_publication owner to supabase_admin;

do $$
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
  alter publication supabase_realtime owner to postgres;
end;
$$;
