-- Suggestions: whom a person might follow. Owns private.dismissed_suggestions.
-- What a suggestion says is what its reader could look up: hidden lists neither count nor are named.

create table private.dismissed_suggestions (
  profile_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  person_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (profile_id, person_id)
);
comment on table private.dismissed_suggestions is 'People whom somebody does not want suggested.';
create index dismissed_suggestions_person_id_idx on private.dismissed_suggestions (person_id);
alter table private.dismissed_suggestions enable row level security;
create policy dismissed_suggestions_select_own on private.dismissed_suggestions
  for select to authenticated using (profile_id = (select auth.uid()));
create policy dismissed_suggestions_insert_own on private.dismissed_suggestions
  for insert to authenticated with check (profile_id = (select auth.uid()));
create policy dismissed_suggestions_insert_active on private.dismissed_suggestions
  as restrictive for insert to authenticated with check ((select private.may_write()));
revoke all on private.dismissed_suggestions from anon, authenticated;
grant select, insert (person_id) on private.dismissed_suggestions to authenticated;
grant select, insert, update, delete on private.dismissed_suggestions to service_role;

-- The latest follows say who is popular now, and cost the same however many there are.
create index follows_created_at_idx on public.follows (created_at desc, followee_id);

create function private.not_suggested_ids() returns setof uuid
language plpgsql stable security definer rows 100 set search_path = ''
as $$
begin
  return query
    select (select auth.uid())
    union all select f.followee_id from public.follows f where f.follower_id = (select auth.uid())
    union all select r.target_id from public.follow_requests r where r.requester_id = (select auth.uid())
    union all select m.muted_id from public.mutes m where m.muter_id = (select auth.uid())
    union all select d.person_id from private.dismissed_suggestions d
      where d.profile_id = (select auth.uid())
    union all select h from private.hidden_profile_ids() h;
end;
$$;
comment on function private.not_suggested_ids() is
  'Definer, because blocks by others are closed. Whom the caller knows already, or does not want.';

create function private.suggested_by_mutuals(p_limit int)
returns table (person_id uuid, mutuals bigint, named_id uuid)
language plpgsql stable security definer rows 100 set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  return query
    -- Whom a person followed last says most of what they like now, and bounds the cost of the busiest.
    -- Bounds are literals, so that the planner knows them and walks the index; counts come first, by
    -- ids alone, and settings are asked of the few that are left ("offset 0": one by one).
    with speaking as materialized (
      select f.followee_id as id,
        (row_number() over (order by f.created_at desc, f.followee_id desc))::int as n
      from (select f.followee_id, f.created_at from public.follows f
        where f.follower_id = v_me
          and not exists (select from private.profile_settings s
            where s.profile_id = f.followee_id and s.hide_following offset 0)
          and not exists (select from private.account_states s
            where s.profile_id = f.followee_id and s.hidden offset 0)
        order by f.created_at desc, f.followee_id desc limit 100) f
    ), found as materialized (
      select e.followee_id as id, count(*) as mutuals, min(s.n) as named
      from speaking s
      cross join lateral (
        select f.followee_id from public.follows f where f.follower_id = s.id
        order by f.created_at desc, f.followee_id desc limit 50) e
      group by e.followee_id
    ), best as materialized (
      select f.id, f.mutuals, f.named from found f
      where f.id not in (select private.not_suggested_ids())
      order by f.mutuals desc, f.id limit p_limit * 2
    )
    select b.id, b.mutuals, s.id from best b join speaking s on s.n = b.named
    where not exists (select from private.profile_settings o
        where o.profile_id = b.id and o.hide_followers offset 0)
      and not exists (select from private.account_states o
        where o.profile_id = b.id and o.hidden offset 0)
    order by b.mutuals desc, b.id limit p_limit;
end;
$$;
comment on function private.suggested_by_mutuals(int) is
  'Definer, because others'' follows are closed. People whom those one follows follow, how many do, and '
  'one of these; whoever hides the list in question is neither counted nor named.';

create function private.suggested_by_popularity(p_limit int)
returns table (person_id uuid, followers bigint)
language plpgsql stable security definer rows 100 set search_path = ''
as $$
begin
  return query
    with found as materialized (
      select l.followee_id as id, count(*) as followers
      from (select f.followee_id from public.follows f order by f.created_at desc limit 2000) l
      group by l.followee_id
    ), best as materialized (
      select f.id, f.followers from found f
      where f.id not in (select private.not_suggested_ids())
      order by f.followers desc, f.id limit p_limit * 2
    )
    select b.id, b.followers from best b
    where not exists (select from private.private_accounts a where a.profile_id = b.id offset 0)
      and not exists (select from private.profile_settings s
        where s.profile_id = b.id and s.hide_followers offset 0)
      and not exists (select from private.account_states s
        where s.profile_id = b.id and s.hidden offset 0)
    order by b.followers desc, b.id limit p_limit;
end;
$$;
comment on function private.suggested_by_popularity(int) is
  'Definer, because others'' follows are closed. Public accounts that many have followed lately.';

create function private.suggest_people(p_before real, p_after_id uuid, p_limit int)
returns table (id uuid, score real, item jsonb)
language plpgsql stable security definer rows 100 set search_path = ''
as $$
declare
  c_people constant int := 100;
begin
  return query
    with mutual as materialized (
      select * from private.suggested_by_mutuals(c_people)
    ), everybody as (
      select m.person_id, m.mutuals::real as score, m.mutuals, m.named_id from mutual m
      union all
      -- Below everybody who has a mutual, and only while those are few.
      select p.person_id, (p.followers / (p.followers + 1.0))::real, null, null
      from private.suggested_by_popularity(
        case when (select count(*) from mutual) < c_people then c_people else 0 end) p
      where p.person_id not in (select m.person_id from mutual m)
    ), page as materialized (
      select e.* from (select * from everybody e
        order by e.score desc, e.person_id limit c_people) e
      where p_before is null or (-e.score, e.person_id) > (-p_before, p_after_id)
      order by e.score desc, e.person_id limit p_limit
    )
    select e.person_id, e.score, jsonb_build_object(
      'id', e.person_id, 'user', private.profile_summary(e.person_id),
      'reason', case when e.mutuals is null
        then jsonb_build_object('code', 'popular', 'detail', 'Many follow them lately')
        else jsonb_build_object('code', 'mutuals', 'detail', 'Followed by '
          || (private.profile_summary(e.named_id) ->> 'display_name')
          || case e.mutuals when 1 then '' when 2 then ' and 1 other person you follow'
            else ' and ' || e.mutuals - 1 || ' other people you follow' end) end,
      'score', e.score)
    from page e order by e.score desc, e.person_id;
end;
$$;
comment on function private.suggest_people(real, uuid, int) is
  'Definer, because its parts are. Whom the caller might follow, best first, with what speaks for it; '
  'a page of those after a score and person.';
grant execute on function private.suggest_people(real, uuid, int) to authenticated;
