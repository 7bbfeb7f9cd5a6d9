/** @module Objects of the local Storage API, measured by the unmodified official client. */
import assert from "node:assert/strict";
import { keptFiles, openStorage, ownFolderPolicies, TEST_SIZE_LIMIT } from "./storage_support.ts";
import { ALICE, BOB } from "./storage_support.ts";

const BUCKET = "files";

async function prepared() {
  const fixture = await openStorage();
  const { error } = await fixture.service.storage.createBucket(BUCKET, { public: false });
  assert.equal(error, null);
  await ownFolderPolicies(fixture.database, BUCKET);
  return fixture;
}

Deno.test("storage: a form and a raw upload come back byte for byte", async () => {
  await using fixture = await prepared();
  const files = fixture.alice.storage.from(BUCKET);
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));

  const form = await files.upload(`${ALICE}/a b.bin`, new Blob([bytes], { type: "image/png" }), {
    cacheControl: "60",
    metadata: { colour: "grün" },
  });
  assert.equal(form.error, null);
  assert.equal(form.data?.path, `${ALICE}/a b.bin`);
  assert.equal(form.data?.fullPath, `${BUCKET}/${ALICE}/a b.bin`);
  const raw = await files.upload(`${ALICE}/raw.bin`, bytes, { contentType: "application/x-raw" });
  assert.equal(raw.error, null);

  for (const [name, type] of [["a b.bin", "image/png"], ["raw.bin", "application/x-raw"]]) {
    const { data, error } = await files.download(`${ALICE}/${name}`);
    assert.equal(error, null);
    assert.equal(data?.type, type);
    assert.deepEqual(new Uint8Array(await data?.arrayBuffer() ?? new ArrayBuffer()), bytes);
  }
  const info = await files.info(`${ALICE}/a b.bin`);
  assert.equal(info.data?.size, bytes.byteLength);
  assert.equal(info.data?.contentType, "image/png");
  assert.equal(info.data?.cacheControl, "max-age=60");
  assert.deepEqual(info.data?.metadata, { colour: "grün" });
  assert.equal((await files.exists(`${ALICE}/a b.bin`)).data, true);
  assert.equal((await files.exists(`${ALICE}/none.bin`)).data, false);
});

Deno.test("storage: an upload without the policy is refused and leaves no file", async () => {
  await using fixture = await prepared();
  const body = new Blob(["x"]);
  for (const client of [fixture.anon, fixture.bob]) {
    const { error } = await client.storage.from(BUCKET).upload(`${ALICE}/x.txt`, body);
    assert.ok(error !== null && "statusCode" in error);
    assert.equal(error.statusCode, "403");
    assert.equal(error.message, "new row violates row-level security policy");
  }
  assert.deepEqual(await keptFiles(fixture.dataDir), []);
});

Deno.test("storage: a second upload is a duplicate; upsert replaces the file", async () => {
  await using fixture = await prepared();
  const files = fixture.alice.storage.from(BUCKET);
  const path = `${ALICE}/x.txt`;
  assert.equal((await files.upload(path, "one")).error, null);
  const again = await files.upload(path, "two");
  assert.ok(again.error !== null && "statusCode" in again.error);
  assert.equal(again.error.statusCode, "409");
  assert.equal(again.error.message, "The resource already exists");
  assert.equal(await (await files.download(path)).data?.text(), "one");

  assert.equal((await files.upload(path, "three", { upsert: true })).error, null);
  assert.equal(await (await files.download(path)).data?.text(), "three");
  assert.equal((await files.update(path, "four")).error, null);
  assert.equal(await (await files.download(path)).data?.text(), "four");
  assert.equal((await keptFiles(fixture.dataDir)).length, 1);
});

Deno.test("storage: an upsert needs the right to update", async () => {
  await using fixture = await prepared();
  const path = `${ALICE}/x.txt`;
  assert.equal((await fixture.alice.storage.from(BUCKET).upload(path, "one")).error, null);
  await fixture.database.sql`drop policy own_update on storage.objects`;
  const { error } = await fixture.alice.storage.from(BUCKET).update(path, "two");
  assert.equal(error?.message, "new row violates row-level security policy");
  assert.equal(await (await fixture.alice.storage.from(BUCKET).download(path)).data?.text(), "one");
});

Deno.test("storage: others see nothing, not even that it exists", async () => {
  await using fixture = await prepared();
  const path = `${ALICE}/x.txt`;
  await fixture.alice.storage.from(BUCKET).upload(path, "secret");
  for (const client of [fixture.anon, fixture.bob]) {
    const files = client.storage.from(BUCKET);
    assert.notEqual((await files.download(path)).error, null);
    assert.equal((await files.info(path)).error?.message, "Object not found");
    assert.deepEqual((await files.list(ALICE)).data, []);
    assert.equal((await files.createSignedUrl(path, 60)).error?.message, "Object not found");
    assert.deepEqual((await files.remove([path])).data, []);
    assert.equal((await files.move(path, `${BOB}/x.txt`)).error?.message, "Object not found");
    assert.equal((await files.copy(path, `${BOB}/x.txt`)).error?.message, "Object not found");
  }
  assert.equal(
    await (await fixture.alice.storage.from(BUCKET).download(path)).data?.text(),
    "secret",
  );
});

Deno.test("storage: move, copy and remove act on rows and files", async () => {
  await using fixture = await prepared();
  const files = fixture.alice.storage.from(BUCKET);
  await files.upload(`${ALICE}/a.txt`, "a", { metadata: { n: 1 } });
  const moved = await files.move(`${ALICE}/a.txt`, `${ALICE}/deep/b.txt`);
  assert.equal(moved.data?.message, "Successfully moved");
  assert.equal(await (await files.download(`${ALICE}/deep/b.txt`)).data?.text(), "a");
  const copied = await files.copy(`${ALICE}/deep/b.txt`, `${ALICE}/c.txt`);
  assert.equal(copied.data?.path, `${BUCKET}/${ALICE}/c.txt`);
  assert.deepEqual((await files.info(`${ALICE}/c.txt`)).data?.metadata, { n: 1 });
  assert.notEqual((await files.copy(`${ALICE}/c.txt`, `${BOB}/c.txt`)).error, null);
  assert.notEqual((await files.move(`${ALICE}/c.txt`, `${BOB}/c.txt`)).error, null);
  assert.equal(
    (await files.copy(`${ALICE}/c.txt`, `${ALICE}/deep/b.txt`)).error?.message,
    "The resource already exists",
  );
  assert.equal((await keptFiles(fixture.dataDir)).length, 2);
  const removed = await files.remove([`${ALICE}/c.txt`, `${ALICE}/deep/b.txt`, `${ALICE}/none`]);
  assert.equal(removed.data?.length, 2);
  assert.deepEqual(await keptFiles(fixture.dataDir), []);
});

Deno.test("storage: limits of size and type hold for forms, raw bodies and streams", async () => {
  await using fixture = await prepared();
  const made = await fixture.service.storage.createBucket("pictures", {
    public: false,
    fileSizeLimit: "1KB",
    allowedMimeTypes: ["image/*", "text/plain"],
  });
  assert.equal(made.error, null);
  const files = fixture.service.storage.from("pictures");
  const large = new Uint8Array(1001);
  const stream = () => new Blob([large]).stream();
  for (const body of [new Blob([large], { type: "image/png" }), large, stream()]) {
    const { error } = await files.upload("a.png", body, { contentType: "image/png" });
    assert.ok(error !== null && "statusCode" in error);
    assert.equal(error.statusCode, "413");
    assert.equal(error.status, 400);
    assert.equal(error.message, "The object exceeded the maximum allowed size");
  }
  assert.equal(
    (await files.upload("a.png", large.subarray(1), { contentType: "image/png" })).error,
    null,
  );
  const wrong = await files.upload("a.zip", "x", { contentType: "application/zip" });
  assert.ok(wrong.error !== null && "statusCode" in wrong.error);
  assert.equal(wrong.error.statusCode, "415");
  assert.equal(wrong.error.message, "mime type application/zip is not supported");
  assert.equal((await files.upload("a.txt", "x")).error, null);
  const project = await fixture.service.storage.from(BUCKET)
    .upload("big", new Uint8Array(TEST_SIZE_LIMIT + 1));
  assert.equal(project.error?.message, "The object exceeded the maximum allowed size");
  assert.equal((await keptFiles(fixture.dataDir)).length, 2);
});

Deno.test("storage: names that object stores cannot hold are refused", async () => {
  await using fixture = await prepared();
  const token = await fixture.token({ role: "service_role" });
  for (
    const name of ["a%00b", "a%7Eb", "gr%C3%BCn", "a%0Ab", "%5Bx%5D", "..%2f..%2fetc%2fpasswd"]
  ) {
    const response = await fetch(`${fixture.url}/object/${BUCKET}/${name}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "text/plain" },
      body: "x",
    });
    assert.equal(response.status, 400, name);
    assert.equal((await response.json()).code, "InvalidKey", name);
  }
  assert.deepEqual(await keptFiles(fixture.dataDir), []);
});

Deno.test("storage: a client that breaks off leaves neither row nor file", async () => {
  await using fixture = await prepared();
  const token = await fixture.token({ role: "service_role" });
  const broken = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array(1000));
    },
    pull(controller) {
      controller.error(new Error("gone"));
    },
  });
  await assert.rejects(fetch(`${fixture.url}/object/${BUCKET}/broken`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "text/plain" },
    body: broken,
  }));
  const form = await fetch(`${fixture.url}/object/${BUCKET}/form`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "multipart/form-data; boundary=b",
    },
    body: '--b\r\ncontent-disposition: form-data; name=""; filename="f"\r\n\r\nhalf a fi',
  });
  assert.equal(form.status, 400);
  await form.body?.cancel();
  const rows = await fixture.database.sql`select 1 from storage.objects`;
  assert.equal(rows.length, 0);
  assert.deepEqual(await keptFiles(fixture.dataDir), []);
});

Deno.test("storage: policies read the operation, claims and request of the call", async () => {
  await using fixture = await openStorage();
  await fixture.service.storage.createBucket(BUCKET, { public: false });
  await fixture.database.sql.unsafe(`
    create policy op on storage.objects for insert to authenticated with check (
      storage.operation() = 'storage.object.upload'
      and storage.allow_only_operation('object.upload')
      and (auth.jwt() ->> 'sub')::uuid = owner and owner_id = auth.uid()::text
      and current_setting('request.method') = 'POST'
      and metadata ->> 'mimetype' = 'text/plain;charset=UTF-8'
    )`);
  const files = fixture.alice.storage.from(BUCKET);
  assert.equal((await files.upload("a.txt", "x")).error, null);
  assert.notEqual((await files.upload("b.txt", "x", { contentType: "image/png" })).error, null);
  assert.notEqual((await files.createSignedUploadUrl("c.txt")).error, null);
});
