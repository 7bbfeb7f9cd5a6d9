-- Moderation, third part: cases and the queue as moderators see them.

-- Presentation -------------------------------------------------------------------------------------------

create function private.present_case_subject(p_type text, p_id uuid, p_owner uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_text text;
  v_status text;
begin
  if p_type = 'post' then
    select p.body, p.status into v_text, v_status from public.posts p where p.id = p_id;
  elsif p_type = 'message' then
    select m.body, m.status into v_text, v_status from public.messages m where m.id = p_id;
  elsif p_type = 'story' then
    select s.text, s.status into v_text, v_status from public.stories s where s.id = p_id;
  elsif p_type = 'user' then
    select p.bio into v_text from public.profiles p where p.id = p_id;
  elsif p_type = 'room' then
    select r.description into v_text from public.rooms r where r.id = p_id;
  end if;
  return jsonb_build_object('type', p_type, 'id', p_id, 'text', v_text, 'status', v_status,
    'author', private.profile_summary(p_owner));
end;
$$;
comment on function private.present_case_subject(text, uuid, uuid) is
  'What a case is about, with the words as they stand now.';

create function private.present_case(p_case private.moderation_cases) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_case.id,
    'subject', private.present_case_subject(p_case.subject_type, p_case.subject_id, p_case.owner_id),
    'status', p_case.status, 'priority', p_case.priority, 'reasons', p_case.reasons,
    'reporters_count', p_case.reporters_count,
    'assigned_to', private.profile_summary(p_case.assigned_to),
    'decisions', coalesce((
      select jsonb_agg(jsonb_build_object('id', d.id, 'action', d.action, 'reason', d.reason,
        'until', d.until, 'moderator', private.profile_summary(d.moderator_id), 'created_at', d.created_at)
        order by d.created_at, d.id)
      from private.moderation_decisions d where d.case_id = p_case.id), '[]'),
    'appeal', null, 'created_at', p_case.created_at, 'sla_at', p_case.sla_at)
$$;
comment on function private.present_case(private.moderation_cases) is 'The shape of a case.';

create function private.case_detail(p_case uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  perform private.require_permission('report.review');
  return (
    select private.present_case(c) || jsonb_build_object('reports', coalesce((
      select jsonb_agg(jsonb_build_object(
        'reason', r.reason, 'note', r.note, 'created_at', r.created_at) order by r.created_at)
      -- The first hundred say enough; a mass report is one case.
      from (select * from public.reports r where r.case_id = c.id
        order by r.created_at limit 100) r), '[]'))
    from private.moderation_cases c where c.id = p_case);
end;
$$;
comment on function private.case_detail(uuid) is
  'Definer, because cases are closed to clients; needs report.review. Reporters are not named.';
grant execute on function private.case_detail(uuid) to authenticated;

create function private.moderation_queue(
  p_status text, p_limit int, p_priority int default null, p_created timestamptz default null,
  p_id uuid default null
) returns table (id uuid, priority int, created_at timestamptz, item jsonb)
language plpgsql stable security definer set search_path = ''
as $$
begin
  perform private.require_permission('report.review');
  return query
    select c.id, c.priority, c.created_at, private.present_case(c)
    from private.moderation_cases c
    where c.status = p_status
      and (p_id is null or (-c.priority, c.created_at, c.id) > (-p_priority, p_created, p_id))
    order by -c.priority, c.created_at, c.id limit p_limit;
end;
$$;
comment on function private.moderation_queue(text, int, int, timestamptz, uuid) is
  'Definer, because cases are closed to clients; needs report.review. Most urgent first.';
grant execute on function private.moderation_queue(text, int, int, timestamptz, uuid)
  to authenticated;
