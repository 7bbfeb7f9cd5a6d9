-- Notifications, second part: their shape, delivery, and marking them.

-- Presentation -------------------------------------------------------------------------------------------

create function private.notification_text(
  p_type text, p_name text, p_subject_type text, p_meta jsonb
) returns text
language sql immutable set search_path = ''
as $$
  select case p_type
    when 'follow' then x.name || ' followed you'
    when 'follow_request' then x.name || ' asked to follow you'
    when 'follow_accepted' then x.name || ' accepted your follow request'
    when 'like' then x.name || ' liked your post'
    when 'reaction' then x.name || ' reacted to your post'
    when 'comment' then x.name || ' commented on your post'
    when 'reply' then x.name || ' replied to you'
    when 'mention' then x.name || ' mentioned you in a ' || p_subject_type
    when 'share' then x.name || ' shared your post'
    when 'quote' then x.name || ' quoted your post'
    when 'message' then x.name || ' sent you a message'
    when 'story_reply' then x.name || ' replied to your story'
    when 'room_invite' then x.name || ' invited you to a room'
    when 'poll_closed' then 'A poll that you took part in has closed'
    when 'report_decided' then 'Your report was decided'
    when 'moderation_notice' then case p_meta ->> 'action'
      when 'remove' then 'A moderator removed your ' || p_subject_type
      when 'mute' then 'A moderator muted you'
      when 'suspend' then 'A moderator suspended your account'
      when 'ban' then 'A moderator banned your account'
      when 'restore' then case when coalesce(p_meta ->> 'undone', 'remove') = 'remove'
        then 'A moderator restored your ' || p_subject_type
        else 'A moderator lifted a measure against you' end
      else 'A moderator warns you about your ' ||
        case p_subject_type when 'user' then 'profile' else p_subject_type end end
    when 'room_activity' then coalesce(p_meta ->> 'text',
      'You missed ' || case p_meta ->> 'missed_call' when 'audio' then 'a call'
        when 'video' then 'a video call' end || coalesce(' from ' || p_name, ''),
      'Something is new in a room')
    else coalesce(p_meta ->> 'text', p_name || ' did something new', 'Something is new')
  end from (select coalesce(p_name, 'Somebody') as name) x
$$;
comment on function private.notification_text(text, text, text, jsonb) is
  'One sentence for people; it quotes nothing, so that it stays true when the subject goes.';
grant execute on function private.notification_text(text, text, text, jsonb)
  to authenticated, service_role;

create function private.people_phrase(p_names text[], p_count bigint) returns text
language sql immutable set search_path = ''
as $$
  select case when p_count <= 1 then p_names[1]
    when p_count = 2 then p_names[1] || ' and ' || p_names[2]
    else p_names[1] || ' and ' || (p_count - 1) || ' others' end
$$;
comment on function private.people_phrase(text[], bigint) is
  'Names people in a sentence: Ann; Ann and Bo; Ann and 3 others.';
grant execute on function private.people_phrase(text[], bigint) to authenticated, service_role;

create function private.notification_people(p_notification public.notifications)
returns table (people jsonb, people_count bigint)
language plpgsql stable set search_path = ''
as $$
declare
  c_shown constant int := 3;
begin
  if p_notification.type <> all (private.grouped_types()) then
    return query select case when p_notification.actor_id is null then '[]'::jsonb
        else jsonb_build_array(private.profile_summary(p_notification.actor_id)) end,
      case when p_notification.actor_id is null then 0 else 1 end::bigint;
    return;
  end if;
  return query
    with visible as (
      select a.actor_id, a.created_at from private.notification_actors a
      where a.notification_id = p_notification.id and not a.withdrawn
        and not exists (select from private.block_sides b
          where b.profile_id = p_notification.recipient_id and b.other_id = a.actor_id offset 0)
        and not exists (select from private.account_states s
          where s.profile_id = a.actor_id and s.hidden offset 0)
    )
    select coalesce((
        select jsonb_agg(private.profile_summary(l.actor_id) order by l.created_at desc, l.actor_id)
        from (select * from visible order by created_at desc, actor_id limit c_shown) l), '[]'),
      (select count(*) from visible);
end;
$$;
comment on function private.notification_people(public.notifications) is
  'Who did what a notification tells: the latest three, and how many in all, as its recipient may '
  'know them.';
grant execute on function private.notification_people(public.notifications)
  to authenticated, service_role;

create function private.present_notification(p_id uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', n.id, 'type', n.type,
      'actors', p.people, 'actors_count', p.people_count,
      'subject', jsonb_build_object('type', n.subject_type, 'id', n.subject_id),
      'text', private.notification_text(n.type, private.people_phrase(
        array(select e ->> 'display_name' from jsonb_array_elements(p.people) e), p.people_count),
        n.subject_type, n.meta),
      'created_at', n.created_at, 'seen_at', n.seen_at, 'read_at', n.read_at,
      'delivered_at', n.delivered_at)
    from public.notifications n cross join private.notification_people(n) p where n.id = p_id);
end;
$$;
comment on function private.present_notification(uuid) is 'The shape Notification.';
grant execute on function private.present_notification(uuid) to authenticated, service_role;

create function private.visible_notifications(p_person uuid, p_ids uuid[]) returns uuid[]
language plpgsql volatile set search_path = ''
as $$
declare
  v_role constant text := current_setting('role');
  v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
  v_result uuid[];
begin
  -- As in can_see. Those that are only rung or mailed are theirs too.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', p_person, 'role', 'authenticated')::text, true);
  perform set_config('townsquare.unlisted', 'on', true);
  perform set_config('role', 'authenticated', true);
  v_result := array(select n.id from public.notifications n
    where n.recipient_id = p_person and n.id = any (p_ids));
  perform set_config('role', v_role, true);
  perform set_config('townsquare.unlisted', '', true);
  perform set_config('request.jwt.claims', v_claims, true);
  return v_result;
end;
$$;
comment on function private.visible_notifications(uuid, uuid[]) is
  'Those of a person''s notifications that they may know of now, listed or not. For jobs only.';

create function private.take_delivery(p_id uuid)
returns table (recipient_id uuid, notification jsonb)
language plpgsql volatile set search_path = ''
as $$
declare
  v_row record;
begin
  select n.recipient_id, n.channels into v_row
  from public.notifications n where n.id = p_id and n.delivered_at is null for update;
  -- What was taken back, removed or blocked meanwhile waits: it may come back.
  if not found or private.visible_notifications(v_row.recipient_id, array[p_id]) = '{}' then
    return;
  end if;
  update public.notifications n
  set delivered_at = clock_timestamp(),
    status = case when n.status = 'pending' then 'delivered' else n.status end
  where n.id = p_id;
  if 'in_app' = any (v_row.channels) then
    return query select v_row.recipient_id, private.present_notification(p_id);
  end if;
end;
$$;
comment on function private.take_delivery(uuid) is
  'Marks a notification delivered and says what goes to whose sockets; no row when that has been done '
  'before, or there is nothing to show. For jobs only.';

create function private.emit_to_user(p_user uuid, p_event text, p_payload jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform private.broadcast('user:' || p_user, p_event, p_payload);
end;
$$;
comment on function private.emit_to_user(uuid, text, jsonb) is
  'Hands an event to a person''s sockets. For jobs only.';

-- Marking ------------------------------------------------------------------------------------------------

create function private.unread_notifications() returns bigint
language plpgsql stable set search_path = ''
as $$
begin
  return (select count(*) from public.notifications n
    where n.recipient_id = (select auth.uid()) and n.read_at is null);
end;
$$;
comment on function private.unread_notifications() is 'Unread notifications of the caller.';
grant execute on function private.unread_notifications() to authenticated;

create function private.unread_rooms() returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  c_rooms_max constant int := 100;
  v_me constant uuid := (select auth.uid());
  v_rooms uuid[];
begin
  select array_agg(x.id) into v_rooms from (
    select r.id from public.room_members m
    join public.rooms r on r.id = m.room_id
    left join private.room_member_states s
      on s.room_id = m.room_id and s.profile_id = m.profile_id
    where m.profile_id = v_me and not m.banned and r.last_seq > coalesce(s.last_read_seq, 0)
      and r.id not in (select private.my_set_aside_room_ids())
    order by r.last_message_at desc limit c_rooms_max) x;
  return coalesce((
    select jsonb_agg(jsonb_build_object('room_id', r.id, 'name', case when r.kind <> 'direct'
        then r.name else coalesce((select p.display_name
          from public.room_members o join public.profiles p on p.id = o.profile_id
          where o.room_id = r.id and o.profile_id <> v_me), '') end,
      'unread_count', u.unread_count) order by r.last_message_at desc, r.id)
    from private.unread_in(v_rooms, v_me) u join public.rooms r on r.id = u.room_id
    where r.id = any (v_rooms) and u.unread_count > 0), '[]'::jsonb);
end;
$$;
comment on function private.unread_rooms() is
  'Definer, to count without the policies, which say the same. Rooms in which the caller has '
  'something to read.';
grant execute on function private.unread_rooms() to authenticated;

create function private.lock_notifications(p_person uuid) returns void
language sql volatile set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('townsquare.notifications:' || p_person, 0))
$$;
comment on function private.lock_notifications(uuid) is
  'Whoever marks somebody''s notifications comes after the one before: each count that is told is '
  'right, and the last one stays so.';
grant execute on function private.lock_notifications(uuid) to authenticated, service_role;

create function private.set_notifications_read(p_ids uuid[]) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.notifications n
  set read_at = clock_timestamp(), seen_at = coalesce(n.seen_at, clock_timestamp()), status = 'read'
  where n.recipient_id = (select auth.uid()) and n.read_at is null
    and (p_ids is null or n.id = any (p_ids))
$$;
comment on function private.set_notifications_read(uuid[]) is
  'Definer, because clients may not write the table. The caller''s own; without ids all, also those '
  'that are hidden now.';
grant execute on function private.set_notifications_read(uuid[]) to authenticated;

create function private.tell_notifications_read(p_result jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.broadcast('user:' || (select auth.uid()), 'notification.read', p_result);
end;
$$;
comment on function private.tell_notifications_read(jsonb) is
  'Definer, because topics are closed to clients. Tells the caller''s own devices.';
grant execute on function private.tell_notifications_read(jsonb) to authenticated;

create function private.mark_notifications_read(p_ids uuid[] default null) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  c_ids_max constant int := 1000;
  v_me constant uuid := (select auth.uid());
  v_ids uuid[];
  v_result jsonb;
begin
  if cardinality(p_ids) > c_ids_max then
    raise exception 'At most % ids at once', c_ids_max
      using errcode = 'PT422', hint = 'invalid-input', column = 'ids';
  end if;
  perform private.lock_notifications(v_me);
  v_ids := array(select n.id from public.notifications n
    where n.recipient_id = v_me and n.read_at is null and (p_ids is null or n.id = any (p_ids))
    order by n.id desc);
  perform private.set_notifications_read(case when p_ids is not null then v_ids end);
  v_result := jsonb_build_object(
    'ids', to_jsonb(v_ids[1:c_ids_max]), 'unread_count', private.unread_notifications());
  if cardinality(v_ids) > 0 then
    perform private.tell_notifications_read(v_result);
  end if;
  return v_result;
end;
$$;
comment on function private.mark_notifications_read(uuid[]) is
  'Marks one''s own that one sees (without ids: all) as read, and tells one''s other devices.';
grant execute on function private.mark_notifications_read(uuid[]) to authenticated;

create function public.mark_notifications_read(p_ids uuid[] default null) returns jsonb
language sql volatile set search_path = ''
as $$ select private.mark_notifications_read(p_ids) $$;
comment on function public.mark_notifications_read(uuid[]) is
  'Marks one''s own notifications (without ids: all) as read; answers {ids, unread_count}.';
revoke execute on function public.mark_notifications_read(uuid[]) from public, anon;
grant execute on function public.mark_notifications_read(uuid[]) to authenticated;

create function private.mark_notifications_seen() returns bigint
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count bigint;
begin
  update public.notifications n set seen_at = clock_timestamp()
  where n.recipient_id = (select auth.uid()) and n.read_at is null and n.seen_at is null;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.mark_notifications_seen() is
  'Definer, because clients may not write the table. The caller has looked at their list; what is '
  'unread stays so. Answers how many were new.';
grant execute on function private.mark_notifications_seen() to authenticated;

create function private.note_arrival(p_id uuid, p_opened boolean) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  update public.notifications n
  set delivered_at = coalesce(n.delivered_at, clock_timestamp()),
    seen_at = case when p_opened then coalesce(n.seen_at, clock_timestamp()) else n.seen_at end,
    read_at = case when p_opened then coalesce(n.read_at, clock_timestamp()) else n.read_at end,
    status = case when p_opened then 'read' when n.status = 'pending' then 'delivered' else n.status end
  where n.id = p_id and n.recipient_id = v_me;
  perform private.note_receipts(m.room_id, v_me, m.seq, 'delivered')
  from public.notifications n join public.messages m on m.id = n.subject_id
  where n.id = p_id and n.recipient_id = v_me and n.type = 'message';
end;
$$;
comment on function private.note_arrival(uuid, boolean) is
  'Definer, because clients may not write the table. Notes when one of the caller''s own was shown, or '
  'opened.';
grant execute on function private.note_arrival(uuid, boolean) to authenticated;

create function private.acknowledge_notification(p_id uuid, p_state text) returns boolean
language plpgsql volatile set search_path = ''
as $$
begin
  if p_state is null or p_state not in ('delivered', 'opened') then
    raise exception 'The state is delivered or opened'
      using errcode = 'PT422', hint = 'invalid-input', column = 'state';
  end if;
  if p_state = 'opened' then
    perform private.mark_notifications_read(array[p_id]);
  end if;
  -- For the rest of the transaction: what only rings is shown to whoever answers its ring.
  perform set_config('townsquare.unlisted', 'on', true);
  if not exists (select from public.notifications n
    where n.id = p_id and n.recipient_id = (select auth.uid())) then
    return false;
  end if;
  perform private.note_arrival(p_id, p_state = 'opened');
  return true;
end;
$$;
comment on function private.acknowledge_notification(uuid, text) is
  'A device tells that it has shown, or that the person has opened, one of their own notifications; '
  'false when there is none.';
grant execute on function private.acknowledge_notification(uuid, text) to authenticated;

-- Moderation of messages: its trigger is here, because messages come after moderation.
create trigger messages_a60_queue_held after insert on public.messages
  for each row when (new.status = 'held') execute function private.queue_held('message');
create trigger messages_a60_queue_held_update after update of status, body on public.messages
  for each row when (new.status = 'held' and old.status <> 'held')
  execute function private.queue_held('message');
