drop function private.tell_feeds(uuid, uuid, uuid, int);
