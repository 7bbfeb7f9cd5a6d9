/** @module The welcome bot: by every way in, once for each person, and nobody's to talk to. */
import assert from "node:assert/strict";
import { welcomeConsumer } from "../../shared/bots/mod.ts";
import { makeRoom } from "../rooms/support.ts";
import { openApp, type TestPerson } from "../support/app.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

/** What bots have said in a room, as somebody reads it. */
async function greetings(reader: TestPerson, room: { id: string }) {
  const { body } = await app.as(reader).get(`/rooms/${room.id}/messages`);
  return body.items.filter((message: { kind: string }) => message.kind === "bot");
}

Deno.test("[RO-35] [JO-05] who joins their first room is greeted there, by name, with a tutorial", async () => {
  const [ada, bob] = [await app.signUp("wel1_ada"), await app.signUp("wel1_bob")];
  await app.as(bob).patch("/users/me", { display_name: "Bob *the* Builder" });
  const room = await makeRoom(app, ada);
  await app.as(bob).post(`/rooms/${room.id}/join`);
  await app.runJobs();

  const [greeting, ...more] = await greetings(bob, room);
  assert.deepEqual(more, []);
  assert.equal(greeting.author.handle, "welcomebot");
  assert.equal(greeting.author.is_bot, true);
  assert.match(greeting.body_html, /Bob \*the\* Builder/, "the name as it is");
  assert.match(greeting.body, /@handle/);
  assert.match(greeting.body, /\/help/);
  const there = (await app.as(bob).get(`/rooms/${room.id}`)).body;
  assert.equal(there.viewer.unread_count, 0, "nobody has to read it");
  assert.equal(there.empty_state.code, "say_hello", "and it fills no room");
  assert.equal((await app.as(ada).get(`/rooms/${room.id}`)).body.viewer.unread_count, 0);
});

Deno.test("[RO-35] once for each person: other rooms, coming back, jobs that run twice", async () => {
  const [ada, bob] = [await app.signUp("wel2_ada"), await app.signUp("wel2_bob")];
  const [first, second] = [await makeRoom(app, ada), await makeRoom(app, ada)];
  await app.as(bob).post(`/rooms/${first.id}/join`);
  await app.runJobs();
  await app.as(bob).post(`/rooms/${second.id}/join`);
  await app.as(bob).post(`/rooms/${first.id}/leave`);
  await app.as(bob).post(`/rooms/${first.id}/join`);
  await app.runJobs();
  const event = { topic: "room.first_joined", subject_id: first.id, actor_id: bob.id };
  const run = () =>
    app.deps.db.asService(
      "a job that is delivered again",
      (sql) =>
        welcomeConsumer.handle(app.deps, {
          ...event,
          id: crypto.randomUUID(),
          payload: {},
          traceparent: null,
          created_at: new Date().toISOString(),
        }, sql),
    );
  await Promise.all([run(), run(), run()]);

  assert.equal((await greetings(ada, first)).length, 1);
  assert.equal((await greetings(ada, second)).length, 0);
});

Deno.test("[RO-35] two first joins at once are greeted once", async () => {
  const ada = await app.signUp("wel3_ada");
  const rooms = [await makeRoom(app, ada), await makeRoom(app, ada), await makeRoom(app, ada)];
  for (let round = 0; round < 10; round++) {
    const bob = await app.signUp(`wel3_bob${round}`);
    await Promise.all(rooms.map((room) => app.as(bob).post(`/rooms/${room.id}/join`)));
  }
  await app.runJobs();

  const all = await Promise.all(rooms.map((room) => greetings(ada, room)));
  assert.equal(all.flat().length, 10);
});

Deno.test("[RO-35] by invite and by another's hand too; not for owners, talks of two and archives", async () => {
  const [ada, bob, eve, kim] = [
    await app.signUp("wel4_ada"),
    await app.signUp("wel4_bob"),
    await app.signUp("wel4_eve"),
    await app.signUp("wel4_kim"),
  ];
  const room = await makeRoom(app, ada, { isPrivate: true });
  const invite = await app.as(ada).post(`/rooms/${room.id}/invites`, {});
  await app.as(bob).post(`/invites/${invite.body.token}/accept`);
  const group = await app.as(ada).post("/dms", { user_ids: [eve.id, bob.id] });
  const talk = await app.as(ada).post("/dms", { user_ids: [kim.id] });
  await app.db.sql.begin(async (sql) => {
    await sql`select set_config('townsquare.bulk', 'on', true)`;
    await sql`insert into public.room_members (room_id, profile_id) values (${room.id}, ${kim.id})`;
  });
  await app.runJobs();

  assert.match(
    (await greetings(ada, room)).map((m: { body: string }) => m.body).join(),
    /wel4\\?_bob/,
  );
  assert.match(
    (await greetings(ada, group.body)).map((m: { body: string }) => m.body).join(),
    /wel4\\?_eve/,
  );
  assert.equal((await greetings(ada, room)).length, 1);
  assert.equal((await greetings(ada, talk.body)).length, 0);
  const rows = await app.db.sql`
    select from private.welcomes where profile_id = any (${[ada.id, kim.id]})`;
  assert.equal(rows.length, 0);
});

Deno.test("[RO-35] who has left before the job is greeted where they are, or in the next room", async () => {
  const [ada, bob, eve] = [
    await app.signUp("wel5_ada"),
    await app.signUp("wel5_bob"),
    await app.signUp("wel5_eve"),
  ];
  const [first, second] = [await makeRoom(app, ada), await makeRoom(app, ada)];
  for (const person of [bob, eve]) {
    await app.as(person).post(`/rooms/${first.id}/join`);
    await app.as(person).post(`/rooms/${first.id}/leave`);
  }
  await app.as(bob).post(`/rooms/${second.id}/join`);
  await app.runJobs();
  assert.equal((await greetings(ada, first)).length, 0);
  assert.equal((await greetings(ada, second)).length, 1, "bob is in the second");
  await app.as(eve).post(`/rooms/${second.id}/join`);
  await app.runJobs();
  assert.equal((await greetings(ada, second)).length, 2);
});

Deno.test("[RO-35] a setting turns it off", async () => {
  const [ada, bob] = [await app.signUp("wel6_ada"), await app.signUp("wel6_bob")];
  const room = await makeRoom(app, ada);
  await app.db.sql`select private.set_setting('welcome_bot', 'off')`;
  await app.as(bob).post(`/rooms/${room.id}/join`);
  await app.runJobs();
  await app.db.sql`select private.set_setting('welcome_bot', 'on')`;

  assert.equal((await greetings(ada, room)).length, 0);
});

Deno.test("[RO-35] the welcome bot is found by no search, and followed, blocked, written to, banned by nobody", async () => {
  const [ada, bob] = [await app.signUp("wel7_ada"), await app.signUp("wel7_bob")];
  const room = await makeRoom(app, ada);
  await app.as(bob).post(`/rooms/${room.id}/join`);
  await app.runJobs();
  const { body: bot } = await app.anonymous.get("/users/welcomebot");

  assert.equal(bot.is_bot, true);
  const found = await app.as(bob).get("/users/search?q=welcomebot");
  assert.deepEqual(found.body.items, [], found.text);
  assert.equal((await app.as(bob).post(`/users/${bot.id}/follow`)).status, 403);
  assert.equal((await app.as(bob).post(`/users/${bot.id}/block`)).status, 403);
  assert.equal((await app.as(bob).post("/dms", { user_ids: [bot.id] })).status, 403);
  const invited = await app.as(ada).post(`/rooms/${room.id}/invites`, { user_ids: [bot.id] });
  assert.equal(invited.status, 403);
  const [user] = await app.db.sql`
    select email, encrypted_password from auth.users where id = ${bot.id}`;
  assert.deepEqual(user, { email: null, encrypted_password: null });
  await assert.rejects(
    app.db
      .sql`insert into private.account_states (profile_id, banned_at) values (${bot.id}, now())`,
    /the product's own/,
  );
  const taken = await app.as(bob).patch("/users/me", { handle: "WelcomeB0t" });
  assert.equal(taken.status, 422, "nobody looks like it");
});
