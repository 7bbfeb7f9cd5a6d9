drop function private.stop_digests(uuid);
drop function private.take_digest(uuid, date);
drop function private.enqueue_digests(uuid, int);
drop function private.local_time(uuid, timestamptz);
drop index public.notifications_mailed_idx;
drop table private.digests;
