drop function private.enqueue_pushes(uuid[]);
drop function private.deliver_notifications(uuid[]);
drop function private.create_notifications(uuid[], text, text, uuid, uuid, jsonb);
drop function private.notification_wishes(uuid[], text);
