-- Web Push: browsers that want to be rung, and what they are rung for. Owns push_subscriptions.

create table public.push_subscriptions (
  id uuid primary key default private.uuid_v7(),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  -- Signed out, a device is rung no more.
  session_id uuid not null,
  endpoint text not null,
  p256dh text not null,
  auth_secret text not null,
  created_at timestamptz not null default clock_timestamp(),
  last_ok_at timestamptz,
  constraint push_subscriptions_endpoint_key unique (endpoint),
  constraint push_subscriptions_endpoint_form check (
    endpoint ~ '^https?://[!-~]+$' and char_length(endpoint) <= 2048),
  constraint push_subscriptions_p256dh_form check (p256dh ~ '^[A-Za-z0-9_-]{87}=?$'),
  constraint push_subscriptions_auth_secret_form check (auth_secret ~ '^[A-Za-z0-9_-]{22}(==)?$')
);
comment on table public.push_subscriptions is
  'Browsers that a person wants to be rung at. Made and removed by functions; keys are never shown.';
create index push_subscriptions_profile_id_created_at_idx
  on public.push_subscriptions (profile_id, created_at);
alter table public.push_subscriptions enable row level security;

create policy push_subscriptions_select_own on public.push_subscriptions
  for select to authenticated using (profile_id = (select auth.uid()));
revoke all on public.push_subscriptions from anon, authenticated;
grant select (id, profile_id, endpoint, created_at, last_ok_at) on public.push_subscriptions
  to authenticated;
grant select, insert, update, delete on public.push_subscriptions to service_role;

create function private.save_push_subscription(p_endpoint text, p_p256dh text, p_auth text)
returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_browsers_max constant int := 20;
  v_me constant uuid := (select auth.uid());
  v_id uuid;
begin
  -- A browser belongs to whoever used it last: the endpoint is the browser.
  insert into public.push_subscriptions as s (profile_id, session_id, endpoint, p256dh, auth_secret)
  values (v_me, ((select auth.jwt()) ->> 'session_id')::uuid, p_endpoint, p_p256dh, p_auth)
  on conflict (endpoint) do update set profile_id = excluded.profile_id,
    session_id = excluded.session_id, p256dh = excluded.p256dh, auth_secret = excluded.auth_secret,
    id = case when s.profile_id = excluded.profile_id then s.id else excluded.id end
  returning s.id into v_id;
  delete from public.push_subscriptions s where s.id in (
    select o.id from public.push_subscriptions o where o.profile_id = v_me and o.id <> v_id
    order by o.created_at desc offset c_browsers_max - 1);
  return v_id;
end;
$$;
comment on function private.save_push_subscription(text, text, text) is
  'Definer, because a browser may have been another person''s. Rings the caller there; beyond twenty '
  'browsers the oldest is forgotten.';
grant execute on function private.save_push_subscription(text, text, text) to authenticated;

create function private.drop_push_subscription(p_endpoint text) returns void
language sql volatile security definer set search_path = ''
as $$
  delete from public.push_subscriptions s
  where s.endpoint = p_endpoint and s.profile_id = (select auth.uid())
$$;
comment on function private.drop_push_subscription(text) is
  'Definer, because clients may not write the table. Rings the caller there no more.';
grant execute on function private.drop_push_subscription(text) to authenticated;

-- Ringing --------------------------------------------------------------------------------------------------

create function private.is_worth_ringing(p_count bigint, p_rung bigint) returns boolean
language sql immutable set search_path = ''
as $$ select p_rung is null or p_count >= p_rung * 5 $$;
comment on function private.is_worth_ringing(bigint, bigint) is
  'A group rings for the first of its people, the fifth, the 25th and so on.';

create function private.enqueue_push(p_notification uuid) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  -- Whoever is looking at the screen gets that long to see it there.
  c_grace constant interval := interval '10 seconds';
  v_row public.notifications;
  v_people bigint;
  v_after timestamptz;
  v_count int;
begin
  select * into v_row from public.notifications n
  where n.id = p_notification and 'push' = any (n.channels) and n.seen_at is null and n.read_at is null
  for update;
  if not found or private.visible_notifications(v_row.recipient_id, array[p_notification]) = '{}' then
    return 0;
  end if;
  v_people := (select p.people_count from private.notification_people(v_row) p);
  if not private.is_worth_ringing(v_people, (v_row.meta ->> 'rung')::bigint) then
    return 0;
  end if;
  update public.notifications n
  set meta = n.meta || jsonb_build_object('rung', greatest(v_people, 1)) where n.id = p_notification;
  v_after := coalesce(private.quiet_until(v_row.recipient_id, clock_timestamp()),
    (select clock_timestamp() + c_grace from private.connections c
      where c.profile_id = v_row.recipient_id and c.expires_at > clock_timestamp() limit 1));
  perform private.emit_later('push.due', s.id, null,
    jsonb_build_object('notification_id', p_notification), v_after)
  from public.push_subscriptions s where s.profile_id = v_row.recipient_id;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.enqueue_push(uuid) is
  'Has a job ring each browser of the recipient: at once, after the quiet hours, or, where a socket '
  'is open, when there was time to see it. Answers how many. For jobs only.';

create function private.push_due(p_subscription uuid, p_notification uuid)
returns table (endpoint text, p256dh text, auth_secret text, type text)
language plpgsql volatile set search_path = ''
as $$
declare
  v_row record;
  v_quiet timestamptz;
begin
  select s.profile_id, s.session_id, s.endpoint, s.p256dh, s.auth_secret, n.type
  into v_row
  from public.push_subscriptions s
  join public.notifications n on n.id = p_notification and n.recipient_id = s.profile_id
    and n.seen_at is null and n.read_at is null
  where s.id = p_subscription;
  if not found or private.is_hidden(v_row.profile_id)
    or not 'push' = any (private.notification_channels(v_row.profile_id, v_row.type))
    or private.visible_notifications(v_row.profile_id, array[p_notification]) = '{}' then
    return;
  end if;
  if not exists (select from auth.sessions o where o.id = v_row.session_id) then
    delete from public.push_subscriptions s where s.id = p_subscription;
    return;
  end if;
  v_quiet := private.quiet_until(v_row.profile_id, clock_timestamp());
  if v_quiet is not null then
    perform private.emit_later('push.due', p_subscription, null,
      jsonb_build_object('notification_id', p_notification), v_quiet);
    return;
  end if;
  return query select v_row.endpoint, v_row.p256dh, v_row.auth_secret, v_row.type;
end;
$$;
comment on function private.push_due(uuid, uuid) is
  'Where to ring for a notification, if it is still news, still seen and wanted, and not quiet now; no row '
  'otherwise. For jobs only.';
