/**
 * @module The media worker: a process of its own for native image work, since hosted edge
 * functions load no native addon.
 *
 * Environment: `MEDIA_WORKER_SECRET` (needed), `PORT`, `HOST`, `MEDIA_WORKER_PROCESSES`;
 * `DENO_SERVE_ADDRESS` wins over the address.
 */
import process from "node:process";
import { createMediaServer } from "./server.ts";

const MIN_SECRET_LENGTH = 16;
const DEFAULT_PORT = 8790;
const MAX_PROCESSES = 16;
const DEFAULT_PROCESSES = 2;
const QUEUE_LIMIT = 32;
const DEADLINE_MS = 25_000;

/** A whole number from the environment, within bounds. */
function readNumber(name: string, fallback: number, max: number): number {
  const text = Deno.env.get(name);
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max) {
    console.error(`${name} must be a whole number up to ${max}.`);
    Deno.exit(1);
  }
  return value;
}

/** Whether files can be worked on at all: it is better known now than at the first of them. */
function requireProcessors(): void {
  const command = Deno.execPath();
  if (Deno.permissions.querySync({ name: "run", command }).state === "granted") return;
  console.error(`The worker starts processes of its own: run it with --allow-run=${command}`);
  Deno.exit(1);
}

if (import.meta.main) {
  const secret = Deno.env.get("MEDIA_WORKER_SECRET") ?? "";
  if (secret.length < MIN_SECRET_LENGTH) {
    console.error(`MEDIA_WORKER_SECRET must have at least ${MIN_SECRET_LENGTH} characters.`);
    Deno.exit(1);
  }
  requireProcessors();
  const worker = createMediaServer({
    secret,
    size: Math.max(readNumber("MEDIA_WORKER_PROCESSES", DEFAULT_PROCESSES, MAX_PROCESSES), 1),
    queueLimit: QUEUE_LIMIT,
    deadlineMs: DEADLINE_MS,
  });
  const server = Deno.serve({
    hostname: Deno.env.get("HOST") ?? "127.0.0.1",
    port: readNumber("PORT", DEFAULT_PORT, 65_535),
    onListen: (address) => {
      const place = "port" in address ? `http://${address.hostname}:${address.port}` : "a socket";
      console.log(`media worker listening on ${place}`);
    },
  }, (request) => worker.fetch(request));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      server.shutdown();
    });
  }
  await server.finished;
  await worker[Symbol.asyncDispose]();
}
