/** @module Recurring messages: kept by id, fired by the dispatcher, managed over the API. */
import { json, type QstashContext } from "./context.ts";
import { nextFire } from "./cron.ts";
import { jsonResponse, notSupported, QstashHttpError } from "./errors.ts";
import { isValidName, newId } from "./ids.ts";
import { type MessageSpec, readLabels, readSpec } from "./spec.ts";
import { expandDestination, storeMessages } from "./store.ts";
import { specView } from "./views.ts";

/** Schedules fired in one transaction. */
const FIRE_BATCH = 50;
const MAX_SCHEDULES = 1000;

interface ScheduleRow {
  id: string;
  cron: string;
  destination: string;
  queue: string | null;
  spec: MessageSpec & { labels?: string[] };
  body: Uint8Array<ArrayBuffer>;
  caller_ip: string | null;
  paused: boolean;
  next_at: Date | null;
  last_at: Date | null;
  last_message_ids: string[];
  created_at: Date;
}

/**
 * Publishes what every due schedule asks for and plans its next time. Times missed while no server
 * ran are made up for once. The row lock keeps two servers from firing the same time, and the
 * deduplication id keeps it so should a lock ever be lost.
 */
export async function fireSchedules(context: QstashContext): Promise<void> {
  const now = context.now();
  await context.sql.begin(async (tx) => {
    const due = await tx<ScheduleRow[]>`
      select * from qstash.schedules where not paused and next_at <= ${now}
      order by next_at limit ${FIRE_BATCH} for update skip locked`;
    for (const schedule of due) {
      const at = schedule.next_at ?? now;
      const config = {
        spec: schedule.spec,
        labels: schedule.spec.labels ?? [],
        deduplicationId: `schedule:${schedule.id}:${at.getTime()}`,
        contentBasedDeduplication: false,
      };
      const messages = await expandDestination(tx, schedule.destination, {
        body: schedule.body,
        config,
        scheduleId: schedule.id,
        ...(schedule.queue === null ? {} : { queue: schedule.queue }),
        ...(schedule.caller_ip === null ? {} : { callerIp: schedule.caller_ip }),
      }).catch((error: unknown) => {
        // The group was deleted since: nothing to send until it is back.
        if (error instanceof QstashHttpError) return [];
        throw error;
      });
      const stored = await storeMessages(tx, messages, now);
      await tx`update qstash.schedules set last_at = ${at},
        next_at = ${nextFire(schedule.cron, now)},
        last_message_ids = ${stored.map(({ messageId }) => messageId)}
        where id = ${schedule.id}`;
    }
  });
}

/** Creates a schedule, or replaces the one of the same id. */
export async function createSchedule(
  context: QstashContext,
  input: {
    readonly destination: string;
    readonly headers: Headers;
    readonly body: Uint8Array<ArrayBuffer>;
    readonly callerIp: string;
  },
): Promise<Response> {
  const { headers, destination } = input;
  const cron = headers.get("upstash-cron");
  if (cron === null) throw new QstashHttpError(400, "Upstash-Cron header is missing");
  const now = context.now();
  const id = headers.get("upstash-schedule-id") ?? newId("scd");
  if (!isValidName(id)) throw new QstashHttpError(400, `invalid schedule id: ${id}`);
  const queue = headers.get("upstash-queue-name");
  if (queue !== null && !isValidName(queue)) {
    throw new QstashHttpError(400, `invalid queue name: ${queue}`);
  }
  const [count] = await context.sql<{ n: number }[]>`
    select count(*)::int as n from qstash.schedules where id <> ${id}`;
  if ((count?.n ?? 0) >= MAX_SCHEDULES) {
    throw new QstashHttpError(412, `more than ${MAX_SCHEDULES} schedules`);
  }
  const spec = { ...readSpec(headers), labels: readLabels(headers) };
  // The same expression again keeps its next time: a due one must not be lost by the renewal.
  await context.sql`
    insert into qstash.schedules as s
      (id, cron, destination, queue, spec, body, caller_ip, next_at, created_at)
    values (${id}, ${cron}, ${destination}, ${queue}, ${json(context.sql, spec)}, ${input.body},
      ${input.callerIp}, ${nextFire(cron, now)}, ${now})
    on conflict (id) do update set cron = excluded.cron, destination = excluded.destination,
      queue = excluded.queue, spec = excluded.spec, body = excluded.body,
      caller_ip = excluded.caller_ip,
      next_at = case when s.cron = excluded.cron then s.next_at else excluded.next_at end`;
  context.wake();
  return jsonResponse({ scheduleId: id });
}

/** How the last messages of a schedule are told, which is not by the states of the log. */
function outcomeOf(state: string): "IN_PROGRESS" | "SUCCESS" | "FAIL" {
  if (state === "DELIVERED") return "SUCCESS";
  return state === "FAILED" || state === "CANCELED" ? "FAIL" : "IN_PROGRESS";
}

async function scheduleView(context: QstashContext, row: ScheduleRow): Promise<unknown> {
  const states = await context.sql<{ message_id: string; state: string }[]>`
    select distinct on (message_id) message_id, state from qstash.events
    where message_id = any (${row.last_message_ids}) order by message_id, id desc`;
  const { delayMs } = row.spec;
  const lastStates = states.map(({ message_id, state }) => [message_id, outcomeOf(state)]);
  return {
    scheduleId: row.id,
    cron: row.cron,
    destination: row.destination,
    createdAt: row.created_at.getTime(),
    retries: row.spec.retries,
    ...(delayMs === undefined ? {} : { delay: delayMs / 1000 }),
    isPaused: row.paused,
    lastScheduleTime: row.last_at?.getTime(),
    nextScheduleTime: row.next_at?.getTime(),
    lastScheduleStates: lastStates.length === 0 ? undefined : Object.fromEntries(lastStates),
    ...await specView({
      ...row,
      topic: null,
      endpoint_name: null,
      schedule_id: row.id,
      labels: row.spec.labels ?? [],
    }),
  };
}

async function changeSchedule(
  context: QstashContext,
  id: string,
  action: string,
): Promise<Response> {
  const { sql } = context;
  const now = context.now();
  const [row] = await sql<ScheduleRow[]>`select * from qstash.schedules where id = ${id}`;
  if (row === undefined) throw new QstashHttpError(404, `schedule ${id} not found`);
  if (action === "delete") await sql`delete from qstash.schedules where id = ${id}`;
  else if (action === "pause") {
    await sql`update qstash.schedules set paused = true where id = ${id}`;
  } else {
    // What was missed during the pause stays missed.
    await sql`update qstash.schedules set paused = false, next_at = ${nextFire(row.cron, now)}
      where id = ${id} and paused`;
    context.wake();
  }
  return jsonResponse({});
}

/** Answers `/v2/schedules...` except the creation. */
export async function handleSchedules(
  context: QstashContext,
  method: string,
  path: readonly string[],
): Promise<Response> {
  const [id, action, ...rest] = path;
  const { sql } = context;
  if (id === undefined && method === "GET") {
    const rows = await sql<ScheduleRow[]>`
      select * from qstash.schedules order by created_at, id limit ${MAX_SCHEDULES}`;
    return jsonResponse(await Promise.all(rows.map((row) => scheduleView(context, row))));
  }
  if (id === undefined || id === "") throw new QstashHttpError(400, "schedule id is missing");
  if (action === undefined && method === "GET") {
    const [row] = await sql<ScheduleRow[]>`select * from qstash.schedules where id = ${id}`;
    if (row === undefined) throw new QstashHttpError(404, `schedule ${id} not found`);
    return jsonResponse(await scheduleView(context, row));
  }
  if (action === undefined && method === "DELETE") {
    return await changeSchedule(context, id, "delete");
  }
  const changes = method === "PATCH" || method === "POST";
  if (changes && rest.length === 0 && (action === "pause" || action === "resume")) {
    return await changeSchedule(context, id, action);
  }
  throw notSupported(`${method} /v2/schedules/${path.join("/")}`);
}
