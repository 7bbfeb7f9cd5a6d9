/** @module Who may do what to which row of stories, straight at the tables as the REST API does. */
import assert from "node:assert/strict";
import { attempt } from "../rooms/support.ts";
import { openApp, type TestPerson } from "../support/app.ts";
import { cast, expire, follow, show } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

const NAMES = ["author", "fan", "listed", "eve", "blocked", "blocker", "mod", "gone"] as const;

async function makeCast(prefix: string) {
  const people = await cast(app, prefix, NAMES);
  const { author, fan, listed, blocked, blocker, mod, gone } = people;
  await follow(app, author, fan, blocked, blocker, gone);
  await app.grantRole(mod, "moderator");
  await app.as(author).post(`/users/${blocked.id}/block`);
  await app.as(blocker).post(`/users/${author.id}/block`);
  const list = (await app.as(author).post("/audiences", { name: prefix })).body.id;
  await app.as(author).put(`/audiences/${list}/members/${listed.id}`);
  await app.db.sql`
    insert into private.account_states (profile_id, banned_at) values (${gone.id}, now())`;
  return { ...people, list };
}

/** Names of those for whom a statement finds rows, and of those who are refused. */
async function outcome(people: Record<(typeof NAMES)[number], TestPerson>, statement: string) {
  const found: string[] = [];
  for (const name of NAMES) {
    const rows = await attempt(app, people[name], statement);
    if (typeof rows === "string") found.push(`${name} ${rows}`);
    else if (rows.length > 0) found.push(name);
  }
  const anonymous = await attempt(app, undefined, statement);
  return [...found, ...typeof anonymous === "string" ? [`anon ${anonymous}`] : []];
}

Deno.test("[ST-01] stories policies: who reads followers', listed, expired, kept and held ones", async () => {
  const people = await makeCast("sp1");
  const { author, list } = people;
  const ids: Record<string, string> = {};
  for (const name of ["live", "expired", "kept", "held"]) {
    ids[name] = await show(app, author, { text: name });
  }
  const closed = await show(app, author, { text: "listed", audience_id: list });
  await app.as(author).post(`/stories/${ids.kept}/highlight`);
  await expire(app, ids.expired ?? "");
  await expire(app, ids.kept ?? "");
  await app.db.sql`update public.stories set status = 'held' where id = ${ids.held ?? ""}`;
  const reads = (id = "") => outcome(people, `select from public.stories where id = '${id}'`);
  const out = ["gone PT401", "anon 42501"];

  assert.deepEqual(await reads(ids.live), ["author", "fan", ...out]);
  assert.deepEqual(await reads(ids.kept), ["author", "fan", ...out]);
  assert.deepEqual(await reads(closed), ["author", "listed", ...out]);
  assert.deepEqual(await reads(ids.held), ["author", "mod", ...out]);
  assert.deepEqual(await reads(ids.expired), out, "nobody, the author neither");

  const [row] = await app.db.sql`select audience_id from public.stories where id = ${closed}`;
  assert.equal(row?.audience_id, null, "readers do not learn of the list");
  await app.as(author).delete(`/audiences/${list}`);
  assert.deepEqual(await reads(closed), ["author", ...out], "without its list, nobody's");
});

Deno.test("[ST-01] stories policies: a private account's reach its followers, a hidden author's nobody", async () => {
  const people = await makeCast("sp2");
  const { author, listed, list } = people;
  const [open, closed] = [
    await show(app, author, { text: "open" }),
    await show(app, author, { text: "listed", audience_id: list }),
  ];
  const reads = (id = "") => outcome(people, `select from public.stories where id = '${id}'`);
  const out = ["gone PT401", "anon 42501"];

  await app.as(author).patch("/users/me", { is_private: true });
  assert.deepEqual(await reads(open), ["author", "fan", ...out]);
  assert.deepEqual(await reads(closed), ["author", ...out], `${listed.handle} does not follow`);
  await app.db.sql`
    insert into private.account_states (profile_id, deactivated_at) values (${author.id}, now())`;
  assert.deepEqual(await reads(open), ["author PT401", ...out]);
});

Deno.test("[ST-01] stories policies: one writes and deletes one's own, and nothing else of them", async () => {
  const people = await makeCast("sp3");
  const { author, fan, eve } = people;
  const id = await show(app, author, { text: "mine" });
  const tries: [TestPerson | undefined, string, string | number][] = [
    [fan, "insert into public.stories (text) values ('mine') returning id", 1],
    [fan, `insert into public.stories (text, author_id) values ('x', '${author.id}')`, "42501"],
    [fan, "insert into public.stories (text, status) values ('x', 'published')", "42501"],
    [fan, "insert into public.stories (text, expires_at) values ('x', '2030-01-01')", "42501"],
    [fan, "insert into public.stories (text) values ('  ')", "PT422"],
    [fan, "insert into public.stories (text) values (repeat('x', 1001))", "23514"],
    [author, `update public.stories set text = 'y' where id = '${id}'`, "42501"],
    [author, "update public.stories set expires_at = '2030-01-01'", "42501"],
    [undefined, "insert into public.stories (text) values ('x')", "42501"],
    [fan, `delete from public.stories where id = '${id}' returning id`, 0],
    [fan, `insert into public.story_views (story_id) values ('${id}') returning story_id`, 1],
    [fan, `insert into public.story_views (story_id) values ('${id}')`, "23505"],
    [
      fan,
      `insert into public.story_views (story_id, viewer_id) values ('${id}', '${eve.id}')`,
      "42501",
    ],
    [eve, `insert into public.story_views (story_id) values ('${id}')`, "42501"],
    [author, `insert into public.story_views (story_id) values ('${id}')`, "42501"],
    [author, `select from public.story_views where story_id = '${id}'`, 1],
    [fan, `select from public.story_views where story_id = '${id}'`, 1],
    [eve, `select from public.story_views where story_id = '${id}'`, 0],
    [author, `delete from public.story_views where story_id = '${id}'`, "42501"],
    [author, `delete from public.stories where id = '${id}' returning id`, 1],
  ];
  for (const [person, statement, expected] of tries) {
    const got = await attempt(app, person, statement);
    assert.equal(typeof got === "string" ? got : got.length, expected, statement);
  }
});

Deno.test("[ST-01] stories policies: who may not publish shows nothing, and still watches", async () => {
  const people = await makeCast("sp4");
  const { author, fan } = people;
  const id = await show(app, author, { text: "mine" });
  await app.db.sql`
    insert into private.account_states (profile_id, muted_until)
    values (${fan.id}, now() + interval '1 hour')`;

  assert.equal(await attempt(app, fan, "insert into public.stories (text) values ('x')"), "PT403");
  assert.equal((await app.as(fan).post("/stories", { text: "x" })).status, 403);
  assert.equal((await app.as(fan).post(`/stories/${id}/view`)).status, 200);
});

Deno.test("[ST-01] stories policies: the rules tests above rely on are what decides", async () => {
  const people = await makeCast("sp5");
  const id = await show(app, people.author, { text: "mine" });
  await expire(app, id);
  const error = new Error("undo");
  await app.db.sql.begin(async (sql) => {
    await sql`alter policy stories_select_visible on public.stories using (true)`;
    await sql`select private.begin_request(${
      JSON.stringify({
        role: "authenticated",
        sub: people.eve.id,
        session_id: people.eve.sessionId,
      })
    }::text::jsonb)`;
    assert.equal((await sql`select from public.stories where id = ${id}`).length, 1);
    throw error;
  }).catch((thrown) => assert.equal(thrown, error));
});
