-- Search: what may be a hit, for the engine that is always there. Owns indexes and functions only.
-- Candidates are ids. What of them is shown is decided by the policies of the tables.

create function private.fold_text(p_text text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return extensions.unaccent('extensions.unaccent'::regdictionary, lower(p_text));
end;
$$;
comment on function private.fold_text(text) is
  'Small letters without accents. Called immutable, because the dictionary is named and is not changed.';
grant execute on function private.fold_text(text) to anon, authenticated, service_role;

create function private.search_vector(p_text text) returns tsvector
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return to_tsvector('pg_catalog.simple'::regconfig, private.fold_text(p_text));
end;
$$;
comment on function private.search_vector(text) is 'Words of a text in whatever language.';
grant execute on function private.search_vector(text) to anon, authenticated, service_role;

create index posts_search_idx on public.posts using gin (private.search_vector(body))
  where status = 'published' and deleted_at is null;
create index rooms_search_idx
  on public.rooms using gin (private.search_vector(name || ' ' || description))
  where kind <> 'direct';
create index profiles_display_name_fold_idx
  on public.profiles using gin (private.fold_text(display_name) extensions.gin_trgm_ops);

create function private.search_query(p_words text[], p_any boolean) returns tsquery
language sql immutable set search_path = ''
as $$
  select to_tsquery('pg_catalog.simple'::regconfig, string_agg(
    quote_literal(private.fold_text(w)) || ':*', case when p_any then ' | ' else ' & ' end))
  from unnest(p_words) w
$$;
comment on function private.search_query(text[], boolean) is
  'Words, each found by its beginning. They hold letters, digits and _ only.';

create function private.search_names(
  p_words text[], p_any boolean, p_with_errors boolean, p_limit int
) returns table (id uuid, score real)
language plpgsql stable security definer rows 200 set search_path = ''
as $$
begin
  return query
    with words as (
      select f.word, '%' || replace(f.word, '_', '\_') || '%' as pattern
      from unnest(p_words) w cross join lateral (select private.fold_text(w) as word) f
    ), hits as (
      -- The flag is known when it is planned: one of the two parts falls away.
      select p.id, case when p.handle = w.word then 1.0
          when p.handle like substring(w.pattern from 2) then 0.9 else 0.8 end as score
      from words w join public.profiles p
        on p.handle like w.pattern or private.fold_text(p.display_name) like w.pattern
      where not p_with_errors and p.id not in (select private.hidden_profile_ids())
        and not exists (select from private.account_states s where s.profile_id = p.id and s.hidden)
        and not private.is_system_profile(p.id)
        and not exists (select from private.imported_profiles i where i.profile_id = p.id)
      union all
      select p.id, greatest(extensions.similarity(p.handle, w.word),
        extensions.word_similarity(w.word, private.fold_text(p.display_name)))
      from words w join public.profiles p
        on p.handle operator(extensions.%) w.word
        or private.fold_text(p.display_name) operator(extensions.%>) w.word
      where p_with_errors and p.id not in (select private.hidden_profile_ids())
        and not exists (select from private.account_states s where s.profile_id = p.id and s.hidden)
        and not private.is_system_profile(p.id)
        and not exists (select from private.imported_profiles i where i.profile_id = p.id)
    )
    select h.id, avg(h.score)::real
    from hits h
    group by h.id
    having p_any or count(*) = cardinality(p_words)
    order by 2 desc, 1 limit p_limit;
end;
$$;
comment on function private.search_names(text[], boolean, boolean, int) is
  'Definer, so that the indexes serve; tells ids only. People by parts of names, or by like names.';

create function private.search_users(p_words text[], p_any boolean, p_limit int)
returns table (id uuid, score real)
language plpgsql stable security definer rows 200 set search_path = ''
as $$
begin
  return query select * from private.search_names(p_words, p_any, false, p_limit);
  -- Typing errors are thought of when nobody is called so.
  if not found then
    return query select * from private.search_names(p_words, p_any, true, p_limit);
  end if;
end;
$$;
comment on function private.search_users(text[], boolean, int) is
  'Definer, because its part is. People by their names.';

create function private.search_rooms(p_words text[], p_any boolean, p_limit int)
returns table (id uuid, score real)
language plpgsql stable security definer rows 200 set search_path = ''
as $$
declare
  v_query constant tsquery := private.search_query(p_words, p_any);
begin
  return query
    select s.id, ts_rank_cd(private.search_vector(s.text), v_query, 32)
    from (
      select r.id, r.name || ' ' || r.description as text from public.rooms r
      where private.search_vector(r.name || ' ' || r.description) @@ v_query
        and r.kind <> 'direct'
        and ((r.kind = 'channel' and not r.is_private)
          or r.id in (select private.my_room_ids()))
      order by r.id desc limit 2000
    ) s
    order by 2 desc, 1 limit p_limit;
end;
$$;
comment on function private.search_rooms(text[], boolean, int) is
  'Definer, so that the index serves; tells ids only. The best of the newest 2,000 that match.';

create function private.search_posts(p_words text[], p_any boolean, p_limit int)
returns table (id uuid, score real)
language plpgsql stable security definer rows 200 set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_lists constant uuid[] := array(select private.my_audience_ids());
  v_query constant tsquery := private.search_query(p_words, p_any);
begin
  return query
    select s.id, ts_rank_cd(private.search_vector(s.body), v_query, 32)
    from (
      select p.id, p.body from public.posts p
      where private.search_vector(p.body) @@ v_query
        and p.status = 'published' and p.deleted_at is null
        -- Coarser than the policy, which decides: here nobody else's posts crowd out the visible.
        and (p.visibility = 'public' or p.author_id = v_me or p.audience_owner_id = v_me
          or (p.visibility = 'followers' and coalesce(
            (select l.audience_id = any (v_lists) from private.post_audiences l
              where l.post_id = coalesce(p.root_id, p.id)),
            p.audience_owner_id in (
              select f.followee_id from public.follows f where f.follower_id = v_me)))
          or (p.visibility = 'mentioned' and v_me = any (p.audience_ids || p.mention_ids))
          or p.room_id in (select private.my_room_ids()))
        and p.author_id not in (select private.hidden_profile_ids())
        and not exists (select from private.account_states s
          where s.profile_id = p.author_id and s.hidden)
      order by p.id desc limit 2000
    ) s
    order by 2 desc, 1 limit p_limit;
end;
$$;
comment on function private.search_posts(text[], boolean, int) is
  'Definer, so that the index serves; tells ids only. The best of the newest 2,000 that match.';

create function private.search_candidates(
  p_type text, p_words text[], p_any boolean, p_limit int
) returns table (id uuid, score real)
language plpgsql stable security definer rows 200 set search_path = ''
as $$
declare
  v_limit constant int := least(p_limit, 200);
begin
  case p_type
    when 'users' then return query select * from private.search_users(p_words, p_any, v_limit);
    when 'rooms' then return query select * from private.search_rooms(p_words, p_any, v_limit);
    when 'posts' then return query select * from private.search_posts(p_words, p_any, v_limit);
  end case;
end;
$$;
comment on function private.search_candidates(text, text[], boolean, int) is
  'Definer, because its parts are. Ids that may be hits; whoever shows them asks the policies.';
grant execute on function private.search_candidates(text, text[], boolean, int)
  to anon, authenticated, service_role;
