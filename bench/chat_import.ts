/** @module Importing an archive beside COPY of the rows that come of it. */
import type { Sql } from "postgres";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { importArchive } from "../shared/imports/mod.ts";
import { createDatabase } from "../shared/platform/postgres.ts";

const LINES = 20_000;
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

async function copySeconds(sql: Sql, room: string): Promise<number> {
  await sql.unsafe("create table bench.copied (like public.messages including all)");
  const chunks: Uint8Array[] = [];
  const from = await sql.unsafe(
    `copy (select ${COLUMNS} from public.messages where room_id = '${room}' order by seq)
      to stdout`,
  ).readable();
  for await (const chunk of from) chunks.push(chunk);
  const startedAt = performance.now();
  const to = await sql.unsafe(`copy bench.copied (${COLUMNS}) from stdin`).writable();
  await pipeline(Readable.from(chunks), to);
  return (performance.now() - startedAt) / 1_000;
}

/** Lines about imports: the first run makes the accounts too, the second finds all messages. */
export async function measureImport(sql: Sql, url: string): Promise<string[]> {
  await using db = createDatabase(url, { max: 1 });
  const lines: string[] = [];
  let room = "";
  const rates: [string, number][] = [];
  // Into an empty room with accounts to make; into another one; and what is there already.
  for (const [name, to] of [["first", "one"], ["accounts are there", "two"], ["again", "two"]]) {
    const startedAt = performance.now();
    const report = await importArchive(
      { db },
      { format: "irc", room: `archive ${to}`, lines: makeArchive() },
    );
    rates.push([name ?? "", LINES / ((performance.now() - startedAt) / 1_000)]);
    room = report.room_id;
    if (report.malformed > 0) throw new Error("the archive does not fit");
  }
  const copied = LINES / await copySeconds(sql, room);
  for (const [name, rate] of rates) {
    lines.push(
      `| ${name} | ${rate.toFixed(0)} | ${copied.toFixed(0)} | ${(rate / copied).toFixed(2)} |`,
    );
  }
  return lines;
}

/** Head of the table. */
export const IMPORT_HEAD =
  "| import | messages a second | COPY of the same rows | ratio |\n| --- | --: | --: | --: |";
