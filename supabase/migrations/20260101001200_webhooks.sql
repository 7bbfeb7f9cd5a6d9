-- Outgoing webhooks: events told to other systems, signed, in order, with a log. Owns
-- private.webhook_endpoints, private.webhook_secrets, private.webhook_deliveries.
-- An endpoint belongs to whoever made it, and is told of nothing that they may not know.

create table private.webhook_endpoints (
  id uuid primary key default private.uuid_v7(),
  owner_id uuid not null references public.profiles (id) on delete cascade,
  -- Events of this room only; without one, of everything that is public.
  room_id uuid references public.rooms (id) on delete cascade,
  url text not null,
  description text not null default '',
  events text[] not null,
  -- Failures since the last success: deliveries that were given up, and when it began.
  failures int not null default 0,
  failing_since timestamptz,
  disabled_at timestamptz,
  -- One process at a time sends, so that deliveries stay in order; one that dies loses the lease.
  lease uuid,
  leased_until timestamptz,
  retry_at timestamptz,
  -- Events up to then were looked at.
  seen_to timestamptz,
  -- What happened before, or while it was turned off, is not told.
  active_since timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  constraint webhook_endpoints_url_length check (char_length(url) between 1 and 2048),
  constraint webhook_endpoints_description_length check (char_length(description) <= 200),
  constraint webhook_endpoints_events_known check (
    cardinality(events) between 1 and 20 and events <@ array['*', 'content.created', 'content.viewed',
      'content.liked', 'content.commented', 'content.shared', 'user.created', 'user.followed',
      'user.blocked', 'message.created', 'room.created', 'room.joined', 'feed.scrolled',
      'recommendation.clicked', 'report.created'])
);
comment on table private.webhook_endpoints is
  'Addresses that are told of events. No client access: the API asks functions.';
create index webhook_endpoints_owner_id_idx on private.webhook_endpoints (owner_id);
create index webhook_endpoints_room_id_idx on private.webhook_endpoints (room_id);
create index webhook_endpoints_active_idx on private.webhook_endpoints (room_id)
  where disabled_at is null;
alter table private.webhook_endpoints enable row level security;

create table private.webhook_secrets (
  endpoint_id uuid not null references private.webhook_endpoints (id) on delete cascade,
  -- It signs, so it cannot be kept as a hash: it is sealed with a key of the environment, for this
  -- endpoint only. Shown once, to whoever made or changed it.
  sealed text not null,
  created_at timestamptz not null default clock_timestamp(),
  -- A secret that was replaced signs along until then.
  expires_at timestamptz,
  primary key (endpoint_id, sealed),
  constraint webhook_secrets_sealed_form check (
    char_length(sealed) <= 400 and sealed ~ '^v1\.[0-9a-f]{8}\.[A-Za-z0-9_-]{40,}$')
);
comment on table private.webhook_secrets is
  'What deliveries are signed with, sealed: the newest, and what it replaced for a day. No client access.';
alter table private.webhook_secrets enable row level security;

create table private.webhook_deliveries (
  id uuid primary key default private.uuid_v7(),
  endpoint_id uuid not null references private.webhook_endpoints (id) on delete cascade,
  -- In this order they are sent.
  position bigint generated always as identity,
  event_id uuid not null,
  type text not null,
  actor_id uuid references public.profiles (id) on delete cascade,
  subject_id uuid,
  body text not null,
  redelivery_of uuid,
  status text not null default 'pending',
  attempts int not null default 0,
  response_status int,
  response_body text,
  error text,
  duration_ms int,
  -- Every attempt: when it began, what was answered, how long it took.
  history jsonb not null default '[]',
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  constraint webhook_deliveries_status_known check (status in ('pending', 'delivered', 'failed')),
  constraint webhook_deliveries_history_length check (jsonb_array_length(history) <= 10)
);
comment on table private.webhook_deliveries is
  'What endpoints are told and what they answered, for 30 days. No client access.';
create unique index webhook_deliveries_event_key on private.webhook_deliveries (endpoint_id, event_id)
  where redelivery_of is null;
create index webhook_deliveries_pending_idx on private.webhook_deliveries (endpoint_id, position)
  where status = 'pending';
create unique index webhook_deliveries_redelivery_key on private.webhook_deliveries (redelivery_of)
  where status = 'pending' and redelivery_of is not null;
create index webhook_deliveries_endpoint_id_idx
  on private.webhook_deliveries (endpoint_id, created_at desc, id desc);
create index webhook_deliveries_actor_id_idx on private.webhook_deliveries (actor_id);
create index webhook_deliveries_subject_id_idx on private.webhook_deliveries (subject_id);
create index webhook_deliveries_created_at_idx on private.webhook_deliveries (created_at);
alter table private.webhook_deliveries enable row level security;
grant select, insert, update, delete
  on private.webhook_endpoints, private.webhook_secrets, private.webhook_deliveries to service_role;

create function private.profiles_forget_deliveries() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.webhook_deliveries d where d.subject_id = old.id;
  return null;
end;
$$;
comment on function private.profiles_forget_deliveries() is
  'Definer, because deliveries are closed to clients. The log forgets whom it was about.';
create trigger profiles_d90_forget_deliveries after delete on public.profiles
  for each row execute function private.profiles_forget_deliveries();

-- What an endpoint may know --------------------------------------------------------------------------------

create function private.endpoint_is_open(p_endpoint private.webhook_endpoints) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return p_endpoint.disabled_at is null and private.account_state(p_endpoint.owner_id) = 'active'
    and case when p_endpoint.room_id is null
      then 'webhook.manage' = any (private.permissions_of(p_endpoint.owner_id))
      else coalesce(private.room_role(p_endpoint.room_id, p_endpoint.owner_id) = 'owner', false) end;
end;
$$;
comment on function private.endpoint_is_open(private.webhook_endpoints) is
  'Whether its owner may still be told: who lost the role hears nothing more, not even what waits.';

create function private.known_of_post(
  p_room uuid, p_topic text, p_post uuid, p_actor uuid, p_kind text
) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_post public.posts;
begin
  select * into v_post from public.posts p
  where p.id = p_post and p.status = 'published' and p.deleted_at is null
    and not exists (select from private.account_states s
      where s.profile_id in (p.author_id, p.audience_owner_id) and s.hidden)
    and case when p_room is null then p.visibility = 'public'
        and not exists (select from private.private_accounts a
          where a.profile_id in (p.author_id, p.audience_owner_id))
      else p.visibility = 'room' and p.room_id = p_room end;
  if v_post.id is null then
    return null;
  end if;
  return jsonb_build_object(
    -- Who looks at what is theirs to know; who answers and reacts shows it to all.
    'actor_id', case when p_topic <> 'content.viewed' and not private.is_hidden(p_actor)
      and (p_room is not null or not exists (select from private.private_accounts a
        where a.profile_id = p_actor)) then p_actor end,
    'data', jsonb_strip_nulls(jsonb_build_object('post_id', v_post.id, 'author_id', v_post.author_id,
      'parent_id', v_post.parent_id, 'root_id', v_post.root_id, 'room_id', v_post.room_id,
      'kind', p_kind)));
end;
$$;
comment on function private.known_of_post(uuid, text, uuid, uuid, text) is
  'What everybody, or a room, may know of something that befell a post; null is nothing.';

create function private.known_of_message(p_room uuid, p_message uuid) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('actor_id', m.author_id, 'data', jsonb_strip_nulls(
    jsonb_build_object('message_id', m.id, 'room_id', m.room_id, 'author_id', m.author_id,
      'kind', m.kind, 'seq', m.seq, 'parent_id', m.parent_id)
    -- Members read it; others know that there is talk in a public channel.
    || case when p_room is null then '{}'::jsonb
      else jsonb_build_object('body', m.body, 'author', private.profile_summary(m.author_id)) end))
  from public.messages m join public.rooms r on r.id = m.room_id
  where m.id = p_message and m.status = 'published' and m.deleted_at is null
    and not private.is_hidden(m.author_id)
    and case when p_room is null then r.kind = 'channel' and not r.is_private
      else m.room_id = p_room end
$$;
comment on function private.known_of_message(uuid, uuid) is
  'What everybody, or a room, may know of a message; null is nothing.';

create function private.known_of_follow(p_follower uuid, p_followee uuid) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('actor_id', f.follower_id, 'data',
    jsonb_build_object('follower_id', f.follower_id, 'followee_id', f.followee_id))
  from public.follows f
  where f.follower_id = p_follower and f.followee_id = p_followee
    and not private.is_hidden(p_follower) and not private.is_hidden(p_followee)
    and not exists (select from private.private_accounts a where a.profile_id in (p_follower, p_followee))
    and not exists (select from private.profile_settings s
      where (s.profile_id = p_follower and s.hide_following)
        or (s.profile_id = p_followee and s.hide_followers))
$$;
comment on function private.known_of_follow(uuid, uuid) is
  'What everybody may know of a follow: nothing where a list of it is hidden.';

create function private.known_to_endpoint(
  p_endpoint private.webhook_endpoints, p_topic text, p_subject uuid, p_actor uuid, p_payload jsonb
) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_room constant uuid := p_endpoint.room_id;
  v_summary jsonb;
  v_known jsonb;
begin
  -- Whom the owner has blocked, or is blocked by, they do not see, and neither does what they have made.
  if p_topic not in ('user.blocked', 'content.viewed', 'report.created', 'feed.scrolled',
      'recommendation.clicked') and private.is_blocked_between(p_endpoint.owner_id, p_actor) then
    return null;
  end if;
  if p_topic like 'content.%' then
    v_known := private.known_of_post(v_room, p_topic, p_subject, p_actor, p_payload ->> 'kind');
    return case when not private.is_blocked_between(
      p_endpoint.owner_id, (v_known -> 'data' ->> 'author_id')::uuid) then v_known end;
  elsif p_topic = 'message.created' then
    return private.known_of_message(v_room, p_subject);
  elsif p_topic in ('room.created', 'room.joined') then
    if v_room is not null and v_room <> p_subject or v_room is null and not exists (
      select from public.rooms r
      where r.id = p_subject and r.kind = 'channel' and not r.is_private) then
      return null;
    end if;
    -- Who sits in a room is for its members.
    return jsonb_build_object('data', jsonb_build_object('room_id', p_subject), 'actor_id',
      case when v_room is not null and not private.is_hidden(p_actor) then p_actor end);
  elsif v_room is not null then
    return null;
  elsif p_topic = 'user.created' then
    v_summary := private.profile_summary(p_subject);
    return case when v_summary is not null and not private.is_hidden(p_subject) then
      jsonb_build_object('actor_id', p_actor, 'data', jsonb_build_object('user', v_summary)) end;
  elsif p_topic = 'user.followed' then
    return case when not private.is_blocked_between(p_endpoint.owner_id, p_subject)
      then private.known_of_follow(p_actor, p_subject) end;
  elsif p_topic = 'report.created' then
    -- Neither who reports nor whom is told outside.
    return jsonb_build_object('actor_id', null, 'data', jsonb_build_object(
      'case_id', p_payload -> 'case_id', 'subject_type', p_payload -> 'subject_type'));
  end if;
  -- Who blocks whom, who scrolls and who clicks is theirs to know: that it happened is told.
  return jsonb_build_object('actor_id', null, 'subject', null, 'data', '{}'::jsonb);
end;
$$;
comment on function private.known_to_endpoint(private.webhook_endpoints, text, uuid, uuid, jsonb) is
  'The actor and the data of an event as an endpoint may know them; null when it is not told at all.';

-- From events to deliveries --------------------------------------------------------------------------------

create function private.event_body(
  p_id uuid, p_topic text, p_time timestamptz, p_actor uuid, p_subject uuid, p_trace text, p_data jsonb
) returns text
language sql stable set search_path = ''
as $$
  select json_build_object('specversion', '1.0', 'id', p_id,
    'source', coalesce(nullif(private.setting('public_url'), ''), 'urn:townsquare'),
    'type', p_topic,
    'time', to_char(p_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    -- In JSON null is the same as absent (JSON Event Format, 2.2).
    'subject', p_subject, 'actor_id', p_actor, 'traceparent', p_trace,
    'datacontenttype', 'application/json', 'data', p_data)::text
$$;
comment on function private.event_body(uuid, text, timestamptz, uuid, uuid, text, jsonb) is
  'An event in the JSON format of CloudEvents 1.0, with the extension for distributed tracing.';

create function private.wake_endpoint(p_endpoint uuid, p_at timestamptz) returns void
language sql volatile set search_path = ''
as $$
  insert into private.outbox (topic, subject_id, traceparent, deliver_after)
  values ('webhook.due', p_endpoint, private.traceparent(), p_at)
$$;
comment on function private.wake_endpoint(uuid, timestamptz) is
  'Has what waits for an endpoint sent, now or later.';

create function private.told_topics() returns text[]
language sql immutable set search_path = ''
as $$
  select array['content.created', 'content.viewed', 'content.liked', 'content.commented',
    'content.shared', 'user.created', 'user.followed', 'user.blocked', 'message.created',
    'room.created', 'room.joined', 'feed.scrolled', 'recommendation.clicked', 'report.created']
$$;
comment on function private.told_topics() is 'The events that integrations and streams are told of.';

-- Told only where somebody listens ------------------------------------------------------------------------

create function private.is_wanted(p_topic text, p_subject uuid, p_payload jsonb) returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  v_room uuid;
begin
  if exists (select from private.webhook_endpoints e
    where e.room_id is null and e.disabled_at is null and e.events && array[p_topic, '*']) then
    return true;
  end if;
  v_room := case
    when p_topic like 'room.%' then p_subject
    when p_topic = 'message.created' then (p_payload ->> 'room_id')::uuid
    when p_topic like 'content.%' then (select p.room_id from public.posts p where p.id = p_subject) end;
  return v_room is not null and exists (select from private.webhook_endpoints e
    where e.room_id = v_room and e.disabled_at is null and e.events && array[p_topic, '*']);
end;
$$;
comment on function private.is_wanted(text, uuid, jsonb) is
  'Whether an active endpoint asks for such an event. What it may know of it is decided later.';

create function private.outbox_tell_webhooks() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if private.is_wanted(new.topic, new.subject_id, new.payload) then
    insert into private.outbox (topic, subject_id, payload, traceparent)
    values ('webhook.wanted', new.subject_id, jsonb_build_object('event_id', new.id), new.traceparent);
  end if;
  return null;
end;
$$;
comment on function private.outbox_tell_webhooks() is
  'Definer, because endpoints are closed to clients. An event that nobody asks for costs the queue nothing.';
create trigger outbox_b10_webhooks after insert on private.outbox
  for each row when (new.topic = any (private.told_topics()))
  execute function private.outbox_tell_webhooks();
