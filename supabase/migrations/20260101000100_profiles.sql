-- Profiles: the public face of an account. Owns profiles. Made by a trigger on auth.users.

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  handle text not null,
  display_name text not null,
  bio text not null default '',
  links text[] not null default '{}',
  location text not null default '',
  is_private boolean not null default false,
  is_bot boolean not null default false,
  avatar_media_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_handle_key unique (handle),
  constraint profiles_handle_form check (handle ~ '^[a-z0-9_]{3,30}$'),
  constraint profiles_display_name_length check (char_length(display_name) between 1 and 80),
  constraint profiles_bio_length check (char_length(bio) <= 500),
  constraint profiles_links_count check (cardinality(links) <= 10),
  constraint profiles_links_form check (array_to_string(links, ' ') ~ '^(https?://[^\s]{1,255}( |$))*$'),
  constraint profiles_location_length check (char_length(location) <= 100)
);
comment on table public.profiles is 'What a person shows of themselves; id is that of the account.';

create function private.handle_skeleton(p_handle text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  -- What looks alike in common typefaces becomes the same: 0 and o, 1 and l, rn and m, vv and w.
  select translate(replace(replace(lower(p_handle), 'rn', 'm'), 'vv', 'w'), '01', 'ol')
$$;
comment on function private.handle_skeleton(text) is
  'Two handles with the same skeleton look the same, so only one of them may exist.';
grant execute on function private.handle_skeleton(text) to anon, authenticated, service_role;

create unique index profiles_handle_skeleton_key on public.profiles (private.handle_skeleton(handle));
create index profiles_handle_trgm_idx on public.profiles using gin (handle extensions.gin_trgm_ops);
create index profiles_display_name_trgm_idx
  on public.profiles using gin (lower(display_name) extensions.gin_trgm_ops);
create index profiles_avatar_media_id_idx on public.profiles (avatar_media_id);
alter table public.profiles enable row level security;

create table private.reserved_handles (
  handle text primary key
);
comment on table private.reserved_handles is 'Handles that nobody may take. No client access.';
insert into private.reserved_handles (handle) values
  ('about'), ('account'), ('all'), ('anonymous'), ('api'), ('auth'), ('everyone'), ('feed'),
  ('help'), ('here'), ('login'), ('logout'), ('me'), ('moderation'), ('null'), ('official'),
  ('privacy'), ('root'), ('room'), ('search'), ('security'), ('settings'), ('signin'), ('signup'),
  ('staff'), ('status'), ('support'), ('system'), ('terms'), ('townsquare'), ('undefined'),
  ('webmaster');

-- Narrow and without policies, so that policies on posts can probe it row by row.
create table private.private_accounts (
  profile_id uuid primary key references public.profiles (id) on delete cascade
);
comment on table private.private_accounts is
  'Profiles whose posts need an approved follow. Kept by a trigger on profiles. Not exposed.';
grant select on private.private_accounts to anon, authenticated, service_role;

-- Handles ----------------------------------------------------------------------------------------------

create table private.retired_handles (
  skeleton_hash text primary key,
  free_at timestamptz not null
);
comment on table private.retired_handles is
  'Handles of erased people, which nobody may take for a while; only a keyed hash is kept. No client access.';
insert into private.settings (name, value)
values ('handle_secret', encode(extensions.gen_random_bytes(32), 'hex'));

create function private.handle_hash(p_handle text) returns text
language sql stable security definer set search_path = ''
as $$
  select encode(extensions.hmac(
    private.handle_skeleton(p_handle), private.setting('handle_secret'), 'sha256'), 'hex')
$$;
comment on function private.handle_hash(text) is
  'Definer, because the secret is closed to clients. What looks alike has the same hash.';

create function private.retire_handle(p_handle text) returns void
language sql volatile set search_path = ''
as $$
  insert into private.retired_handles as r (skeleton_hash, free_at)
  values (private.handle_hash(p_handle),
    now() + make_interval(days => private.setting('handle_quarantine_days')::int))
  on conflict (skeleton_hash) do update set free_at = greatest(r.free_at, excluded.free_at)
$$;
comment on function private.retire_handle(text) is
  'Keeps a handle from being taken over by somebody who would be mistaken for its former owner.';

create function private.handle_problem(p_handle text) returns text
language sql stable security definer set search_path = ''
as $$
  select case
    when p_handle is null then 'A handle is required'
    when p_handle !~ '^[a-z0-9_]{3,30}$' then 'A handle has 3 to 30 of a-z, 0-9 and _'
    when exists (select from private.reserved_handles r
        where private.handle_skeleton(r.handle) = private.handle_skeleton(p_handle))
      then 'This handle is reserved'
    when exists (select from public.profiles p
        where private.handle_skeleton(p.handle) = private.handle_skeleton(p_handle)
          and p.id is distinct from (select auth.uid()))
      then 'This handle is taken'
    when exists (select from private.retired_handles r
        where r.skeleton_hash = private.handle_hash(p_handle) and r.free_at > now())
      then 'This handle is taken'
  end
$$;
comment on function private.handle_problem(text) is
  'Definer, because the answer must count hidden profiles too. Null when the handle is free.';
grant execute on function private.handle_problem(text) to anon, authenticated, service_role;

create function private.before_user_created(event jsonb) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_handle constant text := lower(event -> 'user' -> 'user_metadata' ->> 'handle');
  v_problem text;
begin
  if v_handle is null then
    return '{}'::jsonb;
  end if;
  v_problem := private.handle_problem(v_handle);
  if v_problem is null then
    return '{}'::jsonb;
  end if;
  return jsonb_build_object('error', jsonb_build_object(
    'http_code', case when v_problem = 'This handle is taken' then 409 else 422 end,
    'message', v_problem));
end;
$$;
comment on function private.before_user_created(jsonb) is
  'Definer, because it is the auth server''s hook and reads profiles. Refuses a bad handle with a reason.';
grant usage on schema private to supabase_auth_admin;
grant execute on function private.before_user_created(jsonb) to supabase_auth_admin;

create function private.users_create_profile() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_handle constant text := coalesce(
    lower(new.raw_user_meta_data ->> 'handle'),
    -- Accounts made without one (OAuth, invitations) get a free handle and may change it.
    'user_' || substring(replace(new.id::text, '-', '') from 1 for 20));
begin
  insert into public.profiles (id, handle, display_name)
  values (new.id, v_handle,
    left(coalesce(nullif(trim(new.raw_user_meta_data ->> 'display_name'), ''), v_handle), 80));
  perform private.emit('user.created', new.id, new.id);
  return null;
end;
$$;
comment on function private.users_create_profile() is
  'Definer, because the auth server may not write profiles. Every account has a profile.';
create trigger users_a10_create_profile after insert on auth.users
  for each row execute function private.users_create_profile();

-- Triggers ---------------------------------------------------------------------------------------------

create function private.profiles_normalise() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_problem text;
begin
  new.handle := lower(trim(new.handle));
  new.display_name := trim(new.display_name);
  new.updated_at := now();
  if new.handle is distinct from old.handle then
    v_problem := private.handle_problem(new.handle);
    if v_problem = 'This handle is taken' then
      raise exception '%', v_problem using errcode = 'PT409', hint = 'conflict', column = 'handle';
    elsif v_problem is not null then
      raise exception '%', v_problem
        using errcode = 'PT422', hint = 'invalid-input', column = 'handle';
    end if;
  end if;
  if new.avatar_media_id is distinct from old.avatar_media_id and new.avatar_media_id is not null
    and not exists (select from public.media m
      where m.id = new.avatar_media_id and m.owner_id = new.id and m.kind = 'image') then
    raise exception 'No image of yours has this id'
      using errcode = 'PT422', hint = 'invalid-input', column = 'avatar_media_id';
  end if;
  return new;
end;
$$;
comment on function private.profiles_normalise() is
  'Definer, because reserved handles are closed to clients. Refuses what is not one''s own.';
create trigger profiles_b10_normalise before update on public.profiles
  for each row execute function private.profiles_normalise();

create function private.profiles_track_privacy() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.is_private then
    insert into private.private_accounts (profile_id) values (new.id) on conflict do nothing;
  else
    delete from private.private_accounts a where a.profile_id = new.id;
  end if;
  return null;
end;
$$;
comment on function private.profiles_track_privacy() is
  'Definer, because only this trigger keeps the list of private accounts.';
create trigger profiles_a10_track_privacy after insert or update of is_private on public.profiles
  for each row execute function private.profiles_track_privacy();

create function private.profiles_enqueue() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.emit('user.updated', new.id, new.id);
  return null;
end;
$$;
comment on function private.profiles_enqueue() is 'Definer, because it appends to the outbox.';
create trigger profiles_a50_enqueue after update on public.profiles
  for each row when (
    (old.handle, old.display_name, old.bio, old.is_private, old.avatar_media_id)
    is distinct from
    (new.handle, new.display_name, new.bio, new.is_private, new.avatar_media_id))
  execute function private.profiles_enqueue();

create function private.profile_id_of(p_key text) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  if p_key = 'me' then
    return (select auth.uid());
  end if;
  return coalesce(
    (select p.id from public.profiles p where p.handle = lower(p_key)),
    (select p.id from public.profiles p
      where pg_input_is_valid(p_key, 'uuid') and p.id::text = lower(p_key)));
end;
$$;
comment on function private.profile_id_of(text) is
  'Definer, to spare policies twice; tells an id only. The person behind an id, a handle or me.';
grant execute on function private.profile_id_of(text) to anon, authenticated, service_role;

-- Presentation -------------------------------------------------------------------------------------------

create function private.profile_summary(p_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', p.id, 'handle', p.handle, 'display_name', p.display_name,
      'avatar_url', case when p.avatar_media_id is not null
        then private.media_url(p.avatar_media_id, 'thumb') end,
      'is_bot', p.is_bot)
    from public.profiles p where p.id = p_id);
end;
$$;
comment on function private.profile_summary(uuid) is
  'Definer, because an author is shown wherever a visible row names one. The shape ProfileSummary.';
grant execute on function private.profile_summary(uuid) to anon, authenticated, service_role;
