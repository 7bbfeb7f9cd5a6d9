/**
 * @module What is tried on functions and by inserting; everything else follows from the catalogue.
 *
 * `{label}` is the id of a thing of world.sql, `{me}` that of the persona who tries.
 */

/** Calls by function; each is a query. A function that clients may call and is not here is red. */
export const CALLS: Readonly<Record<string, readonly string[]>> = {
  "private.acknowledge_notification": [
    "select private.acknowledge_notification({notification.self}, 'opened')",
  ],
  "private.deactivate_account": ["select private.deactivate_account()"],
  "private.is_hidden": ["banned", "suspended", "deactivated", "deleting"].map((name) =>
    `select private.is_hidden({${name}})`
  ),
  "private.may_contact": ["message", "mention", "invite"].flatMap((kind) => [
    `select private.may_contact({self}, '${kind}')`,
    `select private.may_contact({hermit}, '${kind}')`,
  ]),
  "private.may_publish": ["select private.may_publish()"],
  "private.may_read": ["select private.may_read()"],
  "private.may_write": ["select private.may_write()"],
  "private.my_audience_ids": ["select private.my_audience_ids()"],
  "private.my_standing": ["select private.my_standing()"],
  "private.place_legal_hold": [
    "select private.place_legal_hold('user', {self}, 'why') is not null",
  ],
  "private.release_legal_hold": ["select private.release_legal_hold({self})"],
  "private.request_deletion": ["select private.request_deletion(false) is not null"],
  "private.posts_narrow": [
    "select (private.posts_narrow(jsonb_populate_record(null::public.posts, jsonb_build_object('audience_id', {audience.self}, 'author_id', {me}, 'visibility', 'public')))).visibility",
  ],
  "private.present_settings": ["select private.present_settings()"],
  "private.require_standing": ["select private.require_standing('active')"],
  "private.answer_follow_request": ["select private.answer_follow_request({pending}, true)"],
  "private.before_rest_request": ["select private.before_rest_request()"],
  "private.blocked_profile_ids": ["select private.blocked_profile_ids()"],
  "private.case_detail": ["select private.case_detail({case of post.held})"],
  "private.check_session": ["select private.check_session('{}')"],
  "private.count_of": ["select private.count_of({self}, 'followers')"],
  "private.create_room": ["select private.create_room('Mine', 'channel', true) is not null"],
  "private.decide_case": ["select private.decide_case({case of post.held}, 'dismiss', 'fine')"],
  "private.create_role": ["select private.create_role('probe', '', array['report.review'])"],
  "private.delete_role": ["select private.delete_role('moderator')"],
  "private.entities_of": ["select private.entities_of('@person_blocker @person_banned')"],
  "private.grant_role": [
    "select private.grant_role('person_stranger', 'moderator')",
    "select private.grant_role('person_moderator', 'admin')",
  ],
  "private.list_roles": ["select name from private.list_roles(null, 100)"],
  "private.list_user_roles": [
    "select role from private.list_user_roles('person_moderator', null, 100)",
    "select role from private.list_user_roles('me', null, 100)",
  ],
  "private.password_problem": ["select private.password_problem('wrong', 'townsquare')"],
  "private.rendered": ["select private.rendered('@person_blocker @person_banned')"],
  "private.revoke_role": ["select private.revoke_role('person_moderator', 'moderator')"],
  "private.session_is_live": ["select private.session_is_live()"],
  "private.update_role": [
    "select private.update_role('moderator', 'moderator', '', array['role.manage'])",
  ],
  "private.end_session": [
    "select private.end_session({session.self})",
    "select private.end_session({session.follower})",
  ],
  "private.feed_candidates": ["select post_id, author_id from private.feed_candidates(200)"],
  "private.feed_following": ["select post_id from private.feed_following('infinity', {self}, 101)"],
  "private.feed_snapshot_items": [
    "select * from private.feed_snapshot_items({snapshot.self}, 0, 10)",
  ],
  "private.file_report": [
    "select private.file_report('post', {post.followers}, 'spam', null)",
    "select private.file_report('post', {post.stranger}, 'spam', null)",
    "select private.file_report('message', {message.closed}, 'spam', null)",
    "select private.file_report('user', {blocker}, 'spam', null)",
  ],
  "private.follow_list": ["followers", "following", "friends", "requests", "blocks", "mutes"]
    .flatMap((kind) => [
      `select id from private.follow_list({self}, '${kind}', null, null, 100)`,
      `select id from private.follow_list({hermit}, '${kind}', null, null, 100)`,
      `select id from private.follow_list({me}, '${kind}', null, null, 100)`,
    ]),
  "private.handle_problem": ["select private.handle_problem('person_blocker')"],
  "private.has_feed_snapshot": ["select private.has_feed_snapshot({snapshot.self})"],
  "private.has_permission": [
    "select private.has_permission('report.review')",
    "select private.has_permission('post.remove')",
    "select private.has_permission('role.manage')",
  ],
  "private.hidden_profile_ids": ["select private.hidden_profile_ids()"],
  "private.is_bulk": ["select private.is_bulk()"],
  "private.join_room": [
    "select private.join_room({room.open})",
    "select private.join_room({room.closed})",
    "select private.join_room({room.group})",
    "select private.join_room({room.direct})",
  ],
  "private.leave_room": [
    "select private.leave_room({room.open})",
    "select private.leave_room({room.closed})",
  ],
  "private.list_sessions": ["select * from private.list_sessions(null, null, 100)"],
  "private.mark_notifications_read": [
    "select (private.mark_notifications_read(array[{notification.self}])) ->> 'ids'",
  ],
  "private.mark_room_read": [
    "select private.mark_room_read({room.closed}, {message.closed})",
    "select private.mark_room_read({room.foreign}, {message.foreign})",
  ],
  "private.may_read_topic": [
    "select private.may_read_topic('user:' || {self}, 'broadcast')",
  ],
  "private.may_write_topic": [
    "select private.may_write_topic('user:' || {self}, 'broadcast')",
  ],
  "private.media_json": [
    "select private.media_json(array[{all media}])",
  ],
  "private.media_signature": [
    "select private.media_signature({media.held}, 'original', 1) ~ 'mark'",
  ],
  "private.media_url": ["select private.media_url({media.held}, 'original') is null"],
  "private.moderation_queue": ["select item from private.moderation_queue('open', 100)"],
  "private.my_account": ["select private.my_account()"],
  "private.my_managed_room_ids": ["select private.my_managed_room_ids()"],
  "private.my_moderated_room_ids": ["select private.my_moderated_room_ids()"],
  "private.my_owned_room_ids": ["select private.my_owned_room_ids()"],
  "private.my_room_ids": ["select private.my_room_ids()"],
  "private.my_room_state": [
    "select private.my_room_state({room.closed}) ->> 'role'",
    "select private.my_room_state({room.foreign}) ->> 'role'",
  ],
  "private.open_direct_room": [
    "select private.open_direct_room({self}) is not null",
    "select private.open_direct_room({hermit}) is not null",
  ],
  "private.open_group": ["select private.open_group(array[{self}, {member}]) is not null"],
  "private.post_counts": ["select private.post_counts({post.public})"],
  "private.post_json": ["select private.post_json(p, false, true) from public.posts p"],
  "private.post_viewer": ["select private.post_viewer({post.followers}) ->> 'reaction'"],
  "private.posts_apply_verdict": [
    'select (private.posts_apply_verdict(jsonb_populate_record(null::public.posts, \'{"status": "published"}\'))).status',
  ],
  "private.posts_check_references": [
    "select private.posts_check_references(jsonb_populate_record(null::public.posts, jsonb_build_object('quoted_id', {post.followers})))",
  ],
  "private.posts_fill_text": [
    'select (private.posts_fill_text(jsonb_populate_record(null::public.posts, \'{"body": "@person_self @person_blocker @person_banned", "media_ids": []}\'))).mention_ids',
  ],
  "private.posts_inherit": [
    "select (private.posts_inherit(jsonb_populate_record(null::public.posts, jsonb_build_object('parent_id', {post.followers})))).visibility",
  ],
  "private.present_messages": [
    "select message from private.present_messages(array[{all message}])",
  ],
  "private.present_notification": [
    "select private.present_notification({notification.self})",
    "select private.present_notification({notification.self.blocker})",
  ],
  "private.present_posts": ["select post from private.present_posts(array[{all post}])"],
  "private.present_profile": [
    "select private.present_profile({self})",
    "select private.present_profile({hermit})",
    "select private.present_profile({blocker})",
    "select private.present_profile({banned})",
    "select private.present_profile({deactivated})",
    "select private.present_profile({deleting})",
    "select private.present_profile({self}) -> 'counts' ->> 'followers'",
  ],
  "private.present_room": [
    "select private.present_room({room.open})",
    "select private.present_room({room.closed})",
    "select private.present_room({room.direct})",
    "select private.present_room({room.foreign})",
  ],
  "private.profile_card": ["select private.profile_card({self}) -> 'viewer' ->> 'following'"],
  "private.profile_id_of": [
    "select private.profile_id_of('person_blocker')",
    "select private.profile_id_of('person_banned')",
  ],
  "private.profile_summary": ["select private.profile_summary({blocker})"],
  "private.relation_to": [
    "select private.relation_to({self}) ->> 'following'",
    "select private.relation_to({hermit}) ->> 'following'",
    "select private.relation_to({self}) ->> 'blocking'",
    "select private.relation_to({self}) ->> 'followed_by'",
  ],
  "private.require_permission": ["select private.require_permission('report.review')"],
  "private.save_feed_snapshot": ["select private.save_feed_snapshot('[]') is not null"],
  "private.search_candidates": ["post", "message", "user", "room", "hashtag"].map((type) =>
    `select id from private.search_candidates('${type}', array['mark', 'person', 'room'], true, 500)`
  ),
  "private.store_report": [
    "select private.store_report('post', {post.followers}, {self}, 'spam', null)",
  ],
  "private.take_rate_limit": ["select allowed from private.take_rate_limit('probe', 1, 1)"],
  "private.traceparent": ["select private.traceparent()"],
  "private.unread_notifications": ["select private.unread_notifications()"],
  "private.unread_rooms": ["select private.unread_rooms()"],
  "private.uuid_v7": ["select private.uuid_v7() is not null"],
  "public.mark_notifications_read": [
    "select public.mark_notifications_read(array[{notification.self}]) ->> 'ids'",
  ],
};

/** Inserts by table: what it tries to do, and the statement. A table without one here is red. */
export const INSERTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "public.posts": {
    "one's own": "insert into public.posts (body) values ('Hello')",
    "in room.open": "insert into public.posts (body, room_id) values ('Hello', {room.open})",
    "in room.closed": "insert into public.posts (body, room_id) values ('Hello', {room.closed})",
    "under post.public":
      "insert into public.posts (body, parent_id) values ('Hello', {post.public})",
    "under post.followers":
      "insert into public.posts (body, parent_id) values ('Hello', {post.followers})",
    "under post.mentioned":
      "insert into public.posts (body, parent_id) values ('Hello', {post.mentioned})",
    "under post.hermit":
      "insert into public.posts (body, parent_id) values ('Hello', {post.hermit})",
    "under post.held": "insert into public.posts (body, parent_id) values ('Hello', {post.held})",
    "quoting post.public":
      "insert into public.posts (body, quoted_id) values ('Hello', {post.public})",
    "quoting post.followers":
      "insert into public.posts (body, quoted_id) values ('Hello', {post.followers})",
    "quoting post.hermit":
      "insert into public.posts (body, quoted_id) values ('Hello', {post.hermit})",
    "for audience.self":
      "insert into public.posts (body, audience_id) values ('Hello', {audience.self})",
    "with media of self":
      "insert into public.posts (body, media_ids) values ('Hello', array[{media.unused}])",
    "as stranger": "insert into public.posts (body, author_id) values ('Hello', {stranger})",
    "as published": "insert into public.posts (body, status) values ('Hello', 'published')",
  },
  "public.messages": {
    "in room.open": "insert into public.messages (room_id, body) values ({room.open}, 'Hi')",
    "in room.closed": "insert into public.messages (room_id, body) values ({room.closed}, 'Hi')",
    "in room.group": "insert into public.messages (room_id, body) values ({room.group}, 'Hi')",
    "in room.direct": "insert into public.messages (room_id, body) values ({room.direct}, 'Hi')",
    "in room.foreign": "insert into public.messages (room_id, body) values ({room.foreign}, 'Hi')",
    "sharing post.followers in room.closed":
      "insert into public.messages (room_id, body, shared_post_id) values ({room.closed}, 'Hi', {post.followers})",
    "as member in room.closed":
      "insert into public.messages (room_id, body, author_id) values ({room.closed}, 'Hi', {member})",
    "as bot in room.closed":
      "insert into public.messages (room_id, body, kind) values ({room.closed}, 'Hi', 'bot')",
  },
  "public.follows": {
    "of self": "insert into public.follows (followee_id) values ({self})",
    "of hermit": "insert into public.follows (followee_id) values ({hermit})",
    "of blocker": "insert into public.follows (followee_id) values ({blocker})",
    "of banned": "insert into public.follows (followee_id) values ({banned})",
    "of self by moderator":
      "insert into public.follows (follower_id, followee_id) values ({moderator}, {self})",
  },
  "public.blocks": {
    "of self": "insert into public.blocks (blocked_id) values ({self})",
    "of stranger": "insert into public.blocks (blocked_id) values ({stranger})",
    "of stranger by admin":
      "insert into public.blocks (blocker_id, blocked_id) values ({admin}, {stranger})",
  },
  "public.mutes": {
    "of self": "insert into public.mutes (muted_id) values ({self})",
    "of stranger": "insert into public.mutes (muted_id) values ({stranger})",
    "of stranger by admin":
      "insert into public.mutes (muter_id, muted_id) values ({admin}, {stranger})",
  },
  "public.post_reactions": {
    "on post.public": "insert into public.post_reactions (post_id) values ({post.public})",
    "on post.followers": "insert into public.post_reactions (post_id) values ({post.followers})",
    "on post.mentioned": "insert into public.post_reactions (post_id) values ({post.mentioned})",
    "on post.room": "insert into public.post_reactions (post_id) values ({post.room})",
    "on post.hermit": "insert into public.post_reactions (post_id) values ({post.hermit})",
    "on post.held": "insert into public.post_reactions (post_id) values ({post.held})",
    "on post.banned": "insert into public.post_reactions (post_id) values ({post.banned})",
    "on post.public by admin":
      "insert into public.post_reactions (post_id, profile_id) values ({post.public}, {admin})",
  },
  "private.audiences": {
    "one's own": "insert into private.audiences (name) values ('Friends')",
    "of self": "insert into private.audiences (name, owner_id) values ('Friends', {self})",
  },
  "private.audience_members": {
    "stranger on audience.self":
      "insert into private.audience_members (audience_id, profile_id) values ({audience.self}, {stranger})",
    "oneself on audience.hermit":
      "insert into private.audience_members (audience_id, profile_id) values ({audience.hermit}, {me})",
  },
  "storage.buckets": {
    "another": "insert into storage.buckets (id, name) values ('another', 'another')",
  },
  "storage.objects": {
    "in bucket media":
      "insert into storage.objects (bucket_id, name, owner_id) values ('media', 'x', {me}::text)",
    "in bucket backups":
      "insert into storage.objects (bucket_id, name, owner_id) values ('backups', 'x', {me}::text)",
  },
};

/** Changes of a kind that writing a row back as it is does not show. */
export const UPDATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "public.messages": {
    "body of message.closed":
      "update public.messages set body = 'Changed' where id = {message.closed}",
    "body of message.closed.muted":
      "update public.messages set body = 'Changed' where id = {message.closed.muted}",
    "deleted_at of message.closed":
      "update public.messages set deleted_at = now() where id = {message.closed}",
    "deleted_at of message.direct.follower":
      "update public.messages set deleted_at = now() where id = {message.direct.follower}",
  },
  "public.profiles": {
    "handle to one that is taken":
      "update public.profiles set handle = 'person_blocker' where id = {me}",
    "avatar_media_id to a file of self":
      "update public.profiles set avatar_media_id = {media.unused} where id = {me}",
  },
};
