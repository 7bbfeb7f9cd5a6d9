-- Graph: who follows, blocks and mutes whom. Owns follows, follow_requests, blocks, mutes.
-- Here is decided once who is hidden from whom.

create table public.follows (
  follower_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  followee_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (follower_id, followee_id),
  constraint follows_not_self check (follower_id <> followee_id)
);
comment on table public.follows is 'Follower sees what followee publishes to followers.';
create index follows_followee_id_created_at_idx
  on public.follows (followee_id, created_at desc, follower_id desc);
create index follows_follower_id_created_at_idx
  on public.follows (follower_id, created_at desc, followee_id desc);
alter table public.follows enable row level security;

create table public.follow_requests (
  requester_id uuid not null references public.profiles (id) on delete cascade,
  target_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (requester_id, target_id)
);
comment on table public.follow_requests is 'Follows of private accounts that wait for approval.';
create index follow_requests_target_id_created_at_idx
  on public.follow_requests (target_id, created_at desc, requester_id desc);
alter table public.follow_requests enable row level security;

create table public.blocks (
  blocker_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  blocked_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (blocker_id, blocked_id),
  constraint blocks_not_self check (blocker_id <> blocked_id)
);
comment on table public.blocks is 'Blocker and blocked are invisible to each other.';
create index blocks_blocked_id_idx on public.blocks (blocked_id, blocker_id);
alter table public.blocks enable row level security;

-- Every block from both sides. Narrow and without policies, so that policies can probe it row by
-- row; only the schema's being closed keeps it from clients.
create table private.block_sides (
  profile_id uuid not null references public.profiles (id) on delete cascade,
  other_id uuid not null references public.profiles (id) on delete cascade,
  is_blocker boolean not null,
  primary key (profile_id, other_id, is_blocker)
);
comment on table private.block_sides is
  'Blocks as each of the two meets them. Kept by a trigger on blocks. Not exposed.';
create index block_sides_other_id_idx on private.block_sides (other_id);
grant select on private.block_sides to anon, authenticated;

create table public.mutes (
  muter_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  muted_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (muter_id, muted_id),
  constraint mutes_not_self check (muter_id <> muted_id)
);
comment on table public.mutes is 'Muter gets no notifications and no feed items from muted.';
create index mutes_muted_id_idx on public.mutes (muted_id);
alter table public.mutes enable row level security;

-- Predicates -------------------------------------------------------------------------------------------

create function private.hidden_profile_ids() returns setof uuid
language plpgsql stable security definer rows 20 set search_path = ''
as $$ begin return query
  select b.blocked_id from public.blocks b where b.blocker_id = (select auth.uid())
  union all
  select b.blocker_id from public.blocks b where b.blocked_id = (select auth.uid());
end; $$;
comment on function private.hidden_profile_ids() is
  'Definer, because one may not read who has blocked one. Blocks in both directions of the caller.';
grant execute on function private.hidden_profile_ids() to anon, authenticated, service_role;

create function private.blocked_profile_ids() returns setof uuid
language plpgsql stable security definer rows 20 set search_path = ''
as $$ begin
  return query select b.blocked_id from public.blocks b where b.blocker_id = (select auth.uid());
end; $$;
comment on function private.blocked_profile_ids() is
  'Definer, to spare policies a second policy. People whom the caller has blocked.';
grant execute on function private.blocked_profile_ids() to anon, authenticated, service_role;

create function private.is_blocked_between(p_one uuid, p_other uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select from public.blocks b
    where (b.blocker_id = p_one and b.blocked_id = p_other)
       or (b.blocker_id = p_other and b.blocked_id = p_one));
end;
$$;
comment on function private.is_blocked_between(uuid, uuid) is
  'Definer, because neither side may read the other''s blocks. For triggers and jobs.';

-- Triggers ---------------------------------------------------------------------------------------------

create function private.follows_check() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.follower_id = new.followee_id then
    raise exception 'Nobody follows themselves'
      using errcode = 'PT422', hint = 'invalid-input', column = 'followee_id';
  end if;
  -- People are locked before edges, here and wherever edges change. Follows of one person go on side by
  -- side; a block of either, or a change between private and public, comes before or after.
  perform from public.profiles p where p.id = new.followee_id for share;
  -- A blocked pair answers as a missing person does.
  if not found or private.is_hidden(new.followee_id)
    or private.is_blocked_between(new.follower_id, new.followee_id) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  -- Only by granting a request does somebody write a follow of themselves.
  if new.followee_id is distinct from (select auth.uid())
    and exists (select from private.private_accounts a where a.profile_id = new.followee_id)
    and not exists (select from public.follows f
      where f.follower_id = new.follower_id and f.followee_id = new.followee_id) then
    insert into public.follow_requests (requester_id, target_id)
    values (new.follower_id, new.followee_id) on conflict do nothing;
    return null;
  end if;
  return new;
end;
$$;
comment on function private.follows_check() is
  'Definer, because it sees the other side''s blocks. Files a request where approval is needed.';
create trigger follows_b50_check before insert on public.follows
  for each row execute function private.follows_check();

create function private.count_follow(p_row public.follows, p_delta int) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if private.is_counted(p_row.followee_id) then
    perform private.add_count(p_row.follower_id, 'following', p_delta);
  end if;
  if private.is_counted(p_row.follower_id) then
    perform private.add_count(p_row.followee_id, 'followers', p_delta);
  end if;
end;
$$;
comment on function private.count_follow(public.follows, int) is
  'Definer, because only triggers change counts. Hidden accounts count for nobody.';

create function private.follows_after_insert() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.emit('user.followed', new.followee_id, new.follower_id);
  perform private.count_follow(new, 1);
  return null;
end;
$$;
comment on function private.follows_after_insert() is 'Definer, because it writes events and counts.';
create trigger follows_a50_enqueue after insert on public.follows
  for each row execute function private.follows_after_insert();

create function private.follows_after_delete() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.count_follow(old, -1);
  return null;
end;
$$;
comment on function private.follows_after_delete() is 'Definer, because it writes counts.';
create trigger follows_a90_count after delete on public.follows
  for each row execute function private.follows_after_delete();

create function private.follow_requests_enqueue() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.emit('user.follow_requested', new.target_id, new.requester_id);
  return null;
end;
$$;
comment on function private.follow_requests_enqueue() is 'Definer, because it appends to the outbox.';
create trigger follow_requests_a50_enqueue after insert on public.follow_requests
  for each row execute function private.follow_requests_enqueue();

create function private.blocks_check() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.blocker_id = new.blocked_id then
    raise exception 'Nobody blocks themselves'
      using errcode = 'PT422', hint = 'invalid-input', column = 'blocked_id';
  end if;
  -- Both, in one order: whoever is writing an edge between them has finished, or will see the block.
  perform from public.profiles p where p.id in (new.blocker_id, new.blocked_id)
  order by p.id for no key update;
  if not exists (select from public.profiles p where p.id = new.blocked_id) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  return new;
end;
$$;
comment on function private.blocks_check() is
  'Definer, because one may block back somebody whom one cannot see.';
create trigger blocks_b50_check before insert on public.blocks
  for each row execute function private.blocks_check();

create function private.mutes_check() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.muter_id = new.muted_id then
    raise exception 'Nobody mutes themselves'
      using errcode = 'PT422', hint = 'invalid-input', column = 'muted_id';
  end if;
  if private.is_blocked_between(new.muter_id, new.muted_id) or private.is_hidden(new.muted_id)
    or not exists (select from public.profiles p where p.id = new.muted_id) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  return new;
end;
$$;
comment on function private.mutes_check() is
  'Definer, because it sees the other side''s blocks: a blocked pair is not there.';
create trigger mutes_b50_check before insert on public.mutes
  for each row execute function private.mutes_check();

create function private.blocks_mirror() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into private.block_sides (profile_id, other_id, is_blocker)
    values (new.blocker_id, new.blocked_id, true), (new.blocked_id, new.blocker_id, false);
  else
    delete from private.block_sides s
    where (s.profile_id = old.blocker_id and s.other_id = old.blocked_id and s.is_blocker)
      or (s.profile_id = old.blocked_id and s.other_id = old.blocker_id and not s.is_blocker);
  end if;
  return null;
end;
$$;
comment on function private.blocks_mirror() is
  'Definer, because only this trigger keeps the sides of blocks.';
create trigger blocks_a05_mirror after insert or delete on public.blocks
  for each row execute function private.blocks_mirror();

create function private.blocks_sever() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.follows f
  where (f.follower_id = new.blocker_id and f.followee_id = new.blocked_id)
     or (f.follower_id = new.blocked_id and f.followee_id = new.blocker_id);
  delete from public.follow_requests r
  where (r.requester_id = new.blocker_id and r.target_id = new.blocked_id)
     or (r.requester_id = new.blocked_id and r.target_id = new.blocker_id);
  perform private.emit('user.blocked', new.blocked_id, new.blocker_id);
  return null;
end;
$$;
comment on function private.blocks_sever() is
  'Definer, because it removes the other side''s follow too, in the same transaction.';
create trigger blocks_a10_sever after insert on public.blocks
  for each row execute function private.blocks_sever();

create function private.answer_follow_request(p_requester uuid, p_accept boolean) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  perform private.require_standing('active');
  perform from public.profiles p where p.id = v_me for share;
  delete from public.follow_requests r where r.requester_id = p_requester and r.target_id = v_me;
  if not found then
    return false;
  end if;
  if p_accept then
    insert into public.follows (follower_id, followee_id) values (p_requester, v_me)
    on conflict do nothing;
    perform private.emit('user.follow_accepted', p_requester, v_me);
  end if;
  return true;
end;
$$;
comment on function private.answer_follow_request(uuid, boolean) is
  'Definer, because it writes another person''s follow; only the caller''s own requests are answered.';
grant execute on function private.answer_follow_request(uuid, boolean) to authenticated;

create function private.accept_open_requests(p_target uuid, p_limit int) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_ids uuid[];
begin
  perform from public.profiles p where p.id = p_target for share;
  if not found or private.is_hidden(p_target)
    or exists (select from private.private_accounts a where a.profile_id = p_target) then
    return 0;
  end if;
  with taken as (
    delete from public.follow_requests r
    where r.target_id = p_target and r.requester_id in (
      select o.requester_id from public.follow_requests o where o.target_id = p_target
      order by o.created_at, o.requester_id limit p_limit)
    returning r.requester_id
  )
  select coalesce(array_agg(t.requester_id order by t.requester_id), '{}') into v_ids from taken t;
  insert into public.follows (follower_id, followee_id) select i, p_target from unnest(v_ids) i
  on conflict do nothing;
  perform private.emit('user.follow_accepted', i, p_target) from unnest(v_ids) i;
  if cardinality(v_ids) = p_limit then
    perform private.emit('user.opened', p_target, p_target);
  end if;
  return cardinality(v_ids);
end;
$$;
comment on function private.accept_open_requests(uuid, int) is
  'Definer, because it writes other people''s follows. Grants what waits for an account that is public; '
  'where more waits than one transaction should do, an event has the next one do it.';

create function private.profiles_open() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_at_once constant int := 200;
begin
  perform private.accept_open_requests(new.id, c_at_once);
  return null;
end;
$$;
comment on function private.profiles_open() is
  'Definer, because it writes other people''s follows. Nobody waits for an account that is public.';
create trigger profiles_a20_open after update of is_private on public.profiles
  for each row when (old.is_private and not new.is_private) execute function private.profiles_open();

-- Policies and grants ------------------------------------------------------------------------------------

create policy profiles_select_visible on public.profiles
  for select to anon, authenticated
  using (id = (select auth.uid())
    -- Here and in other policies `offset 0` makes the planner look rows up one by one: it does not
    -- know of the page's limit and would read the whole table first.
    or (not exists (select from private.block_sides b
        where b.profile_id = (select auth.uid()) and b.other_id = id offset 0)
      and not exists (select from private.account_states s
        where s.profile_id = id and s.hidden offset 0)));
comment on policy profiles_select_visible on public.profiles is
  'Everybody sees a profile but those in a block with it; a hidden account only itself.';
create policy profiles_update_own on public.profiles
  for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

create policy follows_select_own on public.follows
  for select to authenticated
  using (follower_id = (select auth.uid()) or followee_id = (select auth.uid()));
comment on policy follows_select_own on public.follows is
  'One''s own edges; lists of others go through private.follow_list, which knows their settings.';
create policy follows_insert_own on public.follows
  for insert to authenticated with check (follower_id = (select auth.uid()));
create policy follows_delete_own on public.follows
  for delete to authenticated
  using (follower_id = (select auth.uid()) or followee_id = (select auth.uid()));
comment on policy follows_delete_own on public.follows is 'Unfollow, or remove a follower.';

create policy follow_requests_select_own on public.follow_requests
  for select to authenticated
  using (requester_id = (select auth.uid()) or target_id = (select auth.uid()));
create policy follow_requests_delete_own on public.follow_requests
  for delete to authenticated
  using (requester_id = (select auth.uid()) or target_id = (select auth.uid()));

create policy blocks_select_own on public.blocks
  for select to authenticated using (blocker_id = (select auth.uid()));
create policy blocks_insert_own on public.blocks
  for insert to authenticated with check (blocker_id = (select auth.uid()));
create policy blocks_delete_own on public.blocks
  for delete to authenticated using (blocker_id = (select auth.uid()));

create policy mutes_select_own on public.mutes
  for select to authenticated using (muter_id = (select auth.uid()));
create policy mutes_insert_own on public.mutes
  for insert to authenticated with check (muter_id = (select auth.uid()));
create policy mutes_delete_own on public.mutes
  for delete to authenticated using (muter_id = (select auth.uid()));

revoke all on public.profiles, public.follows, public.follow_requests, public.blocks, public.mutes
  from anon, authenticated;
grant select on public.profiles to anon, authenticated;
grant update (handle, display_name, bio, links, location, is_private, avatar_media_id)
  on public.profiles to authenticated;
grant select, delete on public.follows to authenticated;
grant insert (followee_id) on public.follows to authenticated;
grant select, delete on public.follow_requests to authenticated;
grant select, delete on public.blocks, public.mutes to authenticated;
grant insert (blocked_id) on public.blocks to authenticated;
grant insert (muted_id) on public.mutes to authenticated;
grant select, insert, update, delete
  on public.profiles, public.follows, public.follow_requests, public.blocks, public.mutes
  to service_role;
