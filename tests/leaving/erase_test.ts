/** @module Deleting an account: what stays of it, for whom, and that nothing else does. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

async function deleteNow(app: TestApp, person: TestPerson) {
  const answer = await app.as(person).delete("/users/me", { immediate: true });
  assert.deepEqual([answer.status, answer.text], [204, ""]);
  const left = await app.db.sql`select from auth.users where id = ${person.id}`;
  assert.equal(left.length, 0, app.logs.join("\n"));
}

async function countRows(app: TestApp, table: string): Promise<number> {
  const [row] = await app.db.sql`select count(*)::int as n from ${app.db.sql(table)}`;
  return row?.n;
}

Deno.test("[ID-16] [XA-02] leaving: a deleted account is gone for others at once and comes back by signing in", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const bob = await app.signUp("bob");
  const post = await app.as(ada).post("/posts", { body: "I was here" });

  const answer = await app.as(ada).delete(`/users/${ada.handle}`);

  assert.deepEqual([answer.status, answer.text], [204, ""]);
  const [due] = await app.db.sql`
    select deletion_due_at::text as at from private.account_states where profile_id = ${ada.id}`;
  const days = (Date.parse(due?.at) - Date.now()) / 86_400_000;
  assert.ok(days > 13.9 && days < 14.1, `${days} days`);
  assert.equal((await app.as(ada).get("/auth/me")).status, 401);
  assert.equal((await app.as(bob).get(`/posts/${post.body.id}`)).status, 404);
  assert.equal((await app.as(bob).get(`/users/${ada.id}`)).status, 404);
  const [session] = await app.db.sql`
    insert into auth.sessions (id, user_id, created_at, updated_at)
    values (gen_random_uuid(), ${ada.id}, now(), now()) returning id`;
  const [state] = await app.db.sql`
    select deletion_due_at from private.account_states where profile_id = ${ada.id}`;
  assert.ok(session?.id);
  assert.equal(state?.deletion_due_at ?? null, null);
  assert.equal((await app.as(bob).get(`/posts/${post.body.id}`)).status, 200);
});

Deno.test("[ID-16] leaving: nobody deletes somebody else, and the last administrator stays", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const boss = await app.signUp("boss");
  await app.grantRole(boss, "admin");

  assert.equal((await app.as(boss).delete(`/users/${ada.id}`)).status, 403);
  assert.equal((await app.as(boss).delete("/users/nobody_here")).status, 404);
  assert.equal((await app.anonymous.delete(`/users/${ada.id}`)).status, 401);
  assert.equal((await app.as(boss).delete("/users/me", { immediate: true })).status, 409);
  assert.equal((await app.as(boss).delete("/users/me", { when: "now" })).status, 422);
  await app.grantRole(ada, "admin");
  assert.equal((await app.as(boss).delete("/users/me")).status, 204);
});

Deno.test("[ID-16] [B7] leaving: threads stay readable, rooms pass on, counts of others are right", async () => {
  await using app = await openApp({ services: true });
  const [ada, bob, eve] = [
    await app.signUp("ada"),
    await app.signUp("bob"),
    await app.signUp("eve"),
  ];
  const root = (await app.as(ada).post("/posts", { body: "root by ada" })).body;
  const answerOf =
    (await app.as(bob).post("/posts", { body: "@ada well said", parent_id: root.id })).body;
  await app.as(ada).post("/posts", { body: "thanks", parent_id: answerOf.id });
  const other = (await app.as(bob).post("/posts", { body: "by bob" })).body;
  await app.as(ada).post("/posts", { body: "leaf", parent_id: other.id });
  await app.as(ada).put(`/posts/${other.id}/reaction`, { kind: "love" });
  await app.as(ada).post(`/users/${bob.id}/follow`);
  await app.as(bob).post(`/users/${ada.id}/follow`);
  const room = (await app.as(ada).post("/rooms", { name: "Lobby" })).body;
  await app.as(bob).post(`/rooms/${room.id}/join`);
  await app.as(eve).post(`/rooms/${room.id}/join`);
  const alone = (await app.as(ada).post("/rooms", { name: "Alone" })).body;
  const said = (await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "hello" })).body;
  await app.as(bob).post(`/rooms/${room.id}/messages`, { body: "hi @ada", parent_id: said.id });
  await app.runJobs();

  await deleteNow(app, ada);
  await app.runJobs();

  const thread = await app.as(bob).get(`/posts/${root.id}`);
  assert.equal(thread.status, 200, thread.text);
  assert.equal(thread.body.body, null);
  assert.equal(thread.body.author.handle, "deleted");
  assert.equal((await app.anonymous.get(`/posts/${answerOf.id}`)).body.body, "@deleted well said");
  assert.equal((await app.as(eve).get(`/posts/${answerOf.id}`)).body.edited_at, null);
  const shown = (await app.as(bob).get(`/posts/${other.id}`)).body;
  assert.deepEqual([shown.counts.comments, shown.counts.reactions], [0, 0]);
  const profile = (await app.as(bob).get("/users/me")).body;
  assert.deepEqual([profile.counts.followers, profile.counts.following], [0, 0]);
  assert.equal((await app.as(bob).get(`/users/${ada.id}`)).status, 404);
  const messages = (await app.as(eve).get(`/rooms/${room.id}/messages`)).body.items;
  assert.deepEqual(
    messages.filter(({ kind }: { kind: string }) => kind === "user").map((
      m: { body: string; author: { handle: string }; reply_count: number },
    ) => [m.body, m.author.handle, m.reply_count]),
    [["", "deleted", 1]],
  );
  const members = (await app.as(eve).get(`/rooms/${room.id}/members`)).body.items;
  assert.deepEqual(
    members.map((m: { handle: string; role: string }) => [m.handle, m.role]).sort(),
    [["bob", "owner"], ["eve", "member"]],
  );
  assert.equal((await app.as(eve).get(`/rooms/${alone.id}`)).status, 404);
  assert.equal(await countRows(app, "public.rooms"), 1);
});

Deno.test("[ID-16] leaving: what a private account wrote is no wider open after it is gone", async () => {
  await using app = await openApp({ services: true });
  const [ada, bob, eve] = [
    await app.signUp("ada"),
    await app.signUp("bob"),
    await app.signUp("eve"),
  ];
  await app.as(bob).post(`/users/${ada.id}/follow`);
  const root = (await app.as(ada).post("/posts", { body: "root" })).body;
  const answer =
    (await app.as(bob).post("/posts", { body: "secret answer", parent_id: root.id })).body;
  await app.as(ada).patch("/users/me", { is_private: true });
  assert.equal((await app.as(eve).get(`/posts/${answer.id}`)).status, 404);

  await deleteNow(app, ada);

  assert.equal((await app.as(eve).get(`/posts/${answer.id}`)).status, 404);
  assert.equal((await app.as(bob).get(`/posts/${answer.id}`)).status, 200);
  const follow = await app.as(eve).post("/users/deleted/follow");
  assert.equal(follow.status, 404);
  await assert.rejects(
    async () =>
      await app.db.sql`insert into public.follows (follower_id, followee_id)
        values (${eve.id}, private.deleted_profile_id())`,
    /No such person/,
  );
});

Deno.test("[ID-16] [XA-02] leaving: an erasure that was cut off goes on where it was", async () => {
  await using app = await openApp({ services: true });
  const ada = await app.signUp("ada");
  const bob = await app.signUp("bob");
  await app.as(bob).post(`/users/${ada.id}/follow`);
  for (let n = 0; n < 5; n++) await app.as(ada).post("/posts", { body: `post ${n}` });
  await app.as(ada).delete("/users/me");
  await app.db.sql`update private.account_states set deletion_due_at = now()`;

  const steps: string[] = [];
  const step = async () => {
    const [row] = await app.db.sql`select private.erase_step(${ada.id}, 2) as step`;
    steps.push(row?.step);
  };
  await step();
  // A batch that is cut off leaves nothing: its transaction never was.
  await assert.rejects(
    app.db.sql.begin(async (sql) => {
      await sql`select private.erase_step(${ada.id}, 2)`;
      throw new Error("killed");
    }),
    /killed/,
  );
  assert.equal((await app.db.sql`select from public.posts where author_id = ${ada.id}`).length, 3);
  // In between, nobody comes back.
  await app.db.sql`select private.cancel_deletion(${ada.id})`;
  while (steps.at(-1) !== "done" && steps.length < 30) await step();
  await step();

  assert.deepEqual(steps.slice(0, 3), ["posts", "posts", "posts"]);
  assert.deepEqual(steps.slice(-2), ["done", "none"]);
  assert.equal((await app.db.sql`select from auth.users where id = ${ada.id}`).length, 0);
  assert.equal((await app.as(bob).get("/users/me")).body.counts.following, 0);
});

Deno.test("[ID-16] leaving: the handle stays taken for a while, also for what looks like it", async () => {
  await using app = await openApp({ services: true });
  const ada = await app.signUp("ada_lovelace");
  const bob = await app.signUp("bob");

  await deleteNow(app, ada);

  assert.equal((await app.as(bob).patch("/users/me", { handle: "ada_1ovelace" })).status, 409);
  const taken = await app.anonymous.post("/auth/signup", {
    email: "eve@townsquare.test",
    password: "correct horse",
    handle: "ada_lovelace",
  });
  assert.deepEqual([taken.status, taken.body.errors?.[0].path], [409, "handle"], taken.text);
  await app.db.sql`update private.retired_handles set free_at = now()`;
  assert.equal((await app.as(bob).patch("/users/me", { handle: "ada_lovelace" })).status, 200);
});
