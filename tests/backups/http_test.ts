/** @module Backups as administrators ask for them, and as everybody else does not get them. */
import assert from "node:assert/strict";
import { openArchive, restoreSnapshot } from "../../shared/backups/mod.ts";
import { openApp } from "../support/app.ts";

Deno.test("[BK-01] [BK-03] backups: administrators make, list, read and check them, nobody else", async () => {
  await using app = await openApp({ services: true });
  const admin = await app.signUp("keeper");
  await app.grantRole(admin, "admin");
  const keeper = app.as(admin);
  const member = app.as(await app.signUp("member"));

  const made = await keeper.post("/admin/backups");
  const { id } = made.body;
  const whole = await keeper.post(`/admin/backups/${id}/verify`);
  const read = await keeper.get(`/admin/backups/${id}`);
  const list = await keeper.get("/admin/backups");

  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.status, "done", app.logs.join("\n"));
  assert.equal(whole.body.status, "verified");
  assert.ok(whole.body.tables.every(({ ok }: { ok: boolean }) => ok));
  assert.deepEqual(Object.keys(whole.body.tables[0]), ["name", "rows", "checksum", "ok"]);
  assert.deepEqual(Object.keys(whole.body.objects), ["checked", "missing", "altered"]);
  assert.equal(read.body.status, "verified");
  assert.deepEqual(list.body.items.map((item: { id: string }) => item.id), [id]);
  const statuses = [
    (await member.get("/admin/backups")).status,
    (await member.post("/admin/backups")).status,
    (await member.get(`/admin/backups/${id}`)).status,
    (await member.post(`/admin/backups/${id}/verify`)).status,
    (await app.anonymous.get("/admin/backups")).status,
    (await keeper.post(`/admin/backups/${admin.id}/verify`)).status,
  ];
  assert.deepEqual(statuses, [403, 403, 403, 403, 401, 404]);

  const restore = restoreSnapshot(app.deps, await openArchive(app.deps, id));
  await assert.rejects(restore, { problem: "conflict", message: /not empty/ });
  const parts = made.body.manifest.tables.flatMap(({ files }: { files: object[] }) => files);
  const path = `${id}/${parts[0].path}`;
  const { bytes, mimeType } = await app.deps.storage.read("backups", path);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  await app.deps.storage.put("backups", path, { bytes, mimeType });
  const altered = await keeper.post(`/admin/backups/${id}/verify`);
  assert.equal(altered.body.status, "corrupt");
  assert.equal(altered.body.objects.altered, 1);
  await app.deps.storage.remove("backups", [`${id}/manifest.json`]);
  const without = await keeper.post(`/admin/backups/${id}/verify`);
  assert.deepEqual(without.body.objects, { checked: 1, missing: 1, altered: 0 });
});
