-- What is tried on functions, and by writing, of posts, feeds, stories, files and announcements.
-- `{label}` is the id of a thing of world.sql, `{me}` that of the persona who tries, `{all post}` the
-- ids of all things whose labels begin so. A function that clients may call and that is not here is red.

-- call private.count_of
select private.count_of({self}, 'followers');
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
-- call private.fresh_feed_snapshot
select private.fresh_feed_snapshot(86400, 'hybrid');
-- call private.has_feed_snapshot
select private.has_feed_snapshot({snapshot.self});
-- call private.impression_post
select private.impression_post({impression});
-- call private.highlight_story
select private.highlight_story({story.live}, true);
select private.highlight_story({story.expired}, true);
select private.highlight_story({story.held}, true);
-- call private.present_stories
select s.story from private.present_stories(array[{story.live}]) s;
select s.story from private.present_stories(array[{all story}]) s;
-- call private.media_json
select private.media_json(array[{all media}]);
-- call private.media_urls
select private.media_urls({media.held}, array['original']) is null;
-- call private.media_url
select private.media_url({media.held}, 'original') is null;
-- call private.post_counts
select private.post_counts({post.public});
-- call private.is_for_everybody
select p.id from public.posts p where private.is_for_everybody(p);
-- call private.post_json
select private.post_json(p, false, true) from public.posts p;
-- call private.poll_end
select private.poll_end('{"closes_at": "2026-01-01T00:00:00Z"}') is not null;
-- call private.poll_json
select private.poll_json(p.poll, p.id, '{"vote:0": 1}', false) ->> 'voted' from public.posts p
  where p.id = {post.poll.self};
-- call private.poll_options
select private.poll_options('{"options": ["a", "b"]}');
-- call private.post_rights
select private.post_rights(p) from public.posts p where p.id = {post.poll.follower};
-- call private.refuse_poll
select private.refuse_poll('poll', 'wrong');
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
-- call private.present_posts
select post from private.present_posts(array[{all post}]);
-- call private.rendered
select private.rendered('@person_blocker @person_banned');
-- call private.require_public_post
select private.require_public_post({post.public}, 'shared');
select private.require_public_post({post.hermit}, 'shared');
select private.require_public_post({post.held}, 'shared');
-- call private.save_feed_snapshot
select private.save_feed_snapshot(gen_random_uuid(), 'hybrid', '[]') is not null;
-- call private.search_candidates
select id from private.search_candidates('post', array['mark', 'person', 'room'], true, 500);
select id from private.search_candidates('message', array['mark', 'person', 'room'], true, 500);
select id from private.search_candidates('user', array['mark', 'person', 'room'], true, 500);
select id from private.search_candidates('room', array['mark', 'person', 'room'], true, 500);
select id from private.search_candidates('hashtag', array['mark', 'person', 'room'], true, 500);
-- call private.wants_previews
select private.wants_previews();

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
-- insert private.feed_feedback: post.public
insert into private.feed_feedback (kind, post_id) values ('hide_post', {post.public});
-- insert private.feed_feedback: post.followers
insert into private.feed_feedback (kind, post_id) values ('hide_post', {post.followers});
-- insert private.feed_feedback: hermit
insert into private.feed_feedback (kind, author_id) values ('not_interested_author', {hermit});
-- insert private.feed_feedback: of self
insert into private.feed_feedback (profile_id, kind, post_id) values ({self}, 'hide_post', {post.stranger});
