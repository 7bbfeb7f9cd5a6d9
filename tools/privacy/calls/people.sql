-- What is tried on functions, and by writing, of accounts, the graph, roles and moderation.
-- `{label}` is the id of a thing of world.sql, `{me}` that of the persona who tries, `{all post}` the
-- ids of all things whose labels begin so. A function that clients may call and that is not here is red.

-- call private.acknowledge_notification
select private.acknowledge_notification({notification.self}, 'opened');
-- call private.answer_follow_request
select private.answer_follow_request({pending}, true);
-- call private.before_rest_request
select private.before_rest_request();
-- call private.blocked_profile_ids
select private.blocked_profile_ids();
-- call private.case_detail
select private.case_detail({case of post.held});
-- call private.check_session
select private.check_session('{}');
-- call private.create_role
select private.create_role('probe', '', array['report.review']);
-- call private.deactivate_account
select private.deactivate_account();
-- call private.decide_case
select private.decide_case({case of post.held}, 'dismiss', 'fine');
-- call private.delete_role
select private.delete_role('moderator');
-- call private.end_session
select private.end_session({session.self});
select private.end_session({session.follower});
-- call private.drop_push_subscription
select private.drop_push_subscription('https://push.townsquare.test/self');
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
-- call private.grant_role
select private.grant_role('person_stranger', 'moderator');
select private.grant_role('person_moderator', 'admin');
-- call private.handle_problem
select private.handle_problem('person_blocker');
-- call private.has_permission
select private.has_permission('report.review');
select private.has_permission('post.remove');
select private.has_permission('role.manage');
-- call private.hidden_profile_ids
select private.hidden_profile_ids();
-- call private.is_bulk
select private.is_bulk();
-- call private.is_hidden
select private.is_hidden({banned});
select private.is_hidden({suspended});
select private.is_hidden({deactivated});
select private.is_hidden({deleting});
-- call private.list_roles
select name from private.list_roles(null, 100);
-- call private.list_sessions
select * from private.list_sessions(null, null, 100);
-- call private.list_user_roles
select role from private.list_user_roles('person_moderator', null, 100);
select role from private.list_user_roles('me', null, 100);
-- call private.lock_notifications
select private.lock_notifications({me});
-- call private.mark_notifications_read
select (private.mark_notifications_read(array[{notification.self}])) ->> 'ids';
-- call private.mark_notifications_seen
select private.mark_notifications_seen() > 0;
-- call private.note_arrival
select private.note_arrival({notification.self}, true);
-- call private.set_notifications_read
select private.set_notifications_read(array[{notification.self}]);
-- call private.tell_notifications_read
select private.tell_notifications_read('{"ids": [], "unread_count": 0}');
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
-- call private.may_write
select private.may_write();
-- call private.moderation_queue
select item from private.moderation_queue('open', 100);
-- call private.my_account
select private.my_account();
-- call private.my_audience_ids
select private.my_audience_ids();
-- call private.my_read_marks
select private.my_read_marks();
-- call private.my_standing
select private.my_standing();
-- call private.password_problem
select private.password_problem('wrong', 'townsquare');
-- call private.place_legal_hold
select private.place_legal_hold('user', {self}, 'why') is not null;
-- call private.admits
select private.admits('following', {follower}, '{}');
select private.admits('mentioned', {self}, array[{member}]);
-- call private.has_visible_answer
select private.has_visible_answer({post.tombstone});
-- call private.first_unread_seq
select private.first_unread_seq({room.closed});
select private.first_unread_seq({room.foreign});
-- call private.is_emoji
select private.is_emoji('👍');
-- call private.notification_people
select p.people_count, p.people -> 0 -> 'handle' from public.notifications n, private.notification_people(n) p
  where n.id = {notification.group.two};
-- call private.present_notification
select private.present_notification({notification.self});
select private.present_notification({notification.self.blocker});
select private.present_notification({notification.group.two}) ->> 'text';
-- call private.present_profile
select private.present_profile({self});
select private.present_profile({hermit});
select private.present_profile({blocker});
select private.present_profile({banned});
select private.present_profile({deactivated});
select private.present_profile({deleting});
select private.present_profile({self}) -> 'counts' ->> 'followers';
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
-- call private.request_deletion
select private.request_deletion(false) is not null;
-- call private.require_permission
select private.require_permission('report.review');
-- call private.require_standing
select private.require_standing('active');
-- call private.revoke_role
select private.revoke_role('person_moderator', 'moderator');
-- call private.save_push_subscription
select private.save_push_subscription('https://push.townsquare.test/new', repeat('A', 87), repeat('A', 22)) is not null;
-- call private.session_is_live
select private.session_is_live();
-- call private.shown_mute
select private.shown_mute({room.closed}, {muted}) is not null;
select private.shown_mute({room.foreign}, {follower}) is not null;
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
-- call private.update_role
select private.update_role('moderator', 'moderator', '', array['role.manage']);
-- call private.uuid_v7
select private.uuid_v7() is not null;
-- call public.mark_notifications_read
select public.mark_notifications_read(array[{notification.self}]) ->> 'ids';
-- call private.my_export
select * from private.my_export({export.self});
-- call private.my_import
select private.my_import({import.self});
-- call private.require_import
select private.require_import(null);
-- call private.create_archive_import
select private.create_archive_import(gen_random_uuid(), null, 'irc', 'old.txt', 'old');
-- call private.present_archive_import
select private.present_archive_import({archive.self});
-- call private.my_archive_imports
select private.my_archive_imports(null, null, 10);
-- call private.cancel_archive_import
select private.cancel_archive_import({archive.self});
-- call private.request_export
select private.request_export(false) is not null;

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
-- insert private.audiences: one's own
insert into private.audiences (name) values ('Friends');
-- insert private.audiences: of self
insert into private.audiences (name, owner_id) values ('Friends', {self});
-- insert private.dismissed_suggestions: stranger
insert into private.dismissed_suggestions (person_id) values ({stranger});
-- insert private.dismissed_suggestions: of self
insert into private.dismissed_suggestions (profile_id, person_id) values ({self}, {stranger});
-- insert storage.buckets: another
insert into storage.buckets (id, name) values ('another', 'another');
-- insert storage.objects: in bucket media
insert into storage.objects (bucket_id, name, owner_id) values ('media', 'x', {me}::text);
-- insert storage.objects: in bucket backups
insert into storage.objects (bucket_id, name, owner_id) values ('backups', 'x', {me}::text);
-- update public.profiles: handle to one that is taken
update public.profiles set handle = 'person_blocker' where id = {me};
-- update public.profiles: avatar_media_id to a file of self
update public.profiles set avatar_media_id = {media.unused} where id = {me};
