/** @module Who reads and writes settings at the tables, and what the tables take. */
import assert from "node:assert/strict";
import type { ISql } from "postgres";
import { ANONYMOUS, type Viewer } from "../../shared/platform/postgres.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

type Sql = ISql<Record<never, never>>;

function viewerOf({ id, sessionId }: TestPerson): Viewer {
  const claims = { role: "authenticated", sub: id, session_id: sessionId };
  return { kind: "person", userId: id, sessionId, claims };
}

/** Rows that a statement touched, or the problem it met. */
async function attempt(
  app: TestApp,
  viewer: Viewer,
  statement: (sql: Sql) => Promise<readonly object[]>,
): Promise<number | string> {
  try {
    return (await app.deps.db.asViewer(viewer, statement)).length;
  } catch (error) {
    return error instanceof Error && "problem" in error ? String(error.problem) : String(error);
  }
}

Deno.test("[ID-20] [XA-04] settings: each table shows and takes one's own row only", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const tables = [
    ["private.profile_settings", "hide_typing = true"],
    ["public.notification_preferences", "strangers = 'drop'"],
  ] as const;

  for (const [table, change] of tables) {
    const run = (viewer: Viewer, text: string) => attempt(app, viewer, (sql) => sql.unsafe(text));
    const me = viewerOf(ada);

    assert.equal(await run(me, `select * from ${table}`), 1, table);
    assert.equal(await run(me, `update ${table} set ${change} returning 1`), 1);
    const other = `profile_id = '${grace.id}'`;
    assert.equal(await run(me, `update ${table} set ${change} where ${other} returning 1`), 0);
    for (
      const refused of [
        `update ${table} set ${other} returning 1`,
        `update ${table} set updated_at = now() returning 1`,
        `insert into ${table} (profile_id) values (gen_random_uuid())`,
        `delete from ${table}`,
      ]
    ) assert.equal(await run(me, refused), "not-permitted", refused);
    for (const verb of [`select * from ${table}`, `update ${table} set ${change}`]) {
      assert.equal(await run(ANONYMOUS, verb), "not-permitted", verb);
    }
    const [{ n } = { n: 0 }] = await app.db.sql.unsafe(`select count(*)::int as n from ${table}`);
    assert.equal(n, 2, "the other row is there");
  }
});

Deno.test("[ID-21] settings: the tables refuse what the API would", async () => {
  await using app = await openApp();
  const me = viewerOf(await app.signUp("ada"));
  const feeds = [
    "[]",
    '{"luck": 1}',
    '{"algorithm": "astrology"}',
    '{"mix": {"following": 70}}',
    '{"mix": {"following": 70, "discovery": 31}}',
    '{"mix": {"following": "70", "discovery": "30"}}',
    '{"weights": {"recency": 3}}',
    '{"weights": []}',
    '{"authors": {"ada": 1}}',
    '{"topics": {"go": "2"}}',
    '{"muted_words": [1]}',
    '{"muted_words": "x"}',
  ];
  const types = ["[]", '{"poke": {}}', '{"like": true}', '{"like": {"push": 1}}'];
  const hours = [
    "{}",
    "[]",
    '{"from": "22:00", "to": "22:00", "time_zone": "UTC"}',
    '{"from": "22:00", "to": "25:00", "time_zone": "UTC"}',
    '{"from": "22:00", "to": "07:00", "time_zone": "Mars/Olympus"}',
    '{"from": "22:00", "to": "07:00"}',
    '{"from": "22:00", "to": "07:00", "time_zone": "UTC", "days": 7}',
  ];
  const set = (table: string, column: string, value: string) =>
    attempt(
      app,
      me,
      (sql) => sql`update ${sql(table)} set ${sql(column)} = ${value}::text::jsonb returning 1`,
    );

  for (const feed of feeds) {
    assert.equal(await set("private.profile_settings", "feed", feed), "invalid-input", feed);
  }
  for (const value of types) {
    const outcome = await set("public.notification_preferences", "types", value);
    assert.equal(outcome, "invalid-input", value);
  }
  for (const value of hours) {
    const outcome = await set("public.notification_preferences", "quiet_hours", value);
    assert.equal(outcome, "invalid-input", value);
  }
  const berlin = '{"from": "22:00", "to": "07:00", "time_zone": "Europe/Berlin"}';
  assert.equal(await set("public.notification_preferences", "quiet_hours", berlin), 1);
  const mix = '{"mix": {"following": 0, "discovery": 100}, "topics": {"go": -1}}';
  assert.equal(await set("private.profile_settings", "feed", mix), 1);
});
