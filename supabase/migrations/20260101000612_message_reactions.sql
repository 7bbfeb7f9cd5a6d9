-- Reactions to messages. Owns message_reactions.

create function private.is_emoji(p_text text) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select p_text ~ ('^(?:[\U0001F1E6-\U0001F1FF]{2}|[0-9#*]\uFE0F?\u20E3|'
    -- A sign with its look and its skin, and more of them joined by U+200D; or a flag with tags.
    || s.sign || '(?:\u200D' || s.sign || ')*)$')
  from (select '[\u00A9\u00AE\u203C\u2049\u2122\u2139\u2194-\u21AA\u231A-\u23FF\u24C2\u25AA-\u25FE'
    || '\u2600-\u27BF\u2934\u2935\u2B05-\u2B55\u3030\u303D\u3297\u3299'
    || '\U0001F000-\U0001F1E5\U0001F200-\U0001F3FA\U0001F400-\U0001FAFF]'
    || '\uFE0F?[\U0001F3FB-\U0001F3FF]?[\U000E0020-\U000E007F]*' as sign) s
$$;
comment on function private.is_emoji(text) is
  'One emoji as keyboards write it; never a word, markup or several of them.';
grant execute on function private.is_emoji(text) to authenticated, service_role;

create table public.message_reactions (
  message_id uuid not null references public.messages (id) on delete cascade,
  profile_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  emoji text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (message_id, emoji, profile_id),
  constraint message_reactions_emoji_form
    check (char_length(emoji) <= 32 and private.is_emoji(emoji))
);
comment on table public.message_reactions is 'Who gave which emoji to a message.';
create index message_reactions_profile_id_idx
  on public.message_reactions (profile_id, created_at desc, message_id);
alter table public.message_reactions enable row level security;

create policy message_reactions_select_visible on public.message_reactions
  for select to authenticated
  using (not exists (select from private.block_sides b
      where b.profile_id = (select auth.uid()) and b.other_id = message_reactions.profile_id offset 0)
    and not exists (select from private.account_states s
      where s.profile_id = message_reactions.profile_id and s.hidden offset 0)
    and exists (select from public.messages m where m.id = message_id offset 0));
comment on policy message_reactions_select_visible on public.message_reactions is
  'Whoever sees the message, but for people who are blocked either way.';
create policy message_reactions_insert_own on public.message_reactions
  for insert to authenticated
  with check (profile_id = (select auth.uid())
    and exists (select from public.messages m
      where m.id = message_id and m.status = 'published' and m.deleted_at is null));
create policy message_reactions_delete_own on public.message_reactions
  for delete to authenticated using (profile_id = (select auth.uid()));
create policy message_reactions_insert_active on public.message_reactions
  as restrictive for insert to authenticated with check ((select private.may_publish()));
create policy message_reactions_delete_active on public.message_reactions
  as restrictive for delete to authenticated using ((select private.may_write()));

revoke all on public.message_reactions from anon, authenticated;
grant select, delete, insert (message_id, emoji) on public.message_reactions to authenticated;
grant select, insert, update, delete on public.message_reactions to service_role;

create function private.message_reactions_check() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_kinds_max constant int := 20;
  v_room uuid;
begin
  -- Locked, so that two who bring the last kinds do not pass each other.
  select m.room_id into v_room from public.messages m where m.id = new.message_id
    and m.deleted_at is null and m.status = 'published'
  for no key update;
  if (select auth.uid()) is not null then
    -- What is elsewhere and what is nowhere look the same.
    if v_room is null or not exists (select from private.my_room_ids() r where r = v_room) then
      raise exception 'The message does not exist' using errcode = 'PT404', hint = 'not-found';
    end if;
    perform private.require_may_write(v_room, new.profile_id);
  end if;
  if (select count(distinct r.emoji) from public.message_reactions r
    where r.message_id = new.message_id and r.emoji <> new.emoji) >= c_kinds_max then
    raise exception 'A message takes at most % different emoji', c_kinds_max
      using errcode = 'PT422', hint = 'invalid-input', column = 'emoji';
  end if;
  return new;
end;
$$;
comment on function private.message_reactions_check() is
  'Definer, because it reads mutes and counts for all. Who may write there may react, so far.';
create trigger message_reactions_b50_check before insert on public.message_reactions
  for each row execute function private.message_reactions_check();

create function private.message_reaction_list(p_message uuid, p_neutral boolean) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object('emoji', k.emoji, 'count', k.total)
        || case when p_neutral then '{}'::jsonb else jsonb_build_object('me', k.mine) end
      order by k.first_at, k.emoji)
    from (select r.emoji, count(*) as total, min(r.created_at) as first_at,
        coalesce(bool_or(r.profile_id = (select auth.uid())), false) as mine
      from public.message_reactions r
      where r.message_id = p_message
        and not exists (select from private.account_states s
          where s.profile_id = r.profile_id and s.hidden)
      group by r.emoji) k), '[]');
end;
$$;
comment on function private.message_reaction_list(uuid, boolean) is
  'Reactions of a message by emoji, in the order in which they came up. As the caller sees them.';
grant execute on function private.message_reaction_list(uuid, boolean) to authenticated, service_role;

create function private.message_reactions_announce() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message constant uuid := case when tg_op = 'DELETE' then old.message_id else new.message_id end;
begin
  if private.is_bulk() then
    return null;
  end if;
  perform private.broadcast_to_room(m.room_id, 'reaction.changed', jsonb_build_object(
    'message_id', m.id, 'reactions', private.message_reaction_list(m.id, true)))
  from public.messages m where m.id = v_message and m.deleted_at is null and m.status = 'published';
  return null;
end;
$$;
comment on function private.message_reactions_announce() is
  'Definer, because it speaks on topics. Says how a message is felt about now.';
create trigger message_reactions_a10_announce after insert or delete on public.message_reactions
  for each row execute function private.message_reactions_announce();

create function private.messages_clear_reactions() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from public.message_reactions r where r.message_id = new.id;
  return null;
end;
$$;
comment on function private.messages_clear_reactions() is
  'Definer, because it removes what other people did. Nothing stays on what was deleted.';
create trigger messages_a55_clear_reactions after update of deleted_at on public.messages
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function private.messages_clear_reactions();
