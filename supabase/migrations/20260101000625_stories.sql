-- Stories: a picture or a few words for a day. Owns stories, story_views, private.story_audiences.
-- Who sees a story is decided here, once; its file follows in the policies of media.

create table public.stories (
  id uuid primary key default private.uuid_v7(),
  author_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  media_id uuid references public.media (id) on delete cascade,
  text text,
  -- Written, never kept: a trigger moves it to private.story_audiences, where readers do not see it.
  audience_id uuid,
  status text not null default 'published',
  screened_at timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '24 hours',
  -- Kept on the author's profile after it has expired.
  highlighted_at timestamptz,
  constraint stories_media_id_key unique (media_id),
  constraint stories_content check (media_id is not null or text ~ '\S'),
  constraint stories_text_length check (char_length(text) <= 1000),
  constraint stories_status_known check (status in ('published', 'held', 'removed')),
  constraint stories_expires_at_fits check (expires_at > created_at)
);
comment on table public.stories is
  'What is shown for a day, to followers or to a list. Nobody sees it from the second it expires.';
create index stories_author_id_created_at_idx on public.stories (author_id, created_at desc, id desc);
create index stories_highlighted_idx on public.stories (author_id, highlighted_at desc, id desc)
  where highlighted_at is not null;
create index stories_expires_at_idx on public.stories (expires_at) where highlighted_at is null;
alter table public.stories enable row level security;

create table public.story_views (
  story_id uuid not null references public.stories (id) on delete cascade,
  viewer_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  viewed_at timestamptz not null default clock_timestamp(),
  primary key (story_id, viewer_id)
);
comment on table public.story_views is
  'Who has seen which story, once each. For the author and the viewer; nobody else.';
create index story_views_story_id_viewed_at_idx
  on public.story_views (story_id, viewed_at desc, viewer_id desc);
create index story_views_viewer_id_idx on public.story_views (viewer_id);
alter table public.story_views enable row level security;

create table private.story_audiences (
  story_id uuid primary key references public.stories (id) on delete cascade,
  audience_id uuid not null
);
comment on table private.story_audiences is
  'Stories that are kept to a list. When the list is gone, nobody but the author sees them.';
create index story_audiences_audience_id_idx on private.story_audiences (audience_id);
grant select on private.story_audiences to authenticated;
grant select, insert, update, delete on private.story_audiences to service_role;

-- Who may see what -----------------------------------------------------------------------------------

create policy stories_select_visible on public.stories
  for select to authenticated
  using (
    (status <> 'published' and (select private.has_permission('post.remove')))
    or ((expires_at > now() or highlighted_at is not null)
      and (author_id = (select auth.uid()) or (status = 'published'
        and not exists (select from private.block_sides b
          where b.profile_id = (select auth.uid()) and b.other_id = author_id offset 0)
        and not exists (select from private.account_states s
          where s.profile_id = author_id and s.hidden offset 0)
        and coalesce(
          (select l.audience_id in (select private.my_audience_ids())
            from private.story_audiences l where l.story_id = stories.id),
          exists (select from public.follows f
            where f.follower_id = (select auth.uid()) and f.followee_id = author_id offset 0))
        -- What a private account shows reaches its followers only, whatever the list says.
        and not exists (select from private.private_accounts a where a.profile_id = author_id
          and not exists (select from public.follows f
            where f.follower_id = (select auth.uid()) and f.followee_id = a.profile_id offset 0)
          offset 0)))));
comment on policy stories_select_visible on public.stories is
  'Live and highlighted ones: one''s own, and of people whom one follows or on whose list one is. '
  'Held and removed ones as a moderator.';
create policy stories_insert_own on public.stories
  for insert to authenticated with check (author_id = (select auth.uid()));
create policy stories_delete_own on public.stories
  for delete to authenticated using (author_id = (select auth.uid()));

create policy story_views_select_own on public.story_views
  for select to authenticated
  using (
    exists (select from public.stories s where s.id = story_id
      and (viewer_id = (select auth.uid()) or s.author_id = (select auth.uid())))
    and not exists (select from private.block_sides b
      where b.profile_id = (select auth.uid()) and b.other_id = viewer_id offset 0)
    and not exists (select from private.account_states s
      where s.profile_id = viewer_id and s.hidden offset 0));
comment on policy story_views_select_own on public.story_views is
  'Viewers see their own views, authors those of their stories, as long as the story is there.';
create policy story_views_insert_own on public.story_views
  for insert to authenticated
  with check (viewer_id = (select auth.uid()) and exists (select from public.stories s
    where s.id = story_id and s.author_id <> (select auth.uid())));
comment on policy story_views_insert_own on public.story_views is
  'One views what one sees; authors do not count themselves.';

create policy stories_insert_active on public.stories
  as restrictive for insert to authenticated with check ((select private.may_publish()));
create policy stories_delete_active on public.stories
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy story_views_insert_active on public.story_views
  as restrictive for insert to authenticated with check ((select private.may_write()));

revoke all on public.stories, public.story_views from anon, authenticated;
grant select, insert (id, media_id, text, audience_id), delete on public.stories to authenticated;
grant select, insert (story_id) on public.story_views to authenticated;
grant select, insert, update, delete on public.stories, public.story_views to service_role;

-- Before a row is written ------------------------------------------------------------------------------

create function private.stories_before_insert() returns trigger
language plpgsql volatile set search_path = ''
as $$
declare
  c_live_max constant int := 100;
  v_verdict constant text := nullif(current_setting('townsquare.verdict', true), '');
begin
  if coalesce(new.text, '') !~ '\S' then
    new.text := null;
  end if;
  if new.text is null and new.media_id is null then
    raise exception 'A story needs a picture, a video or a text'
      using errcode = 'PT422', hint = 'invalid-input', column = 'text';
  end if;
  if new.media_id is not null and not exists (select from public.media m
    where m.id = new.media_id and m.owner_id = new.author_id and m.kind in ('image', 'video')
      and m.status <> 'rejected'
      and m.post_id is null and m.message_id is null and m.story_id is null) then
    raise exception 'The picture or video does not exist, is not yours, or hangs on something else'
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_id';
  end if;
  if new.audience_id is not null and not exists (select from private.audiences a
    where a.id = new.audience_id and a.owner_id = new.author_id) then
    raise exception 'The list does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  -- One at a time for each author, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('public.stories:' || new.author_id, 0));
  if (select count(*) from public.stories s
    where s.author_id = new.author_id and s.expires_at > now()) >= c_live_max then
    raise exception 'One person shows at most % stories at once', c_live_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  -- Without a verdict, a consumer screens the text within a second.
  new.screened_at := case when v_verdict is not null or new.text is null then now() end;
  if v_verdict = 'held' and new.text is not null then
    new.status := 'held';
  end if;
  return new;
end;
$$;
comment on function private.stories_before_insert() is
  'What a story may hold. Runs as the writer, who names only what is theirs.';
create trigger stories_b50_check before insert on public.stories
  for each row execute function private.stories_before_insert();

create function private.stories_after_insert() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if new.audience_id is not null then
    insert into private.story_audiences (story_id, audience_id) values (new.id, new.audience_id);
    update public.stories s set audience_id = null where s.id = new.id;
  end if;
  if new.media_id is not null then
    perform private.attach_media(array[new.media_id], new.author_id, null, null, null, new.id);
  end if;
  if new.screened_at is null then
    perform private.emit('story.created', new.id, new.author_id);
  end if;
  return null;
end;
$$;
comment on function private.stories_after_insert() is
  'Definer, because it writes media, lists and events, which are closed to clients.';
create trigger stories_a10_insert after insert on public.stories
  for each row execute function private.stories_after_insert();
create trigger stories_a60_queue_held after insert on public.stories
  for each row when (new.status = 'held') execute function private.queue_held('story');
create trigger stories_a60_queue_held_update after update of status on public.stories
  for each row when (new.status = 'held' and old.status <> 'held')
  execute function private.queue_held('story');

create function private.stories_after_delete() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.notifications n where n.subject_type = 'story' and n.subject_id = old.id;
  return null;
end;
$$;
comment on function private.stories_after_delete() is
  'Definer, because notifications belong to others. Nothing is left that speaks of the story.';
create trigger stories_a50_forget after delete on public.stories
  for each row execute function private.stories_after_delete();

-- Answers are messages -----------------------------------------------------------------------------------

alter table public.messages add constraint messages_story_id_fkey
  foreign key (story_id) references public.stories (id) on delete set null;

create function private.messages_check_story() returns trigger
language plpgsql stable set search_path = ''
as $$
begin
  -- Jobs and imports act for nobody.
  if (select auth.uid()) is null then
    return new;
  end if;
  if not exists (select from public.stories s
    join public.rooms r on r.id = new.room_id and r.kind = 'direct'
    join public.room_members m on m.room_id = r.id and m.profile_id = s.author_id
    where s.id = new.story_id and s.author_id <> new.author_id) then
    raise exception 'No such story of the other person in this conversation'
      using errcode = 'PT422', hint = 'invalid-input', column = 'story_id';
  end if;
  return new;
end;
$$;
comment on function private.messages_check_story() is
  'Runs with the author''s rights: one answers only what one sees, and only to who showed it.';
create trigger messages_b65_check_story before insert on public.messages
  for each row when (new.story_id is not null) execute function private.messages_check_story();

-- Presentation ---------------------------------------------------------------------------------------------

create function private.present_stories(p_ids uuid[]) returns table (id uuid, story jsonb)
language plpgsql stable set search_path = ''
as $$
declare
  -- Counting ends here: nobody reads the difference, and everybody would pay for it.
  c_views_max constant int := 10000;
  v_me constant uuid := (select auth.uid());
begin
  return query
  select s.id, jsonb_build_object(
    'id', s.id, 'author', private.profile_summary(s.author_id),
    'media', private.media_json(array[s.media_id]) -> 0, 'text', s.text, 'status', s.status,
    'created_at', s.created_at, 'expires_at', s.expires_at,
    'highlighted', s.highlighted_at is not null,
    'viewed', exists (select from public.story_views v where v.story_id = s.id and v.viewer_id = v_me),
    'view_count', case when s.author_id = v_me then (select count(*) from (
      select from public.story_views v where v.story_id = s.id limit c_views_max) counted) end)
  from public.stories s where s.id = any (p_ids);
end;
$$;
comment on function private.present_stories(uuid[]) is
  'The shape Story of those that the caller sees. How often it was seen is for the author.';
grant execute on function private.present_stories(uuid[]) to authenticated, service_role;

-- Commands -------------------------------------------------------------------------------------------------

create function private.highlight_story(p_id uuid, p_keep boolean) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_highlights_max constant int := 100;
  v_me constant uuid := (select auth.uid());
  v_status text;
begin
  perform pg_advisory_xact_lock(hashtextextended('public.stories:' || v_me, 0));
  select s.status into v_status from public.stories s
  where s.id = p_id and s.author_id = v_me for no key update;
  if not found then
    raise exception 'You have no such story' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_keep and v_status <> 'published' then
    raise exception 'Only what is published can be kept'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if p_keep and (select count(*) from public.stories s
    where s.author_id = v_me and s.highlighted_at is not null and s.id <> p_id) >= c_highlights_max then
    raise exception 'One person keeps at most % stories', c_highlights_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  update public.stories s
  set highlighted_at = case when p_keep then coalesce(s.highlighted_at, clock_timestamp()) end
  where s.id = p_id;
end;
$$;
comment on function private.highlight_story(uuid, boolean) is
  'Definer, because an expired story is invisible to its author too: until it is removed, it can be '
  'kept on the profile. Without p_keep, it is kept no more.';
grant execute on function private.highlight_story(uuid, boolean) to authenticated;

create function private.sweep_stories(p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  -- Until then the author may still make it a highlight.
  c_kept constant interval := interval '24 hours';
  v_swept int;
begin
  delete from public.stories s where s.id in (
    select e.id from public.stories e
    where e.highlighted_at is null and e.expires_at < now() - c_kept
      -- What somebody has reported is looked at first.
      and not exists (select from private.moderation_cases c where c.subject_id = e.id
        and c.subject_type = 'story' and c.status in ('open', 'appealed'))
    order by e.expires_at limit p_limit for update skip locked);
  get diagnostics v_swept = row_count;
  return v_swept;
end;
$$;
comment on function private.sweep_stories(int) is
  'Removes stories a day after they expired, with files, views and notifications.';
