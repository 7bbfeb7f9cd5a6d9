/** @module Backups in an S3-compatible bucket: made, checked, restored and removed as anywhere. */
import assert from "node:assert/strict";
import {
  findNewest,
  openArchive,
  readLedger,
  removeOutdated,
  restoreSnapshot,
  writeLedger,
} from "../../shared/backups/mod.ts";
import type { FileStore } from "../../shared/platform/file_store.ts";
import { createBackupStore } from "../../shared/platform/s3.ts";
import { openApp } from "../support/app.ts";
import { openS3 } from "../support/s3.ts";
import { openTarget, SECRET } from "./support.ts";

async function openWorld() {
  const stack = new AsyncDisposableStack();
  const s3 = stack.use(await openS3());
  let store: FileStore | undefined;
  const app = stack.use(
    await openApp({
      services: true,
      env: { ...s3.env, BACKUP_ENCRYPTION_KEY: SECRET },
      deps: ({ config }) => {
        store = createBackupStore(config);
        return store === undefined ? {} : { backupStore: store };
      },
    }),
  );
  assert.ok(store !== undefined);
  const admin = await app.signUp("keeper");
  await app.grantRole(admin, "admin");
  return { app, store, as: app.as(admin), [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

type World = Awaited<ReturnType<typeof openWorld>>;

/** The same project under other keys. */
function withKeys({ app }: World, current: string, former: string[] = []) {
  const { config } = app.deps;
  const env = { ...config.env, BACKUP_ENCRYPTION_KEY: current, BACKUP_FORMER_KEYS: former };
  return { ...app.deps, config: { ...config, env } };
}

async function flip({ store }: World, path: string): Promise<void> {
  const bytes = await store.read(path);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  await store.put(path, bytes);
}

Deno.test("[BK-01] [BK-02] [BK-03] S3: a backup is made, checked, restored and removed there", async () => {
  await using world = await openWorld();
  const { app, as, store } = world;
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  await app.deps.storage.put("media", "a/picture", { bytes, mimeType: "image/png" });

  const { body: made } = await as.post("/admin/backups");
  const verified = await as.post(`/admin/backups/${made.id}/verify`);
  await using target = await openTarget({ app, deps: {} });
  const outcome = await restoreSnapshot(target.deps, await openArchive(target.deps, made.id));

  assert.equal(made.status, "done", app.logs.join("\n"));
  assert.equal(verified.body.status, "verified", verified.text);
  assert.equal(outcome.objects, 1);
  assert.deepEqual(await findNewest(app.deps), { id: made.id, place: "s3" });
  const here = await app.db.sql`select name from storage.objects where bucket_id = 'backups'`;
  assert.deepEqual([...here], [], "nothing of it lies in the project");
  const [file] = await store.list(`${made.id}/data`, 1);
  await flip(world, `${made.id}/data/${file}`);
  const damaged = await as.post(`/admin/backups/${made.id}/verify`);
  assert.equal(damaged.body.status, "corrupt");
  assert.equal(damaged.body.objects.altered, 1);

  await app.db.sql`update private.backups set created_at = now() - interval '31 days'`;
  const without = { ...app.deps };
  delete without.backupStore;
  assert.equal(await removeOutdated(without), 0, "what cannot be reached is left alone");
  assert.equal(await removeOutdated(app.deps), 1);
  assert.deepEqual(await store.list(made.id, 1), []);
});

Deno.test("[BK-03] S3: after a change of keys older backups open, and erased people stay known", async () => {
  await using world = await openWorld();
  const { app, as, store } = world;
  const hash = "a".repeat(64);
  await app.db.sql`insert into private.deletion_ledger (person_hash) values (${hash})`;
  const { body: made } = await as.post("/admin/backups");
  const next = `${SECRET} of another year`;

  await assert.rejects(openArchive(withKeys(world, next), made.id), {
    message: /needs BACKUP_ENCRYPTION_KEY [0-9a-f]{16}; this is [0-9a-f]{16}/,
  });
  const rotated = withKeys(world, next, [SECRET]);
  const { manifest } = await openArchive(rotated, made.id);
  // A project that starts anew knows nobody: it must keep whom the list of the old key names.
  await app.db.sql`delete from private.deletion_ledger`;
  await writeLedger(rotated);

  assert.equal(manifest.id, made.id);
  assert.deepEqual(await readLedger(withKeys(world, next)), [hash]);
  assert.equal((await store.list("", 10)).filter((name) => name.startsWith("ledger.")).length, 2);
});

Deno.test("[BK-03] S3: a damaged list of erased people is named, and written anew", async () => {
  await using world = await openWorld();
  const { app, store } = world;
  await app.db.sql`insert into private.deletion_ledger (person_hash) values (${"b".repeat(64)})`;
  await writeLedger(app.deps);
  const [name = ""] = await store.list("", 1);
  await flip(world, name);

  await assert.rejects(readLedger(app.deps), { message: new RegExp(`damaged: ${name}`) });
  await writeLedger(app.deps);

  assert.deepEqual(await readLedger(app.deps), ["b".repeat(64)]);
});
