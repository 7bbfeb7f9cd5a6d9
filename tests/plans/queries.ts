/** @module The statements that a busy town runs all day; each with what it is about. */
import * as feed from "../../shared/feed/sql.ts";
import * as graph from "../../shared/graph/sql.ts";
import * as interactions from "../../shared/interactions/sql.ts";
import * as notifications from "../../shared/notifications/sql.ts";
import { selectAnswers, selectShown } from "../../shared/posts/comment_sql.ts";
import * as posts from "../../shared/posts/sql.ts";
import * as profiles from "../../shared/profiles/sql.ts";
import * as parts from "../../shared/rooms/message_parts_sql.ts";
import * as messages from "../../shared/rooms/message_sql.ts";
import { selectRequests } from "../../shared/rooms/request_sql.ts";
import * as rooms from "../../shared/rooms/sql.ts";
import type { Sql } from "../../shared/platform/postgres.ts";
import * as search from "../../shared/search/sql.ts";

/** What the statements are about. */
export interface Subjects {
  readonly person: string;
  readonly roomId: string;
  /** In the middle of that room. */
  readonly messageId: string;
  /** A post with reactions and answers. */
  readonly postId: string;
  readonly postIds: readonly string[];
}

/** A statement of the hot path. */
export interface HotQuery {
  readonly name: string;
  run(sql: Sql, about: Subjects): Promise<unknown>;
}

const PAGE = 21;
const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const DAY_MS = 86_400_000;

/** As the REST API asks for a table. */
function table(name: string, select: string, condition: string, order: string): HotQuery {
  return {
    name: `table ${name}`,
    run: (sql, about) => {
      const text = condition.replace(/\{(\w+)\}/g, (_, key) => {
        const value = about[key as keyof Subjects];
        return typeof value === "string" ? `'${value}'` : `'{${value.join(",")}}'`;
      });
      return sql.unsafe(`
        with pgrst_source as (select ${select} from public.${name.split(" ")[0]} where ${text}
          order by ${order} limit 50)
        select coalesce(json_agg(s), '[]')::text as body from pgrst_source s`);
    },
  };
}

/** All of them: a new page belongs in this list. */
export const HOT_QUERIES: readonly HotQuery[] = [
  { name: "session check", run: () => Promise.resolve() },
  { name: "feed candidates", run: (sql) => feed.selectCandidates(sql, 400) },
  {
    name: "following",
    run: (sql) => feed.selectFollowing(sql, { time: new Date().toISOString(), id: LAST_ID }, PAGE),
  },
  { name: "home page", run: (sql) => posts.selectPosts(sql, {}, undefined, PAGE) },
  {
    name: "posts of a person",
    run: (sql, { person }) => posts.selectPosts(sql, { author: person }, undefined, PAGE),
  },
  {
    name: "posts of a room",
    run: (sql, { roomId }) => posts.selectPosts(sql, { room_id: roomId }, undefined, PAGE),
  },
  {
    name: "posts on a later page",
    run: (sql) =>
      posts.selectPosts(sql, {}, [new Date(Date.now() - DAY_MS).toISOString(), LAST_ID], PAGE),
  },
  { name: "one post", run: (sql, { postId }) => posts.selectPost(sql, postId) },
  { name: "posts by id", run: (sql, { postIds }) => posts.selectPostsById(sql, postIds) },
  {
    name: "comments",
    run: (sql, { postId }) => selectAnswers(sql, [postId], "oldest", PAGE),
  },
  {
    name: "comments, the newest first",
    run: (sql, { postId }) => selectAnswers(sql, [postId], "newest", PAGE),
  },
  {
    name: "comments, the best first",
    run: (sql, { postId }) => selectAnswers(sql, [postId], "best", PAGE),
  },
  {
    name: "answers to a page of comments",
    run: (sql, { postIds }) => selectAnswers(sql, postIds, "best", 4),
  },
  { name: "a post under discussion", run: (sql, { postId }) => selectShown(sql, postId) },
  {
    name: "posts of the home page with a hashtag",
    run: (sql) => posts.selectPosts(sql, { hashtag: "tag7" }, undefined, PAGE),
  },
  {
    name: "posts with a hashtag",
    run: (sql) => interactions.selectTagged(sql, "tag7", undefined, PAGE),
  },
  { name: "bookmarks", run: (sql) => interactions.selectBookmarks(sql, undefined, PAGE) },
  { name: "mentions", run: (sql) => interactions.selectMentions(sql, undefined, PAGE) },
  { name: "what somebody reacts to", run: (sql, { postId }) => posts.selectState(sql, postId) },
  {
    name: "a reaction",
    run: async (sql, { postId }) => {
      await posts.upsertReaction(sql, postId, "love");
      await posts.selectReactionState(sql, postId);
      await posts.deleteReaction(sql, postId);
    },
  },
  {
    name: "a new post",
    run: (sql) =>
      posts.insertPost(sql, crypto.randomUUID(), { body: "A word about #tag7 to @person_77" }),
  },
  {
    name: "a new comment",
    run: (sql, { postId }) =>
      posts.insertPost(sql, crypto.randomUUID(), { body: "An answer", parent_id: postId }),
  },
  { name: "profile page", run: (sql, { person }) => profiles.selectProfile(sql, person) },
  {
    name: "followers",
    run: (sql, { person }) => graph.selectList(sql, person, "followers", undefined, PAGE),
  },
  {
    name: "people followed",
    run: (sql) => graph.selectList(sql, "me", "following", undefined, PAGE),
  },
  {
    name: "room history",
    run: (sql, { roomId }) =>
      messages.selectHistory(sql, roomId, { direction: "before", anchor: undefined }, PAGE),
  },
  {
    name: "room history from a position on",
    run: (sql, { roomId }) =>
      messages.selectHistory(sql, roomId, { direction: "after", anchor: 100 }, PAGE),
  },
  {
    name: "room history around a message",
    run: (sql, { roomId, messageId }) =>
      messages.selectHistory(
        sql,
        roomId,
        { direction: "after", anchor: messageId, inclusive: true },
        PAGE,
      ),
  },
  {
    name: "answers in a thread",
    run: (sql, { messageId }) => parts.selectReplies(sql, messageId, undefined, PAGE),
  },
  { name: "pins", run: (sql, { roomId }) => parts.selectPins(sql, roomId) },
  {
    name: "sending a message",
    run: (sql, { roomId }) =>
      messages.insertMessage(sql, crypto.randomUUID(), roomId, { body: "Hello", media_ids: [] }),
  },
  {
    name: "reading up to a message",
    run: (sql, { roomId, messageId }) => messages.markRoomRead(sql, roomId, messageId),
  },
  {
    name: "members of a room",
    run: (sql, { roomId }) => rooms.selectMembers(sql, roomId, undefined, PAGE),
  },
  { name: "message requests", run: (sql) => selectRequests(sql, undefined, PAGE) },
  {
    name: "public channels",
    run: (sql) => rooms.selectPublicChannels(sql, { sort: "newest" }, undefined, PAGE),
  },
  { name: "a room", run: (sql, { roomId }) => rooms.selectRoom(sql, roomId) },
  { name: "my rooms", run: (sql) => rooms.selectMyRooms(sql, undefined, PAGE) },
  {
    name: "notifications",
    run: (sql) => notifications.selectNotifications(sql, false, undefined, PAGE),
  },
  { name: "notification counts", run: (sql) => notifications.selectCounts(sql) },
  {
    name: "search",
    run: (sql) =>
      search.selectCandidates(sql, {
        types: ["users", "posts", "rooms"],
        words: ["word7", "house"],
        any: false,
        limit: 200,
      }),
  },
  table("posts", "*", "true", "created_at desc, id desc"),
  table("posts top-level", "*", "parent_id is null and status = 'published'", "created_at desc"),
  table("posts by author", "*", "author_id = {person}", "created_at desc"),
  table("posts by id", "*", "id = any ({postIds})", "id"),
  table("profiles by id", "*", "id = {person}", "id"),
  table("profiles by handle", "*", "handle = 'person_77'", "id"),
  table("post_reactions", "*", "post_id = {postId}", "profile_id"),
  table("messages", "*", "room_id = {roomId}", "seq desc"),
  table("room_members", "*", "room_id = {roomId}", "joined_at, profile_id"),
  table("follows", "*", "true", "created_at desc"),
  table("notifications", "*", "true", "created_at desc, id desc"),
];
