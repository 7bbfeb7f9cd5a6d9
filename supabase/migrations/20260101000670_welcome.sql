-- The welcome: one message for each person, in the first room that they join. Owns private.welcomes.

insert into private.settings (name, value) values
  -- 'off' greets nobody; who joins their first room meanwhile is not greeted later either.
  ('welcome_bot', 'on');

create table private.welcomes (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  room_id uuid references public.rooms (id) on delete set null,
  joined_at timestamptz not null default clock_timestamp(),
  -- When the message was written, or the person found to need none.
  done_at timestamptz
);
comment on table private.welcomes is
  'Who has joined a room before, and where the first was. No client access.';
create index welcomes_room_id_idx on private.welcomes (room_id);
alter table private.welcomes enable row level security;
grant select, insert, update, delete on private.welcomes to service_role;

create function private.room_members_first_join() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Whoever makes a room is simply there; bots need no words; archives tell nobody anything.
  if new.banned or new.role = 'owner' or private.is_bulk()
    or not exists (select from public.rooms r where r.id = new.room_id and r.kind <> 'direct')
    or exists (select from public.profiles p where p.id = new.profile_id and p.is_bot) then
    return null;
  end if;
  -- Of two joins at once the second waits here, and finds the first one's row.
  insert into private.welcomes (profile_id, room_id) values (new.profile_id, new.room_id)
  on conflict (profile_id) do nothing;
  if found then
    perform private.emit('room.first_joined', new.room_id, new.profile_id);
  end if;
  return null;
end;
$$;
comment on function private.room_members_first_join() is
  'Definer, because the list is closed to clients. The first room ever, by whatever way in.';
create trigger room_members_a80_first_join after insert on public.room_members
  for each row execute function private.room_members_first_join();

create function private.welcome_text(p_name text) returns text
language sql stable set search_path = ''
as $$
  select format(e'Welcome, **%s**! Good to have you here.\n\n'
    '- Write `@handle` to mention somebody: they are told, wherever they are.\n'
    '- Answer below a message to keep a talk together in its thread.\n'
    '- Begin a message with `/` for a command: `/help` lists them, such as `/invite`, `/topic`,'
    ' `/me`, `/poll` and `/remind`.\n\n'
    'Say hello when you like.', private.markdown_text(p_name))
$$;
comment on function private.welcome_text(text) is 'What newcomers are told, by name.';

create function private.welcome_person(p_profile uuid) returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  v_welcome private.welcomes;
  v_name text;
  v_message uuid;
begin
  select * into v_welcome from private.welcomes w where w.profile_id = p_profile for update;
  if not found or v_welcome.done_at is not null then
    return null;
  end if;
  if private.room_role(v_welcome.room_id, p_profile) is null then
    -- They have left before a word was said: where they are now is as good, else the next room.
    select m.room_id into v_welcome.room_id from public.room_members m
    join public.rooms r on r.id = m.room_id and r.kind <> 'direct'
    where m.profile_id = p_profile and not m.banned and m.role <> 'owner'
    order by m.joined_at limit 1;
    if not found then
      delete from private.welcomes w where w.profile_id = p_profile;
      return null;
    end if;
  end if;
  update private.welcomes w set done_at = clock_timestamp(), room_id = v_welcome.room_id
  where w.profile_id = p_profile;
  if private.setting('welcome_bot') is distinct from 'on' or private.is_hidden(p_profile) then
    return null;
  end if;
  perform private.ensure_system_profile(private.welcome_profile_id());
  select p.display_name into v_name from public.profiles p where p.id = p_profile;
  insert into public.messages (room_id, author_id, kind, body)
  values (v_welcome.room_id, private.welcome_profile_id(), 'bot', private.welcome_text(v_name))
  returning id into v_message;
  return v_message;
end;
$$;
comment on function private.welcome_person(uuid) is
  'Greets a person in their first room, once however often it is called. Gives the message. For jobs only.';

create function private.welcome_words(p_profile uuid) returns text
language sql stable set search_path = ''
as $$ select private.welcome_text(p.display_name) from public.profiles p where p.id = p_profile $$;
comment on function private.welcome_words(uuid) is
  'What that person would be told; the job renders it before it is said.';
