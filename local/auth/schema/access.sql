-- Single sign-on and the claims of a caller: the second part of the schema `auth`.
set local role supabase_auth_admin;

create table auth.sso_providers (
  id uuid primary key,
  resource_id text,
  created_at timestamptz,
  updated_at timestamptz,
  disabled boolean
);
create unique index sso_providers_resource_id_idx on auth.sso_providers (lower(resource_id));

create table auth.sso_domains (
  id uuid primary key,
  sso_provider_id uuid not null references auth.sso_providers (id) on delete cascade,
  domain text not null check (char_length(domain) > 0),
  created_at timestamptz,
  updated_at timestamptz
);
create unique index sso_domains_domain_idx on auth.sso_domains (lower(domain));
create index sso_domains_sso_provider_id_idx on auth.sso_domains (sso_provider_id);

create table auth.saml_providers (
  id uuid primary key,
  sso_provider_id uuid not null references auth.sso_providers (id) on delete cascade,
  entity_id text not null unique check (char_length(entity_id) > 0),
  metadata_xml text not null check (char_length(metadata_xml) > 0),
  metadata_url text check (metadata_url is null or char_length(metadata_url) > 0),
  attribute_mapping jsonb,
  created_at timestamptz,
  updated_at timestamptz,
  name_id_format text
);
create index saml_providers_sso_provider_id_idx on auth.saml_providers (sso_provider_id);

create table auth.saml_relay_states (
  id uuid primary key,
  sso_provider_id uuid not null references auth.sso_providers (id) on delete cascade,
  request_id text not null check (char_length(request_id) > 0),
  for_email text,
  redirect_to text,
  created_at timestamptz,
  updated_at timestamptz,
  flow_state_id uuid references auth.flow_state (id) on delete cascade
);
create index saml_relay_states_created_at_idx on auth.saml_relay_states (created_at desc);
create index saml_relay_states_for_email_idx on auth.saml_relay_states (for_email);
create index saml_relay_states_sso_provider_id_idx
  on auth.saml_relay_states (sso_provider_id);

-- The claims of the caller, as the Data API, Storage and Realtime publish them to a transaction.
create function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
  )::uuid
$$;
create function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
  )::text
$$;
create function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
  )::text
$$;
create function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;

-- `postgres` may read and write the rows, refer to them and put triggers on them, but owns nothing.
do $$
declare
  relation record;
begin
  for relation in
    select relname from pg_class
    where relnamespace = 'auth'::regnamespace and relkind = 'r' order by relname
  loop
    if relation.relname not like 'oauth_%' then
      execute format('alter table auth.%I enable row level security', relation.relname);
    end if;
    execute format('grant select on auth.%I to postgres with grant option', relation.relname);
    if relation.relname = 'schema_migrations' then
      continue;
    end if;
    execute format(
      'grant insert, update, delete, truncate, references, trigger, maintain on auth.%I '
      'to postgres',
      relation.relname
    );
    if exists (select from pg_roles where rolname = 'dashboard_user') then
      execute format('grant all on auth.%I to dashboard_user', relation.relname);
    end if;
  end loop;
end
$$;
grant all on sequence auth.refresh_tokens_id_seq to postgres;

insert into auth.schema_migrations (version) values ('20260625000000');

reset role;
