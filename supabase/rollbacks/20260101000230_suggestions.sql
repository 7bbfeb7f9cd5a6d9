drop function private.suggest_people(real, uuid, int);
drop function private.suggested_by_popularity(int);
drop function private.suggested_by_mutuals(int);
drop function private.not_suggested_ids();
drop index public.follows_created_at_idx;
drop table private.dismissed_suggestions;
