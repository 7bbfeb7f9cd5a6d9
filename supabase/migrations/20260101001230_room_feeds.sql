-- RSS in: feeds of other sites that post into rooms. Owns private.room_feeds,
-- private.room_feed_entries. They belong to the room, not to whoever added them.

create table private.room_feeds (
  id uuid primary key default private.uuid_v7(),
  room_id uuid not null references public.rooms (id) on delete cascade,
  url text not null,
  title text not null default '',
  created_by uuid references public.profiles (id) on delete set null,
  -- What the site said of the version that was read last.
  etag text,
  last_modified text,
  read_at timestamptz,
  next_read_at timestamptz not null default clock_timestamp(),
  failures int not null default 0,
  error text,
  created_at timestamptz not null default clock_timestamp(),
  constraint room_feeds_room_id_url_key unique (room_id, url),
  constraint room_feeds_url_length check (char_length(url) between 1 and 2048),
  constraint room_feeds_title_length check (char_length(title) <= 80)
);
comment on table private.room_feeds is 'Feeds that post into rooms. No client access.';
create index room_feeds_created_by_idx on private.room_feeds (created_by);
create index room_feeds_next_read_at_idx on private.room_feeds (next_read_at);
alter table private.room_feeds enable row level security;

create table private.room_feed_entries (
  feed_id uuid not null references private.room_feeds (id) on delete cascade,
  key_hash bytea not null,
  seen_at timestamptz not null default clock_timestamp(),
  primary key (feed_id, key_hash)
);
comment on table private.room_feed_entries is
  'Hashes of the entries that a room knows, so that each is told once. No client access.';
create index room_feed_entries_seen_at_idx on private.room_feed_entries (feed_id, seen_at);
alter table private.room_feed_entries enable row level security;
grant select, insert, update, delete on private.room_feeds, private.room_feed_entries to service_role;

create function private.present_feed(p_feed private.room_feeds) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object('id', p_feed.id, 'room_id', p_feed.room_id, 'url', p_feed.url,
    'title', p_feed.title, 'read_at', p_feed.read_at, 'error', p_feed.error,
    'created_at', p_feed.created_at)
$$;
comment on function private.present_feed(private.room_feeds) is 'A feed for those who may change the room.';

create function private.add_feed(p_room uuid, p_url text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_feeds_max constant int := 10;
  v_feed private.room_feeds;
begin
  perform private.require_standing('active');
  -- Locks the room, so that two at once do not both take the last place.
  perform private.require_room(p_room, 'edit_room');
  select * into v_feed from private.room_feeds f where f.room_id = p_room and f.url = p_url;
  if v_feed.id is not null then
    return private.present_feed(v_feed);
  end if;
  if (select count(*) from private.room_feeds f where f.room_id = p_room) >= c_feeds_max then
    raise exception 'At most % feeds of one room', c_feeds_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.room_feeds (room_id, url, created_by)
  values (p_room, p_url, (select auth.uid())) returning * into v_feed;
  perform private.log_room(p_room, 'update', null, jsonb_build_object('feed_added', p_url));
  perform private.emit('room_feed.due', v_feed.id, null);
  return private.present_feed(v_feed);
end;
$$;
comment on function private.add_feed(uuid, text) is
  'Definer, because feeds are closed to clients. By those who may change the room; twice is once.';
grant execute on function private.add_feed(uuid, text) to authenticated;

create function private.feeds_of_room(p_room uuid) returns setof jsonb
language plpgsql volatile security definer rows 10 set search_path = ''
as $$
begin
  perform private.require_room(p_room, 'edit_room');
  return query select private.present_feed(f) from private.room_feeds f
  where f.room_id = p_room order by f.id;
end;
$$;
comment on function private.feeds_of_room(uuid) is
  'Definer, because feeds are closed to clients. For those who may change the room; they are few.';
grant execute on function private.feeds_of_room(uuid) to authenticated;

create function private.remove_feed(p_room uuid, p_feed uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_url text;
begin
  perform private.require_standing('active');
  perform private.require_room(p_room, 'edit_room');
  delete from private.room_feeds f where f.id = p_feed and f.room_id = p_room returning f.url into v_url;
  if v_url is null then
    raise exception 'There is no such feed' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.log_room(p_room, 'update', null, jsonb_build_object('feed_removed', v_url));
end;
$$;
comment on function private.remove_feed(uuid, uuid) is
  'Definer, because feeds are closed to clients. What it has said stays.';
grant execute on function private.remove_feed(uuid, uuid) to authenticated;

-- Reading ---------------------------------------------------------------------------------------------------

create function private.wake_feeds() returns void
language sql volatile set search_path = ''
as $$
  with due as (
    select f.id from private.room_feeds f join public.rooms r on r.id = f.room_id
    where f.next_read_at <= clock_timestamp() and r.archived_at is null
    order by f.next_read_at limit 50 for update of f skip locked
  ), moved as (
    update private.room_feeds f set next_read_at = clock_timestamp() + interval '15 minutes'
    from due where f.id = due.id returning f.id
  )
  select private.emit('room_feed.due', m.id, null) from moved m
$$;
comment on function private.wake_feeds() is 'Has the feeds read whose turn it is. For jobs only.';

create function private.take_entries(
  p_feed uuid, p_title text, p_etag text, p_last_modified text, p_entries jsonb
) returns setof text
language plpgsql volatile rows 10 set search_path = ''
as $$
declare
  -- A site that has a hundred news at once does not flood the room.
  c_said_at_once constant int := 10;
  c_kept constant int := 1000;
  v_feed private.room_feeds;
begin
  select f.* into v_feed from private.room_feeds f join public.rooms r on r.id = f.room_id
  where f.id = p_feed and r.archived_at is null for update of f;
  if v_feed.id is null then
    return;
  end if;
  return query
  with given as (
    select e.ordinality as place, e.value ->> 'body' as body,
      array(select extensions.digest(k, 'sha256')
        from jsonb_array_elements_text(e.value -> 'keys') k) as hashes
    from jsonb_array_elements(p_entries) with ordinality e
  ), noted as (
    insert into private.room_feed_entries as n (feed_id, key_hash)
    select distinct p_feed, h from given g, unnest(g.hashes) h
    -- What a feed still has is not forgotten.
    on conflict (feed_id, key_hash) do update set seen_at = excluded.seen_at
  ), newest as (
    select g.body, g.place from given g
    -- Known by any of its keys, from before or from further up, is known.
    where not exists (select from private.room_feed_entries n
        where n.feed_id = p_feed and n.key_hash = any (g.hashes))
      and not exists (select from given b where b.place < g.place and b.hashes && g.hashes)
    -- Of what was there before the feed was added the newest is said, to show that it works.
    order by g.place limit case when v_feed.read_at is null then 1 else c_said_at_once end
  )
  select n.body from newest n order by n.place desc;
  update private.room_feeds f set title = p_title, etag = p_etag, last_modified = p_last_modified,
    read_at = clock_timestamp(), failures = 0, error = null where f.id = p_feed;
  delete from private.room_feed_entries n where n.feed_id = p_feed and n.key_hash in (
    select o.key_hash from private.room_feed_entries o where o.feed_id = p_feed
    order by o.seen_at desc offset c_kept);
end;
$$;
comment on function private.take_entries(uuid, text, text, text, jsonb) is
  'Notes what a feed has, and gives what is to be said of it, the oldest first. For jobs only.';

create function private.say_entry(p_feed uuid, p_body text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_id constant uuid := private.uuid_v7();
begin
  perform private.ensure_system_profile(private.hook_profile_id());
  insert into private.message_guises (message_id, name)
  select v_id, coalesce(nullif(f.title, ''), 'Feed') from private.room_feeds f where f.id = p_feed;
  insert into public.messages (id, room_id, author_id, kind, body)
  select v_id, f.room_id, private.hook_profile_id(), 'bot', p_body
  from private.room_feeds f where f.id = p_feed;
end;
$$;
comment on function private.say_entry(uuid, text) is
  'Says something in the room of a feed, under its title. For jobs only.';

create function private.note_feed(p_feed uuid, p_error text) returns void
language sql volatile set search_path = ''
as $$
  update private.room_feeds f
  set read_at = case when p_error is null then clock_timestamp() else f.read_at end,
    failures = case when p_error is null then 0 else f.failures + 1 end, error = p_error,
    -- A site that does not answer is asked less and less, once a day at last.
    next_read_at = case when p_error is null then f.next_read_at
      else clock_timestamp() + least(interval '1 day', interval '15 minutes' * 2 ^ least(f.failures, 7)) end
  where f.id = p_feed
$$;
comment on function private.note_feed(uuid, text) is
  'Nothing new, or why a feed could not be read. For jobs only.';
