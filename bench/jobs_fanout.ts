/**
 * @module One announcement to everybody, as the product tells it, beside one ordered insert of as
 * many rows into a table with a primary key only. On a database of its own.
 */
import postgres, { type Sql } from "postgres";
import { openScratchDatabase } from "../tools/scratch_database.ts";
import { readCpuMs } from "./measure.ts";

/** People who are told. */
export const RECIPIENTS = 100_000;
const BATCH_SIZE = 1_000;
/** Of several rounds the best counts: other work on the machine can only make it worse. */
const ROUNDS = 3;
/** What the design asks for. */
const TARGET = 2.5;

/** People without the triggers of signing up; nobody is signed in. */
export async function plantPeople(sql: Sql, prefix: string, count: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into auth.users (id, instance_id, aud, role, email, created_at, updated_at)
      select md5(${prefix}::text || n)::uuid, md5('')::uuid, 'authenticated', 'authenticated',
        ${prefix}::text || n || '@bench.test', now(), now()
      from generate_series(1, ${count}::int) n`;
    await tx`
      insert into public.profiles (id, handle, display_name)
      select md5(${prefix}::text || n)::uuid, ${prefix}::text || n, 'Person ' || n
      from generate_series(1, ${count}::int) n`;
    await tx`
      insert into public.notification_preferences (profile_id)
      select md5(${prefix}::text || n)::uuid from generate_series(1, ${count}::int) n`;
  });
  await sql`analyze public.profiles`;
  await sql`analyze public.notification_preferences`;
}

type Kind = "floor" | "product";

async function cpuOf(sql: Sql, work: () => Promise<unknown>): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const before = await readCpuMs(row?.pid ?? 0);
  const startedAt = performance.now();
  await work();
  const after = await readCpuMs(row?.pid ?? 0);
  return before === undefined || after === undefined
    ? performance.now() - startedAt
    : after - before;
}

const WORK: Readonly<Record<Kind, (sql: Sql) => Promise<unknown>>> = {
  floor: (sql) =>
    sql`
      insert into bench.told
      select gen_random_uuid(), p.id, 'announcement', null, 'announcement', x.id, x.id,
        '{"text": "News"}', '{in_app,push}', 'pending', clock_timestamp()
      from (select gen_random_uuid() as id) x, public.profiles p order by p.id`,
  async product(sql) {
    const [row] = await sql<{ id: string }[]>`
      insert into private.announcements (title) values ('News') returning id`;
    for (let told = BATCH_SIZE; told === BATCH_SIZE;) {
      const [batch] = await sql<{ told: number }[]>`
        select private.tell_announcement(${row?.id ?? ""}::uuid, ${BATCH_SIZE}::int) as told`;
      told = batch?.told ?? 0;
    }
  },
};

/** Head of the table. */
export const FANOUT_HEAD = "| measured | CPU ms | floor | floor CPU ms | ratio | target |\n" +
  "| --- | --: | --- | --: | --: | --: |";

/** Lines about storing, and how many targets are missed. */
export async function measureFanout(): Promise<{ lines: string[]; missed: number }> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await openScratchDatabase());
  const sql = postgres(database.adminUrl, { max: 1, onnotice: () => undefined });
  stack.defer(() => sql.end());
  await plantPeople(sql, "crowd_", RECIPIENTS);
  await sql`create schema bench`;
  // Columns of the floor's statement, whatever else a notification has.
  await sql`create table bench.told as
    select id, recipient_id, type, actor_id, subject_type, subject_id, source_id, meta, channels,
      status, created_at from public.notifications`;
  await sql`alter table bench.told add primary key (recipient_id, source_id)`;
  const best = { floor: Infinity, product: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ["floor", "product"] as const) {
      best[kind] = Math.min(best[kind], await cpuOf(sql, () => WORK[kind](sql)));
    }
  }
  const ratio = best.product / best.floor;
  const cells = [
    `${RECIPIENTS} people told of an announcement`,
    best.product.toFixed(0),
    "ordered insert, primary key only",
    best.floor.toFixed(0),
    ratio.toFixed(1),
    TARGET,
  ];
  return { lines: [`| ${cells.join(" | ")} |`], missed: ratio > TARGET ? 1 : 0 };
}
