/**
 * @module `deno task bench [--stack FILE]`: ratios to floors taken in the same run, on a running
 * stack. Prints a Markdown table with machine and date. `deno task bench policies` is another one.
 */
import { createClient } from "@supabase/supabase-js";
import postgres, { type Sql } from "postgres";
import { readOptions, STACK_FILE } from "../tools/stack_deps.ts";
import { HEAD, measure, row } from "./measure.ts";
import { measureContent } from "./content.ts";
import { measureLive } from "./live.ts";
import { benchChat } from "./chat.ts";
import { benchJobs } from "./jobs.ts";
import { benchInteractions } from "./interactions.ts";
import { benchPolicies } from "./policies.ts";
import { type BenchPerson, makeWorld, type World } from "./world.ts";

/** Timed calls of each kind. */
const CALLS = 200;

/** What a read through the API costs beside the same rows by the same driver. */
async function measureReads(sql: Sql, world: World): Promise<string[]> {
  const { reader, roomId } = world;
  const rawFeed = await measure(
    "newest 20 posts as owner",
    CALLS,
    () =>
      sql`select * from public.posts where parent_id is null order by created_at desc, id desc
        limit 20`,
  );
  const rawHistory = await measure(
    "newest 20 messages as owner",
    CALLS,
    () => sql`select * from public.messages where room_id = ${roomId} order by seq desc limit 20`,
  );
  const presented = await measure(
    "present_messages of 20 as owner",
    CALLS,
    () =>
      sql`select * from private.present_messages(array(
        select id from public.messages where room_id = ${roomId} order by seq desc limit 20))`,
  );
  const feed = await measure("GET /feed", CALLS, () => reader.get("/feed"));
  const anew = await measure(
    "GET /feed made anew",
    CALLS,
    () => reader.get("/feed"),
    () => sql`delete from private.feed_snapshots where viewer_id = ${reader.id}`,
  );
  const following = await measure(
    "GET /feed/following",
    CALLS,
    () => reader.get("/feed/following"),
  );
  const history = await measure(
    "GET /rooms/:id/messages",
    CALLS,
    () => reader.get(`/rooms/${roomId}/messages`),
  );
  return [
    row(rawFeed, feed),
    row(rawFeed, anew),
    row(feed, anew),
    row(rawFeed, following),
    row(rawHistory, history),
    row(presented, history),
  ];
}

/** What row-level security costs: the same page as the reader and as the owner. */
async function measurePolicies(sql: Sql, reader: BenchPerson, roomId: string): Promise<string[]> {
  const claims = JSON.stringify(reader.claims);
  const asReader = (query: (sql: Sql) => Promise<unknown>) => () =>
    sql.begin(async (within) => {
      await within`select private.begin_request(${claims}::text::jsonb, null)`;
      await query(within as unknown as Sql);
    });
  const asOwner = (query: (sql: Sql) => Promise<unknown>) => () =>
    sql.begin(async (within) => {
      await within`select 1`;
      await query(within as unknown as Sql);
    });
  const posts = (sql: Sql) =>
    sql`select id from public.posts order by created_at desc, id desc limit 50`;
  const messages = (sql: Sql) =>
    sql`select id from public.messages where room_id = ${roomId} order by seq desc limit 50`;
  return [
    row(
      await measure("50 posts as owner", CALLS, asOwner(posts)),
      await measure("50 posts under policies", CALLS, asReader(posts)),
    ),
    row(
      await measure("50 messages as owner", CALLS, asOwner(messages)),
      await measure("50 messages under policies", CALLS, asReader(messages)),
    ),
  ];
}

async function main(): Promise<void> {
  const stack = JSON.parse(
    await Deno.readTextFile(readOptions(Deno.args).get("stack") ?? STACK_FILE),
  );
  const sql = postgres(stack.db_url, { max: 4 });
  const connect = () =>
    createClient(stack.url, stack.publishable_key, { auth: { persistSession: false } });
  const world = await makeWorld(connect, `${stack.url}/functions/v1/api`, stack.publishable_key);
  const lines = [
    ...await measureReads(sql, world),
    ...await measurePolicies(sql, world.reader, world.roomId),
    ...await measureContent(sql, world),
    ...await measureLive(sql, world),
  ];
  await sql.end();
  const cores = navigator.hardwareConcurrency;
  console.log(`${new Date().toISOString().slice(0, 10)}, ${cores} cores, ${Deno.build.target}\n`);
  console.log([HEAD, ...lines].join("\n"));
  await world.close();
}

if (Deno.args[0] === "policies") {
  Deno.exit(Math.min(1, await benchPolicies(readOptions(Deno.args.slice(1)))));
}
if (Deno.args[0] === "chat") {
  Deno.exit(Math.min(1, await benchChat(readOptions(Deno.args.slice(1)))));
}
if (Deno.args[0] === "jobs") {
  Deno.exit(Math.min(1, await benchJobs(readOptions(Deno.args.slice(1)))));
}
if (Deno.args[0] === "interactions") Deno.exit(Math.min(1, await benchInteractions()));
await main();
Deno.exit(0);
