-- Counts are checked against the rows they count, and put right. Owns private.counter_checks and
-- private.counter_drift. Nobody waits for it: what is expected and what is counted are read at one
-- moment, and the difference is one more change among all others.

create table private.counter_checks (
  source text primary key,
  -- Where the round that is under way goes on; nothing when none is.
  position uuid,
  checked bigint not null default 0,
  drifted bigint not null default 0,
  started_at timestamptz,
  finished_at timestamptz,
  constraint counter_checks_source_known check (source in ('posts', 'profiles', 'rooms', 'gone'))
);
comment on table private.counter_checks is
  'How far checking has come, and how many subjects and wrong counts the last round met. No client access.';
insert into private.counter_checks (source) values ('posts'), ('profiles'), ('rooms'), ('gone');

create table private.counter_drift (
  id bigint generated always as identity primary key,
  subject_id uuid not null,
  kind text not null,
  expected bigint not null,
  found bigint not null,
  found_at timestamptz not null default clock_timestamp()
);
comment on table private.counter_drift is
  'Counts that were wrong and have been repaired, kept for 90 days. No client access.';
create index counter_drift_found_at_idx on private.counter_drift (found_at);
create index counter_drift_subject_id_idx on private.counter_drift (subject_id);

-- What counts should be --------------------------------------------------------------------------------

create function private.expected_counts(p_source text, p_ids uuid[])
returns table (subject_id uuid, kind text, value bigint)
-- One statement, so that all of it is of one moment; stable, so that it is the caller's.
language sql stable set search_path = ''
as $$
  with recursive down as (
    select c.parent_id as top, c.id, c.status, c.author_id, 1 as depth
    from public.posts c where p_source = 'posts' and c.parent_id = any (p_ids)
    union all
    -- As deep as private.post_ancestors looks up.
    select d.top, c.id, c.status, c.author_id, d.depth + 1
    from down d join public.posts c on c.parent_id = d.id where d.depth < 100
  ), rows as (
    select r.post_id as subject_id, 'reaction:' || r.kind as kind, r.profile_id
    from public.post_reactions r where p_source = 'posts' and r.post_id = any (p_ids)
    union all
    select s.post_id, 'shares', s.profile_id
    from public.shares s where p_source = 'posts' and s.post_id = any (p_ids)
    union all
    select d.top, 'comments', d.author_id from down d where d.status = 'published'
    union all
    select v.post_id, 'vote:' || o, v.profile_id
    from private.poll_votes v cross join unnest(v.options) o
    where p_source = 'posts' and v.post_id = any (p_ids)
    union all
    select f.followee_id, 'followers', f.follower_id
    from public.follows f where p_source = 'profiles' and f.followee_id = any (p_ids)
    union all
    select f.follower_id, 'following', f.followee_id
    from public.follows f where p_source = 'profiles' and f.follower_id = any (p_ids)
    union all
    select m.room_id, 'members', m.profile_id
    from public.room_members m where p_source = 'rooms' and m.room_id = any (p_ids) and not m.banned
  )
  select r.subject_id, r.kind, count(*) from rows r
  where not exists (select from private.account_states a where a.profile_id = r.profile_id and a.hidden)
  group by r.subject_id, r.kind
  union all
  select p.author_id, 'posts', count(*) from public.posts p
  where p_source = 'profiles' and p.author_id = any (p_ids) and p.parent_id is null
    and p.status = 'published'
    and not exists (select from private.post_audiences l where l.post_id = p.id)
  group by p.author_id
$$;
comment on function private.expected_counts(text, uuid[]) is
  'What the rows say that counts of posts, people or rooms should be; nothing stands for zero.';

create function private.is_checked_count(p_source text, p_kind text) returns boolean
language sql immutable set search_path = ''
as $$
  select case p_source
    when 'posts' then p_kind in ('comments', 'shares') or p_kind like 'reaction:%' or p_kind like 'vote:%'
    when 'profiles' then p_kind in ('followers', 'following', 'posts')
    when 'rooms' then p_kind = 'members'
    else false end
$$;
comment on function private.is_checked_count(text, text) is
  'Whether a kind of count can be told from rows; views cannot, since their rows are forgotten.';

-- Repair -----------------------------------------------------------------------------------------------

create function private.repair_counts(p_source text, p_ids uuid[]) returns int
language sql volatile set search_path = ''
as $$
  with found as (
    select u.subject_id, u.kind, sum(u.value)::bigint as value from (
      select c.subject_id, c.kind, c.value from private.counters c where c.subject_id = any (p_ids)
      union all
      select d.subject_id, d.kind, d.delta from private.counter_deltas d where d.subject_id = any (p_ids)
    ) u where private.is_checked_count(p_source, u.kind) group by u.subject_id, u.kind
  ), wrong as (
    select coalesce(e.subject_id, f.subject_id) as subject_id, coalesce(e.kind, f.kind) as kind,
      coalesce(e.value, 0) as expected, coalesce(f.value, 0) as found
    from private.expected_counts(p_source, p_ids) e
    full join found f on f.subject_id = e.subject_id and f.kind = e.kind
    where coalesce(e.value, 0) <> coalesce(f.value, 0)
  ), repaired as (
    insert into private.counter_deltas (subject_id, kind, delta)
    select w.subject_id, w.kind, w.expected - w.found from wrong w
  ), noted as (
    insert into private.counter_drift (subject_id, kind, expected, found)
    select w.subject_id, w.kind, w.expected, w.found from wrong w returning id
  )
  select count(*)::int from noted
$$;
comment on function private.repair_counts(text, uuid[]) is
  'Puts wrong counts of these subjects right; returns how many there were. Writers go on meanwhile.';

create function private.drop_counts_of_gone(p_ids uuid[]) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_dropped int;
begin
  delete from private.counters c where c.subject_id = any (p_ids) and case
    when c.kind = 'views' or private.is_checked_count('posts', c.kind) then
      not exists (select from public.posts p where p.id = c.subject_id)
      and not exists (select from public.messages m where m.id = c.subject_id)
    when private.is_checked_count('profiles', c.kind) then
      not exists (select from public.profiles p where p.id = c.subject_id)
    when private.is_checked_count('rooms', c.kind) then
      not exists (select from public.rooms r where r.id = c.subject_id)
    else false end;
  get diagnostics v_dropped = row_count;
  return v_dropped;
end;
$$;
comment on function private.drop_counts_of_gone(uuid[]) is
  'Forgets counts of what is no longer there; returns how many there were.';

create function private.next_to_check(p_source text, p_after uuid, p_limit int) returns uuid[]
language plpgsql stable set search_path = ''
as $$
declare
  c_first constant uuid := '00000000-0000-0000-0000-000000000000';
  v_after constant uuid := coalesce(p_after, c_first);
begin
  return case p_source
    when 'posts' then array(
      select p.id from public.posts p where p.id > v_after order by p.id limit p_limit)
    when 'profiles' then array(
      select p.id from public.profiles p where p.id > v_after order by p.id limit p_limit)
    when 'rooms' then array(
      select r.id from public.rooms r where r.id > v_after order by r.id limit p_limit)
    else array(select distinct c.subject_id from private.counters c
      where c.subject_id > v_after order by c.subject_id limit p_limit) end;
end;
$$;
comment on function private.next_to_check(text, uuid, int) is 'The next subjects of a round, by id.';

create function private.reconcile_counters(p_limit int default 500)
returns table (source text, checked int, drifted int)
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
declare
  -- A round that was finished lately is not begun again.
  c_rest constant interval := '12 hours';
  v_check private.counter_checks;
  v_ids uuid[];
  v_drifted int;
begin
  select * into v_check from private.counter_checks c
  where c.position is not null or coalesce(c.finished_at < now() - c_rest, true)
  order by c.position is null, c.finished_at nulls first, c.source limit 1 for update skip locked;
  if not found then
    return;
  end if;
  v_ids := private.next_to_check(v_check.source, v_check.position, p_limit);
  v_drifted := case when v_check.source = 'gone' then private.drop_counts_of_gone(v_ids)
    else private.repair_counts(v_check.source, v_ids) end;
  update private.counter_checks c set
    position = case when cardinality(v_ids) = p_limit then v_ids[p_limit] end,
    checked = cardinality(v_ids) + case when v_check.position is null then 0 else c.checked end,
    drifted = v_drifted + case when v_check.position is null then 0 else c.drifted end,
    started_at = case when v_check.position is null then clock_timestamp() else c.started_at end,
    finished_at = case when cardinality(v_ids) < p_limit then clock_timestamp() else c.finished_at end
  where c.source = v_check.source;
  return query select v_check.source, cardinality(v_ids), v_drifted;
end;
$$;
comment on function private.reconcile_counters(int) is
  'Checks and repairs the counts of one more batch of subjects; no row when all were checked lately. '
  'Two at once take different sources. For the service only.';

create function private.sweep_counter_drift() returns void
language sql volatile set search_path = ''
as $$ delete from private.counter_drift d where d.found_at < now() - interval '90 days' $$;
comment on function private.sweep_counter_drift() is 'Forgets old repairs; scheduled.';
