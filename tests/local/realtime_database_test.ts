/** @module What the database sends: order, gaps, stored messages, table changes. */
import assert from "node:assert/strict";
import postgres, { type Sql } from "postgres";
import {
  ALICE,
  BOB,
  openRealtime,
  outcomeOf,
  type RealtimeFixture,
  until,
  user,
} from "./realtime_support.ts";

const isPrivate = { config: { private: true } };
const WRITERS = 5;
const MESSAGES_PER_WRITER = 100;

interface Numbered {
  readonly payload: { readonly n: number };
}

let fixture: RealtimeFixture;
let sql: Sql;

Deno.test.beforeAll(async () => {
  fixture = await openRealtime();
  sql = fixture.database.sql;
});
Deno.test.afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

async function listen(topic: string, id = ALICE, config = {}) {
  const heard: Numbered[] = [];
  const client = await fixture.client(user(id));
  const channel = client.channel(topic, { config: { private: true, ...config } });
  channel.on("broadcast", { event: "n" }, (message) => heard.push(message as never));
  assert.equal(await outcomeOf(channel), "SUBSCRIBED");
  return { client, channel, numbers: () => heard.map((message) => message.payload.n), heard };
}

Deno.test("realtime: messages of several connections arrive in commit order", async () => {
  const { client, heard, numbers } = await listen("room:open");
  const writers = Array.from(
    { length: WRITERS },
    () => postgres(fixture.database.url, { max: 1, onnotice: () => {} }),
  );
  // The lock makes the order of commits the order of the numbers, whoever writes.
  await sql`create sequence public.numbers`;
  await sql`grant usage on sequence public.numbers to postgres`;
  await Promise.all(writers.map(async (writer) => {
    for (let message = 0; message < MESSAGES_PER_WRITER; message += 1) {
      await writer.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(1)`;
        await tx`select realtime.send(
            jsonb_build_object('n', nextval('public.numbers')), 'n', 'room:open')`;
      });
    }
    await writer.end();
  }));
  const total = WRITERS * MESSAGES_PER_WRITER;
  await until("all messages arrive", () => heard.length >= total);
  assert.deepEqual(numbers(), Array.from({ length: total }, (_, index) => index + 1));
  await client.realtime.disconnect();
});

Deno.test("realtime: a message that is rolled back is never seen", async () => {
  const { client, numbers } = await listen("room:open");
  await sql.begin(async (tx) => {
    await tx`select realtime.send('{"n":1}'::jsonb, 'n', 'room:open')`;
    await tx`select realtime.send('{"n":2}'::jsonb, 'n', 'room:open')`;
    throw new Error("changed my mind");
  }).catch(() => {});
  await sql`select realtime.send('{"n":3}'::jsonb, 'n', 'room:open')`;
  await until("the committed one arrives", () => numbers().length > 0);
  assert.deepEqual(numbers(), [3]);
  await client.realtime.disconnect();
});

Deno.test("realtime: the payload keeps the id of its row", async () => {
  const { client, heard } = await listen("room:open");
  await sql`select realtime.send('{"n":1}'::jsonb, 'n', 'room:open')`;
  await until("it arrives", () => heard.length === 1);
  const [row] = await sql`
      select id from realtime.messages where topic = 'room:open' order by inserted_at desc limit 1`;
  const message = heard[0] as unknown as { payload: { id: string }; meta: { id: string } };
  assert.equal(message.payload.id, row?.id);
  assert.equal(message.meta.id, row?.id);
  await client.realtime.disconnect();
});

Deno.test("realtime: nothing is lost or doubled when the log's connection is cut", async () => {
  const { client, numbers } = await listen("room:open");
  let n = 0;
  const send = async () => {
    n += 1;
    await sql`select realtime.send(jsonb_build_object('n', ${n}::int), 'n', 'room:open')`;
  };
  for (let round = 0; round < 3; round += 1) {
    await send();
    const cut = await sql`
        select pg_terminate_backend(active_pid) from pg_replication_slots
        where active and database = current_database()`;
    assert.equal(cut.length, 1);
    for (let message = 0; message < 5; message += 1) await send();
    await until("it reads again", async () => {
      const active = await sql`select 1 from pg_replication_slots
          where active and database = current_database()`;
      return active.length === 1;
    });
    await send();
  }
  await until("all messages arrive", () => numbers().length >= n);
  assert.deepEqual(numbers(), Array.from({ length: n }, (_, index) => index + 1));
  await client.realtime.disconnect();
});

Deno.test("realtime: stored messages are replayed to those who come late", async () => {
  const topic = `user:${BOB}`;
  const since = Date.now() - 1_000;
  const early = await listen(topic, BOB);
  for (const n of [1, 2, 3]) {
    await sql`select realtime.send(jsonb_build_object('n', ${n}::int), 'n', ${topic})`;
  }
  // What the log has not told yet would reach those who come late as live messages.
  await until("they were told live", () => early.heard.length === 3);
  await early.client.realtime.disconnect();
  const late = await listen(topic, BOB, { broadcast: { replay: { since, limit: 2 } } });
  await until("they arrive", () => late.heard.length === 2);
  assert.deepEqual(late.numbers(), [2, 3]);
  const [first] = late.heard as unknown as { meta: { replayed: boolean } }[];
  assert.equal(first?.meta.replayed, true);
  await sql`select realtime.send('{"n":4}'::jsonb, 'n', ${topic})`;
  await until("the live one arrives", () => late.heard.length === 3);
  assert.deepEqual(late.numbers(), [2, 3, 4]);
  await late.client.realtime.disconnect();
});

Deno.test("realtime: binary payloads of the database", async () => {
  const client = await fixture.client(user(ALICE));
  const heard: ArrayBuffer[] = [];
  const channel = client.channel("room:open", isPrivate)
    .on("broadcast", { event: "bytes" }, ({ payload }) => heard.push(payload as never));
  assert.equal(await outcomeOf(channel), "SUBSCRIBED");
  await sql`select realtime.send_binary('\\x00ff10'::bytea, 'bytes', 'room:open')`;
  await until("they arrive", () => heard.length === 1);
  assert.deepEqual([...new Uint8Array(heard[0] ?? new ArrayBuffer())], [0, 255, 16]);
  await client.realtime.disconnect();
});
