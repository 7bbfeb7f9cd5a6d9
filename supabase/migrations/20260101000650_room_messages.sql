-- Rooms, sixth part: what rooms do with messages. System messages, slow mode, retention. Owns nothing.

-- System messages ------------------------------------------------------------------------------------------

create function private.markdown_text(p_text text) returns text
language sql immutable parallel safe set search_path = ''
as $$ select regexp_replace(p_text, '([\\`*\[\]<>~|@#:&])', '\\\1', 'g') $$;
comment on function private.markdown_text(text) is 'A name as Markdown that shows it as it is.';

create function private.say_in_room(p_room uuid, p_profile uuid, p_text text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if p_profile is null or private.is_bulk()
    or not exists (select from public.rooms r where r.id = p_room and r.kind <> 'direct') then
    return;
  end if;
  insert into public.messages (room_id, author_id, kind, body)
  select p_room, p.id, 'system',
    '*' || private.markdown_text(p.display_name) || ' ' || private.markdown_text(p_text) || '*'
  from public.profiles p where p.id = p_profile;
end;
$$;
comment on function private.say_in_room(uuid, uuid, text) is
  'Definer, because clients write no system messages. "*Ada joined the room*", never in bulk.';

create function private.room_members_say() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  -- Jobs and imports act for nobody and say nothing; whoever makes a room is simply there.
  if v_me is null then
    return null;
  end if;
  if tg_op = 'INSERT' then
    if not new.banned and new.profile_id = v_me and new.role = 'member' then
      perform private.say_in_room(new.room_id, v_me, 'joined the room');
    end if;
    return null;
  end if;
  if not old.banned and (tg_op = 'DELETE' or new.banned) then
    perform private.say_in_room(old.room_id, old.profile_id,
      case when old.profile_id = v_me then 'left the room' else 'was removed from the room' end);
  end if;
  return null;
end;
$$;
comment on function private.room_members_say() is
  'Definer, because clients write no system messages. Who came and went.';
create trigger room_members_a70_say after insert or delete or update of banned on public.room_members
  for each row execute function private.room_members_say();

create function private.rooms_say() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.say_in_room(new.id, (select auth.uid()), 'renamed the room to ' || new.name);
  return null;
end;
$$;
comment on function private.rooms_say() is
  'Definer, because clients write no system messages. That a room has a new name.';
create trigger rooms_a70_say after update of name on public.rooms
  for each row when (new.name is distinct from old.name) execute function private.rooms_say();

-- Slow mode ------------------------------------------------------------------------------------------------

create function private.messages_slow_down() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now constant timestamptz := clock_timestamp();
  v_slow int;
  v_wait int;
begin
  select r.slow_mode_s into v_slow from public.rooms r where r.id = new.room_id;
  if coalesce(v_slow, 0) = 0
    or private.room_rank(private.room_role(new.room_id, new.author_id)) > 1 then
    return new;
  end if;
  -- Two at once wait for each other here, and the second finds the first one's time.
  insert into private.room_member_states as s (room_id, profile_id, last_sent_at)
  values (new.room_id, new.author_id, v_now)
  on conflict (room_id, profile_id) do update set last_sent_at = v_now
  where s.last_sent_at is null or s.last_sent_at <= v_now - make_interval(secs => v_slow);
  if not found then
    select ceil(extract(epoch from s.last_sent_at + make_interval(secs => v_slow) - v_now))
    into v_wait from private.room_member_states s
    where s.room_id = new.room_id and s.profile_id = new.author_id;
    raise exception 'The room is in slow mode: one message in % seconds', v_slow
      using errcode = 'PT429', hint = 'too-many-requests',
        detail = 'retry_after=' || greatest(v_wait, 1);
  end if;
  return new;
end;
$$;
comment on function private.messages_slow_down() is
  'Definer, because states of members are closed to clients. One message in so many seconds, but for '
  'those who keep order.';
create trigger messages_b70_slow_down before insert on public.messages
  for each row when (new.kind = 'user' and auth.uid() is not null)
  execute function private.messages_slow_down();

-- Retention ------------------------------------------------------------------------------------------------

create function private.is_message_kept(p_message uuid, p_author uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from private.legal_holds h
    where (h.subject_type = 'message' and h.subject_id = p_message)
      or (h.subject_type = 'user' and h.subject_id = p_author))
    or exists (select from private.message_pins p where p.message_id = p_message);
end;
$$;
comment on function private.is_message_kept(uuid, uuid) is
  'Whether a message stays however old it is: pinned, or ordered to be kept.';

create function private.sweep_room_messages(p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  -- How far from the oldest a sweep looks in a room, so that a long history costs it nothing.
  c_window constant int := 10 * p_limit;
  v_ids uuid[];
  v_rooms uuid[];
begin
  with old as (
    select m.id from public.rooms r
    cross join lateral (
      select w.id, w.author_id, w.created_at from public.messages w
      where w.room_id = r.id order by w.seq limit c_window) m
    where r.retention_days is not null
      and m.created_at < now() - make_interval(days => r.retention_days)
      and not exists (select from private.legal_holds h
        where h.subject_type = 'room' and h.subject_id = r.id)
      -- Above an answer that stays nothing is torn out.
      and not private.is_message_kept(m.id, m.author_id)
      and not exists (select from public.messages a where a.parent_id = m.id
        and (a.created_at >= now() - make_interval(days => r.retention_days)
          or private.is_message_kept(a.id, a.author_id)))
    limit p_limit
  ), gone as (
    delete from public.messages m using old where m.id = old.id returning m.id, m.room_id
  )
  select array_agg(g.id), array_agg(g.room_id) into v_ids, v_rooms from gone g;
  perform private.emit('message.deleted', x.id, null, jsonb_build_object('room_id', x.room_id))
  from unnest(v_ids, v_rooms) as x (id, room_id);
  return coalesce(cardinality(v_ids), 0);
end;
$$;
comment on function private.sweep_room_messages(int) is
  'Deletes messages that are older than their room keeps them, but for pins and legal holds; '
  'scheduled. Returns how many.';
grant execute on function private.sweep_room_messages(int) to service_role;
