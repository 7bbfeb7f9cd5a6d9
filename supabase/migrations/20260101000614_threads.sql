-- Threads: who follows which, how far they have read it, and whom a message names as a whole.
-- Owns private.thread_members.

create table private.thread_members (
  -- The message that the thread hangs on.
  message_id uuid not null references public.messages (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  level text not null default 'all',
  last_read_seq bigint not null default 0,
  primary key (message_id, profile_id),
  constraint thread_members_level_known check (level in ('all', 'mentions', 'none'))
);
comment on table private.thread_members is
  'Who follows a thread: its author, those who answered, and those who asked to.';
create index thread_members_profile_id_idx on private.thread_members (profile_id, message_id);
alter table private.thread_members enable row level security;
create policy thread_members_select_own on private.thread_members
  for select to authenticated using (profile_id = (select auth.uid()));
grant select on private.thread_members to authenticated;
grant select, insert, update, delete on private.thread_members to service_role;

create function private.messages_join_thread() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.thread_members (message_id, profile_id, last_read_seq)
  select new.parent_id, p.id, case when p.id = new.author_id then new.seq else 0 end
  from (select new.author_id as id union select m.author_id from public.messages m
    where m.id = new.parent_id) p
  order by p.id
  on conflict (message_id, profile_id) do nothing;
  return null;
end;
$$;
comment on function private.messages_join_thread() is
  'Definer, because it adds the author of the thread too. Who answers follows.';
create trigger messages_a05_join_thread after insert on public.messages
  for each row when (new.parent_id is not null and new.kind = 'user'
    and coalesce(current_setting('townsquare.checked', true), '') <> 'on')
  execute function private.messages_join_thread();

create function private.follow_thread(p_room uuid, p_message uuid, p_level text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_root uuid;
begin
  if not exists (select from private.my_room_ids() r where r = p_room) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  select coalesce(m.parent_id, m.id) into v_root
  from public.messages m where m.id = p_message and m.room_id = p_room;
  if v_root is null then
    raise exception 'The message does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  insert into private.thread_members as t (message_id, profile_id, level, last_read_seq)
  values (v_root, (select auth.uid()), p_level, coalesce((
    select max(r.seq) from public.messages r where r.parent_id = v_root), 0))
  on conflict (message_id, profile_id) do update set level = excluded.level;
end;
$$;
comment on function private.follow_thread(uuid, uuid, text) is
  'Definer, because subscriptions are written here only. What was said before counts as read.';
grant execute on function private.follow_thread(uuid, uuid, text) to authenticated;

create function private.mention_scope(p_message public.messages) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_names text[];
begin
  if position('mention' in p_message.entities::text) = 0 then
    return null;
  end if;
  v_names := private.entity_values(p_message.entities, 'mention');
  if not v_names && array['room', 'here'] then
    return null;
  end if;
  -- In a channel those who keep order may call everybody; among a few people everyone may.
  if exists (select from public.rooms r where r.id = p_message.room_id and r.kind = 'channel')
    and not exists (select from public.room_members m
      where m.room_id = p_message.room_id and m.profile_id = p_message.author_id and not m.banned
        and m.role in ('owner', 'admin', 'moderator')) then
    return null;
  end if;
  return case when 'room' = any (v_names) then 'room' else 'here' end;
end;
$$;
comment on function private.mention_scope(public.messages) is
  'Definer, because it reads roles. Whether a message names the whole room, as its author may.';
