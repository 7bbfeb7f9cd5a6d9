-- Shares: what people pass on to those who follow them. Owns shares. Only what everybody may see is
-- shared; a share of what is no longer public is seen by nobody but who shared it.

create table public.shares (
  id uuid primary key default private.uuid_v7(),
  post_id uuid not null references public.posts (id) on delete cascade,
  profile_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  constraint shares_post_id_profile_id_key unique (post_id, profile_id)
);
comment on table public.shares is 'Posts that people have passed on, each person each post once.';
create index shares_post_id_created_at_idx on public.shares (post_id, created_at desc) include (profile_id);
create index shares_profile_id_created_at_idx on public.shares (profile_id, created_at desc, id desc);
alter table public.shares enable row level security;

create policy shares_select_public on public.shares
  for select to anon
  using (not exists (select from private.account_states s
      where s.profile_id = shares.profile_id and s.hidden offset 0)
    and not exists (select from private.private_accounts a
      where a.profile_id = shares.profile_id offset 0)
    and exists (select from public.posts p where p.id = post_id offset 0));
create policy shares_select_visible on public.shares
  for select to authenticated
  using (profile_id = (select auth.uid())
    or (not exists (select from private.block_sides b
        where b.profile_id = (select auth.uid()) and b.other_id = shares.profile_id offset 0)
      and not exists (select from private.account_states s
        where s.profile_id = shares.profile_id and s.hidden offset 0)
      -- What a private account passes on reaches its followers only.
      and not exists (select from private.private_accounts a
        where a.profile_id = shares.profile_id
          and not exists (select from public.follows f
            where f.follower_id = (select auth.uid()) and f.followee_id = a.profile_id offset 0)
        offset 0)
      and exists (select from public.posts p
        where p.id = post_id and p.status = 'published' and p.visibility = 'public'
          and not exists (select from private.private_accounts a
            where a.profile_id in (p.author_id, p.audience_owner_id) offset 0) offset 0)));
create policy shares_insert_own on public.shares
  for insert to authenticated with check (profile_id = (select auth.uid()));
create policy shares_delete_own on public.shares
  for delete to authenticated using (profile_id = (select auth.uid()));
create policy shares_insert_active on public.shares
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy shares_delete_active on public.shares
  as restrictive for delete to authenticated using ((select private.may_write()));

revoke all on public.shares from anon, authenticated;
grant select on public.shares to anon, authenticated;
grant insert (post_id), delete on public.shares to authenticated;
grant select, insert, update, delete on public.shares to service_role;

-- Triggers ---------------------------------------------------------------------------------------------

create function private.shares_before_insert() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  perform private.require_public_post(new.post_id, 'shared');
  return new;
end;
$$;
comment on function private.shares_before_insert() is
  'Runs as the person who shares: what they do not see is not there.';
create trigger shares_b10_check before insert on public.shares
  for each row execute function private.shares_before_insert();

create function private.shares_changed() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if private.is_counted(coalesce(new.profile_id, old.profile_id)) then
    perform private.add_count(coalesce(new.post_id, old.post_id), 'shares',
      case tg_op when 'INSERT' then 1 else -1 end);
  end if;
  if tg_op = 'INSERT' and coalesce(current_setting('townsquare.bulk', true), '') <> 'on' then
    perform private.emit('content.shared', new.post_id, new.profile_id,
      jsonb_build_object('share_id', new.id));
  end if;
  return null;
end;
$$;
comment on function private.shares_changed() is 'Definer, because it writes counts and events.';
create trigger shares_a50_enqueue after insert or delete on public.shares
  for each row execute function private.shares_changed();
