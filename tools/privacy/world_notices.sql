-- The second part of the small world: cases, notices, and last who hides from whom.

-- Moderation, notifications --------------------------------------------------------------------------

-- What is held has a case already.
insert into privacy.names (key, label)
select c.id::text, 'case of ' || n.label from private.moderation_cases c
join privacy.names n on n.key = c.subject_id::text;
insert into public.reports (id, reporter_id, subject_type, subject_id, reported_user_id, reason,
  note, case_id)
select privacy.id('report.' || r.person), privacy.id(r.person), 'post', privacy.id('post.held'),
  privacy.id('self'), 'spam', privacy.mark('note of ' || r.person),
  (select c.id from private.moderation_cases c where c.subject_id = privacy.id('post.held'))
from (values ('follower'), ('stranger'), ('banned')) as r (person);

insert into public.notifications (id, recipient_id, type, actor_id, subject_type, subject_id,
  source_id, meta)
select privacy.id('notification.' || n.label), privacy.id(n.recipient), 'comment',
  privacy.id(n.actor), 'post', privacy.id('post.public'), privacy.id('source.' || n.label),
  jsonb_build_object('mark', privacy.mark('notification.' || n.label))
from (values
  ('self', 'self', 'follower'), ('self.blocker', 'self', 'blocker'),
  ('self.banned', 'self', 'banned'), ('follower', 'follower', 'self'),
  ('blocker', 'blocker', 'self'), ('banned', 'banned', 'self')
) as n (label, recipient, actor);

-- A group is seen while one of its people is: here of two, and of one in a block.
insert into public.notifications (id, recipient_id, type, subject_type, subject_id, source_id, meta)
select privacy.id('notification.' || n.label), privacy.id('self'), n.type, 'post',
  privacy.id('post.public'), privacy.id('source.' || n.label),
  jsonb_build_object('mark', privacy.mark('notification.' || n.label))
from (values ('group.two', 'like'), ('group.blocker', 'share')) as n (label, type);
insert into private.notification_actors (recipient_id, type, source_id, notification_id, actor_id)
select privacy.id('self'), a.type, privacy.id('source.' || a.label || '.' || a.actor),
  privacy.id('notification.' || a.label), privacy.id(a.actor)
from (values ('group.two', 'like', 'follower'), ('group.two', 'like', 'blocker'),
  ('group.two', 'like', 'banned'), ('group.blocker', 'share', 'blocker')
) as a (label, type, actor);
insert into public.push_subscriptions (id, profile_id, session_id, endpoint, p256dh, auth_secret)
select privacy.id('push.' || p.label), privacy.id(p.label), privacy.id('source.' || p.label),
  'https://push.townsquare.test/' || p.label, repeat('A', 87), repeat('A', 22)
from (values ('self'), ('follower'), ('banned')) as p (label);

insert into private.scheduled_messages (id, room_id, author_id, body, publish_at)
select privacy.id('scheduled.' || m.author), privacy.id('room.closed'), privacy.id(m.author),
  privacy.mark('scheduled.' || m.author), now() + interval '1 day'
from (values ('self'), ('member')) as m (author);
insert into private.announcements (id, title, expires_at, created_by) values
  (privacy.id('announcement.now'), 'Now', null, privacy.id('admin'));
alter table private.announcements disable trigger announcements_b50_fill;
insert into private.announcements (id, title, expires_at, created_by) values
  (privacy.id('announcement.over'), privacy.mark('announcement.over'), now(), privacy.id('admin'));
alter table private.announcements enable trigger announcements_b50_fill;
insert into private.announcement_dismissals (announcement_id, profile_id)
values (privacy.id('announcement.now'), privacy.id('follower'));
insert into private.spotlights (post_id, until, placed_by)
select privacy.id('post.' || p.label), now() + interval '1 day', privacy.id('admin')
from (values ('public'), ('stranger'), ('blocker')) as p (label);
alter table private.spotlights disable trigger spotlights_b50_check;
insert into private.spotlights (post_id, until, placed_by) values
  (privacy.id('post.blocked'), now(), privacy.id('admin')),
  (privacy.id('post.held'), now() + interval '1 day', privacy.id('admin'));
alter table private.spotlights enable trigger spotlights_b50_check;

insert into private.feed_snapshots (id, viewer_id, items)
values (privacy.id('snapshot.self'), privacy.id('self'), jsonb_build_array(jsonb_build_object(
  'impression_id', privacy.id('impression'), 'post_id', privacy.id('post.followers'),
  'score', 1, 'code', 'following', 'detail', privacy.mark('snapshot.self'))));
insert into private.feed_feedback (id, profile_id, kind, post_id, author_id, topics) values
  (privacy.id('feedback.hermit'), privacy.id('hermit'), 'not_interested_topic', null, null,
    array[privacy.mark('topic of feedback.hermit')]),
  (privacy.id('feedback.follower'), privacy.id('follower'), 'hide_post',
    privacy.id('post.stranger'), null, '{}'),
  (privacy.id('feedback.member'), privacy.id('member'), 'not_interested_author', null,
    privacy.id('self'), '{}');
insert into private.exports (id, profile_id, status, path)
values (privacy.id('export.self'), privacy.id('self'), 'done', privacy.mark('path of export.self'));
insert into private.account_imports (id, profile_id, sha256, path)
values (privacy.id('import.self'), privacy.id('self'), privacy.mark('sum of import.self'), 'path');
insert into private.archive_imports (id, created_by, format, file_name, path)
values (privacy.id('archive.self'), privacy.id('self'), 'irc', privacy.mark('name of archive.self'),
  'path');
update private.settings set value = privacy.mark('setting ' || name) || value
where name like '%secret';

-- A busy post is folded by chance; here nothing is left to chance.
select private.fold_counters();

-- Blocks and mutes come last: what was said before them is what they must hide -------------------------

insert into public.blocks (blocker_id, blocked_id) values
  (privacy.id('self'), privacy.id('blocked')), (privacy.id('blocker'), privacy.id('self')),
  (privacy.id('hermit'), privacy.id('blocked'));
insert into public.mutes (muter_id, muted_id) values
  (privacy.id('self'), privacy.id('muted')), (privacy.id('follower'), privacy.id('self'));

-- States -----------------------------------------------------------------------------------------------

insert into private.account_states (profile_id, banned_at, deactivated_at, deletion_due_at,
  suspended_until, muted_until, reason)
select privacy.id(s.name), case when s.name = 'banned' then now() end,
  case when s.name = 'deactivated' then now() end,
  case when s.name = 'deleting' then now() + interval '14 days' end,
  case when s.name = 'suspended' then now() + interval '1 day' end,
  case when s.name = 'quieted' then now() + interval '1 day' end, privacy.mark('state of ' || s.name)
from (values ('banned'), ('suspended'), ('quieted'), ('deactivated'), ('deleting')) as s (name);
-- Whoever leaves comes back by signing in, so that they have no session; banned people may have one.
insert into auth.sessions (id, user_id, created_at, updated_at)
values (privacy.id('session.banned'), privacy.id('banned'), now(), now());
