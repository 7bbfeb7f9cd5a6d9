drop function private.impression_post(uuid);
drop function private.feed_hidden_post_ids();
drop table private.feed_feedback;
drop function private.feed_feedback_bound();
drop function private.feed_feedback_check();
