/** @module Schedules are those that are declared, on the real client and its counterpart. */
import assert from "node:assert/strict";
import { TASKS } from "../../shared/jobs.ts";
import { announce } from "../../shared/outbox/schedules.ts";
import { createQueue } from "../../shared/platform/queue.ts";
import { openWorld } from "./fault_support.ts";

Deno.test("[JO-01] schedules: what is no longer declared is ended, what others made stays", async () => {
  await using world = await openWorld();
  const { deps, qstash: { client, endpoint } } = world;
  await client.schedules.create({
    scheduleId: "townsquare-other-relay",
    destination: "http://127.0.0.1:9/functions/v1/jobs/tasks/relay",
    cron: "0 0 1 1 *",
  });
  await client.schedules.create({
    scheduleId: "by-hand",
    destination: `${endpoint.url}/functions/v1/jobs/tasks/relay`,
    cron: "0 0 1 1 *",
  });
  const standing = async () =>
    (await client.schedules.list()).map(({ destination, cron }) =>
      `${destination.replace(endpoint.url, "")} ${cron}`
    ).sort();
  const foreign = [
    "http://127.0.0.1:9/functions/v1/jobs/tasks/relay 0 0 1 1 *",
    "/functions/v1/jobs/tasks/relay 0 0 1 1 *",
  ];
  const declared = (tasks: typeof TASKS) =>
    tasks.map(({ name, cron }) => `/functions/v1/jobs/tasks/${name} ${cron}`);

  await announce(deps, TASKS);
  assert.deepEqual(await standing(), [...foreign, ...declared(TASKS)].sort());
  const fewer = TASKS.slice(0, 2).map((task) => ({ ...task, cron: "5 * * * *" }));
  await announce(deps, fewer);
  assert.deepEqual(await standing(), [...foreign, ...declared(fewer)].sort());

  // The deployment moves: its former address is called no more.
  const config = { ...deps.config, publicUrl: "http://127.0.0.1:10" };
  await announce({ ...deps, config, queue: createQueue(config) }, fewer);
  const moved = declared(fewer).map((line) => `http://127.0.0.1:10${line}`);
  assert.deepEqual(await standing(), [...foreign, ...moved].sort());
});
