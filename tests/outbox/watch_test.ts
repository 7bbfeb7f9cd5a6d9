/** @module What is due, or was not told of, waits for seconds and not for the minute. */
import assert from "node:assert/strict";
import { TASKS } from "../../shared/jobs.ts";
import type { ScheduledTask } from "../../shared/outbox/mod.ts";
import { createWatch } from "../../shared/outbox/watch.ts";
import { AppError } from "../../shared/core/errors.ts";
import { openApp } from "../support/app.ts";
import { until } from "../support/until.ts";

const QUICK = { everyMs: 5, lastsMs: 100 };

Deno.test("[JO-01] [JO-06] watch: an event whose nudge was lost leaves, also after an outage of the queue", async () => {
  await using app = await openApp();
  await app.db.sql`update private.outbox set published_at = now()`;
  app.queue.outage = new AppError("unavailable", "The queue is away");
  const watch = createWatch(app.deps, TASKS, QUICK);
  // Written as triggers do, with nobody to wake the relay.
  await app.db.sql`select private.emit('content.created', ${crypto.randomUUID()}, null)`;
  const holds = (column: string) => async () => {
    void watch();
    return (await app.db.sql`select from private.outbox
      where ${app.db.sql(column)} is not null and topic = 'content.created'`).length === 1;
  };

  await until(holds("last_error"), "refused once");
  app.queue.outage = undefined;
  await app.db.sql`update private.outbox set available_at = now()`;
  await until(holds("published_at"), "published");
  await watch();

  assert.ok(app.queue.jobs.some(({ path }) => path.endsWith("/shared")));
});

Deno.test("watch: it lasts as long as it is begun again, and one failure ends nothing", async () => {
  await using app = await openApp();
  const ran: string[] = [];
  const task = (name: string, more: Partial<ScheduledTask> = {}): ScheduledTask => ({
    name,
    cron: "* * * * *",
    run: () => Promise.resolve(void ran.push(name)),
    ...more,
  });
  const tasks = [
    task("slow"),
    task("broken", { isUrgent: true, run: () => Promise.reject(new Error("broken")) }),
    task("urgent", { isUrgent: true }),
  ];
  const watch = createWatch(app.deps, tasks, QUICK);

  const first = watch();
  assert.equal(watch(), first, "one at a time");
  await first;
  const looks = ran.length;
  assert.ok(looks >= 2 && ran.every((name) => name === "urgent"), ran.join());
  assert.ok(app.logs.some((line) => line.includes("between the minutes")));
  await watch();
  assert.ok(ran.length > looks, "begun again");
});
