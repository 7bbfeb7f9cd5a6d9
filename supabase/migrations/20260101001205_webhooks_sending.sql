-- Outgoing webhooks are sent: what waits, who may send it, what became of it, when to give up.

create function private.enqueue_deliveries(p_event uuid) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  c_look_back constant interval := '1 minute';
  c_events_max constant int := 1000;
  c_waiting_max constant int := 10000;
  v_at constant timestamptz := (select o.created_at from private.outbox o where o.id = p_event);
  v_endpoint private.webhook_endpoints;
  v_is_full boolean;
  v_count int;
  v_total int := 0;
begin
  -- The endpoint is locked: of two events at once one is put in line first, and takes along what
  -- happened before it, so that the line is in the order of events though jobs run in any order.
  for v_endpoint in
    select e.* from private.webhook_endpoints e
    where e.disabled_at is null
      and exists (select from private.outbox o where o.id = p_event and o.created_at >= e.active_since
        and (o.topic = any (e.events) or '*' = any (e.events)))
    order by e.id for no key update
  loop
    continue when not private.endpoint_is_open(v_endpoint);
    v_is_full := v_endpoint.failing_since is not null and (select count(*) from (
      select from private.webhook_deliveries d
      where d.endpoint_id = v_endpoint.id and d.status = 'pending' limit c_waiting_max) w) >= c_waiting_max;
    insert into private.webhook_deliveries
      (endpoint_id, event_id, type, actor_id, subject_id, body, status, error, finished_at)
    select v_endpoint.id, o.id, o.topic, p.id, o.subject,
      private.event_body(o.id, o.topic, o.created_at, p.id, o.subject, o.traceparent, o.known -> 'data'),
      case when v_is_full then 'failed' else 'pending' end,
      case when v_is_full then 'Too much waits for this endpoint' end,
      case when v_is_full then clock_timestamp() end
    from (
      select o.id, o.topic, o.created_at, o.traceparent, k.known,
        case when not k.known ? 'subject' then o.subject_id end as subject
      from private.outbox o, lateral (select private.known_to_endpoint(
        v_endpoint, o.topic, o.subject_id, o.actor_id, o.payload) as known) k
      where (o.id = p_event or (o.created_at < v_at
          and o.created_at > coalesce(v_endpoint.seen_to, v_endpoint.active_since)
          and o.created_at >= v_endpoint.active_since
          and o.created_at > clock_timestamp() - c_look_back))
        and o.topic = any (private.told_topics())
        and (o.topic = any (v_endpoint.events) or '*' = any (v_endpoint.events))
        and k.known is not null
      -- This one in any case: who is left out has a job of their own. Ids of one millisecond are in
      -- no order; times of one writer are.
      order by o.id <> p_event, o.created_at, o.id limit c_events_max
    ) o left join public.profiles p on p.id = (o.known ->> 'actor_id')::uuid
    order by o.created_at, o.id
    on conflict (endpoint_id, event_id) where redelivery_of is null do nothing;
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    update private.webhook_endpoints e set seen_to = v_at
    where e.id = v_endpoint.id and (e.seen_to is null or e.seen_to < v_at);
    if v_count > 0 and not v_is_full then
      perform private.wake_endpoint(v_endpoint.id, clock_timestamp());
    end if;
  end loop;
  return v_total;
end;
$$;
comment on function private.enqueue_deliveries(uuid) is
  'Puts an event, and what came before it, in line for whoever may know and wants to. For jobs only.';

create function private.next_delivery(p_endpoint private.webhook_endpoints)
returns private.webhook_deliveries
language plpgsql volatile set search_path = ''
as $$
declare
  c_skipped_max constant int := 100;
  v_delivery private.webhook_deliveries;
begin
  for i in 1..c_skipped_max loop
    select * into v_delivery from private.webhook_deliveries d
    where d.endpoint_id = p_endpoint.id and d.status = 'pending' order by d.position limit 1;
    -- It may have waited, or be told once more: what was closed or deleted since is not told.
    if v_delivery.id is null or exists (select from private.outbox o where o.id = v_delivery.event_id
      and private.known_to_endpoint(p_endpoint, o.topic, o.subject_id, o.actor_id, o.payload) is not null)
    then
      return v_delivery;
    end if;
    update private.webhook_deliveries d set status = 'failed', finished_at = clock_timestamp(),
      error = 'What it tells of is no longer there, or no longer for this endpoint'
    where d.id = v_delivery.id;
  end loop;
  return null;
end;
$$;
comment on function private.next_delivery(private.webhook_endpoints) is
  'The oldest delivery that waits and may still be told. What may not is given up without a call.';

create function private.claim_delivery(p_endpoint uuid) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  c_lease constant interval := '1 minute';
  -- The queue's clock may be ahead of this one.
  c_early constant interval := '500 milliseconds';
  v_endpoint private.webhook_endpoints;
  v_delivery private.webhook_deliveries;
begin
  select * into v_endpoint from private.webhook_endpoints e
  where e.id = p_endpoint and (e.leased_until is null or e.leased_until < clock_timestamp())
    and (e.retry_at is null or e.retry_at <= clock_timestamp() + c_early) for no key update;
  if v_endpoint.id is null or not private.endpoint_is_open(v_endpoint) then
    return null;
  end if;
  v_delivery := private.next_delivery(v_endpoint);
  if v_delivery.id is null then
    return null;
  end if;
  v_endpoint.lease := gen_random_uuid();
  update private.webhook_endpoints e
  set lease = v_endpoint.lease, leased_until = clock_timestamp() + c_lease where e.id = p_endpoint;
  return jsonb_build_object('lease', v_endpoint.lease, 'id', v_delivery.id, 'url', v_endpoint.url,
    'event_id', v_delivery.event_id, 'body', v_delivery.body,
    'secrets', (select jsonb_agg(s.sealed order by s.created_at desc)
      from private.webhook_secrets s where s.endpoint_id = p_endpoint
        and (s.expires_at is null or s.expires_at > clock_timestamp())));
end;
$$;
comment on function private.claim_delivery(uuid) is
  'The oldest delivery that waits for an endpoint, for one process; null when none may be sent now.';

create function private.disable_endpoint(p_endpoint private.webhook_endpoints, p_reason text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update private.webhook_endpoints e set disabled_at = clock_timestamp(), retry_at = null
  where e.id = p_endpoint.id;
  perform private.create_notification(p_endpoint.owner_id, 'room_activity', null,
    case when p_endpoint.room_id is null then 'user' else 'room' end,
    coalesce(p_endpoint.room_id, p_endpoint.owner_id), gen_random_uuid(),
    jsonb_build_object('text', 'A webhook was turned off: ' || p_reason));
end;
$$;
comment on function private.disable_endpoint(private.webhook_endpoints, text) is
  'Ends deliveries until somebody turns them on again, and tells the owner.';

create function private.finish_delivery(
  p_endpoint uuid, p_lease uuid, p_delivery uuid, p_status int, p_body text, p_error text, p_ms int
) returns text
language plpgsql volatile set search_path = ''
as $$
declare
  -- Before each further attempt; the last entry is the last attempt.
  c_waits constant interval[] := array['5 seconds', '30 seconds', '3 minutes', '20 minutes'];
  c_failures_max constant int := 10;
  c_failing_at_least constant interval := '1 hour';
  -- Of each answer but the last so much is kept.
  c_head_length constant int := 1024;
  v_endpoint private.webhook_endpoints;
  v_attempts int;
  v_outcome text := case when p_status between 200 and 299 then 'delivered' else 'pending' end;
begin
  select * into v_endpoint from private.webhook_endpoints e
  where e.id = p_endpoint and e.lease = p_lease for no key update;
  if v_endpoint.id is null then
    return 'lost';
  end if;
  select d.attempts + 1 into v_attempts from private.webhook_deliveries d where d.id = p_delivery;
  if v_outcome = 'pending' and (v_attempts > cardinality(c_waits) or p_status = 410) then
    v_outcome := 'failed';
  end if;
  update private.webhook_deliveries d
  set status = v_outcome, attempts = v_attempts, response_status = p_status, response_body = p_body,
    error = p_error, duration_ms = p_ms, history = d.history || jsonb_build_object(
      'at', clock_timestamp() - make_interval(secs => p_ms / 1000.0), 'status', p_status,
      'body', left(p_body, c_head_length), 'error', p_error, 'duration_ms', p_ms),
    finished_at = case when v_outcome <> 'pending' then clock_timestamp() end
  where d.id = p_delivery;
  update private.webhook_endpoints e
  set lease = null, leased_until = null,
    failures = case v_outcome when 'delivered' then 0 when 'failed' then e.failures + 1
      else e.failures end,
    failing_since = case when v_outcome <> 'delivered'
      then coalesce(e.failing_since, clock_timestamp()) end,
    retry_at = case when v_outcome = 'pending'
      then clock_timestamp() + c_waits[v_attempts] * (0.75 + random() / 2) end
  where e.id = p_endpoint returning * into v_endpoint;
  if v_endpoint.retry_at is not null then
    perform private.wake_endpoint(p_endpoint, v_endpoint.retry_at);
  end if;
  if p_status = 410 then
    perform private.disable_endpoint(v_endpoint, 'its address is gone for good');
  elsif v_outcome = 'failed' and v_endpoint.failures >= c_failures_max
    and v_endpoint.failing_since <= clock_timestamp() - c_failing_at_least then
    perform private.disable_endpoint(v_endpoint, 'its address has not taken anything for too long');
  end if;
  return v_outcome;
end;
$$;
comment on function private.finish_delivery(uuid, uuid, uuid, int, text, text, int) is
  'Notes an attempt: taken, to be tried again, or given up. Whoever lost the lease notes nothing.';

create function private.tend_webhooks() returns void
language sql volatile set search_path = ''
as $$
  delete from private.webhook_deliveries d where d.created_at < now() - interval '30 days';
  delete from private.webhook_secrets s where s.expires_at < now();
  select private.wake_endpoint(e.id, clock_timestamp()) from private.webhook_endpoints e
  where private.endpoint_is_open(e) and (e.leased_until is null or e.leased_until < now())
    and (e.retry_at is null or e.retry_at < now() - interval '30 seconds')
    and exists (select from private.webhook_deliveries d
      where d.endpoint_id = e.id and d.status = 'pending'
        and d.created_at < now() - interval '30 seconds')
$$;
comment on function private.tend_webhooks() is
  'Forgets old deliveries and secrets; has sent what a process that died has left. For jobs only.';

create function private.secrets_to_reseal(p_prefixes text[])
returns table (endpoint_id uuid, sealed text)
language sql stable set search_path = ''
as $$
  select s.endpoint_id, s.sealed from private.webhook_secrets s
  where exists (select from unnest(p_prefixes) p where starts_with(s.sealed, p)) limit 100
$$;
comment on function private.secrets_to_reseal(text[]) is
  'Secrets that keys of before have sealed. For jobs only.';

create function private.reseal_secret(p_endpoint uuid, p_sealed text, p_anew text) returns void
language sql volatile set search_path = ''
as $$
  update private.webhook_secrets s set sealed = p_anew
  where s.endpoint_id = p_endpoint and s.sealed = p_sealed
$$;
comment on function private.reseal_secret(uuid, text, text) is
  'Keeps the same secret under the key of now. For jobs only.';
