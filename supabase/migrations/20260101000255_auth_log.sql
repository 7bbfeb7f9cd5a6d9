-- What happens to an account: a log that its owner can read, past passwords, and the end of sessions.
-- Owns private.auth_log and private.password_history. Written by triggers on the auth server's tables,
-- so that it is the same whether somebody signs in through the API or through the platform's client.

create table private.auth_log (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null,
  session_id uuid,
  ip inet,
  user_agent text,
  created_at timestamptz not null default clock_timestamp(),
  constraint auth_log_kind_known check (kind in (
    'signup', 'sign_in', 'sign_out', 'session_revoked', 'session_expired', 'token_reuse',
    'mfa_passed', 'password_changed', 'password_reset_requested', 'email_confirmed',
    'email_changed', 'identity_linked', 'identity_unlinked'))
);
comment on table private.auth_log is
  'What happened to an account, for its owner; kept for 180 days. Not exposed.';
create index auth_log_user_id_created_at_idx on private.auth_log (user_id, created_at desc, id desc);
create index auth_log_created_at_idx on private.auth_log (created_at);
alter table private.auth_log enable row level security;
grant select (id, user_id, kind, session_id, ip, user_agent, created_at)
  on private.auth_log to authenticated;
grant select, delete on private.auth_log to service_role;
create policy auth_log_select_own on private.auth_log
  for select to authenticated using (user_id = (select auth.uid()));

create table private.password_history (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references auth.users (id) on delete cascade,
  hash text not null,
  created_at timestamptz not null default clock_timestamp()
);
comment on table private.password_history is
  'Hashes of the last passwords of an account, five at most. No client access.';
create index password_history_user_id_idx on private.password_history (user_id, created_at desc);
alter table private.password_history enable row level security;

create function private.log_auth(
  p_user uuid, p_kind text, p_session uuid default null, p_ip inet default null,
  p_user_agent text default null
) returns void
language sql volatile security definer set search_path = ''
as $$
  insert into private.auth_log (user_id, kind, session_id, ip, user_agent)
  -- An account that is being deleted takes its log along.
  select u.id, p_kind, p_session, p_ip, left(p_user_agent, 300)
  from auth.users u where u.id = p_user
$$;
comment on function private.log_auth(uuid, text, uuid, inet, text) is
  'Definer, because the auth server''s triggers call it. Adds one line to a person''s log.';

-- Accounts -------------------------------------------------------------------------------------------

create function private.users_log() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform private.log_auth(new.id, 'signup');
    return null;
  end if;
  if coalesce(new.encrypted_password, '') <> coalesce(old.encrypted_password, '') then
    -- What this transaction ends, it ends for the new password's sake.
    perform set_config('townsquare.session_end', 'session_revoked', true);
    perform private.log_auth(new.id, 'password_changed');
  end if;
  if lower(new.email) is distinct from lower(old.email) then
    perform private.log_auth(new.id, 'email_changed');
  end if;
  if old.email_confirmed_at is null and new.email_confirmed_at is not null
    and new.confirmation_sent_at is not null then
    perform private.log_auth(new.id, 'email_confirmed');
  end if;
  if new.recovery_sent_at is distinct from old.recovery_sent_at
    and new.recovery_sent_at is not null then
    perform private.log_auth(new.id, 'password_reset_requested');
  end if;
  return null;
end;
$$;
comment on function private.users_log() is
  'Definer, because the auth server may not write the log. What changes about an account.';
create trigger users_a50_log_insert after insert on auth.users
  for each row when (coalesce(current_setting('townsquare.checked', true), '') <> 'on')
  execute function private.users_log();
create trigger users_a50_log_update
  after update of encrypted_password, email, email_confirmed_at, recovery_sent_at on auth.users
  for each row execute function private.users_log();

create function private.users_keep_password() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_kept constant int := 5;
begin
  if coalesce(new.encrypted_password, '') = '' then
    return null;
  end if;
  insert into private.password_history (user_id, hash) values (new.id, new.encrypted_password);
  delete from private.password_history h where h.id in (
    select o.id from private.password_history o where o.user_id = new.id
    order by o.created_at desc, o.id desc offset c_kept);
  return null;
end;
$$;
comment on function private.users_keep_password() is
  'Definer, because the auth server may not write the history. Keeps the last five hashes.';
create trigger users_a60_keep_first_password after insert on auth.users
  for each row when (new.encrypted_password is not null)
  execute function private.users_keep_password();
create trigger users_a60_keep_password after update of encrypted_password on auth.users
  for each row when (new.encrypted_password is distinct from old.encrypted_password)
  execute function private.users_keep_password();

create function private.password_is(p_hash text, p_password text) returns boolean
language sql stable set search_path = ''
as $$
  -- Hashes made elsewhere carry other names of the same algorithm; other algorithms never match.
  select case when p_hash ~ '^\$2[aby]\$'
    then extensions.crypt(p_password, regexp_replace(p_hash, '^\$2[by]', '$2a'))
      = regexp_replace(p_hash, '^\$2[by]', '$2a')
    else false end
$$;
comment on function private.password_is(text, text) is 'Whether a hash is that of a password.';

create function private.password_was_used(p_user uuid, p_password text) returns boolean
language sql stable set search_path = ''
as $$
  select coalesce(bool_or(private.password_is(h.hash, p_password)), false)
  from private.password_history h where h.user_id = p_user
$$;
comment on function private.password_was_used(uuid, text) is
  'Whether a password is among the last ones of an account, the present one included.';

create function private.password_problem(p_current text, p_new text) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_user constant uuid := (select auth.uid());
  v_hash constant text := coalesce(
    (select u.encrypted_password from auth.users u where u.id = v_user), '');
begin
  return case
    when v_hash = '' then 'none'
    when not private.password_is(v_hash, p_current) then 'wrong'
    when private.password_was_used(v_user, p_new) then 'used'
  end;
end;
$$;
comment on function private.password_problem(text, text) is
  'Definer, because hashes are closed to everybody. Why the caller''s password may not be changed: '
  'there is none, the present one is wrong, or the new one was used before.';
grant execute on function private.password_problem(text, text) to authenticated;

create function private.reset_password_was_used(p_token text, p_new text) returns boolean
language sql stable set search_path = ''
as $$
  select exists (select from auth.one_time_tokens t
    where t.token_hash = p_token and t.token_type = 'recovery_token'
      and private.password_was_used(t.user_id, p_new))
$$;
comment on function private.reset_password_was_used(text, text) is
  'Whether the holder of a reset token has used a password before; false for any other token.';

-- Sessions -------------------------------------------------------------------------------------------

create function private.sessions_log() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform private.log_auth(new.user_id, 'sign_in', new.id, new.ip, new.user_agent);
  else
    perform private.log_auth(new.user_id, 'mfa_passed', new.id, new.ip, new.user_agent);
  end if;
  return null;
end;
$$;
comment on function private.sessions_log() is
  'Definer, because the auth server may not write the log. Who comes in, and from where.';
create trigger sessions_a50_log_insert after insert on auth.sessions
  for each row execute function private.sessions_log();
create trigger sessions_a50_log_update after update of aal on auth.sessions
  for each row when (new.aal is distinct from old.aal and new.aal = 'aal2')
  execute function private.sessions_log();

create function private.session_idle_max() returns interval
language sql immutable set search_path = ''
as $$ select interval '30 days' $$;
comment on function private.session_idle_max() is
  'How long a refresh token lives: a session that is not refreshed for so long ends.';

create function private.session_has_expired(
  p_not_after timestamptz, p_refreshed_at timestamp, p_created_at timestamptz
) returns boolean
language sql stable set search_path = ''
as $$
  select coalesce(p_not_after < now(), false)
    or coalesce(p_refreshed_at at time zone 'utc', p_created_at)
      < now() - private.session_idle_max()
$$;
comment on function private.session_has_expired(timestamptz, timestamp, timestamptz) is
  'Whether the time of a session is up.';

create function private.sessions_announce_end() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- The auth server ends sessions when their owner signs out; whoever else does names no one.
  v_reason constant text := coalesce(
    nullif(current_setting('townsquare.session_end', true), ''),
    case when session_user = 'supabase_auth_admin' then 'sign_out' else 'session_revoked' end);
begin
  perform private.log_auth(g.user_id,
      case when private.session_has_expired(g.not_after, g.refreshed_at, g.created_at)
        then 'session_expired' else v_reason end,
      g.id, g.ip, g.user_agent),
    private.broadcast('user:' || g.user_id, 'session.revoked',
      jsonb_build_object('session_id', g.id))
  -- Whoever is being deleted is told nothing more.
  from gone g join auth.users u on u.id = g.user_id;
  return null;
end;
$$;
comment on function private.sessions_announce_end() is
  'Definer, because it logs and broadcasts for the auth server. Tells every device which one is out.';
create trigger sessions_a10_announce_end after delete on auth.sessions
  referencing old table as gone for each statement
  execute function private.sessions_announce_end();

create function private.refresh_tokens_end_family() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Rotation leaves one good token; none is left when a spent one came again and all were revoked.
  if not exists (select from auth.refresh_tokens t
      where t.session_id = new.session_id and t.revoked is false) then
    perform set_config('townsquare.session_end', 'token_reuse', true);
    delete from auth.sessions s where s.id = new.session_id;
  end if;
  return null;
end;
$$;
comment on function private.refresh_tokens_end_family() is
  'Definer, because the auth server only revokes the tokens. A stolen family loses its session too.';
create constraint trigger refresh_tokens_a10_end_family
  after update of revoked on auth.refresh_tokens
  deferrable initially deferred
  for each row when (new.revoked and old.revoked is not true and new.session_id is not null)
  execute function private.refresh_tokens_end_family();

-- Identities -----------------------------------------------------------------------------------------

create function private.identities_log() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform private.log_auth(new.user_id, 'identity_linked');
  else
    perform private.log_auth(old.user_id, 'identity_unlinked');
  end if;
  return null;
end;
$$;
comment on function private.identities_log() is
  'Definer, because the auth server may not write the log. Ways in that come and go.';
create trigger identities_a50_log_insert after insert on auth.identities
  for each row when (new.provider <> 'email') execute function private.identities_log();
create trigger identities_a50_log_delete after delete on auth.identities
  for each row when (old.provider <> 'email') execute function private.identities_log();

-- Upkeep ---------------------------------------------------------------------------------------------

create function private.sweep_accounts(p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  c_log_kept constant interval := '180 days';
  v_sessions int;
  v_lines int;
begin
  perform set_config('townsquare.session_end', 'session_expired', true);
  delete from auth.sessions s where s.id in (
    select x.id from auth.sessions x
    where private.session_has_expired(x.not_after, x.refreshed_at, x.created_at)
    limit p_limit for update skip locked);
  get diagnostics v_sessions = row_count;
  delete from private.auth_log l where l.id in (
    select x.id from private.auth_log x where x.created_at < now() - c_log_kept
    order by x.created_at limit p_limit for update skip locked);
  get diagnostics v_lines = row_count;
  return greatest(v_sessions, v_lines);
end;
$$;
comment on function private.sweep_accounts(int) is
  'Ends sessions whose time is up and forgets old lines, at most so many of each; scheduled.';
