drop function private.notify_of_missed_call(uuid);
drop function private.sweep_calls(int);
drop function private.blocks_end_calls() cascade;
drop function private.room_members_leave_calls() cascade;
drop function private.drop_participant(uuid, uuid, timestamptz, boolean);
drop function private.end_call(uuid);
drop function private.leave_call(uuid);
drop function private.join_call(uuid, boolean);
drop function private.start_call(uuid, text);
