-- Leaving, second part: erasing a person, batch by batch. What is left to do is read from what is
-- still there, so that any batch may fail, be repeated or be the last before a restart.

-- What refers to people without a foreign key is found by these.
create index posts_audience_ids_idx on public.posts using gin (audience_ids)
  where audience_ids <> '{}';
create index notifications_subject_user_idx on public.notifications (subject_id)
  where subject_type = 'user';

create function private.person_references()
returns table (table_name text, column_name text, deletes boolean)
language sql stable set search_path = ''
as $$
  select format('%I.%I', n.nspname, c.relname), a.attname::text, k.confdeltype = 'c'
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_class c on c.oid = k.conrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  where k.contype = 'f' and cardinality(k.conkey) = 1 and n.nspname in ('public', 'private')
    and k.confrelid in ('public.profiles'::regclass, 'auth.users'::regclass)
  order by 1, 2
$$;
comment on function private.person_references() is
  'Every column of the product that refers to a person by foreign key, found in the catalogue.';

create function private.erase_messages(p_id uuid, p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_ids uuid[];
begin
  v_ids := array(select m.id from public.messages m where m.author_id = p_id limit p_limit);
  perform private.keep_held(p_id, 'message', m.id, to_jsonb(m))
  from public.messages m where m.id = any (v_ids);
  update public.messages m set deleted_at = clock_timestamp()
  where m.id = any (v_ids) and m.deleted_at is null;
  delete from public.message_mentions n where n.message_id = any (v_ids);
  delete from private.message_versions v where v.message_id = any (v_ids);
  -- The place in the room and its thread stay; nobody can be told from it.
  update public.messages m set author_id = private.deleted_profile_id(), edited_at = null
  where m.id = any (v_ids);
  return cardinality(v_ids);
end;
$$;
comment on function private.erase_messages(uuid, int) is
  'Empties messages of a person and leaves their places to the deleted account.';

create function private.hand_over_thread(p_root uuid, p_id uuid, p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_count int;
begin
  -- Comments belong to whoever the root belongs to. What followers alone could see stays closed:
  -- nobody follows the deleted account.
  update public.posts p set audience_owner_id = private.deleted_profile_id(),
    visibility = case when p.visibility = 'public'
      and exists (select from private.private_accounts a where a.profile_id = p_id)
      then 'followers' else p.visibility end
  where p.id in (select c.id from public.posts c
    where c.root_id = p_root and c.audience_owner_id = p_id limit p_limit);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.hand_over_thread(uuid, uuid, int) is
  'Gives what others wrote below a post to the deleted account, never to more readers than before.';

create function private.erase_posts(p_id uuid, p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_ids constant uuid[] := array(select p.id from public.posts p where p.author_id = p_id
    order by p.created_at desc, p.id desc limit p_limit);
  v_id uuid;
begin
  perform private.keep_held(p_id, 'post', p.id, to_jsonb(p))
  from public.posts p where p.id = any (v_ids);
  -- Newest first: answers go before what they answer.
  foreach v_id in array v_ids loop
    if private.hand_over_thread(v_id, p_id, p_limit) = p_limit then
      return p_limit;
    end if;
    -- With answers of others below, the trigger leaves an empty place instead.
    delete from public.posts p where p.id = v_id;
    update public.posts p set author_id = private.deleted_profile_id(), edited_at = null,
      audience_owner_id = case when p.audience_owner_id = p_id
        then private.deleted_profile_id() else p.audience_owner_id end,
      visibility = case when p.visibility = 'public' and p.audience_owner_id = p_id
        and exists (select from private.private_accounts a where a.profile_id = p_id)
        then 'followers' else p.visibility end
    where p.id = v_id;
    if not found then
      delete from private.counters c where c.subject_id = v_id;
      delete from private.counter_deltas d where d.subject_id = v_id;
    end if;
  end loop;
  return cardinality(v_ids);
end;
$$;
comment on function private.erase_posts(uuid, int) is
  'Deletes posts of a person; where others have answered, an empty place of the deleted account stays.';

create function private.without_mention(p_body text, p_handle text) returns text
language sql immutable set search_path = ''
as $$
  -- Longer texts than are allowed get the shortest sign instead.
  select case when char_length(t.named) <= 5000 then t.named else regexp_replace(
      p_body, '(?<![[:alnum:]_@/.])@' || p_handle || '(?![[:alnum:]_@])', '@…', 'gi') end
  from (select regexp_replace(
    p_body, '(?<![[:alnum:]_@/.])@' || p_handle || '(?![[:alnum:]_@])', '@deleted', 'gi') as named) t
$$;
comment on function private.without_mention(text, text) is
  'A text in which a handle is no longer mentioned: one day it may be somebody else''s.';

create function private.erase_post_mentions(p_id uuid, p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_handle constant text := (select p.handle from public.profiles p where p.id = p_id);
  v_ids constant uuid[] := array(
    select m.post_id from public.post_mentions m where m.profile_id = p_id
    union
    select p.id from public.posts p where p.audience_ids <> '{}' and p.audience_ids @> array[p_id]
    limit p_limit);
  v_post public.posts;
  v_versions int;
begin
  for v_post in select * from public.posts p where p.id = any (v_ids) loop
    -- The text was screened, and only a name in it changes.
    perform set_config('townsquare.verdict', 'published', true);
    update public.posts p set body = private.without_mention(p.body, v_handle) where p.id = v_post.id;
    update public.posts p set edited_at = v_post.edited_at,
      mention_ids = array_remove(array_remove(p.mention_ids, p_id), private.deleted_profile_id()),
      audience_ids = array_remove(array_remove(v_post.audience_ids, p_id), private.deleted_profile_id())
    where p.id = v_post.id;
    perform set_config('townsquare.verdict', '', true);
  end loop;
  delete from public.post_mentions m where m.profile_id = p_id and m.post_id = any (v_ids);
  update private.post_versions v set body = private.without_mention(v.body, v_handle),
    mention_ids = array_remove(v.mention_ids, p_id)
  where v.id in (select o.id from private.post_versions o
    where o.mention_ids <> '{}' and o.mention_ids @> array[p_id] limit p_limit);
  get diagnostics v_versions = row_count;
  return greatest(cardinality(v_ids), v_versions);
end;
$$;
comment on function private.erase_post_mentions(uuid, int) is
  'Takes a person''s name out of what others have posted, and out of the audience of it.';

create function private.erase_message_mentions(p_id uuid, p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_handle constant text := (select p.handle from public.profiles p where p.id = p_id);
  v_message record;
  v_count int := 0;
begin
  for v_message in
    select m.id, m.edited_at, m.screened_at, m.deleted_at from public.message_mentions n
    join public.messages m on m.id = n.message_id where n.profile_id = p_id limit p_limit
  loop
    v_count := v_count + 1;
    if v_message.deleted_at is null then
      update public.messages m set body = private.without_mention(m.body, v_handle)
      where m.id = v_message.id;
      update public.messages m set edited_at = v_message.edited_at, screened_at = v_message.screened_at
      where m.id = v_message.id;
    end if;
    delete from public.message_mentions n where n.message_id = v_message.id and n.profile_id = p_id;
  end loop;
  update private.message_versions v set body = private.without_mention(v.body, v_handle),
    mention_ids = array_remove(v.mention_ids, p_id)
  where v.id in (select o.id from private.message_versions o
    where o.mention_ids @> array[p_id] limit p_limit - v_count);
  if found then
    v_count := v_count + 1;
  end if;
  return v_count;
end;
$$;
comment on function private.erase_message_mentions(uuid, int) is
  'Takes a person''s name out of what others have said in rooms.';

create function private.erase_memberships(p_id uuid, p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_member record;
  v_count int := 0;
begin
  for v_member in
    select m.room_id, m.role, r.kind from public.room_members m
    join public.rooms r on r.id = m.room_id where m.profile_id = p_id order by m.room_id limit p_limit
  loop
    v_count := v_count + 1;
    perform from public.rooms r where r.id = v_member.room_id for no key update;
    if not exists (select from public.room_members m
      where m.room_id = v_member.room_id and m.profile_id <> p_id and not m.banned
        and (v_member.kind = 'direct' or not private.is_bot(m.profile_id))) then
      delete from public.rooms r where r.id = v_member.room_id;
      continue;
    end if;
    -- By rank, then by time; a conversation of two has no owner, and no bot is one.
    update public.room_members m set role = 'owner'
    where v_member.role = 'owner' and v_member.kind <> 'direct' and m.room_id = v_member.room_id
      and not exists (select from public.room_members o where o.room_id = v_member.room_id
        and o.profile_id <> p_id and o.role = 'owner' and not o.banned)
      and m.profile_id = (select h.profile_id from public.room_members h
        where h.room_id = v_member.room_id and h.profile_id <> p_id and not h.banned
          and not private.is_bot(h.profile_id)
        order by array_position(array['admin', 'moderator', 'member'], h.role), h.joined_at, h.profile_id
        limit 1);
    update public.rooms r set direct_key = 'left:' || r.id
    where r.id = v_member.room_id and r.kind = 'direct';
    delete from public.room_members m
    where m.room_id = v_member.room_id and m.profile_id = p_id;
  end loop;
  return v_count;
end;
$$;
comment on function private.erase_memberships(uuid, int) is
  'Takes a person out of rooms: what they own passes on, what nobody is left in goes.';

create function private.erase_references(p_id uuid, p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_reference record;
  v_count int;
begin
  for v_reference in
    select r.* from private.person_references() r
    -- At most one row for each person: those go with the account, and the state of it must not
    -- go before.
    where not exists (select from pg_catalog.pg_index i
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = r.table_name::regclass and i.indisunique and i.indnkeyatts = 1
        and i.indpred is null and a.attname = r.column_name)
  loop
    execute format(case when v_reference.deletes then
        'delete from %1$s where ctid = any (array(select ctid from %1$s where %2$I = $1 limit $2))'
      else 'update %1$s set %2$I = null where ctid = any (array(
        select ctid from %1$s where %2$I = $1 limit $2))' end,
      v_reference.table_name, v_reference.column_name) using p_id, p_limit;
    get diagnostics v_count = row_count;
    if v_count > 0 then
      return v_count;
    end if;
  end loop;
  return 0;
end;
$$;
comment on function private.erase_references(uuid, int) is
  'Deletes or clears rows that refer to a person, one table after the other, as their keys say.';

create function private.erase_traces(p_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_id constant text := p_id::text;
  v_like constant text := '%' || p_id::text || '%';
  v_email constant text := (select '%' || u.email || '%' from auth.users u where u.id = p_id);
begin
  delete from public.notifications n where n.subject_type = 'user' and n.subject_id = p_id;
  delete from public.reports r where r.subject_type = 'user' and r.subject_id = p_id;
  delete from private.moderation_cases c where c.subject_type = 'user' and c.subject_id = p_id;
  update private.profile_settings s set feed = s.feed #- array['authors', v_id]
  where s.feed -> 'authors' ? v_id;
  delete from private.counters c where c.subject_id = p_id;
  delete from private.counter_deltas d where d.subject_id = p_id;
  delete from private.counter_drift d where d.subject_id = p_id;
  -- By chance the place where checking goes on; the round begins again.
  update private.counter_checks c set position = null where c.position = p_id;
  delete from private.outbox o where o.actor_id = p_id or o.subject_id = p_id or o.payload::text like v_like;
  -- The mark stays, or the queue's own copy would be taken for news.
  update private.dead_jobs d
  set payload = '{}', error = '', discarded_at = coalesce(d.discarded_at, clock_timestamp())
  where d.payload::text like v_like or d.error like v_like;
  delete from private.idempotency_keys k
  where k.actor = v_id or k.route like v_like or k.headers::text like v_like or k.body::text like v_like;
  delete from private.rate_limits l where l.key like v_like;
  -- The files themselves were removed before.
  delete from private.media_trash t where t.path like v_id || '/%';
  update private.settings s set value = '' where s.name = 'media_sweep_object' and s.value like v_like;
  -- Rows of live events may not be deleted by anybody but the platform, which does it after days.
  update realtime.messages m set topic = 'erased', payload = '{}'
  where m.topic like v_like or m.payload::text like v_like;
  delete from auth.refresh_tokens t where t.user_id = v_id;
  delete from auth.flow_state f where f.user_id = p_id;
  delete from auth.audit_log_entries e
  where e.payload::text like v_like or e.payload::text like v_email;
end;
$$;
comment on function private.erase_traces(uuid) is
  'Removes what names a person without a foreign key: events, keys, limits, logs of the auth server.';

create function private.erase_account(p_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform private.keep_held(p_id, 'user', p.id, to_jsonb(p)) from public.profiles p where p.id = p_id;
  insert into private.deletion_ledger (person_hash)
  values (encode(sha256(convert_to(p_id::text, 'UTF8')), 'hex')) on conflict do nothing;
  delete from auth.users u where u.id = p_id;
  -- Last: what the triggers of the deletion have told of the person goes too.
  perform private.erase_traces(p_id);
end;
$$;
comment on function private.erase_account(uuid) is
  'The last batch: the account itself, and what names it elsewhere.';

create function private.erase_step(p_id uuid, p_limit int default 200) returns text
language plpgsql volatile set search_path = ''
as $$
begin
  if not pg_try_advisory_xact_lock(hashtextextended('private.erase:' || p_id, 0)) then
    return 'busy';
  end if;
  if not exists (select from private.account_states s
    where s.profile_id = p_id and s.deletion_due_at <= clock_timestamp()) then
    return 'none';
  end if;
  perform private.ensure_deleted_profile();
  -- From here nobody signs in to it, and nobody comes back.
  update auth.users u set banned_until = now() + interval '100 years'
  where u.id = p_id and coalesce(u.banned_until < now() + interval '99 years', true);
  perform private.end_all_sessions(p_id);
  if private.erase_memberships(p_id, p_limit) > 0 then
    return 'rooms';
  end if;
  -- Nobody is told one by one of a thousand rows that go.
  perform set_config('townsquare.bulk', 'on', true);
  if private.erase_messages(p_id, p_limit) > 0 then
    return 'messages';
  end if;
  if private.erase_posts(p_id, p_limit) > 0 then
    -- Search must hear of it, not of whom.
    update private.outbox o set actor_id = null where o.actor_id = p_id and o.published_at is null;
    return 'posts';
  end if;
  if private.erase_post_mentions(p_id, p_limit) > 0 or private.erase_message_mentions(p_id, p_limit) > 0 then
    return 'mentions';
  end if;
  if private.erase_references(p_id, p_limit) > 0 then
    return 'references';
  end if;
  perform private.erase_account(p_id);
  return 'done';
end;
$$;
comment on function private.erase_step(uuid, int) is
  'Erases one batch of a person whose time has come and names it; done when nothing is left.';

create function private.person_files(p_id uuid, p_limit int)
returns table (bucket text, path text)
language sql stable set search_path = ''
as $$
  select b.id, o.name from storage.buckets b cross join lateral (
    select s.name from storage.objects s
    where s.bucket_id = b.id and s.name collate "C" >= p_id::text || '/'
      and s.name collate "C" < p_id::text || '0'
    order by s.name collate "C" limit p_limit) o
  limit p_limit
$$;
comment on function private.person_files(uuid, int) is
  'Stored objects of a person: in every bucket they lie in the folder of the person''s id.';
