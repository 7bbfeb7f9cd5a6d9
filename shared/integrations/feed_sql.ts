/** @module Statements on feeds that post into rooms. */
import type { Sql } from "../platform/postgres.ts";
import type { RoomFeed } from "./schemas.ts";

/** Adds a feed to a room; one that it has is given back. */
export function insertFeed(sql: Sql, roomId: string, url: string) {
  return sql<{ feed: RoomFeed }[]>`select private.add_feed(${roomId}::uuid, ${url}) as feed`;
}

/** The feeds of a room. */
export function selectFeeds(sql: Sql, roomId: string) {
  return sql<{ feed: RoomFeed }[]>`select f as feed from private.feeds_of_room(${roomId}::uuid) f`;
}

/** Removes a feed from a room. */
export function deleteFeed(sql: Sql, roomId: string, id: string) {
  return sql`select private.remove_feed(${roomId}::uuid, ${id}::uuid)`;
}

/** Where a feed is, and which version was read last. */
export interface FeedSource {
  readonly url: string;
  readonly etag: string | null;
  readonly last_modified: string | null;
}

/** Where a feed is. */
export function selectSource(sql: Sql, id: string) {
  return sql<FeedSource[]>`
    select f.url, f.etag, f.last_modified from private.room_feeds f where f.id = ${id}::uuid`;
}

/** Notes what a feed has; gives what is to be said of it, the oldest first. */
export function takeEntries(
  sql: Sql,
  id: string,
  feed: {
    readonly title: string;
    readonly etag: string | null;
    readonly lastModified: string | null;
    readonly entries: readonly { readonly keys: readonly string[]; readonly body: string }[];
  },
) {
  return sql<{ body: string }[]>`
    select b as body from private.take_entries(${id}::uuid, ${feed.title}, ${feed.etag},
      ${feed.lastModified}, ${JSON.stringify(feed.entries)}::text::jsonb) b`;
}

/** Says something in the room of a feed. */
export function sayEntry(sql: Sql, id: string, body: string) {
  return sql`select private.say_entry(${id}::uuid, ${body})`;
}

/** Notes that nothing is new, or why a feed could not be read. */
export function noteFeed(sql: Sql, id: string, error: string | null) {
  return sql`select private.note_feed(${id}::uuid, ${error})`;
}

/** Has the feeds read whose turn it is. */
export function wakeFeeds(sql: Sql) {
  return sql`select private.wake_feeds()`;
}
