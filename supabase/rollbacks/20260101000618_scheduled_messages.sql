drop function private.send_scheduled_message();
drop function private.say_scheduled(private.scheduled_messages);
drop table private.scheduled_messages;
drop function private.scheduled_messages_check();
