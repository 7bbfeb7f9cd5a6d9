/**
 * @module Loaded ahead of every process that the stack starts: ends it with the stack. The stack
 * holds the other end of its standard input, which closes however the stack dies.
 */
import process from "node:process";

async function followHost(): Promise<void> {
  for await (const _chunk of Deno.stdin.readable);
  // As if asked to end, so that what listens for that is done.
  if (Deno.build.os === "windows" || process.listenerCount("SIGTERM") === 0) Deno.exit(0);
  process.emit("SIGTERM");
}

/**
 * Not while this module is evaluated, which a pending read would hold up; and not at the program's
 * `load` event, which one that awaits at its top level has only at its end.
 */
const START_DELAY_MS = 20;
Deno.unrefTimer(setTimeout(followHost, START_DELAY_MS));
