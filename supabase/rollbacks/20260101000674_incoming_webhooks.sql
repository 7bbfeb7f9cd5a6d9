drop function private.say_by_webhook(uuid, text, text, text, uuid);
drop function private.delete_webhook(uuid, uuid);
drop function private.room_webhooks(uuid);
drop function private.create_webhook(uuid, text, text, bytea);
drop function private.present_webhook(private.incoming_webhooks);
drop function private.bot_author(uuid, uuid);
drop table private.message_guises;
drop table private.incoming_webhooks;
