-- Announcements and spotlights: what the people who run the place want everybody to see. Owns
-- private.announcements, private.announcement_dismissals, private.spotlights.

create table private.announcements (
  id uuid primary key default private.uuid_v7(),
  title text not null,
  body text not null default '',
  body_html text not null default '',
  expires_at timestamptz,
  created_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default clock_timestamp(),
  -- The last person who was told, in the order of ids, and when everybody had been.
  told_to uuid,
  told_at timestamptz,
  constraint announcements_title_form check (title ~ '\S' and char_length(title) <= 120),
  constraint announcements_body_length check (char_length(body) <= 5000)
);
comment on table private.announcements is
  'Words for everybody, until they expire or are withdrawn. Who wrote them is not shown.';
create index announcements_created_at_idx on private.announcements (created_at desc, id desc);
create index announcements_created_by_idx on private.announcements (created_by);
alter table private.announcements enable row level security;

create table private.announcement_dismissals (
  announcement_id uuid not null references private.announcements (id) on delete cascade,
  profile_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  dismissed_at timestamptz not null default clock_timestamp(),
  primary key (announcement_id, profile_id)
);
comment on table private.announcement_dismissals is 'Who does not want to see what any more.';
create index announcement_dismissals_profile_id_idx on private.announcement_dismissals (profile_id);
alter table private.announcement_dismissals enable row level security;

create table private.spotlights (
  post_id uuid primary key references public.posts (id) on delete cascade,
  until timestamptz not null,
  placed_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default clock_timestamp()
);
comment on table private.spotlights is 'Public posts that staff show to everybody for a while.';
create index spotlights_created_at_idx on private.spotlights (created_at desc, post_id desc);
create index spotlights_placed_by_idx on private.spotlights (placed_by);
alter table private.spotlights enable row level security;

-- Policies and grants --------------------------------------------------------------------------------------

create policy announcements_select_active on private.announcements
  for select to anon, authenticated using (expires_at is null or expires_at > now());
create policy announcements_insert_staff on private.announcements
  for insert to authenticated
  with check (created_by = (select auth.uid()) and (select private.has_permission('flag.manage')));
comment on policy announcements_insert_staff on private.announcements is
  'Whoever switches features for everybody speaks to everybody.';
create policy announcements_delete_staff on private.announcements
  for delete to authenticated using ((select private.has_permission('flag.manage')));
create policy announcement_dismissals_select_own on private.announcement_dismissals
  for select to authenticated using (profile_id = (select auth.uid()));
create policy announcement_dismissals_insert_own on private.announcement_dismissals
  for insert to authenticated with check (profile_id = (select auth.uid())
    and exists (select from private.announcements a where a.id = announcement_id));
create policy spotlights_select_visible on private.spotlights
  for select to anon, authenticated
  using (until > now() and exists (select from public.posts p
    where p.id = post_id and p.status = 'published' and p.deleted_at is null));
comment on policy spotlights_select_visible on private.spotlights is
  'Until its time is over, for whoever sees the post itself.';
create policy spotlights_insert_staff on private.spotlights
  for insert to authenticated
  with check (placed_by = (select auth.uid()) and (select private.has_permission('post.remove')));
comment on policy spotlights_insert_staff on private.spotlights is
  'Whoever may take posts away may also put them forward.';
create policy spotlights_update_staff on private.spotlights
  for update to authenticated
  using ((select private.has_permission('post.remove')))
  with check ((select private.has_permission('post.remove')));
create policy spotlights_delete_staff on private.spotlights
  for delete to authenticated using ((select private.has_permission('post.remove')));

create policy announcements_insert_active on private.announcements
  as restrictive for insert to authenticated with check ((select private.may_publish()));
create policy announcements_delete_active on private.announcements
  as restrictive for delete to authenticated using ((select private.may_write()));
create policy announcement_dismissals_insert_active on private.announcement_dismissals
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy spotlights_insert_active on private.spotlights
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy spotlights_update_active on private.spotlights
  as restrictive for update to authenticated
  using ((select private.may_write())) with check ((select private.may_write()));
create policy spotlights_delete_active on private.spotlights
  as restrictive for delete to authenticated using ((select private.may_write()));

revoke all on private.announcements, private.announcement_dismissals, private.spotlights
  from anon, authenticated;
grant select (id, title, body, body_html, expires_at, created_at) on private.announcements
  to anon, authenticated;
grant insert (id, title, body, expires_at), delete on private.announcements to authenticated;
grant select (announcement_id, profile_id, dismissed_at), insert (announcement_id)
  on private.announcement_dismissals to authenticated;
grant select (post_id, until, created_at) on private.spotlights to anon, authenticated;
grant insert (post_id, until), update (until), delete on private.spotlights to authenticated;
grant select, insert, update, delete
  on private.announcements, private.announcement_dismissals, private.spotlights to service_role;

-- Triggers -------------------------------------------------------------------------------------------------

create function private.announcements_fill() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  if new.expires_at <= clock_timestamp() then
    raise exception 'The time lies ahead'
      using errcode = 'PT422', hint = 'invalid-input', column = 'expires_at';
  end if;
  new.body_html := private.rendered(new.body) ->> 'body_html';
  return new;
end;
$$;
comment on function private.announcements_fill() is 'What the database decides about an announcement.';
create trigger announcements_b50_fill before insert on private.announcements
  for each row execute function private.announcements_fill();

create function private.announcements_enqueue() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.emit(
    case tg_op when 'INSERT' then 'announcement.created' else 'announcement.withdrawn' end,
    coalesce(new.id, old.id), null);
  return null;
end;
$$;
comment on function private.announcements_enqueue() is
  'Definer, because the outbox is closed to clients. Has a job tell everybody, or untell them.';
create trigger announcements_a50_enqueue after insert or delete on private.announcements
  for each row execute function private.announcements_enqueue();

create function private.spotlights_check() returns trigger
language plpgsql volatile set search_path = ''
as $$
declare
  c_ahead_max constant interval := interval '90 days';
  v_post public.posts;
begin
  if new.until <= clock_timestamp() or new.until > clock_timestamp() + c_ahead_max then
    raise exception 'The time lies within the next 90 days'
      using errcode = 'PT422', hint = 'invalid-input', column = 'until';
  end if;
  select * into v_post from public.posts p
  where p.id = new.post_id and p.status = 'published' and p.deleted_at is null;
  if not found then
    raise exception 'The post does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_post.visibility <> 'public' or exists (select from private.private_accounts a
    where a.profile_id in (v_post.author_id, v_post.audience_owner_id)) then
    raise exception 'Only public posts are shown to everybody'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return new;
end;
$$;
comment on function private.spotlights_check() is
  'Runs as the writer. What is not public is not put forward.';
create trigger spotlights_b50_check before insert or update of until on private.spotlights
  for each row execute function private.spotlights_check();

-- Telling everybody ----------------------------------------------------------------------------------------

create function private.tell_announcement(p_id uuid, p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_row private.announcements;
  v_ids uuid[];
begin
  -- Withdrawing waits for the batch, and the next batch finds nothing.
  select * into v_row from private.announcements a where a.id = p_id
    and a.told_at is null and (a.expires_at is null or a.expires_at > now()) for update;
  if not found then
    return 0;
  end if;
  v_ids := array(select p.id from public.profiles p
    where p.id > coalesce(v_row.told_to, '00000000-0000-0000-0000-000000000000')
    order by p.id limit p_limit);
  perform private.create_notifications(array(
      select i from unnest(v_ids) i where i <> private.deleted_profile_id()
        and not exists (select from private.account_states s
          where s.profile_id = i and s.hidden offset 0)),
    'announcement', 'announcement', p_id, p_id, jsonb_build_object('text', v_row.title));
  update private.announcements a set told_to = coalesce(v_ids[cardinality(v_ids)], a.told_to),
    told_at = case when cardinality(v_ids) < p_limit then clock_timestamp() end
  where a.id = p_id;
  if cardinality(v_ids) = p_limit then
    perform private.emit('announcement.created', p_id, null);
  end if;
  return cardinality(v_ids);
end;
$$;
comment on function private.tell_announcement(uuid, int) is
  'Tells the next people of an announcement and has itself called again while there are more. '
  'Whoever joins meanwhile finds it in the list.';

create function private.untell_announcement(p_id uuid, p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  v_count int;
begin
  delete from public.notifications n where n.id in (select w.id from public.notifications w
    where w.subject_type = 'announcement' and w.subject_id = p_id limit p_limit);
  get diagnostics v_count = row_count;
  if v_count = p_limit then
    perform private.emit('announcement.withdrawn', p_id, null);
  end if;
  return v_count;
end;
$$;
comment on function private.untell_announcement(uuid, int) is
  'Takes the next notifications of a withdrawn announcement back, and has itself called again.';
