/** @module What is done with announcements and spotlights. */
import type { Page } from "../core/cursor.ts";
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, type Sql, type Viewer, viewerKey } from "../platform/postgres.ts";
import { prepareText } from "../text/mod.ts";
import type { Announcement, NewAnnouncement, Spotlight } from "./schemas.ts";
import * as announcements from "./sql.ts";

/** What announcements need of the outside. */
export type AnnouncementsDeps = Pick<AppDeps, "db" | "cursors" | "newId">;

async function requireAnnouncement(sql: Sql, id: string): Promise<Announcement> {
  const [found] = await announcements.selectAnnouncements(sql, {
    id,
    dismissals: false,
    limit: 1,
  });
  if (found === undefined) throw new AppError("not-found", "The announcement does not exist");
  return found;
}

/** Lists what is announced now and the viewer has not dismissed, newest first. */
export async function listAnnouncements(
  deps: AnnouncementsDeps,
  viewer: Viewer,
  { limit, cursor }: ListQuery,
): Promise<Page<Announcement>> {
  const scope = { list: "announcements", viewer: viewerKey(viewer) };
  // Whoever has not signed in dismisses nothing.
  const dismissals = viewer.kind === "person";
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => announcements.selectAnnouncements(sql, { dismissals, after, limit: limit + 1 }),
  );
  return deps.cursors.page(scope, rows, { limit, keyOf: (row) => [row.created_at, row.id] });
}

/** Announces something to everybody; a job tells them. */
export function announce(
  deps: AnnouncementsDeps,
  viewer: Person,
  input: NewAnnouncement,
): Promise<Announcement> {
  const id = deps.newId();
  return deps.db.asViewer(viewer, async (sql) => {
    await prepareText(sql, input.body);
    await announcements.insertAnnouncement(sql, id, input);
    return await requireAnnouncement(sql, id);
  });
}

/** Withdraws an announcement; a job takes its notifications back. */
export function withdraw(deps: AnnouncementsDeps, viewer: Person, id: string): Promise<void> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [gone] = await announcements.deleteAnnouncement(sql, id);
    if (gone === undefined) throw new AppError("not-found", "The announcement does not exist");
  });
}

/** Hides an announcement from the viewer's own list. */
export function dismiss(
  deps: AnnouncementsDeps,
  viewer: Person,
  id: string,
): Promise<Announcement> {
  return deps.db.asViewer(viewer, async (sql) => {
    await announcements.insertDismissal(sql, id);
    return await requireAnnouncement(sql, id);
  });
}

/** Lists posts that are put forward, the latest first. */
export async function listSpotlights(
  deps: AnnouncementsDeps,
  viewer: Viewer,
  { limit, cursor }: ListQuery,
): Promise<Page<Spotlight>> {
  const scope = { list: "spotlight", viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => announcements.selectSpotlights(sql, { after, limit: limit + 1 }),
  );
  const page = deps.cursors.page(scope, rows, {
    limit,
    keyOf: (row) => [row.created_at, row.id],
  });
  return { ...page, items: page.items.map((row) => row.spotlight) };
}

/** Puts a post forward until a time, or changes that time. */
export function putForward(
  deps: AnnouncementsDeps,
  viewer: Person,
  id: string,
  until: string,
): Promise<Spotlight> {
  return deps.db.asViewer(viewer, async (sql) => {
    await announcements.upsertSpotlight(sql, id, until);
    const [row] = await announcements.selectSpotlights(sql, { id, limit: 1 });
    if (row === undefined) throw new AppError("not-found", "The post does not exist");
    return row.spotlight;
  });
}

/** Ends that a post is put forward. */
export function takeBack(deps: AnnouncementsDeps, viewer: Person, id: string): Promise<void> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [gone] = await announcements.deleteSpotlight(sql, id);
    if (gone === undefined) throw new AppError("not-found", "The post is not put forward");
  });
}
