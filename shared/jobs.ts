/** @module The receiver of jobs, put together from the domains' consumers and scheduled tasks. */
import type { Context, Hono } from "hono";
import { accountsTask } from "./accounts/mod.ts";
import { announcementsConsumer } from "./announcements/mod.ts";
import { backupTask, ledgerTask, verifyTask } from "./backups/mod.ts";
import { takeWebhookCall, welcomeConsumer } from "./bots/mod.ts";
import { callServerConsumer, callsTask, missedCallsConsumer, takeReport } from "./calls/mod.ts";
import { AppError } from "./core/errors.ts";
import { fromPostgres } from "./core/postgres_errors.ts";
import {
  feedsInConsumer,
  feedsInTask,
  sendConsumer,
  webhooksConsumer,
  webhooksTask,
} from "./integrations/mod.ts";
import { foldCounters, reconcileCounters } from "./interactions/mod.ts";
import { graphConsumer } from "./graph/mod.ts";
import { feedConsumer } from "./feed/mod.ts";
import type { AppEnv } from "./http/env.ts";
import { archivesConsumer, forgetArchivesTask } from "./imports/mod.ts";
import { mediaConsumer, mediaSweep } from "./media/mod.ts";
import {
  eraseTask,
  expireExportsTask,
  exportConsumer,
  forgetImportsTask,
  importConsumer,
} from "./leaving/mod.ts";
import { moderationConsumer } from "./moderation/mod.ts";
import {
  deliverConsumer,
  digestConsumer,
  digestTask,
  notificationsConsumer,
  pushConsumer,
  ringConsumer,
} from "./notifications/mod.ts";
import { alertsTask } from "./outbox/alerts.ts";
import { deadLettersTask, FailureReport, recordFailure } from "./outbox/dead.ts";
import { countFailure, runConsumer, runShared, runTask } from "./outbox/deliveries.ts";
import { type Consumer, OutboxEvent, type ScheduledTask, wants } from "./outbox/event.ts";
import { createCallbacks, giveUp, readText } from "./outbox/http.ts";
import { scheduledCalls } from "./outbox/minute.ts";
import { createRelay, jobOf, type Relay, SHARED } from "./outbox/relay.ts";
import { announce } from "./outbox/schedules.ts";
import { checkNudge } from "./outbox/nudge.ts";
import { createVigil, type Vigil } from "./outbox/vigil.ts";
import { createWatch, type Watch } from "./outbox/watch.ts";
import { runInBackground } from "./platform/background.ts";
import type { AppDeps } from "./platform/deps.ts";
import { closePollsTask, publishTask } from "./posts/mod.ts";
import { connectionsTask } from "./presence/mod.ts";
import { linksConsumer, previewsConsumer } from "./previews/mod.ts";
import {
  remindersTask,
  retentionTask,
  scheduledMessagesTask,
  unreadConsumer,
} from "./rooms/mod.ts";
import { rebuildConsumer, searchConsumer } from "./search/mod.ts";
import { storiesSweep } from "./stories/mod.ts";

/** Every consumer of events. A new one is one more line here. */
export const CONSUMERS: readonly Consumer[] = [
  searchConsumer,
  rebuildConsumer,
  moderationConsumer,
  linksConsumer,
  previewsConsumer,
  mediaConsumer,
  notificationsConsumer,
  deliverConsumer,
  pushConsumer,
  ringConsumer,
  digestConsumer,
  welcomeConsumer,
  graphConsumer,
  exportConsumer,
  importConsumer,
  callServerConsumer,
  archivesConsumer,
  announcementsConsumer,
  missedCallsConsumer,
  feedConsumer,
  webhooksConsumer,
  sendConsumer,
  feedsInConsumer,
  // The last of those who share deliveries: it holds the room until the end.
  unreadConsumer,
];

/** The relay of a process; nothing is queued for who has nothing to do. */
function relayOf(deps: AppDeps, consumers: readonly Consumer[]): Relay {
  return createRelay(deps, consumers.filter((consumer) => consumer.isIdle?.(deps) !== true));
}

/** Removes what is only kept for a while. */
const sweep: ScheduledTask = {
  name: "sweep",
  cron: "17 * * * *",
  run: (deps) =>
    deps.db.asService("upkeep touches everybody's rows", async (sql) => {
      await sql`select private.sweep_bookkeeping(), private.sweep_outbox(),
        private.sweep_job_stats(), private.sweep_link_previews(), private.sweep_post_views(),
        private.sweep_counter_drift(), private.sweep_handles(), private.sweep_metrics()`;
    }),
};

/** A ban that has run out hides nobody for longer than a minute. */
const endMeasures: ScheduledTask = {
  name: "end_measures",
  cron: "* * * * *",
  run: (deps) =>
    deps.db.asService("upkeep touches everybody's rows", async (sql) => {
      await sql`select private.sweep_account_states()`;
    }),
};

/** The safety net: events whose nudge was lost leave within seconds. */
const relayTask: ScheduledTask = {
  name: "relay",
  cron: "* * * * *",
  isUrgent: true,
  run: async (deps) => {
    await relayOf(deps, CONSUMERS).drain();
  },
};

/** Everything that is done on a schedule. A new task is one more line here. */
export const TASKS: readonly ScheduledTask[] = [
  relayTask,
  deadLettersTask,
  alertsTask,
  sweep,
  endMeasures,
  foldCounters,
  reconcileCounters,
  backupTask,
  verifyTask,
  ledgerTask,
  retentionTask,
  eraseTask,
  accountsTask,
  mediaSweep,
  storiesSweep,
  publishTask,
  closePollsTask,
  scheduledMessagesTask,
  remindersTask,
  expireExportsTask,
  forgetImportsTask,
  forgetArchivesTask,
  connectionsTask,
  callsTask,
  digestTask,
  webhooksTask,
  feedsInTask,
];

/** What the queue calls for them. */
export const SCHEDULES: readonly ScheduledTask[] = scheduledCalls(TASKS, [relayTask]);

/** Path under which the world reaches what the platform calls under `/jobs`. */
function publicPath(c: Context<AppEnv>): string {
  return `/functions/v1${c.req.path}`;
}

/** Reads a body that the queue has signed. */
async function readSigned(deps: AppDeps, c: Context<AppEnv>): Promise<unknown> {
  const signature = c.req.header("upstash-signature") ?? "";
  const body = await readText(c.req.raw);
  const path = publicPath(c);
  const reason = signature === ""
    ? "unsigned"
    : await deps.queue.refusalOf({ signature, body, path });
  if (reason !== undefined) {
    // Clocks that differ and keys that were rotated show here; the caller learns neither.
    deps.log.warn("delivery refused", { path, reason });
    throw new AppError("bad-signature", "The signature is not valid");
  }
  try {
    return body === "" ? {} : JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Failures that no later attempt can mend. */
function isHopeless(error: unknown): boolean {
  return error instanceof AppError &&
    ["invalid-input", "malformed-request", "not-supported"].includes(error.problem);
}

async function deliver(deps: AppDeps, consumers: readonly Consumer[], c: Context<AppEnv>) {
  const event = OutboxEvent.safeParse(await readSigned(deps, c));
  const consumer = consumers.find(({ name }) => name === c.req.param("consumer"));
  if (consumer === undefined) return giveUp("There is no such consumer");
  if (!event.success) return giveUp("The body is not an event");
  const startedAt = performance.now();
  try {
    const outcome = await runConsumer(deps, consumer, event.data);
    return c.json({ outcome });
  } catch (cause) {
    const error = fromPostgres(cause);
    await countFailure(deps, consumer.name, startedAt);
    deps.log.warn("consumer failed", { consumer: consumer.name, event: event.data.id, error });
    if (isHopeless(error)) return giveUp(error instanceof Error ? error.message : "invalid");
    throw error;
  }
}

/**
 * Has consumers that share their deliveries handle an event together. When one of them fails, each
 * gets a job of its own, and with it attempts and an end of its own.
 */
async function deliverShared(deps: AppDeps, consumers: readonly Consumer[], c: Context<AppEnv>) {
  const parsed = OutboxEvent.safeParse(await readSigned(deps, c));
  if (!parsed.success) return giveUp("The body is not an event");
  const event = parsed.data;
  const sharing = consumers.filter((one) => one.isShared === true && wants(one, event.topic));
  try {
    return c.json({ outcome: await runShared(deps, sharing, event) });
  } catch (cause) {
    deps.log.warn("consumers part", { event: event.id, error: fromPostgres(cause) });
    await deps.queue.publish(sharing.map(({ name }) => jobOf(event, name)));
    return c.json({ outcome: "parted" });
  }
}

/** Watches over what is urgent, for entry points: it keeps a timer. */
export function watchOf(deps: AppDeps): Watch {
  return createWatch(deps, TASKS);
}

/** Keeps the relay awake after a nudge, for entry points: it keeps a timer. */
export function vigilOf(deps: AppDeps): Vigil {
  return createVigil(deps, relayOf(deps, CONSUMERS));
}

/** Makes the receiver. Every route asks for the queue's signature; tasks begin the watch anew. */
export function createJobs(
  deps: AppDeps,
  consumers: readonly Consumer[] = CONSUMERS,
  tasks: readonly ScheduledTask[] = [...TASKS, ...SCHEDULES],
  watch?: Watch,
): Hono<AppEnv> {
  const app = createCallbacks(deps, "/jobs");
  app.use(async (c, next) => {
    await next();
    // The queue would obey it in place of its own, growing waits, and give up within seconds.
    c.res.headers.delete("retry-after");
  });
  app.post("/dead", async (c) => {
    const report = FailureReport.safeParse(await readSigned(deps, c));
    if (!report.success) return giveUp("The body is not a failure report");
    await recordFailure(deps, report.data);
    return c.json({ recorded: true });
  });
  app.post("/tasks/:task", async (c) => {
    await readSigned(deps, c);
    const task = tasks.find(({ name }) => name === c.req.param("task"));
    if (task === undefined) return giveUp("There is no such task");
    void watch?.();
    await runTask(deps, task);
    return c.json({ done: true });
  });
  app.post(`/${SHARED}`, (c) => deliverShared(deps, consumers, c));
  app.post("/:consumer", (c) => deliver(deps, consumers, c));
  return app;
}

/** Makes the receiver of inbound calls that are not jobs; each checks its own signature. */
export function createHooks(
  deps: AppDeps,
  consumers: readonly Consumer[] = CONSUMERS,
  wake: Vigil = relayOf(deps, consumers).drain,
): Hono<AppEnv> {
  const app = createCallbacks(deps, "/hooks");
  app.post("/outbox", async (c) => {
    await checkNudge(deps, c.req.raw.headers);
    return c.json({ published: await wake() });
  });
  app.post("/livekit", async (c) => {
    await takeReport(deps, await readText(c.req.raw), c.req.header("authorization"));
    return c.json({ taken: true });
  });
  app.use("/rooms/*", async (c, next) => {
    c.set("route", "/hooks/rooms");
    await next();
  });
  app.post("/rooms/:hook/:secret", async (c) => {
    const id = await takeWebhookCall(deps, {
      id: c.req.param("hook"),
      secret: c.req.param("secret"),
      contentType: c.req.header("content-type") ?? "",
      body: await readText(c.req.raw),
    });
    afterWriteOf(deps)?.();
    // What senders made for Slack look for.
    return c.text("ok", 200, { "x-message-id": id });
  });
  return app;
}

/** Tells the database and the queue of this deployment; for entry points, at start. */
export function announceDeployment(deps: AppDeps): Promise<void> {
  return announce(deps, SCHEDULES);
}

/** What a write calls where the database cannot call out: carries events on in the background. */
export function afterWriteOf(deps: AppDeps): (() => void) | undefined {
  if (!deps.config.env.JOBS_DRAIN_AFTER_WRITE) return undefined;
  const relay = relayOf(deps, CONSUMERS);
  return function drainInBackground() {
    const work = relay.drain().catch((error) => deps.log.warn("outbox not drained", { error }));
    runInBackground(work);
  };
}
