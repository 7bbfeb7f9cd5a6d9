-- Commands in rooms: a text that begins with one is done, not said; and reminders, which wait for their
-- time. Owns private.reminders.

create function private.command_names() returns text[]
language sql immutable parallel safe set search_path = ''
as $$
  select array['help', 'invite', 'leave', 'me', 'mute', 'poll', 'remind', 'topic', 'unmute']
$$;
comment on function private.command_names() is 'Every command; the API knows the same.';
grant execute on function private.command_names() to authenticated, service_role;

create function private.messages_refuse_command() returns trigger
language plpgsql volatile set search_path = ''
as $$
declare
  v_start constant text[] := regexp_match(new.body, '^(//?)([A-Za-z]+)(?:\s|$)');
begin
  if v_start is null or lower(v_start[2]) <> all (private.command_names()) then
    return new;
  end if;
  if v_start[1] = '/' then
    raise exception '/% is a command: send it to the API, or begin with // to say it', lower(v_start[2])
      using errcode = 'PT422', hint = 'invalid-input', column = 'body';
  end if;
  new.body := substr(new.body, 2);
  return new;
end;
$$;
comment on function private.messages_refuse_command() is
  'What was meant as a command is never said to everybody, whichever way it came. // says it.';
-- Before the verdict by name, so that the text is rendered as it will stand.
create trigger messages_b05_refuse_command before insert on public.messages
  for each row when (new.kind = 'user' and left(new.body, 1) = '/' and auth.uid() is not null)
  execute function private.messages_refuse_command();

-- Reminders ------------------------------------------------------------------------------------------------

create table private.reminders (
  id uuid primary key default private.uuid_v7(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  -- Where it was asked for.
  room_id uuid references public.rooms (id) on delete set null,
  body text not null,
  due_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint reminders_body_length check (char_length(body) between 1 and 500)
);
comment on table private.reminders is
  'What people want to be reminded of, and when. Theirs alone. No client access.';
create index reminders_due_at_idx on private.reminders (due_at, id);
create index reminders_profile_id_due_at_idx on private.reminders (profile_id, due_at, id);
create index reminders_room_id_idx on private.reminders (room_id);
alter table private.reminders enable row level security;
grant select, insert, update, delete on private.reminders to service_role;

create function private.add_reminder(p_id uuid, p_room uuid, p_body text, p_due timestamptz)
returns timestamptz
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_waiting_max constant int := 50;
  c_ahead_max constant interval := interval '1 year';
  v_me constant uuid := (select auth.uid());
begin
  if private.room_role(p_room, v_me) is null then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_due <= clock_timestamp() or p_due > clock_timestamp() + c_ahead_max then
    raise exception 'A reminder comes within a year'
      using errcode = 'PT422', hint = 'invalid-input', column = 'body';
  end if;
  -- One at a time for each person, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.reminders:' || v_me, 0));
  if (select count(*) from private.reminders r
    where r.profile_id = v_me and r.id <> p_id) >= c_waiting_max then
    raise exception 'At most % reminders of one person wait', c_waiting_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.reminders (id, profile_id, room_id, body, due_at)
  values (p_id, v_me, p_room, p_body, p_due) on conflict (id) do nothing;
  return (select r.due_at from private.reminders r where r.id = p_id and r.profile_id = v_me);
end;
$$;
comment on function private.add_reminder(uuid, uuid, text, timestamptz) is
  'Definer, because reminders are closed to clients. One of the caller''s own; told twice, it is there '
  'once. Gives the time of the one that is there.';
grant execute on function private.add_reminder(uuid, uuid, text, timestamptz) to authenticated;

create function private.my_reminders() returns table (body text, due_at timestamptz)
language sql stable security definer rows 10 set search_path = ''
as $$
  select r.body, r.due_at from private.reminders r
  where r.profile_id = (select auth.uid()) order by r.due_at, r.id
$$;
comment on function private.my_reminders() is
  'Definer, because reminders are closed to clients. The caller''s own, the next first.';
grant execute on function private.my_reminders() to authenticated;

create function private.clear_reminders() returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count int;
begin
  delete from private.reminders r where r.profile_id = (select auth.uid());
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.clear_reminders() is
  'Definer, because reminders are closed to clients. Takes all of the caller''s own back.';
grant execute on function private.clear_reminders() to authenticated;

create function private.send_reminders(p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_row private.reminders;
  v_count int := 0;
begin
  for v_row in
    delete from private.reminders r where r.id in (
      select d.id from private.reminders d where d.due_at <= clock_timestamp()
      order by d.due_at, d.id limit p_limit for update skip locked)
    returning *
  loop
    v_count := v_count + 1;
    -- Whoever is no more in the room is reminded all the same; it then leads to themselves.
    perform private.create_notification(v_row.profile_id, 'room_activity', null,
      case when x.stays then 'room' else 'user' end,
      case when x.stays then v_row.room_id else v_row.profile_id end,
      v_row.id, jsonb_build_object('text', 'Reminder: ' || v_row.body))
    from (select v_row.room_id is not null
      and private.room_role(v_row.room_id, v_row.profile_id) is not null as stays) x;
  end loop;
  return v_count;
end;
$$;
comment on function private.send_reminders(int) is
  'Reminds of what is due, each once however many workers run. Gives how many.';
