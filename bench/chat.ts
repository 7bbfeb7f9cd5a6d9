/**
 * @module `deno task bench chat [--messages N] [--part reads|sends|live|import]`: rooms and
 * messages beside bare statements, broadcasts and COPY of the same run. On databases of their own.
 */
import postgres from "postgres";
import { openScratchDatabase } from "../tools/scratch_database.ts";
import { COMPARE_HEAD } from "./chat_compare.ts";
import { measureReads } from "./chat_reads.ts";
import { IMPORT_HEAD, measureImport } from "./chat_import.ts";
import { LIVE_HEAD, measureCrowds } from "./chat_live.ts";
import { measureSends, prepareSends, SEND_HEAD, SENDERS } from "./chat_send.ts";
import { buildChatTown, CHAT_SIZE, type ChatSize } from "./chat_town.ts";

/** Where only the way matters, not how much there is. */
const SMALL_SIZE: ChatSize = { people: 100, rooms: 1_000, messages: 20_000, myRooms: 20 };

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
    await prepareSends(pool);
    const sends = await measureSends(pool);
    print(SEND_HEAD, sends.lines);
    missed += sends.missed;
  }
  return missed;
}

/** Measures what goes over sockets, and imports, in a small town. */
async function benchWays(part: string | undefined): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await openScratchDatabase());
  const pool = postgres(database.adminUrl, {
    max: SENDERS,
    onnotice: () => undefined,
    // As on a server that keeps its data: followers of the log are woken by each commit.
    connection: { synchronous_commit: "on" },
  });
  stack.defer(() => pool.end());
  await buildChatTown(pool, SMALL_SIZE);
  if (part !== "live") print(IMPORT_HEAD, await measureImport(pool, database.url));
  if (part !== "import") {
    await prepareSends(pool);
    print(LIVE_HEAD, await measureCrowds(pool, database.adminUrl));
  }
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
  if (part === undefined || part === "live" || part === "import") await benchWays(part);
  return missed;
}
