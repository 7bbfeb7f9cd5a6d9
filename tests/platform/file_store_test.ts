/** @module Places for backups: whichever it is, it keeps the same promises. */
import assert from "node:assert/strict";
import { ConfigError, readConfig } from "../../shared/core/config.ts";
import { createBucketStore, type FileStore } from "../../shared/platform/file_store.ts";
import { createS3Store } from "../../shared/platform/s3.ts";
import { createFolderStore } from "../../tools/folder_storage.ts";
import { openApp } from "../support/app.ts";
import { openS3 } from "../support/s3.ts";

const MEGABYTE = 1_048_576;

async function openBucket() {
  const app = await openApp({ services: true });
  const store = createBucketStore(app.deps.storage, "backups");
  return { store, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

async function openFolder() {
  const folder = await Deno.makeTempDir();
  const close = () => Deno.remove(folder, { recursive: true });
  return { store: createFolderStore(folder), [Symbol.asyncDispose]: close };
}

function s3Options(env: Record<string, string>, changed: Record<string, string> = {}) {
  return {
    endpoint: env.BACKUP_S3_ENDPOINT ?? "",
    bucket: env.BACKUP_S3_BUCKET ?? "",
    region: env.BACKUP_S3_REGION ?? "",
    accessKeyId: env.BACKUP_S3_ACCESS_KEY_ID ?? "",
    secretAccessKey: env.BACKUP_S3_SECRET_ACCESS_KEY ?? "",
    prefix: env.BACKUP_S3_PREFIX ?? "",
    ...changed,
  };
}

async function openS3Store() {
  const s3 = await openS3();
  const store = createS3Store(s3Options(s3.env));
  return { store, [Symbol.asyncDispose]: () => s3[Symbol.asyncDispose]() };
}

function random(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const step = 65_536;
  for (let at = 0; at < length; at += step) crypto.getRandomValues(bytes.subarray(at, at + step));
  return bytes;
}

/** In pieces that fit no part. */
function streamOf(bytes: Uint8Array<ArrayBuffer>, piece = 300_007): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + piece));
      at += piece;
    },
  });
}

async function readWhole(store: FileStore, path: string): Promise<Uint8Array> {
  return new Uint8Array(await new Response(await store.open(path)).arrayBuffer());
}

async function listAll(store: FileStore, folder: string): Promise<string[]> {
  return await store.list(folder, 100);
}

const PLACES = [
  ["a bucket of the platform", openBucket],
  ["a folder", openFolder],
  ["an S3-compatible bucket", openS3Store],
] as const;

for (const [place, open] of PLACES) {
  Deno.test(`[BK-01] [BK-02] places: ${place} keeps what it was given`, async () => {
    await using world = await open();
    const { store } = world;
    const large = random(17 * MEGABYTE + 5);
    const whole = large.slice(0, 8 * MEGABYTE);

    await store.put("one/manifest.json", random(10));
    await store.put("one/manifest.json", new TextEncoder().encode("{}"));
    await store.put("one/data/public.posts.0.copy.gz.age", random(1_000));
    await store.putStream("one/objects/0.age", streamOf(large));
    await store.putStream("one/objects/1.age", streamOf(whole));
    await store.putStream("one/objects/2.age", streamOf(new Uint8Array(0)));
    await store.put("two/manifest.json", new Uint8Array(0));

    assert.equal(new TextDecoder().decode(await store.read("one/manifest.json")), "{}");
    assert.deepEqual(await readWhole(store, "one/objects/0.age"), large);
    assert.deepEqual(await store.read("one/objects/1.age"), whole);
    assert.equal((await store.read("one/objects/2.age")).length, 0);
    assert.deepEqual(await listAll(store, ""), ["one/", "two/"]);
    assert.deepEqual(await listAll(store, "one"), ["data/", "manifest.json", "objects/"]);
    assert.deepEqual(await store.list("one/objects", 2), ["0.age", "1.age"]);
    assert.deepEqual(await listAll(store, "three"), []);
  });

  Deno.test(`[BK-03] places: ${place} says what is absent, and removes`, async () => {
    await using world = await open();
    const { store } = world;
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("the source broke off")),
    });
    await store.put("one/data/a", random(10));
    await store.put("one/data/b", random(10));

    await assert.rejects(store.read("one/data/c"), { problem: "not-found" });
    await assert.rejects(store.open("one/data/c"), { problem: "not-found" });
    await assert.rejects(store.putStream("one/objects/0", broken));
    await store.remove(["one/data/a", "one/data/never"]);

    assert.deepEqual(await listAll(store, "one/data"), ["b"]);
  });
}

Deno.test("[BK-03] places: an S3-compatible bucket that refuses names the variable to look at", async () => {
  await using s3 = await openS3();
  const write = (changed: Record<string, string>) =>
    createS3Store(s3Options(s3.env, changed)).put("x", random(10));

  await assert.rejects(write({ secretAccessKey: "another" }), { message: /ACCESS_KEY/ });
  await assert.rejects(write({ bucket: "nowhere" }), { message: /BACKUP_S3_BUCKET/ });
  await assert.rejects(write({ endpoint: "http://127.0.0.1:9" }), { message: /S3_ENDPOINT/ });
});

Deno.test("[BK-03] places: a bucket that fails for a moment is asked again", async () => {
  const statuses = [503, 500, 200];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response("kept", { status: statuses.shift() ?? 418 }),
  );
  const endpoint = `http://127.0.0.1:${server.addr.port}`;

  const bytes = await createS3Store(s3Options({}, { endpoint, bucket: "vault" })).read("x");

  assert.equal(new TextDecoder().decode(bytes), "kept");
});

Deno.test("[BK-03] places: variables of an S3-compatible bucket are checked at start", () => {
  const base = {
    SUPABASE_URL: "http://127.0.0.1:1",
    DATABASE_URL: "postgres://postgres@127.0.0.1:1/none",
    SUPABASE_SERVICE_ROLE_KEY: "key",
  };
  const refused = (env: Record<string, string>) => {
    try {
      readConfig({ ...base, ...env });
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
    }
    return "";
  };

  assert.match(refused({ BACKUP_S3_BUCKET: "vault" }), /BACKUP_S3_ENDPOINT: is needed together/);
  assert.match(refused({ BACKUP_S3_ENDPOINT: "vault" }), /BACKUP_S3_ENDPOINT: /);
  assert.match(refused({ BACKUP_S3_BUCKET: "A/b" }), /BACKUP_S3_BUCKET: must name a bucket/);
  assert.match(refused({ BACKUP_S3_PREFIX: "../a" }), /BACKUP_S3_PREFIX: must be a folder/);
  assert.match(refused({ BACKUP_FORMER_KEYS: '["short"]' }), /BACKUP_FORMER_KEYS/);
});
