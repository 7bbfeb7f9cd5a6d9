-- Polls: a question with options. Owns private.poll_votes, private.poll_closings; the poll itself
-- is in its post.

create table private.poll_votes (
  post_id uuid not null references public.posts (id) on delete cascade,
  profile_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  -- Positions from 0, ascending.
  options smallint[] not null,
  created_at timestamptz not null default now(),
  primary key (post_id, profile_id)
);
comment on table private.poll_votes is 'One vote per person and poll. Nobody reads another''s.';
create index poll_votes_profile_id_idx on private.poll_votes (profile_id);
alter table private.poll_votes enable row level security;
create policy poll_votes_select_own on private.poll_votes
  for select to authenticated using (profile_id = (select auth.uid()));
create policy poll_votes_insert_own on private.poll_votes
  for insert to authenticated
  with check (profile_id = (select auth.uid())
    and exists (select from public.posts p
      where p.id = post_id and p.poll is not null and p.status = 'published' and p.deleted_at is null));
create policy poll_votes_insert_active on private.poll_votes
  as restrictive for insert to authenticated with check ((select private.may_write()));
grant select, insert (post_id, options) on private.poll_votes to authenticated;
grant select, insert, update, delete on private.poll_votes to service_role;

create table private.poll_closings (
  post_id uuid primary key references public.posts (id) on delete cascade,
  closes_at timestamptz not null
);
comment on table private.poll_closings is
  'Polls of which nobody was told yet that they have closed. No client access.';
create index poll_closings_closes_at_idx on private.poll_closings (closes_at);
alter table private.poll_closings enable row level security;
grant select, insert, update, delete on private.poll_closings to service_role;

-- The poll of a post --------------------------------------------------------------------------------------

create function private.refuse_poll(p_column text, p_message text) returns void
language plpgsql immutable set search_path = ''
as $$
begin
  raise exception '%', p_message using errcode = 'PT422', hint = 'invalid-input', column = p_column;
end;
$$;
comment on function private.refuse_poll(text, text) is 'Says what is wrong with a poll.';
grant execute on function private.refuse_poll(text, text) to authenticated, service_role;

create function private.poll_options(p_poll jsonb) returns text[]
language plpgsql stable set search_path = ''
as $$
declare
  v_options text[];
begin
  if jsonb_typeof(p_poll -> 'options') is distinct from 'array'
    or jsonb_array_length(p_poll -> 'options') not between 2 and 10 then
    perform private.refuse_poll('poll.options', 'A poll has 2 to 10 options');
  end if;
  select array_agg(case when jsonb_typeof(o.value) = 'string' then btrim(o.value #>> '{}', E' \t\r\n') end
    order by o.n) into v_options
  from jsonb_array_elements(p_poll -> 'options') with ordinality as o (value, n);
  if exists (select from unnest(v_options) t
    where t is null or t !~ '\S' or char_length(t) > 100) then
    perform private.refuse_poll('poll.options', 'An option is a text of 1 to 100 characters');
  end if;
  if (select count(distinct lower(t)) from unnest(v_options) t) < cardinality(v_options) then
    perform private.refuse_poll('poll.options', 'The options differ from each other');
  end if;
  return v_options;
end;
$$;
comment on function private.poll_options(jsonb) is 'The options of a poll as it was sent, or an error.';
grant execute on function private.poll_options(jsonb) to authenticated, service_role;

create function private.poll_end(p_poll jsonb) returns timestamptz
language plpgsql stable set search_path = ''
as $$
begin
  if jsonb_typeof(p_poll -> 'closes_at') is distinct from 'string' then
    perform private.refuse_poll('poll.closes_at', 'A poll says when it closes');
  end if;
  -- Postgres reads more than times: tomorrow, infinity.
  if p_poll ->> 'closes_at' !~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d' then
    perform private.refuse_poll('poll.closes_at', 'This is not a time');
  end if;
  return (p_poll ->> 'closes_at')::timestamptz;
exception when datetime_field_overflow or invalid_datetime_format then
  perform private.refuse_poll('poll.closes_at', 'This is not a time');
  return null;
end;
$$;
comment on function private.poll_end(jsonb) is 'When a poll as it was sent closes, or an error.';
grant execute on function private.poll_end(jsonb) to authenticated, service_role;

create function private.posts_fill_poll(inout p_row public.posts, p_before text default null)
language plpgsql stable set search_path = ''
as $$
declare
  c_open_min constant interval := interval '5 minutes';
  c_open_max constant interval := interval '30 days';
  v_opens constant timestamptz := coalesce(p_row.publish_at, now());
  v_options text[];
  v_closes timestamptz;
begin
  if p_row.parent_id is not null then
    perform private.refuse_poll('poll', 'A comment has no poll');
  end if;
  if jsonb_typeof(p_row.poll) <> 'object'
    or p_row.poll - '{options,closes_at,multiple}'::text[] <> '{}'
    or coalesce(jsonb_typeof(p_row.poll -> 'multiple'), 'boolean') <> 'boolean' then
    perform private.refuse_poll('poll', 'A poll is {options, closes_at, multiple}');
  end if;
  v_options := private.poll_options(p_row.poll);
  v_closes := private.poll_end(p_row.poll);
  -- A draft may wait for any time; a scheduled post was checked when it was scheduled.
  if p_row.status <> 'draft' and (v_closes > v_opens + c_open_max or v_closes <
    case when p_before = 'scheduled' and p_row.status <> 'scheduled' then v_opens
      else v_opens + c_open_min end) then
    perform private.refuse_poll('poll.closes_at', 'A poll is open for 5 minutes to 30 days');
  end if;
  p_row.poll := jsonb_build_object('options', v_options, 'closes_at', v_closes,
    'multiple', coalesce((p_row.poll ->> 'multiple')::boolean, false));
end;
$$;
comment on function private.posts_fill_poll(public.posts, text) is
  'Checks the poll of a post and gives it its form. `p_before` is the status until now.';
grant execute on function private.posts_fill_poll(public.posts, text) to authenticated, service_role;

create function private.posts_open_poll() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.poll_closings (post_id, closes_at)
  values (new.id, (new.poll ->> 'closes_at')::timestamptz) on conflict do nothing;
  return null;
end;
$$;
comment on function private.posts_open_poll() is
  'Definer, because the table is closed to clients. Has a job tell of the end of the poll.';
create trigger posts_a45_open_poll after insert on public.posts
  for each row when (new.poll is not null and new.published_at is not null)
  execute function private.posts_open_poll();
create trigger posts_a45_open_poll_update after update on public.posts
  for each row when (new.poll is not null and old.published_at is null and new.published_at is not null)
  execute function private.posts_open_poll();

create function private.poll_json(p_poll jsonb, p_id uuid, p_counts jsonb, p_neutral boolean)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_closed constant boolean := now() >= (p_poll ->> 'closes_at')::timestamptz;
  v_voted smallint[];
begin
  if not p_neutral and (select auth.uid()) is not null then
    select v.options into v_voted from private.poll_votes v
    where v.post_id = p_id and v.profile_id = (select auth.uid());
  end if;
  return p_poll || jsonb_build_object('closed', v_closed, 'voted', v_voted, 'options', (
    select jsonb_agg(jsonb_build_object('text', o.value, 'votes',
      case when v_closed or v_voted is not null
        then coalesce((p_counts ->> ('vote:' || o.n - 1))::bigint, 0) end) order by o.n)
    from jsonb_array_elements_text(p_poll -> 'options') with ordinality as o (value, n)));
end;
$$;
comment on function private.poll_json(jsonb, uuid, jsonb, boolean) is
  'The poll of a post as the caller may see it: results once they have voted, or it has closed.';
grant execute on function private.poll_json(jsonb, uuid, jsonb, boolean)
  to anon, authenticated, service_role;

-- Voting -------------------------------------------------------------------------------------------------

create function private.poll_votes_check() returns trigger
language plpgsql stable set search_path = ''
as $$
declare
  v_poll jsonb;
begin
  select p.poll into v_poll from public.posts p
  where p.id = new.post_id and p.poll is not null and p.status = 'published' and p.deleted_at is null;
  if not found then
    raise exception 'There is no such poll' using errcode = 'PT404', hint = 'not-found';
  end if;
  if clock_timestamp() >= (v_poll ->> 'closes_at')::timestamptz then
    raise exception 'The poll has closed' using errcode = 'PT409', hint = 'poll-closed';
  end if;
  new.options := array(select distinct o from unnest(new.options) o order by o);
  if cardinality(new.options) = 0 or new.options[1] < 0 or new.options[1] is null
    or new.options[cardinality(new.options)] >= jsonb_array_length(v_poll -> 'options')
    or (cardinality(new.options) > 1 and not (v_poll ->> 'multiple')::boolean) then
    raise exception 'Name options by their position from 0, one unless several are allowed'
      using errcode = 'PT422', hint = 'invalid-input', column = 'options';
  end if;
  return new;
end;
$$;
comment on function private.poll_votes_check() is
  'Runs as the voter: what they do not see is not there. A poll closes at its second.';
create trigger poll_votes_b50_check before insert on private.poll_votes
  for each row execute function private.poll_votes_check();

create function private.poll_votes_count() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_vote constant private.poll_votes := coalesce(new, old);
begin
  if private.is_counted(v_vote.profile_id) then
    perform private.add_count(v_vote.post_id, 'vote:' || o, case tg_op when 'INSERT' then 1 else -1 end)
    from unnest(v_vote.options) o;
  end if;
  return null;
end;
$$;
comment on function private.poll_votes_count() is
  'Definer, because only triggers change counts. Votes of hidden accounts count for nobody.';
create trigger poll_votes_a50_count after insert or delete on private.poll_votes
  for each row execute function private.poll_votes_count();

-- Closing ------------------------------------------------------------------------------------------------

create function private.close_polls(p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_closed int;
begin
  with due as (
    delete from private.poll_closings c where c.post_id in (
      select d.post_id from private.poll_closings d where d.closes_at <= now()
      order by d.closes_at limit p_limit for update skip locked)
    returning c.post_id
  )
  select count(*)::int into v_closed from (
    select private.emit('content.poll_closed', p.id, p.author_id)
    from due join public.posts p on p.id = due.post_id
    where p.deleted_at is null) told;
  return v_closed;
end;
$$;
comment on function private.close_polls(int) is
  'Tells of polls that have closed, each once however many workers run. Votes end by themselves.';
