/** @module Messages that are said later: written, listed, taken back, and said by a job. */
import type { Page } from "../core/cursor.ts";
import { AppError, invalidField } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { ScheduledTask } from "../outbox/mod.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { prepareText } from "../text/mod.ts";
import { commandOf, spokenText } from "./command_rules.ts";
import { selectMessage } from "./message_sql.ts";
import type { Message, NewMessage } from "./schemas.ts";
import type { ScheduledMessage } from "./scheduled_schemas.ts";
import * as scheduled from "./scheduled_sql.ts";
import { requireRoom, type RoomsDeps } from "./service.ts";

/** Messages that one run says; the next run goes on. */
const SENT_PER_RUN_MAX = 1_000;
/** Longest time in which one run begins to say another. */
const SENDING_MS_MAX = 40_000;

/** What an earlier attempt has left: the message that waits, or the one that was said. */
async function findEarlier(
  sql: Sql,
  viewer: Person,
  roomId: string,
  id: string,
): Promise<ScheduledMessage | Message | undefined> {
  const [waiting] = await scheduled.selectScheduled(sql, roomId, { id, limit: 1 });
  if (waiting !== undefined) return waiting;
  const [said] = await selectMessage(sql, roomId, id);
  return said?.message.author.id === viewer.userId ? said.message : undefined;
}

/** Keeps a message for later. A repetition with the same id gives what became of the first. */
export function scheduleMessage(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
  input: NewMessage & { publish_at: string },
): Promise<ScheduledMessage | Message> {
  if (input.story_id !== undefined) {
    throw invalidField("publish_at", "An answer to a story is said at once");
  }
  if (commandOf(input.body) !== undefined) {
    throw invalidField("publish_at", "A command is done at once");
  }
  const id = input.id ?? deps.newId();
  return deps.db.asViewer(viewer, async (sql) => {
    const earlier = input.id && await findEarlier(sql, viewer, roomId, input.id);
    if (earlier) return earlier;
    await prepareText(sql, spokenText(input.body));
    await scheduled.insertScheduled(sql, { id, roomId, publishAt: input.publish_at }, input);
    const [waiting] = await scheduled.selectScheduled(sql, roomId, { id, limit: 1 });
    if (waiting === undefined) throw new AppError("conflict", "This id is taken");
    return waiting;
  });
}

/** Lists the caller's messages in a room that wait, the next first. */
export function listScheduled(
  deps: RoomsDeps,
  viewer: Person,
  roomId: string,
  { limit, cursor }: ListQuery,
): Promise<Page<ScheduledMessage>> {
  const scope = { list: `rooms/${roomId}/scheduled-messages`, viewer: viewer.userId };
  const after = deps.cursors.open(scope, cursor);
  return deps.db.asViewer(viewer, async (sql) => {
    const rows = await scheduled.selectScheduled(sql, roomId, { after, limit: limit + 1 });
    // One's own words may be taken back from a room that one is not in any more.
    if (rows.length === 0) await requireRoom(sql, roomId);
    return deps.cursors.page(scope, rows, { limit, keyOf: (row) => [row.publish_at, row.id] });
  });
}

/** Takes a message back before it is said. */
export function unscheduleMessage(
  deps: RoomsDeps,
  viewer: Person,
  at: { roomId: string; id: string },
): Promise<void> {
  return deps.db.asViewer(viewer, async (sql) => {
    const [deleted] = await scheduled.deleteScheduled(sql, at.roomId, at.id);
    if (deleted === undefined) throw new AppError("not-found", "No such message waits here");
  });
}

/** Says what is due, one transaction each. Runs at the same time say different messages. */
export const scheduledMessagesTask: ScheduledTask = {
  name: "scheduled_messages",
  cron: "* * * * *",
  isUrgent: true,
  async run(deps) {
    const endsAt = deps.now().getTime() + SENDING_MS_MAX;
    for (let sent = 0; sent < SENT_PER_RUN_MAX && deps.now().getTime() < endsAt; sent++) {
      const found = await deps.db.asService(
        "a job says what people have scheduled",
        async (sql) => {
          const [row] = await scheduled.sendScheduled(sql);
          return row?.sent ?? false;
        },
      );
      if (!found) return;
    }
  },
};
