/** @module RSS in: feeds of other sites that post into rooms. */
import type { Consumer, ScheduledTask } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type OutsideAnswer, OutsideError } from "../platform/outside.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { prepareText } from "../text/mod.ts";
import {
  deleteFeed,
  type FeedSource,
  insertFeed,
  noteFeed,
  sayEntry,
  selectFeeds,
  selectSource,
  takeEntries,
  wakeFeeds,
} from "./feed_sql.ts";
import { messageOf, readFeed } from "./rules.ts";
import type { RoomFeed } from "./schemas.ts";
import { checkTarget, type WebhooksDeps } from "./service.ts";

/** What reading needs. */
export type ReadDeps = Pick<AppDeps, "db" | "outside" | "log">;

const BYTES_MAX = 2 * 1_024 * 1_024;
const TIMEOUT_MS = 15_000;
const REDIRECTS_MAX = 3;
/** Longest version mark that is kept of a site's answer. */
const MARK_LENGTH_MAX = 200;
const CHARSET = /charset\s*=\s*["']?([\w-]{2,40})/i;
const DECLARED = /^[^>]{0,100}encoding\s*=\s*["']([\w-]{2,40})["']/i;
const DECLARED_WITHIN_BYTES = 200;

/** Has a feed post into a room. */
export async function addFeed(
  deps: WebhooksDeps,
  viewer: Person,
  roomId: string,
  url: string,
): Promise<RoomFeed> {
  await checkTarget(deps, url);
  return await deps.db.asViewer(viewer, async (sql) => {
    const [row] = await insertFeed(sql, roomId, url);
    if (row === undefined) throw new Error("The function answers with one row");
    return row.feed;
  });
}

/** Lists the feeds of a room. */
export function listFeeds(deps: WebhooksDeps, viewer: Person, roomId: string) {
  return deps.db.asViewer(viewer, async (sql) => {
    const rows = await selectFeeds(sql, roomId);
    return { items: rows.map(({ feed }) => feed), next_cursor: null };
  });
}

/** Removes a feed from a room. */
export async function removeFeed(
  deps: WebhooksDeps,
  viewer: Person,
  roomId: string,
  id: string,
): Promise<void> {
  await deps.db.asViewer(viewer, async (sql) => {
    await deleteFeed(sql, roomId, id);
  });
}

function decode({ body, headers }: OutsideAnswer): string {
  const head = new TextDecoder("latin1").decode(body.subarray(0, DECLARED_WITHIN_BYTES));
  const named = CHARSET.exec(headers.get("content-type") ?? "")?.[1] ?? DECLARED.exec(head)?.[1];
  try {
    return new TextDecoder(named ?? "utf-8").decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function markOf(headers: Headers, name: string): string | null {
  const mark = headers.get(name);
  return mark === null || mark.length > MARK_LENGTH_MAX ? null : mark;
}

async function fetchFeed(
  { outside }: ReadDeps,
  source: FeedSource,
): Promise<OutsideAnswer | string> {
  try {
    return await outside.send({
      url: source.url,
      headers: {
        accept: "application/rss+xml, application/atom+xml, application/xml, text/xml",
        "user-agent": "Townsquare feed reader",
        ...(source.etag === null ? {} : { "if-none-match": source.etag }),
        ...(source.last_modified === null ? {} : { "if-modified-since": source.last_modified }),
      },
      redirectsMax: REDIRECTS_MAX,
      bytesMax: BYTES_MAX,
      timeoutMs: TIMEOUT_MS,
    });
  } catch (error) {
    if (error instanceof OutsideError) return error.message;
    throw error;
  }
}

function faultOf(answer: OutsideAnswer | string): string | null {
  if (typeof answer === "string") return answer;
  return answer.status === 304 ? null : `The site answered ${answer.status}`;
}

/** Keeps what was read, or why nothing was. */
async function keep(sql: Sql, id: string, answer: OutsideAnswer | string): Promise<void> {
  if (typeof answer === "string" || answer.status !== 200) {
    await noteFeed(sql, id, faultOf(answer));
    return;
  }
  const feed = readFeed(decode(answer), answer.url);
  if (feed === undefined) {
    await noteFeed(sql, id, "This is neither RSS nor Atom");
    return;
  }
  const entries = feed.entries.map((entry) => ({ keys: entry.keys, body: messageOf(entry) }));
  const fresh = await takeEntries(sql, id, {
    title: feed.title,
    etag: markOf(answer.headers, "etag"),
    lastModified: markOf(answer.headers, "last-modified"),
    entries,
  });
  for (const { body } of fresh) {
    await prepareText(sql, body);
    await sayEntry(sql, id, body);
  }
}

/** Reads one feed and says what is new. */
export async function readRoomFeed(deps: ReadDeps, id: string): Promise<void> {
  const [source] = await deps.db.asService(
    "feeds belong to rooms, and nobody is here",
    (sql) => selectSource(sql, id),
  );
  if (source === undefined) return;
  const answer = await fetchFeed(deps, source);
  await deps.db.asService("feeds belong to rooms, and nobody is here", async (sql) => {
    await keep(sql, id, answer);
  });
}

/** Reads a feed: no transaction is open while somebody else's site takes its time. */
export const feedsInConsumer: Consumer = {
  name: "room_feeds",
  topics: ["room_feed.due"],
  handle: () => Promise.resolve(),
  afterwards: (deps, { subject_id: id }) => readRoomFeed(deps, id),
};

/** Has the feeds read whose turn it is. */
export const feedsInTask: ScheduledTask = {
  name: "room_feeds",
  cron: "* * * * *",
  run: (deps) =>
    deps.db.asService("upkeep touches everybody's rows", async (sql) => {
      await wakeFeeds(sql);
    }),
};
