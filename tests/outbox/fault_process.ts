/**
 * @module A relay or a receiver in a process of its own, which stops at one moment of its work,
 * says so and waits there to be killed.
 */
import { readConfig } from "../../shared/core/config.ts";
import { createJobs } from "../../shared/jobs.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import { createDeps } from "../../shared/platform/deps.ts";
import type { JobQueue } from "../../shared/platform/queue.ts";
import { createLedger, type Ledger } from "./ledger.ts";

const HOUR_MS = 3_600_000;

const [moment = ""] = Deno.args;
const deps = createDeps(readConfig(Deno.env.toObject()), "fault");
const ledger = createLedger();

/** Says that the moment has come, and goes no further; at other moments goes on. */
async function stopAt(what: string): Promise<void> {
  if (what !== moment) return;
  console.log(what);
  for (;;) await new Promise((done) => setTimeout(done, HOUR_MS));
}

async function relay(): Promise<void> {
  const publish: JobQueue["publish"] = async (jobs) => {
    await stopAt("claimed");
    await deps.queue.publish(jobs);
    await stopAt("published");
  };
  await createRelay({ ...deps, queue: { ...deps.queue, publish } }, [ledger]).drain();
}

async function receiver(): Promise<void> {
  const hesitant: Ledger = {
    ...ledger,
    async handle(inner, event, sql) {
      await ledger.handle(inner, event, sql);
      await stopAt("half-way");
    },
  };
  const jobs = createJobs(deps, [hesitant]);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(`port ${port}`) },
    async (request) => {
      const url = new URL(request.url);
      const inner = new URL(url.pathname.replace("/functions/v1", ""), url);
      const response = await jobs.fetch(new Request(inner, request));
      await stopAt("committed");
      return response;
    },
  );
  await server.finished;
}

await (["claimed", "published"].includes(moment) ? relay() : receiver());
