-- Incoming webhooks: addresses by which other systems speak in a room. Owns private.incoming_webhooks,
-- private.message_guises. They belong to the room, not to whoever made them.

create table private.incoming_webhooks (
  id uuid primary key default private.uuid_v7(),
  room_id uuid not null references public.rooms (id) on delete cascade,
  name text not null,
  avatar_url text,
  secret_hash bytea not null,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default clock_timestamp(),
  constraint incoming_webhooks_name_length check (char_length(name) between 1 and 80),
  constraint incoming_webhooks_name_plain check (
    private.is_plain(name) and private.is_visible(name)),
  constraint incoming_webhooks_avatar_url_form check (
    avatar_url is null or (char_length(avatar_url) <= 500 and private.are_links(array[avatar_url])))
);
comment on table private.incoming_webhooks is
  'Who speaks in a room from outside. The secret in the address is shown once and not kept. No client access.';
create index incoming_webhooks_room_id_idx on private.incoming_webhooks (room_id, id);
create index incoming_webhooks_created_by_idx on private.incoming_webhooks (created_by);
alter table private.incoming_webhooks enable row level security;

create table private.message_guises (
  -- Written before its message, which is announced as soon as it is there.
  message_id uuid primary key references public.messages (id) on delete cascade
    deferrable initially deferred,
  name text not null,
  avatar_url text,
  constraint message_guises_name_length check (char_length(name) between 1 and 80),
  constraint message_guises_avatar_url_length check (char_length(avatar_url) <= 500)
);
comment on table private.message_guises is
  'Under which name and picture a message from outside is shown; it stays when the webhook goes.';
alter table private.message_guises enable row level security;
create policy message_guises_select_visible on private.message_guises
  for select to authenticated
  using (exists (select from public.messages m where m.id = message_id));
comment on policy message_guises_select_visible on private.message_guises is
  'Whoever sees the message sees who it shows.';
grant select on private.message_guises to authenticated;
grant select, insert, update, delete on private.incoming_webhooks, private.message_guises
  to service_role;

create function private.bot_author(p_message uuid, p_author uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_guise jsonb;
begin
  if p_author = private.hook_profile_id() then
    select jsonb_build_object('display_name', g.name, 'avatar_url', g.avatar_url) into v_guise
    from private.message_guises g where g.message_id = p_message;
  end if;
  return private.profile_summary(p_author) || coalesce(v_guise, '{}'::jsonb);
end;
$$;
comment on function private.bot_author(uuid, uuid) is
  'Who a bot''s message shows, to those who see it.';
grant execute on function private.bot_author(uuid, uuid) to authenticated, service_role;

-- Of the room ------------------------------------------------------------------------------------------------

create function private.present_webhook(p_hook private.incoming_webhooks) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('id', p_hook.id, 'room_id', p_hook.room_id, 'name', p_hook.name,
    'avatar_url', p_hook.avatar_url, 'created_at', p_hook.created_at,
    'created_by', case when p_hook.created_by is not null and not private.is_hidden(p_hook.created_by)
      then private.profile_summary(p_hook.created_by) end)
$$;
comment on function private.present_webhook(private.incoming_webhooks) is
  'Definer, because it shows whoever made it. A webhook for those who may change the room.';

create function private.create_webhook(
  p_room uuid, p_name text, p_avatar_url text, p_hash bytea
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_hooks_max constant int := 10;
  v_hook private.incoming_webhooks;
begin
  -- Locks the room, so that two at once do not both take the last place.
  perform private.require_room(p_room, 'edit_room');
  if (select count(*) from private.incoming_webhooks h where h.room_id = p_room) >= c_hooks_max then
    raise exception 'At most % webhooks of one room', c_hooks_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.incoming_webhooks (room_id, name, avatar_url, secret_hash, created_by)
  values (p_room, p_name, p_avatar_url, p_hash, (select auth.uid())) returning * into v_hook;
  perform private.log_room(p_room, 'update', null,
    jsonb_build_object('webhook_added', v_hook.name, 'webhook_id', v_hook.id));
  return private.present_webhook(v_hook);
end;
$$;
comment on function private.create_webhook(uuid, text, text, bytea) is
  'Definer, because webhooks are closed to clients. By those who may change the room.';
grant execute on function private.create_webhook(uuid, text, text, bytea) to authenticated;

create function private.room_webhooks(p_room uuid) returns setof jsonb
language plpgsql volatile security definer rows 10 set search_path = ''
as $$
begin
  perform private.require_room(p_room, 'edit_room');
  return query
  select private.present_webhook(h) from private.incoming_webhooks h
  where h.room_id = p_room order by h.id;
end;
$$;
comment on function private.room_webhooks(uuid) is
  'Definer, because webhooks are closed to clients. For those who may change the room; they are few.';
grant execute on function private.room_webhooks(uuid) to authenticated;

create function private.delete_webhook(p_room uuid, p_hook uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_name text;
begin
  perform private.require_room(p_room, 'edit_room');
  delete from private.incoming_webhooks h where h.id = p_hook and h.room_id = p_room
  returning h.name into v_name;
  if v_name is null then
    raise exception 'There is no such webhook' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.log_room(p_room, 'update', null,
    jsonb_build_object('webhook_removed', v_name, 'webhook_id', p_hook));
end;
$$;
comment on function private.delete_webhook(uuid, uuid) is
  'Definer, because webhooks are closed to clients. What comes by its address next finds nothing.';
grant execute on function private.delete_webhook(uuid, uuid) to authenticated;

-- Speaking ---------------------------------------------------------------------------------------------------

create function private.say_by_webhook(
  p_hook uuid, p_body text, p_name text, p_avatar_url text, p_thread uuid
) returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  v_hook private.incoming_webhooks;
  v_id constant uuid := private.uuid_v7();
begin
  select h.* into v_hook from private.incoming_webhooks h where h.id = p_hook for key share;
  if v_hook.id is null then
    raise exception 'There is no such webhook' using errcode = 'PT404', hint = 'not-found';
  end if;
  if exists (select from public.rooms r where r.id = v_hook.room_id and r.archived_at is not null) then
    raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
  end if;
  if p_thread is not null and not exists (select from public.messages m
    where m.id = p_thread and m.room_id = v_hook.room_id and m.deleted_at is null) then
    raise exception 'No such message in this room'
      using errcode = 'PT422', hint = 'invalid-input', column = 'thread_id';
  end if;
  perform private.ensure_system_profile(private.hook_profile_id());
  insert into private.message_guises (message_id, name, avatar_url)
  values (v_id, coalesce(p_name, v_hook.name), coalesce(p_avatar_url, v_hook.avatar_url));
  insert into public.messages (id, room_id, author_id, kind, body, parent_id)
  values (v_id, v_hook.room_id, private.hook_profile_id(), 'bot', p_body, p_thread);
  return v_id;
end;
$$;
comment on function private.say_by_webhook(uuid, text, text, text, uuid) is
  'Says something in the room of a webhook, under its name or another. For the hooks only.';
