-- Takes decisions back.

drop function private.decide_case(uuid, text, text, timestamptz);
drop function private.carry_out(private.moderation_cases, text, text);
drop function private.check_decision(private.moderation_cases, text);
drop function private.last_action(uuid);
drop function private.set_subject_status(text, uuid, text[], text);
