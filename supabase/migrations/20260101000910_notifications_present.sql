-- Notifications, second part: their shape, delivery, and marking them.

-- Presentation -------------------------------------------------------------------------------------------

create function private.notification_text(
  p_type text, p_name text, p_subject_type text, p_meta jsonb
) returns text
language sql immutable set search_path = ''
as $$
  select case p_type
    when 'follow' then p_name || ' followed you'
    when 'follow_request' then p_name || ' asked to follow you'
    when 'follow_accepted' then p_name || ' accepted your follow request'
    when 'like' then p_name || ' liked your post'
    when 'reaction' then p_name || ' reacted to your post'
    when 'comment' then p_name || ' commented on your post'
    when 'reply' then p_name || ' replied to you'
    when 'mention' then p_name || ' mentioned you in a ' || p_subject_type
    when 'share' then p_name || ' shared your post'
    when 'quote' then p_name || ' quoted your post'
    when 'message' then p_name || ' sent you a message'
    when 'story_reply' then p_name || ' replied to your story'
    when 'room_invite' then p_name || ' invited you to a room'
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
  end
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
      where a.notification_id = p_notification.id
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

create function private.deliver_notification(p_id uuid) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_row record;
begin
  update public.notifications
  set delivered_at = clock_timestamp(),
    status = case when status = 'pending' then 'delivered' else status end
  where id = p_id and delivered_at is null
  returning recipient_id, channels into v_row;
  if v_row.recipient_id is null then
    return false;
  end if;
  if 'in_app' = any (v_row.channels) then
    perform private.broadcast('user:' || v_row.recipient_id, 'notification.created',
      jsonb_build_object('notification', private.present_notification(p_id)));
  end if;
  return true;
end;
$$;
comment on function private.deliver_notification(uuid) is
  'Hands a notification to its recipient''s socket; false when that has been done before.';

-- Marking ------------------------------------------------------------------------------------------------

create function private.unread_notifications() returns bigint
language sql stable set search_path = ''
as $$
  select count(*) from public.notifications n
  where n.recipient_id = (select auth.uid()) and n.read_at is null and 'in_app' = any (n.channels)
    and (n.type <> all (private.grouped_types()) or exists (
      select from private.notification_actors a
      where a.notification_id = n.id and a.actor_id not in (select private.hidden_profile_ids())
        and not exists (select from private.account_states s
          where s.profile_id = a.actor_id and s.hidden)))
    and (n.actor_id is null or (n.actor_id not in (select private.hidden_profile_ids())
      and not exists (select from private.account_states s
        where s.profile_id = n.actor_id and s.hidden)))
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

create function private.mark_notifications_read(p_ids uuid[] default null) returns jsonb
language plpgsql volatile security definer set search_path = ''
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
  with marked as (
    update public.notifications n
    set read_at = clock_timestamp(), seen_at = coalesce(n.seen_at, clock_timestamp()),
      status = 'read'
    where n.recipient_id = v_me and n.read_at is null and (p_ids is null or n.id = any (p_ids))
    returning n.id
  )
  select coalesce(array_agg(m.id order by m.id desc), '{}') into v_ids from marked m;
  v_result := jsonb_build_object(
    'ids', to_jsonb(v_ids[1:c_ids_max]), 'unread_count', private.unread_notifications());
  if cardinality(v_ids) > 0 then
    perform private.broadcast('user:' || v_me, 'notification.read', v_result);
  end if;
  return v_result;
end;
$$;
comment on function private.mark_notifications_read(uuid[]) is
  'Definer, because clients may not write the table. Marks one''s own (without ids: all) as read, '
  'and tells one''s other devices.';
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

create function private.acknowledge_notification(p_id uuid, p_state text) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  if p_state is null or p_state not in ('delivered', 'opened') then
    raise exception 'The state is delivered or opened'
      using errcode = 'PT422', hint = 'invalid-input', column = 'state';
  end if;
  update public.notifications n
  set delivered_at = coalesce(n.delivered_at, clock_timestamp()),
    status = case when n.status = 'pending' then 'delivered' else n.status end,
    seen_at = case when p_state = 'opened'
      then coalesce(n.seen_at, clock_timestamp()) else n.seen_at end
  where n.id = p_id and n.recipient_id = v_me;
  if not found then
    return false;
  end if;
  perform private.note_receipts(m.room_id, v_me, m.seq, 'delivered')
  from public.notifications n join public.messages m on m.id = n.subject_id
  where n.id = p_id and n.type = 'message';
  if p_state = 'opened' then
    perform private.mark_notifications_read(array[p_id]);
  end if;
  return true;
end;
$$;
comment on function private.acknowledge_notification(uuid, text) is
  'Definer, because clients may not write the table. A device tells that it has shown, or that the '
  'person has opened, one of their own notifications; false when there is none.';
grant execute on function private.acknowledge_notification(uuid, text) to authenticated;

-- Moderation of messages: its trigger is here, because messages come after moderation.
create trigger messages_a60_queue_held after insert on public.messages
  for each row when (new.status = 'held') execute function private.queue_held('message');
create trigger messages_a60_queue_held_update after update of status, body on public.messages
  for each row when (new.status = 'held' and old.status <> 'held')
  execute function private.queue_held('message');
