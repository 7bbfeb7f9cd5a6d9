-- Digests: one mail a day with what waits, for those who asked for it. Owns private.digests.

create table private.digests (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  -- The person's own day: one mail a day, however often the job runs.
  sent_for date not null,
  -- Everything up to here has been told by mail.
  told_to timestamptz not null
);
comment on table private.digests is 'When a person was last written to. No client access.';
alter table private.digests enable row level security;
revoke all on private.digests from anon, authenticated;
grant select, insert, update, delete on private.digests to service_role;

create index notifications_mailed_idx on public.notifications (recipient_id, created_at)
  where read_at is null and 'email' = any (channels);

create function private.local_time(p_person uuid, p_at timestamptz) returns timestamp
language sql stable set search_path = ''
as $$
  select p_at at time zone coalesce((select n.quiet_hours ->> 'time_zone'
    from public.notification_preferences n where n.profile_id = p_person), 'UTC')
$$;
comment on function private.local_time(uuid, timestamptz) is
  'The time on the wall of a person: in the zone of their quiet hours, else in UTC.';

create function private.enqueue_digests(p_after uuid, p_limit int) returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  -- Nobody is written to before that hour of their day.
  c_hour constant int := 8;
  v_now constant timestamptz := clock_timestamp();
  v_people uuid[];
begin
  v_people := array(
    select distinct n.recipient_id from public.notifications n
    left join private.digests d on d.profile_id = n.recipient_id
    where n.read_at is null and 'email' = any (n.channels)
      and (d.told_to is null or n.created_at > d.told_to)
      and (p_after is null or n.recipient_id > p_after)
    order by n.recipient_id limit p_limit);
  perform private.emit('digest.due', w.id, null, jsonb_build_object('day', w.day))
  from (select p.id, private.local_time(p.id, v_now) as wall,
      private.local_time(p.id, v_now)::date as day from unnest(v_people) as p (id)) w
  where extract(hour from w.wall) >= c_hour and private.quiet_until(w.id, v_now) is null
    and not exists (select from private.digests d where d.profile_id = w.id and d.sent_for >= w.day);
  return v_people[p_limit];
end;
$$;
comment on function private.enqueue_digests(uuid, int) is
  'Has a job write to the next people whose morning has come and for whom something waits; answers '
  'where to go on. For jobs only.';

create function private.take_digest(p_person uuid, p_day date) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  c_lines constant int := 20;
  -- Beyond that nobody counts.
  c_waiting_max constant int := 1000;
  v_now constant timestamptz := clock_timestamp();
  v_since timestamptz;
  v_email text;
  v_ids uuid[];
  v_result jsonb;
begin
  select d.told_to into v_since from private.digests d
  where d.profile_id = p_person and d.sent_for < p_day for update;
  if not found and exists (select from private.digests d where d.profile_id = p_person) then
    return null;
  end if;
  v_email := (select u.email from auth.users u
    where u.id = p_person and u.email_confirmed_at is not null);
  if v_email is null or private.is_hidden(p_person) then
    return null;
  end if;
  v_ids := private.visible_notifications(p_person, array(select n.id from public.notifications n
    where n.recipient_id = p_person and n.read_at is null and 'email' = any (n.channels)
      and n.created_at > coalesce(v_since, '-infinity')
      and 'email' = any (private.notification_channels(p_person, n.type))
    order by n.created_at desc limit c_waiting_max));
  with waiting as (select n.* from public.notifications n where n.id = any (v_ids))
  select jsonb_build_object('email', v_email, 'name', private.profile_summary(p_person) ->> 'display_name',
    'total', (select count(*) from waiting),
    'lines', (select jsonb_agg(private.present_notification(w.id) ->> 'text' order by w.created_at desc)
      from (select * from waiting order by created_at desc limit c_lines) w))
  into v_result;
  if (v_result ->> 'total')::int = 0 then
    return null;
  end if;
  insert into private.digests as d (profile_id, sent_for, told_to) values (p_person, p_day, v_now)
  on conflict (profile_id) do update set sent_for = excluded.sent_for, told_to = excluded.told_to;
  return v_result;
end;
$$;
comment on function private.take_digest(uuid, date) is
  'What to write to a person on that day of theirs, and the note that it is done; null when there is '
  'nothing, or it was done before. It quotes nothing: mail is read on the way. For jobs only.';

create function private.stop_digests(p_person uuid) returns void
language sql volatile set search_path = ''
as $$
  update public.notification_preferences n
  set types = (select jsonb_object_agg(t, coalesce(n.types -> t, '{}') || '{"email": false}')
    from unnest(private.notification_types()) t)
  where n.profile_id = p_person
$$;
comment on function private.stop_digests(uuid) is
  'Turns mail off for all types: the person has followed the link in a mail.';
