-- What is tried on functions, and by writing; everything else follows from the catalogue.
-- `{label}` is the id of a thing of world.sql, `{me}` that of the persona who tries, `{all post}` the
-- ids of all things whose labels begin so. A function that clients may call and that is not here is red.

-- call private.accept_invite
select private.accept_invite('none');
-- call private.acknowledge_notification
select private.acknowledge_notification({notification.self}, 'opened');
-- call private.answer_follow_request
select private.answer_follow_request({pending}, true);
-- call private.ban_member
select private.ban_member({room.closed}, {muted}, null);
select private.ban_member({room.foreign}, {follower}, null);
-- call private.before_rest_request
select private.before_rest_request();
-- call private.blocked_profile_ids
select private.blocked_profile_ids();
-- call private.case_detail
select private.case_detail({case of post.held});
-- call private.check_session
select private.check_session('{}');
-- call private.count_of
select private.count_of({self}, 'followers');
-- call private.create_invite
select private.create_invite({room.closed}, '{}', null, null) is not null;
select private.create_invite({room.foreign}, '{}', null, null) is not null;
-- call private.create_role
select private.create_role('probe', '', array['report.review']);
-- call private.close_connection
select private.close_connection({connection.self});
select private.close_connection({connection.hermit});
-- call private.create_room
select private.create_room('Mine', 'channel', true) is not null;
-- call private.deactivate_account
select private.deactivate_account();
-- call private.decide_case
select private.decide_case({case of post.held}, 'dismiss', 'fine');
-- call private.delete_role
select private.delete_role('moderator');
-- call private.end_call
select private.end_call({call.closed});
select private.end_call({call.foreign});
-- call private.end_session
select private.end_session({session.self});
select private.end_session({session.follower});
-- call private.entities_of
select private.entities_of('@person_blocker @person_banned');
-- call private.feed_candidates
select post_id, author_id from private.feed_candidates(200);
-- call private.feed_following
select post_id from private.feed_following('infinity', {self}, 101);
-- call private.feed_hidden_post_ids
select private.feed_hidden_post_ids();
-- call private.feed_interests
select tag from private.feed_interests();
-- call private.feed_newest
select post_id from private.feed_newest('infinity', {self}, 101, true, true);
-- call private.feed_skipped_ids
select private.feed_skipped_ids();
-- call private.feed_snapshot_items
select * from private.feed_snapshot_items({snapshot.self}, 0, 10);
-- call private.file_report
select private.file_report('post', {post.followers}, 'spam', null);
select private.file_report('post', {post.stranger}, 'spam', null);
select private.file_report('message', {message.closed}, 'spam', null);
select private.file_report('user', {blocker}, 'spam', null);
-- call private.follow_list
select id from private.follow_list({self}, 'followers', null, null, 100);
select id from private.follow_list({hermit}, 'followers', null, null, 100);
select id from private.follow_list({me}, 'followers', null, null, 100);
select id from private.follow_list({self}, 'following', null, null, 100);
select id from private.follow_list({hermit}, 'following', null, null, 100);
select id from private.follow_list({me}, 'following', null, null, 100);
select id from private.follow_list({self}, 'friends', null, null, 100);
select id from private.follow_list({hermit}, 'friends', null, null, 100);
select id from private.follow_list({me}, 'friends', null, null, 100);
select id from private.follow_list({self}, 'requests', null, null, 100);
select id from private.follow_list({hermit}, 'requests', null, null, 100);
select id from private.follow_list({me}, 'requests', null, null, 100);
select id from private.follow_list({self}, 'blocks', null, null, 100);
select id from private.follow_list({hermit}, 'blocks', null, null, 100);
select id from private.follow_list({me}, 'blocks', null, null, 100);
select id from private.follow_list({self}, 'mutes', null, null, 100);
select id from private.follow_list({hermit}, 'mutes', null, null, 100);
select id from private.follow_list({me}, 'mutes', null, null, 100);
-- call private.fresh_feed_snapshot
select private.fresh_feed_snapshot(86400, 'hybrid');
-- call private.grant_role
select private.grant_role('person_stranger', 'moderator');
select private.grant_role('person_moderator', 'admin');
-- call private.handle_problem
select private.handle_problem('person_blocker');
-- call private.has_feed_snapshot
select private.has_feed_snapshot({snapshot.self});
-- call private.has_permission
select private.has_permission('report.review');
select private.has_permission('post.remove');
select private.has_permission('role.manage');
-- call private.hidden_profile_ids
select private.hidden_profile_ids();
-- call private.impression_post
select private.impression_post({impression});
-- call private.is_bulk
select private.is_bulk();
-- call private.highlight_story
select private.highlight_story({story.live}, true);
select private.highlight_story({story.expired}, true);
select private.highlight_story({story.held}, true);
-- call private.kick_member
select private.kick_member({room.closed}, {muted});
-- call private.mute_member
select private.mute_member({room.closed}, {exmember}, null, null) is not null;
select private.mute_member({room.closed}, {member}, null, null) is not null;
-- call private.my_invite_ids
select private.my_invite_ids();
-- call private.my_room_capabilities
select private.my_room_capabilities({room.open});
select private.my_room_capabilities({room.closed});
select private.my_room_capabilities({room.foreign});
-- call private.my_room_part
select private.my_room_part({room.closed}) -> 'capabilities';
select private.my_room_part({room.foreign}) -> 'capabilities';
-- call private.present_stories
select s.story from private.present_stories(array[{story.live}]) s;
select s.story from private.present_stories(array[{all story}]) s;
-- call private.is_hidden
select private.is_hidden({banned});
select private.is_hidden({suspended});
select private.is_hidden({deactivated});
select private.is_hidden({deleting});
-- call private.join_call
select private.join_call({call.closed}, true);
select private.join_call({call.foreign}, true);
-- call private.join_room
select private.join_room({room.open});
select private.join_room({room.closed});
select private.join_room({room.group});
select private.join_room({room.direct});
-- call private.leave_call
select private.leave_call({call.closed});
select private.leave_call({call.foreign});
-- call private.leave_room
select private.leave_room({room.open});
select private.leave_room({room.closed});
-- call private.list_roles
select name from private.list_roles(null, 100);
-- call private.list_sessions
select * from private.list_sessions(null, null, 100);
-- call private.list_user_roles
select role from private.list_user_roles('person_moderator', null, 100);
select role from private.list_user_roles('me', null, 100);
-- call private.mark_notifications_read
select (private.mark_notifications_read(array[{notification.self}])) ->> 'ids';
-- call private.mark_message
select private.mark_message({message.closed}, 'read');
select private.mark_message({message.direct}, 'delivered');
select private.mark_message({message.foreign}, 'read');
-- call private.mark_room_read
select private.mark_room_read({room.closed}, {message.closed});
select private.mark_room_read({room.foreign}, {message.foreign});
-- call private.may_contact
select private.may_contact({self}, 'message');
select private.may_contact({hermit}, 'message');
select private.may_contact({self}, 'mention');
select private.may_contact({hermit}, 'mention');
select private.may_contact({self}, 'invite');
select private.may_contact({hermit}, 'invite');
-- call private.may_publish
select private.may_publish();
-- call private.may_read
select private.may_read();
-- call private.may_read_topic
select private.may_read_topic('user:' || {self}, 'broadcast');
-- call private.may_write
select private.may_write();
-- call private.may_write_topic
select private.may_write_topic('user:' || {self}, 'broadcast');
-- call private.media_json
select private.media_json(array[{all media}]);
-- call private.media_urls
select private.media_urls({media.held}, array['original']) is null;
-- call private.media_url
select private.media_url({media.held}, 'original') is null;
-- call private.moderation_queue
select item from private.moderation_queue('open', 100);
-- call private.my_account
select private.my_account();
-- call private.my_audience_ids
select private.my_audience_ids();
-- call private.my_managed_room_ids
select private.my_managed_room_ids();
-- call private.my_moderated_room_ids
select private.my_moderated_room_ids();
-- call private.my_owned_room_ids
select private.my_owned_room_ids();
-- call private.my_read_marks
select private.my_read_marks();
-- call private.my_room_ids
select private.my_room_ids();
-- call private.my_room_state
select private.my_room_state({room.closed}) ->> 'role';
select private.my_room_state({room.foreign}) ->> 'role';
-- call private.my_standing
select private.my_standing();
-- call private.open_connection
select id is not null from private.open_connection('device');
-- call private.open_direct_room
select private.open_direct_room({self}) is not null;
select private.open_direct_room({hermit}) is not null;
-- call private.open_group
select private.open_group(array[{self}, {member}]) is not null;
-- call private.password_problem
select private.password_problem('wrong', 'townsquare');
-- call private.place_legal_hold
select private.place_legal_hold('user', {self}, 'why') is not null;
-- call private.post_counts
select private.post_counts({post.public});
-- call private.post_json
select private.post_json(p, false, true) from public.posts p;
-- call private.admits
select private.admits('following', {follower}, '{}');
select private.admits('mentioned', {self}, array[{member}]);
-- call private.has_visible_answer
select private.has_visible_answer({post.tombstone});
-- call private.poll_end
select private.poll_end('{"closes_at": "2026-01-01T00:00:00Z"}') is not null;
-- call private.poll_json
select private.poll_json(p.poll, p.id, '{"vote:0": 1}', false) ->> 'voted' from public.posts p
  where p.id = {post.poll.self};
-- call private.poll_options
select private.poll_options('{"options": ["a", "b"]}');
-- call private.post_rights
select private.post_rights(p) from public.posts p where p.id = {post.poll.follower};
-- call private.read_invite
select private.read_invite('none');
-- call private.refuse_poll
select private.refuse_poll('poll', 'wrong');
-- call private.revoke_invite
select private.revoke_invite({invite.closed});
-- call private.room_bans
select private.room_bans({room.closed}, null, 9);
-- call private.room_invites_page
select private.room_invites_page({room.closed}, null, 9);
-- call private.room_log_page
select private.room_log_page({room.closed}, null, 9);
-- call private.set_member_role
select private.set_member_role({room.closed}, {member}, 'moderator');
-- call private.set_room_archived
select private.set_room_archived({room.closed}, true);
-- call private.transfer_room
select private.transfer_room({room.closed}, {member});
-- call private.unban_member
select private.unban_member({room.closed}, {roomban});
-- call private.unmute_member
select private.unmute_member({room.closed}, {muted});
-- call private.widen_post
select private.widen_post({post.draft});
-- call private.post_viewer
select private.post_viewer({post.followers}) ->> 'reaction';
select private.post_viewer({post.public});
-- call private.posts_apply_verdict
select (private.posts_apply_verdict(jsonb_populate_record(null::public.posts, '{"status":
  "published"}'))).status;
-- call private.posts_change_waiting
select (private.posts_change_waiting(p, p)).status from public.posts p where p.id = {post.draft};
-- call private.posts_check_change
select private.posts_check_change(p, p) from public.posts p where p.id = {post.followers};
-- call private.posts_check_references
select private.posts_check_references(jsonb_populate_record(null::public.posts,
  jsonb_build_object('quoted_id', {post.followers})));
-- call private.posts_fill_text
select (private.posts_fill_text(jsonb_populate_record(null::public.posts, '{"body":
  "@person_self @person_blocker @person_banned", "media_ids": []}'))).mention_ids;
-- call private.posts_fill_poll
select (private.posts_fill_poll(p)).poll ->> 'multiple' from public.posts p
  where p.id = {post.poll.followers};
-- call private.posts_hold_back
select (private.posts_hold_back(jsonb_populate_record(null::public.posts, '{"body": "x"}'))).status;
-- call private.posts_inherit
select (private.posts_inherit(jsonb_populate_record(null::public.posts,
  jsonb_build_object('parent_id', {post.followers})))).visibility;
-- call private.posts_narrow
select (private.posts_narrow(jsonb_populate_record(null::public.posts,
  jsonb_build_object('audience_id', {audience.self}, 'author_id', {me}, 'visibility',
  'public')))).visibility;
-- call private.pin_message
select private.pin_message({room.closed}, {message.closed.reply});
select private.pin_message({room.direct}, {message.direct});
select private.pin_message({room.foreign}, {message.foreign});
select private.pin_message({room.group}, {message.group});
-- call private.unpin_message
select private.unpin_message({room.closed}, {message.closed});
-- call private.follow_thread
select private.follow_thread({room.closed}, {message.closed}, 'all');
select private.follow_thread({room.foreign}, {message.foreign}, 'none');
-- call private.first_unread_seq
select private.first_unread_seq({room.closed});
select private.first_unread_seq({room.foreign});
-- call private.is_emoji
select private.is_emoji('👍');
-- call private.message_reaction_list
select private.message_reaction_list({message.closed}, false);
select private.message_reaction_list({message.group}, true);
-- call private.message_viewer
select private.message_viewer(m) from public.messages m where m.id = {message.direct};
-- call private.my_receipt_ids
select private.my_receipt_ids();
-- call private.present_messages
select message from private.present_messages(array[{all message}]);
-- call private.present_notification
select private.present_notification({notification.self});
select private.present_notification({notification.self.blocker});
-- call private.present_posts
select post from private.present_posts(array[{all post}]);
-- call private.present_profile
select private.present_profile({self});
select private.present_profile({hermit});
select private.present_profile({blocker});
select private.present_profile({banned});
select private.present_profile({deactivated});
select private.present_profile({deleting});
select private.present_profile({self}) -> 'counts' ->> 'followers';
-- call private.present_call
select private.present_call({call.closed}) ->> 'state';
select private.present_call({call.foreign}) ->> 'state';
select private.present_call({call.open}) ->> 'state';
-- call private.present_room
select private.present_room({room.open});
select private.present_room({room.closed});
select private.present_room({room.direct});
select private.present_room({room.foreign});
-- call private.present_settings
select private.present_settings();
-- call private.profile_card
select private.profile_card({self}) -> 'viewer' ->> 'following';
-- call private.profile_id_of
select private.profile_id_of('person_blocker');
select private.profile_id_of('person_banned');
-- call private.profile_summary
select private.profile_summary({blocker});
-- call private.relation_to
select private.relation_to({self}) ->> 'following';
select private.relation_to({hermit}) ->> 'following';
select private.relation_to({self}) ->> 'blocking';
select private.relation_to({self}) ->> 'followed_by';
-- call private.release_legal_hold
select private.release_legal_hold({self});
-- call private.rendered
select private.rendered('@person_blocker @person_banned');
-- call private.renew_connection
select id from private.renew_connection({connection.self}, null);
select id from private.renew_connection({connection.hermit}, null);
-- call private.request_deletion
select private.request_deletion(false) is not null;
-- call private.require_permission
select private.require_permission('report.review');
-- call private.require_public_post
select private.require_public_post({post.public}, 'shared');
select private.require_public_post({post.hermit}, 'shared');
select private.require_public_post({post.held}, 'shared');
-- call private.require_standing
select private.require_standing('active');
-- call private.revoke_role
select private.revoke_role('person_moderator', 'moderator');
-- call private.save_feed_snapshot
select private.save_feed_snapshot(gen_random_uuid(), 'hybrid', '[]') is not null;
-- call private.search_candidates
select id from private.search_candidates('post', array['mark', 'person', 'room'], true, 500);
select id from private.search_candidates('message', array['mark', 'person', 'room'], true, 500);
select id from private.search_candidates('user', array['mark', 'person', 'room'], true, 500);
select id from private.search_candidates('room', array['mark', 'person', 'room'], true, 500);
select id from private.search_candidates('hashtag', array['mark', 'person', 'room'], true, 500);
-- call private.session_is_live
select private.session_is_live();
-- call private.shown_mute
select private.shown_mute({room.closed}, {muted}) is not null;
select private.shown_mute({room.foreign}, {follower}) is not null;
-- call private.start_call
select private.start_call({room.group}, 'audio') is not null;
select private.start_call({room.foreign}, 'audio') is not null;
select private.start_call({room.open}, 'audio') is not null;
select private.start_call({room.direct}, 'audio') is not null;
-- call private.store_report
select private.store_report('post', {post.followers}, {self}, 'spam', null);
-- call private.suggest_people
select id from private.suggest_people(null, null, 100);
-- call private.take_rate_limit
select allowed from private.take_rate_limit('probe', 1, 1);
-- call private.traceparent
select private.traceparent();
-- call private.unread_notifications
select private.unread_notifications();
-- call private.unread_rooms
select private.unread_rooms();
-- call private.update_role
select private.update_role('moderator', 'moderator', '', array['role.manage']);
-- call private.uuid_v7
select private.uuid_v7() is not null;
-- call public.mark_notifications_read
select public.mark_notifications_read(array[{notification.self}]) ->> 'ids';
-- call private.wants_previews
select private.wants_previews();
-- call private.my_export
select * from private.my_export({export.self});
-- call private.my_import
select private.my_import({import.self});
-- call private.request_export
select private.request_export(false) is not null;

-- insert public.posts: one's own
insert into public.posts (body) values ('Hello');
-- insert public.posts: in room.open
insert into public.posts (body, room_id) values ('Hello', {room.open});
-- insert public.posts: in room.closed
insert into public.posts (body, room_id) values ('Hello', {room.closed});
-- insert public.posts: under post.public
insert into public.posts (body, parent_id) values ('Hello', {post.public});
-- insert public.posts: under post.followers
insert into public.posts (body, parent_id) values ('Hello', {post.followers});
-- insert public.posts: under post.mentioned
insert into public.posts (body, parent_id) values ('Hello', {post.mentioned});
-- insert public.posts: under post.hermit
insert into public.posts (body, parent_id) values ('Hello', {post.hermit});
-- insert public.posts: under post.held
insert into public.posts (body, parent_id) values ('Hello', {post.held});
-- insert public.posts: quoting post.public
insert into public.posts (body, quoted_id) values ('Hello', {post.public});
-- insert public.posts: quoting post.followers
insert into public.posts (body, quoted_id) values ('Hello', {post.followers});
-- insert public.posts: quoting post.hermit
insert into public.posts (body, quoted_id) values ('Hello', {post.hermit});
-- insert public.posts: for audience.self
insert into public.posts (body, audience_id) values ('Hello', {audience.self});
-- insert public.posts: with media of self
insert into public.posts (body, media_ids) values ('Hello', array[{media.unused}]);
-- insert public.posts: a draft
insert into public.posts (body, publish_at) values ('Hello', 'infinity');
-- insert public.posts: under post.poll.self
insert into public.posts (body, parent_id) values ('Hello', {post.poll.self});
-- insert public.posts: quoting post.poll.follower
insert into public.posts (body, quoted_id) values ('Hello', {post.poll.follower});
-- insert public.posts: quoting post.draft
insert into public.posts (body, quoted_id) values ('Hello', {post.draft});
-- update public.posts: post.draft published
update public.posts set publish_at = now() where id = {post.draft};
-- update public.posts: visibility of post.followers
update public.posts set visibility = 'public' where id = {post.followers};
-- insert public.posts: as stranger
insert into public.posts (body, author_id) values ('Hello', {stranger});
-- insert public.posts: as published
insert into public.posts (body, status) values ('Hello', 'published');
-- insert public.messages: in room.open
insert into public.messages (room_id, body) values ({room.open}, 'Hi');
-- insert public.messages: in room.closed
insert into public.messages (room_id, body) values ({room.closed}, 'Hi');
-- insert public.messages: in room.group
insert into public.messages (room_id, body) values ({room.group}, 'Hi');
-- insert public.messages: in room.direct
insert into public.messages (room_id, body) values ({room.direct}, 'Hi');
-- insert public.messages: in room.severed
insert into public.messages (room_id, body) values ({room.severed}, 'Hi');
-- insert public.messages: in room.foreign
insert into public.messages (room_id, body) values ({room.foreign}, 'Hi');
-- insert public.messages: sharing post.followers in room.closed
insert into public.messages (room_id, body, shared_post_id) values ({room.closed}, 'Hi',
  {post.followers});
-- insert public.messages: answering story.live in room.direct
insert into public.messages (room_id, body, story_id) values ({room.direct}, 'Hi', {story.live});
-- insert public.messages: answering story.live in room.closed
insert into public.messages (room_id, body, story_id) values ({room.closed}, 'Hi', {story.live});
-- insert public.messages: as member in room.closed
insert into public.messages (room_id, body, author_id) values ({room.closed}, 'Hi', {member});
-- insert public.messages: as bot in room.closed
insert into public.messages (room_id, body, kind) values ({room.closed}, 'Hi', 'bot');
-- insert private.scheduled_messages: in room.closed
insert into private.scheduled_messages (room_id, body, publish_at)
  values ({room.closed}, 'Hi', now() + interval '1 hour');
-- insert private.scheduled_messages: as member in room.closed
insert into private.scheduled_messages (room_id, body, publish_at, author_id)
  values ({room.closed}, 'Hi', now() + interval '1 hour', {member});
-- insert private.announcements: something
insert into private.announcements (title) values ('Hi');
-- insert private.announcement_dismissals: of announcement.now
insert into private.announcement_dismissals (announcement_id) values ({announcement.now});
-- insert private.announcement_dismissals: of announcement.over
insert into private.announcement_dismissals (announcement_id) values ({announcement.over});
-- insert private.spotlights: of post.suspended
insert into private.spotlights (post_id, until) values ({post.suspended}, now() + interval '1 hour');
-- insert private.spotlights: of post.followers
insert into private.spotlights (post_id, until) values ({post.followers}, now() + interval '1 hour');
-- insert public.stories: one's own
insert into public.stories (text) values ('Hi');
-- insert public.stories: for audience.self
insert into public.stories (text, audience_id) values ('Hi', {audience.self});
-- insert public.stories: with media.unused
insert into public.stories (media_id) values ({media.unused});
-- insert public.stories: as stranger
insert into public.stories (text, author_id) values ('Hi', {stranger});
-- insert public.stories: for a year
insert into public.stories (text, expires_at) values ('Hi', now() + interval '1 year');
-- insert public.story_views: of story.live
insert into public.story_views (story_id) values ({story.live});
-- insert public.story_views: of story.expired
insert into public.story_views (story_id) values ({story.expired});
-- insert public.story_views: of story.kept
insert into public.story_views (story_id) values ({story.kept});
-- insert public.story_views: of story.listed
insert into public.story_views (story_id) values ({story.listed});
-- insert public.story_views: of story.hermit
insert into public.story_views (story_id) values ({story.hermit});
-- insert public.story_views: of story.live by stranger
insert into public.story_views (story_id, viewer_id) values ({story.live}, {stranger});
-- insert public.message_reactions: to message.closed
insert into public.message_reactions (message_id, emoji) values ({message.closed}, '🎉');
-- insert public.message_reactions: to message.closed.held
insert into public.message_reactions (message_id, emoji) values ({message.closed.held}, '🎉');
-- insert public.message_reactions: to message.direct
insert into public.message_reactions (message_id, emoji) values ({message.direct}, '🎉');
-- insert public.message_reactions: to message.group.blocked
insert into public.message_reactions (message_id, emoji) values ({message.group.blocked}, '🎉');
-- insert public.message_reactions: as member to message.closed
insert into public.message_reactions (message_id, emoji, profile_id)
values ({message.closed}, '🎉', {member});
-- insert public.follows: of self
insert into public.follows (followee_id) values ({self});
-- insert public.follows: of hermit
insert into public.follows (followee_id) values ({hermit});
-- insert public.follows: of blocker
insert into public.follows (followee_id) values ({blocker});
-- insert public.follows: of banned
insert into public.follows (followee_id) values ({banned});
-- insert public.follows: of self by moderator
insert into public.follows (follower_id, followee_id) values ({moderator}, {self});
-- insert public.blocks: of self
insert into public.blocks (blocked_id) values ({self});
-- insert public.blocks: of stranger
insert into public.blocks (blocked_id) values ({stranger});
-- insert public.blocks: of stranger by admin
insert into public.blocks (blocker_id, blocked_id) values ({admin}, {stranger});
-- insert public.mutes: of self
insert into public.mutes (muted_id) values ({self});
-- insert public.mutes: of stranger
insert into public.mutes (muted_id) values ({stranger});
-- insert public.mutes: of stranger by admin
insert into public.mutes (muter_id, muted_id) values ({admin}, {stranger});
-- insert public.post_reactions: on post.public
insert into public.post_reactions (post_id) values ({post.public});
-- insert public.post_reactions: on post.followers
insert into public.post_reactions (post_id) values ({post.followers});
-- insert public.post_reactions: on post.mentioned
insert into public.post_reactions (post_id) values ({post.mentioned});
-- insert public.post_reactions: on post.room
insert into public.post_reactions (post_id) values ({post.room});
-- insert public.post_reactions: on post.hermit
insert into public.post_reactions (post_id) values ({post.hermit});
-- insert public.post_reactions: on post.held
insert into public.post_reactions (post_id) values ({post.held});
-- insert public.post_reactions: on post.banned
insert into public.post_reactions (post_id) values ({post.banned});
-- insert public.post_reactions: on post.public by admin
insert into public.post_reactions (post_id, profile_id) values ({post.public}, {admin});
-- insert public.shares: of post.public
insert into public.shares (post_id) values ({post.public});
-- insert public.shares: of post.stranger
insert into public.shares (post_id) values ({post.stranger});
-- insert public.shares: of post.followers
insert into public.shares (post_id) values ({post.followers});
-- insert public.shares: of post.hermit
insert into public.shares (post_id) values ({post.hermit});
-- insert public.shares: of post.held
insert into public.shares (post_id) values ({post.held});
-- insert public.shares: of post.openroom
insert into public.shares (post_id) values ({post.openroom});
-- insert public.shares: of post.stranger by admin
insert into public.shares (post_id, profile_id) values ({post.stranger}, {admin});
-- insert public.bookmarks: of post.public
insert into public.bookmarks (post_id) values ({post.public});
-- insert public.bookmarks: of post.followers
insert into public.bookmarks (post_id) values ({post.followers});
-- insert public.bookmarks: of post.hermit
insert into public.bookmarks (post_id) values ({post.hermit});
-- insert public.bookmarks: of post.held
insert into public.bookmarks (post_id) values ({post.held});
-- insert public.bookmarks: of post.stranger by admin
insert into public.bookmarks (post_id, profile_id) values ({post.stranger}, {admin});
-- insert private.hashtag_follows: one's own
insert into private.hashtag_follows (tag) values ('#Tea');
-- insert private.hashtag_follows: no hashtag
insert into private.hashtag_follows (tag) values ('two words');
-- insert private.hashtag_follows: of self
insert into private.hashtag_follows (tag, profile_id) values ('tea', {self});
-- insert private.poll_votes: on post.poll.self
insert into private.poll_votes (post_id, options) values ({post.poll.self}, '{1}');
-- insert private.poll_votes: on post.poll.followers
insert into private.poll_votes (post_id, options) values ({post.poll.followers}, '{1}');
-- insert private.poll_votes: by admin
insert into private.poll_votes (post_id, profile_id, options) values
  ({post.poll.self}, {admin}, '{1}');
-- insert private.audiences: one's own
insert into private.audiences (name) values ('Friends');
-- insert private.audiences: of self
insert into private.audiences (name, owner_id) values ('Friends', {self});
-- insert private.audience_members: stranger on audience.self
insert into private.audience_members (audience_id, profile_id) values ({audience.self},
  {stranger});
-- insert private.audience_members: stranger on audience.suspended
insert into private.audience_members (audience_id, profile_id) values
  ({audience.suspended}, {stranger});
-- insert private.audience_members: oneself on audience.hermit
insert into private.audience_members (audience_id, profile_id) values ({audience.hermit}, {me});
-- insert private.dismissed_suggestions: stranger
insert into private.dismissed_suggestions (person_id) values ({stranger});
-- insert private.feed_feedback: post.public
insert into private.feed_feedback (kind, post_id) values ('hide_post', {post.public});
-- insert private.feed_feedback: post.followers
insert into private.feed_feedback (kind, post_id) values ('hide_post', {post.followers});
-- insert private.feed_feedback: hermit
insert into private.feed_feedback (kind, author_id) values ('not_interested_author', {hermit});
-- insert private.feed_feedback: of self
insert into private.feed_feedback (profile_id, kind, post_id) values ({self}, 'hide_post', {post.stranger});
-- insert private.dismissed_suggestions: of self
insert into private.dismissed_suggestions (profile_id, person_id) values ({self}, {stranger});
-- insert storage.buckets: another
insert into storage.buckets (id, name) values ('another', 'another');
-- insert storage.objects: in bucket media
insert into storage.objects (bucket_id, name, owner_id) values ('media', 'x', {me}::text);
-- insert storage.objects: in bucket backups
insert into storage.objects (bucket_id, name, owner_id) values ('backups', 'x', {me}::text);
-- update public.messages: body of message.closed
update public.messages set body = 'Changed' where id = {message.closed};
-- update public.messages: body of message.closed.muted
update public.messages set body = 'Changed' where id = {message.closed.muted};
-- update public.messages: deleted_at of message.closed
update public.messages set deleted_at = now() where id = {message.closed};
-- update public.messages: deleted_at of message.direct.follower
update public.messages set deleted_at = now() where id = {message.direct.follower};
-- update public.profiles: handle to one that is taken
update public.profiles set handle = 'person_blocker' where id = {me};
-- update public.profiles: avatar_media_id to a file of self
update public.profiles set avatar_media_id = {media.unused} where id = {me};
