drop function private.feed_newest(timestamptz, uuid, int, boolean, boolean);
drop function private.followed_posts(timestamptz, uuid, int);
drop function private.feed_unwanted_topics();
drop function private.feed_unwanted_ids();
