drop policy townsquare_insert_signed_in on realtime.messages;
drop policy townsquare_select_anonymous on realtime.messages;
drop policy townsquare_select_signed_in on realtime.messages;
drop function private.may_write_topic(text, text);
drop function private.may_read_topic(text, text);
drop function private.is_closed_conversation(uuid);
drop function private.is_in_room_topic(text);
drop function private.topic_uuid(text, text);
