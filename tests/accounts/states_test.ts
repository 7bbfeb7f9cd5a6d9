/** @module States of accounts: what suspended, banned, muted and absent people may do and are. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { attempt, makeRoom } from "../rooms/support.ts";

/** Puts an account into a state, as decisions and leaving do. */
async function setState(
  app: TestApp,
  person: TestPerson,
  column: "muted_until" | "suspended_until" | "banned_at" | "deactivated_at" | "deletion_due_at",
  time = "2100-01-01T00:00:00Z",
): Promise<void> {
  await app.db.sql`
    insert into private.account_states (profile_id, ${app.db.sql(column)})
    values (${person.id}, ${time})
    on conflict (profile_id) do update set ${app.db.sql(column)} = excluded.${app.db.sql(column)}`;
}

/** Opens a session again, as the auth service does when a person signs in. */
async function signInAgain(app: TestApp, person: TestPerson): Promise<void> {
  await app.db.sql`
    insert into auth.sessions (id, user_id, created_at, updated_at, aal)
    values (${person.sessionId}, ${person.id}, now(), now(), 'aal1')`;
}

Deno.test("[XA-05] a suspended person reads and marks as read, and writes nothing", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const room = await makeRoom(app, grace, { members: [ada] });
  const post = await app.as(grace).post("/posts", { body: "hello" });
  const said = await app.as(grace).post(`/rooms/${room.id}/messages`, { body: "hello" });
  await setState(app, ada, "suspended_until");
  const me = app.as(ada);

  assert.equal((await me.get(`/posts/${post.body.id}`)).status, 200);
  const history = await me.get(`/rooms/${room.id}/messages`);
  assert.equal(history.body.items.length, 1, said.text + history.text);
  const read = await me.post(`/rooms/${room.id}/read`, { message_id: said.body.id });
  assert.deepEqual(read.body, { unread_count: 0 });
  const account = await me.get("/auth/me");
  assert.equal(account.body.standing.state, "suspended");
  assert.equal(account.body.standing.suspended_until, "2100-01-01T00:00:00+00:00");

  const refusals = [
    await me.post("/posts", { body: "no" }),
    await me.post(`/posts/${post.body.id}/like`),
    await me.post("/rooms", { name: "No" }),
    await me.post(`/rooms/${room.id}/messages`, { body: "no" }),
    await me.post(`/rooms/${room.id}/leave`),
    await me.post(`/users/${grace.id}/follow`),
    await me.patch("/users/me", { bio: "no" }),
    await me.post("/reports", { subject: { type: "user", id: grace.id }, reason: "spam" }),
  ];
  for (const { status, body } of refusals) {
    assert.deepEqual([status, body.code], [403, "account-suspended"]);
    assert.match(body.detail, /until 2100-01-01T00:00:00Z/);
  }
});

Deno.test("[XA-05] states at the table: active, suspended, banned, deactivated, by verb", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const mine = await app.as(ada).post("/posts", { body: "mine" });
  const verbs = [
    `insert into public.posts (body) values ('x') returning id`,
    `update public.posts set body = 'y' where id = '${mine.body.id}' returning id`,
    `update public.profiles set bio = 'b' where id = '${ada.id}' returning id`,
    `insert into public.follows (followee_id) values ('${grace.id}') returning followee_id`,
    `insert into public.blocks (blocked_id) values ('${grace.id}') returning blocked_id`,
    `select id from public.posts where id = '${mine.body.id}'`,
    `delete from public.posts where id = '${mine.body.id}' returning id`,
  ];
  async function outcomes(): Promise<(string | number)[]> {
    const all: (string | number)[] = [];
    for (const verb of verbs) {
      const outcome = await attempt(app, ada, verb);
      all.push(typeof outcome === "string" ? outcome : outcome.length);
    }
    return all;
  }
  await setState(app, ada, "suspended_until");
  assert.deepEqual(await outcomes(), ["PT403", "PT403", "PT403", "PT403", "PT403", 1, "PT403"]);
  await setState(app, ada, "banned_at", "2026-01-01T00:00:00Z");
  assert.deepEqual(await outcomes(), Array(7).fill("PT401"), "the session has ended");
  await signInAgain(app, ada);
  assert.deepEqual(await outcomes(), Array(7).fill("PT403"));
  await app.db.sql`delete from private.account_states`;
  await setState(app, ada, "deactivated_at", "2026-01-01T00:00:00Z");
  assert.deepEqual(await outcomes(), Array(7).fill("PT401"), "the session has ended");
  await signInAgain(app, ada);
  assert.deepEqual(await outcomes(), Array(7).fill(1), "signing in again ends the absence");
});
