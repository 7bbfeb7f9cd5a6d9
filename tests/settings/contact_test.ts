/** @module Who may write to, name and add whom, by what a person has chosen. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

type Rule = "everyone" | "following" | "followers" | "mutual" | "nobody";
type Kind = "message" | "mention" | "invite";

async function choose(app: TestApp, person: TestPerson, kind: Kind, rule: Rule): Promise<void> {
  const column = app.db.sql(`who_can_${kind}`);
  await app.db.sql`
    update private.profile_settings set ${column} = ${rule} where profile_id = ${person.id}`;
}

/** Ada, and people who stand to her in each way there is. */
async function openWorld() {
  const app = await openApp();
  const people = {
    ada: await app.signUp("ada"),
    stranger: await app.signUp("stranger"),
    fan: await app.signUp("fan"),
    idol: await app.signUp("idol"),
    friend: await app.signUp("friend"),
    blocked: await app.signUp("blocked"),
  };
  const follow = (who: TestPerson, whom: TestPerson) =>
    app.as(who).post(`/users/${whom.id}/follow`);
  await follow(people.fan, people.ada);
  await follow(people.ada, people.idol);
  await follow(people.friend, people.ada);
  await follow(people.ada, people.friend);
  await app.as(people.ada).post(`/users/${people.blocked.id}/block`);
  return { app, ...people, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

/** The very answer of the rule for the caller, as policies and triggers get it. */
async function mayContact(app: TestApp, from: TestPerson, person: TestPerson, kind: Kind) {
  return await app.db.sql.begin(async (sql) => {
    const claims = { role: "authenticated", sub: from.id, session_id: from.sessionId };
    await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
    const [row] = await sql`select private.may_contact(${person.id}, ${kind}) as may`;
    return row?.may as boolean;
  });
}

Deno.test("[XA-03] contact: each rule lets in exactly whom it names, for each kind", async () => {
  await using world = await openWorld();
  const { app, ada, stranger, fan, idol, friend, blocked } = world;
  const expected: Record<Rule, readonly TestPerson[]> = {
    everyone: [stranger, fan, idol, friend],
    following: [idol, friend],
    followers: [fan, friend],
    mutual: [friend],
    nobody: [],
  };

  for (const kind of ["message", "mention", "invite"] as const) {
    for (const [rule, allowed] of Object.entries(expected)) {
      await choose(app, ada, kind, rule as Rule);
      for (const from of [stranger, fan, idol, friend, blocked]) {
        const may = await mayContact(app, from, ada, kind);
        assert.equal(may, allowed.includes(from), `${from.handle}, ${kind}, ${rule}`);
      }
    }
  }
  assert.equal(await mayContact(app, blocked, blocked, "message"), true, "oneself");
});

Deno.test("[XA-03] [ID-20] contact: a conversation opens only with whom the settings let in", async () => {
  await using world = await openWorld();
  const { app, ada, stranger, fan, friend, blocked } = world;
  await choose(app, ada, "message", "mutual");
  const open = (who: TestPerson) => app.as(who).post("/dms", { user_ids: [ada.id] });

  const answers = [await open(friend), await open(stranger), await open(fan), await open(blocked)];

  assert.deepEqual(answers.map(({ status }) => status), [201, 403, 403, 404]);
  assert.equal(answers[1]?.body.code, "not-accepting-messages");
  assert.equal(answers[1]?.body.detail, answers[2]?.body.detail, "one answer, whatever the reason");
  assert.doesNotMatch(String(answers[1]?.text), /mutual|follow|ada/);
});

Deno.test("[XA-03] contact: a room opened early is no way round; an answer opens it", async () => {
  await using world = await openWorld();
  const { app, ada, stranger } = world;
  const room = (await app.as(stranger).post("/dms", { user_ids: [ada.id] })).body.id;
  const say = (who: TestPerson) => app.as(who).post(`/rooms/${room}/messages`, { body: "hello" });
  await choose(app, ada, "message", "nobody");

  const refused = await say(stranger);
  const again = await app.as(stranger).post("/dms", { user_ids: [ada.id] });
  const table = await app.db.sql.begin(async (sql) => {
    const claims = { role: "authenticated", sub: stranger.id, session_id: stranger.sessionId };
    await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
    await sql`insert into public.messages (room_id, body) values (${room}, 'hello')`;
  }).then(() => "stored", (error) => error.code);
  const answer = await say(ada);
  const accepted = await say(stranger);

  assert.equal(refused.status, 403);
  assert.equal(refused.body.code, "not-accepting-messages");
  assert.equal(again.status, 200, "what was said can still be read");
  assert.equal(table, "PT403");
  assert.equal(answer.status, 201);
  assert.equal(accepted.status, 201);
});

Deno.test("[XA-03] contact: nobody is added to a group against their settings", async () => {
  await using world = await openWorld();
  const { app, ada, friend, stranger, fan } = world;
  await choose(app, ada, "invite", "following");

  const refused = await app.as(stranger).post("/dms", { user_ids: [fan.id, ada.id] });
  const made = await app.as(friend).post("/dms", { user_ids: [fan.id, ada.id] });

  assert.equal(refused.status, 403);
  assert.equal(refused.body.code, "not-accepting-invites");
  assert.equal(made.status, 201);
});

Deno.test("[XA-03] contact: whom the settings keep out names nobody, in posts and messages", async () => {
  await using world = await openWorld();
  const { app, ada, stranger, friend } = world;
  await choose(app, ada, "mention", "following");
  const room = (await app.as(friend).post("/rooms", { name: "Lobby" })).body.id;
  for (const who of [ada, stranger]) await app.as(who).post(`/rooms/${room}/join`);
  const body = "hello @ada";

  const kept = await app.as(stranger).post("/posts", { body });
  const hidden = await app.as(stranger).post("/posts", { body, visibility: "mentioned" });
  const named = await app.as(friend).post("/posts", { body });
  const said = await app.as(stranger).post(`/rooms/${room}/messages`, { body });
  const meant = await app.as(friend).post(`/rooms/${room}/messages`, { body });
  await app.runJobs();

  const mentions = [kept, hidden, named, said, meant].map(({ body }) => body.mentions.length);
  assert.deepEqual(mentions, [0, 0, 1, 0, 1]);
  assert.equal((await app.as(ada).get(`/posts/${hidden.body.id}`)).status, 404);
  const told = (await app.as(ada).get("/notifications")).body.items
    .filter(({ type }: { type: string }) => type === "mention")
    .map(({ subject }: { subject: { id: string } }) => subject.id);
  assert.deepEqual(told.sort(), [named.body.id, meant.body.id].sort());
});
