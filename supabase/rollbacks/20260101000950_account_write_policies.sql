-- Lets states of accounts be no hindrance to writing by table.

drop policy notification_preferences_update_active on public.notification_preferences;
drop policy profile_settings_update_active on private.profile_settings;
drop policy media_update_active on public.media;
drop policy media_delete_active on public.media;
drop policy messages_update_active on public.messages;
drop policy messages_insert_active on public.messages;
drop policy post_reactions_delete_active on public.post_reactions;
drop policy post_reactions_update_active on public.post_reactions;
drop policy post_reactions_insert_active on public.post_reactions;
drop policy posts_delete_active on public.posts;
drop policy posts_update_active on public.posts;
drop policy posts_insert_active on public.posts;
drop policy rooms_delete_active on public.rooms;
drop policy rooms_update_active on public.rooms;
drop policy mutes_delete_active on public.mutes;
drop policy mutes_insert_active on public.mutes;
drop policy blocks_delete_active on public.blocks;
drop policy blocks_insert_active on public.blocks;
drop policy follow_requests_delete_active on public.follow_requests;
drop policy follows_delete_active on public.follows;
drop policy follows_insert_active on public.follows;
drop policy profiles_update_active on public.profiles;
