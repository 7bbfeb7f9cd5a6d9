-- What is tried on bots, their tokens, webhooks, commands and reminders. bot.self is self's, and in
-- room.open; hook.closed speaks in room.closed.

-- call private.add_bot
select private.add_bot({bot.self}, {room.closed});
select private.add_bot({bot.self}, {room.foreign});
-- call private.add_reminder
select private.add_reminder(gen_random_uuid(), {room.closed}, 'Tea', now() + interval '1 hour') is not null;
select private.add_reminder({reminder.hermit}, {room.open}, 'Tea', now() + interval '1 hour');
-- call private.bot_author
select private.bot_author({message.closed.hook}, private.hook_profile_id()) ->> 'display_name';
-- call private.change_bot
select private.change_bot({bot.self}, 'Mine now', null) ->> 'id';
-- call private.clear_reminders
select private.clear_reminders();
-- call private.command_names
select private.command_names();
-- call private.create_bot
select private.create_bot('some_new_bot', 'New') is not null;
-- call private.create_bot_token
select private.create_bot_token({bot.self}, '\x00', array['rooms:read'], null) is not null;
-- call private.create_webhook
select private.create_webhook({room.closed}, 'Mine', null, '\x00') is not null;
select private.create_webhook({room.foreign}, 'Mine', null, '\x00') is not null;
-- call private.delete_bot
select private.delete_bot({bot.self});
-- call private.delete_bot_token
select private.delete_bot_token({bot.self}, {token.self});
-- call private.delete_webhook
select private.delete_webhook({room.closed}, {hook.closed});
-- call private.hook_profile_id
select private.hook_profile_id();
-- call private.is_system_profile
select private.is_system_profile({self});
-- call private.my_bots
select private.my_bots();
-- call private.my_reminders
select body from private.my_reminders();
-- call private.remove_bot
select private.remove_bot({bot.self}, {room.open});
-- call private.room_webhooks
select private.room_webhooks({room.closed});
select private.room_webhooks({room.foreign});
-- call private.welcome_profile_id
select private.welcome_profile_id();
