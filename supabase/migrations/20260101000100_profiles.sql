-- Profiles: the public face of an account. Owns profiles. Made by a trigger on auth.users.

-- Texts that people are known by --------------------------------------------------------------------------

create function private.deceptive_characters() returns text
language sql immutable parallel safe set search_path = ''
as $$
  -- Controls, direction overrides, zero width, line and paragraph separators, tags but those of a
  -- flag. The joiners U+200C and U+200D stay: emoji and several scripts are written with them.
  select '[\u0001-\u001F\u007F-\u009F\u00AD\u034F\u061C\u180E\u200B\u200E\u200F\u2028-\u202E'
    '\u2060-\u206F\uFEFF\uFFF0-\uFFFB]'
    '|(?<![\U0001F3F4\U000E0020-\U000E007F])[\U000E0000-\U000E0FFF]|[\U000E0080-\U000E0FFF]'
$$;
comment on function private.deceptive_characters() is
  'Pattern of characters that show nothing, or other text than is there.';
grant execute on function private.deceptive_characters() to anon, authenticated, service_role;

create function private.is_plain(p_text text) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  -- More marks on one letter than any language has climb over the lines around it.
  select p_text !~ (private.deceptive_characters()
    || '|[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]{5}')
$$;
comment on function private.is_plain(text) is 'Whether a line of text is what it looks like.';
grant execute on function private.is_plain(text) to anon, authenticated, service_role;

create function private.is_visible(p_text text) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select p_text ~ ('[^[:space:]\u00A0\u0300-\u036F\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180F'
    '\u2000-\u200F\u202F\u205F\u2800\u3000\u3164\uFE00-\uFE0F\uFFA0\U000E0000-\U000E0FFF]')
$$;
comment on function private.is_visible(text) is
  'Whether there is something to see: blanks, fillers and lone marks are nothing.';
grant execute on function private.is_visible(text) to anon, authenticated, service_role;

create function private.are_links(p_links text[]) returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  c_links_max constant int := 10;
  c_length_max constant int := 255;
begin
  if cardinality(p_links) > c_links_max or array_ndims(p_links) > 1 then
    return false;
  end if;
  -- Without a name before the host: https://bank.example@evil.example is not the bank.
  return (select coalesce(bool_and(l is not null and char_length(l) <= c_length_max
      and private.is_plain(l) and l ~* '^https?://[^[:space:]/?#@\\]+([/?#][^[:space:]]*)?$'), true)
    and count(*) = count(distinct l) from unnest(p_links) l);
end;
$$;
comment on function private.are_links(text[]) is
  'Whether these are few, different web addresses that lead where they seem to.';
grant execute on function private.are_links(text[]) to anon, authenticated, service_role;

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
  constraint profiles_location_length check (char_length(location) <= 100),
  constraint profiles_display_name_plain check (
    private.is_plain(display_name) and private.is_visible(display_name)),
  constraint profiles_bio_plain check (private.is_plain(translate(bio, e'\n\t', ''))),
  constraint profiles_location_plain check (private.is_plain(location)),
  constraint profiles_links_form check (private.are_links(links))
);
comment on table public.profiles is 'What a person shows of themselves; id is that of the account.';

create function private.handle_skeleton(p_handle text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  -- After Unicode's table of confusables: 0 and o, 1 and l, rn and m, vv and w; several _ are one
  -- line. Each sign becomes what it looks like, the wide ones their parts, so no order matters.
  select regexp_replace(
    translate(replace(replace(lower(p_handle), 'm', 'rn'), 'w', 'vv'), '01', 'ol'), '_+', '_', 'g')
$$;
comment on function private.handle_skeleton(text) is
  'Two handles with the same skeleton look the same, so only one of them may exist.';
grant execute on function private.handle_skeleton(text) to anon, authenticated, service_role;

create unique index profiles_handle_skeleton_key on public.profiles (private.handle_skeleton(handle));
create index profiles_handle_trgm_idx on public.profiles using gin (handle extensions.gin_trgm_ops);
create index profiles_display_name_trgm_idx
  on public.profiles using gin (lower(display_name) extensions.gin_trgm_ops);
create index profiles_avatar_media_id_idx on public.profiles (avatar_media_id);
create index profiles_bots_idx on public.profiles (id) where is_bot;
alter table public.profiles enable row level security;

-- Narrow and without policies, so that policies on posts can probe it row by row.
create table private.private_accounts (
  profile_id uuid primary key references public.profiles (id) on delete cascade
);
comment on table private.private_accounts is
  'Profiles whose posts need an approved follow. Kept by a trigger on profiles. Not exposed.';
grant select on private.private_accounts to anon, authenticated, service_role;

-- Handles ----------------------------------------------------------------------------------------------

create function private.given_handle(p_id uuid) returns text
language sql immutable parallel safe set search_path = ''
as $$ select 'user_' || substring(replace(p_id::text, '-', '') from 1 for 20) $$;
comment on function private.given_handle(uuid) is
  'Handle of accounts that are made without one, by a provider or an invitation.';

create function private.suggested_handle(p_data jsonb) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  -- What a provider of sign-ins calls the name of an account.
  v_handle constant text := trim('_' from left(regexp_replace(
    lower(coalesce(p_data ->> 'preferred_username', p_data ->> 'user_name', '')),
    '[^a-z0-9]+', '_', 'g'), 30));
begin
  return case when private.handle_problem(v_handle) is null then v_handle end;
end;
$$;
comment on function private.suggested_handle(jsonb) is
  'Definer, because it counts hidden profiles too. The handle that a newcomer has elsewhere, if free.';

create function private.shown_name(p_name text, p_handle text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  -- Providers and archives name people in ways that would be refused here.
  v_name constant text := trim(left(trim(normalize(
    regexp_replace(coalesce(p_name, ''), private.deceptive_characters(), '', 'g'), NFC)), 80));
begin
  return case when private.is_visible(v_name) and private.is_plain(v_name)
    then v_name else p_handle end;
end;
$$;
comment on function private.shown_name(text, text) is
  'A name from elsewhere as it may stand here; the handle where nothing of it may.';

create function private.users_create_profile() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_meta constant jsonb := coalesce(new.raw_user_meta_data, '{}');
  v_handle constant text := coalesce(v_meta ->> 'handle',
    private.suggested_handle(v_meta), private.given_handle(new.id));
begin
  insert into public.profiles (id, handle, display_name)
  values (new.id, v_handle, private.shown_name(
    coalesce(v_meta ->> 'display_name', v_meta ->> 'full_name', v_meta ->> 'name'), v_handle));
  perform private.emit('user.created', new.id, new.id);
  return null;
end;
$$;
comment on function private.users_create_profile() is
  'Definer, because the auth server may not write profiles. Every account has a profile.';
create trigger users_a10_create_profile after insert on auth.users
  for each row when (coalesce(current_setting('townsquare.checked', true), '') <> 'on')
  execute function private.users_create_profile();

-- Triggers ---------------------------------------------------------------------------------------------

create function private.profiles_normalise() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Checked as it was written: folding would make other alphabets' look-alikes pass.
  if tg_op = 'INSERT' then
    perform private.require_handle(new.handle, new.id);
  elsif new.handle is distinct from old.handle then
    perform private.require_handle(new.handle, new.id);
    if lower(new.handle) <> old.handle then
      perform private.count_handle_change(new.id, old.handle);
    end if;
  end if;
  new.handle := lower(new.handle);
  new.display_name := trim(normalize(new.display_name, NFC));
  new.bio := normalize(replace(new.bio, e'\r\n', e'\n'), NFC);
  new.location := trim(normalize(new.location, NFC));
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.profiles_normalise() is
  'Definer, because reserved handles are closed to clients. Refuses what is not one''s to take.';
create trigger profiles_b10_normalise before insert or update on public.profiles
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
declare
  v_id uuid;
begin
  if p_key = 'me' then
    return (select auth.uid());
  end if;
  select p.id into v_id from public.profiles p where p.handle = lower(p_key);
  if v_id is not null or not pg_input_is_valid(p_key, 'uuid') then
    return v_id;
  end if;
  v_id := p_key::uuid;
  -- By the index; and the text again, because other ways to write an id do not count.
  return (select p.id from public.profiles p where p.id = v_id and p.id::text = lower(p_key));
end;
$$;
comment on function private.profile_id_of(text) is
  'Definer, to spare policies twice; tells an id only. The person behind an id, a handle or me.';
grant execute on function private.profile_id_of(text) to anon, authenticated, service_role;

create function private.is_bot(p_id uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.profiles p where p.id = p_id and p.is_bot);
end;
$$;
comment on function private.is_bot(uuid) is 'Whether a program speaks here, not a person.';

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
