-- Imports: chat archives of other places become rooms. Owns private.archive_imports,
-- private.imported_profiles; the bytes lie in the bucket `imports` until they have been read.

insert into storage.buckets (id, name, public, file_size_limit) values
  ('imports', 'imports', false, null);

create table private.imported_profiles (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  format text not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint imported_profiles_format_length check (char_length(format) between 1 and 20)
);
comment on table private.imported_profiles is
  'Authors of archives: accounts to which nobody can sign in. They are found by no search, and '
  'nobody follows, invites or writes to them. No client access.';
alter table private.imported_profiles enable row level security;

create table private.archive_imports (
  id uuid primary key,
  -- Where all of it goes; without one, every channel of the archive becomes a room.
  room_id uuid references public.rooms (id) on delete cascade,
  created_by uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  format text not null,
  file_name text not null,
  path text,
  status text not null default 'queued',
  done int not null default 0,
  total int not null default 0,
  -- Where the next batch begins: a file of the archive, and a place in it.
  part int not null default 0,
  record int not null default 0,
  errors jsonb not null default '[]',
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  cancelled_at timestamptz,
  constraint archive_imports_format_known
    check (format in ('slack', 'discord', 'gitter', 'mattermost', 'irc')),
  constraint archive_imports_file_name_length check (char_length(file_name) between 1 and 80),
  constraint archive_imports_status_known check (status in ('queued', 'running', 'done', 'failed'))
);
comment on table private.archive_imports is
  'Chat archives that were brought, and how far each has been read. No client access.';
create index archive_imports_room_id_idx on private.archive_imports (room_id);
create index archive_imports_created_by_created_at_idx
  on private.archive_imports (created_by, created_at desc, id desc);
create index archive_imports_kept_idx on private.archive_imports (created_at) where path is not null;
alter table private.archive_imports enable row level security;
grant select, insert, update, delete on private.archive_imports, private.imported_profiles
  to service_role;

-- Who may --------------------------------------------------------------------------------------------------

create function private.may_import(p_profile uuid, p_room uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return private.account_state(p_profile) = 'active' and (
    -- Whoever brings a whole deployment back may bring an archive.
    'backup.manage' = any (private.permissions_of(p_profile))
    or coalesce(private.room_role(p_room, p_profile) = 'owner', false));
end;
$$;
comment on function private.may_import(uuid, uuid) is
  'Whether a person may load archives into a room, or into new ones: admins, and its owner.';

create function private.require_import(p_room uuid) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_room public.rooms;
begin
  if p_room is not null then
    select * into v_room from public.rooms r where r.id = p_room;
    if v_room.id is null or v_room.kind = 'direct' or (private.room_role(p_room, v_me) is null
      and (v_room.kind <> 'channel' or v_room.is_private)
      and not private.may_import(v_me, p_room)) then
      raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
    end if;
  end if;
  if v_me is null or not private.may_import(v_me, p_room) then
    raise exception 'Archives are loaded by admins, and into a room by its owner'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if v_room.archived_at is not null then
    raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
  end if;
  return v_room.name;
end;
$$;
comment on function private.require_import(uuid) is
  'Definer, because it reads roles. Raises unless the caller may load an archive into that room, or, '
  'without one, into new rooms. The name of the room.';
grant execute on function private.require_import(uuid) to authenticated;

create function private.create_archive_import(
  p_id uuid, p_room uuid, p_format text, p_file_name text, p_path text
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_waiting_max constant int := 3;
begin
  perform private.require_import(p_room);
  -- One at a time for each person, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.archive_imports:' || auth.uid(), 0));
  if (select count(*) from private.archive_imports i
    where i.created_by = (select auth.uid()) and i.status in ('queued', 'running')) >= c_waiting_max then
    raise exception 'At most % imports of one person at a time', c_waiting_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.archive_imports (id, room_id, format, file_name, path)
  values (p_id, p_room, p_format, p_file_name, (select auth.uid()) || '/' || p_path);
  perform private.emit('import.requested', p_id, (select auth.uid()));
end;
$$;
comment on function private.create_archive_import(uuid, uuid, text, text, text) is
  'Definer, because imports are closed to clients. Notes an archive of the caller''s and tells its job.';
grant execute on function private.create_archive_import(uuid, uuid, text, text, text) to authenticated;

create function private.present_archive_import(p_id uuid) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('id', i.id, 'status', i.status,
    'progress', jsonb_build_object('done', i.done, 'total', i.total), 'errors', i.errors)
  from private.archive_imports i
  where i.id = p_id and (i.created_by = (select auth.uid())
    or private.may_import((select auth.uid()), i.room_id))
$$;
comment on function private.present_archive_import(uuid) is
  'Definer, because imports are closed to clients. How far an import is, for who began it and for '
  'those who might have.';
grant execute on function private.present_archive_import(uuid) to authenticated;

create function private.my_archive_imports(p_before timestamptz, p_before_id uuid, p_limit int)
returns setof jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query
  select jsonb_build_object('id', i.id, 'status', i.status,
    'progress', jsonb_build_object('done', i.done, 'total', i.total), 'errors', i.errors,
    'format', i.format, 'file_name', i.file_name, 'room_id', i.room_id,
    'created_at', i.created_at, 'finished_at', i.finished_at)
  from private.archive_imports i
  where i.created_by = (select auth.uid())
    and (p_before is null or (i.created_at, i.id) < (p_before, p_before_id))
  order by i.created_at desc, i.id desc limit p_limit;
end;
$$;
comment on function private.my_archive_imports(timestamptz, uuid, int) is
  'Definer, because imports are closed to clients. What the caller has brought, newest first.';
grant execute on function private.my_archive_imports(timestamptz, uuid, int) to authenticated;

create function private.cancel_archive_import(p_id uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_status text;
begin
  -- A batch that is being written ends first, and counts.
  select i.status into v_status from private.archive_imports i
  where i.id = p_id and (i.created_by = (select auth.uid())
    or private.may_import((select auth.uid()), i.room_id))
  for update;
  if v_status is null then
    raise exception 'There is no such import' using errcode = 'PT404', hint = 'not-found';
  elsif v_status = 'done' then
    raise exception 'The import is done' using errcode = 'PT409', hint = 'conflict';
  end if;
  update private.archive_imports i
  set status = 'failed', errors = i.errors || '["It was cancelled"]',
    cancelled_at = clock_timestamp(), finished_at = clock_timestamp()
  where i.id = p_id and i.cancelled_at is null;
end;
$$;
comment on function private.cancel_archive_import(uuid) is
  'Definer, because imports are closed to clients. Ends an import before its next batch; what was '
  'written stays.';
grant execute on function private.cancel_archive_import(uuid) to authenticated;

-- Authors of archives -----------------------------------------------------------------------------------

create function private.make_imported_profiles(p_format text, p_people jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_before constant text := coalesce(current_setting('townsquare.silent', true), '');
begin
  -- Nothing in the product waits to hear of them.
  perform set_config('townsquare.silent', 'on', true);
  -- Their profiles are made below, all at once.
  perform set_config('townsquare.checked', 'on', true);
  -- Without address and password, nobody signs in to them.
  insert into auth.users (id, instance_id, aud, role, raw_app_meta_data, raw_user_meta_data,
    confirmation_token, recovery_token, email_change_token_new, email_change, created_at, updated_at)
  select a.id, '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated',
    '{"provider": "import", "providers": ["import"]}',
    jsonb_build_object('handle', a.handle, 'display_name', a.display_name),
    '', '', '', '', now(), now()
  from jsonb_to_recordset(p_people) as a (id uuid, handle text, display_name text);
  perform set_config('townsquare.checked', '', true);
  -- What everybody sees of it stands in the bio.
  insert into public.profiles (id, handle, display_name, bio)
  select a.id, a.handle, private.shown_name(a.display_name, a.handle),
    'Imported from ' || initcap(p_format)
  from jsonb_to_recordset(p_people) as a (id uuid, handle text, display_name text);
  insert into private.imported_profiles (profile_id, format)
  select a.id, p_format from jsonb_to_recordset(p_people) as a (id uuid);
  perform set_config('townsquare.silent', v_before, true);
end;
$$;
comment on function private.make_imported_profiles(text, jsonb) is
  'Accounts of people who wrote somewhere else, marked as such; nobody signs in to them.';
grant execute on function private.make_imported_profiles(text, jsonb) to service_role;

create function private.follows_refuse_imported() returns trigger
language plpgsql stable security definer set search_path = ''
as $$
begin
  if exists (select from private.imported_profiles i where i.profile_id = new.followee_id) then
    raise exception 'This account stands for the author of an archive; nobody writes by it'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return new;
end;
$$;
comment on function private.follows_refuse_imported() is
  'Definer, because the list is closed to clients. Who is followed is suggested to others.';
create trigger follows_b42_refuse_imported before insert on public.follows
  for each row execute function private.follows_refuse_imported();

-- Messages ---------------------------------------------------------------------------------------------------

create function private.import_messages(p_room uuid, p_items jsonb) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_bulk constant text := coalesce(current_setting('townsquare.bulk', true), '');
  v_last bigint;
  v_written int;
begin
  perform set_config('townsquare.bulk', 'on', true);
  select r.last_seq into v_last from public.rooms r where r.id = p_room for no key update;
  -- What triggers do to each message is done below to all of them; only this function says so, and
  -- only for this statement. Constraints and foreign keys hold as ever.
  perform set_config('townsquare.checked', 'on', true);
  with given as materialized (
    select i.* from rows from (jsonb_to_recordset(p_items) as (id uuid, author_id uuid, kind text,
      body text, body_html text, entities jsonb, parent_id uuid, also_in_room boolean,
      created_at timestamptz, edited_at timestamptz)) with ordinality as i (id, author_id, kind,
      body, body_html, entities, parent_id, also_in_room, created_at, edited_at, n)
    where private.is_visible(i.body)
      and not exists (select from public.messages m where m.id = i.id)
  ), placed as (
    -- Threads have one level; what answers nothing that is here stands alone.
    select g.*, coalesce(p.parent_id, p.id, case when g.parent_id in (
      select b.id from given b where b.parent_id is null) then g.parent_id end) as thread_id
    from given g
    left join public.messages p
      on p.id = g.parent_id and p.room_id = p_room and p.deleted_at is null
  )
  insert into public.messages
    (id, room_id, seq, author_id, kind, body, body_html, entities, parent_id, also_in_room,
      created_at, edited_at, screened_at)
  select i.id, p_room, v_last + row_number() over (order by i.created_at, i.n), i.author_id,
    coalesce(i.kind, 'user'), i.body, coalesce(nullif(i.body_html, ''), private.plain_html(i.body)),
    coalesce(i.entities, private.entities_in(i.body)), i.thread_id,
    coalesce(i.also_in_room and i.thread_id is not null, false), i.created_at, i.edited_at, now()
  from placed i order by i.created_at, i.n;
  get diagnostics v_written = row_count;
  perform set_config('townsquare.checked', '', true);
  perform private.import_mentions(p_room, v_last), private.import_threads(p_room, v_last);
  update public.rooms r
  set last_seq = r.last_seq + v_written,
    last_message_at = greatest(r.last_message_at, (
      select max(m.created_at) from public.messages m
      where m.room_id = p_room and m.seq > v_last))
  where r.id = p_room;
  perform set_config('townsquare.bulk', v_bulk, true);
  return v_written;
end;
$$;
comment on function private.import_messages(uuid, jsonb) is
  'Adds old messages to a room without telling anybody; told twice, they are there once.';
grant execute on function private.import_messages(uuid, jsonb) to service_role;

create function private.import_mentions(p_room uuid, p_after bigint) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into public.message_mentions (message_id, profile_id, created_at)
  select m.id, p.id, m.created_at
  from public.messages m
  cross join lateral unnest(private.entity_values(m.entities, 'mention')) as named (handle)
  -- One look at the index for each; a join would read all profiles for a few names.
  cross join lateral (select i.id from public.profiles i where i.handle = named.handle offset 0) p
  join public.room_members r on r.room_id = p_room and r.profile_id = p.id and not r.banned
  where m.room_id = p_room and m.seq > p_after and m.entities @> '[{"type": "mention"}]'
    and private.accepts_contact(p.id, m.author_id, 'mention')
  on conflict do nothing;
end;
$$;
comment on function private.import_mentions(uuid, bigint) is
  'Whom the messages behind a position name, as private.sync_message_mentions has it for each.';
grant execute on function private.import_mentions(uuid, bigint) to service_role;

create function private.import_threads(p_room uuid, p_after bigint) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into private.thread_members (message_id, profile_id, last_read_seq)
  select m.parent_id, f.id, max(f.seq)
  from public.messages m
  join public.messages p on p.id = m.parent_id
  cross join lateral (values (m.author_id, m.seq), (p.author_id, 0)) as f (id, seq)
  where m.room_id = p_room and m.seq > p_after and m.parent_id is not null and m.kind = 'user'
    -- Behind the author of an archive nobody reads.
    and not exists (select from private.imported_profiles i where i.profile_id = f.id)
  group by 1, 2 order by 1, 2
  on conflict (message_id, profile_id) do nothing;
end;
$$;
comment on function private.import_threads(uuid, bigint) is
  'Who follows the threads of the messages behind a position, but for authors of archives.';
grant execute on function private.import_threads(uuid, bigint) to service_role;

create function private.keep_read(p_room uuid, p_before bigint) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_last constant bigint := (select r.last_seq from public.rooms r where r.id = p_room);
  v_top bigint;
  v_author uuid;
  v_next bigint;
begin
  -- The newest that could be unread, and for its author the newest of somebody else.
  select m.seq, m.author_id into v_top, v_author from public.messages m
  where m.room_id = p_room and m.seq <= p_before and m.kind <> 'system'
    and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
    and m.author_id <> private.welcome_profile_id() and m.status = 'published'
  order by m.seq desc limit 1;
  select m.seq into v_next from public.messages m
  where m.room_id = p_room and m.seq < v_top and m.author_id <> v_author and m.kind <> 'system'
    and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
    and m.author_id <> private.welcome_profile_id() and m.status = 'published'
  order by m.seq desc limit 1;
  insert into private.room_member_states as s (room_id, profile_id, last_read_seq)
  select p_room, m.profile_id, v_last
  from public.room_members m
  left join private.room_member_states o
    on o.room_id = p_room and o.profile_id = m.profile_id
  where m.room_id = p_room and coalesce(o.last_read_seq, 0)
      >= coalesce(case when m.profile_id = v_author then v_next else v_top end, 0)
    and not exists (select from private.imported_profiles i where i.profile_id = m.profile_id)
  order by m.profile_id
  on conflict (room_id, profile_id) do update set last_read_seq = excluded.last_read_seq
  where s.last_read_seq < excluded.last_read_seq;
end;
$$;
comment on function private.keep_read(uuid, bigint) is
  'For whom nothing was unread up to a position, nothing of what was imported behind it is.';
grant execute on function private.keep_read(uuid, bigint) to service_role;

create function private.import_reactions(p_items jsonb) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  c_kinds_max constant int := 20;
  v_written int;
begin
  with given as (
    select i.message_id, i.profile_id, i.emoji,
      dense_rank() over (partition by i.message_id order by i.emoji) as kind
    from jsonb_to_recordset(p_items) as i (message_id uuid, profile_id uuid, emoji text)
    where char_length(i.emoji) <= 32 and private.is_emoji(i.emoji)
      and exists (select from public.messages m where m.id = i.message_id and m.deleted_at is null)
  )
  insert into public.message_reactions (message_id, profile_id, emoji, created_at)
  select g.message_id, g.profile_id, g.emoji, m.created_at
  from given g join public.messages m on m.id = g.message_id
  where g.kind <= c_kinds_max
  on conflict do nothing;
  get diagnostics v_written = row_count;
  return v_written;
end;
$$;
comment on function private.import_reactions(jsonb) is
  'Reactions of an archive to messages that were just written. Those that are no emoji are left out.';
grant execute on function private.import_reactions(jsonb) to service_role;
