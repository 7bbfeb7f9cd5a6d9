drop trigger messages_a05_keep_version on public.messages;
drop function private.messages_keep_version();
drop table private.message_versions;
