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
  constraint archive_imports_format_known
    check (format in ('slack', 'discord', 'gitter', 'mattermost', 'irc')),
  constraint archive_imports_file_name_length check (char_length(file_name) between 1 and 80),
  constraint archive_imports_status_known check (status in ('queued', 'running', 'done', 'failed'))
);
comment on table private.archive_imports is
  'Chat archives that were brought, and how far each has been read. No client access.';
create index archive_imports_room_id_idx on private.archive_imports (room_id);
create index archive_imports_created_by_idx on private.archive_imports (created_by);
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

-- Authors of archives -----------------------------------------------------------------------------------

create function private.make_imported_profiles(p_format text, p_people jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_before constant text := coalesce(current_setting('townsquare.silent', true), '');
begin
  -- Nothing in the product waits to hear of them.
  perform set_config('townsquare.silent', 'on', true);
  -- Without address and password, nobody signs in to them.
  insert into auth.users (id, instance_id, aud, role, raw_app_meta_data, raw_user_meta_data,
    confirmation_token, recovery_token, email_change_token_new, email_change, created_at, updated_at)
  select a.id, '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated',
    '{"provider": "import", "providers": ["import"]}',
    jsonb_build_object('handle', a.handle, 'display_name', a.display_name),
    '', '', '', '', now(), now()
  from jsonb_to_recordset(p_people) as a (id uuid, handle text, display_name text);
  insert into private.imported_profiles (profile_id, format)
  select a.id, p_format from jsonb_to_recordset(p_people) as a (id uuid);
  -- What everybody sees of it.
  update public.profiles p set bio = 'Imported from ' || initcap(p_format)
  from jsonb_to_recordset(p_people) as a (id uuid) where p.id = a.id;
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
