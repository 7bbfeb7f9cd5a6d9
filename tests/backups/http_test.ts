/** @module A snapshot goes out, comes back equal, and is refused when it is not. */
import assert from "node:assert/strict";
import { createDatabase } from "../../shared/platform/postgres.ts";
import { openArchive, restoreSnapshot } from "../../shared/backups/mod.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { openDatabase } from "../support/database.ts";

async function openBackedUp() {
  const app = await openApp({ services: true });
  const admin = await app.signUp("keeper");
  await app.grantRole(admin, "admin");
  await app.signUp("o_brien");
  await app.db.sql`update public.profiles set bio = ${'tab\t "quote" \\ \u00e9 \u{1F600}\nline'}`;
  const answer = await app.as(admin).post("/admin/backups");
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.body.status, "done", app.logs.join("\n"));
  return { app, admin, backup: answer.body };
}

async function openTarget(app: TestApp) {
  const target = await openDatabase({ template: "product" });
  const db = createDatabase(target.url, { max: 2 });
  return {
    target,
    deps: { ...app.deps, db },
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]();
      await target[Symbol.asyncDispose]();
    },
  };
}

Deno.test("[BK-01] [BK-03] backups: a snapshot comes back into an empty database, row for row", async () => {
  const { app, backup } = await openBackedUp();
  await using _app = app;
  await using fresh = await openTarget(app);

  await restoreSnapshot(fresh.deps, await openArchive(fresh.deps, backup.id));

  assert.equal(backup.status, "done");
  const handles = await fresh.target.sql`select handle, bio from public.profiles order by handle`;
  assert.deepEqual(handles.map(({ handle }) => handle), ["keeper", "o_brien"]);
  assert.match(handles[0]?.bio, /^tab\t "quote"/);
  const [sessions] = await fresh.target.sql`select count(*)::int as n from auth.sessions`;
  assert.equal(sessions?.n, 0, "sessions end with a restore");
});

Deno.test("[BK-03] backups: an altered byte is named and nothing is written", async () => {
  const { app, admin, backup } = await openBackedUp();
  await using _app = app;
  await using fresh = await openTarget(app);
  const { path } = backup.manifest.tables.flatMap(({ files }: { files: object[] }) => files)
    .find((file: { path: string }) => file.path.includes("profiles"));
  const { bytes, mimeType } = await app.deps.storage.read("backups", `${backup.id}/${path}`);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  await app.deps.storage.put("backups", `${backup.id}/${path}`, { bytes, mimeType });

  const restore = restoreSnapshot(fresh.deps, await openArchive(fresh.deps, backup.id));
  await assert.rejects(restore, { problem: "conflict", message: new RegExp(path) });
  const verified = await app.as(admin).post(`/admin/backups/${backup.id}/verify`);

  const [people] = await fresh.target.sql`select count(*)::int as n from auth.users`;
  assert.equal(people?.n, 0);
  assert.equal(verified.body.status, "corrupt");
  assert.equal(verified.body.objects.altered, 1);
});

Deno.test("[BK-03] backups: a database with accounts is not overwritten", async () => {
  const { app, backup } = await openBackedUp();
  await using _app = app;

  const restore = restoreSnapshot(app.deps, await openArchive(app.deps, backup.id));

  await assert.rejects(restore, { problem: "conflict", message: /not empty/ });
});

Deno.test("[BK-01] backups: only who may manage backups sees or makes them", async () => {
  const { app, backup } = await openBackedUp();
  await using _app = app;
  const member = app.as(await app.signUp("member"));

  const statuses = [
    (await member.get("/admin/backups")).status,
    (await member.post("/admin/backups")).status,
    (await member.get(`/admin/backups/${backup.id}`)).status,
    (await app.anonymous.get("/admin/backups")).status,
  ];

  assert.deepEqual(statuses, [403, 403, 403, 401]);
});
