-- Outgoing webhooks as those see them who have them: admins, and owners of rooms.

create function private.present_endpoint(p_endpoint private.webhook_endpoints) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('id', p_endpoint.id, 'room_id', p_endpoint.room_id,
    'owner', private.profile_summary(p_endpoint.owner_id), 'url', p_endpoint.url,
    'description', p_endpoint.description, 'events', p_endpoint.events,
    'status', case when private.endpoint_is_open(p_endpoint) then 'active' else 'disabled' end,
    'disabled_at', p_endpoint.disabled_at, 'failing_since', p_endpoint.failing_since,
    'created_at', p_endpoint.created_at)
$$;
comment on function private.present_endpoint(private.webhook_endpoints) is
  'Definer, because endpoints are closed to clients. An endpoint for those who have it, without secrets.';

create function private.require_endpoint_scope(p_room uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_standing('active');
  if p_room is null then
    perform private.require_permission('webhook.manage');
  elsif (private.require_room(p_room, 'edit_room')).kind = 'direct'
    or private.room_role(p_room, (select auth.uid())) <> 'owner' then
    raise exception 'Webhooks of a room are for its owner' using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$$;
comment on function private.require_endpoint_scope(uuid) is
  'Definer, because it locks the room. Raises unless the caller may have webhooks of it, or of all.';

create function private.require_endpoint(p_id uuid) returns private.webhook_endpoints
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_endpoint private.webhook_endpoints;
begin
  perform private.require_standing('active');
  select * into v_endpoint from private.webhook_endpoints e where e.id = p_id
    and case when e.room_id is null then private.has_permission('webhook.manage')
      else private.room_role(e.room_id, (select auth.uid())) = 'owner' end
  for no key update;
  if v_endpoint.id is null then
    raise exception 'You have no such webhook' using errcode = 'PT404', hint = 'not-found';
  end if;
  return v_endpoint;
end;
$$;
comment on function private.require_endpoint(uuid) is
  'Definer, because endpoints are closed to clients. Locks an endpoint of the caller''s, or not-found.';

create function private.create_endpoint(
  p_id uuid, p_url text, p_events text[], p_description text, p_room uuid, p_sealed text
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_endpoints_max constant int := 20;
  v_endpoint private.webhook_endpoints;
begin
  perform private.require_endpoint_scope(p_room);
  -- One at a time for each scope, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.webhook_endpoints:' || coalesce(p_room::text, ''), 0));
  if (select count(*) from private.webhook_endpoints e
    where e.room_id is not distinct from p_room) >= c_endpoints_max then
    raise exception 'At most % webhooks; remove one first', c_endpoints_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.webhook_endpoints (id, owner_id, room_id, url, description, events)
  values (p_id, (select auth.uid()), p_room, p_url, p_description, p_events) returning * into v_endpoint;
  insert into private.webhook_secrets (endpoint_id, sealed) values (v_endpoint.id, p_sealed);
  if p_room is not null then
    perform private.log_room(p_room, 'update', null, jsonb_build_object('webhook_target_added', v_endpoint.id));
  end if;
  return private.present_endpoint(v_endpoint);
end;
$$;
comment on function private.create_endpoint(uuid, text, text[], text, uuid, text) is
  'Definer, because endpoints are closed to clients. By admins, or by the owner of a room.';
grant execute on function private.create_endpoint(uuid, text, text[], text, uuid, text) to authenticated;

create function private.my_endpoints(p_after uuid, p_limit int) returns setof jsonb
language plpgsql stable security definer rows 20 set search_path = ''
as $$
begin
  perform private.require_standing('active');
  return query
  select private.present_endpoint(e) from private.webhook_endpoints e
  where (p_after is null or e.id > p_after)
    and (e.room_id in (select m.room_id from public.room_members m
        where m.profile_id = (select auth.uid()) and m.role = 'owner' and not m.banned)
      or e.room_id is null and (select private.has_permission('webhook.manage')))
  order by e.id limit least(p_limit, 101);
end;
$$;
comment on function private.my_endpoints(uuid, int) is
  'Definer, because endpoints are closed to clients. Those that the caller may change, the oldest first.';
grant execute on function private.my_endpoints(uuid, int) to authenticated;

create function private.change_endpoint(
  p_id uuid, p_url text, p_events text[], p_description text, p_status text
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_endpoint private.webhook_endpoints := private.require_endpoint(p_id);
begin
  update private.webhook_endpoints e
  set url = coalesce(p_url, e.url), events = coalesce(p_events, e.events),
    description = coalesce(p_description, e.description),
    disabled_at = case p_status when 'active' then null
      when 'disabled' then coalesce(e.disabled_at, clock_timestamp()) else e.disabled_at end,
    -- Whoever turns it on answers for it: the owner before may have left.
    owner_id = case p_status when 'active' then (select auth.uid()) else e.owner_id end,
    active_since = case when p_status = 'active' and e.disabled_at is not null
      then clock_timestamp() else e.active_since end,
    -- What is asked for anew is told from now on.
    seen_to = case when p_events is not null then clock_timestamp() else e.seen_to end,
    -- A new address, and one that is turned on again, begins anew.
    failures = case when p_status = 'active' or p_url is not null then 0 else e.failures end,
    failing_since = case when p_status = 'active' or p_url is not null then null else e.failing_since end,
    retry_at = case when p_status = 'active' or p_url is not null then null else e.retry_at end
  where e.id = p_id returning * into v_endpoint;
  if v_endpoint.disabled_at is null then
    perform private.wake_endpoint(p_id, clock_timestamp());
  end if;
  return private.present_endpoint(v_endpoint);
end;
$$;
comment on function private.change_endpoint(uuid, text, text[], text, text) is
  'Definer, because endpoints are closed to clients. Changes one of the caller''s; null leaves as it is.';
grant execute on function private.change_endpoint(uuid, text, text[], text, text) to authenticated;

create function private.delete_endpoint(p_id uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_endpoint(p_id);
  delete from private.webhook_endpoints e where e.id = p_id;
end;
$$;
comment on function private.delete_endpoint(uuid) is
  'Definer, because endpoints are closed to clients. Its log and what waits go with it.';
grant execute on function private.delete_endpoint(uuid) to authenticated;

create function private.rotate_endpoint_secret(p_id uuid, p_sealed text) returns timestamptz
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_overlap constant interval := '24 hours';
  v_expires_at constant timestamptz := clock_timestamp() + c_overlap;
begin
  perform private.require_endpoint(p_id);
  -- Two sign at most: what was being replaced already ends now.
  delete from private.webhook_secrets s where s.endpoint_id = p_id and s.expires_at is not null;
  update private.webhook_secrets s set expires_at = v_expires_at where s.endpoint_id = p_id;
  insert into private.webhook_secrets (endpoint_id, sealed) values (p_id, p_sealed);
  return v_expires_at;
end;
$$;
comment on function private.rotate_endpoint_secret(uuid, text) is
  'Definer, because secrets are closed to everybody. The one before signs along for a day.';
grant execute on function private.rotate_endpoint_secret(uuid, text) to authenticated;

create function private.present_delivery(p_delivery private.webhook_deliveries) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('id', p_delivery.id, 'event_id', p_delivery.event_id,
    'type', p_delivery.type, 'status', p_delivery.status, 'attempts', p_delivery.attempts,
    'redelivery_of', p_delivery.redelivery_of, 'request', jsonb_build_object('body', p_delivery.body),
    'response', case when p_delivery.response_status is not null then jsonb_build_object(
      'status', p_delivery.response_status, 'body', coalesce(p_delivery.response_body, '')) end,
    'error', p_delivery.error, 'duration_ms', p_delivery.duration_ms,
    'history', p_delivery.history,
    'created_at', p_delivery.created_at, 'finished_at', p_delivery.finished_at)
$$;
comment on function private.present_delivery(private.webhook_deliveries) is 'An entry of the log.';

create function private.endpoint_deliveries(
  p_id uuid, p_before timestamptz, p_before_id uuid, p_limit int
) returns setof jsonb
language plpgsql volatile security definer rows 20 set search_path = ''
as $$
begin
  perform private.require_endpoint(p_id);
  return query
  select private.present_delivery(d) from private.webhook_deliveries d
  where d.endpoint_id = p_id
    and (p_before is null or (d.created_at, d.id) < (p_before, p_before_id))
  order by d.created_at desc, d.id desc limit least(p_limit, 101);
end;
$$;
comment on function private.endpoint_deliveries(uuid, timestamptz, uuid, int) is
  'Definer, because deliveries are closed to clients. The log of an endpoint, the newest first.';
grant execute on function private.endpoint_deliveries(uuid, timestamptz, uuid, int) to authenticated;

create function private.redeliver(p_id uuid, p_delivery uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_endpoint constant private.webhook_endpoints := private.require_endpoint(p_id);
  v_delivery private.webhook_deliveries;
begin
  if v_endpoint.disabled_at is not null then
    raise exception 'The webhook is turned off' using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.webhook_deliveries
    (endpoint_id, event_id, type, actor_id, subject_id, body, redelivery_of)
  select d.endpoint_id, d.event_id, d.type, d.actor_id, d.subject_id, d.body, d.id
  from private.webhook_deliveries d
  where d.id = p_delivery and d.endpoint_id = p_id and d.status <> 'pending'
  on conflict (redelivery_of) where status = 'pending' and redelivery_of is not null do nothing
  returning * into v_delivery;
  if v_delivery.id is not null then
    perform private.wake_endpoint(p_id, clock_timestamp());
    return private.present_delivery(v_delivery);
  end if;
  -- What waits is sent anyway.
  select * into v_delivery from private.webhook_deliveries d
  where d.endpoint_id = p_id and d.status = 'pending' and p_delivery in (d.id, d.redelivery_of)
  order by d.position limit 1;
  if v_delivery.id is null then
    raise exception 'There is no such delivery' using errcode = 'PT404', hint = 'not-found';
  end if;
  return private.present_delivery(v_delivery);
end;
$$;
comment on function private.redeliver(uuid, uuid) is
  'Definer, because deliveries are closed to clients. Puts the same event in line once more.';
grant execute on function private.redeliver(uuid, uuid) to authenticated;
