drop function private.moderation_queue(text, int, int, timestamptz, uuid);
drop function private.case_detail(uuid);
drop function private.present_case(private.moderation_cases);
drop function private.present_case_subject(text, uuid, uuid);
