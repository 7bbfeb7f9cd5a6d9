-- The cluster's roles as the hosted platform has them. Applied as a superuser; may run any number
-- of times. Passwords are the platform's local defaults: the server listens on loopback alone.

do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('supabase_admin', 'superuser login createdb createrole replication bypassrls'),
      ('postgres', 'login createdb createrole replication bypassrls'),
      ('anon', 'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role', 'nologin noinherit bypassrls'),
      ('authenticator', 'login noinherit'),
      ('dashboard_user', 'nologin createdb createrole replication'),
      ('supabase_auth_admin', 'login noinherit createrole'),
      ('supabase_storage_admin', 'login noinherit createrole'),
      ('supabase_realtime_admin', 'nologin noinherit'),
      ('supabase_functions_admin', 'login noinherit createrole'),
      ('supabase_read_only_user', 'login bypassrls')
    ) as role (name, attributes)
    where not exists (select from pg_roles where rolname = role.name)
  loop
    execute format('create role %I %s password %L', wanted.name, wanted.attributes, 'postgres');
  end loop;
end
$$;

-- Requests switch from the login role to one of these three.
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to supabase_storage_admin;

-- Admin option, so that a migration may set role options, e.g. pgrst.db_pre_request.
grant anon, authenticated, service_role, authenticator to postgres with admin option;

-- The hosted platform lets `postgres` make policies and triggers on these services' tables through
-- the extension supautils. Plain Postgres asks for ownership, which membership gives.
grant supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin,
  supabase_functions_admin to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend, pg_create_subscription
  to postgres with admin option;
grant pg_monitor, pg_read_all_data to supabase_read_only_user;
grant set on parameter session_replication_role to postgres;
-- Options of the REST service, which it reads from the settings of the role `authenticator`.
grant set on parameter
  pgrst.db_pre_request, pgrst.db_schemas, pgrst.db_extra_search_path, pgrst.db_max_rows,
  pgrst.db_anon_role, pgrst.db_aggregates_enabled, pgrst.db_plan_enabled, pgrst.db_tx_end,
  pgrst.db_hoisted_tx_settings, pgrst.db_timezone_enabled, pgrst.db_root_spec,
  pgrst.openapi_mode, pgrst.openapi_security_active, pgrst.openapi_server_proxy_uri,
  pgrst.jwt_secret, pgrst.jwt_aud, pgrst.jwt_role_claim_key, pgrst.jwt_cache_max_lifetime,
  pgrst.server_cors_allowed_origins, pgrst.server_trace_header, pgrst.server_timing_enabled
to postgres;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role supabase_admin set search_path = "$user", public, auth, extensions;
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
alter role supabase_storage_admin set search_path = storage;
