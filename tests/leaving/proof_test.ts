/** @module The proof that erasure leaves nothing: asked of the catalogue, looked for everywhere. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { LOOSE_SAMPLES, MARKER, SAMPLES, type World, writeSamples } from "./proof_samples.ts";

/** Tables that may hold what was erased: copies that a court has ordered, and nothing else. */
const LEGAL_HOLD_TABLES = ["private.held_records"];

async function openWorld(): Promise<World> {
  const app = await openApp({ services: true });
  const gone = await app.signUp("zq_vanishing");
  const stays = await app.signUp("remaining");
  const [me, other] = [app.as(gone), app.as(stays)];
  const post = (await me.post("/posts", { body: `${MARKER} root` })).body.id;
  await me.patch("/users/me", { bio: MARKER, display_name: MARKER, location: MARKER });
  const theirPost = (await other.post("/posts", { body: "hello @zq_vanishing" })).body.id;
  await me.post("/posts", { body: `${MARKER} comment`, parent_id: theirPost });
  await other.post("/posts", { body: "answer to @zq_vanishing", parent_id: post });
  await me.put(`/posts/${theirPost}/reaction`, { kind: "love" });
  await me.post(`/users/${stays.id}/follow`);
  await other.post(`/users/${gone.id}/follow`);
  const room = (await me.post("/rooms", { name: "Room" })).body.id;
  await other.post(`/rooms/${room}/join`);
  await other.post("/rooms/direct", { user_ids: [gone.id] });
  const message = (await me.post(`/rooms/${room}/messages`, { body: MARKER })).body.id;
  await other.post(`/rooms/${room}/messages`, { body: "hi @zq_vanishing" });
  const media = crypto.randomUUID();
  const path = `${gone.id}/${media}/original.png`;
  await app.deps.storage.put("media", path, { bytes: new Uint8Array([1]), mimeType: "image/png" });
  await app.db.sql`
    insert into public.media (id, owner_id, kind, mime_type, bytes, alt, variants)
    values (${media}, ${gone.id}, 'image', 'image/png', 1, ${MARKER},
      ${app.db.sql.json({ original: path })})`;
  await app.runJobs();
  const world = { app, gone, stays, ids: { post, theirPost, room, message, media } };
  await writeSamples(world);
  return world;
}

/** Every table of every schema that holds rows of somebody. */
async function listTables(app: TestApp): Promise<string[]> {
  const rows = await app.db.sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
      and n.nspname not like 'pg_toast%' order by 1`;
  return rows.map(({ name }) => name);
}

function needlesOf(person: TestPerson): string[] {
  const hex = new TextEncoder().encode(MARKER).reduce((text, byte) => text + byte.toString(16), "");
  return [
    person.id,
    person.id.replaceAll("-", ""),
    person.handle,
    `${person.handle}@`,
    MARKER,
    hex,
  ];
}

/** Tables in which any column of any row still holds any of the words. */
async function findTraces(app: TestApp, person: TestPerson): Promise<string[]> {
  const patterns = needlesOf(person).map((needle) => `%${needle}%`);
  const found: string[] = [];
  for (const table of await listTables(app)) {
    const rows = await app.db.sql.unsafe<{ row: string }[]>(
      `select t::text as row from ${table} t where t::text ilike any ($1) limit 3`,
      [patterns],
    );
    found.push(...rows.map(({ row }) => `${table}: ${row.slice(0, 200)}`));
  }
  return found;
}

async function erase({ app, gone }: World): Promise<void> {
  const answer = await app.as(gone).delete("/users/me", { immediate: true });
  assert.equal(answer.status, 204, answer.text);
  await app.runJobs();
}

Deno.test("[B7] leaving: after erasure no column of any table and no stored object names the person", async () => {
  const world = await openWorld();
  await using app = world.app;
  const { gone } = world;
  const references = await app.db.sql<{ name: string; table: string; column: string }[]>`
    select table_name || '.' || column_name as name, table_name as table, column_name as column
    from private.person_references()`;
  const missing: string[] = [];
  for (const { name, table, column } of references) {
    const held = await app.db.sql.unsafe(`select from ${table} where "${column}" = $1 limit 1`, [
      gone.id,
    ]);
    if (held.length === 0) missing.push(name);
  }
  assert.deepEqual(
    missing,
    [],
    "columns without a row of the person: add them to proof_samples.ts",
  );
  const before = await findTraces(app, gone);
  assert.ok(before.length > Object.keys(SAMPLES).length + LOOSE_SAMPLES.length - 10, "samples");

  await erase(world);

  assert.deepEqual(await findTraces(app, gone), []);
  const objects = await app.db.sql`select name from storage.objects`;
  assert.deepEqual([...objects], []);
  await assert.rejects(
    app.deps.storage.read("media", `${gone.id}/${world.ids.media}/original.png`),
    { problem: "not-found" },
  );
});

Deno.test("[B7] leaving: what is under a legal hold survives apart, and goes with the hold", async () => {
  const world = await openWorld();
  await using app = world.app;
  const { gone, stays, ids } = world;
  await app.db.sql`
    insert into private.legal_holds (subject_type, subject_id, reason)
    values ('post', ${ids.post}, 'court'), ('message', ${ids.message}, 'court')`;

  await erase(world);

  const traces = await findTraces(app, gone);
  assert.deepEqual([...new Set(traces.map((trace) => trace.split(":")[0]))], LEGAL_HOLD_TABLES);
  const held = await app.db.sql`
    select table_name, content ->> 'body' as body from private.held_records order by table_name`;
  assert.deepEqual(held.map((row) => ({ ...row })), [
    { table_name: "message", body: MARKER },
    { table_name: "post", body: `${MARKER} root` },
  ]);
  assert.equal((await app.as(stays).get(`/posts/${ids.post}`)).body.body, null);

  await app.db.sql`delete from private.legal_holds`;
  assert.deepEqual(await findTraces(app, gone), []);
});
