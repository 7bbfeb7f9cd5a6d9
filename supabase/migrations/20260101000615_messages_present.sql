-- Messages, second part: their shape, unread counts, reading and import.

-- Presentation ---------------------------------------------------------------------------------------

create function private.present_messages(p_ids uuid[], p_neutral boolean default false)
returns table (id uuid, message jsonb)
-- Planning costs more than running, and every call wants the same plan.
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select m.id, jsonb_build_object(
    'id', m.id, 'seq', m.seq, 'room_id', m.room_id, 'author', private.profile_summary(m.author_id),
    'kind', m.kind,
    'body', case when x.gone then '' else m.body end,
    'body_html', case when x.gone then '' else m.body_html end,
    'entities', case when x.gone then '[]'::jsonb else m.entities end,
    'parent_id', m.parent_id, 'also_in_room', m.also_in_room,
    'mention_scope', m.mention_scope,
    'reply_count', (select count(*) from public.messages r
      where r.parent_id = m.id and r.deleted_at is null and r.status = 'published'
        and not exists (select from private.account_states s
          where s.profile_id = r.author_id and s.hidden)),
    'shared_post', case
      when x.gone or m.shared_post_id is null then null
      when not p_neutral then (
        select s.post from private.present_posts(array[m.shared_post_id]) s)
      else coalesce((
        select s.post from public.posts p, private.present_posts(array[p.id], true) s
        where p.id = m.shared_post_id and p.visibility = 'public' and p.status = 'published'
          and not exists (select from private.private_accounts a where a.profile_id = p.author_id)
          and not private.is_hidden(p.author_id)
      ), jsonb_build_object('id', m.shared_post_id)) end,
    'story', case when not x.gone and m.story_id is not null
      then jsonb_build_object('id', m.story_id) end,
    'mentions', case when x.gone then '[]'::jsonb else coalesce((
      select jsonb_agg(private.profile_summary(n.profile_id) order by n.profile_id)
      from public.message_mentions n where n.message_id = m.id
        and not exists (select from private.account_states s
          where s.profile_id = n.profile_id and s.hidden)), '[]'::jsonb) end,
    'reactions', case when x.gone then '[]'::jsonb
      else private.message_reaction_list(m.id, p_neutral) end,
    'media', case when x.gone or m.media_ids = '{}' then '[]'::jsonb
      else coalesce(private.media_json(m.media_ids), '[]'::jsonb) end,
    'link_preview', case when not x.gone and m.link_preview is not null
      and (p_neutral or private.wants_previews()) then m.link_preview end,
    'pinned', exists (select from private.message_pins n where n.message_id = m.id), 'status', m.status,
    'created_at', m.created_at, 'edited_at', m.edited_at, 'deleted_at', m.deleted_at)
    || case when p_neutral then '{}'::jsonb else private.message_viewer(m) end
  from public.messages m
  cross join lateral (
    select m.deleted_at is not null or (p_neutral and m.status <> 'published') as gone) x
  where m.id = any (p_ids);
end;
$$;
comment on function private.present_messages(uuid[], boolean) is
  'The shape Message; neutral is as anyone in the room may see it. Row-level security applies.';
grant execute on function private.present_messages(uuid[], boolean) to authenticated, service_role;

create function private.unread_count(p_room uuid, p_profile uuid) returns int
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  -- Counting ends at a thousand: nobody reads the difference, and everybody would pay for it.
  return (
    select count(*)::int from (
      select from public.messages m
      where m.room_id = p_room and m.author_id <> p_profile
        and m.seq > coalesce((select s.last_read_seq from private.room_member_states s
          where s.room_id = p_room and s.profile_id = p_profile), 0)
        and m.kind <> 'system' and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
        and m.status = 'published'
        and not exists (select from public.blocks b
          where b.blocker_id = p_profile and b.blocked_id = m.author_id)
        and not exists (select from private.account_states s
          where s.profile_id = m.author_id and s.hidden)
      limit 1000) unread);
end;
$$;
comment on function private.unread_count(uuid, uuid) is
  'Definer, because triggers count for others. What others said in the main history since.';

create function private.unread_counts(p_room uuid)
returns table (profile_id uuid, unread_count int)
language sql stable security definer rows 100 set search_path = ''
as $$
  -- The same for all members at once, in one pass over what is new to anybody.
  with members as materialized (
    select r.profile_id, coalesce(s.last_read_seq, 0) as last_read_seq,
      array(select b.blocked_id from public.blocks b where b.blocker_id = r.profile_id) as blocked
    from public.room_members r
    left join private.room_member_states s using (room_id, profile_id)
    where r.room_id = p_room and not r.banned
  ), recent as materialized (
    select m.seq, m.author_id from public.messages m
    where m.room_id = p_room and m.seq > (select min(n.last_read_seq) from members n)
      and m.kind <> 'system' and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
      and m.status = 'published'
      and not exists (select from private.account_states s
        where s.profile_id = m.author_id and s.hidden)
    order by m.seq desc limit 1000
  )
  select n.profile_id, count(c.seq)::int
  from members n left join recent c on c.seq > n.last_read_seq
    and c.author_id <> n.profile_id and c.author_id <> all (n.blocked)
  group by n.profile_id
$$;
comment on function private.unread_counts(uuid) is
  'Definer, because triggers count for others. Unread messages of every member of a room.';

create function private.my_room_state(p_room uuid) returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select jsonb_build_object('role', m.role,
      'unread_count', case when m.role is null then 0
        else private.unread_count(p_room, m.profile_id) end,
      'last_read_message_id', (select s.id from public.messages s
        where s.room_id = p_room and s.seq <= x.last_read_seq order by s.seq desc limit 1),
      'muted_until', case when x.muted_until > now() then x.muted_until end)
    from (select) one left join public.room_members m
      on m.room_id = p_room and m.profile_id = (select auth.uid()) and not m.banned
    left join private.room_member_states x
      on x.room_id = m.room_id and x.profile_id = m.profile_id);
end;
$$;
comment on function private.my_room_state(uuid) is
  'Definer, to count without the policies, which say the same. The caller''s part of a Room.';
grant execute on function private.my_room_state(uuid) to authenticated, service_role;

create function private.present_room(p_id uuid, p_neutral boolean default false) returns jsonb
-- Planning costs more than running, and every call wants the same plan.
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select jsonb_build_object(
      'id', r.id, 'topic', private.room_topic(r.id, r.epoch),
      'live_topic', private.room_topic(r.id, r.epoch) || ':live',
      'kind', r.kind, 'archived_at', r.archived_at, 'read_only', r.read_only,
      'slow_mode_s', r.slow_mode_s, 'retention_days', r.retention_days,
      'who_can_invite', r.who_can_invite,
      'name', case when r.kind = 'direct' and not p_neutral then coalesce((
        select private.profile_summary(m.profile_id) ->> 'display_name' from public.room_members m
        where m.room_id = r.id and m.profile_id <> (select auth.uid())), '') else r.name end,
      'description', r.description, 'guidelines', r.guidelines, 'is_private', r.is_private,
      'created_at', r.created_at, 'last_message_at', r.last_message_at,
      'member_count', private.count_of(r.id, 'members'), 'pinned_count', (
        select count(*) from private.message_pins n where n.room_id = r.id))
      || case when p_neutral then '{}'::jsonb
        else private.my_room_part(r.id) end
    from public.rooms r where r.id = p_id);
end;
$$;
comment on function private.present_room(uuid, boolean) is
  'The shape Room, null when it is not visible; neutral is without the caller''s part.';
grant execute on function private.present_room(uuid, boolean) to authenticated, service_role;

-- Commands ---------------------------------------------------------------------------------------------

create function private.mark_room_read(p_room uuid, p_message uuid) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_seq bigint;
  v_moved boolean;
  v_unread int;
begin
  if not exists (select from private.my_room_ids() r where r = p_room) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  select m.seq into v_seq from public.messages m where m.id = p_message and m.room_id = p_room;
  if v_seq is null then
    raise exception 'No such message in this room'
      using errcode = 'PT422', hint = 'invalid-input', column = 'message_id';
  end if;
  v_moved := private.set_last_read(p_room, v_me, v_seq);
  v_unread := private.unread_count(p_room, v_me);
  perform private.note_receipts(p_room, v_me, v_seq, 'read');
  if v_moved then
    perform private.broadcast('user:' || v_me, 'unread.changed', jsonb_build_object(
      'room_id', p_room, 'unread_count', v_unread, 'last_message', null));
  end if;
  return v_unread;
end;
$$;
comment on function private.mark_room_read(uuid, uuid) is
  'Definer, because members are changed here only. Reading never goes backwards.';
grant execute on function private.mark_room_read(uuid, uuid) to authenticated;

create function private.import_messages(p_room uuid, p_items jsonb) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_before constant text := coalesce(current_setting('townsquare.bulk', true), '');
  v_last bigint;
  v_written int;
begin
  perform set_config('townsquare.bulk', 'on', true);
  select r.last_seq into v_last from public.rooms r where r.id = p_room for no key update;
  insert into public.messages
    (id, room_id, seq, author_id, kind, body, body_html, parent_id, created_at, edited_at,
      screened_at)
  select i.id, p_room, v_last + row_number() over (order by i.created_at, i.id), i.author_id,
    coalesce(i.kind, 'user'), i.body, coalesce(i.body_html, ''), i.parent_id, i.created_at, i.edited_at, now()
  from jsonb_to_recordset(p_items) as i (id uuid, author_id uuid, kind text, body text,
    body_html text, parent_id uuid, created_at timestamptz, edited_at timestamptz)
  where not exists (select from public.messages m where m.id = i.id)
  order by i.created_at, i.id;
  get diagnostics v_written = row_count;
  update public.rooms r
  set last_seq = r.last_seq + v_written,
    last_message_at = greatest(r.last_message_at, (
      select max(m.created_at) from public.messages m
      where m.room_id = p_room and m.seq > v_last))
  where r.id = p_room;
  perform set_config('townsquare.bulk', v_before, true);
  return v_written;
end;
$$;
comment on function private.import_messages(uuid, jsonb) is
  'Adds old messages to a room without telling anybody; told twice, they are there once.';
grant execute on function private.import_messages(uuid, jsonb) to service_role;
