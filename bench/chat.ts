/**
 * @module `deno task bench chat [--messages N] [--part reads|sends]`: rooms and messages beside
 * bare statements of the same run. On a database of its own.
 */
import postgres from "postgres";
import { openScratchDatabase } from "../tools/scratch_database.ts";
import { COMPARE_HEAD } from "./chat_compare.ts";
import { measureReads } from "./chat_reads.ts";
import { measureSends, SEND_HEAD, SENDERS } from "./chat_send.ts";
import { buildChatTown, CHAT_SIZE } from "./chat_town.ts";

function print(head: string, lines: readonly string[]): void {
  console.log(`\n${[head, ...lines].join("\n")}`);
}

/** Measures what runs in the database; returns how many targets are missed. */
async function benchDatabase(part: string | undefined, messages: number): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await openScratchDatabase());
  const pool = postgres(database.adminUrl, { max: SENDERS, onnotice: () => undefined });
  stack.defer(() => pool.end());
  const size = { ...CHAT_SIZE, messages };
  await buildChatTown(pool, size, (line) => console.error(line));
  let missed = 0;
  if (part !== "sends") {
    const one = await pool.reserve();
    print(COMPARE_HEAD, await measureReads(one, size));
    one.release();
  }
  if (part !== "reads") {
    const sends = await measureSends(pool, pool);
    print(SEND_HEAD, sends.lines);
    missed += sends.missed;
  }
  return missed;
}

/** Runs the parts that are asked for; returns how many targets are missed. */
export async function benchChat(options: ReadonlyMap<string, string>): Promise<number> {
  const part = options.get("part");
  const messages = Number(options.get("messages") ?? CHAT_SIZE.messages);
  const cores = navigator.hardwareConcurrency;
  const load = Deno.loadavg()[0]?.toFixed(0);
  const day = new Date().toISOString().slice(0, 10);
  console.log(`${day}, ${cores} cores, ${Deno.build.target}, load ${load}`);
  let missed = 0;
  if (part === undefined || part === "reads" || part === "sends") {
    missed += await benchDatabase(part, messages);
  }
  return missed;
}
