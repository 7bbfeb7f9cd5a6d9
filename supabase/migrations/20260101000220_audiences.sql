-- Audiences: lists of people that a post can be kept to. Owns private.audiences,
-- private.audience_members, private.post_audiences. Nobody learns of the lists that they are on.

create table private.audiences (
  id uuid primary key default private.uuid_v7(),
  owner_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  name text not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint audiences_owner_id_name_key unique (owner_id, name),
  constraint audiences_name_form check (name ~ '\S' and name = btrim(name) and char_length(name) <= 80)
);
comment on table private.audiences is 'Lists of people by name. Only the owner knows of them.';
alter table private.audiences enable row level security;

create table private.audience_members (
  audience_id uuid not null references private.audiences (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  primary key (audience_id, profile_id)
);
comment on table private.audience_members is 'People on lists. Only the owner of a list knows of them.';
create index audience_members_profile_id_idx on private.audience_members (profile_id, audience_id);
create index audience_members_audience_id_created_at_idx
  on private.audience_members (audience_id, created_at desc, profile_id desc);
alter table private.audience_members enable row level security;

-- Apart from posts, because whoever sees a post may read its whole row. Neither id is a foreign key:
-- a list that goes leaves its posts to their author, and posts_after_delete sweeps here when it has counted.
create table private.post_audiences (
  post_id uuid primary key,
  owner_id uuid not null references public.profiles (id) on delete cascade,
  audience_id uuid not null
);
comment on table private.post_audiences is
  'Posts that are kept to a list. When the list is gone, nobody but the author sees them.';
create index post_audiences_owner_id_idx on private.post_audiences (owner_id);
grant select on private.post_audiences to authenticated;
grant select, insert, update, delete on private.post_audiences to service_role;

create function private.my_audience_ids() returns setof uuid
language plpgsql stable security definer rows 20 set search_path = ''
as $$
begin
  return query
    select m.audience_id from private.audience_members m where m.profile_id = (select auth.uid());
end;
$$;
comment on function private.my_audience_ids() is
  'Definer, because nobody may read the lists that they are on. For policies of posts.';
grant execute on function private.my_audience_ids() to anon, authenticated, service_role;

-- Triggers -----------------------------------------------------------------------------------------------

create function private.audiences_check() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_lists_max constant int := 50;
begin
  -- One at a time for each owner, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.audiences:' || new.owner_id, 0));
  if (select count(*) from private.audiences a where a.owner_id = new.owner_id) >= c_lists_max then
    raise exception 'One person has at most % lists', c_lists_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  return new;
end;
$$;
comment on function private.audiences_check() is
  'Definer, so that the count is of all lists whoever writes. Bounds the lists of a person.';
create trigger audiences_b50_check before insert on private.audiences
  for each row execute function private.audiences_check();

create function private.audience_members_check() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_members_max constant int := 1000;
  v_owner uuid;
begin
  -- Shared with other lists and with follows, and not with a block, which waits or is seen below.
  perform from public.profiles p where p.id = new.profile_id for share;
  if not found then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  select a.owner_id into v_owner from private.audiences a where a.id = new.audience_id for no key update;
  if v_owner is null then
    raise exception 'The list does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_owner <> (select auth.uid()) then
    -- The policy refuses it, whoever the person is: what follows would tell of another's blocks.
    return new;
  end if;
  if v_owner = new.profile_id then
    raise exception 'Whoever owns a list is not on it: they see their own posts anyway'
      using errcode = 'PT422', hint = 'invalid-input', column = 'user_id';
  end if;
  if private.is_blocked_between(v_owner, new.profile_id) or private.is_hidden(new.profile_id) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if (select count(*) from private.audience_members m
    where m.audience_id = new.audience_id and m.profile_id <> new.profile_id) >= c_members_max then
    raise exception 'A list has at most % people', c_members_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  return new;
end;
$$;
comment on function private.audience_members_check() is
  'Definer, because it sees the other side''s blocks. Bounds a list; a blocked pair is not there.';
create trigger audience_members_b50_check before insert on private.audience_members
  for each row execute function private.audience_members_check();

create function private.blocks_leave_audiences() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.audience_members m using private.audiences a
  where a.id = m.audience_id
    and ((a.owner_id = new.blocker_id and m.profile_id = new.blocked_id)
      or (a.owner_id = new.blocked_id and m.profile_id = new.blocker_id));
  return null;
end;
$$;
comment on function private.blocks_leave_audiences() is
  'Definer, because it clears the other side''s lists too, in the same transaction.';
create trigger blocks_a20_leave_audiences after insert on public.blocks
  for each row execute function private.blocks_leave_audiences();

-- Policies and grants --------------------------------------------------------------------------------------

create policy audiences_select_own on private.audiences
  for select to authenticated using (owner_id = (select auth.uid()));
create policy audiences_insert_own on private.audiences
  for insert to authenticated with check (owner_id = (select auth.uid()));
create policy audiences_update_own on private.audiences
  for update to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy audiences_delete_own on private.audiences
  for delete to authenticated using (owner_id = (select auth.uid()));

create policy audience_members_select_own on private.audience_members
  for select to authenticated using (exists (
      select from private.audiences a where a.id = audience_id and a.owner_id = (select auth.uid()))
    and not exists (select from private.account_states s
      where s.profile_id = audience_members.profile_id and s.hidden));
create policy audience_members_insert_own on private.audience_members
  for insert to authenticated with check (exists (
    select from private.audiences a where a.id = audience_id and a.owner_id = (select auth.uid())));
create policy audience_members_delete_own on private.audience_members
  for delete to authenticated using (exists (
    select from private.audiences a where a.id = audience_id and a.owner_id = (select auth.uid())));

create policy audiences_insert_active on private.audiences
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy audiences_update_active on private.audiences
  as restrictive for update to authenticated
  using ((select private.may_write())) with check ((select private.may_write()));
create policy audiences_delete_active on private.audiences
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy audience_members_insert_active on private.audience_members
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy audience_members_delete_active on private.audience_members
  as restrictive for delete to authenticated using ((select private.may_write()));

revoke all on private.audiences, private.audience_members from anon, authenticated;
grant select, insert (id, name), update (name), delete on private.audiences to authenticated;
grant select, insert (audience_id, profile_id), delete on private.audience_members to authenticated;
grant select, insert, update, delete on private.audiences, private.audience_members to service_role;
