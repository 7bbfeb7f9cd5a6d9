-- What a post said before, and what goes with its content. Owns private.post_versions.

create table private.post_versions (
  id uuid primary key default private.uuid_v7(),
  post_id uuid not null references public.posts (id) on delete cascade,
  body text not null,
  -- Whom that text mentioned, so that somebody who is erased is found in it.
  mention_ids uuid[] not null default '{}',
  -- When it was replaced.
  edited_at timestamptz not null
);
comment on table private.post_versions is
  'Earlier texts of posts that others could read: the last ones, and none that was held.';
create index post_versions_post_id_idx on private.post_versions (post_id, edited_at desc, id desc);
create index post_versions_mention_ids_idx on private.post_versions using gin (mention_ids)
  where mention_ids <> '{}';
alter table private.post_versions enable row level security;
create policy post_versions_select_visible on private.post_versions
  for select to anon, authenticated
  using (exists (select from public.posts p where p.id = post_id and p.deleted_at is null
    -- What is for those it mentions was written for those whom it mentioned then.
    and (p.visibility <> 'mentioned' or p.parent_id is not null or p.author_id = (select auth.uid())
      or (select auth.uid()) = any (post_versions.mention_ids))));
grant select (id, post_id, body, edited_at) on private.post_versions to anon, authenticated;
grant select, insert, update, delete on private.post_versions to service_role;

create function private.posts_keep_version() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_versions_max constant int := 50;
begin
  insert into private.post_versions (post_id, body, mention_ids, edited_at)
  values (new.id, old.body, old.mention_ids, new.edited_at);
  delete from private.post_versions v where v.id in (
    select o.id from private.post_versions o where o.post_id = new.id
    order by o.edited_at desc, o.id desc offset c_versions_max);
  return null;
end;
$$;
comment on function private.posts_keep_version() is
  'Definer, because nobody writes history by hand. Keeps what an edit has replaced.';
-- What was not screened yet might have been held: it is not kept.
create trigger posts_a70_keep_version after update of body on public.posts
  for each row when (old.body is distinct from new.body and new.deleted_at is null
    and old.status = 'published' and old.screened_at is not null and old.author_id = auth.uid())
  execute function private.posts_keep_version();

create function private.posts_drop_versions() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.post_versions v where v.post_id = new.id;
  return null;
end;
$$;
comment on function private.posts_drop_versions() is
  'Definer, because nobody writes history by hand. Earlier texts were not written for new readers.';
create trigger posts_a75_drop_versions after update of visibility on public.posts
  for each row when (old.visibility is distinct from new.visibility and old.visibility <> 'public')
  execute function private.posts_drop_versions();

create function private.posts_clear_counted() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- By foreign key they would go after the counts, and count below zero.
  delete from private.poll_votes v where v.post_id = old.id;
  delete from public.post_reactions r where r.post_id = old.id;
  delete from public.shares s where s.post_id = old.id;
  return old;
end;
$$;
comment on function private.posts_clear_counted() is
  'Definer, because these rows are other people''s. What is counted goes before its counts do.';
create trigger posts_b60_clear_counted before delete on public.posts
  for each row execute function private.posts_clear_counted();

create function private.posts_clear_remnant() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.post_versions v where v.post_id = new.id;
  delete from private.poll_votes v where v.post_id = new.id;
  delete from private.poll_closings c where c.post_id = new.id;
  return null;
end;
$$;
comment on function private.posts_clear_remnant() is
  'Definer, because it removes what other people did. A remnant keeps its place and nothing else.';
create trigger posts_a55_clear_remnant after update of deleted_at on public.posts
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function private.posts_clear_remnant();
