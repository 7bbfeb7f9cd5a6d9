-- Handles and sign-up: who may be called what, and who may come in. Owns private.reserved_handles,
-- retired_handles, blocked_email_domains. Reads profiles.

insert into private.settings (name, value) values
  -- Changes of a handle that a person has at once; they are regained evenly over the days.
  ('handle_changes', '5'), ('handle_changes_days', '30'),
  -- Days for which a handle that was given up stays with who had it.
  ('handle_quarantine_days', '90'),
  ('handle_secret', encode(extensions.gen_random_bytes(32), 'hex'));

-- Tables -------------------------------------------------------------------------------------------------

create function private.reserved_form(p_handle text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  -- Wider than the skeleton: digits read as letters, and framing with _ hides nothing.
  select translate(trim(both '_' from private.handle_skeleton(p_handle)), '345789', 'eastbg')
$$;
comment on function private.reserved_form(text) is 'What a handle could pass for at a glance.';

create table private.reserved_handles (
  handle text primary key,
  form text not null generated always as (private.reserved_form(handle)) stored,
  -- The one account that bears it, where the product has such an account.
  holder_id uuid,
  constraint reserved_handles_form_key unique (form)
);
comment on table private.reserved_handles is 'Handles that nobody may take. No client access.';
insert into private.reserved_handles (handle)
select unnest(string_to_array('about abuse account accounts admin administrator all anonymous api auth'
  ' channel contact everybody everyone feed help here hostmaster login logout me moderation'
  ' moderator moderators nobody noreply no_reply notifications null official password postmaster'
  ' privacy profile room root search security settings signin signup staff status superuser support'
  ' sysadmin system terms townsquare undefined unknown username webmaster', ' '));

create table private.retired_handles (
  skeleton_hash text primary key,
  -- Who may take it back; null when the account is gone.
  profile_id uuid references public.profiles (id) on delete set null,
  free_at timestamptz not null
);
comment on table private.retired_handles is
  'Handles given up or of erased people, kept for a while as a keyed hash. No client access.';
create index retired_handles_profile_id_idx on private.retired_handles (profile_id);
create index retired_handles_free_at_idx on private.retired_handles (free_at);

create function private.handle_hash(p_handle text) returns text
language sql stable security definer set search_path = ''
as $$
  select encode(extensions.hmac(
    private.handle_skeleton(p_handle), private.setting('handle_secret'), 'sha256'), 'hex')
$$;
comment on function private.handle_hash(text) is
  'Definer, because the secret is closed to clients. What looks alike has the same hash.';

create table private.blocked_email_domains (
  domain text primary key,
  constraint blocked_email_domains_form check (domain ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+$')
);
comment on table private.blocked_email_domains is
  'Throw-away mail services, with all domains below them, that make no accounts. No client access.';
insert into private.blocked_email_domains (domain)
select unnest(string_to_array('0815.ru 10minutemail.com 10minutemail.net 20minutemail.com'
  ' 33mail.com anonbox.net burnermail.io byom.de cock.li deadaddress.com discard.email'
  ' discardmail.com dispostable.com dropmail.me e4ward.com emailondeck.com emailtemporanea.com'
  ' fakeinbox.com fakemail.net getairmail.com getnada.com grr.la guerrillamail.biz'
  ' guerrillamail.com guerrillamail.de guerrillamail.info guerrillamail.net guerrillamail.org'
  ' guerrillamailblock.com harakirimail.com incognitomail.org inboxkitten.com jetable.org'
  ' mail-temp.com mail.tm mailcatch.com maildrop.cc mailexpire.com mailforspam.com mailinator.com'
  ' mailinator.net mailnesia.com mailnull.com mailsac.com mintemail.com moakt.com mohmal.com'
  ' mytemp.email nada.email pokemail.net sharklasers.com spam4.me spambog.com spambox.us'
  ' spamgourmet.com temp-mail.io temp-mail.org tempail.com tempinbox.com tempmail.dev tempmail.net'
  ' tempmailo.com tempr.email throwawaymail.com tmpmail.org trash-mail.com trashmail.com'
  ' trashmail.de trashmail.net wegwerfmail.de yopmail.com yopmail.fr yopmail.net', ' '));

-- Rules --------------------------------------------------------------------------------------------------

create function private.handle_fault(p_handle text, p_for uuid) returns text
language sql stable security definer set search_path = ''
as $$
  -- One statement, so that a handle is taken, kept or free, and never in between.
  select case
    when p_handle is null then 'A handle is required'
    when p_handle ~ '[^\x01-\x7f]'
      then 'A handle has letters a to z only; look-alikes of other alphabets are not taken'
    when p_handle !~ '^[A-Za-z0-9_]{3,30}$' then 'A handle has 3 to 30 of a-z, 0-9 and _'
    when exists (select from private.reserved_handles r
        -- A 1 may stand for l and for i.
        where r.form in (private.reserved_form(p_handle),
          private.reserved_form(replace(p_handle, '1', 'i')))
          and (r.holder_id is null or r.holder_id is distinct from p_for)) then 'This handle is reserved'
    when exists (select from public.profiles p
        where private.handle_skeleton(p.handle) = private.handle_skeleton(p_handle)
          and p.id is distinct from p_for)
      or exists (select from private.retired_handles r
        where r.skeleton_hash = private.handle_hash(p_handle) and r.free_at > now()
          and (r.profile_id is null or r.profile_id is distinct from p_for))
      then 'This handle is taken'
  end
$$;
comment on function private.handle_fault(text, uuid) is
  'Definer, because hidden profiles count too. Why that person cannot have a handle; null when they '
  'can. One that was given up is kept for who had it.';

create function private.handle_problem(p_handle text) returns text
language sql stable security definer set search_path = ''
as $$ select private.handle_fault(p_handle, (select auth.uid())) $$;
comment on function private.handle_problem(text) is
  'Definer, because the answer must count hidden profiles too. Null when the caller may have it.';
grant execute on function private.handle_problem(text) to anon, authenticated, service_role;

create function private.is_blocked_email(p_email text) returns boolean
language sql stable security definer set search_path = ''
as $$
  -- A name below a blocked domain is as blocked; addresses have few labels.
  select exists (
    select from string_to_array(rtrim(lower(split_part(p_email, '@', -1)), '.'), '.') as l (labels),
      generate_series(1, least(cardinality(l.labels), 10)) as n
    join private.blocked_email_domains b
      on b.domain = array_to_string((string_to_array(
        rtrim(lower(split_part(p_email, '@', -1)), '.'), '.'))[n:], '.'))
$$;
comment on function private.is_blocked_email(text) is
  'Definer, because the list is closed to clients. Whether an address is a throw-away one.';

create function private.before_user_created(event jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_handle constant text := event -> 'user' -> 'user_metadata' ->> 'handle';
  v_problem text;
begin
  if private.is_blocked_email(event -> 'user' ->> 'email') then
    return jsonb_build_object('error', jsonb_build_object('http_code', 422,
      'message', 'E-mail addresses of throw-away services are not taken'));
  end if;
  v_problem := case when v_handle is not null then private.handle_fault(v_handle, null) end;
  if v_problem is null then
    return '{}'::jsonb;
  end if;
  return jsonb_build_object('error', jsonb_build_object(
    'http_code', case when v_problem = 'This handle is taken' then 409 else 422 end,
    'message', v_problem));
end;
$$;
comment on function private.before_user_created(jsonb) is
  'Definer, because it is the auth server''s hook and reads profiles. Refuses a throw-away address '
  'or a bad handle with a reason.';
grant usage on schema private to supabase_auth_admin;
grant execute on function private.before_user_created(jsonb) to supabase_auth_admin;

create function private.require_handle(p_handle text, p_for uuid) returns void
language plpgsql stable set search_path = ''
as $$
declare
  v_problem constant text := private.handle_fault(p_handle, p_for);
begin
  if v_problem = 'This handle is taken' then
    raise exception '%', v_problem using errcode = 'PT409', hint = 'conflict', column = 'handle';
  elsif v_problem is not null then
    raise exception '%', v_problem
      using errcode = 'PT422', hint = 'invalid-input', column = 'handle';
  end if;
end;
$$;
comment on function private.require_handle(text, uuid) is
  'Raises unless that person may have the handle. For triggers.';

create function private.count_handle_change(p_profile uuid, p_old text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_limit record;
begin
  -- The name that an account was given is no choice; leaving it is free.
  if p_old = private.given_handle(p_profile) then
    return;
  end if;
  select * into v_limit from private.take_rate_limit('handle:' || p_profile,
    private.setting('handle_changes')::int,
    private.setting('handle_changes_days')::int * 24 * 60 * 60);
  if not v_limit.allowed then
    raise exception 'The handle was changed too often; wait before the next change'
      using errcode = 'PT429', hint = 'too-many-requests',
        detail = 'retry_after=' || v_limit.reset_seconds, column = 'handle';
  end if;
end;
$$;
comment on function private.count_handle_change(uuid, text) is
  'Counts a change of handle and refuses one too many. For triggers.';

-- Keeping what was given up ------------------------------------------------------------------------------

create function private.retire_handle(p_handle text, p_owner uuid default null) returns void
language sql volatile set search_path = ''
as $$
  insert into private.retired_handles as r (skeleton_hash, profile_id, free_at)
  values (private.handle_hash(p_handle), p_owner,
    now() + make_interval(days => private.setting('handle_quarantine_days')::int))
  on conflict (skeleton_hash) do update
    set profile_id = excluded.profile_id, free_at = greatest(r.free_at, excluded.free_at)
$$;
comment on function private.retire_handle(text, uuid) is
  'Keeps a handle from being taken over by somebody who would be mistaken for its former owner.';

create function private.profiles_retire_handle() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    perform private.retire_handle(old.handle);
    return null;
  end if;
  -- Whoever takes a handle ends its being kept; who takes one's own back, too.
  delete from private.retired_handles r where r.skeleton_hash = private.handle_hash(new.handle);
  if private.handle_skeleton(old.handle) <> private.handle_skeleton(new.handle) then
    perform private.retire_handle(old.handle, old.id);
  end if;
  return null;
end;
$$;
comment on function private.profiles_retire_handle() is
  'Definer, because the list is closed to clients. A handle given up is kept for a while.';
create trigger profiles_a20_retire_handle after update of handle on public.profiles
  for each row when (old.handle is distinct from new.handle)
  execute function private.profiles_retire_handle();
create trigger profiles_a20_retire_last_handle after delete on public.profiles
  for each row execute function private.profiles_retire_handle();

create function private.profiles_claim_handle() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.retired_handles r where r.skeleton_hash = private.handle_hash(new.handle);
  return null;
end;
$$;
comment on function private.profiles_claim_handle() is
  'Definer, because the list is closed to clients. What is taken anew is kept no longer.';
create trigger profiles_a20_claim_handle after insert on public.profiles
  for each row execute function private.profiles_claim_handle();

create function private.sweep_handles() returns void
language sql volatile set search_path = ''
as $$ delete from private.retired_handles where free_at <= now() $$;
comment on function private.sweep_handles() is 'Forgets handles that nobody needs to keep; scheduled.';
