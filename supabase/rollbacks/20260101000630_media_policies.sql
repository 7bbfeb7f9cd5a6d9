drop function private.sweep_lost_media(int);
drop function private.sweep_stray_objects(int);
drop function private.sweep_loose_media(int);
drop trigger messages_a60_drop_media on public.messages;
drop function private.messages_drop_media();
drop trigger posts_a60_drop_media on public.posts;
drop function private.posts_drop_media();
drop policy media_update_own on public.media;
drop policy media_delete_own on public.media;
drop policy media_select_public on public.media;
drop policy media_select_visible on public.media;
revoke all on public.media from anon, authenticated, service_role;
drop function private.media_room(uuid);
drop function private.is_public_media(uuid);
alter table public.media
  drop constraint media_story_id_fkey,
  drop constraint media_message_id_fkey,
  drop constraint media_post_id_fkey;
