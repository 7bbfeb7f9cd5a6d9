-- Messages, second part: their shape, reading and import.

-- Presentation ---------------------------------------------------------------------------------------

create function private.present_messages(p_ids uuid[], p_neutral boolean default false)
returns table (id uuid, message jsonb)
-- Planning costs more than running, and every call wants the same plan.
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  return query
  with page as materialized (
    select m.*, m.deleted_at is not null or (p_neutral and m.status <> 'published') as gone
    from public.messages m where m.id = any (p_ids)
  ), people as materialized (
    select a.author_id, private.profile_summary(a.author_id) as summary
    from (select distinct m.author_id from page m) a
  )
  select m.id, jsonb_build_object(
    'id', m.id, 'seq', m.seq, 'room_id', m.room_id,
    -- Who speaks by a webhook has a name of its own in each message.
    'author', case m.kind when 'bot' then private.bot_author(m.id, m.author_id) else a.summary end,
    'kind', m.kind,
    'body', case when m.gone then '' else m.body end,
    'body_html', case when m.gone then '' else m.body_html end,
    'entities', case when m.gone then '[]'::jsonb else m.entities end,
    'parent_id', m.parent_id, 'also_in_room', m.also_in_room,
    'mention_scope', m.mention_scope,
    'reply_count', (select count(*) from public.messages r
      where r.parent_id = m.id and r.deleted_at is null and r.status = 'published'
        and not exists (select from private.account_states s
          where s.profile_id = r.author_id and s.hidden)),
    'shared_post', case
      when m.gone or m.shared_post_id is null then null
      when not p_neutral then (
        select s.post from private.present_posts(array[m.shared_post_id]) s)
      else coalesce((
        select s.post from public.posts p, private.present_posts(array[p.id], true) s
        where p.id = m.shared_post_id and private.is_for_everybody(p)
      ), jsonb_build_object('id', m.shared_post_id)) end,
    'story', case when not m.gone and m.story_id is not null
      then jsonb_build_object('id', m.story_id) end,
    'mentions', case when m.gone then '[]'::jsonb else coalesce((
      select jsonb_agg(private.profile_summary(n.profile_id) order by n.profile_id)
      from public.message_mentions n where n.message_id = m.id
        and not exists (select from private.account_states s
          where s.profile_id = n.profile_id and s.hidden)), '[]'::jsonb) end,
    'reactions', case when m.gone
        or not exists (select from public.message_reactions r where r.message_id = m.id)
      then '[]'::jsonb else private.message_reaction_list(m.id, p_neutral) end,
    'media', case when m.gone or m.media_ids = '{}' then '[]'::jsonb
      else coalesce(private.media_json(m.media_ids, p_neutral), '[]'::jsonb) end,
    'link_preview', case when not m.gone and m.link_preview is not null
      and (p_neutral or (select private.wants_previews())) then m.link_preview end,
    'pinned', exists (select from private.message_pins n where n.message_id = m.id), 'status', m.status,
    'created_at', m.created_at, 'edited_at', m.edited_at, 'deleted_at', m.deleted_at)
    -- The caller's own part: what is unread in the thread, and how far the message has come.
    || case when p_neutral or m.parent_id is not null then '{}'::jsonb
      else jsonb_build_object('thread_unread', (
        select count(*) from private.thread_members t
        join public.messages r on r.parent_id = t.message_id and r.seq > t.last_read_seq
        where t.message_id = m.id and t.profile_id = v_me and t.level <> 'none'
          and r.author_id <> v_me and r.kind <> 'system' and r.deleted_at is null
          and r.status = 'published')) end
    || case when p_neutral or m.author_id <> v_me or m.deleted_at is not null
        or not exists (select from public.rooms r where r.id = m.room_id and r.kind = 'direct')
      then '{}'::jsonb
      else jsonb_build_object('receipt', coalesce((
        select c.status from public.message_receipts c
        where c.message_id = m.id and c.profile_id <> v_me), 'sent')) end
  from page m join people a on a.author_id = m.author_id;
end;
$$;
comment on function private.present_messages(uuid[], boolean) is
  'The shape Message; neutral is as anyone in the room may see it. Row-level security applies.';
grant execute on function private.present_messages(uuid[], boolean) to authenticated, service_role;

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
