/** @module Use cases of threads. */
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { Person } from "../platform/postgres.ts";
import type { MessagePlace } from "./message_parts.ts";
import * as parts from "./message_parts_sql.ts";
import type { Thread, ThreadLevel } from "./message_schemas.ts";
import { requireMessage, writeMessage, type Written } from "./message_service.ts";
import type { NewMessage } from "./schemas.ts";
import type { RoomsDeps } from "./service.ts";

/** Answers a message; what cannot be seen cannot be answered. */
export async function writeReply(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
  input: NewMessage & { readonly parent_id: string },
): Promise<Written> {
  const parent = await deps.db.asViewer(
    viewer,
    (sql) => requireMessage(sql, roomId, input.parent_id),
  );
  if (parent.deleted_at !== null) throw new AppError("not-found", "The message was deleted");
  return await writeMessage(deps, viewer, roomId, input);
}

/** Reads the thread that a message hangs in or carries. */
export function readThread(
  deps: RoomsDeps,
  viewer: Person,
  at: MessagePlace,
  query: ListQuery,
): Promise<Thread> {
  return deps.db.asViewer(viewer, async (sql) => {
    const asked = await requireMessage(sql, at.roomId, at.id);
    const root = asked.parent_id === null
      ? asked
      : await requireMessage(sql, at.roomId, asked.parent_id);
    const scope = { list: `threads/${root.id}`, viewer: viewer.userId };
    const after = deps.cursors.open(scope, query.cursor);
    const rows = await parts.selectReplies(sql, root.id, after, query.limit + 1);
    const page = deps.cursors.page(scope, rows, {
      limit: query.limit,
      keyOf: (row) => [row.seq],
    });
    const [own] = await parts.selectThreadLevel(sql, root.id);
    return {
      root,
      items: page.items.map((row) => row.message),
      next_cursor: page.next_cursor,
      level: own?.level ?? null,
    };
  });
}

/** Sets what the caller is told of a thread. */
export function followThread(
  deps: RoomsDeps,
  viewer: Person,
  at: MessagePlace,
  level: ThreadLevel,
): Promise<{ level: ThreadLevel }> {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireMessage(sql, at.roomId, at.id);
    await parts.followThread(sql, at.roomId, at.id, level);
    return { level };
  });
}
