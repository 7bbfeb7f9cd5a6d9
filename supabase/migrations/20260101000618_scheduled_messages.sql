-- Scheduled messages: written now, said later. Owns private.scheduled_messages. Only the sender
-- knows of one until a job says it, with the rights that the sender has then.

create table private.scheduled_messages (
  -- Also the id of the message that it becomes, so that it is said once.
  id uuid primary key default private.uuid_v7(),
  room_id uuid not null references public.rooms (id) on delete cascade,
  author_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  body text not null default '',
  parent_id uuid,
  also_in_room boolean not null default false,
  media_ids uuid[] not null default '{}',
  shared_post_id uuid,
  publish_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  -- What screening said, and the text as readers get it; taken over when it is said.
  verdict text,
  prepared text,
  constraint scheduled_messages_body_length check (char_length(body) <= 5000),
  constraint scheduled_messages_media_ids_count check (cardinality(media_ids) <= 10)
);
comment on table private.scheduled_messages is
  'Messages that are said at a given time. Seen by their senders only.';
create index scheduled_messages_publish_at_idx on private.scheduled_messages (publish_at, id);
create index scheduled_messages_author_id_publish_at_idx
  on private.scheduled_messages (author_id, publish_at, id);
create index scheduled_messages_room_id_idx on private.scheduled_messages (room_id);
create index scheduled_messages_media_ids_idx on private.scheduled_messages using gin (media_ids)
  where media_ids <> '{}';
alter table private.scheduled_messages enable row level security;

create function private.scheduled_messages_check() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_waiting_max constant int := 100;
  c_ahead_max constant interval := interval '1 year';
begin
  if new.publish_at <= clock_timestamp() or new.publish_at > clock_timestamp() + c_ahead_max then
    raise exception 'The time lies within the next year'
      using errcode = 'PT422', hint = 'invalid-input', column = 'publish_at';
  end if;
  perform private.require_may_write(new.room_id, new.author_id);
  if not private.is_visible(new.body) and new.media_ids = '{}' and new.shared_post_id is null then
    raise exception 'A message says something'
      using errcode = 'PT422', hint = 'invalid-input', column = 'body';
  end if;
  if new.parent_id is not null and not exists (select from public.messages m
    where m.id = new.parent_id and m.room_id = new.room_id and m.deleted_at is null) then
    raise exception 'No such message in this room'
      using errcode = 'PT422', hint = 'invalid-input', column = 'parent_id';
  end if;
  if exists (select from unnest(new.media_ids) i where not exists (select from public.media m
    where m.id = i and m.owner_id = new.author_id and m.status <> 'rejected'
      and m.post_id is null and m.message_id is null and m.story_id is null)) then
    raise exception 'A file does not exist, is not yours, or hangs on something else'
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_ids';
  end if;
  -- One at a time for each sender, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.scheduled_messages:' || new.author_id, 0));
  if (select count(*) from private.scheduled_messages s
    where s.author_id = new.author_id and s.id <> new.id) >= c_waiting_max then
    raise exception 'At most % messages of one person wait to be said', c_waiting_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  new.verdict := nullif(current_setting('townsquare.verdict', true), '');
  new.prepared := nullif(current_setting('townsquare.text', true), '');
  return new;
end;
$$;
comment on function private.scheduled_messages_check() is
  'Definer, because it reads mutes, bans and blocks. Who could not say it now does not schedule it.';
create trigger scheduled_messages_b50_check before insert on private.scheduled_messages
  for each row execute function private.scheduled_messages_check();

create policy scheduled_messages_select_own on private.scheduled_messages
  for select to authenticated using (author_id = (select auth.uid()));
create policy scheduled_messages_insert_own on private.scheduled_messages
  for insert to authenticated with check (author_id = (select auth.uid()));
create policy scheduled_messages_delete_own on private.scheduled_messages
  for delete to authenticated using (author_id = (select auth.uid()));
create policy scheduled_messages_insert_active on private.scheduled_messages
  as restrictive for insert to authenticated with check ((select private.may_publish()));
create policy scheduled_messages_delete_active on private.scheduled_messages
  as restrictive for delete to authenticated using ((select private.may_write()));
revoke all on private.scheduled_messages from anon, authenticated;
grant select (id, room_id, author_id, body, parent_id, also_in_room, media_ids, shared_post_id,
    publish_at, created_at),
  insert (id, room_id, body, parent_id, also_in_room, media_ids, shared_post_id, publish_at), delete
  on private.scheduled_messages to authenticated;
grant select, insert, update, delete on private.scheduled_messages to service_role;

-- Saying it ------------------------------------------------------------------------------------------------

create function private.say_scheduled(p_row private.scheduled_messages) returns text
language plpgsql volatile set search_path = ''
as $$
declare
  v_role constant text := current_setting('role');
  v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
  v_reason text;
begin
  -- What was let through then is screened anew, by the rules of now, as what comes by table is.
  perform set_config('townsquare.verdict', case p_row.verdict when 'held' then 'held' else '' end, true),
    set_config('townsquare.text', coalesce(p_row.prepared, ''), true),
    set_config('request.jwt.claims',
      jsonb_build_object('sub', p_row.author_id, 'role', 'authenticated')::text, true),
    set_config('role', 'authenticated', true);
  begin
    insert into public.messages
      (id, room_id, body, parent_id, also_in_room, media_ids, shared_post_id)
    values (p_row.id, p_row.room_id, p_row.body, p_row.parent_id, p_row.also_in_room, p_row.media_ids,
      p_row.shared_post_id);
  exception
    when unique_violation then
      -- It was said before.
      v_reason := null;
    when others then
      -- Passing faults are tried again; anything else would come back every minute.
      if sqlstate ~ '^(08|40|53|55|57)' then
        raise;
      end if;
      v_reason := case when sqlstate ~ '^PT4' then sqlerrm else 'You may not write there any more' end;
  end;
  perform set_config('role', v_role, true), set_config('request.jwt.claims', v_claims, true),
    set_config('townsquare.verdict', '', true), set_config('townsquare.text', '', true);
  return v_reason;
end;
$$;
comment on function private.say_scheduled(private.scheduled_messages) is
  'Writes a message as its sender, with every rule that holds for them now. Gives the reason when '
  'they may not. For jobs only.';

create function private.send_scheduled_message() returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_row private.scheduled_messages;
  v_reason text;
begin
  select * into v_row from private.scheduled_messages s where s.publish_at <= clock_timestamp()
  order by s.publish_at, s.id limit 1 for update skip locked;
  if not found then
    return false;
  end if;
  delete from private.scheduled_messages s where s.id = v_row.id;
  v_reason := private.say_scheduled(v_row);
  if v_reason is not null then
    perform private.create_notification(v_row.author_id, 'room_activity', null, 'room', v_row.room_id,
      v_row.id, jsonb_build_object('text', 'Your scheduled message was not sent: ' || v_reason));
  end if;
  return true;
end;
$$;
comment on function private.send_scheduled_message() is
  'Says the message that is due the longest, or tells its sender why not; false when none is due. '
  'Several workers take different ones.';
