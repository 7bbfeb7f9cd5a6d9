-- A small world in which every table holds at least one row that somebody must not see.
-- Ids come from labels (privacy.id); the people are the personas of docs/PRIVACY.md.

insert into privacy.personas (name, claims) values ('anon', '{"role": "anon"}');
select privacy.person(p.name, p.name = 'hermit') from (values
  ('self'), ('hermit'), ('follower'), ('pending'), ('stranger'), ('blocked'), ('blocker'),
  ('muted'), ('member'), ('roommod'), ('exmember'), ('roomban'), ('moderator'), ('admin'),
  ('banned'), ('suspended'), ('quieted'), ('deactivated'), ('deleting'), ('ended')
) as p (name);
delete from auth.sessions where id = privacy.id('session.ended');

insert into private.user_roles (profile_id, role)
values (privacy.id('moderator'), 'moderator'), (privacy.id('admin'), 'admin');

select set_config('townsquare.verdict', 'published', false);

-- Graph --------------------------------------------------------------------------------------------

insert into public.follows (follower_id, followee_id)
select privacy.id(f.name), privacy.id('self') from unnest(array['follower', 'blocked', 'blocker',
  'muted', 'banned', 'suspended', 'quieted', 'deactivated', 'deleting', 'ended', 'hermit']) as f (name);
insert into public.follows (follower_id, followee_id) values
  (privacy.id('self'), privacy.id('follower')),
  (privacy.id('stranger'), privacy.id('member'));
-- Only a private account itself lets somebody in.
select set_config('request.jwt.claims',
  jsonb_build_object('sub', privacy.id('hermit'))::text, false);
insert into public.follows (follower_id, followee_id)
values (privacy.id('follower'), privacy.id('hermit'));
select set_config('request.jwt.claims', '', false);
insert into public.follows (follower_id, followee_id)
values (privacy.id('pending'), privacy.id('hermit'));

-- Settings and lists ---------------------------------------------------------------------------------

update private.profile_settings set hide_followers = true, who_can_message = 'nobody',
  feed = jsonb_build_object('muted_words', jsonb_build_array(privacy.mark('setting of hermit')))
where profile_id = privacy.id('hermit');
insert into private.dismissed_suggestions (profile_id, person_id)
values (privacy.id('hermit'), privacy.id('admin'));
insert into private.audiences (id, owner_id, name) values
  (privacy.id('audience.self'), privacy.id('self'), privacy.mark('name of audience.self')),
  (privacy.id('audience.hermit'), privacy.id('hermit'), privacy.mark('name of audience.hermit')),
  (privacy.id('audience.suspended'), privacy.id('suspended'), 'Of somebody suspended');
insert into private.audience_members (audience_id, profile_id)
select privacy.id(m.list), privacy.id(m.person) from (values
  ('audience.self', 'member'), ('audience.self', 'pending'), ('audience.self', 'suspended'),
  ('audience.hermit', 'follower'), ('audience.hermit', 'stranger')
) as m (list, person);

-- Rooms --------------------------------------------------------------------------------------------

insert into public.rooms (id, kind, name, description, is_private, created_by, direct_key)
values
  (privacy.id('room.open'), 'channel', 'Open', '', false, privacy.id('self'), null),
  (privacy.id('room.closed'), 'channel', 'Closed', privacy.mark('room.closed'), true,
    privacy.id('self'), null),
  (privacy.id('room.group'), 'group', 'Group', privacy.mark('room.group'), true,
    privacy.id('self'), null),
  (privacy.id('room.direct'), 'direct', '', '', true, privacy.id('self'),
    (select string_agg(i, ':' order by i) from unnest(array[privacy.id('self')::text,
      privacy.id('follower')::text]) i)),
  (privacy.id('room.severed'), 'direct', '', '', true, privacy.id('self'),
    (select string_agg(i, ':' order by i) from unnest(array[privacy.id('self')::text,
      privacy.id('blocked')::text]) i)),
  (privacy.id('room.foreign'), 'channel', 'Foreign', privacy.mark('room.foreign'), true,
    privacy.id('hermit'), null);
insert into public.room_members (room_id, profile_id, role, banned)
select privacy.id('room.' || m.room), privacy.id(m.person), m.role, m.person = 'roomban'
from (values
  ('open', 'self', 'owner'), ('open', 'member', 'member'), ('open', 'roommod', 'moderator'),
  ('open', 'banned', 'member'), ('open', 'roomban', 'member'),
  ('closed', 'self', 'owner'), ('closed', 'member', 'member'), ('closed', 'roommod', 'moderator'),
  ('closed', 'muted', 'member'), ('closed', 'exmember', 'member'), ('closed', 'roomban', 'member'),
  ('closed', 'banned', 'member'), ('closed', 'suspended', 'member'),
  ('closed', 'quieted', 'member'),
  ('closed', 'deactivated', 'member'), ('closed', 'deleting', 'member'),
  ('closed', 'ended', 'member'),
  ('group', 'self', 'owner'), ('group', 'member', 'member'), ('group', 'blocked', 'member'),
  ('group', 'blocker', 'member'),
  ('severed', 'self', 'member'), ('severed', 'blocked', 'member'),
  ('direct', 'self', 'member'), ('direct', 'follower', 'member'),
  ('foreign', 'hermit', 'owner'), ('foreign', 'follower', 'admin')
) as m (room, person, role);
insert into private.room_member_states (room_id, profile_id, muted_until)
values (privacy.id('room.closed'), privacy.id('muted'), now() + interval '1 day');
insert into public.room_invites (id, room_id, created_by, is_personal)
values (privacy.id('invite.closed'), privacy.id('room.closed'), privacy.id('member'), true),
  (privacy.id('invite.foreign'), privacy.id('room.foreign'), privacy.id('hermit'), false);
insert into private.room_invite_people (invite_id, profile_id)
values (privacy.id('invite.closed'), privacy.id('stranger'));

insert into public.messages (id, room_id, author_id, body, parent_id)
select privacy.id('message.' || m.label), privacy.id('room.' || m.room), privacy.id(m.author),
  privacy.mark('message.' || m.label) || coalesce(' @person_' || m.mention, ''),
  case when m.parent is not null then privacy.id('message.' || m.parent) end
from (values
  ('open', 'open', 'self', null, null), ('open.banned', 'open', 'banned', null, null),
  ('closed', 'closed', 'self', 'member', null),
  ('closed.reply', 'closed', 'member', null, 'closed'),
  ('closed.held', 'closed', 'member', null, null),
  ('closed.exmember', 'closed', 'exmember', null, null),
  ('closed.muted', 'closed', 'muted', null, null),
  ('group', 'group', 'self', 'blocked', null), ('group.blocked', 'group', 'blocked', null, null),
  ('group.blocker', 'group', 'blocker', 'self', null),
  ('direct', 'direct', 'self', 'follower', null), ('direct.follower', 'direct', 'follower', null, null),
  ('foreign', 'foreign', 'hermit', null, null)
) as m (label, room, author, mention, parent);
update public.messages set status = 'held' where id = privacy.id('message.closed.held');
insert into public.message_reactions (message_id, profile_id, emoji)
select privacy.id('message.' || r.message), privacy.id(r.person), r.emoji from (values
  ('closed', 'member', '👍'), ('group', 'blocked', '👍'), ('group', 'blocker', '🎉'),
  ('group', 'self', '👍'), ('direct', 'follower', '👍'), ('open', 'banned', '👍')
) as r (message, person, emoji);
insert into public.message_receipts (message_id, profile_id, room_id, seq, status)
select m.id, privacy.id(r.person), m.room_id, m.seq, 'read'
from (values ('direct', 'follower'), ('direct.follower', 'self')) as r (message, person)
join public.messages m on m.id = privacy.id('message.' || r.message);
insert into private.message_requests (room_id, profile_id, from_id, state, asked_at)
values (privacy.id('room.direct'), privacy.id('self'), privacy.id('follower'), 'waiting', now());
insert into private.message_versions (message_id, body, kind, changed_at, changed_by)
select privacy.id('message.' || v.message), privacy.mark('version.' || v.message), 'edit', now(),
  privacy.id(v.person)
from (values ('closed', 'self'), ('direct.follower', 'follower')) as v (message, person);
insert into private.message_pins (message_id, room_id, place, pinned_by)
values (privacy.id('message.closed'), privacy.id('room.closed'), 1, privacy.id('self'));
delete from public.room_members
where room_id = privacy.id('room.closed') and profile_id = privacy.id('exmember');

-- Posts --------------------------------------------------------------------------------------------

insert into public.posts (id, author_id, body, visibility, room_id, parent_id, quoted_id)
select privacy.id('post.' || p.label), privacy.id(p.author),
  privacy.mark('post.' || p.label) || ' ' || p.more, p.visibility,
  case when p.room is not null then privacy.id('room.' || p.room) end,
  case when p.parent is not null then privacy.id('post.' || p.parent) end,
  case when p.label = 'quote' then privacy.id('post.public') end
from (values
  ('public', 'self', 'public', null, null, '#open @person_blocked'),
  ('followers', 'self', 'followers', null, null, '#inner'),
  ('mentioned', 'self', 'mentioned', null, null, '@person_member #whisper'),
  ('room', 'self', 'room', 'closed', null, '#roomtag'),
  ('openroom', 'self', 'room', 'open', null, ''),
  ('held', 'self', 'public', null, null, '#heldtag'),
  ('removed', 'self', 'public', null, null, ''),
  ('tombstone', 'self', 'public', null, null, ''),
  ('hermit', 'hermit', 'public', null, null, '#hermittag @person_self'),
  ('hermit.room', 'hermit', 'room', 'foreign', null, ''),
  ('stranger', 'stranger', 'public', null, null, ''),
  ('member.followers', 'member', 'followers', null, null, ''),
  ('blocker', 'blocker', 'public', null, null, ''), ('blocked', 'blocked', 'public', null, null, ''),
  ('banned', 'banned', 'public', null, null, '#bannedtag @person_member'),
  ('suspended', 'suspended', 'public', null, null, ''),
  ('deactivated', 'deactivated', 'public', null, null, ''),
  ('deleting', 'deleting', 'public', null, null, '')
) as p (label, author, visibility, room, parent, more);
insert into public.posts (id, author_id, body, parent_id, quoted_id)
select privacy.id('post.' || p.label), privacy.id(p.author), privacy.mark('post.' || p.label),
  privacy.id('post.' || p.parent), null
from (values
  ('comment.public', 'follower', 'public'), ('comment.followers', 'follower', 'followers'),
  ('comment.tombstone', 'follower', 'tombstone'), ('comment.hermit', 'follower', 'hermit'),
  ('comment.by-hermit', 'hermit', 'public'), ('comment.by-blocker', 'blocker', 'stranger'),
  ('comment.by-self', 'self', 'stranger'), ('comment.room', 'member', 'room'),
  ('comment.by-banned', 'banned', 'stranger'), ('comment.on-banned', 'member', 'banned')
) as p (label, author, parent);
insert into public.posts (id, author_id, body, quoted_id)
values (privacy.id('post.quote'), privacy.id('stranger'), privacy.mark('post.quote'),
  privacy.id('post.public'));
insert into public.posts (id, author_id, body, audience_id) values
  (privacy.id('post.listed'), privacy.id('self'), privacy.mark('post.listed'),
    privacy.id('audience.self')),
  (privacy.id('post.hermit.listed'), privacy.id('hermit'), privacy.mark('post.hermit.listed'),
    privacy.id('audience.hermit'));
insert into public.posts (id, author_id, body, publish_at) values
  (privacy.id('post.draft'), privacy.id('self'), privacy.mark('post.draft') || ' #drafttag', 'infinity'),
  (privacy.id('post.scheduled'), privacy.id('hermit'), privacy.mark('post.scheduled'),
    now() + interval '1 day');
insert into public.posts (id, author_id, body, poll, visibility, reply_control, quote_control)
select privacy.id('post.poll.' || p.label), privacy.id(p.author), privacy.mark('post.poll.' || p.label),
  jsonb_build_object('options', array['a', 'b'], 'closes_at', now() + interval '1 hour'),
  p.visibility, p.control, p.control
from (values
  ('self', 'self', 'public', 'nobody'), ('followers', 'self', 'followers', 'everyone'),
  ('follower', 'follower', 'public', 'following')
) as p (label, author, visibility, control);
insert into private.poll_votes (post_id, profile_id, options)
select privacy.id('post.poll.' || v.post), privacy.id(v.person), '{0}' from (values
  ('self', 'stranger'), ('self', 'blocker'), ('followers', 'follower')) as v (post, person);
insert into private.post_versions (post_id, body, edited_at)
select privacy.id('post.' || p), privacy.mark('version.' || p), now()
from unnest(array['public', 'followers', 'held', 'hermit', 'banned']) p;
update public.posts set status = 'held' where id = privacy.id('post.held');
update public.posts set status = 'removed' where id = privacy.id('post.removed');
delete from public.posts where id = privacy.id('post.tombstone');

insert into public.post_reactions (post_id, profile_id, kind)
select privacy.id('post.' || r.post), privacy.id(r.person), r.kind from (values
  ('public', 'follower', 'like'), ('public', 'blocker', 'love'), ('public', 'blocked', 'sad'),
  ('public', 'banned', 'angry'), ('public', 'hermit', 'wow'),
  ('followers', 'follower', 'like'), ('room', 'member', 'like'), ('hermit', 'follower', 'like'),
  ('stranger', 'self', 'like')
) as r (post, person, kind);

-- Some of these were public once.
alter table public.shares disable trigger shares_b10_check;
insert into public.shares (id, post_id, profile_id)
select privacy.id('share.' || s.post || ' by ' || s.person), privacy.id('post.' || s.post),
  privacy.id(s.person) from (values
  ('public', 'follower'), ('public', 'self'), ('public', 'blocker'), ('public', 'blocked'),
  ('public', 'hermit'), ('public', 'banned'), ('public', 'ended'), ('stranger', 'self'),
  ('blocker', 'stranger'), ('banned', 'stranger'), ('openroom', 'member'), ('followers', 'follower'),
  ('held', 'stranger')
) as s (post, person);
alter table public.shares enable trigger shares_b10_check;
insert into public.bookmarks (post_id, profile_id)
select privacy.id('post.' || b.post), privacy.id(b.person) from (values
  ('public', 'follower'), ('stranger', 'self'), ('followers', 'stranger'), ('public', 'blocker')
) as b (post, person);
insert into private.hashtag_follows (profile_id, tag) values
  (privacy.id('self'), 'open'), (privacy.id('stranger'), 'open'), (privacy.id('hermit'), 'alone');
-- Calls and connections ----------------------------------------------------------------------------

insert into public.calls (id, room_id, kind, state, epoch, started_by, answered_at, ended_at)
select privacy.id('call.' || c.label), privacy.id('room.' || c.room), 'video', c.state, 2,
  privacy.id(c.starter), now(), case c.state when 'ended' then now() end
from (values
  ('closed', 'closed', 'active', 'self'), ('foreign', 'foreign', 'active', 'hermit'),
  ('open', 'open', 'ended', 'self'), ('severed', 'severed', 'active', 'self')
) as c (label, room, state, starter);
insert into private.call_participants (call_id, profile_id, state, joined_at)
select privacy.id('call.' || p.call), privacy.id(p.person), p.state,
  case when p.state <> 'declined' then now() end
from (values
  ('closed', 'self', 'joined'), ('closed', 'member', 'joined'), ('closed', 'roommod', 'declined'),
  ('closed', 'muted', 'joined'), ('closed', 'suspended', 'joined'), ('closed', 'quieted', 'joined'),
  ('closed', 'banned', 'joined'), ('closed', 'ended', 'joined'), ('closed', 'exmember', 'joined'),
  ('closed', 'roomban', 'joined'), ('foreign', 'hermit', 'joined'), ('open', 'self', 'joined'),
  ('severed', 'self', 'joined'), ('severed', 'blocked', 'joined')
) as p (call, person, state);
insert into private.connections (id, profile_id, device, expires_at)
select privacy.id('connection.' || p.name), privacy.id(p.name), privacy.mark('connection ' || p.name),
  now() + interval '1 hour'
from (values ('self'), ('hermit')) as p (name);

-- Files --------------------------------------------------------------------------------------------

insert into public.media (id, owner_id, kind, mime_type, bytes, alt, status, variants, post_id,
  message_id, room_id)
select privacy.id('media.' || m.label), privacy.id(m.owner), 'image', 'image/png', 1, '', 'ready',
  jsonb_build_object('original', 'path/' || privacy.mark('media.' || m.label)),
  case when m.post is not null then privacy.id('post.' || m.post) end,
  case when m.message is not null then privacy.id('message.' || m.message) end, null
from (values
  ('public', 'self', 'public', null), ('followers', 'self', 'followers', null),
  ('room', 'self', 'room', null), ('held', 'self', 'held', null),
  ('hermit', 'hermit', 'hermit', null), ('message', 'self', null, 'closed'),
  ('direct', 'follower', null, 'direct.follower'), ('unused', 'self', null, null),
  ('avatar', 'self', null, null), ('story', 'self', null, null), ('blocker', 'blocker', 'blocker', null)
) as m (label, owner, post, message);
insert into public.stories (id, author_id, text, media_id, status, expires_at, highlighted_at, created_at)
select privacy.id('story.' || s.label), privacy.id(s.author), privacy.mark('story.' || s.label),
  case when s.label = 'live' then privacy.id('media.story') end, s.status, now() + s.remains::interval,
  case when s.highlighted then now() - interval '1 hour' end, now() - interval '2 days'
from (values
  ('live', 'self', 'published', '1 day', false), ('expired', 'self', 'published', '-1 s', false),
  ('kept', 'self', 'published', '-1 s', true), ('held', 'self', 'held', '1 day', false),
  ('removed', 'self', 'removed', '1 day', false), ('hermit', 'hermit', 'published', '1 day', false),
  ('blocker', 'blocker', 'published', '1 day', false),
  ('banned', 'banned', 'published', '1 day', false)
) as s (label, author, status, remains, highlighted);
insert into public.stories (id, author_id, text, audience_id) values
  (privacy.id('story.listed'), privacy.id('self'), privacy.mark('story.listed'),
    privacy.id('audience.self')),
  (privacy.id('story.hermit.listed'), privacy.id('hermit'), privacy.mark('story.hermit.listed'),
    privacy.id('audience.hermit'));
insert into public.story_views (story_id, viewer_id)
select privacy.id('story.' || v.story), privacy.id(v.viewer) from (values
  ('live', 'follower'), ('live', 'blocked'), ('live', 'banned'), ('live', 'hermit'),
  ('expired', 'follower'), ('hermit', 'follower')
) as v (story, viewer);

update public.profiles set avatar_media_id = privacy.id('media.avatar')
where id = privacy.id('self');

insert into storage.objects (id, bucket_id, name, owner_id, metadata)
select privacy.id('object.' || b.id), b.id, 'file', privacy.id('self')::text,
  jsonb_build_object('eTag', privacy.mark('object.' || b.id)) from storage.buckets b;
insert into privacy.names (key, label) select b.id, 'bucket ' || b.id from storage.buckets b;
insert into storage.s3_multipart_uploads (id, upload_signature, bucket_id, key, version, owner_id)
values ('upload', privacy.mark('upload signature'), 'media', 'file', '1', privacy.id('self'));
insert into storage.s3_multipart_uploads_parts (id, upload_id, part_number, bucket_id, key, etag,
  version, owner_id)
values (privacy.id('part'), 'upload', 1, 'media', 'file', privacy.mark('part'), '1',
  privacy.id('self'));
