/** @module Who may read and write profiles: every actor, every verb, at the table. */
import assert from "node:assert/strict";
import type { ISql } from "postgres";
import { signUp, type TestPerson } from "../support/app.ts";
import { openDatabase, type TestDatabase } from "../support/database.ts";

type Sql = ISql<Record<never, never>>;

const DENIED = "42501";

class Undo extends Error {}

/** Rows that a statement touched as somebody, or the state of its failure; all is taken back. */
async function attempt(
  db: TestDatabase,
  who: TestPerson | "anon" | "service_role",
  statement: (sql: Sql) => Promise<readonly object[]>,
): Promise<number | string> {
  let outcome: number | string = "nothing ran";
  const claims = typeof who === "string"
    ? { role: who }
    : { role: "authenticated", sub: who.id, session_id: who.sessionId };
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

/** Outcomes for nobody, the owner, somebody else, staff, and the service. */
async function openWorld() {
  const db = await openDatabase({ template: "product" });
  const [ada, grace, mod] = [
    await signUp(db, "ada"),
    await signUp(db, "grace"),
    await signUp(db, "mod"),
  ];
  await db.sql`insert into private.user_roles (profile_id, role) values (${mod.id}, 'moderator')`;
  const actors = ["anon", ada, grace, mod, "service_role"] as const;
  return {
    db,
    ada,
    grace,
    async outcomes(statement: (sql: Sql) => Promise<readonly object[]>) {
      const all: (number | string)[] = [];
      for (const actor of actors) all.push(await attempt(db, actor, statement));
      return all;
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

Deno.test("[ID-14] profiles: everybody reads them, nobody makes or removes them", async () => {
  await using world = await openWorld();
  const { db, ada, outcomes } = world;

  const select = await outcomes((sql) => sql`select * from public.profiles`);
  const insert = await outcomes((sql) =>
    sql`insert into public.profiles (id, handle, display_name)
      values (${crypto.randomUUID()}, 'forged', 'Forged') returning 1`
  );
  const remove = await outcomes((sql) =>
    sql`delete from public.profiles where id = ${ada.id} returning 1`
  );

  assert.deepEqual(select, [3, 3, 3, 3, 3]);
  assert.deepEqual(insert.slice(0, 4), [DENIED, DENIED, DENIED, DENIED]);
  assert.deepEqual(remove, [DENIED, DENIED, DENIED, DENIED, 1]);
  assert.equal((await db.sql`select from public.profiles where id = ${ada.id}`).length, 1);
});

Deno.test("[ID-15] profiles: only the owner changes them, and only what is theirs to set", async () => {
  await using world = await openWorld();
  const { db, ada, outcomes } = world;

  const bio = await outcomes((sql) =>
    sql`update public.profiles set bio = 'new' where id = ${ada.id} returning 1`
  );
  const everyone = await outcomes((sql) => sql`update public.profiles set bio = 'x' returning 1`);
  const bot = await outcomes((sql) =>
    sql`update public.profiles set is_bot = true where id = ${ada.id} returning 1`
  );
  const id = await outcomes((sql) =>
    sql`update public.profiles set id = gen_random_uuid() where id = ${ada.id} returning 1`
  );
  const since = await outcomes((sql) =>
    sql`update public.profiles set created_at = now() where id = ${ada.id} returning 1`
  );

  assert.deepEqual(bio, [DENIED, 1, 0, 0, 1]);
  assert.deepEqual(everyone, [DENIED, 1, 1, 1, 3]);
  for (const forged of [bot, id, since]) {
    assert.deepEqual(forged.slice(0, 4), [DENIED, DENIED, DENIED, DENIED]);
  }
  const [row] = await db.sql`select bio, is_bot from public.profiles where id = ${ada.id}`;
  assert.deepEqual(row, { bio: "", is_bot: false });
});

Deno.test("[ID-15] profiles: handles are one per person, whatever they look like", async () => {
  await using world = await openWorld();
  const { db, ada } = world;
  await signUp(db, "modern");
  const rename = (handle: string) =>
    attempt(
      db,
      ada,
      (sql) => sql`update public.profiles set handle = ${handle} where id = ${ada.id} returning 1`,
    );

  assert.equal(await rename("ada_l"), 1);
  assert.equal(await rename("ADA"), 1, "one's own handle in capitals is no change");
  assert.equal(await rename("grace"), "PT409");
  assert.equal(await rename("rnodern"), "PT409", "rn looks like m");
  assert.equal(await rename("adrnin"), "PT422", "reserved in disguise");
  assert.equal(await rename("supp0rt"), "PT422", "reserved");
  assert.equal(await rename("a"), "PT422");
});

Deno.test("[ID-14] private tables are closed to clients", async () => {
  await using world = await openWorld();
  const tables = ["settings", "user_roles", "roles", "reserved_handles", "outbox", "job_runs"];

  for (const table of tables) {
    const seen = await world.outcomes((sql) => sql`select from ${sql(`private.${table}`)}`);
    assert.deepEqual(seen.slice(0, 4), [DENIED, DENIED, DENIED, DENIED], table);
  }
});
