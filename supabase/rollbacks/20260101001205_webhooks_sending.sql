drop function private.reseal_secret(uuid, text, text);
drop function private.secrets_to_reseal(text[]);
drop function private.tend_webhooks();
drop function private.finish_delivery(uuid, uuid, uuid, int, text, text, int);
drop function private.disable_endpoint(private.webhook_endpoints, text);
drop function private.claim_delivery(uuid);
drop function private.next_delivery(private.webhook_endpoints);
drop function private.enqueue_deliveries(uuid);
