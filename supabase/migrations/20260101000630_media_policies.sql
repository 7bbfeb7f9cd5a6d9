-- Media, second part: who sees a file, which follows what it hangs on.

alter table public.media
  add constraint media_post_id_fkey foreign key (post_id) references public.posts (id) on delete cascade,
  add constraint media_message_id_fkey
    foreign key (message_id) references public.messages (id) on delete cascade,
  add constraint media_story_id_fkey
    foreign key (story_id) references public.stories (id) on delete cascade;

create function private.is_public_media(p_media_id uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (
    select from public.profiles p where p.avatar_media_id = p_media_id and not private.is_hidden(p.id)
  ) or exists (
    select from public.media m join public.posts p on p.id = m.post_id
    where m.id = p_media_id and private.is_for_everybody(p));
end;
$$;
comment on function private.is_public_media(uuid) is
  'Definer, because it asks for everybody, not for the caller. Avatars and files of public posts.';

create function private.media_room(p_media_id uuid) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select coalesce(s.room_id, p.room_id) from public.media m
    left join public.messages s on s.id = m.message_id
    left join public.posts p on p.id = m.post_id
    where m.id = p_media_id);
end;
$$;
comment on function private.media_room(uuid) is
  'Definer, because events are made for many, not for the caller. Where a file was shown.';

create policy media_select_visible on public.media
  for select to authenticated
  using (
    (owner_id = (select auth.uid()) and story_id is null)
    or exists (select from public.profiles p where p.avatar_media_id = media.id)
    or exists (select from public.posts p where p.id = media.post_id and p.deleted_at is null)
    or exists (select from public.messages m where m.id = media.message_id and m.deleted_at is null)
    or exists (select from public.stories s where s.id = media.story_id)
  );
comment on policy media_select_visible on public.media is
  'The policies of posts, messages, stories and profiles decide; a loose file is its owner''s alone. '
  'With a story that has expired, nobody sees its file, the owner neither.';
create policy media_select_public on public.media
  for select to anon
  using (
    exists (select from public.profiles p where p.avatar_media_id = media.id)
    or exists (select from public.posts p where p.id = media.post_id and p.deleted_at is null)
  );
comment on policy media_select_public on public.media is
  'Signed-out people reach no messages; the rest is decided by the policies of posts and profiles.';
create policy media_update_own on public.media
  for update to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
comment on policy media_update_own on public.media is 'The description of what is seen, by its owner.';
create policy media_delete_own on public.media
  for delete to authenticated using (owner_id = (select auth.uid()));

revoke all on public.media from anon, authenticated;
-- Paths open nothing: clients have no policy on the stored objects.
grant select on public.media to anon, authenticated;
grant update (alt), delete on public.media to authenticated;
grant select, insert, update, delete on public.media to service_role;

-- What is deleted takes its files along ------------------------------------------------------------------

create function private.posts_drop_media() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.media m where m.post_id = new.id;
  return null;
end;
$$;
comment on function private.posts_drop_media() is
  'Definer, because whoever may delete a post may not write media. An empty remnant has no files.';
create trigger posts_a60_drop_media after update of deleted_at on public.posts
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function private.posts_drop_media();

create function private.messages_drop_media() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.media m where m.message_id = new.id;
  return null;
end;
$$;
comment on function private.messages_drop_media() is
  'Definer, because whoever may delete a message may not write media.';
create trigger messages_a60_drop_media after update of deleted_at on public.messages
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function private.messages_drop_media();

-- Upkeep -------------------------------------------------------------------------------------------------

create function private.sweep_loose_media(p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  c_kept constant interval := interval '24 hours';
  v_swept int;
begin
  delete from public.media m where m.id in (
    select l.id from public.media l
    where l.created_at < now() - c_kept and l.post_id is null and l.message_id is null
      and l.story_id is null
      and not exists (select from public.profiles p where p.avatar_media_id = l.id)
      and not exists (select from private.scheduled_messages s
        where s.media_ids <> '{}' and s.media_ids @> array[l.id])
    order by l.created_at limit p_limit for update skip locked);
  get diagnostics v_swept = row_count;
  return v_swept;
end;
$$;
comment on function private.sweep_loose_media(int) is
  'Removes files that hung on nothing for a day. What can hold a file must be named here.';

create function private.sweep_stray_objects(p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  c_kept constant interval := interval '24 hours';
  v_last text;
  v_swept int;
begin
  -- A stretch of names each time, and from the start again when the end is reached.
  with stretch as materialized (
    select o.name, o.created_at from storage.objects o
    where o.bucket_id = 'media' and o.name > coalesce(private.setting('media_sweep_object'), '')
    order by o.name limit p_limit
  ), strays as (
    insert into private.media_trash (path)
    select s.name from stretch s
    where s.created_at < now() - c_kept and not exists (
      select from public.media m
      where m.id = case when split_part(s.name, '/', 2) ~ '^[0-9a-f-]{36}$'
          then split_part(s.name, '/', 2)::uuid end
        and (m.upload_path = s.name
          or exists (select from jsonb_each_text(m.variants) v where v.value = s.name)))
    on conflict do nothing returning path
  ) select (select count(*) from strays),
      case when (select count(*) from stretch) = p_limit then (select max(s.name) from stretch s) end
    into v_swept, v_last;
  perform private.set_setting('media_sweep_object', coalesce(v_last, ''));
  return v_swept;
end;
$$;
comment on function private.sweep_stray_objects(int) is
  'Marks bytes of which no row knows, a day after they came, for removal.';

create function private.sweep_lost_media(p_limit int) returns int
language plpgsql volatile set search_path = ''
as $$
declare
  c_kept constant interval := interval '24 hours';
  v_last text;
  v_swept int;
begin
  with stretch as materialized (
    select m.id, m.status, m.variants ->> 'original' as path, m.created_at from public.media m
    where m.id > coalesce(nullif(private.setting('media_sweep_row'), ''),
      '00000000-0000-0000-0000-000000000000')::uuid
    order by m.id limit p_limit
  ), lost as (
    update public.media m set status = 'rejected' from stretch s
    where m.id = s.id and s.created_at < now() - c_kept and s.status <> 'rejected'
      and (s.status = 'processing' or not exists (select from storage.objects o
        where o.bucket_id = 'media' and o.name = s.path))
    returning m.id
  ) select (select count(*) from lost),
      case when (select count(*) from stretch) = p_limit
        then (select s.id::text from stretch s order by s.id desc limit 1) end
    into v_swept, v_last;
  perform private.set_setting('media_sweep_row', coalesce(v_last, ''));
  return v_swept;
end;
$$;
comment on function private.sweep_lost_media(int) is
  'Marks files whose bytes are not there, or were never made, as rejected.';
