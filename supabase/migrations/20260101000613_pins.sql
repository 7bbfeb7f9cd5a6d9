-- Pinned messages. Owns private.message_pins.

create table private.message_pins (
  message_id uuid primary key references public.messages (id) on delete cascade,
  room_id uuid not null references public.rooms (id) on delete cascade,
  -- There are three places in a room, and no two messages in one.
  place smallint not null,
  pinned_by uuid references public.profiles (id) on delete set null,
  pinned_at timestamptz not null default clock_timestamp(),
  constraint message_pins_room_id_place_key unique (room_id, place),
  constraint message_pins_place_known check (place between 1 and 3)
);
comment on table private.message_pins is 'Messages that a room holds up, at most three.';
create index message_pins_pinned_by_idx on private.message_pins (pinned_by);
alter table private.message_pins enable row level security;
create policy message_pins_select_visible on private.message_pins
  for select to authenticated
  using (exists (select from public.messages m where m.id = message_id offset 0));
comment on policy message_pins_select_visible on private.message_pins is
  'Who sees the message sees that it is pinned; counts count the same.';
grant select on private.message_pins to authenticated;
grant select, insert, update, delete on private.message_pins to service_role;

create function private.message_pins_announce() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_pin constant private.message_pins := case when tg_op = 'DELETE' then old else new end;
begin
  perform private.broadcast_to_room(v_pin.room_id, 'pin.changed', jsonb_build_object(
    'room_id', v_pin.room_id, 'message_id', v_pin.message_id, 'pinned', tg_op = 'INSERT',
    'pinned_count', (select count(*) from private.message_pins p where p.room_id = v_pin.room_id)));
  return null;
end;
$$;
comment on function private.message_pins_announce() is
  'Definer, because it speaks on topics. Says what is pinned and what no more.';
create trigger message_pins_a10_announce after insert or delete on private.message_pins
  for each row execute function private.message_pins_announce();

create function private.require_may_pin(p_room uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not exists (select from private.my_room_ids() r where r = p_room) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if private.is_closed_conversation(p_room) then
    raise exception 'This conversation is closed' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if exists (select from public.rooms r where r.id = p_room and r.archived_at is not null) then
    raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
  end if;
  -- A direct conversation belongs to both.
  if not exists (select from public.rooms r where r.id = p_room and r.kind = 'direct')
    and not exists (select from private.my_moderated_room_ids() r where r = p_room)
    and not private.has_permission('message.pin') then
    raise exception 'Only moderators of the room pin messages'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$$;
comment on function private.require_may_pin(uuid) is
  'Definer, because it reads roles. Raises unless the caller may pin in that room.';

create function private.pin_message(p_room uuid, p_message uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_pins_max constant int := 3;
  v_place smallint;
begin
  perform private.require_may_pin(p_room);
  -- One pinner of a room after the other; the places are the second lock.
  perform from public.rooms r where r.id = p_room for no key update;
  -- Whoever deletes it now waits until it is up, or has been faster.
  perform from public.messages m where m.id = p_message and m.room_id = p_room
    and m.deleted_at is null and m.status = 'published' and m.kind <> 'system' for share;
  if not found then
    raise exception 'The message does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if exists (select from private.message_pins p where p.message_id = p_message) then
    return;
  end if;
  select n into v_place from generate_series(1, c_pins_max) n
  where not exists (select from private.message_pins p where p.room_id = p_room and p.place = n)
  order by n limit 1;
  if v_place is null then
    raise exception 'At most % messages are pinned in a room', c_pins_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.message_pins (message_id, room_id, place, pinned_by)
  values (p_message, p_room, v_place, (select auth.uid()));
end;
$$;
comment on function private.pin_message(uuid, uuid) is
  'Definer, because pins are written here only. A fourth is refused however many pin at once.';
grant execute on function private.pin_message(uuid, uuid) to authenticated;

create function private.unpin_message(p_room uuid, p_message uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_may_pin(p_room);
  delete from private.message_pins p where p.message_id = p_message and p.room_id = p_room;
end;
$$;
comment on function private.unpin_message(uuid, uuid) is
  'Definer, because pins are written here only. Takes a message down; told twice, it is down.';
grant execute on function private.unpin_message(uuid, uuid) to authenticated;

create function private.messages_take_down() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.message_pins p where p.message_id = new.id;
  return null;
end;
$$;
comment on function private.messages_take_down() is
  'Definer, because pins are closed to clients. What is gone or withheld is not held up.';
create trigger messages_a56_take_down after update of deleted_at, status on public.messages
  for each row when (new.deleted_at is not null or new.status <> 'published')
  execute function private.messages_take_down();
