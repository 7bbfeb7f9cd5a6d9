-- Moderation: reports, cases and decisions. Owns reports, private.moderation_cases,
-- private.moderation_decisions. Changes the status of posts and messages; what happens to accounts
-- follows in the file of measures.

create table private.moderation_cases (
  id uuid primary key default private.uuid_v7(),
  subject_type text not null,
  subject_id uuid not null,
  owner_id uuid references public.profiles (id) on delete set null,
  status text not null default 'open',
  priority int not null,
  reasons text[] not null,
  reporters_count int not null default 0,
  assigned_to uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default clock_timestamp(),
  sla_at timestamptz not null,
  decided_at timestamptz,
  constraint moderation_cases_subject_type_known
    check (subject_type in ('post', 'message', 'user', 'room', 'story')),
  constraint moderation_cases_status_known
    check (status in ('open', 'decided', 'appealed', 'closed'))
);
comment on table private.moderation_cases is
  'What moderators look at: one open case per subject, whoever reports it. No client access.';
create unique index moderation_cases_open_key
  on private.moderation_cases (subject_type, subject_id) where status = 'open';
create index moderation_cases_queue_idx
  on private.moderation_cases (status, (-priority), created_at, id);
create index moderation_cases_subject_id_idx on private.moderation_cases (subject_id);
create index moderation_cases_owner_id_idx on private.moderation_cases (owner_id);
create index moderation_cases_assigned_to_idx on private.moderation_cases (assigned_to)
  where assigned_to is not null;

create table private.moderation_decisions (
  id uuid primary key default private.uuid_v7(),
  case_id uuid not null references private.moderation_cases (id) on delete cascade,
  moderator_id uuid references public.profiles (id) on delete set null,
  action text not null,
  reason text not null,
  -- End of a measure; a measure without one lasts until it is lifted.
  until timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  constraint moderation_decisions_action_known
    check (action in ('dismiss', 'warn', 'remove', 'mute', 'suspend', 'ban', 'restore')),
  constraint moderation_decisions_until_fits
    check (until is null or action in ('mute', 'suspend', 'ban')),
  constraint moderation_decisions_reason_length check (char_length(reason) between 1 and 2000)
);
comment on table private.moderation_decisions is
  'What was decided, by whom and why; rows are added, never changed. No client access.';
create index moderation_decisions_case_id_idx on private.moderation_decisions (case_id, created_at);
create index moderation_decisions_moderator_id_idx on private.moderation_decisions (moderator_id);

create table public.reports (
  id uuid primary key default private.uuid_v7(),
  reporter_id uuid not null references public.profiles (id) on delete cascade,
  subject_type text not null,
  subject_id uuid not null,
  reported_user_id uuid references public.profiles (id) on delete set null,
  message_id uuid generated always as (case when subject_type = 'message' then subject_id end) stored,
  reason text not null,
  note text,
  case_id uuid references private.moderation_cases (id) on delete set null,
  created_at timestamptz not null default clock_timestamp(),
  constraint reports_reporter_id_subject_key unique (reporter_id, subject_type, subject_id),
  constraint reports_subject_type_known
    check (subject_type in ('post', 'message', 'user', 'room', 'story')),
  constraint reports_reason_known check (reason in
    ('spam', 'harassment', 'hate', 'violence', 'sexual', 'self_harm', 'illegal', 'other')),
  constraint reports_note_length check (char_length(note) <= 2000)
);
comment on table public.reports is
  'Who has reported what, once per person and subject. The reporter is never shown to the reported.';
create index reports_case_id_idx on public.reports (case_id);
create index reports_reported_user_id_idx on public.reports (reported_user_id);
alter table public.reports enable row level security;

create policy reports_select_own on public.reports
  for select to authenticated using (reporter_id = (select auth.uid()));
comment on policy reports_select_own on public.reports is
  'One''s own reports. Moderators read cases, which do not name reporters.';
revoke all on public.reports from anon, authenticated;
grant select on public.reports to authenticated;
grant select, insert, update, delete on public.reports to service_role;

-- Cases ------------------------------------------------------------------------------------------------

create function private.report_severity(p_reason text) returns int
language sql immutable set search_path = ''
as $$
  select case
    when p_reason in ('illegal', 'self_harm', 'violence') then 3
    when p_reason in ('hate', 'harassment', 'sexual', 'slur', 'held') then 2
    else 1
  end
$$;
comment on function private.report_severity(text) is
  'How urgent a reason is: 3 is looked at within 4 hours, 2 within a day, 1 within three days.';

create function private.open_case(
  p_type text, p_id uuid, p_owner uuid, p_reasons text[], p_reporters int
) returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  v_severity constant int := (select max(private.report_severity(r)) from unnest(p_reasons) r);
  v_case uuid;
begin
  insert into private.moderation_cases as c
    (subject_type, subject_id, owner_id, priority, reasons, reporters_count, sla_at)
  values (p_type, p_id, p_owner, v_severity * 10 + p_reporters, p_reasons, p_reporters,
    clock_timestamp() + case v_severity when 3 then interval '4 hours'
      when 2 then interval '1 day' else interval '3 days' end)
  on conflict (subject_type, subject_id) where status = 'open' do update set
    reporters_count = c.reporters_count + excluded.reporters_count,
    priority = greatest(c.priority, v_severity * 10) + excluded.reporters_count,
    sla_at = least(c.sla_at, excluded.sla_at),
    reasons = (select array_agg(distinct r order by r) from unnest(c.reasons || excluded.reasons) r)
  returning c.id into v_case;
  return v_case;
end;
$$;
comment on function private.open_case(text, uuid, uuid, text[], int) is
  'Opens the case of a subject, or adds to the open one. Returns its id.';

-- Reports ------------------------------------------------------------------------------------------------

create function private.store_report(
  p_type text, p_id uuid, p_owner uuid, p_reason text, p_note text
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_report uuid;
  v_case uuid;
begin
  insert into public.reports (reporter_id, subject_type, subject_id, reported_user_id, reason, note)
  values (v_me, p_type, p_id, p_owner, p_reason, p_note)
  on conflict on constraint reports_reporter_id_subject_key do nothing
  returning id into v_report;
  if v_report is not null then
    v_case := private.open_case(p_type, p_id, p_owner, array[p_reason], 1);
    update public.reports set case_id = v_case where id = v_report;
    perform private.emit('report.created', v_report, v_me,
      jsonb_build_object('case_id', v_case, 'subject_type', p_type, 'subject_id', p_id));
  end if;
  return (
    select jsonb_build_object('case_id', c.id, 'status', c.status, 'created', v_report is not null)
    from public.reports r join private.moderation_cases c on c.id = r.case_id
    where r.reporter_id = v_me and r.subject_type = p_type and r.subject_id = p_id);
end;
$$;
comment on function private.store_report(text, uuid, uuid, text, text) is
  'Definer, because cases are closed to clients. Called by private.file_report, which checks sight.';
grant execute on function private.store_report(text, uuid, uuid, text, text) to authenticated;

create function private.file_report(p_type text, p_id uuid, p_reason text, p_note text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_owner uuid;
begin
  -- Row-level security is the caller's: what one cannot see, one cannot report.
  if p_type = 'post' then
    select p.author_id into v_owner from public.posts p
    where p.id = p_id and p.status <> 'removed' and p.deleted_at is null;
  elsif p_type = 'message' then
    select m.author_id into v_owner from public.messages m
    where m.id = p_id and m.deleted_at is null and m.status <> 'removed';
  elsif p_type = 'user' then
    select p.id into v_owner from public.profiles p where p.id = p_id;
  elsif p_type = 'story' then
    select s.author_id into v_owner from public.stories s where s.id = p_id and s.status <> 'removed';
  elsif p_type = 'room' then
    select r.created_by into v_owner from public.rooms r where r.id = p_id;
  else
    raise exception 'Reports of a % are not offered', p_type
      using errcode = 'PT501', hint = 'not-supported';
  end if;
  if not found then
    raise exception 'There is nothing to report here' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_owner = (select auth.uid()) then
    raise exception 'One cannot report oneself' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return private.store_report(p_type, p_id, v_owner, p_reason, p_note);
end;
$$;
comment on function private.file_report(text, uuid, text, text) is
  'Reports what the caller can see: {case_id, status, created}. A second report changes nothing.';
grant execute on function private.file_report(text, uuid, text, text) to authenticated;

-- Screening ----------------------------------------------------------------------------------------------

create function private.screening_state(p_type text, p_id uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  if p_type = 'post' then
    return (select jsonb_build_object('body', p.body, 'status', p.status,
      'screened', p.screened_at is not null, 'besides', to_jsonb(array_remove(
        array(select jsonb_array_elements_text(p.poll -> 'options')) || p.content_warning, null)))
      from public.posts p where p.id = p_id and p.deleted_at is null);
  elsif p_type = 'story' then
    return (select jsonb_build_object('body', s.text, 'status', s.status,
      'screened', s.screened_at is not null) from public.stories s where s.id = p_id);
  end if;
  return (select jsonb_build_object('body', m.body, 'status', m.status,
    'screened', m.screened_at is not null)
    from public.messages m where m.id = p_id and m.deleted_at is null);
end;
$$;
comment on function private.screening_state(text, uuid) is
  'Text and state of a post, message or story, for the job that screens table writes.';

create function private.apply_verdict(
  p_type text, p_id uuid, p_body text, p_status text, p_reasons text[]
) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform set_config('townsquare.verdict_reasons', array_to_string(p_reasons, ','), true);
  -- Only the text that was screened gets the verdict; an edit in between has a job of its own.
  -- What is screened here came in by table, so that its Markdown was not rendered either.
  if p_type = 'post' then
    update public.posts p set screened_at = clock_timestamp(),
      body_html = private.rendered(p_body) ->> 'body_html',
      lang = private.rendered(p_body) ->> 'lang',
      status = case when p.status = 'published' then p_status else p.status end
    where p.id = p_id and p.screened_at is null and p.body is not distinct from p_body;
  elsif p_type = 'story' then
    update public.stories s set screened_at = clock_timestamp(),
      status = case when s.status = 'published' then p_status else s.status end
    where s.id = p_id and s.screened_at is null;
  else
    update public.messages m set screened_at = clock_timestamp(),
      body_html = private.rendered(p_body) ->> 'body_html',
      status = case when m.status = 'published' then p_status else m.status end
    where m.id = p_id and m.screened_at is null and m.body is not distinct from p_body;
  end if;
  perform set_config('townsquare.verdict_reasons', '', true);
end;
$$;
comment on function private.apply_verdict(text, uuid, text, text, text[]) is
  'Stores the outcome of screening a row that came in by table; told twice, once.';

create function private.queue_held() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_reasons constant text[] := string_to_array(
    coalesce(nullif(current_setting('townsquare.verdict_reasons', true), ''), 'held'), ',');
begin
  perform private.open_case(tg_argv[0], new.id, new.author_id, v_reasons, 0);
  return null;
end;
$$;
comment on function private.queue_held() is
  'Definer, because cases are closed to clients. Whatever is held waits in the queue, at once.';
create trigger posts_a60_queue_held after insert on public.posts
  for each row when (new.status = 'held') execute function private.queue_held('post');
create trigger posts_a60_queue_held_update after update of status, body, content_warning, publish_at
  on public.posts
  for each row when (new.status = 'held' and old.status <> 'held')
  execute function private.queue_held('post');
