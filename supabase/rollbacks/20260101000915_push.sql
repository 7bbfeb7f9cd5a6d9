drop function private.push_due(uuid, uuid);
drop function private.enqueue_push(uuid);
drop function private.is_worth_ringing(bigint, bigint);
drop function private.drop_push_subscription(text);
drop function private.save_push_subscription(text, text, text);
drop table public.push_subscriptions;
