-- Receipts in direct conversations, and what members are told of new messages.
-- Owns message_receipts, private.unread_marks.

create function private.my_receipt_ids() returns setof uuid
language plpgsql stable security definer rows 50 set search_path = ''
as $$
begin
  return query
  select o.profile_id
  from public.room_members m
  join public.rooms r on r.id = m.room_id and r.kind = 'direct'
  join public.room_members o on o.room_id = m.room_id and o.profile_id <> m.profile_id
  where m.profile_id = (select auth.uid())
    and not exists (select from private.room_privacy(m.room_id, m.profile_id) s
      where s.private_receipts)
    and not exists (select from private.room_privacy(m.room_id, o.profile_id) s
      where s.private_receipts)
    and not exists (select from private.block_sides b
      where b.profile_id = m.profile_id and b.other_id = o.profile_id)
    and not exists (select from private.account_states s
      where s.profile_id = o.profile_id and s.hidden);
end;
$$;
comment on function private.my_receipt_ids() is
  'Definer, because settings are their owners''. Whose receipts the caller sees: nobody''s while '
  'either side keeps them private.';
grant execute on function private.my_receipt_ids() to authenticated, service_role;

create table public.message_receipts (
  message_id uuid not null references public.messages (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  -- Of the message, so that marks are found without it.
  room_id uuid not null references public.rooms (id) on delete cascade,
  seq bigint not null,
  status text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (message_id, profile_id),
  constraint message_receipts_status_known check (status in ('delivered', 'read'))
);
comment on table public.message_receipts is
  'How far messages of direct conversations have come: to a device, and before the eyes.';
create index message_receipts_profile_id_room_id_seq_idx
  on public.message_receipts (profile_id, room_id, seq desc);
create index message_receipts_room_id_idx on public.message_receipts (room_id);
alter table public.message_receipts enable row level security;
create policy message_receipts_select_sides on public.message_receipts
  for select to authenticated
  using (profile_id = (select auth.uid()) or (profile_id in (select private.my_receipt_ids())
    and exists (select from public.messages m
      where m.id = message_id and m.author_id = (select auth.uid()) offset 0)));
comment on policy message_receipts_select_sides on public.message_receipts is
  'One''s own, and those of one''s messages unless either side keeps receipts private.';
revoke all on public.message_receipts from anon, authenticated;
grant select on public.message_receipts to authenticated;
grant select, insert, update, delete on public.message_receipts to service_role;

create function private.note_receipts(p_room uuid, p_reader uuid, p_seq bigint, p_status text)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- Nobody looks at the receipts of what is further back.
  c_messages_max constant int := 10000;
  v_last uuid;
  v_changed int;
begin
  if not exists (select from public.rooms r where r.id = p_room and r.kind = 'direct')
    or exists (select from public.room_members m
      cross join lateral private.room_privacy(m.room_id, m.profile_id) s
      where m.room_id = p_room and s.private_receipts)
    or exists (select from private.block_sides b join public.room_members m
      on m.profile_id = b.other_id and m.room_id = p_room where b.profile_id = p_reader)
    -- What waits in requests is looked at without anybody's learning of it.
    or private.is_set_aside(p_room, p_reader) then
    return;
  end if;
  with arrived as (
    select m.id, m.seq from public.messages m
    where m.room_id = p_room and m.seq <= p_seq and m.author_id <> p_reader
      and m.kind <> 'system' and m.deleted_at is null and m.status = 'published'
      and m.seq > coalesce((select c.seq from public.message_receipts c
        where c.profile_id = p_reader and c.room_id = p_room and (p_status = 'delivered' or c.status = 'read')
        order by c.seq desc limit 1), 0)
    order by m.seq desc limit c_messages_max
  ), noted as (
    insert into public.message_receipts as c (message_id, profile_id, room_id, seq, status)
    select a.id, p_reader, p_room, a.seq, p_status from arrived a order by a.id
    on conflict (message_id, profile_id) do update
      set status = excluded.status, at = excluded.at
      where c.status = 'delivered' and excluded.status = 'read'
    returning c.message_id, c.seq
  )
  select count(*), (array_agg(n.message_id order by n.seq desc))[1] into v_changed, v_last
  from noted n;
  if v_changed > 0 then
    -- One event for all: what is older has come as far.
    perform private.broadcast_to_room(p_room, 'receipt.changed', jsonb_build_object(
      'message_id', v_last, 'user_id', p_reader, 'status', p_status));
  end if;
end;
$$;
comment on function private.note_receipts(uuid, uuid, bigint, text) is
  'Definer, because receipts are written here only. Marks what came up to a position, forward only.';

create function private.mark_message(p_message uuid, p_status text) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_message public.messages;
begin
  select * into v_message from public.messages m
  where m.id = p_message and m.room_id in (select private.my_room_ids());
  if not found then
    raise exception 'The message does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_status = 'delivered' then
    perform private.note_receipts(v_message.room_id, v_me, v_message.seq, 'delivered');
    return private.unread_count(v_message.room_id, v_me);
  end if;
  update private.thread_members t set last_read_seq = v_message.seq
  where t.message_id = coalesce(v_message.parent_id, v_message.id) and t.profile_id = v_me
    and v_message.parent_id is not null and t.last_read_seq < v_message.seq;
  if v_message.parent_id is null or v_message.also_in_room then
    return private.mark_room_read(v_message.room_id, p_message);
  end if;
  perform private.note_receipts(v_message.room_id, v_me, v_message.seq, 'read');
  return private.unread_count(v_message.room_id, v_me);
end;
$$;
comment on function private.mark_message(uuid, text) is
  'Definer, because marks are written here only. What was said in a thread is read for itself.';
grant execute on function private.mark_message(uuid, text) to authenticated;

create function private.first_unread_seq(p_room uuid) returns bigint
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select m.seq from public.messages m
    where m.room_id = p_room and m.seq > (select coalesce(s.last_read_seq, 0)
        from public.room_members r left join private.room_member_states s using (room_id, profile_id)
        where r.room_id = p_room and r.profile_id = (select auth.uid()) and not r.banned)
      and m.author_id <> (select auth.uid())
      and m.kind <> 'system' and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
      and m.author_id <> private.welcome_profile_id()
      and m.status = 'published'
      and not exists (select from public.blocks b
        where b.blocker_id = (select auth.uid()) and b.blocked_id = m.author_id)
      and not exists (select from private.account_states s
        where s.profile_id = m.author_id and s.hidden)
    order by m.seq limit 1);
end;
$$;
comment on function private.first_unread_seq(uuid) is
  'Definer, because it reads blocks. Where what the caller has not read begins; null when nowhere.';
grant execute on function private.first_unread_seq(uuid) to authenticated;

-- What members are told ------------------------------------------------------------------------------

create function private.announce_message(p_message public.messages) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.broadcast_to_room(p_message.room_id, 'message.created',
    jsonb_build_object('message', (
      select s.message from private.present_messages(array[p_message.id], true) s)));
end;
$$;
comment on function private.announce_message(public.messages) is
  'Definer, because it speaks on topics. A message as the room sees it, in the order of positions.';

create function private.messages_emit() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Before the room is locked: nobody waits for what does not need a position.
  perform private.emit('message.created', new.id, new.author_id,
    jsonb_build_object('room_id', new.room_id));
  return new;
end;
$$;
comment on function private.messages_emit() is
  'Definer, because it writes events. A write that fails takes its event along.';
create trigger messages_b80_emit before insert on public.messages
  for each row when (coalesce(current_setting('townsquare.bulk', true), '') <> 'on')
  execute function private.messages_emit();

create table private.unread_marks (
  room_id uuid primary key references public.rooms (id) on delete cascade,
  seq bigint not null
);
comment on table private.unread_marks is
  'Up to which position members were told how much is unread. No client access.';
alter table private.unread_marks enable row level security;
grant select, insert, update, delete on private.unread_marks to service_role;

create function private.announce_unread(p_message uuid, p_released boolean) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  -- Beyond this many members unread counts are read, not sent.
  c_unread_members_max constant int := 100;
  v_message public.messages;
  v_told bigint;
  v_shape jsonb;
begin
  select * into v_message from public.messages m
  where m.id = p_message and m.status = 'published' and m.deleted_at is null
    and m.kind <> 'system' and (m.parent_id is null or m.also_in_room)
    -- A welcome is for whoever it names; nobody has to read it.
    and m.author_id <> private.welcome_profile_id();
  if not found or (
    select count(*) from (select from public.room_members m
      where m.room_id = v_message.room_id and not m.banned limit c_unread_members_max + 1) counted
  ) > c_unread_members_max then
    return;
  end if;
  -- One teller of a room at a time: those who waited find their message told.
  insert into private.unread_marks (room_id, seq) values (v_message.room_id, 0)
  on conflict (room_id) do nothing;
  select u.seq into v_told from private.unread_marks u where u.room_id = v_message.room_id for update;
  -- What was held back and is released counts from its old place.
  if v_told >= v_message.seq and not p_released then
    return;
  end if;
  -- The newest there is, since the counts are as of now.
  select * into v_message from public.messages m
  where m.room_id = v_message.room_id and m.seq >= v_message.seq and m.status = 'published'
    and m.deleted_at is null and m.kind <> 'system' and (m.parent_id is null or m.also_in_room)
    and m.author_id <> private.welcome_profile_id()
  order by m.seq desc limit 1;
  update private.unread_marks u set seq = greatest(u.seq, v_message.seq) where u.room_id = v_message.room_id;
  select s.message into v_shape from private.present_messages(array[v_message.id], true) s;
  perform private.broadcast_each('unread.changed', array_agg('user:' || u.profile_id),
    array_agg(jsonb_build_object('room_id', v_message.room_id, 'unread_count', u.unread_count,
      'last_message', case when b.blocker_id is null then v_shape end)))
  from private.unread_counts(v_message.room_id) u
  left join public.blocks b on b.blocker_id = u.profile_id and b.blocked_id = v_message.author_id
  -- Of what only somebody blocked has said, nobody hears.
  where (b.blocker_id is null or u.unread_count > 0 and v_message.seq > v_told + 1)
    and not private.is_set_aside(v_message.room_id, u.profile_id);
end;
$$;
comment on function private.announce_unread(uuid, boolean) is
  'Tells every member of a small room how much is unread, once for all messages that have come.';
