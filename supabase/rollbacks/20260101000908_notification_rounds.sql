drop function private.notify_of_decision(uuid, text, uuid, uuid, int);
drop function private.notify_of_message(uuid, uuid, uuid, int);
drop function private.is_called(public.messages, uuid);
drop function private.people_of_message(public.messages, uuid, int);
drop function private.tell_more(text, uuid, uuid, uuid[], int, jsonb);
