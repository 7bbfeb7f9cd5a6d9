-- Outgoing webhooks are sent: who may send, what became of it, when to give up.

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
  select * into v_delivery from private.webhook_deliveries d
  where d.endpoint_id = p_endpoint and d.status = 'pending' order by d.position limit 1;
  if v_delivery.id is null then
    return null;
  end if;
  v_endpoint.lease := gen_random_uuid();
  update private.webhook_endpoints e
  set lease = v_endpoint.lease, leased_until = clock_timestamp() + c_lease where e.id = p_endpoint;
  return jsonb_build_object('lease', v_endpoint.lease, 'id', v_delivery.id, 'url', v_endpoint.url,
    'event_id', v_delivery.event_id, 'body', v_delivery.body,
    'secrets', (select jsonb_agg(s.secret order by s.created_at desc)
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
    error = p_error, duration_ms = p_ms,
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
  where e.disabled_at is null and (e.leased_until is null or e.leased_until < now())
    and (e.retry_at is null or e.retry_at < now() - interval '30 seconds')
    and exists (select from private.webhook_deliveries d
      where d.endpoint_id = e.id and d.status = 'pending'
        and d.created_at < now() - interval '30 seconds')
$$;
comment on function private.tend_webhooks() is
  'Forgets old deliveries and secrets; has sent what a process that died has left. For jobs only.';
