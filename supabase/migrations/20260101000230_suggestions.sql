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
language sql stable security definer rows 100 set search_path = ''
as $$
  select (select auth.uid())
  union all select f.followee_id from public.follows f where f.follower_id = (select auth.uid())
  union all select r.target_id from public.follow_requests r where r.requester_id = (select auth.uid())
  union all select m.muted_id from public.mutes m where m.muter_id = (select auth.uid())
  union all select d.person_id from private.dismissed_suggestions d
    where d.profile_id = (select auth.uid())
  union all select h from private.hidden_profile_ids() h
$$;
comment on function private.not_suggested_ids() is
  'Definer, because blocks by others are closed. Whom the caller knows already, or does not want.';

create function private.suggested_by_mutuals(p_limit int)
returns table (person_id uuid, mutuals bigint, named_id uuid)
language plpgsql stable security definer rows 100 set search_path = ''
as $$
declare
  -- Whom a person followed last says most of what they like now, and bounds the cost of the busiest.
  c_followees constant int := 200;
  c_of_each constant int := 100;
  v_me constant uuid := (select auth.uid());
begin
  return query
    with speaking as materialized (
      select f.followee_id as id, f.created_at from public.follows f
      where f.follower_id = v_me
        and not exists (select from private.profile_settings s
          where s.profile_id = f.followee_id and s.hide_following)
        and not exists (select from private.account_states s
          where s.profile_id = f.followee_id and s.hidden)
      order by f.created_at desc limit c_followees
    ), found as (
      select e.followee_id as id, count(*) as mutuals,
        (array_agg(s.id order by s.created_at desc, s.id))[1] as named
      from speaking s
      cross join lateral (
        select f.followee_id from public.follows f where f.follower_id = s.id
        order by f.created_at desc limit c_of_each) e
      where e.followee_id not in (select private.not_suggested_ids())
      group by e.followee_id
    )
    select f.id, f.mutuals, f.named from found f
    where not exists (select from private.profile_settings s
        where s.profile_id = f.id and s.hide_followers)
      and not exists (select from private.account_states s where s.profile_id = f.id and s.hidden)
    order by f.mutuals desc, f.id limit p_limit;
end;
$$;
comment on function private.suggested_by_mutuals(int) is
  'Definer, because others'' follows are closed. People whom those one follows follow, how many do, and '
  'one of these; whoever hides the list in question is neither counted nor named.';

create function private.suggested_by_popularity(p_limit int)
returns table (person_id uuid, followers bigint)
language plpgsql stable security definer rows 100 set search_path = ''
as $$
declare
  c_latest constant int := 2000;
begin
  return query
    select l.followee_id, count(*) from (
      select f.followee_id from public.follows f order by f.created_at desc limit c_latest) l
    where l.followee_id not in (select private.not_suggested_ids())
      and not exists (select from private.private_accounts a where a.profile_id = l.followee_id)
      and not exists (select from private.profile_settings s
        where s.profile_id = l.followee_id and s.hide_followers)
      and not exists (select from private.account_states s
        where s.profile_id = l.followee_id and s.hidden)
    group by l.followee_id
    order by count(*) desc, l.followee_id limit p_limit;
end;
$$;
comment on function private.suggested_by_popularity(int) is
  'Definer, because others'' follows are closed. Public accounts that many have followed lately.';

create function private.suggest_people() returns table (id uuid, score real, item jsonb)
language plpgsql stable security definer rows 100 set search_path = ''
as $$
declare
  c_people constant int := 100;
begin
  return query
    with mutual as materialized (
      select * from private.suggested_by_mutuals(c_people)
    ), everybody as (
      select m.person_id, m.mutuals::real as score, 'mutuals' as code,
        'Followed by ' || n.display_name || case m.mutuals when 1 then ''
          when 2 then ' and 1 other person you follow'
          else ' and ' || m.mutuals - 1 || ' other people you follow' end as detail
      from mutual m join public.profiles n on n.id = m.named_id
      union all
      -- Below everybody who has a mutual.
      select p.person_id, (p.followers / (p.followers + 1.0))::real, 'popular', 'Many follow them lately'
      from private.suggested_by_popularity(c_people) p
      where p.person_id not in (select m.person_id from mutual m)
    )
    select e.person_id, e.score, jsonb_build_object(
      'id', e.person_id, 'user', private.profile_summary(e.person_id),
      'reason', jsonb_build_object('code', e.code, 'detail', e.detail), 'score', e.score)
    from everybody e
    order by e.score desc, e.person_id limit c_people;
end;
$$;
comment on function private.suggest_people() is
  'Definer, because its parts are. Whom the caller might follow, best first, with what speaks for it.';
grant execute on function private.suggest_people() to authenticated;
