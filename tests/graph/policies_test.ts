/** @module Who may read and write edges of the graph: every actor, every verb, at the table. */
import assert from "node:assert/strict";
import type { ISql } from "postgres";
import { signUp, type TestPerson } from "../support/app.ts";
import { openDatabase, type TestDatabase } from "../support/database.ts";

type Sql = ISql<Record<never, never>>;
/** Rows that a statement touched, or the state of its failure. */
type Outcome = number | string;

const PERMISSION_DENIED = "42501";
const ACTORS = ["anonymous", "owner", "other", "stranger", "service"] as const;
type Actor = typeof ACTORS[number];

interface Cast {
  readonly owner: TestPerson;
  readonly other: TestPerson;
  readonly stranger: TestPerson;
}

function claimsOf(cast: Cast, actor: Actor): Record<string, unknown> {
  if (actor === "anonymous") return { role: "anon" };
  if (actor === "service") return { role: "service_role" };
  const { id, sessionId } = cast[actor];
  return { role: "authenticated", sub: id, session_id: sessionId };
}

class Undo extends Error {}

/** Runs a statement as an actor and takes everything back. */
async function attempt(
  db: TestDatabase,
  claims: Record<string, unknown>,
  statement: (sql: Sql) => Promise<readonly object[]>,
): Promise<Outcome> {
  let outcome: Outcome = "nothing ran";
  try {
    await db.sql.begin(async (sql) => {
      await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
      outcome = (await statement(sql)).length;
      throw new Undo();
    });
  } catch (error) {
    if (!(error instanceof Undo)) {
      outcome = error instanceof Error && "code" in error ? String(error.code) : String(error);
    }
  }
  return outcome;
}

async function matrix(
  db: TestDatabase,
  cast: Cast,
  statement: (sql: Sql) => Promise<readonly object[]>,
): Promise<Record<Actor, Outcome>> {
  const entries: [string, Outcome][] = [];
  for (const actor of ACTORS) {
    entries.push([actor, await attempt(db, claimsOf(cast, actor), statement)]);
  }
  return Object.fromEntries(entries) as Record<Actor, Outcome>;
}

/** The owner follows, blocks or mutes the other; the stranger has to do with neither. */
async function openCast() {
  const db = await openDatabase({ template: "product" });
  const cast: Cast = {
    owner: await signUp(db, "owner"),
    other: await signUp(db, "other"),
    stranger: await signUp(db, "stranger"),
  };
  return { db, cast, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

const DENIED = PERMISSION_DENIED;

Deno.test("[GR-01] [GR-02] [GR-03] [GR-04] follows: both ends see and end it, nobody forges it", async () => {
  await using world = await openCast();
  const { db, cast: { owner, other, stranger } } = world;
  const as = (statement: (sql: Sql) => Promise<readonly object[]>) =>
    matrix(db, world.cast, statement);
  await db.sql`insert into follows (follower_id, followee_id) values (${owner.id}, ${other.id})`;

  const select = await as((sql) => sql`select * from public.follows`);
  const insert = await as((sql) =>
    sql`insert into public.follows (followee_id) values (${stranger.id}) returning followee_id`
  );
  const forge = await as((sql) =>
    sql`insert into public.follows (follower_id, followee_id)
      values (${stranger.id}, ${other.id}) returning followee_id`
  );
  const update = await as((sql) => sql`update public.follows set created_at = now() returning 1`);
  const remove = await as((sql) => sql`delete from public.follows returning 1`);

  assert.deepEqual(select, { anonymous: DENIED, owner: 1, other: 1, stranger: 0, service: 1 });
  assert.equal(insert.anonymous, DENIED);
  assert.deepEqual([insert.owner, insert.other, insert.stranger], [1, 1, "PT422"]);
  assert.deepEqual(forge, {
    anonymous: DENIED,
    owner: DENIED,
    other: DENIED,
    stranger: DENIED,
    service: 1,
  });
  assert.deepEqual(update, {
    anonymous: DENIED,
    owner: DENIED,
    other: DENIED,
    stranger: DENIED,
    service: 1,
  });
  assert.deepEqual(remove, { anonymous: DENIED, owner: 1, other: 1, stranger: 0, service: 1 });
  assert.equal((await db.sql`select from public.follows`).length, 1, "it was there all along");
});

Deno.test("[GR-06] follow requests: both ends see and drop them, nobody writes them", async () => {
  await using world = await openCast();
  const { db, cast: { owner, other, stranger } } = world;
  const as = (statement: (sql: Sql) => Promise<readonly object[]>) =>
    matrix(db, world.cast, statement);
  await db.sql`update profiles set is_private = true where id = ${other.id}`;
  await db.sql`insert into follows (follower_id, followee_id) values (${owner.id}, ${other.id})`;

  const select = await as((sql) => sql`select * from public.follow_requests`);
  const follow = await as((sql) =>
    sql`insert into public.follows (followee_id) values (${other.id}) returning 1`
  );
  const insert = await as((sql) =>
    sql`insert into public.follow_requests (requester_id, target_id)
      values (${stranger.id}, ${owner.id}) returning 1`
  );
  const accept = await as((sql) =>
    sql`select 1 where private.answer_follow_request(${owner.id}, true)`
  );
  const remove = await as((sql) => sql`delete from public.follow_requests returning 1`);

  assert.equal((await db.sql`select from public.follows`).length, 0, "it waits for approval");
  assert.deepEqual(select, { anonymous: DENIED, owner: 1, other: 1, stranger: 0, service: 1 });
  assert.deepEqual([follow.owner, follow.stranger, follow.other], [0, 0, "PT422"]);
  assert.deepEqual(insert, {
    anonymous: DENIED,
    owner: DENIED,
    other: DENIED,
    stranger: DENIED,
    service: 1,
  });
  assert.deepEqual(accept, { anonymous: DENIED, owner: 0, other: 1, stranger: 0, service: DENIED });
  assert.deepEqual(remove, { anonymous: DENIED, owner: 1, other: 1, stranger: 0, service: 1 });
});

Deno.test("[GR-07] blocks: only the blocker knows of them", async () => {
  await using world = await openCast();
  const { db, cast: { owner, other, stranger } } = world;
  const as = (statement: (sql: Sql) => Promise<readonly object[]>) =>
    matrix(db, world.cast, statement);
  await db.sql`insert into blocks (blocker_id, blocked_id) values (${owner.id}, ${other.id})`;

  const select = await as((sql) => sql`select * from public.blocks`);
  const profiles = await as((sql) => sql`select from public.profiles where id = ${owner.id}`);
  const hidden = await as((sql) => sql`select from public.profiles where id = ${other.id}`);
  const insert = await as((sql) =>
    sql`insert into public.blocks (blocked_id) values (${stranger.id}) returning 1`
  );
  const forge = await as((sql) =>
    sql`insert into public.blocks (blocker_id, blocked_id)
      values (${stranger.id}, ${other.id}) returning 1`
  );
  const update = await as((sql) => sql`update public.blocks set created_at = now() returning 1`);
  const remove = await as((sql) => sql`delete from public.blocks returning 1`);

  assert.deepEqual(select, { anonymous: DENIED, owner: 1, other: 0, stranger: 0, service: 1 });
  assert.deepEqual(profiles, { anonymous: 1, owner: 1, other: 0, stranger: 1, service: 1 });
  assert.deepEqual(hidden, { anonymous: 1, owner: 0, other: 1, stranger: 1, service: 1 });
  assert.deepEqual([insert.owner, insert.other, insert.stranger], [1, 1, "PT422"]);
  assert.deepEqual([forge.owner, forge.other, forge.stranger], [DENIED, DENIED, DENIED]);
  assert.deepEqual([update.owner, update.other, update.anonymous], [DENIED, DENIED, DENIED]);
  assert.deepEqual(remove, { anonymous: DENIED, owner: 1, other: 0, stranger: 0, service: 1 });
});

Deno.test("[GR-09] mutes: only the muter knows of them", async () => {
  await using world = await openCast();
  const { db, cast: { owner, other, stranger } } = world;
  const as = (statement: (sql: Sql) => Promise<readonly object[]>) =>
    matrix(db, world.cast, statement);
  await db.sql`insert into mutes (muter_id, muted_id) values (${owner.id}, ${other.id})`;

  const select = await as((sql) => sql`select * from public.mutes`);
  const insert = await as((sql) =>
    sql`insert into public.mutes (muted_id) values (${stranger.id}) returning 1`
  );
  const forge = await as((sql) =>
    sql`insert into public.mutes (muter_id, muted_id)
      values (${stranger.id}, ${other.id}) returning 1`
  );
  const update = await as((sql) => sql`update public.mutes set created_at = now() returning 1`);
  const remove = await as((sql) => sql`delete from public.mutes returning 1`);

  assert.deepEqual(select, { anonymous: DENIED, owner: 1, other: 0, stranger: 0, service: 1 });
  assert.deepEqual([insert.owner, insert.other, insert.stranger], [1, 1, "PT422"]);
  assert.deepEqual([forge.owner, forge.other, forge.stranger], [DENIED, DENIED, DENIED]);
  assert.deepEqual([update.owner, update.other, update.anonymous], [DENIED, DENIED, DENIED]);
  assert.deepEqual(remove, { anonymous: DENIED, owner: 1, other: 0, stranger: 0, service: 1 });
});

Deno.test("[GR-07] lists: blocks, mutes and requests are told to their owner only", async () => {
  await using world = await openCast();
  const { db, cast: { owner, other } } = world;
  await db.sql`insert into mutes (muter_id, muted_id) values (${owner.id}, ${other.id})`;

  const mutes = await matrix(
    db,
    world.cast,
    (sql) => sql`select from private.follow_list(${owner.id}, 'mutes', null, null, 10)`,
  );
  await db.sql`insert into blocks (blocker_id, blocked_id) values (${owner.id}, ${other.id})`;
  const blocks = await matrix(
    db,
    world.cast,
    (sql) => sql`select from private.follow_list(${owner.id}, 'blocks', null, null, 10)`,
  );

  assert.deepEqual(mutes, { anonymous: 0, owner: 1, other: 0, stranger: 0, service: 0 });
  assert.deepEqual(blocks, { anonymous: 0, owner: 1, other: "PT404", stranger: 0, service: 0 });
});
