-- Text: what a text names, and how it is shown. Owns nothing; posts and messages use it alike.

create function private.text_marks() returns text
language sql immutable parallel safe set search_path = ''
as $$
  -- Combining marks that Postgres does not count as letters, as ranges of a bracket expression.
  select
    '\u0300-\u0362\u0483-\u0489\u0591-\u05af\u0658\u06df-\u06e0\u06ea-\u06ec\u0740-\u07f3'
    || '\u07fd\u0818-\u082d\u0859-\u085b\u0898-\u08e1\u08ea-\u0954\u09bc-\u09cd\u09fe-\u0a4d'
    || '\u0abc-\u0acd\u0afd-\u0b55\u0bcd\u0c3c-\u0c4d\u0cbc-\u0d4d\u0dca\u0e47-\u0e4e'
    || '\u0eba-\u0ece\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f84\u0f86-\u0f87\u0fc6'
    || '\u1037-\u103a\u135d-\u135f\u1714-\u1734\u17b4-\u17d3\u17dd\u180b-\u180d\u180f-\u193b'
    || '\u1a60-\u1a7f\u1ab0-\u1b44\u1b6b-\u1b73\u1baa-\u1bf3\u1c37\u1cd0-\u1cd2\u1cd4-\u1dff'
    || '\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u302a-\u302f\u3099-\u309a\ua66f-\ua672\ua67c-\ua67d'
    || '\ua6f0-\ua6f1\ua806\ua82c\ua8c4\ua8e0-\ua8f1\ua92b-\ua92d\ua953\ua9b3-\ua9c0'
    || '\uaabf-\uaac1\uaaf6\uabec-\uabed\ufe20-\ufe2f'
$$;
comment on function private.text_marks() is
  'Marks that belong to the letter before them; with them a word of any script is one word.';
grant execute on function private.text_marks() to anon, authenticated, service_role;

create function private.text_digits() returns text
language sql immutable parallel safe set search_path = ''
as $$
  -- Decimal digits of other scripts, which Postgres' classes leave out.
  select
    '\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f'
    || '\u0ae6-\u0aef\u0b66-\u0b6f\u0be6-\u0bef\u0c66-\u0c6f\u0ce6-\u0cef\u0d66-\u0d6f'
    || '\u0de6-\u0def\u0e50-\u0e59\u0ed0-\u0ed9\u0f20-\u0f29\u1040-\u1049\u1090-\u1099'
    || '\u17e0-\u17e9\u1810-\u1819\u1946-\u194f\u19d0-\u19d9\u1a80-\u1a89\u1a90-\u1a99'
    || '\u1b50-\u1b59\u1bb0-\u1bb9\u1c40-\u1c49\u1c50-\u1c59\ua620-\ua629\ua8d0-\ua8d9'
    || '\ua900-\ua909\ua9d0-\ua9d9\ua9f0-\ua9f9\uaa50-\uaa59\uabf0-\uabf9\uff10-\uff19'
    || '\U000104a0-\U000104a9\U00010d30-\U00010d39\U00010d40-\U00010d49\U00011066-\U0001106f'
    || '\U000110f0-\U000110f9\U00011136-\U0001113f\U000111d0-\U000111d9\U000112f0-\U000112f9'
    || '\U00011450-\U00011459\U000114d0-\U000114d9\U00011650-\U00011659\U000116c0-\U000116c9'
    || '\U000116d0-\U000116e3\U00011730-\U00011739\U000118e0-\U000118e9\U00011950-\U00011959'
    || '\U00011bf0-\U00011bf9\U00011c50-\U00011c59\U00011d50-\U00011d59\U00011da0-\U00011da9'
    || '\U00011de0-\U00011de9\U00011f50-\U00011f59\U00016130-\U00016139\U00016a60-\U00016a69'
    || '\U00016ac0-\U00016ac9\U00016b50-\U00016b59\U00016d70-\U00016d79\U0001ccf0-\U0001ccf9'
    || '\U0001d7ce-\U0001d7ff\U0001e140-\U0001e149\U0001e2f0-\U0001e2f9\U0001e4f0-\U0001e4f9'
    || '\U0001e5f1-\U0001e5fa\U0001e950-\U0001e959\U0001fbf0-\U0001fbf9'
$$;
comment on function private.text_digits() is 'Digits beyond 0 to 9, as ranges of a bracket expression.';
grant execute on function private.text_digits() to anon, authenticated, service_role;

create function private.matches_of(p_text text, p_pattern text)
returns table (start int, value text, gap text)
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- Two passes over the text; regexp_instr would make one for every match.
  return query
    with found as (
      select m.groups[1] as lead, m.groups[2] as value, m.n
      from regexp_matches(p_text, p_pattern, 'g') with ordinality as m (groups, n)
    ), gaps as (
      select g.gap, g.n from regexp_split_to_table(p_text, p_pattern) with ordinality as g (gap, n)
    )
    select (sum(char_length(g.gap) + coalesce(char_length(f.lead || f.value), 0)) over (order by g.n)
      - coalesce(char_length(f.value), 0))::int, f.value, g.gap || coalesce(f.lead, '')
    from gaps g left join found f on f.n = g.n;
end;
$$;
comment on function private.matches_of(text, text) is
  'Each match with its place, from 0, and what stands before it; the last row is the rest. The '
  'pattern has two groups: what must stand before the match, and the match.';
grant execute on function private.matches_of(text, text) to anon, authenticated, service_role;

create function private.blank_matches(p_text text, p_pattern text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return (
    select string_agg(m.gap || repeat(' ', coalesce(char_length(m.value), 0)), '' order by m.start)
    from private.matches_of(p_text, p_pattern) m);
end;
$$;
comment on function private.blank_matches(text, text) is
  'The text with blanks for what matches, so that places stay.';
grant execute on function private.blank_matches(text, text) to anon, authenticated, service_role;

create function private.entities_in(p_body text) returns jsonb
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  c_entities_max constant int := 50;
  -- Of alternatives Postgres takes the longest, so a fence may not run over the end of another.
  c_code constant text := '(^|[^`])(```(?:[^`]|`{1,2}[^`])*(?:```|`{0,2}$)|``[^`]+``(?!`)|`[^`]+`(?!`))';
  -- Brackets belong to an address when they are closed in it, punctuation at its end does not.
  c_closed constant text := '\([^\s<>"`()]*\)';
  c_not constant text := '\s<>"`()\u200e\u200f\u202a-\u202e\u2066-\u2069';
  c_link constant text := '(^|[^[:alnum:]@#$\uff20\uff03])(https?://(?:[^' || c_not || ']|'
    || c_closed || ')*(?:[^' || c_not || '.,:;!?''\[\]{}*_~]|' || c_closed || '))';
  c_letters constant text := '[:alnum:]_' || private.text_marks();
  c_word constant text := '[' || c_letters || private.text_digits() || '\u200c\u200d\ua67e\u05be'
    || '\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7]';
  c_hashtag constant text := '(^|[^&/' || c_letters || '])([#\uff03](?=' || c_word
    || '*[[:alpha:]])' || c_word || '+)(?!' || c_word || '|[#\uff03]|://)';
  c_mention constant text := '(^|[^A-Za-z0-9_!#$%&*@\uff20/]|\m[rR][tT])([@\uff20][A-Za-z0-9_]{3,30})'
    || '(?![A-Za-z0-9_@\uff20\u00c0-\u024f]|://)';
  c_hashtag_length_max constant int := 100;
  v_text text collate "pg_c_utf8" := p_body;
  v_links jsonb := '[]';
  v_names jsonb;
begin
  if v_text !~ '[@#\uff20\uff03]|://' then
    return '[]';
  end if;
  if v_text ~ '`' then
    v_text := private.blank_matches(v_text, c_code);
  end if;
  if v_text ~ '://' then
    select coalesce(jsonb_agg(jsonb_build_object('type', 'link', 'start', m.start,
      'end', m.start + char_length(m.value), 'value', m.value) order by m.start), '[]') into v_links
    from private.matches_of(v_text, c_link) m where m.value is not null;
    -- What stands in an address names nobody.
    v_text := private.blank_matches(v_text, c_link);
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('type', n.type, 'start', n.start,
    'end', n.start + char_length(n.value), 'value', n.name) order by n.start), '[]') into v_names
  from (
    select 'hashtag' as type, m.start, m.value, lower(normalize(substring(m.value from 2), nfc)) as name
    from private.matches_of(v_text, c_hashtag) m where m.value is not null
      and char_length(m.value) <= c_hashtag_length_max + 1
    union all
    select 'mention', m.start, m.value, lower(substring(m.value from 2))
    from private.matches_of(v_text, c_mention) m where m.value is not null
    order by start limit c_entities_max
  ) n;
  return jsonb_path_query_array(v_links, ('$[0 to ' || c_entities_max - 1 || ']')::jsonpath) || v_names;
end;
$$;
comment on function private.entities_in(text) is
  'Links, hashtags and mentions outside of code, 50 of each at most: [{type, start, end, value}], in '
  'code points from 0. What counts follows the tests of github.com/twitter/twitter-text.';
grant execute on function private.entities_in(text) to anon, authenticated, service_role;

create function private.entity_values(p_entities jsonb, p_type text) returns text[]
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(v.value order by v.at), '{}') from (
      select e.entity ->> 'value' as value, min((e.entity ->> 'start')::int) as at
      from jsonb_array_elements(p_entities) as e (entity) where e.entity ->> 'type' = p_type
      group by 1
    ) v);
end;
$$;
comment on function private.entity_values(jsonb, text) is
  'Values of one type of entity, each once, in the order of the text.';
grant execute on function private.entity_values(jsonb, text) to anon, authenticated, service_role;

create function private.first_link(p_entities jsonb) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return (
    select e.entity ->> 'value'
    from jsonb_array_elements(p_entities) with ordinality as e (entity, n)
    where e.entity ->> 'type' = 'link' and char_length(e.entity ->> 'value') <= 2048
    order by e.n limit 1);
end;
$$;
comment on function private.first_link(jsonb) is 'The first address that a text names, or null.';
grant execute on function private.first_link(jsonb) to anon, authenticated, service_role;

create function private.wants_previews() returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return not exists (select from private.profile_settings s
    where s.profile_id = (select auth.uid()) and not s.link_previews);
end;
$$;
comment on function private.wants_previews() is
  'Definer, to spare a policy; the caller''s own setting only. Whoever wants no cards is shown none.';
grant execute on function private.wants_previews() to anon, authenticated, service_role;

create function private.entities_of(p_body text) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_entities constant jsonb := private.entities_in(p_body);
begin
  if not v_entities @> '[{"type": "mention"}]' then
    return v_entities;
  end if;
  return (
    -- One look at the index for each; a join would read all profiles for a single name.
    select jsonb_agg(case when e.entity ->> 'type' <> 'mention' then e.entity
      else e.entity || jsonb_build_object('user_id', (
        select p.id from public.profiles p where p.handle = e.entity ->> 'value')) end order by e.n)
    from jsonb_array_elements(v_entities) with ordinality as e (entity, n));
end;
$$;
comment on function private.entities_of(text) is
  'Entities of a text with the people behind the mentions, as far as the caller sees them.';
grant execute on function private.entities_of(text) to anon, authenticated, service_role;

create function private.plain_html(p_body text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return (
    select coalesce(string_agg(
      '<p>' || replace(btrim(t.part, E'\n'), E'\n', '<br>') || '</p>', '' order by t.n), '')
    from regexp_split_to_table(
      replace(replace(replace(replace(replace(replace(
        p_body, E'\r\n', E'\n'), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;'),
      '\n{2,}') with ordinality as t (part, n)
    where btrim(t.part) <> '');
end;
$$;
comment on function private.plain_html(text) is 'Escaped paragraphs: nothing of the text becomes markup.';
grant execute on function private.plain_html(text) to anon, authenticated, service_role;

create function private.rendered(p_body text) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_prepared constant jsonb := nullif(current_setting('townsquare.text', true), '')::jsonb;
begin
  if v_prepared ->> 'md5' = md5(p_body) then
    return v_prepared;
  end if;
  return jsonb_build_object('body_html', private.plain_html(p_body), 'lang', null,
    'entities', private.entities_in(p_body));
end;
$$;
comment on function private.rendered(text) is
  'What the functions made of this very text in this transaction: {body_html, lang, entities}. '
  'Otherwise plain paragraphs, until a consumer renders the Markdown within a second.';
grant execute on function private.rendered(text) to anon, authenticated, service_role;
