drop function private.send_reminders(int);
drop function private.clear_reminders();
drop function private.my_reminders();
drop function private.add_reminder(uuid, uuid, text, timestamptz);
drop table private.reminders;
drop trigger messages_b05_refuse_command on public.messages;
drop function private.messages_refuse_command();
drop function private.command_names();
