drop table public.shares;
drop function private.shares_changed();
drop function private.shares_before_insert();
