drop function private.rendered(text);
drop function private.entities_of(text);
drop function private.plain_html(text);
drop function private.entity_values(jsonb, text);
drop function private.entities_in(text);
drop function private.blank_matches(text, text);
drop function private.matches_of(text, text);
drop function private.text_digits();
drop function private.text_marks();
