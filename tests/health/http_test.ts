/** @module Health over HTTP, with dependencies that are there and that are not. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";

Deno.test("[OB-01] health: names every dependency and sums them up", async () => {
  await using app = await openApp({ services: true });

  const { status, body } = await app.anonymous.get("/health");

  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body.checks).sort(), [
    "database",
    "outbox",
    "queue",
    "search",
    "storage",
  ]);
  assert.equal(body.checks.database.status, "pass");
  assert.equal(body.checks.storage.status, "pass");
  assert.equal(body.status, "warn", "the queue is not configured in tests");
});

Deno.test("[OB-02] health: live answers without any dependency", async () => {
  await using app = await openApp();

  const { status, body } = await app.anonymous.get("/health/live");

  assert.equal(status, 200);
  assert.deepEqual(body, { status: "pass" });
});

Deno.test("[OB-03] health: ready degrades without storage, fails without database", async () => {
  await using degraded = await openApp();
  await using broken = await openApp({
    deps: ({ db }) => ({
      db: { ...db, asService: () => Promise.reject(new Error("no database")) },
    }),
  });

  const warn = await degraded.anonymous.get("/health/ready");
  const fail = await broken.anonymous.get("/health/ready");

  assert.equal(warn.status, 200);
  assert.equal(warn.body.checks.storage.status, "fail");
  assert.equal(fail.status, 503);
  assert.equal(fail.body.status, "fail");
});
