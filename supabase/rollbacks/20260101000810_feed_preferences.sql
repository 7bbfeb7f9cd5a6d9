drop function private.is_muted_subject(uuid, text, uuid);
drop function private.mutes_post(text, uuid, text);
drop function private.muted_topics(uuid);
drop function private.muted_pattern(uuid);
drop function private.has_words(text, text);
drop function private.words_pattern(jsonb);
drop function private.match_form(text);
