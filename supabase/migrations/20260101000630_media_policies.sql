-- Media, second part: who sees a file, which follows what it hangs on.

alter table public.media
  add constraint media_post_id_fkey foreign key (post_id) references public.posts (id) on delete set null,
  add constraint media_message_id_fkey
    foreign key (message_id) references public.messages (id) on delete set null;

create function private.is_public_media(p_media_id uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.profiles p where p.avatar_media_id = p_media_id and not private.is_hidden(p.id)
  ) or exists (
    select from public.media m join public.posts p on p.id = m.post_id
    where m.id = p_media_id and p.visibility = 'public' and p.status = 'published'
      and p.deleted_at is null
      and not private.is_hidden(p.author_id) and not private.is_hidden(p.audience_owner_id)
      and not exists (select from private.private_accounts a where a.profile_id = p.audience_owner_id))
$$;
comment on function private.is_public_media(uuid) is
  'Definer, because it asks for everybody, not for the caller. Avatars and files of public posts.';

create policy media_select_visible on public.media
  for select to authenticated
  using (
    owner_id = (select auth.uid())
    or exists (select from public.profiles p where p.avatar_media_id = media.id)
    or exists (select from public.posts p where p.id = media.post_id and p.deleted_at is null)
    or exists (select from public.messages m where m.id = media.message_id and m.deleted_at is null)
  );
comment on policy media_select_visible on public.media is
  'The policies of posts, messages and profiles decide; a loose file is its owner''s alone.';
create policy media_select_public on public.media
  for select to anon
  using (
    exists (select from public.profiles p where p.avatar_media_id = media.id)
    or exists (select from public.posts p where p.id = media.post_id and p.deleted_at is null)
  );
comment on policy media_select_public on public.media is
  'Signed-out people reach no messages; the rest is decided by the policies of posts and profiles.';
create policy media_delete_own on public.media
  for delete to authenticated using (owner_id = (select auth.uid()));

revoke all on public.media from anon, authenticated;
grant select (id, owner_id, kind, mime_type, bytes, width, height, duration_s, blurhash, alt, status,
  variants, post_id, message_id, room_id, created_at) on public.media to anon, authenticated;
grant delete on public.media to authenticated;
grant select, insert, update, delete on public.media to service_role;
