-- Leaving, fourth part: an archive comes back into a new account, by the rules that hold for what
-- its owner writes by hand. Owns private.account_imports, private.imported_posts.

create table private.account_imports (
  id uuid primary key,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  sha256 text not null,
  path text,
  status text not null default 'queued',
  done int not null default 0,
  total int not null default 0,
  errors jsonb not null default '[]',
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  constraint account_imports_profile_id_sha256_key unique (profile_id, sha256),
  constraint account_imports_status_known check (status in ('queued', 'running', 'done', 'failed'))
);
comment on table private.account_imports is
  'Archives that people brought back; the same one is brought back once. No client access.';

create table private.imported_posts (
  post_id uuid primary key references public.posts (id) on delete cascade,
  import_id uuid not null references private.account_imports (id) on delete cascade
);
comment on table private.imported_posts is
  'Posts that came out of an archive and not from a keyboard. No client access.';
create index imported_posts_import_id_idx on private.imported_posts (import_id);

create function private.my_import(p_id uuid) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('id', i.id, 'status', i.status,
    'progress', jsonb_build_object('done', i.done, 'total', i.total), 'errors', i.errors)
  from private.account_imports i where i.id = p_id and i.profile_id = (select auth.uid())
$$;
comment on function private.my_import(uuid) is
  'Definer, because imports are closed to clients. One of the caller''s own.';
grant execute on function private.my_import(uuid) to authenticated;

create function private.begin_restore(p_me uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- As the person, for what asks who is asking; nobody is told of what is years old.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', p_me, 'role', 'authenticated')::text, true);
  perform set_config('townsquare.bulk', 'on', true);
  perform set_config('townsquare.silent', 'on', true);
  perform set_config('townsquare.verdict', 'published', true);
end;
$$;
comment on function private.begin_restore(uuid) is 'The rest of the transaction restores an archive.';

create function private.restored_id(p_me uuid, p_person uuid, p_id uuid) returns uuid
language sql immutable set search_path = ''
as $$
  -- The same thing gets the same id in the same account, however often it comes; its own time stays.
  select case when p_me = p_person or p_id is null then p_id else (
    select encode(set_byte(set_byte(b.bytes, 6, (get_byte(b.bytes, 6) & 15) | (v.version << 4)),
      8, (get_byte(b.bytes, 8) & 63) | 128), 'hex')::uuid
    from (select case when substring(p_id::text from 15 for 1) = '7' then 7 else 8 end as version) v
    cross join lateral (select case when v.version = 7
      then overlay(h.hash placing substring(uuid_send(p_id) for 6) from 1 for 6) else h.hash end as bytes
      from (select decode(md5(p_me::text || p_id::text), 'hex') as hash) h) b) end
$$;
comment on function private.restored_id(uuid, uuid, uuid) is
  'The id that something of an archive gets in an account; its own where it is the same account.';

create function private.restore_profile(p_me uuid, p_person uuid, p_profile jsonb) returns void
language sql volatile set search_path = ''
as $$
  update public.profiles p set display_name = r.display_name, bio = r.bio, links = r.links,
    location = r.location, is_private = p.is_private or r.is_private,
    avatar_media_id = coalesce((select m.id from public.media m
      where m.id = private.restored_id(p_me, p_person, r.avatar_media_id) and m.owner_id = p_me
        and m.kind = 'image' and m.status = 'ready'), p.avatar_media_id)
  from jsonb_populate_record(null::public.profiles, p_profile) r where p.id = p_me
$$;
comment on function private.restore_profile(uuid, uuid, jsonb) is
  'What a person shows of themselves, but for the handle. An account never opens by it.';

create function private.restore_settings(p_me uuid, p_settings jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_columns constant text := (
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_catalog.pg_attribute a
    where a.attrelid = 'private.profile_settings'::regclass and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = '' and a.attname not in ('profile_id', 'created_at', 'updated_at'));
begin
  execute format('update private.profile_settings s set (%1$s) = (
      select %1$s from jsonb_populate_record(s, $1)) where s.profile_id = $2', v_columns)
    using p_settings, p_me;
end;
$$;
comment on function private.restore_settings(uuid, jsonb) is 'What a person has chosen.';

create function private.restore_media(p_me uuid, p_row jsonb) returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  insert into public.media (id, owner_id, kind, mime_type, bytes, width, height, duration_s, blurhash,
    alt, variants, created_at)
  select r.id, p_me, r.kind, r.mime_type, r.bytes, r.width, r.height, r.duration_s, r.blurhash,
    r.alt, r.variants, r.created_at
  from jsonb_populate_record(null::public.media, p_row) r
  on conflict (id) do nothing;
  return found;
end;
$$;
comment on function private.restore_media(uuid, jsonb) is 'A file whose bytes are in place.';

create function private.reachable_ids(p_me uuid, p_ids uuid[]) returns setof uuid
language sql stable set search_path = ''
as $$
  select p.id from public.profiles p
  where p.id = any (p_ids) and p.id <> p_me and p.id <> private.deleted_profile_id()
    and not private.is_hidden(p.id) and not private.is_blocked_between(p_me, p.id)
$$;
comment on function private.reachable_ids(uuid, uuid[]) is
  'Those of the people who still exist and are not in a block with somebody.';

create function private.restore_people(p_me uuid, p_kind text, p_ids uuid[]) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_ids constant uuid[] := array(select private.reachable_ids(p_me, p_ids));
begin
  if p_kind = 'follows' then
    -- The trigger files a request where the account is private now.
    insert into public.follows (follower_id, followee_id)
    select p_me, i from unnest(v_ids) i on conflict do nothing;
  elsif p_kind = 'mutes' then
    insert into public.mutes (muter_id, muted_id)
    select p_me, i from unnest(v_ids) i on conflict do nothing;
  else
    insert into public.blocks (blocker_id, blocked_id)
    select p_me, p.id from public.profiles p
    where p.id = any (p_ids) and p.id not in (p_me, private.deleted_profile_id()) on conflict do nothing;
    return (select count(*) from public.profiles p where p.id = any (p_ids) and p.id <> p_me);
  end if;
  return cardinality(v_ids);
end;
$$;
comment on function private.restore_people(uuid, text, uuid[]) is
  'Follows, mutes and blocks of people who still exist, by the rules of today. How many those are.';

create function private.restore_audience(p_me uuid, p_name text, p_ids uuid[]) returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  v_id uuid := (select a.id from private.audiences a where a.owner_id = p_me and a.name = p_name);
begin
  if v_id is null then
    insert into private.audiences (owner_id, name) values (p_me, p_name) returning id into v_id;
  end if;
  insert into private.audience_members (audience_id, profile_id)
  select v_id, i from private.reachable_ids(p_me, p_ids) i on conflict do nothing;
  return v_id;
end;
$$;
comment on function private.restore_audience(uuid, text, uuid[]) is 'A list of people, found by its name.';

create function private.restored_quote(p_me uuid, p_quoted uuid) returns uuid
language sql volatile set search_path = ''
as $$
  select p.id from public.posts p
  where p.id = p_quoted and private.is_for_everybody(p)
    and private.can_see(p_me, 'post', p.id)
$$;
comment on function private.restored_quote(uuid, uuid) is 'A quoted post, if it may be quoted today.';

create function private.post_restorable(p_me uuid, p_row public.posts, p_parent uuid) returns text
language sql stable set search_path = ''
as $$
  select case
    when p_row.status <> 'published' or p_row.deleted_at is not null then 'not published'
    when p_row.visibility not in ('public', 'followers', 'mentioned', 'room') then 'of an unknown visibility'
    when p_row.parent_id is not null and not exists (select from public.posts p
      where p.id = p_parent and p.author_id = p_me and p.status = 'published' and p.deleted_at is null)
      then 'an answer to somebody else'
    when p_row.visibility = 'room' and not exists (select from public.room_members m
      where m.room_id = p_row.room_id and m.profile_id = p_me and not m.banned)
      then 'in a room that the account is not in' end
$$;
comment on function private.post_restorable(uuid, public.posts, uuid) is
  'Why a post of an archive does not come back; null when it does.';

create function private.restore_posts(
  p_me uuid, p_person uuid, p_import uuid, p_rows jsonb, p_lists jsonb
) returns table (original_id uuid, post_id uuid, problem text)
language plpgsql volatile set search_path = ''
as $$
declare
  v_row public.posts;
begin
  for v_row in select r.* from jsonb_populate_recordset(null::public.posts, p_rows) r
    order by r.created_at, r.id
  loop
    original_id := v_row.id;
    post_id := private.restored_id(p_me, p_person, v_row.id);
    problem := null;
    if not exists (select from public.posts p where p.id = post_id) then
      v_row.parent_id := private.restored_id(p_me, p_person, v_row.parent_id);
      problem := private.post_restorable(p_me, v_row, v_row.parent_id);
      v_row.quoted_id := private.restored_quote(p_me, v_row.quoted_id);
      v_row.media_ids := array(select m.id
        from unnest(v_row.media_ids) with ordinality as o (id, n)
        join public.media m on m.id = private.restored_id(p_me, p_person, o.id)
        where m.owner_id = p_me and m.post_id is null and m.message_id is null order by o.n);
      if problem is null and p_lists ? original_id::text
        and p_lists ->> original_id::text is null then
        problem := 'for a list that is not in the archive';
      elsif problem is null and v_row.body !~ '\S' and v_row.media_ids = '{}'
        and v_row.quoted_id is null then
        problem := 'empty without what it showed';
      end if;
      if problem is null then
        insert into public.posts (id, author_id, body, visibility, parent_id, quoted_id, room_id,
          media_ids, sensitive, audience_id, created_at)
        values (post_id, p_me, v_row.body, v_row.visibility, v_row.parent_id, v_row.quoted_id,
          v_row.room_id, v_row.media_ids, v_row.sensitive,
          (p_lists ->> original_id::text)::uuid, v_row.created_at);
        update public.posts p set published_at = v_row.created_at, edited_at = v_row.edited_at
        where p.id = post_id;
        insert into private.imported_posts (post_id, import_id) values (restore_posts.post_id, p_import);
      end if;
    end if;
    return next;
  end loop;
end;
$$;
comment on function private.restore_posts(uuid, uuid, uuid, jsonb, jsonb) is
  'Brings posts back with their times, for no more readers than before; says what became of each.';
