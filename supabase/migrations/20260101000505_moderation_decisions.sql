-- Moderation, second part: what deciding a case does to words; accounts follow in the file of measures.

create function private.set_subject_status(p_type text, p_id uuid, p_from text[], p_to text)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if p_type = 'post' then
    update public.posts set status = p_to, screened_at = coalesce(screened_at, clock_timestamp())
    where id = p_id and status = any (p_from) and deleted_at is null;
    if found and p_to = 'removed' then
      perform private.broadcast('post:' || p_id, 'post.updated',
        jsonb_build_object('post', jsonb_build_object('id', p_id, 'status', p_to)));
    end if;
  elsif p_type = 'message' then
    update public.messages set status = p_to, screened_at = coalesce(screened_at, clock_timestamp())
    where id = p_id and status = any (p_from) and deleted_at is null;
  elsif p_type = 'story' then
    update public.stories set status = p_to, screened_at = coalesce(screened_at, clock_timestamp())
    where id = p_id and status = any (p_from);
  end if;
end;
$$;
comment on function private.set_subject_status(text, uuid, text[], text) is
  'Changes what people see of a post, message or story; triggers of those tables tell everybody.';

create function private.last_action(p_case uuid) returns text
language sql stable security definer set search_path = ''
as $$
  select d.action from private.moderation_decisions d
  where d.case_id = p_case order by d.created_at desc, d.id desc limit 1
$$;
comment on function private.last_action(uuid) is
  'Definer, because decisions are closed to clients. What was decided last.';

create function private.check_decision(p_case private.moderation_cases, p_action text) returns void
language plpgsql stable set search_path = ''
as $$
declare
  -- Whoever undoes something must be allowed to do it.
  v_action constant text := case p_action when 'restore'
    then private.last_action(p_case.id) else p_action end;
begin
  if p_case.id is null then
    raise exception 'There is no such case' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_case.owner_id = (select auth.uid()) then
    raise exception 'Nobody decides about themselves' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if p_action = 'remove' and p_case.subject_type not in ('post', 'message', 'story') then
    raise exception 'A % cannot be removed', p_case.subject_type
      using errcode = 'PT501', hint = 'not-supported';
  end if;
  if (p_action = 'restore') <> (p_case.status = 'decided') then
    raise exception 'The case is %', p_case.status using errcode = 'PT409', hint = 'conflict';
  end if;
  if v_action = 'remove' then
    perform private.require_permission(
      case p_case.subject_type when 'message' then 'message.delete' else 'post.remove' end);
  elsif v_action in ('mute', 'suspend', 'ban') then
    perform private.require_may_measure(p_case.owner_id, v_action);
  elsif p_action = 'restore' then
    raise exception 'There is nothing to undo' using errcode = 'PT409', hint = 'conflict';
  end if;
end;
$$;
comment on function private.check_decision(private.moderation_cases, text) is
  'Raises when the action does not fit the case or the caller: an open one is decided, a decided '
  'one restored.';

create function private.carry_out(p_case private.moderation_cases, p_action text, p_undone text)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if p_action = 'remove' then
    perform private.set_subject_status(
      p_case.subject_type, p_case.subject_id, array['published', 'held'], 'removed');
  elsif p_action in ('mute', 'suspend', 'ban') then
    -- Published words stand for themselves; those that were held do not come out after this.
    perform private.set_subject_status(
      p_case.subject_type, p_case.subject_id, array['held'], 'removed');
    perform private.apply_measure(p_case, p_action);
  elsif p_action = 'restore' then
    if p_undone <> 'remove' then
      perform private.apply_measure(p_case, p_undone);
    end if;
    if not exists (select from private.moderation_cases c
      where c.subject_type = p_case.subject_type and c.subject_id = p_case.subject_id
        and c.id <> p_case.id and private.last_action(c.id) = 'remove') then
      perform private.set_subject_status(
        p_case.subject_type, p_case.subject_id, array['removed', 'held'], 'published');
    end if;
  else
    -- Whoever dismisses or warns lets the words stand: what screening held is released.
    perform private.set_subject_status(
      p_case.subject_type, p_case.subject_id, array['held'], 'published');
  end if;
end;
$$;
comment on function private.carry_out(private.moderation_cases, text, text) is
  'Definer, because moderators change what others wrote and are. Does what was decided just now.';

create function private.decide_case(
  p_case uuid, p_action text, p_reason text, p_until timestamptz default null
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_case private.moderation_cases;
  v_undone text;
  v_decision uuid;
begin
  if p_action in ('mute', 'suspend', 'ban', 'restore') then
    -- Two of the staff who put each other out at once must not both succeed.
    perform private.lock_staff();
  end if;
  perform private.require_permission('report.review');
  select * into v_case from private.moderation_cases c where c.id = p_case for update;
  perform private.check_decision(v_case, p_action);
  perform private.check_until(p_action, p_until);
  v_undone := private.last_action(p_case);
  insert into private.moderation_decisions (case_id, moderator_id, action, reason, until)
  values (p_case, v_me, p_action, p_reason, p_until) returning id into v_decision;
  update private.moderation_cases set status = 'decided', decided_at = clock_timestamp()
  where id = p_case;
  perform private.carry_out(v_case, p_action, v_undone);
  perform private.emit('moderation.decided', p_case, v_me,
    jsonb_build_object('action', p_action, 'decision_id', v_decision));
end;
$$;
comment on function private.decide_case(uuid, text, text, timestamptz) is
  'Definer, because moderators change what others wrote. Checks the permissions of the caller.';
grant execute on function private.decide_case(uuid, text, text, timestamptz) to authenticated;
