-- Graph, second part: people as others see them, and lists of people.

create function private.relation_to(p_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  return jsonb_build_object(
    'following', case
      when exists (select from public.follows f
        where f.follower_id = v_me and f.followee_id = p_id) then 'yes'
      when exists (select from public.follow_requests r
        where r.requester_id = v_me and r.target_id = p_id) then 'requested'
      else 'no' end,
    'followed_by', exists (select from public.follows f
      where f.follower_id = p_id and f.followee_id = v_me),
    'blocking', exists (select from public.blocks b
      where b.blocker_id = v_me and b.blocked_id = p_id),
    'muting', exists (select from public.mutes m
      where m.muter_id = v_me and m.muted_id = p_id));
end;
$$;
comment on function private.relation_to(uuid) is
  'Definer, to spare four policies per person shown; only edges of the caller. The shape Relation.';
grant execute on function private.relation_to(uuid) to anon, authenticated, service_role;

create function private.profile_card(p_id uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return private.profile_summary(p_id) || jsonb_build_object('viewer', private.relation_to(p_id));
end;
$$;
comment on function private.profile_card(uuid) is 'A person in a list of people: ProfileCard.';
grant execute on function private.profile_card(uuid) to anon, authenticated, service_role;

create function private.shows_list(p_profile uuid, p_kind text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  if p_profile = (select auth.uid()) then
    return true;
  end if;
  return not exists (select from private.profile_settings s where s.profile_id = p_profile
    and ((s.hide_followers and p_kind in ('followers', 'friends'))
      or (s.hide_following and p_kind in ('following', 'friends'))));
end;
$$;
comment on function private.shows_list(uuid, text) is
  'Definer, because settings of others are closed. Whether a person lets others see their followers, '
  'following or friends, and how many they are.';

create function private.present_profile(p_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (
    select private.profile_card(p.id) || jsonb_build_object(
      'bio', p.bio, 'links', to_jsonb(p.links), 'location', p.location,
      'is_private', p.is_private, 'created_at', p.created_at,
      'counts', jsonb_build_object(
        'followers', case when private.shows_list(p.id, 'followers')
          then private.count_of(p.id, 'followers') end,
        'following', case when private.shows_list(p.id, 'following')
          then private.count_of(p.id, 'following') end,
        'posts', private.count_of(p.id, 'posts')))
    from public.profiles p
    where p.id = p_id and not exists (select from public.blocks b
      where b.blocker_id = p.id and b.blocked_id = (select auth.uid()))
      and (p.id = (select auth.uid()) or not private.is_hidden(p.id)));
end;
$$;
comment on function private.present_profile(uuid) is
  'Definer, so that one can look up whom one has blocked, to undo it. Null where hidden.';
grant execute on function private.present_profile(uuid) to anon, authenticated, service_role;

create function private.follow_list(
  p_profile uuid, p_kind text, p_before timestamptz, p_before_id uuid, p_limit int
) returns table (at timestamptz, id uuid, item jsonb)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  if p_profile is null or p_profile in (select private.hidden_profile_ids())
    or (p_profile is distinct from v_me and private.is_hidden(p_profile)) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_kind in ('followers', 'following', 'friends') and not (private.shows_list(p_profile, p_kind)
    -- Lists of a private account are for those whom it has let in, as its posts are.
    and (p_profile is not distinct from v_me
      or not exists (select from private.private_accounts a where a.profile_id = p_profile)
      or exists (select from public.follows f
        where f.follower_id = v_me and f.followee_id = p_profile))) then
    return query select null::timestamptz, null::uuid, null::jsonb;
    return;
  end if;
  return query
    select s.at, s.id, private.profile_card(s.id)
    from (
      select e.at, e.id from (
        -- The kind is known when it is planned: five of the six parts fall away.
        select f.created_at as at, f.follower_id as id from public.follows f
        where p_kind = 'followers' and f.followee_id = p_profile
        union all
        select f.created_at, f.followee_id from public.follows f
        where p_kind = 'following' and f.follower_id = p_profile
        union all
        select f.created_at, f.followee_id from public.follows f
        where p_kind = 'friends' and f.follower_id = p_profile
          and exists (select from public.follows b
            where b.follower_id = f.followee_id and b.followee_id = p_profile)
        union all
        select r.created_at, r.requester_id from public.follow_requests r
        where p_kind = 'requests' and r.target_id = p_profile and p_profile = v_me
        union all
        select b.created_at, b.blocked_id from public.blocks b
        where p_kind = 'blocks' and b.blocker_id = p_profile and p_profile = v_me
        union all
        select m.created_at, m.muted_id from public.mutes m
        where p_kind = 'mutes' and m.muter_id = p_profile and p_profile = v_me
      ) e
      where (p_before is null or (e.at, e.id) < (p_before, p_before_id))
        and (p_kind = 'blocks' or e.id not in (select private.hidden_profile_ids()))
        and not exists (select from private.account_states s where s.profile_id = e.id and s.hidden)
      order by e.at desc, e.id desc limit least(p_limit, 101)
    ) s
    order by s.at desc, s.id desc;
end;
$$;
comment on function private.follow_list(uuid, text, timestamptz, uuid, int) is
  'Definer, because others'' edges are closed to clients. People of a list, without hidden ones; '
  'a row of nulls when the list itself is not for the caller.';
grant execute on function private.follow_list(uuid, text, timestamptz, uuid, int)
  to anon, authenticated, service_role;
