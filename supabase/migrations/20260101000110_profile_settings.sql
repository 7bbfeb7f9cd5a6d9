-- Settings: what a person has chosen, in three groups, and whom they let reach them.
-- Owns private.profile_settings, notification_preferences. Reads follows, blocks.

-- Forms of what is stored as a document ------------------------------------------------------------------

create function private.notification_types() returns text[]
language sql immutable parallel safe set search_path = ''
as $$
  select array['follow', 'follow_request', 'follow_accepted', 'like', 'reaction', 'comment', 'reply',
    'mention', 'share', 'quote', 'message', 'room_invite', 'room_activity', 'story_reply',
    'poll_closed', 'report_decided', 'moderation_notice', 'announcement']
$$;
comment on function private.notification_types() is 'Everything that a person can be told.';
grant execute on function private.notification_types() to anon, authenticated, service_role;

create function private.numbers_within(
  p_map jsonb, p_keys text, p_low numeric, p_high numeric, p_entries_max int
) returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  if p_map is null then
    return true;
  end if;
  return jsonb_typeof(p_map) = 'object' and (
    select count(*) <= p_entries_max and coalesce(bool_and(e.key ~ p_keys and case
        when jsonb_typeof(e.value) = 'number' then e.value::numeric between p_low and p_high
        else false end), true)
    from jsonb_each(case when jsonb_typeof(p_map) = 'object' then p_map else '{}' end) e);
end;
$$;
comment on function private.numbers_within(jsonb, text, numeric, numeric, int) is
  'Whether a map has so many entries at most, keys of that form and numbers in those bounds.';
grant execute on function private.numbers_within(jsonb, text, numeric, numeric, int)
  to anon, authenticated, service_role;

create function private.texts_within(p_list jsonb, p_form text, p_entries_max int) returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  if p_list is null then
    return true;
  end if;
  return jsonb_typeof(p_list) = 'array' and (
    select count(*) <= p_entries_max
      and coalesce(bool_and(jsonb_typeof(e) = 'string' and e #>> '{}' ~ p_form), true)
    from jsonb_array_elements(case when jsonb_typeof(p_list) = 'array' then p_list else '[]' end) e);
end;
$$;
comment on function private.texts_within(jsonb, text, int) is
  'Whether a list has so many entries at most, all of them texts of that form.';
grant execute on function private.texts_within(jsonb, text, int)
  to anon, authenticated, service_role;

create function private.is_feed_preference(p_feed jsonb) returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  c_entries_max constant int := 1000;
  c_muted_max constant int := 200;
begin
  if jsonb_typeof(p_feed) is distinct from 'object' or p_feed - array['algorithm', 'mix', 'weights',
      'authors', 'topics', 'muted_topics', 'muted_words'] <> '{}' then
    return false;
  end if;
  return coalesce(p_feed -> 'algorithm' in ('"hybrid"', '"personalized"', '"trending"', '"newest"'), true)
    and private.numbers_within(p_feed -> 'mix', '^(following|discovery)$', 0, 100, 2)
    and (p_feed -> 'mix' is null or case
      when private.numbers_within(p_feed -> 'mix', '^(following|discovery)$', 0, 100, 2)
        then coalesce((p_feed #>> '{mix,following}')::numeric
          + (p_feed #>> '{mix,discovery}')::numeric = 100, false)
      else false end)
    and private.numbers_within(p_feed -> 'weights',
      '^(recency|engagement|affinity|relevance|diversity)$', 0, 2, 5)
    and private.numbers_within(p_feed -> 'authors',
      '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', -1, 2, c_entries_max)
    and private.numbers_within(p_feed -> 'topics', '^[[:alnum:]_]{1,50}$', -1, 2, c_entries_max)
    and private.texts_within(p_feed -> 'muted_topics', '^[[:alnum:]_]{1,50}$', c_muted_max)
    and private.texts_within(p_feed -> 'muted_words', '^\S(.{0,98}\S)?$', c_muted_max);
end;
$$;
comment on function private.is_feed_preference(jsonb) is
  'Whether a document is a preference for the feed; what is absent stands at its default.';
grant execute on function private.is_feed_preference(jsonb) to anon, authenticated, service_role;

create function private.is_notification_types(p_types jsonb) returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return jsonb_typeof(p_types) = 'object' and (
    select coalesce(bool_and(t.key = any (private.notification_types()) and case
        when jsonb_typeof(t.value) = 'object' then (
          select coalesce(bool_and(c.key in ('in_app', 'push', 'email')
            and jsonb_typeof(c.value) = 'boolean'), true) from jsonb_each(t.value) c)
        else false end), true)
    from jsonb_each(case when jsonb_typeof(p_types) = 'object' then p_types else '{}' end) t);
end;
$$;
comment on function private.is_notification_types(jsonb) is
  'Whether a document says, by type of notification, through which channels it comes.';
grant execute on function private.is_notification_types(jsonb) to anon, authenticated, service_role;

create function private.is_quiet_hours(p_hours jsonb) returns boolean
language plpgsql immutable parallel safe set search_path = ''
as $$
declare
  c_time constant text := '^([01][0-9]|2[0-3]):[0-5][0-9]$';
begin
  if p_hours is null then
    return true;
  end if;
  return jsonb_typeof(p_hours) = 'object'
    and p_hours - array['from', 'to', 'time_zone'] = '{}'
    and coalesce(p_hours ->> 'from' ~ c_time and p_hours ->> 'to' ~ c_time
      and p_hours -> 'from' <> p_hours -> 'to'
      and p_hours ->> 'time_zone' ~ '^[A-Za-z][A-Za-z0-9_+/-]{1,63}$', false);
end;
$$;
comment on function private.is_quiet_hours(jsonb) is
  'Whether a document has two different times of day and the form of a time zone.';
grant execute on function private.is_quiet_hours(jsonb) to anon, authenticated, service_role;

-- Tables -------------------------------------------------------------------------------------------------

create table private.profile_settings (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  who_can_message text not null default 'everyone',
  who_can_mention text not null default 'everyone',
  who_can_invite text not null default 'everyone',
  hide_followers boolean not null default false,
  hide_following boolean not null default false,
  private_receipts boolean not null default false,
  hide_typing boolean not null default false,
  hide_presence boolean not null default false,
  link_previews boolean not null default true,
  analytics_opt_out boolean not null default false,
  -- What differs from the defaults: algorithm, mix, weights, authors, topics, muted ones.
  feed jsonb not null default '{}',
  updated_at timestamptz not null default now(),
  constraint profile_settings_who_can_message_known check (
    who_can_message in ('everyone', 'following', 'followers', 'mutual', 'nobody')),
  constraint profile_settings_who_can_mention_known check (
    who_can_mention in ('everyone', 'following', 'followers', 'mutual', 'nobody')),
  constraint profile_settings_who_can_invite_known check (
    who_can_invite in ('everyone', 'following', 'followers', 'mutual', 'nobody')),
  constraint profile_settings_feed_form check (private.is_feed_preference(feed))
);
comment on table private.profile_settings is
  'What a person has chosen about privacy and their feed. A row for each profile, seen by its owner.';
alter table private.profile_settings enable row level security;

create table public.notification_preferences (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  -- By type, what differs from the defaults: {"like": {"push": false}}.
  types jsonb not null default '{}',
  quiet_hours jsonb,
  strangers text not null default 'requests',
  updated_at timestamptz not null default now(),
  constraint notification_preferences_types_form check (private.is_notification_types(types)),
  constraint notification_preferences_quiet_hours_form check (private.is_quiet_hours(quiet_hours)),
  constraint notification_preferences_strangers_known check (
    strangers in ('allow', 'requests', 'drop'))
);
comment on table public.notification_preferences is
  'How a person wants to be told of things. A row for each profile, seen by its owner.';
-- Most people have none; whoever tells many asks for those who do.
create index notification_preferences_types_idx on public.notification_preferences (profile_id)
  where types <> '{}';
alter table public.notification_preferences enable row level security;

create function private.profiles_make_settings() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.profile_settings (profile_id) select m.id from made m on conflict do nothing;
  insert into public.notification_preferences (profile_id) select m.id from made m
  on conflict do nothing;
  return null;
end;
$$;
comment on function private.profiles_make_settings() is
  'Definer, because clients never add settings: every profile has them from the start.';
create trigger profiles_a10_make_settings after insert on public.profiles
  referencing new table as made
  for each statement execute function private.profiles_make_settings();

create function private.settings_touch() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.settings_touch() is 'Notes when settings were changed.';
create trigger profile_settings_b10_touch before update on private.profile_settings
  for each row execute function private.settings_touch();
create trigger notification_preferences_b10_touch before update on public.notification_preferences
  for each row execute function private.settings_touch();

create function private.notification_preferences_check_zone() returns trigger
language plpgsql stable set search_path = ''
as $$
begin
  perform now() at time zone (new.quiet_hours ->> 'time_zone');
  return new;
exception when invalid_parameter_value then
  raise exception 'There is no such time zone'
    using errcode = 'PT422', hint = 'invalid-input', column = 'quiet_hours.time_zone';
end;
$$;
comment on function private.notification_preferences_check_zone() is
  'Refuses a time zone that the database could not reckon with when something is to be sent.';
create trigger notification_preferences_b50_check_zone
  before insert or update of quiet_hours on public.notification_preferences
  for each row when (new.quiet_hours is not null)
  execute function private.notification_preferences_check_zone();

-- Who may reach whom -------------------------------------------------------------------------------------

create function private.accepts_contact(p_person uuid, p_from uuid, p_kind text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_rule text;
begin
  if p_kind is null or p_kind not in ('message', 'mention', 'invite') then
    raise exception 'There is no contact of the kind %', p_kind using errcode = '22023';
  end if;
  if p_person is null or p_from is null or private.is_blocked_between(p_person, p_from)
    or private.is_hidden(p_person) or private.is_system_profile(p_person) then
    return false;
  end if;
  -- Behind the author of an archive nobody reads.
  if p_kind <> 'mention' and exists (select from private.imported_profiles i
    where i.profile_id = p_person) then
    return false;
  end if;
  v_rule := (select case p_kind when 'message' then s.who_can_message
      when 'mention' then s.who_can_mention else s.who_can_invite end
    from private.profile_settings s where s.profile_id = p_person);
  if v_rule is null or v_rule = 'everyone' or p_person = p_from then
    return v_rule is not null;
  end if;
  return v_rule <> 'nobody'
    and (v_rule = 'followers' or exists (select from public.follows f
      where f.follower_id = p_person and f.followee_id = p_from))
    and (v_rule = 'following' or exists (select from public.follows f
      where f.follower_id = p_from and f.followee_id = p_person));
end;
$$;
comment on function private.accepts_contact(uuid, uuid, text) is
  'Definer, because settings and follows of others are closed. Whether the first person lets the '
  'second write to, mention or invite them; never within a block. For triggers and jobs.';

create function private.may_contact(p_person uuid, p_kind text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return private.accepts_contact(p_person, (select auth.uid()), p_kind);
end;
$$;
comment on function private.may_contact(uuid, text) is
  'Definer, because what a person has chosen is closed to others. Whether the caller may write to '
  '(message), name (mention) or add (invite) that person.';
grant execute on function private.may_contact(uuid, text) to anon, authenticated, service_role;

-- Channels -----------------------------------------------------------------------------------------------

create function private.default_channels() returns jsonb
language sql immutable parallel safe set search_path = ''
as $$ select '{"in_app": true, "push": true, "email": false}'::jsonb $$;
comment on function private.default_channels() is 'How people are told who have chosen nothing.';
grant execute on function private.default_channels() to authenticated, service_role;

create function private.notification_channels(p_person uuid, p_type text) returns text[]
language plpgsql stable set search_path = ''
as $$
begin
  return array(
    select c.key from jsonb_each(private.default_channels() || coalesce((
      select n.types -> p_type from public.notification_preferences n
      where n.profile_id = p_person), '{}')) c
    -- What a moderator has decided is always said, whatever else is turned off.
    where c.value = 'true' or (c.key = 'in_app' and p_type = 'moderation_notice')
    order by c.key);
end;
$$;
comment on function private.notification_channels(uuid, text) is
  'Ways by which a person wants to be told things of that type; none when they want to hear nothing.';

create function private.quiet_until(p_person uuid, p_at timestamptz) returns timestamptz
language plpgsql stable set search_path = ''
as $$
declare
  v_hours constant jsonb := (select n.quiet_hours from public.notification_preferences n
    where n.profile_id = p_person);
  v_zone constant text := v_hours ->> 'time_zone';
  v_local constant timestamp := p_at at time zone v_zone;
  v_from constant time := v_hours ->> 'from';
  v_to constant time := v_hours ->> 'to';
begin
  if v_hours is null or not (case when v_from < v_to
      then v_local::time >= v_from and v_local::time < v_to
      else v_local::time >= v_from or v_local::time < v_to end) then
    return null;
  end if;
  -- A wall clock that jumps (summer time) ends the night at the same figure on its face.
  return (v_local::date + v_to
    + case when v_to <= v_local::time then interval '1 day' else interval '0' end) at time zone v_zone;
end;
$$;
comment on function private.quiet_until(uuid, timestamptz) is
  'When the quiet hours end that a person has at that moment; null when it is not quiet.';

-- Presentation -------------------------------------------------------------------------------------------

create function private.present_settings() returns jsonb
language plpgsql stable set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'privacy', to_jsonb(s) - array['profile_id', 'feed', 'updated_at'],
      'notifications', jsonb_build_object(
        'types', (select jsonb_object_agg(t, private.default_channels() || coalesce(n.types -> t, '{}'))
          from unnest(private.notification_types()) t),
        'quiet_hours', n.quiet_hours, 'strangers', n.strangers),
      'feed', s.feed)
    from private.profile_settings s
    join public.notification_preferences n on n.profile_id = s.profile_id
    where s.profile_id = (select auth.uid()));
end;
$$;
comment on function private.present_settings() is
  'The caller''s own settings, with the defaults of notifications filled in.';
grant execute on function private.present_settings() to authenticated;

-- Policies and grants ------------------------------------------------------------------------------------

create policy profile_settings_select_own on private.profile_settings
  for select to authenticated using (profile_id = (select auth.uid()));
create policy profile_settings_update_own on private.profile_settings
  for update to authenticated
  using (profile_id = (select auth.uid())) with check (profile_id = (select auth.uid()));
create policy notification_preferences_select_own on public.notification_preferences
  for select to authenticated using (profile_id = (select auth.uid()));
create policy notification_preferences_update_own on public.notification_preferences
  for update to authenticated
  using (profile_id = (select auth.uid())) with check (profile_id = (select auth.uid()));

revoke all on private.profile_settings, public.notification_preferences from anon, authenticated;
grant select on private.profile_settings, public.notification_preferences to authenticated;
grant update (who_can_message, who_can_mention, who_can_invite, hide_followers, hide_following,
  private_receipts, hide_typing, hide_presence, link_previews, analytics_opt_out, feed)
  on private.profile_settings to authenticated;
grant update (types, quiet_hours, strangers) on public.notification_preferences to authenticated;
grant select, insert, update, delete
  on private.profile_settings, public.notification_preferences to service_role;
