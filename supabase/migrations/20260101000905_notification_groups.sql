-- Groups of notifications: what many people do to one thing is told as one until it is read.
-- Owns nothing; private.notification_actors comes with notifications, whose policy asks it.

create function private.join_notification(
  p_recipient uuid, p_type text, p_actor uuid, p_subject_type text, p_subject uuid, p_source uuid,
  p_meta jsonb, p_channels text[]
) returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  -- Many who come at once ring once.
  c_pause constant interval := interval '5 seconds';
  -- Whatever should have delivered it by then has given up.
  c_stale constant interval := interval '1 minute';
  v_group record;
  v_told boolean;
begin
  if p_actor is null then
    raise exception 'What many do needs to be done by somebody'
      using errcode = 'PT422', hint = 'invalid-input', column = 'actor_id';
  end if;
  update private.notification_actors a set withdrawn = false
  where a.recipient_id = p_recipient and a.type = p_type and a.source_id = p_source
  returning a.notification_id into v_group;
  if found then
    -- Done before, taken back and done again: there again, and rung for only if that was never done.
    perform private.emit('notification.created', n.id, p_actor,
      jsonb_build_object('recipient_id', p_recipient, 'type', p_type))
    from public.notifications n where n.id = v_group.notification_id and n.status = 'pending';
    return null;
  end if;
  -- The lock keeps the group from being read, and thus closed, between looking and joining.
  select n.id, n.status, n.created_at into v_group from public.notifications n
  where n.recipient_id = p_recipient and n.type = p_type and n.subject_id = p_subject
    and n.read_at is null and n.type in ('like', 'reaction', 'share') for update;
  -- Nobody rings for a group of which all have taken it back.
  v_told := exists (select from private.notification_actors a
    where a.notification_id = v_group.id and not a.withdrawn);
  insert into public.notifications as n
    (recipient_id, type, subject_type, subject_id, source_id, meta, channels)
  values (p_recipient, p_type, p_subject_type, p_subject, p_source, p_meta, p_channels)
  on conflict (recipient_id, type, subject_id)
    where read_at is null and type in ('like', 'reaction', 'share')
  do update set created_at = clock_timestamp(), channels = excluded.channels, meta = n.meta || excluded.meta,
    seen_at = null, delivered_at = null, status = 'pending'
  returning n.id into v_group.id;
  insert into private.notification_actors
    (recipient_id, type, source_id, notification_id, actor_id)
  values (p_recipient, p_type, p_source, v_group.id, p_actor);
  if not v_told then
    perform private.emit('notification.created', v_group.id, p_actor,
      jsonb_build_object('recipient_id', p_recipient, 'type', p_type));
  elsif v_group.status = 'delivered' or v_group.created_at < clock_timestamp() - c_stale then
    perform private.emit_later('notification.created', v_group.id, p_actor,
      jsonb_build_object('recipient_id', p_recipient, 'type', p_type), clock_timestamp() + c_pause);
  end if;
  return v_group.id;
end;
$$;
comment on function private.join_notification(uuid, text, uuid, text, uuid, uuid, jsonb, text[]) is
  'Adds a person to what the recipient is already told and has not read, or begins it.';

create function private.notification_actors_clear() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.notifications n
  where n.id in (select g.notification_id from gone g)
    and not exists (select from private.notification_actors a where a.notification_id = n.id);
  return null;
end;
$$;
comment on function private.notification_actors_clear() is
  'Definer, because it removes what others were told: a group whose last person is gone.';
create trigger notification_actors_a10_clear after delete on private.notification_actors
  referencing old table as gone
  for each statement execute function private.notification_actors_clear();
