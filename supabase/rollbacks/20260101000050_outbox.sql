-- Takes the outbox and the bookkeeping of jobs back.

drop function private.sweep_outbox();
drop function private.record_dead_job(text, text, text, int, timestamptz, jsonb);
drop function private.finish_jobs(text[], double precision[], uuid);
drop function private.begin_jobs(text[], uuid);
drop function private.finish_job(text, uuid);
drop function private.begin_job(text, uuid);
drop function private.release_outbox(uuid[], text);
drop function private.mark_outbox_published(uuid[]);
drop function private.claim_outbox(int);
drop table private.dead_jobs;
drop table private.job_runs;
drop table private.outbox;
drop function private.outbox_waits();
drop function private.keep_relay_awake(int);
drop function private.outbox_nudge();
drop function private.emit_later(text, uuid, uuid, jsonb, timestamptz);
drop function private.emit(text, uuid, uuid, jsonb);
