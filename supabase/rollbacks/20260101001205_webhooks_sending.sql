drop function private.tend_webhooks();
drop function private.finish_delivery(uuid, uuid, uuid, int, text, text, int);
drop function private.disable_endpoint(private.webhook_endpoints, text);
drop function private.claim_delivery(uuid);
