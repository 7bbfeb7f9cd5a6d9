/** @module Measures against accounts: mute, suspend, ban, and lifting them. */
import assert from "node:assert/strict";
import { TASKS } from "../../shared/jobs.ts";
import { openApp, type TestAnswer, type TestApp, type TestPerson } from "../support/app.ts";
import { makeRoom } from "../rooms/support.ts";

const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString();

async function open() {
  const app = await openApp();
  const [ada, bob, mod, root] = [
    await app.signUp("ada"),
    await app.signUp("bob"),
    await app.signUp("mod"),
    await app.signUp("root_person"),
  ];
  await app.grantRole(mod, "moderator");
  await app.grantRole(root, "admin");
  return { app, ada, bob, mod, root, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

/** Reports a person and gives the address where the case is decided. */
async function caseOf(app: TestApp, reporter: TestPerson, person: TestPerson): Promise<string> {
  const report = await app.as(reporter).post(`/users/${person.id}/report`, { reason: "spam" });
  assert.equal(report.status, 201);
  return `/moderation/cases/${report.body.case_id}/decision`;
}

/** Opens a session again, as the auth service does. */
async function signInAgain(app: TestApp, person: TestPerson): Promise<void> {
  await app.db.sql`
    insert into auth.sessions (id, user_id, created_at, updated_at, aal)
    values (${person.sessionId}, ${person.id}, now(), now(), 'aal1')`;
}

function codes(answers: readonly TestAnswer[]): string[] {
  return answers.map(({ status, body }) => `${status} ${body?.code ?? ""}`.trim());
}

Deno.test("[XA-05] [RB-03] a suspension stops writing until its end, and is lifted", async () => {
  await using world = await open();
  const { app, ada, bob, mod } = world;
  const path = await caseOf(app, bob, ada);
  const decided = await app.as(mod).post(path, {
    action: "suspend",
    reason: "enough",
    until: TOMORROW,
  });
  assert.deepEqual([decided.status, decided.body.decisions[0].action], [200, "suspend"]);
  assert.equal(Date.parse(decided.body.decisions[0].until), Date.parse(TOMORROW));
  assert.deepEqual(codes([await app.as(ada).post("/posts", { body: "no" })]), [
    "403 account-suspended",
  ]);
  const standing = (await app.as(ada).get("/auth/me")).body.standing;
  assert.deepEqual([standing.state, standing.reason], ["suspended", "enough"]);
  assert.equal((await app.as(bob).get(`/users/${ada.id}`)).status, 200, "still there to be seen");

  // Time runs out by itself.
  await app.db.sql`
    update private.account_states set suspended_until = now() - interval '1 second'`;
  assert.equal((await app.as(ada).post("/posts", { body: "yes" })).status, 201);
  await app.db.sql`update private.account_states set suspended_until = ${TOMORROW}`;
  const lifted = await app.as(mod).post(path, { action: "restore", reason: "mistaken" });
  assert.equal(lifted.status, 200);
  assert.equal((await app.as(ada).post("/posts", { body: "again" })).status, 201);
  assert.deepEqual(
    codes([await app.as(mod).post(path, { action: "restore", reason: "twice" })]),
    ["409 conflict"],
  );
  await app.runJobs();
  const told = await app.as(ada).get("/notifications");
  assert.deepEqual(told.body.items.map(({ text }: { text: string }) => text), [
    "A moderator lifted a measure against you",
    "A moderator suspended your account",
  ]);
});

Deno.test("[XA-05] [RB-06] a ban ends sessions, hides the person, and leaves the way out open", async () => {
  await using world = await open();
  const { app, ada, bob, mod, root } = world;
  const post = await app.as(ada).post("/posts", { body: "here I am" });
  const path = await caseOf(app, bob, ada);
  assert.deepEqual(
    codes([await app.as(mod).post(path, { action: "ban", reason: "enough" })]),
    ["403 not-permitted"],
    "moderators do not ban",
  );
  assert.equal((await app.as(root).post(path, { action: "ban", reason: "enough" })).status, 200);

  assert.deepEqual(codes([await app.as(ada).get("/auth/me")]), ["401 session-revoked"]);
  await signInAgain(app, ada);
  const me = app.as(ada);
  const account = await me.get("/auth/me");
  assert.deepEqual([account.status, account.body.standing.state], [200, "banned"]);
  assert.deepEqual(
    codes([
      await me.get("/posts"),
      await me.get("/feed"),
      await me.post("/posts", { body: "no" }),
      await me.get("/notifications"),
      await me.get("/users/bob"),
      await me.post("/auth/deactivate"),
    ]),
    Array(6).fill("403 account-banned"),
  );
  assert.equal((await me.get("/auth/sessions")).status, 200);
  assert.deepEqual(
    codes([
      await app.as(bob).get(`/posts/${post.body.id}`),
      await app.anonymous.get(`/posts/${post.body.id}`),
      await app.as(bob).get("/users/ada"),
      await app.as(bob).post("/users/ada/follow"),
    ]),
    Array(4).fill("404 not-found"),
  );

  assert.equal((await app.as(root).post(path, { action: "restore", reason: "no" })).status, 200);
  assert.equal((await app.as(bob).get(`/posts/${post.body.id}`)).status, 200);
  assert.equal((await me.post("/posts", { body: "back" })).status, 201);
});

Deno.test("[XA-05] a ban with an end is over within a minute, and for its person at once", async () => {
  await using world = await open();
  const { app, ada, bob, root } = world;
  const path = await caseOf(app, bob, ada);
  await app.as(root).post(path, { action: "ban", reason: "enough", until: TOMORROW });
  await signInAgain(app, ada);
  assert.deepEqual(codes([await app.as(ada).get("/posts")]), ["403 account-banned"]);
  await app.db.sql`
    update private.account_states set banned_until = now() - interval '1 second'`;
  assert.equal((await app.as(ada).get("/posts")).status, 200);
  assert.equal(TASKS.find(({ name }) => name === "end_measures")?.cron, "* * * * *");
  await app.runTask("end_measures");
  assert.equal((await app.as(bob).get("/users/ada")).status, 200);
  assert.equal((await app.db.sql`select from private.account_states`).length, 0, "forgotten");
});

Deno.test("[RB-03] [RB-06] a mute for a message holds in its room, any other everywhere", async () => {
  await using world = await open();
  const { app, ada, bob, mod } = world;
  const [here, there] = [
    await makeRoom(app, bob, { members: [ada] }),
    await makeRoom(app, bob, { members: [ada] }),
  ];
  const said = await app.as(ada).post(`/rooms/${here.id}/messages`, { body: "buy" });
  const report = await app.as(bob).post(`/messages/${said.body.id}/report`, { reason: "spam" });
  const path = `/moderation/cases/${report.body.case_id}/decision`;
  const muted = await app.as(mod).post(path, { action: "mute", reason: "loud", until: TOMORROW });
  assert.equal(muted.status, 200);
  const say = (room: { id: string }) =>
    app.as(ada).post(`/rooms/${room.id}/messages`, { body: "hello" });
  assert.deepEqual(codes([await say(here), await say(there)]), ["403 room-muted", "201"]);
  await app.as(mod).post(path, { action: "restore", reason: "quiet now" });
  assert.deepEqual(codes([await say(here)]), ["201"]);

  const everywhere = await caseOf(app, bob, ada);
  await app.as(mod).post(everywhere, { action: "mute", reason: "loud" });
  const post = await app.as(bob).post("/posts", { body: "hello" });
  assert.deepEqual(
    codes([
      await say(here),
      await app.as(ada).post("/posts", { body: "no" }),
      await app.as(ada).post(`/posts/${post.body.id}/comment`, { body: "no" }),
      await app.as(ada).post(`/posts/${post.body.id}/like`),
    ]),
    ["403 account-muted", "403 account-muted", "403 account-muted", "200"],
  );
  const { standing } = (await app.as(ada).get("/auth/me")).body;
  assert.deepEqual([standing.muted, standing.muted_until], [true, null]);
});

Deno.test("[RB-03] measures: one lifted leaves the others in force", async () => {
  await using world = await open();
  const { app, ada, bob, mod, root } = world;
  const first = await caseOf(app, bob, ada);
  const post = await app.as(ada).post("/posts", { body: "again" });
  const report = await app.as(bob).post(`/posts/${post.body.id}/report`, { reason: "spam" });
  const second = `/moderation/cases/${report.body.case_id}/decision`;
  await app.as(mod).post(first, { action: "suspend", reason: "one", until: TOMORROW });
  await app.as(root).post(second, { action: "suspend", reason: "two" });
  await app.as(mod).post(second, { action: "restore", reason: "no" });
  const { standing } = (await app.as(ada).get("/auth/me")).body;
  assert.equal(Date.parse(standing.suspended_until), Date.parse(TOMORROW));
  await app.as(mod).post(first, { action: "restore", reason: "no" });
  assert.equal((await app.as(ada).get("/auth/me")).body.standing.state, "active");
});

Deno.test("[RB-03] measures: nobody against themselves, nor against staff above them", async () => {
  await using world = await open();
  const { app, bob, mod, root } = world;
  await app.as(root).post("/roles", {
    name: "guard",
    permissions: ["report.review", "user.suspend", "user.ban"],
  });
  await app.as(root).put("/users/bob/roles/guard");
  const own = await caseOf(app, root, bob);
  const above = await caseOf(app, bob, root);
  const mods = await caseOf(app, bob, mod);
  const suspend = { action: "suspend", reason: "enough" };
  assert.deepEqual(
    codes([
      await app.as(bob).post(own, { action: "dismiss", reason: "fine" }),
      await app.as(bob).post(above, suspend),
      await app.as(bob).post(above, { action: "mute", reason: "enough" }),
      await app.as(mod).post(above, suspend),
      await app.as(bob).post(mods, suspend),
      await app.as(root).post(mods, { ...suspend, until: YESTERDAY }),
      await app.as(root).post(mods, { action: "warn", reason: "x", until: TOMORROW }),
      await app.as(root).post(mods, suspend),
      await app.as(mod).get("/moderation/queue"),
    ]),
    [
      "403 not-permitted",
      "403 not-permitted",
      "403 not-permitted",
      "403 not-permitted",
      "403 not-permitted",
      "422 invalid-input",
      "422 invalid-input",
      "200",
      "403 not-permitted",
    ],
  );
});

Deno.test("[RB-05] [RB-06] of two admins who ban each other at once, one stays", async () => {
  await using world = await open();
  const { app, ada, bob, root } = world;
  await app.grantRole(ada, "admin");
  const [one, other] = [await caseOf(app, bob, ada), await caseOf(app, bob, root)];
  const ban = { action: "ban", reason: "enough" };
  const answers = await Promise.all([app.as(root).post(one, ban), app.as(ada).post(other, ban)]);
  assert.deepEqual(codes(answers).toSorted(), ["200", "403 not-permitted"]);
  const left = await app.db.sql`
    select from private.user_roles u where u.role = 'admin'
      and private.account_state(u.profile_id) = 'active'`;
  assert.equal(left.length, 1);
});

Deno.test("[RB-03] message.delete: whoever lacks it reviews reports and removes no message", async () => {
  await using world = await open();
  const { app, ada, bob, mod, root } = world;
  await app.as(root).post("/roles", { name: "reader", permissions: ["report.review"] });
  const reader = await app.signUp("reader");
  await app.as(root).put("/users/reader/roles/reader");
  const room = await makeRoom(app, bob, { members: [ada] });
  const said = await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "buy" });
  const report = await app.as(bob).post(`/messages/${said.body.id}/report`, { reason: "spam" });
  const path = `/moderation/cases/${report.body.case_id}/decision`;
  assert.deepEqual(
    codes([
      await app.as(reader).get(`/moderation/cases/${report.body.case_id}`),
      await app.as(reader).post(path, { action: "remove", reason: "spam" }),
      await app.as(reader).post(path, { action: "mute", reason: "spam" }),
      await app.as(mod).post(path, { action: "remove", reason: "spam" }),
      await app.as(reader).post(path, { action: "restore", reason: "no" }),
      await app.as(mod).post(path, { action: "restore", reason: "no" }),
    ]),
    ["200", "403 not-permitted", "403 not-permitted", "200", "403 not-permitted", "200"],
  );
});

Deno.test("[RB-06] staff who are suspended or muted out of their account may do nothing more", async () => {
  await using world = await open();
  const { app, ada, bob, mod, root } = world;
  const path = await caseOf(app, bob, ada);
  await app.as(root).post(await caseOf(app, bob, mod), { action: "suspend", reason: "enough" });
  assert.deepEqual(
    codes([
      await app.as(mod).get("/moderation/queue"),
      await app.as(mod).post(path, { action: "suspend", reason: "enough" }),
      await app.as(root).get("/roles"),
    ]),
    ["403 not-permitted", "403 account-suspended", "200"],
  );
});
