drop table private.hashtag_follows;
drop function private.hashtag_follows_before_insert();
drop function private.hashtag_of(text);
