drop function private.sweep_counter_drift();
drop function private.reconcile_counters(int);
drop function private.next_to_check(text, uuid, int);
drop function private.drop_counts_of_gone(uuid[]);
drop function private.repair_counts(text, uuid[]);
drop function private.is_checked_count(text, text);
drop function private.expected_counts(text, uuid[]);
drop table private.counter_drift;
drop table private.counter_checks;
