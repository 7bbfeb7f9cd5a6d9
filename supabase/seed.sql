-- A small story to look at: the accounts of the contract and what they have said to each other.
-- Written as the people themselves, so that every trigger sees who acts. Safe to run again.

-- Nobody else may bear this name.
update private.reserved_handles set holder_id = '5eed0000-0000-4000-8000-000000000005'
where handle = 'admin';

-- Accounts -----------------------------------------------------------------------------------------

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
  raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
  confirmation_token, recovery_token, email_change, email_change_token_new
)
select
  '00000000-0000-0000-0000-000000000000', a.id::uuid, 'authenticated', 'authenticated',
  a.handle || '@townsquare.test', extensions.crypt('townsquare', extensions.gen_salt('bf', 10)),
  now(), '{"provider": "email", "providers": ["email"]}',
  jsonb_build_object('handle', a.handle, 'display_name', a.display_name),
  now() - interval '30 days', now() - interval '30 days', '', '', '', ''
from (values
  ('5eed0000-0000-4000-8000-000000000001', 'ada', 'Ada Lovelace'),
  ('5eed0000-0000-4000-8000-000000000002', 'grace', 'Grace Hopper'),
  ('5eed0000-0000-4000-8000-000000000003', 'linus', 'Linus'),
  ('5eed0000-0000-4000-8000-000000000004', 'mod', 'Mo the Moderator'),
  ('5eed0000-0000-4000-8000-000000000005', 'admin', 'Admin')
) as a (id, handle, display_name)
where not exists (select from auth.users u where u.email = a.handle || '@townsquare.test');

insert into auth.identities (
  id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at
)
select gen_random_uuid(), u.id::text, u.id,
  jsonb_build_object('sub', u.id::text, 'email', u.email,
    'email_verified', true, 'phone_verified', false),
  'email', null, u.created_at, u.created_at
from auth.users u
where u.id::text like '5eed0000-0000-4000-8000-00000000000_'
on conflict (provider_id, provider) do nothing;

insert into private.user_roles (profile_id, role)
select p.id, r.role
from (values ('mod', 'moderator'), ('admin', 'admin')) as r (handle, role)
join public.profiles p on p.handle = r.handle
on conflict do nothing;

update public.profiles p set bio = b.bio, location = b.location, links = b.links
from (values
  ('ada', 'Poetical science. I write notes that are longer than the paper.', 'London',
    array['https://example.com/ada']),
  ('grace', 'Sailor, compiler writer. Ask me about nanoseconds.', 'Arlington', array[]::text[]),
  ('linus', 'Just a hobby, will not be big.', 'Helsinki', array[]::text[]),
  ('mod', 'I read the reports. Be kind.', '', array[]::text[]),
  ('admin', 'Keeps the lights on.', '', array[]::text[])
) as b (handle, bio, location, links)
where p.handle = b.handle and p.bio = '';

-- The story ----------------------------------------------------------------------------------------

do $$
declare
  v_row record;
  v_room uuid;
begin
  if exists (select from public.posts p where p.id = '5eed0000-0000-7000-8000-000000000101') then
    return;
  end if;
  perform set_config('townsquare.verdict', 'published', true);

  for v_row in
    select p.id as me, o.id as other
    from (values ('ada', 'grace'), ('ada', 'linus'), ('grace', 'ada'), ('linus', 'grace'),
      ('linus', 'ada'), ('mod', 'ada'), ('admin', 'mod')) as f (follower, followee)
    join public.profiles p on p.handle = f.follower
    join public.profiles o on o.handle = f.followee
  loop
    perform set_config('request.jwt.claims',
      json_build_object('sub', v_row.me, 'role', 'authenticated')::text, true);
    insert into public.follows (followee_id) values (v_row.other) on conflict do nothing;
  end loop;

  for v_row in
    select ('5eed0000-0000-7000-8000-0000000001' || s.n)::uuid as id, p.id as me, s.visibility,
      case when s.parent <> '' then ('5eed0000-0000-7000-8000-0000000001' || s.parent)::uuid end
        as parent_id,
      s.body, now() - make_interval(mins => s.minutes_ago) as created_at
    from (values
      ('01', 'ada', 'public', '', 2900,
        'Hello, square! I have begun a set of notes about a machine that weaves #numbers the way'
        || ' a loom weaves flowers.'),
      ('02', 'grace', 'public', '01', 2880, 'Welcome, @ada! How long are the notes so far?'),
      ('03', 'ada', 'public', '02', 2870, 'Longer than the paper they belong to.'),
      ('04', 'grace', 'public', '', 1500,
        'Found the reason why the relay stuck: a moth. It is taped into the logbook now. #debugging'),
      ('05', 'linus', 'public', '04', 1490, 'With enough eyeballs, all moths are shallow.'),
      ('06', 'linus', 'public', '', 900,
        'I am doing a (free) operating system. Tell me what you like and dislike. #kernel'),
      ('07', 'ada', 'public', '06', 880,
        'Could it compose music, if harmony were expressed in a suitable form?'),
      ('08', 'grace', 'followers', '', 420,
        'For friends only: I am bringing a foot of wire to every talk from now on.'
        || ' That is one nanosecond.'),
      ('09', 'mod', 'public', '', 300,
        'House rules in one line: argue about ideas, be gentle with people. #welcome'),
      ('10', 'ada', 'public', '', 45,
        'Note G is done. If anybody finds the mistake in the table, tell me. #numbers #debugging')
    ) as s (n, handle, visibility, parent, minutes_ago, body)
    join public.profiles p on p.handle = s.handle
    order by s.n
  loop
    perform set_config('request.jwt.claims',
      json_build_object('sub', v_row.me, 'role', 'authenticated')::text, true);
    insert into public.posts (id, body, visibility, parent_id, created_at)
    values (v_row.id, v_row.body, v_row.visibility, v_row.parent_id, v_row.created_at);
  end loop;

  for v_row in
    select ('5eed0000-0000-7000-8000-0000000001' || l.n)::uuid as post_id, p.id as me, l.kind
    from (values ('01', 'grace', 'love'), ('01', 'linus', 'like'), ('04', 'ada', 'laugh'),
      ('04', 'linus', 'like'), ('04', 'mod', 'like'), ('06', 'grace', 'like'),
      ('09', 'ada', 'like'), ('10', 'grace', 'celebrate')) as l (n, handle, kind)
    join public.profiles p on p.handle = l.handle
  loop
    perform set_config('request.jwt.claims',
      json_build_object('sub', v_row.me, 'role', 'authenticated')::text, true);
    insert into public.post_reactions (post_id, kind) values (v_row.post_id, v_row.kind);
  end loop;
end;
$$;

do $$
declare
  v_row record;
  v_square uuid;
  v_group uuid;
begin
  if exists (select from public.rooms r where r.name = 'Town hall') then
    return;
  end if;
  perform set_config('townsquare.verdict', 'published', true);

  -- They have been here for a while: nobody greets them any more.
  insert into private.welcomes (profile_id, done_at)
  select p.id, now() from public.profiles p
  where p.id::text like '5eed0000-0000-4000-8000-00000000000_'
  on conflict do nothing;

  perform set_config('request.jwt.claims', (
    select json_build_object('sub', p.id, 'role', 'authenticated')::text
    from public.profiles p where p.handle = 'ada'), true);
  v_square := private.create_room('Town hall', 'channel', false, 'Where everybody meets',
    'Be kind. Threads for long talks.');
  for v_row in
    select p.id from public.profiles p
    where p.handle in ('grace', 'linus', 'mod', 'admin') order by p.handle
  loop
    perform set_config('request.jwt.claims',
      json_build_object('sub', v_row.id, 'role', 'authenticated')::text, true);
    perform private.join_room(v_square);
  end loop;

  perform set_config('request.jwt.claims', (
    select json_build_object('sub', p.id, 'role', 'authenticated')::text
    from public.profiles p where p.handle = 'grace'), true);
  v_group := private.create_room('Compilers', 'group', true, 'Three people and a moth', '');
  insert into public.room_members (room_id, profile_id)
  select v_group, p.id from public.profiles p where p.handle in ('ada', 'linus');

  for v_row in
    select case s.room when 'hall' then v_square else v_group end as room_id, p.id as me, s.body,
      now() - make_interval(mins => s.minutes_ago) as created_at
    from (values
      (1, 'hall', 'ada', 300, 'Good morning, everybody.'),
      (2, 'hall', 'grace', 298, 'Aye. Coffee is on.'),
      (3, 'hall', 'linus', 290, 'Who broke the build?'),
      (4, 'hall', 'grace', 289, 'The moth. It is always the moth.'),
      (5, 'hall', 'mod', 240, 'Reminder: what is said about people is said to people.'),
      (6, 'hall', 'linus', 60, 'Is anybody coming to the meetup on Thursday?'),
      (7, 'hall', 'ada', 55, 'I am. @grace, bring the wire!'),
      (8, 'group', 'grace', 200, 'First draft of the compiler runs. It compiles itself, nearly.'),
      (9, 'group', 'ada', 190, 'What does it do with a loop that never ends?'),
      (10, 'group', 'grace', 189, 'It takes longer.'),
      (11, 'group', 'linus', 20, 'Patch sent. Talk is cheap.')
    ) as s (n, room, handle, minutes_ago, body)
    join public.profiles p on p.handle = s.handle
    order by s.n
  loop
    perform set_config('request.jwt.claims',
      json_build_object('sub', v_row.me, 'role', 'authenticated')::text, true);
    insert into public.messages (room_id, body, created_at)
    values (v_row.room_id, v_row.body, v_row.created_at);
  end loop;
end;
$$;
