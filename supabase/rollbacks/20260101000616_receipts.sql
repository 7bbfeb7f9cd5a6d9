drop function private.announce_unread(uuid, boolean);
drop table private.unread_marks;
drop function private.announce_message(public.messages);
drop function private.first_unread_seq(uuid);
drop function private.mark_message(uuid, text);
drop function private.note_receipts(uuid, uuid, bigint, text);
drop table public.message_receipts;
drop function private.my_receipt_ids();
