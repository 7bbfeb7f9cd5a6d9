-- Media: images, videos and documents that people upload. Owns media and the buckets.
-- Bytes are stored by the API alone, after the media worker has cleaned them.

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
  -- Name of a variant to its path in the bucket; `original` is always there.
  variants jsonb not null,
  post_id uuid,
  message_id uuid,
  room_id uuid references public.rooms (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint media_kind_known check (kind in ('image', 'video', 'document')),
  constraint media_status_known check (status in ('processing', 'ready', 'rejected')),
  constraint media_alt_length check (char_length(alt) <= 1500),
  constraint media_original check (variants ? 'original')
);
comment on table public.media is 'One uploaded file with its variants; visible as what it hangs on.';
create index media_owner_id_created_at_idx on public.media (owner_id, created_at desc);
create index media_post_id_idx on public.media (post_id) where post_id is not null;
create index media_message_id_idx on public.media (message_id) where message_id is not null;
create index media_room_id_idx on public.media (room_id);
alter table public.media enable row level security;

alter table public.profiles add constraint profiles_avatar_media_id_fkey
  foreign key (avatar_media_id) references public.media (id) on delete set null;

-- Nobody reaches these buckets with a user's token: no policy on storage.objects names them.
insert into storage.buckets (id, name, public, file_size_limit) values
  ('media', 'media', false, 209715200),
  ('backups', 'backups', false, null);

-- Addresses --------------------------------------------------------------------------------------------

create function private.media_signature(p_media_id uuid, p_variant text, p_expires bigint) returns text
language sql stable security definer set search_path = ''
as $$
  select encode(extensions.hmac(
    p_media_id::text || ':' || p_variant || ':' || p_expires::text,
    private.setting('media_secret'), 'sha256'), 'hex')
$$;
comment on function private.media_signature(uuid, text, bigint) is
  'Definer, because the secret is closed to clients. Proves that an address was handed out here.';
grant execute on function private.media_signature(uuid, text, bigint)
  to anon, authenticated, service_role;

create function private.media_url(p_media_id uuid, p_variant text) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  -- Contract: addresses of what is not public live for ten minutes, here rounded up to the
  -- minute, so that one page can be cached.
  c_lifetime_s constant int := 600;
  v_base constant text := private.setting('public_url') || '/functions/v1/api/media/'
    || p_media_id::text || '/stream?variant=' || p_variant;
  v_expires constant bigint :=
    (floor(extract(epoch from clock_timestamp()) / 60) * 60)::bigint + c_lifetime_s + 60;
begin
  if private.is_public_media(p_media_id) then
    return v_base;
  end if;
  return v_base || '&expires=' || v_expires::text || '&signature='
    || private.media_signature(p_media_id, p_variant, v_expires);
end;
$$;
comment on function private.media_url(uuid, text) is
  'Definer, because it asks whether everybody may see the media. Where a variant can be fetched.';
grant execute on function private.media_url(uuid, text) to anon, authenticated, service_role;

create function private.media_json(p_ids uuid[]) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', m.id, 'kind', m.kind, 'mime_type', m.mime_type, 'bytes', m.bytes,
      'width', m.width, 'height', m.height, 'duration_s', m.duration_s,
      'blurhash', m.blurhash, 'alt', m.alt, 'status', m.status,
      'urls', (select jsonb_object_agg(v.name, private.media_url(m.id, v.name))
        from jsonb_object_keys(m.variants) as v (name))
    ) order by x.position)
    from unnest(p_ids) with ordinality as x (id, position)
    join public.media m on m.id = x.id), '[]'::jsonb);
end;
$$;
comment on function private.media_json(uuid[]) is
  'The shape Media of those that the caller may see, in the order asked for.';
grant execute on function private.media_json(uuid[]) to anon, authenticated, service_role;

create function private.attach_media(
  p_ids uuid[], p_owner uuid, p_post uuid, p_message uuid, p_room uuid
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
  update public.media m set post_id = p_post, message_id = p_message, room_id = p_room
  where m.id = any (p_ids) and m.owner_id = p_owner and m.status <> 'rejected'
    and m.post_id is null and m.message_id is null;
  get diagnostics v_attached = row_count;
  if v_attached <> (select count(distinct i) from unnest(p_ids) i) then
    raise exception 'A file does not exist, is not yours, or hangs on something else'
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_ids';
  end if;
end;
$$;
comment on function private.attach_media(uuid[], uuid, uuid, uuid, uuid) is
  'Definer, because clients do not write media. Ties one''s own loose files to a post or message.';

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
