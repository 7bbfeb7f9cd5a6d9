-- Takes the counts of jobs back.

drop function private.claim_failure_alert(int, int, int);
drop function private.claim_dead_alert(int, int);
drop function private.job_overview();
drop function private.job_quantile(smallint[], bigint[], double precision);
drop view private.jobs_durations;
drop view private.jobs_processed;
drop view private.jobs_queue_depth;
drop function private.sweep_job_stats();
drop function private.count_job(text, text, double precision, double precision);
drop function private.job_buckets();
drop table private.job_stats;
