/** @module Postgres is restarted while events are written, published and handled. */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { readConfig } from "../../shared/core/config.ts";
import { createJobs } from "../../shared/jobs.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import { createDeps } from "../../shared/platform/deps.ts";
import { bootstrapDatabase } from "../../local/postgres/bootstrap.ts";
import { removeCluster, startPostgres } from "../../local/postgres/mod.ts";
import { migrate } from "../../local/migrations.ts";
import { openQstash } from "../local/qstash_support.ts";
import { until } from "../support/until.ts";
import { environmentOf } from "./fault_support.ts";
import { createLedger, prepareLedger } from "./ledger.ts";

const ROOT = join(import.meta.dirname ?? ".", "..", "..");
const TRAVERSABLE_MODE = 0o711;
const EVENTS = 60;

function urlOf(cluster: string, role: string): string {
  const url = new URL(cluster);
  url.username = role;
  return url.href;
}

/** A cluster of its own with the product in it; it can be stopped and started on its port. */
async function openCluster(stack: AsyncDisposableStack) {
  const folder = await Deno.makeTempDir({ prefix: "townsquare-restart-" });
  await Deno.chmod(folder, TRAVERSABLE_MODE);
  const dataDir = join(folder, "postgres");
  let running = await startPostgres({ dataDir });
  const { port } = running;
  stack.defer(async () => {
    const place = running.dataDir;
    await running.close();
    await removeCluster(place);
    await Deno.remove(folder, { recursive: true });
  });
  await bootstrapDatabase(running.url);
  await migrate({ databaseUrl: urlOf(running.url, "postgres"), projectDir: ROOT });
  return {
    url: running.url,
    async restart() {
      await running.close();
      running = await startPostgres({ dataDir, port });
    },
  };
}

Deno.test("[B13] faults: Postgres is restarted under load: nothing lost, nothing twice", async () => {
  await using stack = new AsyncDisposableStack();
  const cluster = await openCluster(stack);
  const qstash = stack.use(await openQstash());
  const admin = postgres(cluster.url, { max: 2, onnotice: () => undefined });
  stack.defer(() => admin.end({ timeout: 1 }));
  await prepareLedger(admin);
  const ledger = createLedger();
  const deps = createDeps(
    readConfig({
      SUPABASE_URL: qstash.endpoint.url,
      SUPABASE_SERVICE_ROLE_KEY: "none",
      DATABASE_URL: urlOf(cluster.url, "postgres"),
      LOG_LEVEL: "error",
      ...environmentOf(qstash.endpoint.url, qstash.url),
    }),
    "restart",
  );
  stack.use(deps.db);
  const jobs = createJobs(deps, [ledger]);
  qstash.endpoint.respond = ({ path, method, headers, bytes }) =>
    jobs.request(path.replace("/functions/v1", ""), { method, headers, body: bytes });
  const relay = createRelay(deps, [ledger]);
  const written = new Set<string>();
  let refused = 0;

  async function write(): Promise<void> {
    const subject = crypto.randomUUID();
    try {
      await admin`select private.emit('test.made', ${subject}, null)`;
      written.add(subject);
      await relay.drain();
    } catch {
      refused++;
      await new Promise((done) => setTimeout(done, 1));
    }
  }
  const load = (async () => {
    while (written.size < EVENTS) await write();
  })();
  await until(() => written.size > EVENTS / 4, "load");
  await cluster.restart();
  await load;

  await until(async () => {
    await admin`update private.outbox set locked_until = null, available_at = now()
      where published_at is null`;
    await relay.drain();
    await qstash.sql`update qstash.messages set not_before = now()
      where not_before > now() and lease_token is null`;
    qstash.advance(0);
    const [waiting] = await admin`
      select count(*)::int as n from private.outbox where published_at is null`;
    const [moving] = await qstash.sql`select count(*)::int as n from qstash.messages`;
    return waiting?.n === 0 && moving?.n === 0;
  }, "nothing is on its way");
  const rows = await admin<{ subject_id: string; n: number }[]>`
    select subject_id, count(*)::int as n from private.ledger group by subject_id`;
  assert.ok(refused > 0, "the restart was felt");
  assert.ok(rows.every(({ n }) => n === 1), "nothing twice");
  const done = new Set(rows.map(({ subject_id }) => subject_id));
  assert.deepEqual([...written].filter((subject) => !done.has(subject)), [], "nothing lost");
  assert.equal((await admin`select from private.dead_jobs`).length, 0);
});
