/** @module From a message to all sockets of a room, beside a broadcast without any database. */
import type { Sql } from "postgres";
import { signToken } from "../local/jwt.ts";
import type { ServerOptions } from "./chat_server.ts";
import { Crowd } from "./chat_crowd.ts";
import { summarize } from "./measure.ts";

/** Sockets in the room. */
const CROWDS = [1, 50, 500] as const;
const MESSAGES = 40;
const WARM_UP = 5;
/** Sockets of one person, as many as the product lets them have. */
const SOCKETS_EACH = 10;
const TOKEN_SECONDS = 7_200;
/** Messages in a second that are tried, one after the other, for so long each. */
const RATES = [5, 10, 20, 40, 80, 160, 320, 640] as const;
const RATE_MS = 3_000;
/** A rate holds while all but one in a hundred arrive in this time. */
const LIVELY_MS = 250;
/** A rate that is far too high is not waited for. */
const GIVE_UP_MS = 10_000;
const PERCENT_99 = 0.99;
const BARE_TOPIC = "bare";

/** Head of the table. */
export const LIVE_HEAD =
  "| sockets | way | p50 ms | p99 ms | p50 / broadcast | messages a second with p99 < 250 ms |\n" +
  "| --: | --- | --: | --: | --: | --: |";

type Send = (text: string) => unknown;

async function startServer(options: ServerOptions): Promise<{ port: number; worker: Worker }> {
  const worker = new Worker(new URL("./chat_server.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(options);
  return { port: await promise, worker };
}

/** A room of people who are all connected; the first of them writes. */
async function makeAudience(sql: Sql, secret: string) {
  const people = Math.max(...CROWDS) / SOCKETS_EACH;
  await sql`
    insert into public.room_members (room_id, profile_id)
    select md5('room 1')::uuid, md5('person ' || n)::uuid
    from generate_series(1, ${people}::int) n on conflict do nothing`;
  const rows = await sql<{ id: string; session: string; topic: string }[]>`
    select md5('person ' || n)::uuid as id, md5('session ' || n)::uuid as session,
      private.room_topic(r.id, r.epoch) as topic
    from generate_series(1, ${people}::int) n, public.rooms r where r.id = md5('room 1')::uuid`;
  const iat = Math.floor(Date.now() / 1_000);
  const times = { iat, exp: iat + TOKEN_SECONDS };
  const tokens = await Promise.all(
    rows.map(({ id, session }) =>
      signToken({ role: "authenticated", sub: id, session_id: session, ...times }, { secret })
    ),
  );
  return {
    tokens: Array.from({ length: people * SOCKETS_EACH }, (_, n) => tokens[n % people] ?? ""),
    topic: rows[0]?.topic ?? "",
    apikey: await signToken({ role: "anon", ...times }, { secret }),
  };
}

/** The same text as a broadcast of one socket to the others, with as much beside it. */
async function bareSender(sql: Sql, socket: WebSocket): Promise<Send> {
  const [row] = await sql<{ message: Record<string, unknown> }[]>`
    select s.message from private.present_messages(array(select id from public.messages
      where room_id = md5('room 1')::uuid limit 1), true) s`;
  return (body) => {
    const payload = { message: { ...row?.message, body, body_html: "" } };
    const event = { type: "broadcast", event: "message.created", payload };
    socket.send(JSON.stringify(["1", "2", `realtime:${BARE_TOPIC}`, "broadcast", event]));
  };
}

/** Whether the rate is held, and how fast most of it is. */
async function holdsRate(crowd: Crowd, send: Send, perSecond: number): Promise<boolean> {
  const samples: number[] = [];
  const told: Promise<unknown>[] = [];
  const startedAt = performance.now();
  const total = Math.ceil(perSecond * RATE_MS / 1_000);
  for (let n = 0; n < total; n++) {
    const wait = startedAt + n * 1_000 / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    told.push(crowd.tell(send).then((heard) => void samples.push(...heard)));
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => timer = setTimeout(resolve, GIVE_UP_MS));
  await Promise.race([Promise.all(told), late]);
  clearTimeout(timer);
  const expected = total * crowd.sockets.length;
  const sorted = samples.toSorted((a, b) => a - b);
  const isAll = samples.length === expected;
  if (!isAll) await Promise.all(told);
  return isAll && (sorted[Math.floor(sorted.length * PERCENT_99)] ?? Infinity) < LIVELY_MS;
}

async function highestRate(crowd: Crowd, send: Send): Promise<number> {
  let held = 0;
  for (const rate of RATES) {
    if (!await holdsRate(crowd, send, rate)) break;
    held = rate;
  }
  return held;
}

async function latency(name: string, crowd: Crowd, send: Send) {
  const samples: number[] = [];
  for (let n = 0; n < WARM_UP; n++) await crowd.tell(send);
  for (let n = 0; n < MESSAGES; n++) samples.push(...await crowd.tell(send));
  return summarize(name, samples);
}

/** Lines about live delivery. `pool` writes as clients do by table: one transaction each. */
export async function measureCrowds(pool: Sql, databaseUrl: string): Promise<string[]> {
  const secret = "a secret of the bench, of at least thirty-two characters";
  const { port, worker } = await startServer({ databaseUrl, secret });
  const { tokens, topic, apikey } = await makeAudience(pool, secret);
  const url = `ws://127.0.0.1:${port}`;
  const topics = [[topic, true], [BARE_TOPIC, false]] as const;
  const lines: string[] = [];
  for (const size of CROWDS) {
    const crowd = await Crowd.open({ url, apikey, topics, tokens: tokens.slice(0, size) });
    const speaker = await Crowd.open({
      url,
      apikey,
      topics: [[BARE_TOPIC, false]],
      tokens: tokens.slice(0, 1),
    });
    const [socket] = speaker.sockets;
    if (socket === undefined) throw new Error("no socket to speak by");
    const bare = await bareSender(pool, socket);
    const product: Send = (body) =>
      pool`select bench.send_product(${1 + Math.floor(Math.random() * SOCKETS_EACH)}::int, 1,
        ${body})`;
    const ways = [["broadcast", bare], ["message", product]] as const;
    const timings = new Map<string, number>();
    for (const [name, send] of ways) {
      const { p50, p99 } = await latency(name, crowd, send);
      timings.set(name, p50);
      const ratio = (p50 / (timings.get("broadcast") ?? NaN)).toFixed(1);
      const cells = [size, name, p50.toFixed(1), p99.toFixed(1), ratio];
      lines.push(`| ${[...cells, await highestRate(crowd, send)].join(" | ")} |`);
    }
    await Promise.all([crowd.close(), speaker.close()]);
  }
  worker.terminate();
  return lines;
}
