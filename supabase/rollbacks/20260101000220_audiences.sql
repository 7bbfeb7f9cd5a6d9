drop trigger blocks_a20_leave_audiences on public.blocks;
drop function private.blocks_leave_audiences();
drop function private.my_audience_ids();
drop table private.post_audiences, private.audience_members, private.audiences;
drop function private.audience_members_check();
drop function private.audiences_check();
