drop trigger posts_a70_drop_notifications_update on public.posts;
drop trigger posts_a70_drop_notifications on public.posts;
drop function private.posts_drop_notifications();
drop function private.notify_of_poll(uuid, uuid, int);
drop function private.notify_of_edit(uuid, uuid);
drop index public.notifications_subject_post_idx;
