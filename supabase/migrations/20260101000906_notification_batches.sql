-- Notifications of everybody at once: a few statements store a batch, one event has it delivered.
-- Owns nothing.

create function private.notification_wishes(p_recipients uuid[], p_type text)
returns table (recipient_id uuid, channels text[])
language plpgsql stable set search_path = ''
as $$
declare
  v_default constant text[] := private.notification_channels(null, p_type);
begin
  -- In the order of ids, in which indexes are cheapest to fill; one by one by their keys, since a
  -- batch must not cost a table.
  return query
    select r.id, coalesce(o.channels, v_default)
    from (select u as id from unnest(p_recipients) u order by u) r
    left join lateral (
      select private.notification_channels(n.profile_id, p_type) as channels
      from public.notification_preferences n
      where n.profile_id = r.id and n.types <> '{}' and n.types ? p_type offset 0) o on true
    where coalesce(o.channels, v_default) <> '{}'
      -- Nobody reads what a bot is told.
      and r.id not in (select p.id from public.profiles p where p.is_bot);
end;
$$;
comment on function private.notification_wishes(uuid[], text) is
  'Which of many people want to be told things of that type, and by which ways. For jobs only.';

create function private.create_notifications(
  p_recipients uuid[], p_type text, p_subject_type text, p_subject uuid, p_source uuid,
  p_meta jsonb default '{}'
) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  -- Time and version of the ids, which are random otherwise: a function for each is slow.
  v_head constant text := left(private.uuid_v7()::text, 15);
  v_ids uuid[];
begin
  if p_type = any (private.grouped_types()) then
    raise exception 'What many do to one thing is told one by one: %', p_type;
  end if;
  begin
    with told as (
      insert into public.notifications
        (id, recipient_id, type, subject_type, subject_id, source_id, meta, channels)
      select overlay(gen_random_uuid()::text placing v_head from 1 for 15)::uuid, w.recipient_id,
        p_type, p_subject_type, p_subject, p_source, p_meta, w.channels
      from private.notification_wishes(p_recipients, p_type) w
      returning id)
    select array_agg(t.id) into v_ids from told t;
  exception when unique_violation then
    -- `on conflict` for each row costs a third more: only where somebody has been told before.
    with told as (
      insert into public.notifications
        (id, recipient_id, type, subject_type, subject_id, source_id, meta, channels)
      select overlay(gen_random_uuid()::text placing v_head from 1 for 15)::uuid, w.recipient_id,
        p_type, p_subject_type, p_subject, p_source, p_meta, w.channels
      from private.notification_wishes(p_recipients, p_type) w
      on conflict on constraint notifications_recipient_id_type_source_key do nothing
      returning id)
    select array_agg(t.id) into v_ids from told t;
  end;
  if v_ids is not null then
    perform private.emit('notification.many_created', p_subject, null,
      jsonb_build_object('ids', v_ids));
  end if;
  return coalesce(cardinality(v_ids), 0);
end;
$$;
comment on function private.create_notifications(uuid[], text, text, uuid, uuid, jsonb) is
  'What private.create_notification does, for many people at once whom nobody in particular tells '
  'of one thing: few statements, one event. Answers how many were told. For jobs only.';

create function private.deliver_notifications(p_ids uuid[]) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  -- Whoever holds a socket open has renewed their token since.
  c_present constant interval := '65 minutes';
  v_ids uuid[];
  v_shape jsonb;
begin
  with gone as (
    update public.notifications n set delivered_at = clock_timestamp(),
      status = case when n.status = 'pending' then 'delivered' else n.status end
    where n.id = any (p_ids) and n.delivered_at is null
    returning n.id)
  select array_agg(g.id) into v_ids from gone g;
  -- One cause and no person: all of them look the same but for what is told here of each.
  v_shape := private.present_notification(v_ids[1]);
  perform private.broadcast_each('notification.created', array_agg('user:' || n.recipient_id),
    array_agg(jsonb_build_object('notification', v_shape || jsonb_build_object(
      'id', n.id, 'created_at', n.created_at, 'seen_at', n.seen_at, 'read_at', n.read_at,
      'delivered_at', n.delivered_at))))
  from public.notifications n
  where n.id = any (v_ids) and 'in_app' = any (n.channels)
    and exists (select from auth.sessions s where s.user_id = n.recipient_id
      and coalesce(s.refreshed_at at time zone 'utc', s.created_at) > now() - c_present)
  having count(*) > 0;
  return coalesce(cardinality(v_ids), 0);
end;
$$;
comment on function private.deliver_notifications(uuid[]) is
  'Hands notifications of one private.create_notifications to the sockets of those who are there; '
  'answers how many had not been handed over before. For jobs only.';

create function private.enqueue_pushes(p_ids uuid[]) returns int
language plpgsql volatile set search_path = ''
as $$
begin
  return coalesce((
    select sum(private.enqueue_push(n.id)) from public.notifications n
    where n.id = any (p_ids) and 'push' = any (n.channels) and exists (
      select from public.push_subscriptions s where s.profile_id = n.recipient_id)), 0);
end;
$$;
comment on function private.enqueue_pushes(uuid[]) is
  'Has a job ring the browsers of those among many who have any. Answers how many. For jobs only.';
