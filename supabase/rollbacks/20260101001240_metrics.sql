-- Takes the metrics back.

drop function private.sweep_metrics();
drop function private.metric_facts();
drop function private.metric_levels_now();
drop function private.refresh_metrics();
drop function private.measure(text);
drop table private.metric_sources;
drop function private.happenings();
drop trigger moderation_decisions_a90_count on private.moderation_decisions;
drop function private.moderation_decisions_count();
drop trigger webhook_deliveries_a91_count_refused on private.webhook_deliveries;
drop trigger webhook_deliveries_a90_count on private.webhook_deliveries;
drop function private.webhook_deliveries_count();
drop function private.count_happening(text, text);
drop function private.event_totals();
drop function private.count_events(text[]);
drop table private.event_counts;
drop function private.metric_totals();
drop function private.add_metrics(jsonb);
drop function private.level_names();
drop table private.metric_levels;
drop table private.metric_series;
