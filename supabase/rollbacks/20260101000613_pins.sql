drop trigger messages_a56_take_down on public.messages;
drop function private.messages_take_down();
drop function private.unpin_message(uuid, uuid);
drop function private.pin_message(uuid, uuid);
drop function private.require_may_pin(uuid);
drop table private.message_pins;
drop function private.message_pins_announce();
