/** @module Plans of the hot path in a town of 20,000: nothing is read from end to end. */
import assert from "node:assert/strict";
import { buildTown, PLAN_TOWN } from "../../bench/town.ts";
import { selectMyRooms } from "../../shared/rooms/sql.ts";
import { openDatabase, type TestDatabase } from "../support/database.ts";
import { faultsOf, openPlanReader, type PlanReader } from "./plans.ts";
import { HOT_QUERIES, type HotQuery, type Subjects } from "./queries.ts";

/** Who asks, and whether the planner knows the values of parameters or plans for any. */
const ASKERS = [
  { viewer: 1, mode: "force_custom_plan" },
  { viewer: 2, mode: "force_generic_plan" },
] as const;

async function findSubjects(db: TestDatabase): Promise<Subjects> {
  const [found] = await db.sql<Subjects[]>`
    select md5('person 77')::uuid::text as person,
      (select room_id::text from public.messages group by room_id order by count(*) desc limit 1)
        as "roomId",
      (select id::text from public.messages where room_id = (
        select room_id from public.messages group by room_id order by count(*) desc limit 1)
        order by seq offset 100 limit 1) as "messageId",
      (select root_id::text from public.posts where visibility = 'public' and root_id is not null
        group by root_id order by count(*) desc limit 1) as "postId",
      array(select id::text from public.posts order by created_at desc limit 50) as "postIds"`;
  if (found === undefined) throw new Error("a query without a row");
  return found;
}

async function identify(db: TestDatabase, n: number) {
  const [found] = await db.sql<{ id: string; sessionId: string }[]>`
    select md5('person ' || ${n}::int)::uuid::text as id,
      md5('session ' || ${n}::int)::uuid::text as "sessionId"`;
  if (found === undefined) throw new Error("a query without a row");
  return found;
}

/** What is wrong with the plans of a statement for somebody who follows a few, and many. */
async function findFaults(db: TestDatabase, reader: PlanReader, query: HotQuery) {
  const about = await findSubjects(db);
  const faults = new Set<string>();
  for (const { viewer, mode } of ASKERS) {
    const plans = await reader.read(
      await identify(db, viewer),
      (sql) => query.run(sql, about),
      (sql) => sql.unsafe(`set local plan_cache_mode = ${mode}`),
    );
    assert.notEqual(plans.length, 0, "no plan was read");
    for (const fault of plans.flatMap(faultsOf)) faults.add(fault);
  }
  return [...faults];
}

Deno.test("[B15] plans: in a town of 20,000", async (t) => {
  await using db = await openDatabase({ template: "product" });
  await buildTown(db.sql, PLAN_TOWN);
  await using reader = openPlanReader(db);
  for (const query of HOT_QUERIES) {
    await t.step(query.name, async () => {
      assert.deepEqual(await findFaults(db, reader, query), []);
    });
  }
  await t.step("[RO-28] my rooms: as many statements for forty of them as for twenty", async () => {
    const counts: number[] = [];
    for (const size of [20, 40]) {
      const plans = await reader.read(
        await identify(db, 1),
        (sql) => selectMyRooms(sql, undefined, size),
        // Only rooms in which somebody has spoken who does not count are counted one by one.
        (sql) =>
          sql.unsafe(`
            set local session_replication_role = replica;
            delete from public.blocks;
            delete from private.account_states;
            set local session_replication_role = origin`),
      );
      counts.push(plans.length);
    }
    assert.equal(counts[1], counts[0]);
  });
  await t.step("a missing index is noticed", async () => {
    const plans = await reader.read(
      await identify(db, 1),
      (sql) => sql`select id from public.posts order by created_at desc, id desc limit 50`,
      (sql) => sql`drop index public.posts_created_at_idx`,
    );
    assert.match(plans.flatMap(faultsOf).join("\n"), /reads all of posts/);
  });
  await t.step("a function asked for each row is noticed", async () => {
    const plans = await reader.read(
      await identify(db, 1),
      (sql) => sql`select from public.follows where follower_id = auth.uid() limit 1`,
    );
    assert.match(
      plans.flatMap(faultsOf).join("\n"),
      /asks current_setting\(\.\.\) for each row of follows/,
    );
  });
});
