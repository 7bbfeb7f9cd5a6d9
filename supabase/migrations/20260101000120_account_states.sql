-- Account states: suspended, banned, deactivated, about to be deleted. Owns private.account_states.
-- Whoever has no row is active. What is said here holds by table, API, live topics and search alike.

create table private.account_states (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  -- Reads, but writes nothing; muted people only publish nothing.
  muted_until timestamptz,
  suspended_until timestamptz,
  banned_at timestamptz,
  -- Without it a ban has no end.
  banned_until timestamptz,
  deactivated_at timestamptz,
  deletion_due_at timestamptz,
  reason text,
  changed_by uuid references public.profiles (id) on delete set null,
  changed_at timestamptz not null default clock_timestamp(),
  hidden boolean not null generated always as
    (banned_at is not null or deactivated_at is not null or deletion_due_at is not null) stored,
  constraint account_states_banned_until_fits check (banned_until is null or banned_at is not null),
  constraint account_states_reason_length check (char_length(reason) <= 2000)
);
comment on table private.account_states is
  'Accounts that are not simply active. Clients and policies may see who is hidden, and no more.';
create index account_states_changed_by_idx on private.account_states (changed_by);
create index account_states_banned_until_idx on private.account_states (banned_until)
  where banned_until is not null;
grant select (profile_id, hidden) on private.account_states to anon, authenticated;
grant select, insert, update, delete on private.account_states to service_role;

-- Reading ------------------------------------------------------------------------------------------

create function private.is_hidden(p_id uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select from private.account_states s where s.profile_id = p_id and s.hidden);
end;
$$;
comment on function private.is_hidden(uuid) is
  'Definer, to cost policies and definers the same. True for accounts that nobody else sees.';
grant execute on function private.is_hidden(uuid) to anon, authenticated, service_role;

create function private.is_counted(p_id uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Hiding takes the same row for itself, so that a count is changed by it or by the caller, not both.
  perform from public.profiles p where p.id = p_id for key share;
  return not private.is_hidden(p_id);
end;
$$;
comment on function private.is_counted(uuid) is
  'Definer, because triggers of all roles ask. Whether what a person does counts for others now.';

create function private.account_state(p_id uuid) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_row private.account_states;
begin
  select * into v_row from private.account_states s where s.profile_id = p_id;
  return case
    when v_row.banned_at is not null and coalesce(v_row.banned_until > now(), true) then 'banned'
    when v_row.deletion_due_at is not null then 'deleting'
    when v_row.deactivated_at is not null then 'deactivated'
    when v_row.suspended_until > now() then 'suspended'
    else 'active'
  end;
end;
$$;
comment on function private.account_state(uuid) is
  'Definer, because states are closed to clients. The strongest state of an account, as of now.';

create function private.my_standing() returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('state', private.account_state(u.id),
      'suspended_until', case when s.suspended_until > now()
        and s.suspended_until < '9999-12-31' then s.suspended_until end,
      'muted_until', case when s.muted_until > now()
        and s.muted_until < '9999-12-31' then s.muted_until end,
      'muted', coalesce(s.muted_until > now(), false),
      'banned_until', s.banned_until, 'deletion_due_at', s.deletion_due_at, 'reason', s.reason)
    from (select (select auth.uid()) as id) u
    left join private.account_states s on s.profile_id = u.id);
end;
$$;
comment on function private.my_standing() is
  'Definer, because states are closed to clients. What the caller may know of their own state.';
grant execute on function private.my_standing() to authenticated;

create function private.until_text(p_until timestamptz) returns text
language sql immutable set search_path = ''
as $$
  select case when p_until < '9999-12-31 00:00:00+00'
    then ' until ' || to_char(p_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    else ' until further notice' end
$$;
comment on function private.until_text(timestamptz) is 'The end of a measure, in words.';

-- Refusing -----------------------------------------------------------------------------------------

create function private.require_standing(p_open_to text) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_row private.account_states;
begin
  select * into v_row from private.account_states s where s.profile_id = (select auth.uid());
  if not found or p_open_to = 'banned' then
    return;
  end if;
  case private.account_state(v_row.profile_id)
    when 'banned' then
      raise exception 'This account is banned; it may be exported, appealed for and deleted'
        using errcode = 'PT403', hint = 'account-banned';
    when 'suspended' then
      if p_open_to <> 'suspended' then
        raise exception 'Your account is suspended%', private.until_text(v_row.suspended_until)
          using errcode = 'PT403', hint = 'account-suspended';
      end if;
    when 'deactivated', 'deleting' then
      if p_open_to <> 'suspended' then
        raise exception 'This account was left; sign in again to come back'
          using errcode = 'PT403', hint = 'account-left';
      end if;
    else null;
  end case;
end;
$$;
comment on function private.require_standing(text) is
  'Definer, because states are closed to clients. Raises unless the caller is in the state named '
  'or in a better one: active, suspended, banned.';
grant execute on function private.require_standing(text) to anon, authenticated, service_role;

create function private.may_read() returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  perform private.require_standing('suspended');
  return true;
exception when sqlstate 'PT403' then
  return false;
end;
$$;
comment on function private.may_read() is 'False for a banned caller; for topics, which know no errors.';
grant execute on function private.may_read() to anon, authenticated, service_role;

create function private.may_write() returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  perform private.require_standing('active');
  return true;
end;
$$;
comment on function private.may_write() is
  'For restrictive policies: true, or an error that says why the caller may not write now.';
grant execute on function private.may_write() to anon, authenticated, service_role;

create function private.may_publish() returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_until timestamptz;
begin
  perform private.require_standing('active');
  select s.muted_until into v_until from private.account_states s
  where s.profile_id = (select auth.uid()) and s.muted_until > now();
  if found then
    raise exception 'You are muted%', private.until_text(v_until)
      using errcode = 'PT403', hint = 'account-muted';
  end if;
  return true;
end;
$$;
comment on function private.may_publish() is
  'Definer, because states are closed to clients. As may_write, and an error for muted people.';
grant execute on function private.may_publish() to anon, authenticated, service_role;

-- Changing -----------------------------------------------------------------------------------------

create function private.account_states_lock() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.profiles p where p.id = new.profile_id for update;
  return new;
end;
$$;
comment on function private.account_states_lock() is
  'Definer, because it locks. Whatever the person is doing is over before their state changes.';
create trigger account_states_b10_lock before insert or update on private.account_states
  for each row execute function private.account_states_lock();

create function private.account_states_enforce() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.hidden and not (tg_op = 'UPDATE' and (old.banned_at, old.deactivated_at)
    is not distinct from (new.banned_at, new.deactivated_at)) then
    perform private.end_all_sessions(new.profile_id);
  end if;
  return null;
end;
$$;
comment on function private.account_states_enforce() is
  'Definer, because it ends sessions: whoever is banned or leaves is out at once, everywhere.';
create trigger account_states_a10_enforce after insert or update on private.account_states
  for each row execute function private.account_states_enforce();

create function private.end_all_sessions(p_id uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from auth.sessions s where s.user_id = p_id;
end;
$$;
comment on function private.end_all_sessions(uuid) is
  'Definer, because only the auth server and this product''s measures end sessions.';

create function private.account_states_announce() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id constant uuid := coalesce(new.profile_id, old.profile_id);
begin
  if coalesce(old.hidden, false) is distinct from coalesce(new.hidden, false)
    and exists (select from public.profiles p where p.id = v_id) then
    perform private.emit('user.updated', v_id, v_id);
  end if;
  return null;
end;
$$;
comment on function private.account_states_announce() is
  'Definer, because it appends to the outbox: search and caches hear of people who come and go.';
create trigger account_states_a50_enqueue after insert or update or delete on private.account_states
  for each row execute function private.account_states_announce();

create function private.deactivate_account() returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  perform private.lock_staff();
  perform private.require_standing('suspended');
  insert into private.account_states as s (profile_id, deactivated_at, changed_by)
  values (v_me, clock_timestamp(), v_me)
  on conflict (profile_id) do update set deactivated_at = coalesce(s.deactivated_at, clock_timestamp()),
    changed_by = v_me, changed_at = clock_timestamp();
  perform private.require_manager_besides(v_me);
end;
$$;
comment on function private.deactivate_account() is
  'Definer, because states are closed to clients. Hides the caller until they sign in again.';
grant execute on function private.deactivate_account() to authenticated;

create function private.sessions_end_absence() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update private.account_states s set deactivated_at = null, changed_by = new.user_id,
    changed_at = clock_timestamp()
  where s.profile_id = new.user_id and s.deactivated_at is not null;
  return null;
end;
$$;
comment on function private.sessions_end_absence() is
  'Definer, because the auth server may not write states. Signing in again ends a deactivation.';
create trigger sessions_a10_end_absence after insert on auth.sessions
  for each row execute function private.sessions_end_absence();

create function private.sweep_account_states() returns void
language sql volatile set search_path = ''
as $$
  -- A ban that has run out lets nobody in by itself only where it hides: that is stored.
  update private.account_states s
  set banned_at = null, banned_until = null, changed_by = null, changed_at = clock_timestamp()
  where s.banned_until <= now();
  delete from private.account_states s
  where not s.hidden and coalesce(s.suspended_until <= now(), true)
    and coalesce(s.muted_until <= now(), true)
$$;
comment on function private.sweep_account_states() is
  'Shows people again whose ban has run out, and forgets measures that are over; scheduled.';
