/** @module The schedule makes, checks and removes backups, and says how old they are. */
import assert from "node:assert/strict";
import { removeOutdated, verifyNewest } from "../../shared/backups/mod.ts";
import { openApp, type TestApp } from "../support/app.ts";

async function backupAge(app: TestApp): Promise<number | null> {
  const [row] = await app.db.sql`select private.backup_age_seconds() as age`;
  return row?.age;
}

async function listFiles(app: TestApp, id: string): Promise<number> {
  const [row] = await app.db.sql`select count(*)::int as n from storage.objects
    where bucket_id = 'backups' and name like ${`${id}/%`}`;
  return row?.n;
}

async function listIds(app: TestApp): Promise<string[]> {
  const rows = await app.db.sql`select id from private.backups`;
  return rows.map(({ id }) => String(id));
}

/** As if it had been made then; its files are made up. */
async function pretend(app: TestApp, days: number, status = "verified"): Promise<string> {
  const [row] = await app.db.sql`insert into private.backups (status, created_at)
    values (${status}, now() - make_interval(days => ${days})) returning id`;
  const id = String(row?.id);
  await app.deps.storage.put("backups", `${id}/data/x`, {
    bytes: new Uint8Array(1),
    mimeType: "application/octet-stream",
  });
  return id;
}

Deno.test("[BK-01] [B9] schedule: the nightly backup is checked, its age is a number, a bad one never counts", async () => {
  await using app = await openApp({ services: true });
  await app.signUp("ada");
  assert.equal(await backupAge(app), null);

  await app.runTask("backup");
  assert.equal(await backupAge(app), null, "what was not checked does not count");
  await app.runTask("backup_verify");

  const age = await backupAge(app);
  assert.ok(age !== null && age > 0 && age < 600, String(age));
  const [backup] = await app.db.sql`select status, verification from private.backups`;
  assert.equal(backup?.status, "verified");
  assert.ok(backup?.verification.objects.checked > 10);
  assert.deepEqual(backup?.verification.damaged, []);

  const [file] = await app.db.sql`select name from storage.objects
    where bucket_id = 'backups' and name like '%/data/auth.users%'`;
  await app.deps.storage.remove("backups", [file?.name]);

  await assert.rejects(app.runTask("backup_verify"));

  const [bad] = await app.db.sql`select status, verification from private.backups`;
  assert.equal(bad?.status, "corrupt");
  assert.equal(bad?.verification.objects.missing, 1);
  assert.deepEqual(bad?.verification.damaged.map(({ name }: { name: string }) => name), [
    "auth.users",
  ]);
  assert.equal(await backupAge(app), null);
});

Deno.test("[BK-01] schedule: what one call cannot carry is refused with the command that can", async () => {
  await using app = await openApp({ services: true });
  const admin = await app.signUp("keeper");
  await app.grantRole(admin, "admin");
  const { body: large } = await app.as(admin).post("/admin/backups");
  await app.db.sql`update private.settings set value = '1000' where name = 'backup_edge_bytes_max'`;

  const { status, body } = await app.as(admin).post("/admin/backups");
  const checked = await app.as(admin).post(`/admin/backups/${large.id}/verify`);
  const nothing = await app.as(admin).post(`/admin/backups/${body.id}/verify`);
  await app.runTask("backup_verify");

  assert.equal(status, 201);
  assert.equal(body.status, "failed");
  assert.match(body.error, /deno task backup/);
  assert.equal(checked.status, 409);
  assert.match(checked.body.detail, /deno task backup --verify/);
  assert.equal(nothing.status, 409);
  assert.ok(app.logs.some((line) => line.includes("backup not checked")));
  assert.equal((await verifyNewest(app.deps, { isBounded: false }))?.status, "verified");
  assert.equal(await listFiles(app, body.id), 0);
});

Deno.test("[BK-01] schedule: two backups do not run at once, one that died does not block", async () => {
  await using app = await openApp({ services: true });
  const admin = await app.signUp("keeper");
  await app.grantRole(admin, "admin");
  const dead = await pretend(app, 0, "running");

  const young = await app.as(admin).post("/admin/backups");
  await app.db.sql`update private.backups set created_at = now() - interval '11 minutes'`;
  const during = await app.db.sql.begin(async (sql) => {
    await sql`select private.lock_backup()`;
    return await app.as(admin).post("/admin/backups");
  });
  const after = await app.as(admin).post("/admin/backups");

  assert.equal(young.status, 409, "it may not have begun its snapshot yet");
  assert.equal(during.status, 409, "its snapshot is open");
  assert.equal(after.body.status, "done");
  const gone = await app.as(admin).get(`/admin/backups/${dead}`);
  assert.equal(gone.body.status, "failed");
});

Deno.test("[BK-03] schedule: backups go by age and by count, the newest good ones stay", async () => {
  await using app = await openApp({ services: true });
  await app.db.sql`update private.settings set value = '2' where name = 'backup_keep_min'`;
  await app.db.sql`update private.settings set value = '4' where name = 'backup_keep_count'`;
  const old = [await pretend(app, 31), await pretend(app, 40), await pretend(app, 50)];
  const failed = await pretend(app, 60, "failed");

  await removeOutdated(app.deps);
  const first = await listIds(app);
  const young = [];
  for (const days of [1, 2, 3, 4, 5]) young.push(await pretend(app, days, "done"));
  await removeOutdated(app.deps);
  const second = await listIds(app);

  // Two good ones stay whatever their age.
  assert.deepEqual(first.sort(), old.slice(0, 2).sort());
  // Four by their count, and the newest of which it is known that it is whole.
  assert.deepEqual(second.sort(), [...young.slice(0, 4), ...old.slice(0, 1)].sort());
  for (const gone of [...old.slice(1), failed, ...young.slice(4)]) {
    assert.equal(await listFiles(app, gone), 0, "its files are gone too");
  }
});

Deno.test("[BK-03] schedule: a removal that breaks off leaves nothing that looks whole", async () => {
  await using app = await openApp({ services: true });
  await app.db.sql`update private.settings set value = '0' where name = 'backup_keep_min'`;
  const old = await pretend(app, 31, "done");
  const kept = await pretend(app, 2);
  const { storage } = app.deps;
  const remove = (bucket: string, paths: readonly string[]) =>
    paths.some((path) => path.includes("/data/"))
      ? Promise.reject(new Error("the process ends here"))
      : storage.remove(bucket, paths);

  await assert.rejects(removeOutdated({ ...app.deps, storage: { ...storage, remove } }));
  const [broken] = await app.db.sql`select outdated_at is not null as marked
    from private.backups where id = ${old}`;
  // Even if it could stay now, it is not what it was.
  await app.db.sql`update private.settings set value = '9' where name = 'backup_keep_min'`;
  await removeOutdated(app.deps);

  assert.equal(broken?.marked, true);
  assert.deepEqual(await listIds(app), [kept]);
  assert.equal(await listFiles(app, old), 0);
});

Deno.test("[BK-03] schedule: who was erased is known beside the backups, and nobody leaves the list", async () => {
  await using app = await openApp({ services: true });
  const hashes = ["a", "b"].map((letter) => letter.repeat(64));
  const read = async () => {
    const { bytes } = await app.deps.storage.read("backups", "ledger.gz");
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return (await new Response(unpacked).text()).split("\n");
  };
  await app.db.sql`insert into private.deletion_ledger (person_hash) values (${hashes[1] ?? ""})`;
  await app.runTask("backup_ledger");
  assert.deepEqual(await read(), [hashes[1]]);

  // A project that starts anew, with the same bucket.
  await app.db.sql`delete from private.deletion_ledger`;
  await app.db.sql`insert into private.deletion_ledger (person_hash) values (${hashes[0] ?? ""})`;
  await app.runTask("backup_ledger");

  assert.deepEqual(await read(), hashes);
});
