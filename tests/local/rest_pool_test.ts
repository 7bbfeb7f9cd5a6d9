/** @module The REST service's connections come back after all of them were idle. */
import assert from "node:assert/strict";
import { openPool } from "../../local/rest/execute.ts";
import { openDatabase } from "../support/database.ts";

/** Longest that a connection may take; without an answer it never comes. */
const CONNECT_MS_MAX = 5_000;

Deno.test("rest: a connection made for a request is handed to it", async () => {
  await using db = await openDatabase({ template: "platform" });
  const pool = openPool(db.url);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), CONNECT_MS_MAX);
  });

  const held = await Promise.race([pool.reserve(), late]);

  clearTimeout(timer);
  held?.release();
  await pool.end({ timeout: 0 });
  assert.ok(held !== undefined, "the first reserved connection of a pool came");
});
