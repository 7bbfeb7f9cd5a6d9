-- Message requests: what strangers write first. Owns private.message_requests. Reads follows and
-- notification_preferences. Whoever wrote is told nothing of what becomes of it.

create table private.message_requests (
  room_id uuid primary key references public.rooms (id) on delete cascade,
  -- Who is asked. The other side of a conversation is never asked for a conversation of its own.
  profile_id uuid not null references public.profiles (id) on delete cascade,
  from_id uuid references public.profiles (id) on delete set null,
  state text not null,
  -- Since when something has been said.
  asked_at timestamptz,
  constraint message_requests_state_known check (
    state in ('waiting', 'declined', 'dropped', 'accepted'))
);
comment on table private.message_requests is
  'Direct conversations that a person did not ask for: whether they want them. Without a row, or '
  'once accepted, a conversation is like any other. No client access.';
create index message_requests_profile_id_idx
  on private.message_requests (profile_id, asked_at desc, room_id desc);
create index message_requests_from_id_idx on private.message_requests (from_id, profile_id);
grant select, insert, update, delete on private.message_requests to service_role;

create function private.is_set_aside(p_room uuid, p_profile uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select from private.message_requests q
    where q.room_id = p_room and q.profile_id = p_profile and q.state <> 'accepted');
end;
$$;
comment on function private.is_set_aside(uuid, uuid) is
  'Definer, because requests are closed to clients. A conversation of which that person hears nothing '
  'until they have accepted it.';

create function private.my_set_aside_room_ids() returns setof uuid
language plpgsql stable security definer rows 5 set search_path = ''
as $$
begin
  return query
  select q.room_id from private.message_requests q
  where q.profile_id = (select auth.uid()) and q.state <> 'accepted';
end;
$$;
comment on function private.my_set_aside_room_ids() is
  'Definer, because requests are closed to clients. Conversations that the caller''s lists leave out.';
grant execute on function private.my_set_aside_room_ids() to authenticated, service_role;

-- How one begins and ends ----------------------------------------------------------------------------------

create function private.file_message_request(
  p_room uuid, p_person uuid, p_from uuid, p_asked_at timestamptz default null
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_strangers constant text := (select n.strangers from public.notification_preferences n
    where n.profile_id = p_person);
begin
  if v_strangers = 'allow' or exists (select from public.follows f
    where f.follower_id = p_person and f.followee_id = p_from) then
    delete from private.message_requests q where q.room_id = p_room and q.profile_id = p_person;
    return;
  end if;
  insert into private.message_requests as q (room_id, profile_id, from_id, state, asked_at)
  values (p_room, p_person, p_from, case v_strangers when 'drop' then 'dropped' else 'waiting' end,
    p_asked_at)
  on conflict (room_id) do update set state = excluded.state, asked_at = excluded.asked_at
  where q.profile_id = p_person and q.state in ('waiting', 'dropped');
end;
$$;
comment on function private.file_message_request(uuid, uuid, uuid, timestamptz) is
  'Definer, because settings and follows of others are closed. Sets a conversation aside unless the '
  'person follows the other or lets strangers in.';

create function private.accept_conversation(p_room uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_read bigint;
begin
  update private.message_requests q set state = 'accepted'
  where q.room_id = p_room and q.profile_id = v_me and q.state <> 'accepted';
  if not found then
    return false;
  end if;
  select s.last_read_seq into v_read from private.room_member_states s
  where s.room_id = p_room and s.profile_id = v_me;
  perform private.note_receipts(p_room, v_me, coalesce(v_read, 0), 'read');
  perform private.broadcast('user:' || v_me, 'unread.changed', jsonb_build_object(
    'room_id', p_room, 'unread_count', private.unread_count(p_room, v_me), 'last_message', null));
  return true;
end;
$$;
comment on function private.accept_conversation(uuid) is
  'Definer, because requests are written here only. From now on it is like any other, and what was '
  'read before counts as read; false when there was nothing to accept.';

create function private.messages_ask() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if private.is_bulk() then
    return null;
  end if;
  -- Whoever writes wants the conversation.
  if new.author_id = (select auth.uid()) and private.accept_conversation(new.room_id) then
    return null;
  end if;
  -- The settings of the moment at which something is said for the first time decide.
  if new.seq = 1 then
    perform private.file_message_request(r.id, m.profile_id, new.author_id, new.created_at)
    from public.rooms r join public.room_members m on m.room_id = r.id
    where r.id = new.room_id and r.kind = 'direct' and m.profile_id <> new.author_id
      and r.created_by is distinct from m.profile_id;
  end if;
  return null;
end;
$$;
comment on function private.messages_ask() is
  'Definer, because requests are written here only. Sets aside what a stranger says first; an answer '
  'accepts it.';
create trigger messages_a20_ask after insert on public.messages
  for each row when (new.kind <> 'system'
    and coalesce(current_setting('townsquare.checked', true), '') <> 'on')
  execute function private.messages_ask();

create function private.follows_accept() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.message_requests q
  where q.from_id = new.followee_id and q.profile_id = new.follower_id and q.state <> 'accepted';
  return null;
end;
$$;
comment on function private.follows_accept() is
  'Definer, because requests are written here only. Whom one follows is no stranger.';
create trigger follows_a60_accept after insert on public.follows
  for each row execute function private.follows_accept();

-- What the person asked does -------------------------------------------------------------------------------

create function private.message_requests_page(p_before timestamptz, p_room uuid, p_limit int)
returns table (id uuid, asked_at timestamptz, from_id uuid, message_id uuid)
language sql stable security definer rows 20 set search_path = ''
as $$
  select q.room_id, q.asked_at, q.from_id, m.id
  from private.message_requests q
  cross join lateral (
    select s.id from public.messages s
    where s.room_id = q.room_id and s.author_id = q.from_id and s.status = 'published'
      and s.deleted_at is null
    order by s.seq desc limit 1) m
  where q.profile_id = (select auth.uid()) and q.state = 'waiting' and q.asked_at is not null
    and (p_before is null or (q.asked_at, q.room_id) < (p_before, p_room))
    and not exists (select from private.block_sides b
      where b.profile_id = q.profile_id and b.other_id = q.from_id)
    and not exists (select from private.account_states s
      where s.profile_id = q.from_id and s.hidden)
  order by q.asked_at desc, q.room_id desc limit least(p_limit, 101)
$$;
comment on function private.message_requests_page(timestamptz, uuid, int) is
  'Definer, because requests are closed to clients. What waits for the caller, the newest first.';
grant execute on function private.message_requests_page(timestamptz, uuid, int) to authenticated;

create function private.answer_message_request(p_room uuid, p_accept boolean) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_request private.message_requests;
begin
  select * into v_request from private.message_requests q
  where q.room_id = p_room and q.profile_id = v_me and q.asked_at is not null for update;
  -- What was dropped is nowhere, and of somebody blocked or gone nothing waits.
  if v_request.room_id is null or v_request.state = 'dropped'
    or (not p_accept and v_request.state = 'accepted')
    or private.is_blocked_between(v_me, v_request.from_id)
    or private.is_hidden(v_request.from_id) then
    raise exception 'There is no such request' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_accept then
    perform private.accept_conversation(p_room);
  else
    update private.message_requests q set state = 'declined' where q.room_id = p_room;
  end if;
end;
$$;
comment on function private.answer_message_request(uuid, boolean) is
  'Definer, because requests are written here only. Accepts, or sets aside until the caller opens the '
  'conversation or writes in it; told twice, it is the same.';
grant execute on function private.answer_message_request(uuid, boolean) to authenticated;
