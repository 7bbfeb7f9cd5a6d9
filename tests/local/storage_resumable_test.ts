/** @module Resumable uploads of the local Storage API: pieces, breaks, rights and limits. */
import assert from "node:assert/strict";
import {
  ALICE,
  BOB,
  keptFiles,
  openStorage,
  ownFolderPolicies,
  type StorageFixture,
  TEST_SIZE_LIMIT,
} from "./storage_support.ts";

const BUCKET = "files";
const PIECE = "application/offset+octet-stream";

async function prepared() {
  const fixture = await openStorage();
  await fixture.service.storage.createBucket(BUCKET, { public: false });
  await ownFolderPolicies(fixture.database, BUCKET);
  return fixture;
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

interface Begin {
  readonly sub?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
}

/** Begins an upload and gives the answer with what reaches the upload later. */
async function begin(fixture: StorageFixture, key: string, length: number, options: Begin = {}) {
  const token = await fixture.token({ role: "authenticated", sub: options.sub ?? ALICE });
  const authorization = { authorization: `Bearer ${token}`, "tus-resumable": "1.0.0" };
  const metadata = {
    bucketName: BUCKET,
    objectName: key,
    contentType: "text/plain",
    cacheControl: "60",
    metadata: JSON.stringify({ colour: "grün" }),
  };
  const response = await fetch(`${fixture.url}/upload/resumable${options.path ?? ""}`, {
    method: "POST",
    headers: {
      ...authorization,
      "upload-length": String(length),
      "upload-metadata": Object.entries(metadata).map(([name, value]) => `${name} ${base64(value)}`)
        .join(","),
      ...options.headers,
    },
  });
  const location = response.headers.get("location") ?? "";
  const url = location.replace(/^.*\/storage\/v1/, fixture.url);
  await response.body?.cancel();
  return { response, url, authorization };
}

Deno.test("storage: a resumable upload goes on where it broke off", async () => {
  await using fixture = await prepared();
  const key = `${ALICE}/a.txt`;
  const { response, url, authorization } = await begin(fixture, key, 10);
  assert.equal(response.status, 201);
  assert.equal(response.headers.get("tus-resumable"), "1.0.0");
  async function send(offset: number, body: string): Promise<Response> {
    const answer = await fetch(url, {
      method: "PATCH",
      headers: { ...authorization, "content-type": PIECE, "upload-offset": String(offset) },
      body,
    });
    await answer.body?.cancel();
    return answer;
  }
  assert.equal((await send(0, "01234")).headers.get("upload-offset"), "5");
  assert.equal((await send(0, "01234")).status, 409);
  const head = await fetch(url, { method: "HEAD", headers: authorization });
  assert.deepEqual([head.headers.get("upload-offset"), head.headers.get("upload-length")], [
    "5",
    "10",
  ]);
  const files = fixture.alice.storage.from(BUCKET);
  assert.equal((await files.exists(key)).data, false);
  assert.equal((await send(5, "56789")).status, 204);
  assert.equal(await (await files.download(key)).data?.text(), "0123456789");
  const { data } = await files.info(key);
  assert.deepEqual([data?.contentType, data?.cacheControl, data?.metadata], [
    "text/plain",
    "max-age=60",
    { colour: "grün" },
  ]);
  assert.equal((await send(10, "")).status, 404);
  assert.equal((await keptFiles(fixture.dataDir)).length, 1);
});

Deno.test("storage: resumable uploads obey policies, limits and the announced length", async () => {
  await using fixture = await prepared();
  assert.equal((await begin(fixture, `${BOB}/a.txt`, 1)).response.status, 400);
  const large = await begin(fixture, `${ALICE}/a.txt`, TEST_SIZE_LIMIT + 1);
  assert.equal(large.response.status, 413);
  const mine = await begin(fixture, `${ALICE}/a.txt`, 3);
  const others = await fixture.token({ role: "authenticated", sub: BOB });
  const theft = await fetch(mine.url, {
    method: "PATCH",
    headers: { authorization: `Bearer ${others}`, "content-type": PIECE, "upload-offset": "0" },
    body: "abc",
  });
  assert.equal(theft.status, 400);
  await theft.body?.cancel();
  const tooMuch = await fetch(mine.url, {
    method: "PATCH",
    headers: { ...mine.authorization, "content-type": PIECE, "upload-offset": "0" },
    body: "abcd",
  });
  assert.equal(tooMuch.status, 413);
  await tooMuch.body?.cancel();
  const given = await begin(fixture, `${ALICE}/b.txt`, 3);
  const gone = await fetch(given.url, { method: "DELETE", headers: given.authorization });
  assert.equal(gone.status, 204);
  assert.deepEqual(await keptFiles(fixture.dataDir), []);
});

Deno.test("storage: a signature stands in for the policies of a resumable upload", async () => {
  await using fixture = await prepared();
  const key = `${ALICE}/signed.txt`;
  const { data } = await fixture.alice.storage.from(BUCKET).createSignedUploadUrl(key);
  const headers = { "x-signature": data?.token ?? "" };
  const wrong = await begin(fixture, `${ALICE}/x.txt`, 3, { sub: BOB, headers, path: "/sign" });
  assert.equal(wrong.response.status, 400);
  const right = await begin(fixture, key, 3, { sub: BOB, headers, path: "/sign" });
  assert.equal(right.response.status, 201);
  const done = await fetch(right.url, {
    method: "PATCH",
    headers: { ...headers, "content-type": PIECE, "upload-offset": "0" },
    body: "abc",
  });
  assert.equal(done.status, 204);
  const { data: blob } = await fixture.alice.storage.from(BUCKET).download(key);
  assert.equal(await blob?.text(), "abc");
  const [row] = await fixture.database.sql`select owner_id from storage.objects`;
  assert.equal(row?.owner_id, ALICE);
});
