drop function private.feed_following(timestamptz, uuid, int);
drop function private.feed_candidates(int);
drop function private.feed_candidates_since(timestamptz, int);
drop function private.feed_affinity();
drop function private.feed_skipped_ids();
drop function private.has_feed_snapshot(uuid);
drop function private.feed_snapshot_items(uuid, int, int);
drop function private.save_feed_snapshot(jsonb);
drop table private.feed_snapshots;
