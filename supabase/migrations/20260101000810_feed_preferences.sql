-- What people keep out of their feeds and notifications: words and topics. Owns nothing.

-- Words ------------------------------------------------------------------------------------------------

create function private.match_form(p_text text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- Capitals, not small letters: so ß is SS, and every sigma is one.
  return normalize(upper(normalize(p_text, nfkc) collate "und-x-icu"), nfkc);
end;
$$;
comment on function private.match_form(text) is
  'Text in the form in which words are compared: the same whatever its case or encoding.';
grant execute on function private.match_form(text) to anon, authenticated, service_role;

create function private.words_pattern(p_words jsonb) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  c_letters constant text := '[:alnum:]_' || private.text_marks();
  -- Thai, Lao, Burmese, Khmer, Chinese, Japanese: written without spaces, so words have no bounds.
  c_unspaced constant text :=
    '\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff';
  c_first constant text := '^(?![' || c_unspaced || '])[' || c_letters || ']';
  c_last constant text := '[' || c_letters || '](?<![' || c_unspaced || '])$';
begin
  return (
    select string_agg(case when g.bound_before then '(?:^|[^' || c_letters || '])' else '' end
      || '(?:' || g.words || ')'
      || case when g.bound_after then '(?:$|[^' || c_letters || '])' else '' end, '|')
    from (
      select w.word ~ c_first as bound_before, w.word ~ c_last as bound_after,
        -- Any blank stands for any blanks; all other signs stand for themselves.
        string_agg(regexp_replace(regexp_replace(w.word, '([][\\.^$*+?(){}|#-])', '\\\1', 'g'),
          '\s+', '\\s+', 'g'), '|' order by w.word) as words
      from (
        select private.match_form(e) collate "pg_c_utf8" as word
        from jsonb_array_elements_text(p_words) e
      ) w group by 1, 2
    ) g);
end;
$$;
comment on function private.words_pattern(jsonb) is
  'A regular expression that finds these words, as whole words, in the match form of a text.';
grant execute on function private.words_pattern(jsonb) to anon, authenticated, service_role;

create function private.has_words(p_text text, p_pattern text) returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return private.match_form(p_text) collate "pg_c_utf8" ~ p_pattern;
end;
$$;
comment on function private.has_words(text, text) is
  'Whether a text holds any of the words of a pattern made by private.words_pattern.';
grant execute on function private.has_words(text, text) to anon, authenticated, service_role;

-- What a person has muted ------------------------------------------------------------------------------

create function private.muted_pattern(p_person uuid) returns text
language plpgsql stable set search_path = ''
as $$
begin
  return (select private.words_pattern(s.feed -> 'muted_words')
    from private.profile_settings s where s.profile_id = p_person);
end;
$$;
comment on function private.muted_pattern(uuid) is
  'Finds the words that a person has muted; null when they have muted none. Made once per request.';

create function private.muted_topics(p_person uuid) returns text[]
language plpgsql stable set search_path = ''
as $$
begin
  return array(
    select t from private.profile_settings s, jsonb_array_elements_text(s.feed -> 'muted_topics') t
    where s.profile_id = p_person
    union
    select t.key from private.profile_settings s, jsonb_each(s.feed -> 'topics') t
    where s.profile_id = p_person and t.value = '-1');
end;
$$;
comment on function private.muted_topics(uuid) is
  'Hashtags that a person has muted, or given the weight that hides.';

create function private.mutes_post(p_body text, p_quoted uuid, p_pattern text) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return private.has_words(p_body, p_pattern) or (p_quoted is not null and exists (
    select from public.posts q where q.id = p_quoted and private.has_words(q.body, p_pattern)));
end;
$$;
comment on function private.mutes_post(text, uuid, text) is
  'Whether a post, or the one it quotes, holds muted words. For functions that act for the reader.';

create function private.is_muted_subject(p_person uuid, p_type text, p_id uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  v_pattern constant text := private.muted_pattern(p_person);
  v_topics constant text[] := private.muted_topics(p_person);
begin
  if v_pattern is null and v_topics = '{}' then
    return false;
  end if;
  if p_type = 'message' then
    return exists (select from public.messages m
      where m.id = p_id and m.author_id is distinct from p_person
        and private.has_words(m.body, v_pattern));
  end if;
  return exists (select from public.posts p
    where p_type = 'post' and p.id = p_id and p.author_id <> p_person
      and (p.hashtags && v_topics
        or (v_pattern is not null and private.mutes_post(p.body, p.quoted_id, v_pattern))));
end;
$$;
comment on function private.is_muted_subject(uuid, text, uuid) is
  'Whether a person has muted words or topics of somebody''s post or message. For jobs only.';
