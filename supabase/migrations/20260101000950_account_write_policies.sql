-- What nobody may do by table while they are suspended, banned or gone: write. Owns nothing.
-- These policies only take away; who else may do what stands beside each table. A test demands one
-- for every right to write that clients hold; tables of later files bring theirs along.

create policy profiles_update_active on public.profiles
  as restrictive for update to authenticated
  using ((select private.may_write())) with check ((select private.may_write()));
create policy follows_insert_active on public.follows
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy follows_delete_active on public.follows
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy follow_requests_delete_active on public.follow_requests
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy blocks_insert_active on public.blocks
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy blocks_delete_active on public.blocks
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy mutes_insert_active on public.mutes
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy mutes_delete_active on public.mutes
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy rooms_update_active on public.rooms
  as restrictive for update to authenticated
  using ((select private.may_write())) with check ((select private.may_write()));
create policy rooms_delete_active on public.rooms
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy posts_insert_active on public.posts
  as restrictive for insert to authenticated with check ((select private.may_publish()));
create policy posts_update_active on public.posts
  as restrictive for update to authenticated
  using ((select private.may_publish())) with check ((select private.may_publish()));
create policy posts_delete_active on public.posts
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy post_reactions_insert_active on public.post_reactions
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy post_reactions_update_active on public.post_reactions
  as restrictive for update to authenticated
  using ((select private.may_write())) with check ((select private.may_write()));
create policy post_reactions_delete_active on public.post_reactions
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy messages_insert_active on public.messages
  as restrictive for insert to authenticated with check ((select private.may_publish()));
create policy messages_update_active on public.messages
  as restrictive for update to authenticated
  using ((select private.may_write())) with check ((select private.may_write()));
create policy media_update_active on public.media
  as restrictive for update to authenticated
  using ((select private.may_write())) with check ((select private.may_write()));
create policy media_delete_active on public.media
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy profile_settings_update_active on private.profile_settings
  as restrictive for update to authenticated
  using ((select private.may_write())) with check ((select private.may_write()));
create policy notification_preferences_update_active on public.notification_preferences
  as restrictive for update to authenticated
  using ((select private.may_write())) with check ((select private.may_write()));
