/** @module What people do with stories: show, watch, keep, answer. */
import type { Page } from "../core/cursor.ts";
import { AppError, invalidField } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { type Message, openConversation, writeMessage } from "../rooms/mod.ts";
import { prepareText } from "../text/mod.ts";
import type { NewStory, StoriesQuery, Story, StoryReply, StoryViewer } from "./schemas.ts";
import * as stories from "./sql.ts";
import type { StoryRow } from "./sql.ts";

/** What stories need of the outside. */
export type StoriesDeps = Pick<AppDeps, "db" | "cursors" | "newId">;

function keyOf(row: StoryRow): readonly string[] {
  return [row.at, row.id];
}

function storiesOf(page: Page<StoryRow>): Page<Story> {
  return { ...page, items: page.items.map(({ story }) => story) };
}

async function requireStory(sql: Sql, id: string): Promise<Story> {
  const [row] = await stories.selectStory(sql, id);
  if (row === undefined) throw new AppError("not-found", "The story does not exist");
  return row.story;
}

/** The story, if it is the caller's own. */
async function requireOwn(sql: Sql, viewer: Person, id: string): Promise<Story> {
  const story = await requireStory(sql, id);
  if (story.author.id === viewer.userId) return story;
  throw new AppError("not-permitted", "This is somebody else's story");
}

/** Lists stories that have not expired: an author's newest first, one's own list unseen first. */
export async function listStories(
  deps: StoriesDeps,
  viewer: Person,
  { limit, cursor, author }: StoriesQuery,
): Promise<Page<Story>> {
  const scope = { list: `stories:${author ?? ""}`, viewer: viewer.userId };
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => stories.selectStories(sql, author, after, limit + 1),
  );
  const keyInTray = (row: stories.TrayRow) => [row.seen, row.at, row.id, row.began_at];
  return storiesOf(deps.cursors.page(scope, rows, { limit, keyOf: keyInTray }));
}

/** Lists what a person keeps on their profile. */
export async function listHighlights(
  deps: StoriesDeps,
  viewer: Person,
  idOrHandle: string,
  { limit, cursor }: ListQuery,
): Promise<Page<Story>> {
  const key = idOrHandle === "me" ? viewer.userId : idOrHandle;
  const [person] = await deps.db.read(viewer, (sql) => stories.selectPersonId(sql, key));
  if (person === undefined) throw new AppError("not-found", "The person does not exist");
  const scope = { list: `highlights:${person.id}`, viewer: viewer.userId };
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => stories.selectHighlights(sql, person.id, after, limit + 1),
  );
  return storiesOf(deps.cursors.page(scope, rows, { limit, keyOf }));
}

/** Reads one story. */
export async function readStory(deps: StoriesDeps, viewer: Person, id: string): Promise<Story> {
  const [row] = await deps.db.read(viewer, (sql) => stories.selectStory(sql, id));
  if (row === undefined) throw new AppError("not-found", "The story does not exist");
  return row.story;
}

/** Shows something for a day. A repetition with the same id gives the story that is there. */
export function createStory(deps: StoriesDeps, viewer: Person, input: NewStory): Promise<Story> {
  const id = input.id ?? deps.newId();
  return deps.db.asViewer(viewer, async (sql) => {
    if (input.text !== undefined) await prepareText(sql, input.text);
    const [made] = await stories.insertStory(sql, id, input);
    if (made !== undefined) return await requireStory(sql, id);
    const [earlier] = await stories.selectStory(sql, id);
    if (earlier?.story.author.id !== viewer.userId) {
      throw new AppError("conflict", "This id is taken");
    }
    return earlier.story;
  });
}

/** Deletes one's own story with everything that hangs on it. */
export function removeStory(deps: StoriesDeps, viewer: Person, id: string): Promise<void> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireOwn(sql, viewer, id);
    await stories.deleteStory(sql, id);
  });
}

/** Notes that the caller has seen a story. */
export function viewStory(deps: StoriesDeps, viewer: Person, id: string): Promise<Story> {
  return deps.db.asViewer(viewer, async (sql) => {
    await stories.insertView(sql, id);
    return await requireStory(sql, id);
  });
}

/** Lists for the author who has seen a story. */
export function listViewers(
  deps: StoriesDeps,
  viewer: Person,
  id: string,
  { limit, cursor }: ListQuery,
): Promise<Page<StoryViewer>> {
  const scope = { list: `stories/${id}/viewers`, viewer: viewer.userId };
  const after = deps.cursors.open(scope, cursor);
  return deps.db.asViewer(viewer, async (sql) => {
    await requireOwn(sql, viewer, id);
    const rows = await stories.selectViewers(sql, id, after, limit + 1);
    const page = deps.cursors.page(scope, rows, {
      limit,
      keyOf: (row) => [row.viewed_at, row.id],
    });
    return { ...page, items: page.items.map((row) => row.viewer) };
  });
}

/** Keeps a story on one's profile. It may have expired, but must not have been removed yet. */
export function keepStory(deps: StoriesDeps, viewer: Person, id: string): Promise<Story> {
  return deps.db.asViewer(viewer, async (sql) => {
    await stories.highlightStory(sql, id, true);
    return await requireStory(sql, id);
  });
}

/** Keeps a story on one's profile no more. */
export function releaseStory(deps: StoriesDeps, viewer: Person, id: string): Promise<void> {
  return deps.db.asViewer(viewer, async (sql) => {
    await stories.highlightStory(sql, id, false);
  });
}

/** Answers a story: writes to its author, in the conversation of the two. */
export async function replyToStory(
  deps: StoriesDeps,
  viewer: Person,
  id: string,
  input: StoryReply,
): Promise<{ message: Message; isNew: boolean }> {
  const { author } = await readStory(deps, viewer, id);
  if (author.id === viewer.userId) throw invalidField("id", "One does not answer one's own story");
  const { room } = await openConversation(deps, viewer, { user_ids: [author.id] });
  return await writeMessage(deps, viewer, room.id, { ...input, media_ids: [], story_id: id });
}
