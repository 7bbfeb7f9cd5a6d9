/** @module The storage port on the platform's storage service. */
import assert from "node:assert/strict";
import { AppError } from "../../shared/core/errors.ts";
import { openApp } from "../support/app.ts";

const BYTES = new TextEncoder().encode("héllo");

function isNotFound(error: unknown): boolean {
  return error instanceof AppError && error.problem === "not-found";
}

Deno.test("storage: a file is put, read, signed, replaced and removed", async () => {
  await using app = await openApp({ services: true });
  const { storage, platform } = app.deps;
  await app.db.sql`
    insert into storage.buckets (id, name, public) values ('trial', 'trial', false)`;
  const path = "a folder/file (1).txt";

  await storage.put("trial", path, { bytes: BYTES, mimeType: "text/plain" });
  const first = await storage.read("trial", path);
  await storage.put("trial", path, { bytes: BYTES.slice(0, 1), mimeType: "text/plain" });
  const signed = await storage.sign("trial", path, 60);
  const opened = await platform.call({ method: "GET", path: signed });
  await storage.remove("trial", [path]);

  assert.deepEqual(first.bytes, BYTES);
  assert.match(first.mimeType, /^text\/plain/);
  assert.equal(await opened.text(), "h");
  await assert.rejects(storage.read("trial", path), isNotFound);
});

Deno.test("storage: a bucket that is not there is not found", async () => {
  await using app = await openApp({ services: true });

  const put = app.deps.storage.put("nowhere", "x", { bytes: BYTES, mimeType: "text/plain" });

  await assert.rejects(put, isNotFound);
});
