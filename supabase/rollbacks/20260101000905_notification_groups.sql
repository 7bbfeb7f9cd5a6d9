drop trigger notification_actors_a10_clear on private.notification_actors;
drop function private.notification_actors_clear();
drop function private.join_notification(uuid, text, uuid, text, uuid, uuid, jsonb, text[]);
