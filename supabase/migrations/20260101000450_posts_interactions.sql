-- Interactions: what people feel about posts. Owns post_reactions; gives posts their JSON shape.

create table public.post_reactions (
  post_id uuid not null references public.posts (id) on delete cascade,
  profile_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  kind text not null default 'like',
  created_at timestamptz not null default now(),
  primary key (post_id, profile_id),
  constraint post_reactions_kind_known
    check (kind in ('like', 'love', 'laugh', 'wow', 'sad', 'angry', 'celebrate'))
);
comment on table public.post_reactions is 'One reaction per person and post.';
create index post_reactions_profile_id_idx on public.post_reactions (profile_id, created_at desc, post_id);
alter table public.post_reactions enable row level security;

create policy post_reactions_select_visible on public.post_reactions
  for select to anon, authenticated
  using (not exists (select from private.block_sides b
      where b.profile_id = (select auth.uid()) and b.other_id = post_reactions.profile_id offset 0)
    and not exists (select from private.account_states s
      where s.profile_id = post_reactions.profile_id and s.hidden offset 0)
    and exists (select from public.posts p where p.id = post_id offset 0));
create policy post_reactions_insert_own on public.post_reactions
  for insert to authenticated
  with check (profile_id = (select auth.uid())
    and exists (select from public.posts p
      where p.id = post_id and p.status = 'published' and p.deleted_at is null));
create policy post_reactions_update_own on public.post_reactions
  for update to authenticated
  using (profile_id = (select auth.uid())) with check (profile_id = (select auth.uid()));
create policy post_reactions_delete_own on public.post_reactions
  for delete to authenticated using (profile_id = (select auth.uid()));

revoke all on public.post_reactions from anon, authenticated;
grant select on public.post_reactions to anon, authenticated;
-- post_id too, because an upsert sets every column that it names; a trigger keeps it as it is.
grant insert (post_id, kind), update (post_id, kind), delete on public.post_reactions to authenticated;
grant select, insert, update, delete on public.post_reactions to service_role;

-- Presentation -------------------------------------------------------------------------------------------

create function private.post_counts(p_id uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return coalesce((select jsonb_object_agg(s.kind, s.total)
      || jsonb_build_object('reactions', coalesce(sum(s.total) filter (where s.kind like 'reaction:%'), 0))
    from (select u.kind, sum(u.value) as total from (
      select c.kind, c.value from private.counters c where c.subject_id = p_id
      union all
      select d.kind, d.delta from private.counter_deltas d where d.subject_id = p_id
    ) u group by u.kind having sum(u.value) > 0
  ) s), '{}');
end;
$$;
comment on function private.post_counts(uuid) is
  'All counts of one post, by kind, and the sum of its reactions.';
grant execute on function private.post_counts(uuid) to anon, authenticated, service_role;

create function private.post_reaction_list(p_counts jsonb) returns jsonb
language plpgsql immutable set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
        'kind', substring(e.key from 10), 'count', e.value) order by (e.value)::bigint desc, e.key), '[]')
    from jsonb_each(p_counts) e where e.key like 'reaction:%');
end;
$$;
comment on function private.post_reaction_list(jsonb) is 'Reactions among counts, the most felt first.';
grant execute on function private.post_reaction_list(jsonb) to anon, authenticated, service_role;

create function private.post_json(p_row public.posts, p_neutral boolean, p_with_quoted boolean)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_gone constant boolean := p_row.deleted_at is not null;
  v_counts constant jsonb := private.post_counts(p_row.id);
  v_quoted jsonb;
  v_own jsonb := '{}';
  v_mentions jsonb := '[]';
begin
  -- Rare parts have statements of their own, so that the common path is one plain expression.
  if cardinality(p_row.mention_ids) > 0 then
    select coalesce(jsonb_agg(private.profile_summary(p.id) order by m.n), '[]') into v_mentions
    from unnest(p_row.mention_ids) with ordinality as m (id, n) join public.profiles p on p.id = m.id;
  end if;
  if p_with_quoted and p_row.quoted_id is not null then
    select private.post_json(q, p_neutral, false) into v_quoted from public.posts q
    where q.id = p_row.quoted_id and q.status = 'published'
      -- For an event that many receive, what some of them might not see is left out.
      and (not p_neutral or private.is_for_everybody(q));
  end if;
  if not p_neutral and p_row.author_id = (select auth.uid()) then
    v_own := jsonb_build_object('publish_at', p_row.publish_at, 'audience_id', (
      select l.audience_id from private.post_audiences l where l.post_id = p_row.id));
  end if;
  return v_own || jsonb_build_object(
    'id', p_row.id, 'author', private.profile_summary(p_row.author_id),
    'body', case when not v_gone then p_row.body end,
    'body_html', case when not v_gone then p_row.body_html end,
    'lang', p_row.lang, 'visibility', p_row.visibility, 'room_id', p_row.room_id,
    'parent_id', p_row.parent_id, 'root_id', p_row.root_id, 'quoted', v_quoted,
    'media', case when cardinality(p_row.media_ids) = 0 then '[]'::jsonb
      else private.media_json(p_row.media_ids, p_neutral) end,
    'hashtags', to_jsonb(p_row.hashtags), 'entities', p_row.entities,
    'mentions', v_mentions,
    'link_preview', case when p_row.link_preview is not null and (p_neutral or private.wants_previews())
      then p_row.link_preview end,
    'poll', case when p_row.poll is not null
      then private.poll_json(p_row.poll, p_row.id, v_counts, p_neutral) end,
    'reply_control', p_row.reply_control, 'quote_control', p_row.quote_control,
    'sensitive', p_row.sensitive, 'content_warning', p_row.content_warning, 'status', p_row.status,
    'created_at', p_row.created_at, 'edited_at', p_row.edited_at,
    'counts', jsonb_build_object(
      'reactions', coalesce(v_counts -> 'reactions', '0'),
      'comments', coalesce(v_counts -> 'comments', '0'), 'shares', coalesce(v_counts -> 'shares', '0'),
      'views', coalesce(v_counts -> 'views', '0')),
    'reactions', private.post_reaction_list(v_counts))
    || case when p_neutral then '{}'::jsonb
      else jsonb_build_object('viewer',
        private.post_viewer(p_row.id) || private.post_rights(p_row)) end;
end;
$$;
comment on function private.post_json(public.posts, boolean, boolean) is
  'One post in the shape Post. Runs as the viewer, so that the quoted post is one they may see.';
grant execute on function private.post_json(public.posts, boolean, boolean)
  to anon, authenticated, service_role;

create function private.post_viewer(p_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return jsonb_build_object(
    'reaction', (select r.kind from public.post_reactions r
      where r.post_id = p_id and r.profile_id = (select auth.uid())),
    'bookmarked', exists (select from public.bookmarks b
      where b.post_id = p_id and b.profile_id = (select auth.uid())),
    'shared', exists (select from public.shares s
      where s.post_id = p_id and s.profile_id = (select auth.uid())));
end;
$$;
comment on function private.post_viewer(uuid) is
  'Definer, to spare each post the policies of interactions: it reads the caller''s own rows only.';
grant execute on function private.post_viewer(uuid) to anon, authenticated, service_role;

create function private.present_posts(p_ids uuid[], p_neutral boolean default false)
returns table (id uuid, post jsonb)
-- Planning the policy anew for each list takes longer than reading it.
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return query
    select p.id, private.post_json(p, p_neutral, true) from public.posts p where p.id = any (p_ids);
end;
$$;
comment on function private.present_posts(uuid[], boolean) is
  'Posts as JSON, those that the caller may see. Neutral: as anyone in the audience may see them.';
grant execute on function private.present_posts(uuid[], boolean) to anon, authenticated, service_role;

-- Triggers ---------------------------------------------------------------------------------------------

create function private.post_reactions_changed() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_fold_chance constant double precision := 1.0 / 128;
  v_post constant uuid := coalesce(new.post_id, old.post_id);
  v_counted constant boolean := private.is_counted(coalesce(new.profile_id, old.profile_id));
begin
  if tg_op <> 'INSERT' and v_counted then
    perform private.add_count(v_post, 'reaction:' || old.kind, -1);
  end if;
  if tg_op <> 'DELETE' and v_counted then
    perform private.add_count(v_post, 'reaction:' || new.kind, 1);
  end if;
  if coalesce(current_setting('townsquare.bulk', true), '') = 'on' or pg_trigger_depth() > 1 then
    return null;
  end if;
  if tg_op <> 'DELETE' then
    perform private.emit('content.liked', v_post, new.profile_id, jsonb_build_object('kind', new.kind));
  end if;
  -- Now and then, so that what is read of a busy post stays short between two folds.
  if random() < c_fold_chance then
    perform private.fold_counts_of(v_post);
  end if;
  perform private.broadcast('post:' || v_post, 'reaction.changed', jsonb_build_object(
    'post_id', v_post, 'reactions', private.post_reaction_list(private.post_counts(v_post))));
  return null;
end;
$$;
comment on function private.post_reactions_changed() is
  'Definer, because it writes counts and events. Deletions that follow from others stay silent.';
create function private.post_reactions_stay() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  raise exception 'A reaction stays with its post'
    using errcode = 'PT403', hint = 'not-permitted';
end;
$$;
comment on function private.post_reactions_stay() is
  'The right to write post_id is there for upserts, which write it unchanged.';
create trigger post_reactions_b10_stay before update of post_id on public.post_reactions
  for each row when (old.post_id is distinct from new.post_id)
  execute function private.post_reactions_stay();
create trigger post_reactions_a50_enqueue after insert or delete on public.post_reactions
  for each row execute function private.post_reactions_changed();
create trigger post_reactions_a50_enqueue_update after update of kind on public.post_reactions
  for each row when (old.kind is distinct from new.kind)
  execute function private.post_reactions_changed();
