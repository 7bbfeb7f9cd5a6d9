-- Takes measures against accounts back.

drop function private.apply_measure(private.moderation_cases, text);
drop function private.store_measure(uuid, text, timestamptz, text);
drop function private.standing_measure(uuid, text, uuid);
drop function private.require_may_measure(uuid, text);
drop function private.check_until(text, timestamptz);
