-- Bookmarks: what a person keeps for later. Owns bookmarks. Nobody else learns of one, not even as
-- part of a number; with a post that is deleted they go as well.

create table public.bookmarks (
  profile_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  post_id uuid not null references public.posts (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  primary key (profile_id, post_id)
);
comment on table public.bookmarks is 'Posts that a person keeps for later. For their own eyes.';
create index bookmarks_profile_id_created_at_idx
  on public.bookmarks (profile_id, created_at desc, post_id desc);
create index bookmarks_post_id_idx on public.bookmarks (post_id);
alter table public.bookmarks enable row level security;

create policy bookmarks_select_own on public.bookmarks
  for select to authenticated using (profile_id = (select auth.uid()));
create policy bookmarks_insert_own on public.bookmarks
  for insert to authenticated
  with check (profile_id = (select auth.uid())
    and exists (select from public.posts p
      where p.id = post_id and p.status = 'published' and p.deleted_at is null));
create policy bookmarks_delete_own on public.bookmarks
  for delete to authenticated using (profile_id = (select auth.uid()));
create policy bookmarks_insert_active on public.bookmarks
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy bookmarks_delete_active on public.bookmarks
  as restrictive for delete to authenticated using ((select private.may_write()));

revoke all on public.bookmarks from anon, authenticated;
grant select, insert (post_id), delete on public.bookmarks to authenticated;
grant select, insert, update, delete on public.bookmarks to service_role;

-- What hangs on a post goes with its content ---------------------------------------------------------------

create function private.posts_drop_interactions() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.bookmarks b where b.post_id = new.id;
  delete from public.shares s where s.post_id = new.id;
  delete from public.post_reactions r where r.post_id = new.id;
  return null;
end;
$$;
comment on function private.posts_drop_interactions() is
  'Definer, because these rows are other people''s. The empty place of a deleted post keeps answers only.';
create trigger posts_a60_drop_interactions after update of deleted_at on public.posts
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function private.posts_drop_interactions();
