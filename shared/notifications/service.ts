/** @module Reading and marking one's own notifications. */
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, viewerKey } from "../platform/postgres.ts";
import type { Acknowledge, Notification, NotificationsQuery } from "./schemas.ts";
import {
  acknowledge,
  markRead,
  markSeen,
  selectCounts,
  selectNotification,
  selectNotifications,
} from "./sql.ts";

/** What notifications need. */
export type NotificationsDeps = Pick<AppDeps, "db" | "cursors">;

function notFound(): AppError {
  return new AppError("not-found", "There is no such notification");
}

function found(notification: Notification | null | undefined): Notification {
  if (notification === null || notification === undefined) throw notFound();
  return notification;
}

/** Lists the viewer's notifications, newest first. */
export async function listNotifications(
  deps: NotificationsDeps,
  viewer: Person,
  query: NotificationsQuery,
) {
  const unreadOnly = query.unread ?? false;
  const scope = { list: `notifications:unread=${unreadOnly}`, viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => selectNotifications(sql, unreadOnly, after, query.limit + 1),
  );
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.created_at, row.id],
  });
  return { ...page, items: page.items.map(({ notification }) => notification) };
}

/** Counts what waits for the viewer. */
export async function countNotifications(deps: NotificationsDeps, viewer: Person) {
  const [counts] = await deps.db.read(viewer, selectCounts);
  return counts ?? { unread_count: 0, unseen_count: 0, rooms: [] };
}

/** Marks one notification as read. */
export async function readNotification(deps: NotificationsDeps, viewer: Person, id: string) {
  return await deps.db.asViewer(viewer, async (sql) => {
    await markRead(sql, [id]);
    const [row] = await selectNotification(sql, id);
    return found(row?.notification);
  });
}

/** Marks the named notifications, or all, as read. */
export async function readNotifications(
  deps: NotificationsDeps,
  viewer: Person,
  ids: readonly string[] | null,
) {
  return await deps.db.asViewer(viewer, (sql) => markRead(sql, ids));
}

/** Marks the viewer's list as looked at; what is unread stays so. */
export async function seeNotifications(deps: NotificationsDeps, viewer: Person): Promise<void> {
  await deps.db.asViewer(viewer, markSeen);
}

/** Takes a device's word that a notification arrived or was opened. */
export async function acknowledgeNotification(
  deps: NotificationsDeps,
  viewer: Person,
  id: string,
  { state }: Acknowledge,
) {
  return await deps.db.asViewer(viewer, async (sql) => {
    if (!await acknowledge(sql, id, state)) throw notFound();
    const [row] = await selectNotification(sql, id);
    return found(row?.notification);
  });
}
