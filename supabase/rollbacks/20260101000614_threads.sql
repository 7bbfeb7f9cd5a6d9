drop function private.mention_scope(public.messages);
drop function private.follow_thread(uuid, uuid, text);
drop trigger messages_a05_join_thread on public.messages;
drop function private.messages_join_thread();
drop table private.thread_members;
