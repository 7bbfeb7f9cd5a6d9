/** @module Schedules are those that are declared, on the real client and its counterpart. */
import assert from "node:assert/strict";
import { SCHEDULES } from "../../shared/jobs.ts";
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
  const declared = (tasks: typeof SCHEDULES) =>
    tasks.map(({ name, cron }) => `/functions/v1/jobs/tasks/${name} ${cron}`);

  await announce(deps, SCHEDULES);
  assert.deepEqual(await standing(), [...foreign, ...declared(SCHEDULES)].sort());
  const fewer = SCHEDULES.slice(0, 2).map((task) => ({ ...task, cron: "5 * * * *" }));
  await announce(deps, fewer);
  assert.deepEqual(await standing(), [...foreign, ...declared(fewer)].sort());

  // The deployment moves: its former address is called no more.
  const config = { ...deps.config, publicUrl: "http://127.0.0.1:10" };
  await announce({ ...deps, config, queue: createQueue(config) }, fewer);
  const moved = declared(fewer).map((line) => `http://127.0.0.1:10${line}`);
  assert.deepEqual(await standing(), [...foreign, ...moved].sort());
});

Deno.test("[JO-01] schedules: what somebody ended or changed by hand is mended within a day", async () => {
  await using world = await openWorld();
  const { deps, qstash: { client } } = world;
  const tasks = SCHEDULES.slice(0, 3);
  await announce(deps, tasks);
  const made = await client.schedules.list();
  const [ended, changed, untouched] = made;
  assert.ok(ended && changed && untouched);
  const retells = () => world.gate.calls.filter(({ method }) => method === "POST").length;
  const before = retells();

  await client.schedules.delete(ended.scheduleId);
  const { scheduleId, destination } = changed;
  await client.schedules.create({ scheduleId, destination, cron: "0 0 1 1 *" });
  await announce(deps, tasks);
  assert.equal((await client.schedules.list()).length, 2, "it looks once a day");
  const tomorrow = { ...deps, now: () => new Date(Date.now() + 86_400_000) };
  await announce(tomorrow, tasks);

  const crons = (list: typeof made) => list.map(({ scheduleId, cron }) => scheduleId + cron).sort();
  assert.deepEqual(crons(await client.schedules.list()), crons(made));
  assert.equal(retells() - before, 2, "what stands as declared is left alone");
  assert.equal(world.app.logs.filter((line) => line.includes("not as declared")).length, 2);
});
