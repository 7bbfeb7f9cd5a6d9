-- Bots: accounts that programs speak with, each owned by a person. Owns private.bots,
-- private.bot_tokens. A bot is a profile like any other, so every policy holds for it.

create table private.bots (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  owner_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp()
);
comment on table private.bots is
  'Whose each bot is. A bot goes with its owner, and acts only while they may. No client access.';
create index bots_owner_id_idx on private.bots (owner_id, profile_id);
alter table private.bots enable row level security;

create table private.bot_tokens (
  id uuid primary key default private.uuid_v7(),
  bot_id uuid not null references private.bots (profile_id) on delete cascade,
  token_hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  constraint bot_tokens_token_hash_key unique (token_hash),
  constraint bot_tokens_scopes_known check (cardinality(scopes) between 1 and 4
    and scopes <@ array['messages:write', 'messages:read', 'rooms:read', 'posts:write'])
);
comment on table private.bot_tokens is
  'Hashes of what bots show, and what each may be used for; the tokens are shown once and not kept. '
  'No client access.';
create index bot_tokens_bot_id_idx on private.bot_tokens (bot_id);
alter table private.bot_tokens enable row level security;
grant select, insert, update, delete on private.bots, private.bot_tokens to service_role;

-- Asking as a bot --------------------------------------------------------------------------------------------

create function private.bot_of_token(p_hash bytea)
returns table (bot_id uuid, token_id uuid, scopes text[])
language sql stable set search_path = ''
as $$
  select t.bot_id, t.id, t.scopes from private.bot_tokens t where t.token_hash = p_hash
$$;
comment on function private.bot_of_token(bytea) is
  'Which bot a token stands for. Whether it still holds is asked with every transaction.';

create function private.check_bot_token(p_claims jsonb) returns void
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_owner uuid;
begin
  select b.owner_id into v_owner
  from private.bot_tokens t join private.bots b on b.profile_id = t.bot_id
  where t.id = (p_claims ->> 'bot_token_id')::uuid and t.bot_id = (p_claims ->> 'sub')::uuid
    and coalesce(t.expires_at > clock_timestamp(), true);
  if v_owner is null then
    raise exception 'This token was taken back or has expired'
      using errcode = 'PT401', hint = 'not-authenticated';
  end if;
  if private.account_state(v_owner) <> 'active' then
    raise exception 'Whoever owns this bot may not act now'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$$;
comment on function private.check_bot_token(jsonb) is
  'Definer, because tokens are closed to clients. Raises unless the token holds, and its owner may act.';

create function private.messages_take_kind() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  if exists (select from public.profiles p where p.id = new.author_id and p.is_bot) then
    new.kind := 'bot';
  end if;
  return new;
end;
$$;
comment on function private.messages_take_kind() is 'What a bot says is marked so, whoever sends it.';
-- After the checks by name: they hold for bots as for people.
create trigger messages_b80_take_kind before insert on public.messages
  for each row when (new.kind = 'user' and auth.uid() is not null)
  execute function private.messages_take_kind();

-- Owning bots ------------------------------------------------------------------------------------------------

create function private.present_bot(p_bot private.bots) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('id', p_bot.profile_id, 'user', private.profile_summary(p_bot.profile_id),
    'created_at', p_bot.created_at,
    'tokens', coalesce((
      select jsonb_agg(jsonb_build_object('id', t.id, 'scopes', t.scopes, 'created_at', t.created_at,
        'expires_at', t.expires_at) order by t.id)
      from private.bot_tokens t where t.bot_id = p_bot.profile_id), '[]'::jsonb))
$$;
comment on function private.present_bot(private.bots) is
  'Definer, because bots are closed to clients. A bot as its owner sees it.';

create function private.require_bot(p_bot uuid) returns private.bots
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_bot private.bots;
begin
  select * into v_bot from private.bots b
  where b.profile_id = p_bot and b.owner_id = (select auth.uid()) for update;
  if v_bot.profile_id is null then
    raise exception 'You have no such bot' using errcode = 'PT404', hint = 'not-found';
  end if;
  return v_bot;
end;
$$;
comment on function private.require_bot(uuid) is
  'Definer, because bots are closed to clients. Locks a bot of the caller''s own, or not-found.';

create function private.create_bot(p_handle text, p_display_name text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_bots_max constant int := 10;
  v_me constant uuid := (select auth.uid());
  v_bot private.bots;
begin
  -- A bot that owns bots would outlive whoever answers for it.
  if exists (select from public.profiles p where p.id = v_me and p.is_bot) then
    raise exception 'Bots belong to people' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  -- One at a time for each person, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.bots:' || v_me, 0));
  if (select count(*) from private.bots b where b.owner_id = v_me) >= c_bots_max then
    raise exception 'At most % bots of one person', c_bots_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  v_bot.profile_id := gen_random_uuid();
  perform private.insert_bot_account(v_bot.profile_id, p_handle, p_display_name);
  insert into private.bots (profile_id, owner_id) values (v_bot.profile_id, v_me)
  returning * into v_bot;
  return private.present_bot(v_bot);
end;
$$;
comment on function private.create_bot(text, text) is
  'Definer, because it makes an account: one that nobody can sign in to, owned by the caller.';
grant execute on function private.create_bot(text, text) to authenticated;

create function private.my_bots() returns setof jsonb
language sql stable security definer rows 10 set search_path = ''
as $$
  select private.present_bot(b) from private.bots b
  where b.owner_id = (select auth.uid()) order by b.created_at, b.profile_id
$$;
comment on function private.my_bots() is
  'Definer, because bots are closed to clients. The caller''s own, the oldest first; they are few.';
grant execute on function private.my_bots() to authenticated;

create function private.change_bot(p_bot uuid, p_display_name text, p_bio text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_bot constant private.bots := private.require_bot(p_bot);
begin
  update public.profiles p
  set display_name = coalesce(p_display_name, p.display_name), bio = coalesce(p_bio, p.bio)
  where p.id = p_bot;
  return private.present_bot(v_bot);
end;
$$;
comment on function private.change_bot(uuid, text, text) is
  'Definer, because bots do not sign in to change themselves. By their owner.';
grant execute on function private.change_bot(uuid, text, text) to authenticated;

create function private.delete_bot(p_bot uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_bot(p_bot);
  delete from private.bots b where b.profile_id = p_bot;
end;
$$;
comment on function private.delete_bot(uuid) is
  'Definer, because bots are closed to clients. Its tokens end at once; the rest goes as people''s does.';
grant execute on function private.delete_bot(uuid) to authenticated;

create function private.bots_erase_profile() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- When the profile itself is being deleted, there is nothing left to do.
  insert into private.account_states as s (profile_id, deletion_due_at)
  select p.id, clock_timestamp() from public.profiles p where p.id = old.profile_id
  on conflict (profile_id) do update set deletion_due_at = excluded.deletion_due_at;
  return null;
end;
$$;
comment on function private.bots_erase_profile() is
  'Definer, because states are closed to clients. Nobody''s bot is hidden at once, and erased by the job '
  'that erases people.';
create trigger bots_a10_erase_profile after delete on private.bots
  for each row execute function private.bots_erase_profile();

-- Tokens -----------------------------------------------------------------------------------------------------

create function private.create_bot_token(
  p_bot uuid, p_hash bytea, p_scopes text[], p_expires_at timestamptz
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_tokens_max constant int := 10;
  v_token private.bot_tokens;
begin
  perform private.require_bot(p_bot);
  if p_expires_at <= clock_timestamp() then
    raise exception 'A token ends in the future'
      using errcode = 'PT422', hint = 'invalid-input', column = 'expires_at';
  end if;
  delete from private.bot_tokens t where t.bot_id = p_bot and t.expires_at <= clock_timestamp();
  if (select count(*) from private.bot_tokens t where t.bot_id = p_bot) >= c_tokens_max then
    raise exception 'At most % tokens of one bot; take one back first', c_tokens_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.bot_tokens (bot_id, token_hash, scopes, expires_at)
  values (p_bot, p_hash, array(select distinct s from unnest(p_scopes) s order by s), p_expires_at)
  returning * into v_token;
  return jsonb_build_object('id', v_token.id, 'scopes', v_token.scopes,
    'created_at', v_token.created_at, 'expires_at', v_token.expires_at);
end;
$$;
comment on function private.create_bot_token(uuid, bytea, text[], timestamptz) is
  'Definer, because tokens are closed to clients. Keeps the hash of a token for a bot of the caller''s.';
grant execute on function private.create_bot_token(uuid, bytea, text[], timestamptz) to authenticated;

create function private.delete_bot_token(p_bot uuid, p_token uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_bot(p_bot);
  delete from private.bot_tokens t where t.id = p_token and t.bot_id = p_bot;
  if not found then
    raise exception 'There is no such token' using errcode = 'PT404', hint = 'not-found';
  end if;
end;
$$;
comment on function private.delete_bot_token(uuid, uuid) is
  'Definer, because tokens are closed to clients. What a bot does next with it is refused.';
grant execute on function private.delete_bot_token(uuid, uuid) to authenticated;

-- Rooms ------------------------------------------------------------------------------------------------------

create function private.as_bot(p_bot uuid, p_leave uuid, p_enter uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
begin
  -- The room hears of the bot, not of whoever sends it.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', p_bot, 'role', 'authenticated')::text, true);
  if p_leave is not null then
    perform private.leave_room(p_leave);
  end if;
  if p_enter is not null then
    insert into public.room_members (room_id, profile_id) values (p_enter, p_bot);
    perform private.set_last_read(p_enter, p_bot,
      (select r.last_seq from public.rooms r where r.id = p_enter));
    perform private.emit('room.joined', p_enter, p_bot);
  end if;
  perform set_config('request.jwt.claims', v_claims, true);
end;
$$;
comment on function private.as_bot(uuid, uuid, uuid) is
  'Definer, because members are changed here only. Moves a bot out of one room and into another.';

create function private.add_bot(p_bot uuid, p_room uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  perform private.require_bot(p_bot);
  perform private.require_room(p_room, 'invite');
  if private.room_role(p_room, p_bot) is not null then
    return;
  end if;
  if exists (select from public.room_members m
    where m.room_id = p_room and m.profile_id = p_bot and m.banned) then
    raise exception 'This bot was banned from the room'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if exists (select from private.room_member_states s
    where s.room_id = p_room and s.profile_id = p_bot and s.kicked_at is not null)
    and 'kick' <> all (private.room_capabilities(p_room, v_me)) then
    raise exception 'This bot was removed from the room; those who keep order let it back'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  update private.room_member_states s set kicked_at = null
  where s.room_id = p_room and s.profile_id = p_bot;
  perform private.as_bot(p_bot, null, p_room);
end;
$$;
comment on function private.add_bot(uuid, uuid) is
  'Definer, because members are added here only. By its owner, where they may invite.';
grant execute on function private.add_bot(uuid, uuid) to authenticated;

create function private.remove_bot(p_bot uuid, p_room uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_bot(p_bot);
  perform private.as_bot(p_bot, p_room, null);
end;
$$;
comment on function private.remove_bot(uuid, uuid) is
  'Definer, because members are removed here only. Its owner takes a bot out of any room.';
grant execute on function private.remove_bot(uuid, uuid) to authenticated;
