-- Notifications of what concerns many: one batch at a time, each of which has the next one called, so
-- that a message to a large room, a decision on what thousands reported, or a closed poll holds up
-- nobody. Owns nothing.

create function private.tell_more(
  p_kind text, p_subject uuid, p_actor uuid, p_told uuid[], p_limit int, p_payload jsonb default '{}'
) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if cardinality(p_told) = p_limit then
    perform private.emit('notification.telling', p_subject, p_actor,
      p_payload || jsonb_build_object('kind', p_kind, 'after', p_told[p_limit]));
  end if;
end;
$$;
comment on function private.tell_more(text, uuid, uuid, uuid[], int, jsonb) is
  'Has a job go on after a full batch. For jobs only.';

create function private.people_of_message(
  p_message public.messages, p_after uuid, p_limit int
) returns uuid[]
language plpgsql stable set search_path = ''
as $$
begin
  return array(
    select u.id from (
      (select t.profile_id as id from private.thread_members t
        where t.message_id = p_message.parent_id and t.level = 'all' and t.profile_id > p_after
        order by 1 limit p_limit)
      union
      (select m.profile_id from public.message_mentions m
        where m.message_id = p_message.id and m.profile_id > p_after order by 1 limit p_limit)
      union
      (select n.profile_id from public.room_members n
        where p_message.mention_scope is not null and n.room_id = p_message.room_id
          and n.profile_id > p_after order by 1 limit p_limit)) u
    order by u.id limit p_limit);
end;
$$;
comment on function private.people_of_message(public.messages, uuid, int) is
  'The next people who follow its thread, whom it names, or who are called with the whole room.';

create function private.is_called(p_message public.messages, p_person uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return exists (select from public.message_mentions o
      where o.message_id = p_message.id and o.profile_id = p_person)
    or (p_message.mention_scope is not null
      and exists (select from public.room_members n where n.room_id = p_message.room_id
        and n.profile_id = p_person and not n.banned)
      and (p_message.mention_scope = 'room' or exists (select from private.connections c
        where c.profile_id = p_person and c.expires_at > clock_timestamp()))
      and private.accepts_contact(p_person, p_message.author_id, 'mention'));
end;
$$;
comment on function private.is_called(public.messages, uuid) is
  'Whether a message names a person: by name, or as one of the room, or of those who are connected.';

create function private.notify_of_message(
  p_message uuid, p_actor uuid, p_after uuid default null, p_limit int default 200
) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  c_first constant uuid := '00000000-0000-0000-0000-000000000000';
  v_message public.messages;
  v_meta jsonb;
  v_people uuid[];
  v_person uuid;
  v_level text;
  v_type text;
begin
  select * into v_message from public.messages m where m.id = p_message and m.kind <> 'system';
  if not found then
    return 0;
  end if;
  v_meta := jsonb_build_object('room_id', v_message.room_id);
  if exists (select from public.rooms r where r.id = v_message.room_id and r.kind = 'direct') then
    perform private.notify_if_visible(m.profile_id,
      case when v_message.story_id is null then 'message' else 'story_reply' end, p_actor, 'message',
      p_message, p_message, v_meta)
    from public.room_members m where m.room_id = v_message.room_id and not m.banned
      and (not private.is_set_aside(m.room_id, m.profile_id)
        -- Whoever shows a story has asked for answers to it; only their conversation waits.
        or v_message.story_id is not null and exists (select from private.message_requests q
          where q.room_id = m.room_id and q.profile_id = m.profile_id and q.state = 'waiting'));
    return 0;
  end if;
  v_people := private.people_of_message(v_message, coalesce(p_after, c_first), p_limit);
  foreach v_person in array v_people loop
    v_level := (select t.level from private.thread_members t
      where t.message_id = v_message.parent_id and t.profile_id = v_person);
    -- Whoever follows the thread is told of the answer; whoever silenced it hears nothing of it.
    v_type := case when v_level = 'all' then 'reply'
      when v_level is distinct from 'none' and private.is_called(v_message, v_person) then 'mention' end;
    if v_type is not null then
      perform private.notify_if_visible(
        v_person, v_type, p_actor, 'message', p_message, p_message, v_meta);
    end if;
  end loop;
  perform private.tell_more('message', p_message, p_actor, v_people, p_limit);
  return cardinality(v_people);
end;
$$;
comment on function private.notify_of_message(uuid, uuid, uuid, int) is
  'Tells the other side of a direct conversation; elsewhere the next of those who are named or follow '
  'the thread, and has itself called again while there are more.';

create function private.notify_of_decision(
  p_case uuid, p_action text, p_decision uuid, p_after uuid default null, p_limit int default 500
) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  c_first constant uuid := '00000000-0000-0000-0000-000000000000';
  v_case private.moderation_cases;
  v_reporters uuid[];
begin
  select * into v_case from private.moderation_cases c where c.id = p_case;
  if p_after is null and p_action <> 'dismiss' then
    -- The moderator stays unnamed.
    perform private.create_notification(v_case.owner_id, 'moderation_notice', null,
      v_case.subject_type, v_case.subject_id, p_decision, jsonb_build_object('action', p_action,
        'undone', (select d.action from private.moderation_decisions d
          where d.case_id = p_case and d.id <> p_decision order by d.created_at desc limit 1)));
  end if;
  if p_after is null and v_case.subject_type = 'post' and p_action <> 'remove' then
    -- Words that were held have rung nobody's bell so far; those who were told are not told again.
    perform private.notify_of_post(v_case.subject_id, v_case.owner_id);
  end if;
  v_reporters := array(select r.reporter_id from public.reports r
    where r.case_id = p_case and r.reporter_id > coalesce(p_after, c_first)
    order by r.reporter_id limit p_limit);
  perform private.create_notification(
    u, 'report_decided', null, v_case.subject_type, v_case.subject_id, p_decision)
  from unnest(v_reporters) u;
  perform private.tell_more('decision', p_case, v_case.owner_id, v_reporters, p_limit,
    jsonb_build_object('action', p_action, 'decision_id', p_decision));
  return cardinality(v_reporters);
end;
$$;
comment on function private.notify_of_decision(uuid, text, uuid, uuid, int) is
  'Tells the person affected what was done, and the next reporters that somebody has decided; has '
  'itself called again while there are more.';
