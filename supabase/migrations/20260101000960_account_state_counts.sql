-- What hidden accounts did counts for nobody, and again when they come back. Owns nothing.
-- The triggers that count skip hidden accounts, so each trace is counted exactly while it shows.

create function private.count_person(p_id uuid, p_delta int) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.counter_deltas (subject_id, kind, delta)
  select f.followee_id, 'followers', p_delta from public.follows f where f.follower_id = p_id
  union all
  select f.follower_id, 'following', p_delta from public.follows f where f.followee_id = p_id
  union all
  select r.post_id, 'reaction:' || r.kind, p_delta
  from public.post_reactions r where r.profile_id = p_id
  union all
  select s.post_id, 'shares', p_delta from public.shares s where s.profile_id = p_id
  union all
  select v.post_id, 'vote:' || o, p_delta
  from private.poll_votes v, unnest(v.options) o where v.profile_id = p_id
  union all
  select m.room_id, 'members', p_delta
  from public.room_members m where m.profile_id = p_id and not m.banned
  union all
  select a.id, 'comments', p_delta * count(*)::int
  from public.posts c cross join lateral private.post_ancestors(c.parent_id) as a (id)
  where c.author_id = p_id and c.parent_id is not null and c.status = 'published'
  group by a.id;
end;
$$;
comment on function private.count_person(uuid, int) is
  'Definer, because only triggers change counts. Takes all that a person did in or out of the counts.';

create function private.account_states_count() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_was constant boolean := tg_op <> 'INSERT' and old.hidden;
  v_is constant boolean := tg_op <> 'DELETE' and new.hidden;
begin
  if v_was is distinct from v_is then
    perform private.count_person(
      coalesce(new.profile_id, old.profile_id), case when v_is then -1 else 1 end);
  end if;
  return old;
end;
$$;
comment on function private.account_states_count() is
  'Definer, because it changes counts. Hiding an account takes its traces out of all counts.';
create trigger account_states_a90_count after insert or update on private.account_states
  for each row execute function private.account_states_count();
-- Before, because with an account all it did is deleted: what follows counts it as shown once more.
create trigger account_states_b90_count before delete on private.account_states
  for each row execute function private.account_states_count();
