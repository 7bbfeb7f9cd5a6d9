-- Media: images, videos and documents that people upload. Owns media, private.media_usage,
-- private.media_trash and the buckets. Bytes are stored by the API alone; nobody is served any that
-- were not cleaned.

create table public.media (
  id uuid primary key default private.uuid_v7(),
  owner_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null,
  mime_type text not null,
  bytes bigint not null,
  width int,
  height int,
  duration_s numeric,
  blurhash text,
  alt text not null default '',
  status text not null default 'ready',
  -- Name of a variant to its path in the bucket; what is ready has an `original`.
  variants jsonb not null default '{}',
  -- Where the file lies as it came, until it is worked on. Nobody is served from there.
  upload_path text,
  post_id uuid,
  message_id uuid,
  story_id uuid,
  room_id uuid references public.rooms (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint media_kind_known check (kind in ('image', 'video', 'document')),
  constraint media_status_known check (status in ('processing', 'ready', 'rejected')),
  constraint media_alt_length check (char_length(alt) <= 1500),
  constraint media_bytes_range check (bytes >= 0),
  constraint media_original check (status <> 'ready' or variants ? 'original')
);
comment on table public.media is 'One uploaded file with its variants; visible as what it hangs on.';
create index media_owner_id_created_at_idx on public.media (owner_id, created_at desc);
create index media_post_id_idx on public.media (post_id) where post_id is not null;
create index media_message_id_idx on public.media (message_id) where message_id is not null;
create index media_story_id_idx on public.media (story_id) where story_id is not null;
create index media_room_id_idx on public.media (room_id);
alter table public.media enable row level security;

alter table public.profiles add constraint profiles_avatar_media_id_fkey
  foreign key (avatar_media_id) references public.media (id) on delete set null;

-- How much one person keeps. Changed by: select private.set_setting('media_quota_bytes', '…').
insert into private.settings (name, value) values ('media_quota_bytes', '5000000000');

create table private.media_usage (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  bytes bigint not null
);
comment on table private.media_usage is
  'Bytes that each person keeps; its row is what uploads of one person queue at. No client access.';
alter table private.media_usage enable row level security;
grant select, insert, update, delete on private.media_usage to service_role;

create table private.media_trash (
  path text primary key,
  added_at timestamptz not null default clock_timestamp()
);
comment on table private.media_trash is
  'Paths whose bytes are to be removed from the bucket: their rows are gone. No client access.';
create index media_trash_added_at_idx on private.media_trash (added_at);
alter table private.media_trash enable row level security;
grant select, insert, update, delete on private.media_trash to service_role;

-- Nobody reaches these buckets with a user's token: no policy on storage.objects names them.
insert into storage.buckets (id, name, public, file_size_limit) values
  ('media', 'media', false, 209715200),
  ('backups', 'backups', false, null);

-- What follows from a row -------------------------------------------------------------------------------

create function private.media_bytes_left(p_owner uuid) returns bigint
language sql stable security definer set search_path = ''
as $$
  select private.setting('media_quota_bytes')::bigint
    - coalesce((select u.bytes from private.media_usage u where u.profile_id = p_owner), 0)
$$;
comment on function private.media_bytes_left(uuid) is
  'Definer, because usage is closed to clients. How much a person may still upload.';
grant execute on function private.media_bytes_left(uuid) to service_role;

create function private.media_count_usage() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_delta constant bigint :=
    case tg_op when 'INSERT' then new.bytes when 'DELETE' then -old.bytes else new.bytes - old.bytes end;
begin
  if tg_op = 'DELETE' then
    update private.media_usage u set bytes = greatest(u.bytes + v_delta, 0)
    where u.profile_id = old.owner_id;
    return null;
  end if;
  insert into private.media_usage as u (profile_id, bytes) values (new.owner_id, v_delta)
  on conflict (profile_id) do update set bytes = greatest(u.bytes + v_delta, 0);
  if v_delta > 0 and private.media_bytes_left(new.owner_id) < 0 then
    raise exception 'Your files have reached the % bytes that one person may keep',
      private.setting('media_quota_bytes') using errcode = 'PT413', hint = 'quota-exceeded';
  end if;
  return null;
end;
$$;
comment on function private.media_count_usage() is
  'Definer, because usage is closed to clients. Keeps the sum, and the quota.';
create trigger media_a10_count_usage after insert or delete or update of bytes on public.media
  for each row execute function private.media_count_usage();

create function private.media_discard() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.media_trash (path)
  select v.path from gone g cross join lateral (
    select e.value as path from jsonb_each_text(g.variants) e union select g.upload_path) v
  where v.path is not null
  on conflict do nothing;
  if found then
    perform private.emit('media.removed', (select g.id from gone g limit 1), null);
  end if;
  return null;
end;
$$;
comment on function private.media_discard() is
  'Definer, because the trash is closed to clients. However a row goes, its bytes go too.';
create trigger media_a50_discard after delete on public.media
  referencing old table as gone for each statement execute function private.media_discard();

create function private.media_announce() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.emit('media.uploaded', new.id, new.owner_id);
  return null;
end;
$$;
comment on function private.media_announce() is
  'Definer, because the outbox is closed to clients. Has what came in worked on by a job.';
create trigger media_a50_announce after insert on public.media
  for each row when (new.status = 'processing') execute function private.media_announce();

-- Addresses --------------------------------------------------------------------------------------------

create function private.media_signature(
  p_media_id uuid, p_variant text, p_expires bigint, p_viewer uuid
) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  -- A room's address holds as long as its epoch: whoever is removed keeps none that still opens.
  return encode(extensions.hmac(
    concat_ws(':', p_media_id, p_variant, p_expires, p_viewer,
      (select r.epoch from public.rooms r where r.id = p_viewer)),
    private.setting('media_secret'), 'sha256'), 'hex');
end;
$$;
comment on function private.media_signature(uuid, text, bigint, uuid) is
  'Definer, because the secret is closed to clients. Proves that an address was handed out here, to a'
  ' person or to a room.';

create function private.media_urls(p_media_id uuid, p_names text[], p_neutral boolean default false)
returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  -- Contract: addresses of what is not public live for ten minutes, here rounded up to the
  -- minute, so that one page can be cached.
  c_lifetime_s constant int := 600;
  v_base constant text := private.setting('public_url') || '/functions/v1/api/media/'
    || p_media_id::text || '/stream?variant=';
  v_expires constant bigint :=
    (floor(extract(epoch from clock_timestamp()) / 60) * 60)::bigint + c_lifetime_s + 60;
  v_viewer uuid;
begin
  -- Whoever has not signed in sees what is public only.
  if current_setting('role', true) = 'anon' or private.is_public_media(p_media_id) then
    return (select jsonb_object_agg(n, v_base || n) from unnest(p_names) n);
  end if;
  if p_neutral then
    -- What many receive must not open as one of them. Outside of rooms there is no common right:
    -- each opens it with their own token.
    select r.id into v_viewer from public.rooms r
    where r.id = private.media_room(p_media_id) and (auth.uid() is null or exists (
      select from public.room_members m
      where m.room_id = r.id and m.profile_id = auth.uid() and not m.banned));
    if v_viewer is null then
      return (select jsonb_object_agg(n, v_base || n) from unnest(p_names) n);
    end if;
  else
    -- A job has no viewer of its own: the address then reads as the owner.
    v_viewer := coalesce(auth.uid(), (select m.owner_id from public.media m where m.id = p_media_id));
  end if;
  return (select jsonb_object_agg(n, v_base || n || '&viewer=' || v_viewer || '&expires=' || v_expires
    || '&signature=' || private.media_signature(p_media_id, n, v_expires, v_viewer))
    from unnest(p_names) n);
end;
$$;
comment on function private.media_urls(uuid, text[], boolean) is
  'Definer, because it asks whether everybody may see the media. Where its variants can be fetched;'
  ' neutral is for events that many receive.';
grant execute on function private.media_urls(uuid, text[], boolean) to anon, authenticated, service_role;

create function private.media_url(p_media_id uuid, p_variant text) returns text
language plpgsql stable set search_path = ''
as $$
begin
  return private.media_urls(p_media_id, array[p_variant]) ->> p_variant;
end;
$$;
comment on function private.media_url(uuid, text) is 'Where one variant can be fetched.';
grant execute on function private.media_url(uuid, text) to anon, authenticated, service_role;

create function private.begin_signed_read(
  p_media_id uuid, p_variant text, p_expires bigint, p_viewer uuid, p_signature text
) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_expected constant text := private.media_signature(p_media_id, p_variant, p_expires, p_viewer);
  v_reader uuid := p_viewer;
begin
  -- Hashes are compared, so that time tells nothing of the signature.
  if p_expires < extract(epoch from clock_timestamp())
    or sha256(convert_to(p_signature, 'UTF8')) <> sha256(convert_to(v_expected, 'UTF8')) then
    return false;
  end if;
  -- A room reads as whoever has shown the file there.
  if private.media_room(p_media_id) = p_viewer then
    select m.owner_id into v_reader from public.media m where m.id = p_media_id;
  end if;
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', v_reader, 'role', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
  return true;
end;
$$;
comment on function private.begin_signed_read(uuid, text, bigint, uuid, text) is
  'Makes the rest of the transaction read as whom a signed address was made for, so that it opens no'
  ' more than they may see at this moment. Only the API calls it.';

create function private.media_json(p_ids uuid[], p_neutral boolean default false) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', m.id, 'kind', m.kind, 'mime_type', m.mime_type, 'bytes', m.bytes,
      'width', m.width, 'height', m.height, 'duration_s', m.duration_s,
      'blurhash', m.blurhash, 'alt', m.alt, 'status', m.status,
      'urls', private.media_urls(m.id, array(
        select 'original' union select k.name from jsonb_object_keys(m.variants) k (name)
        -- The smaller form of a variant is served under the variant's own address.
        where k.name not like '%\_avif'), p_neutral)
    ) order by x.position)
    from unnest(p_ids) with ordinality as x (id, position)
    join public.media m on m.id = x.id), '[]'::jsonb);
end;
$$;
comment on function private.media_json(uuid[], boolean) is
  'The shape Media of those that the caller may see, in the order asked for; neutral as events have it.';
grant execute on function private.media_json(uuid[], boolean) to anon, authenticated, service_role;

create function private.attach_media(
  p_ids uuid[], p_owner uuid, p_post uuid, p_message uuid, p_room uuid, p_story uuid default null
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- Contract's Post and Message carry at most this many files.
  c_attachments_max constant int := 10;
  v_attached int;
begin
  if coalesce(cardinality(p_ids), 0) = 0 then
    return;
  end if;
  if cardinality(p_ids) > c_attachments_max then
    raise exception 'At most % files can be attached', c_attachments_max
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_ids';
  end if;
  update public.media m set post_id = p_post, message_id = p_message, room_id = p_room,
    story_id = p_story
  where m.id = any (p_ids) and m.owner_id = p_owner and m.status <> 'rejected'
    and m.post_id is null and m.message_id is null and m.story_id is null;
  get diagnostics v_attached = row_count;
  if v_attached <> cardinality(p_ids) then
    raise exception 'A file does not exist, is not yours, is named twice, or hangs on something else'
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_ids';
  end if;
end;
$$;
comment on function private.attach_media(uuid[], uuid, uuid, uuid, uuid, uuid) is
  'Definer, because clients do not write media. Ties one''s own loose files to a post, message or story.';

create function private.profiles_check_avatar() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not exists (select from public.media m
    where m.id = new.avatar_media_id and m.owner_id = new.id and m.kind = 'image'
      and m.status = 'ready') then
    raise exception 'The picture does not exist or is not yours'
      using errcode = 'PT422', hint = 'invalid-input', column = 'avatar_media_id';
  end if;
  return new;
end;
$$;
comment on function private.profiles_check_avatar() is 'Definer, because it reads media by owner.';
create trigger profiles_b50_check_avatar before update of avatar_media_id on public.profiles
  for each row when (new.avatar_media_id is not null)
  execute function private.profiles_check_avatar();
