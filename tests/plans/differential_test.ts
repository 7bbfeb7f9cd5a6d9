/** @module What policies let through is what the written-out filters let through, whoever asks. */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { asJson, makeFunctions, type Page, PAGES, resized } from "../../bench/pages.ts";
import { buildTown, type TownSize } from "../../bench/town.ts";
import { openDatabase } from "../support/database.ts";

const TOWN: TownSize = {
  people: 60,
  follows: 6,
  posts: 700,
  reactions: 600,
  rooms: 8,
  messages: 300,
  notifications: 100,
  viewerBlocks: 6,
  viewers: [3, 9, 20],
};
const VIEWERS = 12;
/** More than there is of anything. */
const ALL_ROWS = 10_000;

/** What pages can be about: each of these is asked for. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  newest_posts: "select md5('person ' || $1::int)::uuid::text as value",
  people_one_follows: "select md5('person ' || $1::int)::uuid::text as value",
  posts_by_id: "select array(select id from public.posts where $1::int > 0)::text as value",
  profiles_by_id: "select array(select id from public.profiles where $1::int > 0)::text as value",
  reactions_of_a_post:
    "select distinct post_id::text as value from public.post_reactions where $1::int > 0 limit 40",
  messages_of_a_room: "select id::text as value from public.rooms where $1::int > 0",
};

function asViewer<T>(sql: Sql, viewer: number, work: (sql: Sql) => Promise<T>): Promise<T> {
  return sql.begin(async (within) => {
    await within`
      select private.begin_request(jsonb_build_object('role', 'authenticated',
        'sub', md5('person ' || ${viewer}::int)::uuid,
        'session_id', md5('session ' || ${viewer}::int)::uuid))`;
    return await work(within as unknown as Sql);
  }) as Promise<T>;
}

function rowsOf(rows: readonly { body: string }[]): string[] {
  const found: unknown[] = JSON.parse(rows[0]?.body ?? "[]");
  return found.map((row) => JSON.stringify(row)).toSorted();
}

/** Compares one page for one viewer; returns how many rows were seen. */
async function comparePage(sql: Sql, page: Page, viewer: number): Promise<number> {
  const subjects = await sql.unsafe<{ value: string }[]>(ARGUMENTS[page.name] ?? "", [viewer]);
  let seen = 0;
  for (const { value } of subjects) {
    const [byPolicy, byFunction] = await asViewer(sql, viewer, async (within) => [
      rowsOf(await within.unsafe(asJson(resized(page.query, ALL_ROWS)), [value])),
      rowsOf(
        await within.unsafe(
          `select bench.${page.name}($1::text::${page.argumentType}) as body`,
          [value],
        ),
      ),
    ]);
    assert.deepEqual(byPolicy, byFunction, `${page.name} of ${value} for person ${viewer}`);
    seen += byPolicy?.length ?? 0;
  }
  return seen;
}

/** The feed of followed people is made by a function of the product with filters of its own. */
async function compareFollowing(sql: Sql, viewer: number): Promise<void> {
  const [fromFunction, fromPolicies] = await asViewer(sql, viewer, async (within) => [
    await within<{ id: string }[]>`
      select post_id as id from private.feed_following(
        'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', ${ALL_ROWS})
      where sharer_id is null order by 1`,
    await within<{ id: string }[]>`
      select p.id from public.posts p
      where p.parent_id is null and p.status = 'published' and p.visibility <> 'room'
        and (p.author_id = (select auth.uid()) or p.author_id in (
          select f.followee_id from public.follows f where f.follower_id = (select auth.uid())))
        and p.author_id not in (
          select m.muted_id from public.mutes m where m.muter_id = (select auth.uid()))
      order by 1`,
  ]);
  assert.deepEqual(
    fromFunction?.map(({ id }) => id),
    fromPolicies?.map(({ id }) => id),
    `feed of person ${viewer}`,
  );
}

Deno.test("[B15] policies and written-out filters agree in a town of chance", async (t) => {
  const seed = Number(Deno.env.get("TOWN_SEED") ?? Math.random().toFixed(6));
  console.log(`TOWN_SEED=${seed} repeats this town`);
  await using db = await openDatabase({ template: "product" });
  await buildTown(db.sql, { ...TOWN, seed });
  await makeFunctions(db.sql, ALL_ROWS);
  for (const page of PAGES) {
    await t.step(page.name, async () => {
      let seen = 0;
      for (let viewer = 1; viewer <= VIEWERS; viewer++) {
        seen += await comparePage(db.sql, page, viewer);
      }
      assert.notEqual(seen, 0, "nobody saw anything");
    });
  }
  await t.step("feed_following", async () => {
    for (let viewer = 1; viewer <= VIEWERS; viewer++) await compareFollowing(db.sql, viewer);
  });
});
