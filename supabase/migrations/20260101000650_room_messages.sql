-- Rooms, sixth part: what rooms do with messages. System messages, slow mode, retention. Owns nothing.

-- System messages ------------------------------------------------------------------------------------------

create function private.markdown_text(p_text text) returns text
language sql immutable parallel safe set search_path = ''
as $$ select regexp_replace(p_text, '([\\`*\[\]<>~|@#:&])', '\\\1', 'g') $$;
comment on function private.markdown_text(text) is 'A name as Markdown that shows it as it is.';

create function private.say_in_room(p_room uuid, p_profile uuid, p_text text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_before constant text := coalesce(current_setting('townsquare.text', true), '');
  v_text text;
  v_body text;
begin
  if p_profile is null or private.is_bulk()
    or not exists (select from public.rooms r where r.id = p_room and r.kind <> 'direct') then
    return;
  end if;
  select p.display_name || ' ' || p_text into v_text from public.profiles p where p.id = p_profile;
  if v_text is null then
    return;
  end if;
  v_body := '*' || private.markdown_text(v_text) || '*';
  -- Rendered here: nobody is to see the asterisks until a consumer comes by.
  perform set_config('townsquare.text', jsonb_build_object('md5', md5(v_body), 'lang', null,
    'body_html', regexp_replace(private.plain_html(v_text), '^<p>(.*)</p>$', '<p><em>\1</em></p>'))::text,
    true);
  insert into public.messages (room_id, author_id, kind, body)
  values (p_room, p_profile, 'system', v_body);
  perform set_config('townsquare.text', v_before, true);
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

create function private.messages_keep_system() returns trigger
language plpgsql stable security definer set search_path = ''
as $$
begin
  if new.deleted_at is null
    or not exists (select from private.my_moderated_room_ids() r where r = old.room_id) then
    raise exception 'Only those who keep order remove a system message'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return new;
end;
$$;
comment on function private.messages_keep_system() is
  'Definer, because it reads roles. What the room says about somebody is not theirs to change.';
create trigger messages_b20_keep_system before update of body, deleted_at on public.messages
  for each row when (old.kind = 'system' and auth.uid() is not null)
  execute function private.messages_keep_system();

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

create table private.room_sweeps (
  room_id uuid primary key references public.rooms (id) on delete cascade,
  up_to_seq bigint not null
);
comment on table private.room_sweeps is
  'How far the sweep of old messages has come in a room, so that many that stay do not stop it. No '
  'row: it begins at the oldest. No client access.';
grant select, insert, update, delete on private.room_sweeps to service_role;

create function private.sweep_room(
  p_room uuid, p_before timestamptz, p_up_to bigint, p_limit int, out swept int, out up_to bigint
)
language plpgsql volatile set search_path = ''
as $$
declare
  -- How far one sweep looks, so that a long history costs it nothing.
  c_window constant int := 10 * p_limit;
  v_last_old bigint;
  v_last_gone bigint;
begin
  with seen as materialized (
    select w.id, w.seq, w.author_id from (
      select n.id, n.seq, n.author_id, n.created_at from public.messages n
      where n.room_id = p_room and n.seq > p_up_to order by n.seq limit c_window) w
    where w.created_at < p_before
  ), old as (
    select s.id, s.seq from seen s
    where not private.is_message_kept(s.id, s.author_id)
      -- Above an answer that stays nothing is torn out.
      and not exists (select from public.messages a where a.parent_id = s.id
        and (a.created_at >= p_before or private.is_message_kept(a.id, a.author_id)))
    order by s.seq limit p_limit
  ), gone as (
    delete from public.messages m using old where m.id = old.id returning m.id
  ), told as (
    select private.emit('message.deleted', g.id, null, jsonb_build_object('room_id', p_room))
    from gone g
  )
  select (select count(*) from told), (select max(s.seq) from seen s), (select max(o.seq) from old o)
  into swept, v_last_old, v_last_gone;
  up_to := case when swept >= p_limit then v_last_gone else coalesce(v_last_old, 0) end;
end;
$$;
comment on function private.sweep_room(uuid, timestamptz, bigint, int) is
  'Deletes what is older from a position on, but for pins and legal holds. Gives how many, and where to '
  'go on: 0 when nothing old is left.';

create function private.sweep_room_messages(
  p_limit int, p_after uuid default null, out swept int, out after_room uuid, out is_done boolean
)
language plpgsql volatile set search_path = ''
as $$
declare
  c_rooms_max constant int := 100;
  v_rooms int := 0;
  v_room record;
  v_part record;
begin
  swept := 0;
  after_room := p_after;
  is_done := false;
  for v_room in
    select r.id, coalesce(s.up_to_seq, 0) as up_to,
      now() - make_interval(days => r.retention_days) as oldest
    from public.rooms r left join private.room_sweeps s on s.room_id = r.id
    where r.retention_days is not null and (p_after is null or r.id > p_after)
      and not exists (select from private.legal_holds h
        where h.subject_type = 'room' and h.subject_id = r.id)
    order by r.id limit c_rooms_max
  loop
    select * into v_part from private.sweep_room(v_room.id, v_room.oldest, v_room.up_to, p_limit);
    swept := swept + v_part.swept;
    if v_part.up_to > 0 then
      insert into private.room_sweeps as s (room_id, up_to_seq) values (v_room.id, v_part.up_to)
      on conflict (room_id) do update set up_to_seq = excluded.up_to_seq;
      return;
    end if;
    delete from private.room_sweeps s where s.room_id = v_room.id;
    after_room := v_room.id;
    v_rooms := v_rooms + 1;
  end loop;
  is_done := v_rooms < c_rooms_max;
end;
$$;
comment on function private.sweep_room_messages(int, uuid) is
  'Deletes messages that are older than their rooms keep them; scheduled. Gives how many, after which '
  'room to go on, and whether all rooms are done.';
grant execute on function private.sweep_room_messages(int, uuid) to service_role;
