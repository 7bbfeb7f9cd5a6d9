-- Realtime: who may listen and speak on which topic. Owns the policies of realtime.messages.
-- Each answer is found once per join: the policies compare no column of a row but its extension.

create function private.topic_uuid(p_topic text, p_prefix text) returns uuid
language plpgsql immutable set search_path = ''
as $$
begin
  return case when p_topic ~ ('^' || p_prefix || ':[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(:|$)')
    then split_part(p_topic, ':', 2)::uuid end;
end;
$$;
comment on function private.topic_uuid(text, text) is
  'The id in a topic that starts with the prefix; null for any other.';
grant execute on function private.topic_uuid(text, text) to anon, authenticated, service_role;

create function private.is_in_room_topic(p_topic text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (
    select from public.rooms r join public.room_members m on m.room_id = r.id
    where r.id = private.topic_uuid(p_topic, 'room')
      and m.profile_id = (select auth.uid()) and not m.banned
      and p_topic in (private.room_topic(r.id, r.epoch), private.room_topic(r.id, r.epoch) || ':live'));
end;
$$;
comment on function private.is_in_room_topic(text) is
  'Definer, because a policy that asked the policies of rooms would cost more. Current epoch only.';

create function private.is_closed_conversation(p_room uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (
    select from public.rooms r join public.room_members m on m.room_id = r.id
    where r.id = p_room and r.kind = 'direct' and m.profile_id <> (select auth.uid())
      and private.is_blocked_between((select auth.uid()), m.profile_id));
end;
$$;
comment on function private.is_closed_conversation(uuid) is
  'Definer, because one may not read who has blocked one. A direct room that a block has closed.';

create function private.may_read_topic(p_topic text, p_extension text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not private.may_read() or not private.session_is_live() then
    return false;
  end if;
  if p_topic like 'room:%' then
    -- Who is present is shown on the room's own topic only, and not to somebody who is blocked.
    return private.is_in_room_topic(p_topic) and (p_extension = 'broadcast'
      or (p_extension = 'presence' and p_topic not like '%:live'
        and not private.is_closed_conversation(private.topic_uuid(p_topic, 'room'))));
  end if;
  if p_topic like 'call:%' then
    return private.is_in_call_topic(p_topic) and (p_extension = 'broadcast'
      or (p_extension = 'presence' and not private.is_closed_conversation(
        (select c.room_id from public.calls c where c.id = private.topic_uuid(p_topic, 'call')))));
  end if;
  return coalesce(p_extension = 'broadcast' and (select auth.uid()) is not null
    and p_topic in ('user:' || (select auth.uid()), 'feed:' || (select auth.uid())), false);
end;
$$;
comment on function private.may_read_topic(text, text) is
  'Definer, to ask for members past their policies. May the caller listen there?';
grant execute on function private.may_read_topic(text, text) to authenticated;

create function private.may_write_topic(p_topic text, p_extension text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  if p_topic like 'call:%' then
    -- Signals between those in a call; the server says nothing there that could be forged.
    if p_extension not in ('broadcast', 'presence') or not private.is_in_call_topic(p_topic)
      or not private.session_is_live() then
      return false;
    end if;
    perform private.may_publish();
    perform private.require_may_write(c.room_id, (select auth.uid()))
    from public.calls c where c.id = private.topic_uuid(p_topic, 'call');
    return true;
  end if;
  if p_topic is null or p_topic not like 'room:%' or not private.is_in_room_topic(p_topic)
    or not private.session_is_live() then
    return false;
  end if;
  -- Whoever looks at what waits in their requests does so unseen.
  if private.is_set_aside(private.topic_uuid(p_topic, 'room'), (select auth.uid())) then
    return false;
  end if;
  if p_extension = 'presence' then
    return private.may_read() and p_topic not like '%:live'
      and not private.is_closed_conversation(private.topic_uuid(p_topic, 'room')) and not exists (
        select from private.room_privacy(private.topic_uuid(p_topic, 'room'), (select auth.uid())) s
        where s.hide_presence);
  end if;
  -- Events of the server come by the room's topic; a client there could pass for the server.
  if p_extension is distinct from 'broadcast' or p_topic not like '%:live' or exists (
    -- That somebody types is all that is said there.
    select from private.room_privacy(private.topic_uuid(p_topic, 'room'), (select auth.uid())) s
    where s.hide_typing) then
    return false;
  end if;
  perform private.may_publish();
  perform private.require_may_write(private.topic_uuid(p_topic, 'room'), (select auth.uid()));
  return true;
exception when sqlstate 'PT403' or sqlstate 'PT404' then
  return false;
end;
$$;
comment on function private.may_write_topic(text, text) is
  'Definer, to ask for members past their policies. May the caller speak there? Never of typing or '
  'presence that they have hidden.';
grant execute on function private.may_write_topic(text, text) to authenticated;

create policy townsquare_select_signed_in on realtime.messages
  for select to authenticated
  using (
    (extension = 'broadcast'
      and ((select private.may_read_topic((select realtime.topic()), 'broadcast'))
        or ((select private.may_read()) and (select private.session_is_live())
          and exists (select from public.posts p
            where p.id = (select private.topic_uuid((select realtime.topic()), 'post'))))))
    or (extension = 'presence'
      and (select private.may_read_topic((select realtime.topic()), 'presence'))));

create policy townsquare_select_anonymous on realtime.messages
  for select to anon
  using (extension = 'broadcast' and exists (select from public.posts p
    where p.id = (select private.topic_uuid((select realtime.topic()), 'post'))));

create policy townsquare_insert_signed_in on realtime.messages
  for insert to authenticated
  with check (
    (extension = 'broadcast'
      and (select private.may_write_topic((select realtime.topic()), 'broadcast')))
    or (extension = 'presence'
      and (select private.may_write_topic((select realtime.topic()), 'presence'))));
