/** @module Importing an archive beside COPY of the rows that come of it. */
import type { Sql } from "postgres";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { cpuUsage } from "node:process";
import { importArchive } from "../shared/imports/mod.ts";
import { systemClock } from "../shared/core/clock.ts";
import { createDatabase } from "../shared/platform/postgres.ts";
import { readCpuMs } from "./measure.ts";

const LINES = 10_000;
const AUTHORS = 200;
const LINES_PER_MINUTE = 5;
const COLUMNS =
  "id, room_id, seq, author_id, kind, body, body_html, entities, media_ids, status, " +
  "also_in_room, created_at, screened_at";

/** An archive as IRC logs are: short lines, some with a name or an address. */
function* makeArchive(): Generator<string> {
  for (let n = 0; n < LINES; n++) {
    const minute = Math.floor(n / LINES_PER_MINUTE);
    const time = [Math.floor(minute / 60) % 24, minute % 60]
      .map((part) => String(part).padStart(2, "0")).join(":");
    const day = String(1 + Math.floor(minute / 1_440) % 28).padStart(2, "0");
    const month = String(1 + Math.floor(minute / 40_320)).padStart(2, "0");
    const tail = n % 20 === 0 ? " see https://example.test/page and @author_7" : "";
    yield JSON.stringify({
      log: `2010-${month}-${day}_x`,
      i: n,
      time,
      user: `author_${n * 7919 % AUTHORS}`,
      text: `line number ${n}, of the length that lines in a chat room mostly have${tail}`,
    });
  }
}

/** What some work took: on the clock, of the server's processor, and of ours. */
interface Cost {
  readonly seconds: number;
  readonly serverMs: number;
  readonly clientMs: number;
}

async function costOf(pid: number, work: () => Promise<unknown>): Promise<Cost> {
  const [before, own, startedAt] = [await readCpuMs(pid), cpuUsage(), performance.now()];
  await work();
  const { user, system } = cpuUsage(own);
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    serverMs: (await readCpuMs(pid) ?? 0) - (before ?? 0),
    clientMs: (user + system) / 1_000,
  };
}

async function copyRows(sql: Sql, room: string): Promise<Cost> {
  await sql.unsafe("create table bench.copied (like public.messages including all)");
  const one = await sql.reserve();
  try {
    const chunks: Uint8Array[] = [];
    const from = await one.unsafe(
      `copy (select ${COLUMNS} from public.messages where room_id = '${room}' order by seq)
        to stdout`,
    ).readable();
    for await (const chunk of from) chunks.push(chunk);
    const [{ pid } = { pid: 0 }] = await one<{ pid: number }[]>`select pg_backend_pid() as pid`;
    return await costOf(pid, async () => {
      const to = await one.unsafe(`copy bench.copied (${COLUMNS}) from stdin`).writable();
      await pipeline(Readable.from(chunks), to);
    });
  } finally {
    one.release();
  }
}

function line(name: string, cost: Cost, copied: Cost): string {
  const [rate, floor] = [LINES / cost.seconds, LINES / copied.seconds];
  const cells = [
    rate.toFixed(0),
    floor.toFixed(0),
    (rate / floor).toFixed(2),
    (cost.serverMs * 1_000 / LINES).toFixed(0),
    (copied.serverMs * 1_000 / LINES).toFixed(0),
    (cost.clientMs * 1_000 / LINES).toFixed(0),
  ];
  return `| ${[name, ...cells].join(" | ")} |`;
}

/** Lines about imports: the first run makes the accounts too, the second finds all messages. */
export async function measureImport(sql: Sql, url: string): Promise<string[]> {
  await using db = createDatabase(url, { max: 1 });
  const [{ pid } = { pid: 0 }] = await db.asServiceOnce(
    "the processor's time of this connection is what is measured",
    (own) => own<{ pid: number }[]>`select pg_backend_pid() as pid`,
  );
  let room = "";
  const costs: [string, Cost][] = [];
  // Into an empty room with accounts to make; into another one; and what is there already.
  for (const [name, to] of [["first", "one"], ["accounts are there", "two"], ["again", "two"]]) {
    const cost = await costOf(pid, async () => {
      const report = await importArchive(
        { db, now: systemClock },
        { format: "irc", room: `archive ${to}`, lines: makeArchive() },
      );
      room = report.room_id;
      if (report.malformed > 0) throw new Error("the archive does not fit");
    });
    costs.push([name ?? "", cost]);
  }
  const copied = await copyRows(sql, room);
  return costs.map(([name, cost]) => line(name, cost, copied));
}

/** Head of the table. */
export const IMPORT_HEAD =
  "| import | messages a second | COPY of the same rows | ratio | server µs each | COPY µs each |" +
  " client µs each |\n| --- | --: | --: | --: | --: | --: | --: |";
