-- Lets hidden accounts count again.

drop trigger account_states_b90_count on private.account_states;
drop trigger account_states_a90_count on private.account_states;
drop function private.account_states_count();
drop function private.count_person(uuid, int);
