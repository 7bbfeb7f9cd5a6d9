drop policy media_delete_own on public.media;
drop policy media_select_public on public.media;
drop policy media_select_visible on public.media;
revoke all on public.media from anon, authenticated, service_role;
drop function private.is_public_media(uuid);
alter table public.media
  drop constraint media_message_id_fkey,
  drop constraint media_post_id_fkey;
