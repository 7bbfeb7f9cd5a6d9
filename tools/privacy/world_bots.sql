-- The rest of the small world: bots, webhooks in both directions, reminders.

select private.insert_bot_account(privacy.id('bot.self'), 'bot_self', 'Bot of self');
insert into private.bots (profile_id, owner_id)
values (privacy.id('bot.self'), privacy.id('self'));
insert into private.bot_tokens (id, bot_id, token_hash, scopes)
values (privacy.id('token.self'), privacy.id('bot.self'), '\x01', '{rooms:read}');
insert into public.room_members (room_id, profile_id)
values (privacy.id('room.open'), privacy.id('bot.self'));
insert into private.incoming_webhooks (id, room_id, name, secret_hash, created_by)
values (privacy.id('hook.closed'), privacy.id('room.closed'), privacy.mark('hook.closed'), '\x01',
  privacy.id('self'));
select private.ensure_system_profile(private.hook_profile_id());
insert into private.message_guises (message_id, name)
values (privacy.id('message.closed.hook'), privacy.mark('guise of message.closed.hook'));
insert into public.messages (id, room_id, author_id, kind, body)
values (privacy.id('message.closed.hook'), privacy.id('room.closed'), private.hook_profile_id(), 'bot',
  privacy.mark('message.closed.hook'));
insert into private.reminders (id, profile_id, room_id, body, due_at)
select privacy.id('reminder.' || r.person), privacy.id(r.person), privacy.id('room.open'),
  privacy.mark('reminder of ' || r.person), now() + interval '1 day'
from (values ('self'), ('hermit')) as r (person);
insert into private.webhook_endpoints (id, owner_id, room_id, url, description, events)
values (privacy.id('target.closed'), privacy.id('self'), privacy.id('room.closed'),
    'https://target.example/', privacy.mark('target.closed'), '{*}'),
  (privacy.id('target.all'), privacy.id('admin'), null,
    'https://target.example/', privacy.mark('target.all'), '{*}');
insert into private.webhook_deliveries (id, endpoint_id, event_id, type, body, status)
values (privacy.id('delivery.closed'), privacy.id('target.closed'), gen_random_uuid(),
    'message.created', privacy.mark('delivery.closed'), 'failed'),
  (privacy.id('delivery.all'), privacy.id('target.all'), gen_random_uuid(),
    'content.created', privacy.mark('delivery.all'), 'failed');
insert into private.room_feeds (id, room_id, url, title)
values (privacy.id('feed.closed'), privacy.id('room.closed'), 'https://feed.example/',
  privacy.mark('feed.closed'));
