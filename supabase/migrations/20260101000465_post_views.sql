-- Views: how often a post was opened, each viewer once in half an hour. Owns private.post_views, which
-- forgets; the count is what stays. Nobody signed in means nobody to tell apart: that is not counted.

create unlogged table private.post_views (
  viewer_id uuid not null references public.profiles (id) on delete cascade,
  post_id uuid not null references public.posts (id) on delete cascade,
  -- When the view that was counted happened; reloads do not move it.
  counted_at timestamptz not null,
  primary key (viewer_id, post_id)
);
comment on table private.post_views is
  'Who has been counted for what in the last half hour. Unlogged: a crash counts somebody twice. '
  'No client access.';
create index post_views_post_id_idx on private.post_views (post_id);
create index post_views_counted_at_idx on private.post_views (counted_at);

create function private.count_views(p_viewers uuid[], p_posts uuid[]) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  c_window constant interval := '30 minutes';
  v_counted int;
begin
  with seen as (
    select distinct v.viewer_id, v.post_id from unnest(p_viewers, p_posts) as v (viewer_id, post_id)
    join public.posts p on p.id = v.post_id and p.author_id <> v.viewer_id
      and p.status = 'published' and p.deleted_at is null
    join public.profiles u on u.id = v.viewer_id
    where not exists (select from private.profile_settings s
        where s.profile_id = v.viewer_id and s.analytics_opt_out)
      and not exists (select from private.account_states a
        where a.profile_id = v.viewer_id and a.hidden)
    -- One order for all, so that two batches never wait for each other.
    order by v.viewer_id, v.post_id
  ), counted as (
    insert into private.post_views as k (viewer_id, post_id, counted_at)
    select s.viewer_id, s.post_id, now() from seen s
    on conflict (viewer_id, post_id) do update set counted_at = excluded.counted_at
      where k.counted_at <= excluded.counted_at - c_window
    returning k.viewer_id, k.post_id
  ), told as (
    -- One statement for all, so that the relay is woken once.
    insert into private.outbox (topic, subject_id, actor_id, traceparent)
    select 'content.viewed', c.post_id, c.viewer_id, private.traceparent() from counted c
  ), summed as (
    insert into private.counter_deltas (subject_id, kind, delta)
    select c.post_id, 'views', count(*) from counted c group by c.post_id
    returning delta
  )
  select coalesce(sum(s.delta), 0) into v_counted from summed s;
  return v_counted;
end;
$$;
comment on function private.count_views(uuid[], uuid[]) is
  'Counts views by pairs of viewer and post, and tells of those that were new; returns how many. '
  'Authors, and people who want no analytics, leave no trace. For the service only.';

create function private.sweep_post_views() returns void
language sql volatile set search_path = ''
as $$ delete from private.post_views v where v.counted_at < now() - interval '30 minutes' $$;
comment on function private.sweep_post_views() is 'Forgets who looked at what; scheduled.';
