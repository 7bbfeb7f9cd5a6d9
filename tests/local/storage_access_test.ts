/** @module Buckets, listings, signed and public URLs of the local Storage API. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { ALICE, keptFiles, openStorage, ownFolderPolicies } from "./storage_support.ts";

const BUCKET = "files";

async function prepared() {
  const fixture = await openStorage();
  const { error } = await fixture.service.storage.createBucket(BUCKET, { public: false });
  assert.equal(error, null);
  await ownFolderPolicies(fixture.database, BUCKET);
  return fixture;
}

function refused(error: unknown): { statusCode: string; message: string } {
  assert.ok(error instanceof Error && "statusCode" in error);
  return { statusCode: String(error.statusCode), message: error.message };
}

Deno.test("storage: buckets are made, read, changed, emptied and deleted", async () => {
  await using fixture = await openStorage();
  const { storage } = fixture.service;
  const made = await storage.createBucket("one", {
    public: false,
    fileSizeLimit: "1MB",
    allowedMimeTypes: ["image/png"],
  });
  assert.deepEqual(made.data, { name: "one" });
  assert.deepEqual(refused((await storage.createBucket("one")).error), {
    statusCode: "409",
    message: "The resource already exists",
  });
  const { data: bucket } = await storage.getBucket("one");
  assert.deepEqual(
    [bucket?.id, bucket?.public, bucket?.file_size_limit, bucket?.allowed_mime_types],
    ["one", false, 1_000_000, ["image/png"]],
  );
  await storage.updateBucket("one", { public: true, fileSizeLimit: null, allowedMimeTypes: null });
  const changed = (await storage.getBucket("one")).data;
  assert.deepEqual([changed?.public, changed?.file_size_limit, changed?.allowed_mime_types], [
    true,
    null,
    null,
  ]);
  await storage.createBucket("two");
  assert.deepEqual((await storage.listBuckets()).data?.map((each) => each.id), ["one", "two"]);
  const found = await storage.listBuckets({ search: "TW", sortColumn: "name", sortOrder: "desc" });
  assert.deepEqual(found.data?.map((each) => each.id), ["two"]);

  await storage.from("one").upload("a.txt", "x");
  assert.deepEqual(refused((await storage.deleteBucket("one")).error), {
    statusCode: "409",
    message: "The bucket you tried to delete is not empty",
  });
  assert.equal((await storage.emptyBucket("one")).error, null);
  assert.deepEqual(await keptFiles(fixture.dataDir), []);
  assert.equal((await storage.deleteBucket("one")).data?.message, "Successfully deleted");
  assert.deepEqual(refused((await storage.getBucket("one")).error), {
    statusCode: "404",
    message: "Bucket not found",
  });
});

Deno.test("storage: people without a policy neither see nor make buckets", async () => {
  await using fixture = await prepared();
  const { storage } = fixture.alice;
  assert.deepEqual((await storage.listBuckets()).data, []);
  assert.equal(refused((await storage.getBucket(BUCKET)).error).statusCode, "404");
  assert.deepEqual(refused((await storage.createBucket("mine")).error), {
    statusCode: "403",
    message: "new row violates row-level security policy",
  });
  assert.equal(
    refused((await storage.updateBucket(BUCKET, { public: true })).error).statusCode,
    "404",
  );
  assert.equal(refused((await storage.emptyBucket(BUCKET)).error).statusCode, "404");
  assert.equal(refused((await storage.deleteBucket(BUCKET)).error).statusCode, "404");
});

Deno.test("storage: bad names, sizes and types of buckets are refused", async () => {
  await using fixture = await openStorage();
  const { storage } = fixture.service;
  assert.equal((await storage.createBucket("a/b")).error?.message, "Bucket name invalid");
  assert.equal((await storage.createBucket("")).error?.message, "Bucket name invalid");
  assert.equal(
    refused((await storage.createBucket("big", { public: false, fileSizeLimit: "9GB" })).error)
      .statusCode,
    "413",
  );
  assert.match(
    (await storage.createBucket("x", { public: false, fileSizeLimit: "many" })).error?.message ??
      "",
    /Invalid file size format/,
  );
  assert.notEqual(
    (await storage.createBucket("x", { public: false, allowedMimeTypes: ["nonsense"] })).error,
    null,
  );
});

Deno.test("storage: a listing shows folders first, sorts, pages and searches", async () => {
  await using fixture = await prepared();
  const files = fixture.service.storage.from(BUCKET);
  for (const name of ["b.txt", "a.txt", "dir/one.txt", "dir/sub/two.txt", "50%_off.txt"]) {
    const path = name.startsWith("50") ? "50_off.txt" : name;
    assert.equal((await files.upload(path, name)).error, null);
  }
  const top = (await files.list()).data ?? [];
  assert.deepEqual(top.map((row) => [row.name, row.id === null]), [
    ["dir", true],
    ["50_off.txt", false],
    ["a.txt", false],
    ["b.txt", false],
  ]);
  assert.equal(top[2]?.metadata?.size, 5);
  const names = async (...args: Parameters<typeof files.list>) =>
    (await files.list(...args)).data?.map((row) => row.name);
  assert.deepEqual(await names("dir"), ["sub", "one.txt"]);
  assert.deepEqual(await names("", { limit: 2, offset: 1 }), ["50_off.txt", "a.txt"]);
  assert.deepEqual(await names("", { search: "B" }), ["b.txt"]);
  assert.deepEqual(await names("", { search: "_" }), []);
  assert.deepEqual(await names("", { sortBy: { column: "name", order: "desc" } }), [
    "dir",
    "b.txt",
    "a.txt",
    "50_off.txt",
  ]);
  assert.deepEqual(await names("", { sortBy: { column: "created_at", order: "asc" } }), [
    "dir",
    "b.txt",
    "a.txt",
    "50_off.txt",
  ]);
  assert.deepEqual((await fixture.alice.storage.from(BUCKET).list()).data, []);
});

Deno.test("storage: listV2 walks a bucket by cursor, flat or by folder", async () => {
  await using fixture = await prepared();
  const files = fixture.service.storage.from(BUCKET);
  for (const name of ["a/1", "a/2", "b/1", "c", "d"]) await files.upload(name, name);
  for (const order of ["asc", "desc"] as const) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await files.listV2({
        limit: 2,
        with_delimiter: true,
        sortBy: { column: "name", order },
        ...(cursor === undefined ? {} : { cursor }),
      });
      assert.equal(page.error, null);
      const { folders = [], objects = [], hasNext, nextCursor } = page.data ?? {};
      seen.push(...[...folders, ...objects].map((entry) => entry.name));
      assert.equal(hasNext, nextCursor !== undefined);
      cursor = nextCursor;
    } while (cursor !== undefined);
    const all = ["a/", "b/", "c", "d"];
    assert.deepEqual(seen, order === "asc" ? all : all.toReversed());
  }
  const flat = await files.listV2({ prefix: "a/" });
  assert.deepEqual(flat.data?.objects.map((entry) => entry.name), ["a/1", "a/2"]);
  const dated = await files.listV2({ sortBy: { column: "created_at", order: "desc" }, limit: 1 });
  assert.deepEqual(dated.data?.objects.map((entry) => entry.name), ["d"]);
  assert.notEqual((await files.listV2({ cursor: "nonsense" })).error, null);
});

Deno.test("storage: a signed URL opens one object for a while, to anybody", async () => {
  await using fixture = await prepared();
  const files = fixture.alice.storage.from(BUCKET);
  await files.upload(`${ALICE}/a b.txt`, "signed");
  await files.upload(`${ALICE}/other.txt`, "other");
  const { data } = await files.createSignedUrl(`${ALICE}/a b.txt`, 60, { download: "other.txt" });
  const response = await fetch(data?.signedUrl ?? "");
  assert.equal(response.status, 200);
  assert.equal(
    response.headers.get("content-disposition"),
    "attachment; filename=other.txt; filename*=UTF-8''other.txt",
  );
  assert.ok(response.headers.has("expires"));
  assert.equal(await response.text(), "signed");

  const url = new URL(data?.signedUrl ?? "");
  for (
    const wrong of [
      new URL(url.href.replace("a%20b.txt", "other.txt")),
      new URL(`${url.origin}${url.pathname}?token=x`),
      new URL(`${url.origin}${url.pathname}?token=${await fixture.token({ role: "anon" })}`),
      new URL(`${url.origin}${url.pathname}`),
    ]
  ) {
    const answer = await fetch(wrong);
    assert.equal(answer.status, 400);
    await answer.body?.cancel();
  }
  const expired = await fixture.token({
    url: `${BUCKET}/${ALICE}/other.txt`,
    scope: "storage:download",
    exp: 1,
  });
  const late = await fetch(
    `${fixture.url}/object/sign/${BUCKET}/${ALICE}/other.txt?token=${expired}`,
  );
  assert.equal((await late.json()).code, "InvalidJWT");

  const many = await files.createSignedUrls([`${ALICE}/other.txt`, `${ALICE}/none`], 60);
  assert.equal(await (await fetch(many.data?.[0]?.signedUrl ?? "")).text(), "other");
  assert.match(many.data?.[1]?.error ?? "", /does not exist or you do not have access/);
});

Deno.test("storage: a signed upload URL takes one upload in the signer's name", async () => {
  await using fixture = await prepared();
  const files = fixture.alice.storage.from(BUCKET);
  const path = `${ALICE}/up.txt`;
  const { data } = await files.createSignedUploadUrl(path);
  const outsider = fixture.anon.storage.from(BUCKET);
  const done = await outsider.uploadToSignedUrl(path, data?.token ?? "", new Blob(["hello"]));
  assert.equal(done.error, null);
  assert.equal(await (await files.download(path)).data?.text(), "hello");
  const [row] = await fixture.database.sql`select owner_id from storage.objects`;
  assert.equal(row?.owner_id, ALICE);
  const twice = await outsider.uploadToSignedUrl(path, data?.token ?? "", new Blob(["again"]));
  assert.equal(refused(twice.error).statusCode, "409");
  const elsewhere = await outsider.uploadToSignedUrl("x.txt", data?.token ?? "", new Blob(["x"]));
  assert.equal(elsewhere.error?.message, "Invalid signature");
  const download = (await files.createSignedUrl(path, 60)).data?.signedUrl ?? "";
  const token = new URL(download).searchParams.get("token") ?? "";
  assert.notEqual((await outsider.uploadToSignedUrl(path, token, new Blob(["x"]))).error, null);
  assert.notEqual((await outsider.createSignedUploadUrl(path)).error, null);
  assert.equal((await keptFiles(fixture.dataDir)).length, 1);
});

Deno.test("storage: public buckets serve anybody; ranges, ETags and HEAD work", async () => {
  await using fixture = await openStorage();
  await fixture.service.storage.createBucket("open", { public: true });
  await fixture.service.storage.createBucket("shut", { public: false });
  const files = fixture.service.storage.from("open");
  await files.upload("dir/a b.txt", "0123456789", { cacheControl: "77" });
  await fixture.service.storage.from("shut").upload("a.txt", "x");
  const url = files.getPublicUrl("dir/a b.txt").data.publicUrl;

  const whole = await fetch(url);
  assert.equal(await whole.text(), "0123456789");
  assert.equal(whole.headers.get("cache-control"), "max-age=77");
  assert.equal(whole.headers.get("accept-ranges"), "bytes");
  const etag = whole.headers.get("etag") ?? "";
  assert.equal(etag, '"781e5e245d69b566979b86e28d23f2c7"');
  for (
    const [range, status, text, contentRange] of [
      ["bytes=2-4", 206, "234", "bytes 2-4/10"],
      ["bytes=7-", 206, "789", "bytes 7-9/10"],
      ["bytes=-2", 206, "89", "bytes 8-9/10"],
      ["bytes=0-99", 206, "0123456789", "bytes 0-9/10"],
      ["lines=1-2", 200, "0123456789", null],
    ] as const
  ) {
    const part = await fetch(url, { headers: { range } });
    assert.deepEqual([part.status, await part.text(), part.headers.get("content-range")], [
      status,
      text,
      contentRange,
    ]);
  }
  const beyond = await fetch(url, { headers: { range: "bytes=20-30" } });
  assert.equal((await beyond.json()).code, "InvalidRange");
  const fresh = await fetch(url, { headers: { "if-none-match": etag } });
  assert.equal(fresh.status, 304);
  const since = await fetch(url, {
    headers: { "if-modified-since": whole.headers.get("last-modified") ?? "" },
  });
  assert.equal(since.status, 304);
  const head = await fetch(url, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, "10"]);
  const bare = await fetch(url.replace("/object/public/", "/object/"));
  assert.equal(await bare.text(), "0123456789");
  for (const closed of [url.replace("open", "shut"), url.replace("open", "none")]) {
    const answer = await fetch(closed);
    assert.deepEqual([answer.status, (await answer.json()).message], [400, "Bucket not found"]);
  }
  const missing = await fetch(`${url}x`);
  assert.equal((await missing.json()).code, "NoSuchKey");
});

Deno.test("storage: pages are not served as pages, nothing is sniffed", async () => {
  await using fixture = await openStorage();
  await fixture.service.storage.createBucket("open", { public: true });
  const files = fixture.service.storage.from("open");
  await files.upload("a.html", "<script>1</script>", { contentType: "text/html" });
  const response = await fetch(files.getPublicUrl("a.html").data.publicUrl);
  assert.equal(response.headers.get("content-type"), "text/plain");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  await response.body?.cancel();
  const saved = await fetch(files.getPublicUrl("a.html", { download: true }).data.publicUrl);
  assert.equal(saved.headers.get("content-disposition"), "attachment;");
  await saved.body?.cancel();
  const named = await fetch(
    files.getPublicUrl("a.html", { download: "Grüße (1).txt" }).data.publicUrl,
  );
  assert.equal(
    named.headers.get("content-disposition"),
    "attachment; filename=\"Gr__e (1).txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%281%29.txt",
  );
  await named.body?.cancel();
});

Deno.test("storage: forged, expired and missing tokens are refused", async () => {
  await using fixture = await prepared();
  const expired = await fixture.token({ role: "service_role", exp: 1 });
  const forged = `${(await fixture.token({ role: "service_role" })).slice(0, -4)}AAAA`;
  for (const token of [expired, forged, "nonsense"]) {
    const client = createClient(new URL(fixture.url).origin, token, {
      auth: { persistSession: false },
    });
    assert.equal(refused((await client.storage.listBuckets()).error).statusCode, "403");
    assert.equal(refused((await client.storage.from(BUCKET).list()).error).statusCode, "403");
  }
  const bare = await fetch(`${fixture.url}/bucket`);
  assert.equal((await bare.json()).message, "headers must have required property 'authorization'");
});

Deno.test("storage: what is not here says so with 501", async () => {
  await using fixture = await prepared();
  const token = await fixture.token({ role: "service_role" });
  for (
    const path of ["s3/x", "vector/x", "iceberg/v1/config", "cdn/files", "bucket/files/lifecycle"]
  ) {
    const response = await fetch(`${fixture.url}/${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const body = await response.json();
    assert.deepEqual([response.status, body.code], [501, "NotImplemented"], path);
  }
  await fixture.service.storage.from(BUCKET).upload("a.png", "x");
  const image = await fixture.service.storage.from(BUCKET)
    .download("a.png", { transform: { width: 10 } });
  assert.equal(refused(image.error).statusCode, "501");
});

Deno.test("storage: transformations go through the renderer with the limits applied", async () => {
  const asked: unknown[] = [];
  await using fixture = await openStorage({
    renderer: {
      render(bytes, options) {
        asked.push({ size: bytes.byteLength, ...options });
        return Promise.resolve({ bytes: new Uint8Array([1, 2]), mimeType: "image/webp" });
      },
    },
  });
  await fixture.service.storage.createBucket("open", { public: true });
  const files = fixture.service.storage.from("open");
  await files.upload("a.png", "12345", { contentType: "image/png" });
  const url = files.getPublicUrl("a.png", { transform: { width: 9999, resize: "contain" } });
  const response = await fetch(url.data.publicUrl, { headers: { accept: "image/webp" } });
  assert.equal(response.headers.get("content-type"), "image/webp");
  assert.equal((await response.arrayBuffer()).byteLength, 2);
  const signed = await files.createSignedUrl("a.png", 60, { transform: { height: 20 } });
  await (await fetch(signed.data?.signedUrl ?? "")).body?.cancel();
  const plain = await files.download("a.png", { transform: { format: "origin", quality: 30 } });
  assert.equal(plain.data?.size, 2);
  assert.deepEqual(asked, [
    { size: 5, width: 2500, resize: "contain", format: "webp" },
    { size: 5, height: 20, format: "origin" },
    { size: 5, quality: 30, format: "origin" },
  ]);
});
