-- Posts: what people publish, and the comments below it. Owns posts, hashtags, post_hashtags,
-- post_mentions. Who may see a post is decided here, once.

create table public.posts (
  id uuid primary key default private.uuid_v7(),
  author_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  body text not null default '',
  body_html text not null default '',
  lang text,
  visibility text not null default 'public',
  room_id uuid references public.rooms (id) on delete cascade,
  parent_id uuid references public.posts (id) on delete cascade,
  root_id uuid references public.posts (id) on delete cascade,
  quoted_id uuid references public.posts (id) on delete set null,
  -- Author of the root, and whom the root mentions: a comment is seen by whoever sees its root.
  audience_owner_id uuid not null,
  audience_ids uuid[] not null default '{}',
  -- Written, never kept: a trigger moves it to private.post_audiences, where readers do not see it.
  audience_id uuid,
  media_ids uuid[] not null default '{}',
  hashtags text[] not null default '{}',
  -- Links, hashtags and mentions with their places: private.entities_in.
  entities jsonb not null default '[]',
  mention_ids uuid[] not null default '{}',
  link_preview jsonb,
  sensitive boolean not null default false,
  content_warning text,
  -- Who may answer and quote, besides the author; a comment has what its root has.
  reply_control text not null default 'everyone',
  quote_control text not null default 'everyone',
  -- {options, closes_at, multiple}; who voted for what is in private.poll_votes.
  poll jsonb,
  -- When a scheduled post is due. Written as 'infinity' it makes a draft, and is not kept.
  publish_at timestamptz,
  status text not null default 'published',
  screened_at timestamptz,
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  -- When it was first seen by others; a held post, a draft was not yet.
  published_at timestamptz,
  deleted_at timestamptz,
  constraint posts_body_length check (char_length(body) <= 5000),
  constraint posts_media_ids_count check (cardinality(media_ids) <= 10),
  constraint posts_visibility_known check (visibility in ('public', 'followers', 'mentioned', 'room')),
  constraint posts_status_known check (status in ('published', 'held', 'removed', 'draft', 'scheduled')),
  constraint posts_content_warning_length check (char_length(content_warning) between 1 and 200),
  constraint posts_reply_control_known
    check (reply_control in ('everyone', 'following', 'mentioned', 'nobody')),
  constraint posts_quote_control_known
    check (quote_control in ('everyone', 'following', 'mentioned', 'nobody')),
  constraint posts_publish_at_fits check ((publish_at is not null) = (status = 'scheduled')),
  constraint posts_waiting_unseen
    check (status not in ('draft', 'scheduled') or (parent_id is null and published_at is null)),
  constraint posts_room_id_fits check ((visibility = 'room') = (room_id is not null)),
  constraint posts_root_id_fits check ((parent_id is null) = (root_id is null))
);
comment on table public.posts is
  'Posts and comments. Public, or for followers, a list of people, those mentioned, a room.';
create index posts_author_id_created_at_idx on public.posts (author_id, created_at desc)
  include (id, visibility) where parent_id is null and status = 'published';
create index posts_author_id_all_idx on public.posts (author_id, created_at desc, id desc);
-- Without a condition, because a client that asks for the newest posts names none.
create index posts_created_at_idx on public.posts (created_at desc, id desc)
  include (author_id, visibility, parent_id, status);
create index posts_parent_id_idx on public.posts (parent_id, created_at, id) where parent_id is not null;
create index posts_root_id_idx on public.posts (root_id) where root_id is not null;
create index posts_quoted_id_idx on public.posts (quoted_id) where quoted_id is not null;
create index posts_room_id_idx on public.posts (room_id, created_at desc, id desc) where room_id is not null;
create index posts_not_published_idx on public.posts (created_at desc) where status <> 'published';
create index posts_publish_at_idx on public.posts (publish_at) where status = 'scheduled';
alter table public.posts enable row level security;

create table public.hashtags (
  tag text primary key,
  created_at timestamptz not null default now()
);
comment on table public.hashtags is 'Every hashtag that was ever used, in lower case.';
alter table public.hashtags enable row level security;

create table public.post_hashtags (
  post_id uuid not null references public.posts (id) on delete cascade,
  tag text not null references public.hashtags (tag) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (post_id, tag)
);
comment on table public.post_hashtags is 'Hashtags of posts, extracted from their text.';
create index post_hashtags_tag_idx on public.post_hashtags (tag, created_at desc, post_id);
alter table public.post_hashtags enable row level security;

create table public.post_mentions (
  post_id uuid not null references public.posts (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (post_id, profile_id)
);
comment on table public.post_mentions is 'People whom posts mention, extracted from their text.';
create index post_mentions_profile_id_idx on public.post_mentions (profile_id, created_at desc, post_id);
alter table public.post_mentions enable row level security;

-- Who may see what ---------------------------------------------------------------------------------------

create policy posts_select_public on public.posts
  for select to anon
  using (
    visibility = 'public' and (status = 'published' or deleted_at is not null)
    and not exists (select from private.account_states s
      where s.profile_id in (author_id, audience_owner_id) and s.hidden offset 0)
    and not exists (select from private.private_accounts a
      where a.profile_id in (author_id, audience_owner_id) offset 0));
comment on policy posts_select_public on public.posts is 'What everybody may see.';
create policy posts_select_visible on public.posts
  for select to authenticated
  using (
    author_id = (select auth.uid())
    or (status in ('held', 'removed') and (select private.has_permission('post.remove')))
    or ((status = 'published' or deleted_at is not null)
      and not exists (select from private.block_sides b where b.profile_id = (select auth.uid())
        and b.other_id in (author_id, audience_owner_id) offset 0)
      and not exists (select from private.account_states s
        where s.profile_id in (author_id, audience_owner_id) and s.hidden offset 0)
      and (audience_owner_id = (select auth.uid())
        or case visibility
          when 'public' then true
          when 'followers' then coalesce(
            (select l.audience_id in (select private.my_audience_ids())
              from private.post_audiences l where l.post_id = coalesce(posts.root_id, posts.id)),
            exists (select from public.follows f
              where f.follower_id = (select auth.uid()) and f.followee_id = audience_owner_id
              offset 0))
          when 'mentioned' then (select auth.uid()) = any (audience_ids)
          else room_id in (select private.my_room_ids())
        end
        -- What a private account writes outside of rooms reaches its followers only.
        and (visibility = 'room'
          or not exists (select from private.private_accounts a
            where a.profile_id in (author_id, audience_owner_id)
              and not exists (select from public.follows f
                where f.follower_id = (select auth.uid()) and f.followee_id = a.profile_id offset 0)
            offset 0)))));
comment on policy posts_select_visible on public.posts is
  'One''s own; what is published to one; held and removed ones, never drafts, as a moderator.';
create policy posts_insert_own on public.posts
  for insert to authenticated with check (author_id = (select auth.uid()));
create policy posts_update_own on public.posts
  for update to authenticated
  using (author_id = (select auth.uid()) and status <> 'removed' and deleted_at is null)
  with check (author_id = (select auth.uid()));
create policy posts_delete_own on public.posts
  for delete to authenticated using (author_id = (select auth.uid()) and deleted_at is null);

create policy hashtags_select_all on public.hashtags
  for select to anon, authenticated
  using (exists (select from public.post_hashtags h where h.tag = hashtags.tag));
comment on policy hashtags_select_all on public.hashtags is
  'A tag is seen where a post that carries it is seen.';
create policy post_hashtags_select_visible on public.post_hashtags
  for select to anon, authenticated
  using (exists (select from public.posts p where p.id = post_id));
create policy post_mentions_select_visible on public.post_mentions
  for select to anon, authenticated
  using (exists (select from public.posts p where p.id = post_id)
    and not exists (select from private.account_states s
      where s.profile_id = post_mentions.profile_id and s.hidden));

revoke all on public.posts, public.hashtags, public.post_hashtags, public.post_mentions
  from anon, authenticated;
grant select on public.posts, public.hashtags, public.post_hashtags, public.post_mentions
  to anon, authenticated;
grant insert (id, body, visibility, parent_id, quoted_id, room_id, media_ids, sensitive, audience_id,
  content_warning, reply_control, quote_control, poll, publish_at), delete on public.posts to authenticated;
grant update (body, sensitive, content_warning, reply_control, quote_control, visibility,
  -- Of drafts only; a trigger refuses it later.
  quoted_id, media_ids, audience_id, poll, publish_at) on public.posts to authenticated;
grant select, insert, update, delete
  on public.posts, public.hashtags, public.post_hashtags, public.post_mentions to service_role;

-- Before a row is written ------------------------------------------------------------------------------

create function private.posts_fill_text(inout p_row public.posts)
language plpgsql stable set search_path = ''
as $$
declare
  v_rendered constant jsonb := private.rendered(p_row.body);
begin
  if p_row.body !~ '\S' and p_row.status <> 'draft'
    and (p_row.poll is not null or (cardinality(p_row.media_ids) = 0 and p_row.quoted_id is null)) then
    raise exception 'A post needs a text, a file or a quoted post; a poll needs a question'
      using errcode = 'PT422', hint = 'invalid-input', column = 'body';
  end if;
  p_row.sensitive := p_row.sensitive or p_row.content_warning is not null;
  p_row.body_html := v_rendered ->> 'body_html';
  p_row.lang := v_rendered ->> 'lang';
  p_row.entities := v_rendered -> 'entities';
  if p_row.status in ('draft', 'scheduled') then
    -- It names nobody and is found nowhere before others see it.
    return;
  end if;
  p_row.hashtags := private.entity_values(p_row.entities, 'hashtag');
  if private.first_link(p_row.entities) is distinct from p_row.link_preview ->> 'url' then
    p_row.link_preview := null;
  end if;
  p_row.mention_ids := '{}';
  if p_row.entities @> '[{"type": "mention"}]' then
    p_row.mention_ids := array(
      select p.id from unnest(private.entity_values(p_row.entities, 'mention'))
        with ordinality as h (handle, n)
      join public.profiles p on p.handle = h.handle
      -- Jobs and imports act for nobody, so nobody's wishes are asked for.
      where (select auth.uid()) is null or private.may_contact(p.id, 'mention')
      order by h.n);
  end if;
  if p_row.parent_id is null then
    p_row.audience_ids := p_row.mention_ids;
  end if;
end;
$$;
comment on function private.posts_fill_text(public.posts) is
  'Everything that follows from the text. Runs as the writer: who is hidden from them, or lets nobody '
  'like them mention them, is not mentioned.';
grant execute on function private.posts_fill_text(public.posts) to authenticated, service_role;

create function private.posts_inherit(inout p_row public.posts)
language plpgsql stable set search_path = ''
as $$
declare
  v_parent public.posts;
begin
  select * into v_parent from public.posts p
  where p.id = p_row.parent_id and p.status = 'published' and p.deleted_at is null;
  if not found then
    raise exception 'The post does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if not private.admits(v_parent.reply_control, v_parent.audience_owner_id, v_parent.audience_ids) then
    raise exception 'The author of the post limits who may answer (%)', v_parent.reply_control
      using errcode = 'PT403', hint = 'replies-limited';
  end if;
  p_row.reply_control := v_parent.reply_control;
  p_row.quote_control := v_parent.quote_control;
  p_row.root_id := coalesce(v_parent.root_id, v_parent.id);
  p_row.visibility := v_parent.visibility;
  p_row.room_id := v_parent.room_id;
  p_row.audience_owner_id := v_parent.audience_owner_id;
  p_row.audience_ids := v_parent.audience_ids;
end;
$$;
comment on function private.posts_inherit(public.posts) is
  'A comment goes to whoever sees its root. Runs as the writer: what they do not see is not there.';
grant execute on function private.posts_inherit(public.posts) to authenticated, service_role;

create function private.require_public_post(p_id uuid, p_done text) returns void
language plpgsql stable set search_path = ''
as $$
declare
  v_post record;
begin
  select p.visibility, p.author_id, p.audience_owner_id into v_post from public.posts p
  where p.id = p_id and p.status = 'published' and p.deleted_at is null;
  if not found then
    raise exception 'The post does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_post.visibility <> 'public' or exists (select from private.private_accounts a
    where a.profile_id in (v_post.author_id, v_post.audience_owner_id)) then
    raise exception 'Only public posts can be %', p_done using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$$;
comment on function private.require_public_post(uuid, text) is
  'Raises unless everybody may see the post. Runs as the caller: what they do not see is not there.';
grant execute on function private.require_public_post(uuid, text) to authenticated, service_role;

create function private.posts_check_references(p_row public.posts) returns void
language plpgsql stable set search_path = ''
as $$
declare
  v_quoted public.posts;
begin
  if p_row.parent_id is null and p_row.room_id is not null
    and current_setting('role', true) = 'authenticated'
    and p_row.room_id not in (select private.my_room_ids()) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_row.quoted_id is null then
    return;
  end if;
  perform private.require_public_post(p_row.quoted_id, 'quoted');
  select * into v_quoted from public.posts p where p.id = p_row.quoted_id;
  if not private.admits(v_quoted.quote_control, v_quoted.audience_owner_id, v_quoted.audience_ids)
    and v_quoted.author_id is distinct from (select auth.uid()) then
    raise exception 'The author of the post limits who may quote it (%)', v_quoted.quote_control
      using errcode = 'PT403', hint = 'quotes-limited';
  end if;
end;
$$;
comment on function private.posts_check_references(public.posts) is
  'A post may name only what its writer sees, and quote only what everybody may see.';
grant execute on function private.posts_check_references(public.posts) to authenticated, service_role;

create function private.posts_apply_verdict(inout p_row public.posts)
language plpgsql stable set search_path = ''
as $$
declare
  v_verdict constant text := nullif(current_setting('townsquare.verdict', true), '');
begin
  if p_row.status in ('draft', 'scheduled') then
    -- Screened when it is published.
    return;
  end if;
  -- Without a verdict, a consumer screens the text within a second.
  p_row.screened_at := case when v_verdict is not null then now() end;
  if v_verdict = 'held' then
    p_row.status := 'held';
  end if;
end;
$$;
comment on function private.posts_apply_verdict(public.posts) is 'What screening has found before the write.';
grant execute on function private.posts_apply_verdict(public.posts) to authenticated, service_role;

create function private.posts_narrow(inout p_row public.posts)
language plpgsql stable set search_path = ''
as $$
begin
  if p_row.parent_id is not null or p_row.visibility not in ('public', 'followers')
    or p_row.room_id is not null then
    raise exception 'A comment, and what is for a room or for those mentioned, cannot be for a list'
      using errcode = 'PT422', hint = 'invalid-input', column = 'audience_id';
  end if;
  if not exists (select from private.audiences a
    where a.id = p_row.audience_id and a.owner_id = p_row.author_id) then
    raise exception 'The list does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  p_row.visibility := 'followers';
end;
$$;
comment on function private.posts_narrow(public.posts) is
  'Keeps a post to a list of its author''s own. To readers it is like any post for followers.';
grant execute on function private.posts_narrow(public.posts) to authenticated, service_role;

create function private.posts_before_insert() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  new.audience_owner_id := new.author_id;
  if new.audience_id is not null then
    new := private.posts_narrow(new);
  end if;
  if new.parent_id is not null then
    new := private.posts_inherit(new);
  else
    new.root_id := null;
    if new.room_id is not null and new.visibility = 'public' then
      new.visibility := 'room';
    end if;
  end if;
  if new.publish_at is not null then
    new := private.posts_hold_back(new);
  end if;
  if new.poll is not null then
    new := private.posts_fill_poll(new);
  end if;
  perform private.posts_check_references(new);
  new := private.posts_fill_text(new);
  new := private.posts_apply_verdict(new);
  new.published_at := case when new.status = 'published' then now() end;
  return new;
end;
$$;
comment on function private.posts_before_insert() is
  'Fills what the database decides. Runs as the writer, so that it sees no more than they do.';
create trigger posts_b10_fill before insert on public.posts
  for each row execute function private.posts_before_insert();

create function private.posts_before_update() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  if pg_trigger_depth() = 1 then
    if old.status in ('draft', 'scheduled') then
      return private.posts_change_waiting(old, new);
    end if;
    if new.author_id = (select auth.uid()) then
      perform private.posts_check_change(old, new);
    end if;
  end if;
  if (new.body, new.content_warning) is distinct from (old.body, old.content_warning)
    and new.deleted_at is null then
    new := private.posts_fill_text(new);
    new := private.posts_apply_verdict(new);
    new.edited_at := clock_timestamp();
  end if;
  if new.status = 'published' and new.published_at is null then
    new.published_at := clock_timestamp();
  end if;
  return new;
end;
$$;
comment on function private.posts_before_update() is 'Fills what follows from a changed text.';
create trigger posts_b10_fill_update before update on public.posts
  for each row execute function private.posts_before_update();
