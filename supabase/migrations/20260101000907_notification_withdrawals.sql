-- What was told and is no longer so: likes, shares and follows taken back, requests and invites ended,
-- messages read where they were written. Owns nothing.

create index notifications_unread_messages_idx on public.notifications (recipient_id)
  where read_at is null and subject_type = 'message';

create function private.emit_badge(p_recipient uuid, p_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.emit('notification.settled', p_recipient, null,
    jsonb_build_object('ids', to_jsonb(p_ids)));
end;
$$;
comment on function private.emit_badge(uuid, uuid[]) is
  'Definer, because the outbox is closed to clients. Has a job tell a person''s devices that these wait '
  'no more.';

create function private.tell_badge(p_recipient uuid, p_ids uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_role constant text := current_setting('role');
  v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
  v_count bigint;
begin
  perform private.lock_notifications(p_recipient);
  -- As in can_see: only the policy knows what counts.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', p_recipient, 'role', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
  v_count := private.unread_notifications();
  perform set_config('role', v_role, true);
  perform set_config('request.jwt.claims', v_claims, true);
  perform private.emit_to_user(p_recipient, 'notification.read',
    jsonb_build_object('ids', p_ids, 'unread_count', v_count));
end;
$$;
comment on function private.tell_badge(uuid, uuid[]) is
  'Tells a person''s devices what waits no more, and how much still does. For jobs only.';

-- What others take back ------------------------------------------------------------------------------------

create function private.withdraw_actor(p_recipient uuid, p_type text, p_source uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
begin
  update private.notification_actors a set withdrawn = true
  where a.recipient_id = p_recipient and a.type = p_type and a.source_id = p_source
    and not a.withdrawn
  returning a.notification_id into v_id;
  if found and not exists (select from private.notification_actors a
      where a.notification_id = v_id and not a.withdrawn) then
    perform private.emit_badge(p_recipient, array[v_id])
    from public.notifications n where n.id = v_id and n.read_at is null;
  end if;
end;
$$;
comment on function private.withdraw_actor(uuid, text, uuid) is
  'Definer, because it changes what somebody else was told. Takes a person out of a group.';

create function private.withdraw_notification(p_recipient uuid, p_type text, p_source uuid)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_row record;
begin
  update public.notifications n set withdrawn = true
  where n.recipient_id = p_recipient and n.type = p_type and n.source_id = p_source
    and not n.withdrawn
  returning n.id, n.read_at into v_row;
  if found and v_row.read_at is null then
    perform private.emit_badge(p_recipient, array[v_row.id]);
  end if;
end;
$$;
comment on function private.withdraw_notification(uuid, text, uuid) is
  'Definer, because it changes what somebody else was told. What it tells of is no longer so.';

create function private.post_reactions_withdraw() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.withdraw_actor(p.author_id, private.reaction_type(old.kind),
    private.pair_id(old.post_id, old.profile_id))
  from public.posts p where p.id = old.post_id;
  return null;
end;
$$;
comment on function private.post_reactions_withdraw() is
  'Definer, because it changes what the author was told. Nobody is named for what they took back.';
create trigger post_reactions_a70_withdraw after delete on public.post_reactions
  for each row execute function private.post_reactions_withdraw();
create trigger post_reactions_a70_withdraw_update after update of kind on public.post_reactions
  for each row when ((old.kind = 'like') <> (new.kind = 'like'))
  execute function private.post_reactions_withdraw();

create function private.shares_withdraw() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.withdraw_actor(p.author_id, 'share',
    private.pair_id(old.post_id, old.profile_id))
  from public.posts p where p.id = old.post_id;
  return null;
end;
$$;
comment on function private.shares_withdraw() is
  'Definer, because it changes what the author was told. Nobody is named for what they took back.';
create trigger shares_a70_withdraw after delete on public.shares
  for each row execute function private.shares_withdraw();

create function private.follows_withdraw() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.withdraw_notification(old.followee_id, 'follow',
    private.pair_id(old.followee_id, old.follower_id));
  return null;
end;
$$;
comment on function private.follows_withdraw() is
  'Definer, because it changes what the followed person was told.';
create trigger follows_a70_withdraw after delete on public.follows
  for each row execute function private.follows_withdraw();

create function private.follow_requests_withdraw() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- A request that was granted was one.
  if not exists (select from public.follows f
      where f.follower_id = old.requester_id and f.followee_id = old.target_id) then
    perform private.withdraw_notification(old.target_id, 'follow_request',
      private.pair_id(old.target_id, old.requester_id));
  end if;
  return null;
end;
$$;
comment on function private.follow_requests_withdraw() is
  'Definer, because it changes what the asked person was told. A request that was declined or taken '
  'back waits for nobody.';
create constraint trigger follow_requests_a70_withdraw after delete on public.follow_requests
  deferrable initially deferred
  for each row execute function private.follow_requests_withdraw();

create function private.room_invite_people_withdraw() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not exists (select from public.room_invites i join public.room_members m
      on m.room_id = i.room_id and m.profile_id = old.profile_id where i.id = old.invite_id) then
    perform private.withdraw_notification(old.profile_id, 'room_invite',
      private.pair_id(old.invite_id, old.profile_id));
  end if;
  return null;
end;
$$;
comment on function private.room_invite_people_withdraw() is
  'Definer, because it changes what the invited person was told. An invite that was ended or declined '
  'lets nobody in.';
create constraint trigger room_invite_people_a70_withdraw after delete on private.room_invite_people
  deferrable initially deferred
  for each row execute function private.room_invite_people_withdraw();

-- What one has read elsewhere ------------------------------------------------------------------------------

create function private.settle_messages(p_reader uuid, p_room uuid, p_thread uuid, p_seq bigint)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_ids uuid[];
begin
  if not exists (select from public.notifications n where n.recipient_id = p_reader
      and n.read_at is null and n.subject_type = 'message') then
    return;
  end if;
  perform private.lock_notifications(p_reader);
  with settled as (
    update public.notifications n
    set read_at = clock_timestamp(), seen_at = coalesce(n.seen_at, clock_timestamp()),
      status = 'read'
    from public.messages m
    where n.recipient_id = p_reader and n.read_at is null and n.subject_type = 'message'
      and n.type = any (private.types_about_words()) and m.id = n.subject_id and m.seq <= p_seq
      and case when p_thread is null then m.room_id = p_room and (m.parent_id is null or m.also_in_room)
        else m.parent_id = p_thread end
    returning n.id
  )
  select array_agg(s.id) into v_ids from settled s;
  if cardinality(v_ids) > 0 then
    perform private.emit_badge(p_reader, v_ids);
  end if;
end;
$$;
comment on function private.settle_messages(uuid, uuid, uuid, bigint) is
  'Definer, because clients may not write the table. Whoever has read the words need not be told of '
  'them any more.';

create function private.room_member_states_settle() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.settle_messages(new.profile_id, new.room_id, null, new.last_read_seq);
  return null;
end;
$$;
comment on function private.room_member_states_settle() is
  'Definer, because it marks notifications. A room that was read.';
create trigger room_member_states_a70_settle after insert on private.room_member_states
  for each row when (new.last_read_seq > 0) execute function private.room_member_states_settle();
create trigger room_member_states_a70_settle_update
  after update of last_read_seq on private.room_member_states
  for each row when (new.last_read_seq > old.last_read_seq)
  execute function private.room_member_states_settle();

create function private.thread_members_settle() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.settle_messages(new.profile_id, null, new.message_id, new.last_read_seq);
  return null;
end;
$$;
comment on function private.thread_members_settle() is
  'Definer, because it marks notifications. A thread that was read.';
create trigger thread_members_a70_settle after update of last_read_seq on private.thread_members
  for each row when (new.last_read_seq > old.last_read_seq)
  execute function private.thread_members_settle();
