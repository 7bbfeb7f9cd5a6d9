/** @module Statements side by side on one connection: the first of each group is the floor. */
import type { ReservedSql } from "postgres";
import { readCpuMs, summarize } from "./measure.ts";

/** What a page is about. */
export interface Place {
  readonly id: string;
  readonly seq: number;
  readonly root: string;
}

/** A statement that is measured. */
export interface Case {
  readonly name: string;
  /** Under the policies of the reader rather than as the owner. */
  readonly asReader?: boolean;
  /** Chooses what a call is about; not counted. */
  readonly prepare?: (call: number) => Promise<Place>;
  run(place: Place): PromiseLike<unknown>;
}

const CALLS = 100;
const WARM_UP_CALLS = 10;
/** Cases take turns, so that what else the machine does meets all of them. */
const ROUNDS = 2;
const NOWHERE: Place = { id: "", seq: 0, root: "" };

/** Head of the table. */
export const COMPARE_HEAD =
  "| statement | CPU of the server ms | ratio | p50 ms | p99 ms |\n| --- | --: | --: | --: | --: |";

interface Measured {
  readonly cpu: number;
  readonly samples: readonly number[];
}

async function measureCase(sql: ReservedSql, pid: number, one: Case): Promise<Measured> {
  const samples: number[] = [];
  let cpu = 0;
  await sql`begin`;
  const places: Place[] = [];
  for (let call = 0; call < CALLS + WARM_UP_CALLS; call++) {
    places.push(await one.prepare?.(call) ?? NOWHERE);
  }
  if (one.asReader) {
    await sql`
      select private.begin_request(jsonb_build_object('role', 'authenticated',
        'sub', md5('person 1')::uuid, 'session_id', md5('session 1')::uuid))`;
  }
  for (const place of places.slice(0, WARM_UP_CALLS)) await one.run(place);
  const cpuBefore = await readCpuMs(pid);
  for (const place of places.slice(WARM_UP_CALLS)) {
    const startedAt = performance.now();
    await one.run(place);
    samples.push(performance.now() - startedAt);
  }
  cpu = ((await readCpuMs(pid) ?? NaN) - (cpuBefore ?? NaN)) / CALLS;
  await sql`rollback`;
  return { cpu, samples };
}

/** Measures all cases; of the rounds the cheapest counts. One line of the table for each. */
export async function compare(sql: ReservedSql, cases: readonly Case[]): Promise<string[]> {
  const [server] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const best = new Map<string, Measured>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of cases) {
      const now = await measureCase(sql, server?.pid ?? 0, one);
      const known = best.get(one.name);
      if (known === undefined || now.cpu < known.cpu) best.set(one.name, now);
    }
  }
  const floor = best.get(cases[0]?.name ?? "")?.cpu ?? NaN;
  return cases.map(({ name }) => {
    const { cpu = NaN, samples = [] } = best.get(name) ?? {};
    const { p50, p99 } = summarize(name, samples);
    const cells = [name, cpu.toFixed(2), (cpu / floor).toFixed(2), p50.toFixed(2), p99.toFixed(2)];
    return `| ${cells.join(" | ")} |`;
  });
}
