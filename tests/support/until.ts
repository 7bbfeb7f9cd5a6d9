/** @module Waits for what happens in the background. */
import assert from "node:assert/strict";

const DEADLINE_MS = 15_000;
const POLL_MS = 10;

/** Waits until something holds. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!await holds()) {
    assert.ok(Date.now() < deadline, `timed out: ${what}`);
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}
