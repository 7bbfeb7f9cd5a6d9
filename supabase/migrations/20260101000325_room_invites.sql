-- Rooms, fifth part: invites, by link with uses and an end, and by person. Owns room_invites,
-- private.room_invite_tokens, private.room_invite_people.

create table public.room_invites (
  id uuid primary key default private.uuid_v7(),
  room_id uuid not null references public.rooms (id) on delete cascade,
  created_by uuid not null references public.profiles (id) on delete cascade,
  -- Whether it is for the people named only.
  is_personal boolean not null default false,
  max_uses int,
  uses int not null default 0,
  expires_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  constraint room_invites_max_uses_range check (max_uses between 1 and 10000),
  constraint room_invites_uses_bound check (uses >= 0 and uses <= coalesce(max_uses, uses))
);
comment on table public.room_invites is
  'Ways into a room. Each holds while its maker may invite. The secret of the link is elsewhere.';
create index room_invites_room_id_idx on public.room_invites (room_id, id desc);
create index room_invites_created_by_idx on public.room_invites (created_by);
alter table public.room_invites enable row level security;

create table private.room_invite_tokens (
  invite_id uuid primary key references public.room_invites (id) on delete cascade,
  token_hash bytea not null,
  constraint room_invite_tokens_token_hash_key unique (token_hash)
);
comment on table private.room_invite_tokens is
  'Hashes of the secrets in links to rooms; the secrets are shown once and not kept. No client access.';

create table private.room_invite_people (
  invite_id uuid not null references public.room_invites (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  primary key (invite_id, profile_id)
);
comment on table private.room_invite_people is
  'For whom an invite is, until they have come. No client access.';
create index room_invite_people_profile_id_idx on private.room_invite_people (profile_id);
grant select, insert, update, delete on private.room_invite_tokens, private.room_invite_people
  to service_role;

create function private.my_invite_ids() returns setof uuid
language sql stable security definer rows 10 set search_path = ''
as $$
  select p.invite_id from private.room_invite_people p where p.profile_id = (select auth.uid())
$$;
comment on function private.my_invite_ids() is
  'Definer, so that the policy of invites may use it. Invites that name the caller.';
grant execute on function private.my_invite_ids() to authenticated, service_role;

create policy room_invites_select_concerned on public.room_invites
  for select to authenticated
  using ((created_by = (select auth.uid()) or room_id in (select private.my_moderated_room_ids())
      or id in (select private.my_invite_ids()))
    and not exists (select from private.account_states s
      where s.profile_id = created_by and s.hidden offset 0)
    and (room_id in (select private.my_moderated_room_ids())
      or not exists (select from private.block_sides b
        where b.profile_id = (select auth.uid()) and b.other_id = created_by offset 0)));
comment on policy room_invites_select_concerned on public.room_invites is
  'Whoever made it, whom it names, and those who keep order in the room.';
revoke all on public.room_invites from anon, authenticated;
grant select on public.room_invites to authenticated;
grant select, insert, update, delete on public.room_invites to service_role;

-- Making and ending ----------------------------------------------------------------------------------------

create function private.require_invitable(p_room uuid, p_person uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if private.is_blocked_between((select auth.uid()), p_person) or private.is_hidden(p_person)
    or not exists (select from public.profiles p where p.id = p_person) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if not private.may_contact(p_person, 'invite') then
    raise exception 'One of these people does not accept invitations from you'
      using errcode = 'PT403', hint = 'not-accepting-invites';
  end if;
  if exists (select from public.room_members m
    where m.room_id = p_room and m.profile_id = p_person and m.banned) then
    raise exception 'One of these people is banned from the room'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$$;
comment on function private.require_invitable(uuid, uuid) is
  'Definer, because it reads blocks, settings and bans. Raises unless the caller may invite that person.';

create function private.present_invite(p_invite public.room_invites) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('id', p_invite.id, 'room_id', p_invite.room_id,
    'created_by', private.profile_summary(p_invite.created_by), 'created_at', p_invite.created_at,
    'is_personal', p_invite.is_personal,
    'people', coalesce((select jsonb_agg(private.profile_summary(p.profile_id) order by p.profile_id)
      from private.room_invite_people p where p.invite_id = p_invite.id
        and not private.is_hidden(p.profile_id)), '[]'::jsonb),
    'max_uses', p_invite.max_uses, 'uses', p_invite.uses, 'expires_at', p_invite.expires_at)
$$;
comment on function private.present_invite(public.room_invites) is
  'Definer, because whom it names is closed to clients. An invite for those who see it.';

create function private.create_invite(
  p_room uuid, p_people uuid[], p_max_uses int, p_expires_at timestamptz
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_invites_max constant int := 500;
  c_people_max constant int := 50;
  c_length_max constant interval := '1 year';
  v_token constant text := encode(extensions.gen_random_bytes(32), 'hex');
  v_people uuid[] := '{}';
  v_person uuid;
  v_invite public.room_invites;
begin
  perform private.require_room(p_room, 'invite');
  if p_expires_at <= clock_timestamp() or p_expires_at > clock_timestamp() + c_length_max then
    raise exception 'An invite ends within a year from now'
      using errcode = 'PT422', hint = 'invalid-input', column = 'expires_at';
  end if;
  if p_max_uses not between 1 and 10000 then
    raise exception 'An invite has 1 to 10000 uses'
      using errcode = 'PT422', hint = 'invalid-input', column = 'max_uses';
  end if;
  if cardinality(p_people) > c_people_max then
    raise exception 'At most % people at once', c_people_max
      using errcode = 'PT422', hint = 'invalid-input', column = 'user_ids';
  end if;
  if (select count(*) from public.room_invites i where i.room_id = p_room) >= c_invites_max then
    delete from public.room_invites i
    where i.room_id = p_room and (i.expires_at <= now() or i.uses >= i.max_uses);
    if not found then
      raise exception 'The room has too many invites; end some first'
        using errcode = 'PT409', hint = 'conflict';
    end if;
  end if;
  for v_person in select distinct p from unnest(p_people) p order by p loop
    perform private.require_invitable(p_room, v_person);
    if private.room_role(p_room, v_person) is null then
      v_people := v_people || v_person;
    end if;
  end loop;
  insert into public.room_invites (room_id, created_by, is_personal, max_uses, expires_at)
  values (p_room, (select auth.uid()), cardinality(p_people) > 0, p_max_uses, p_expires_at)
  returning * into v_invite;
  insert into private.room_invite_tokens (invite_id, token_hash)
  values (v_invite.id, sha256(convert_to(v_token, 'utf8')));
  insert into private.room_invite_people (invite_id, profile_id)
  select v_invite.id, p from unnest(v_people) p;
  perform private.log_room(p_room, 'invite', null, jsonb_build_object('invite_id', v_invite.id));
  perform private.emit('room.invited', v_invite.id, (select auth.uid()),
    jsonb_build_object('room_id', p_room, 'user_id', p)) from unnest(v_people) p;
  return private.present_invite(v_invite) || jsonb_build_object('token', v_token);
end;
$$;
comment on function private.create_invite(uuid, uuid[], int, timestamptz) is
  'Definer, because invites are written here only. With people named it is for them alone; the token '
  'is in this answer and nowhere else.';
grant execute on function private.create_invite(uuid, uuid[], int, timestamptz) to authenticated;

create function private.room_invites_page(p_room uuid, p_before uuid, p_limit int)
returns table (id uuid, invite jsonb)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_role constant text := private.room_role(p_room, v_me);
begin
  if v_role is null then
    perform private.refuse_room(p_room);
  end if;
  return query
  select i.id, private.present_invite(i) from public.room_invites i
  where i.room_id = p_room and (i.created_by = v_me or private.room_rank(v_role) > 1)
    and coalesce(i.expires_at > now(), true) and i.uses < coalesce(i.max_uses, i.uses + 1)
    and not exists (select from private.account_states s
      where s.profile_id = i.created_by and s.hidden)
    and (p_before is null or i.id < p_before)
  order by i.id desc limit least(p_limit, 101);
end;
$$;
comment on function private.room_invites_page(uuid, uuid, int) is
  'Definer, because whom it names is closed to clients. Open invites, the newest first: all for those '
  'who keep order, one''s own for others.';
grant execute on function private.room_invites_page(uuid, uuid, int) to authenticated;

create function private.revoke_invite(p_invite uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_invite public.room_invites;
begin
  select * into v_invite from public.room_invites i where i.id = p_invite;
  if v_invite.created_by is distinct from v_me
    and private.room_rank(private.room_role(v_invite.room_id, v_me)) < 2 then
    -- Whom it names declines it.
    delete from private.room_invite_people p where p.invite_id = p_invite and p.profile_id = v_me;
    if not found then
      raise exception 'The invite does not exist' using errcode = 'PT404', hint = 'not-found';
    end if;
    return;
  end if;
  delete from public.room_invites i where i.id = p_invite;
  if found then
    perform private.log_room(v_invite.room_id, 'revoke_invite', null,
      jsonb_build_object('invite_id', p_invite));
  end if;
end;
$$;
comment on function private.revoke_invite(uuid) is
  'Definer, because invites are written here only. Its maker and those who keep order end it; whom '
  'it names declines it.';
grant execute on function private.revoke_invite(uuid) to authenticated;

-- Coming in ------------------------------------------------------------------------------------------------

create function private.find_invite(p_token text) returns public.room_invites
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_invite public.room_invites;
begin
  select i.* into v_invite from public.room_invites i
  left join private.room_invite_tokens t on t.invite_id = i.id
  -- Whom an invite names needs no secret: the invite's id is enough.
  where (t.token_hash = sha256(convert_to(p_token, 'utf8')) or i.id::text = p_token
      and exists (select from private.room_invite_people p
        where p.invite_id = i.id and p.profile_id = v_me))
    and coalesce(i.expires_at > clock_timestamp(), true)
    and i.uses < coalesce(i.max_uses, i.uses + 1)
    and (not i.is_personal or exists (select from private.room_invite_people p
      where p.invite_id = i.id and p.profile_id = v_me))
    -- It holds while its maker may invite.
    and 'invite' = any (private.room_capabilities(i.room_id, i.created_by))
    and not private.is_hidden(i.created_by) and not private.is_blocked_between(v_me, i.created_by);
  if v_invite.id is null then
    raise exception 'The invite does not exist or holds no more'
      using errcode = 'PT404', hint = 'not-found';
  end if;
  return v_invite;
end;
$$;
comment on function private.find_invite(text) is
  'Definer, because secrets are closed to clients. An invite that the caller may use, or not-found.';

create function private.read_invite(p_token text) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_invite constant public.room_invites := private.find_invite(p_token);
begin
  return (
    select jsonb_build_object(
      'room', jsonb_build_object('id', r.id, 'name', r.name,
        'member_count', private.count_of(r.id, 'members')),
      'inviter', private.profile_summary(v_invite.created_by), 'expires_at', v_invite.expires_at)
    from public.rooms r where r.id = v_invite.room_id);
end;
$$;
comment on function private.read_invite(text) is
  'Definer, because the room may be private. What somebody is invited to.';
grant execute on function private.read_invite(text) to authenticated;

create function private.accept_invite(p_token text) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_me constant uuid := (select auth.uid());
  v_room constant uuid := (private.find_invite(p_token)).room_id;
  v_invite public.room_invites;
  v_seq bigint;
begin
  -- One after the other: what was found before the room was locked is asked for again.
  select r.last_seq into v_seq from public.rooms r where r.id = v_room for no key update;
  v_invite := private.find_invite(p_token);
  if private.room_role(v_room, v_me) is not null then
    return v_room;
  end if;
  if exists (select from public.room_members m
    where m.room_id = v_room and m.profile_id = v_me and m.banned) then
    raise exception 'You were banned from this room' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if exists (select from private.room_member_states s where s.room_id = v_room
    and s.profile_id = v_me and s.kicked_at >= v_invite.created_at) then
    raise exception 'You were removed from this room; it takes a new invite to come back'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  update public.room_invites i set uses = i.uses + 1 where i.id = v_invite.id;
  delete from private.room_invite_people p where p.invite_id = v_invite.id and p.profile_id = v_me;
  update private.room_member_states s set kicked_at = null
  where s.room_id = v_room and s.profile_id = v_me;
  insert into public.room_members (room_id, profile_id) values (v_room, v_me);
  perform private.set_last_read(v_room, v_me, v_seq);
  perform private.emit('room.joined', v_room, v_me);
  return v_room;
end;
$$;
comment on function private.accept_invite(text) is
  'Definer, because members are added here only. Uses are never more than allowed; whoever is in the '
  'room already uses none.';
grant execute on function private.accept_invite(text) to authenticated;

create function private.notify_of_invite(p_invite uuid, p_actor uuid, p_person uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  -- Nobody is told of what was ended, or declined, in the meantime.
  if exists (select from private.room_invite_people p
    where p.invite_id = p_invite and p.profile_id = p_person) then
    perform private.create_notification(p_person, 'room_invite', p_actor, 'invite', p_invite,
      private.pair_id(p_invite, p_person));
  end if;
end;
$$;
comment on function private.notify_of_invite(uuid, uuid, uuid) is
  'Tells a person that they are invited; the invite''s id lets them in. For jobs only.';
grant execute on function private.notify_of_invite(uuid, uuid, uuid) to service_role;
