-- Takes the second part of leaving back.

drop function private.person_files(uuid, int);
drop function private.erase_step(uuid, int);
drop function private.erase_account(uuid);
drop function private.erase_traces(uuid);
drop function private.erase_references(uuid, int);
drop function private.erase_memberships(uuid, int);
drop function private.erase_message_mentions(uuid, int);
drop function private.erase_post_mentions(uuid, int);
drop function private.without_mention(text, text);
drop function private.erase_posts(uuid, int);
drop function private.hand_over_thread(uuid, uuid, int);
drop function private.erase_messages(uuid, int);
drop function private.person_references();
drop index public.notifications_subject_user_idx;
drop index public.posts_audience_ids_idx;
