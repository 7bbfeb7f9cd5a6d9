/**
 * @module A relay or a receiver in a process of its own, which stops right before it would tell
 * that it is done, and waits there to be killed.
 */
import { readConfig } from "../../shared/core/config.ts";
import { createJobs } from "../../shared/jobs.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import { createDeps } from "../../shared/platform/deps.ts";
import { createLedger } from "./ledger.ts";

const HOUR_MS = 3_600_000;

/** Says what was done, and goes no further. */
async function stopHere(what: string): Promise<never> {
  console.log(what);
  for (;;) await new Promise((done) => setTimeout(done, HOUR_MS));
}

const deps = createDeps(readConfig(Deno.env.toObject()), "fault");
const ledger = createLedger();

if (Deno.args[0] === "relay") {
  const queue = {
    ...deps.queue,
    async publish(jobs: Parameters<typeof deps.queue.publish>[0]) {
      await deps.queue.publish(jobs);
      await stopHere("published");
    },
  };
  await createRelay({ ...deps, queue }, [ledger]).drain();
} else {
  const jobs = createJobs(deps, [ledger]);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(`port ${port}`) },
    async (request) => {
      const url = new URL(request.url);
      const inner = new URL(url.pathname.replace("/functions/v1", ""), url);
      await jobs.fetch(new Request(inner, request));
      return await stopHere("committed");
    },
  );
  await server.finished;
}
