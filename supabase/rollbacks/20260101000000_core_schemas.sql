-- Takes the core back: everything in private, the hook of the REST API, default privileges.
-- Extensions stay: other projects' objects may use them.

alter role authenticator reset pgrst.db_pre_request;
notify pgrst, 'reload config';

drop function private.fold_counts_of(uuid);
drop function private.fold_counters(int);
drop function private.count_of(uuid, text);
drop function private.add_count(uuid, text, int);
drop table private.counter_deltas;
drop table private.counters;
drop function private.sweep_bookkeeping();
drop function private.release_idempotency_key(text, text, text);
drop function private.finish_idempotency_key(text, text, text, int, jsonb, jsonb);
drop function private.claim_idempotency_key(text, text, text, text);
drop table private.idempotency_keys;
drop function private.take_rate_limit(text, int, int, int);
drop table private.rate_limits;
drop function private.before_rest_request();
drop function private.begin_request(jsonb, text, text);
drop function private.check_session(jsonb);
drop function private.traceparent();
drop function private.outbox_secret();
drop function private.set_setting(text, text);
drop function private.setting(text);
drop table private.settings;
drop function private.uuid_v7();

alter default privileges grant execute on functions to public;
alter default privileges in schema public grant execute on functions to anon, authenticated;
alter default privileges in schema public grant all on tables to anon, authenticated;
drop schema private;
