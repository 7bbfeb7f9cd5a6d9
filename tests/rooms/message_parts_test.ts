/** @module Reactions, threads, pins and history of messages over HTTP. */
import assert from "node:assert/strict";
import { openApp, type TestPerson } from "../support/app.ts";
import { attempt, heardOn, makeRoom, mute } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

interface Item {
  readonly id: string;
  readonly body: string;
}

async function say(person: TestPerson, roomId: string, body: string, more: object = {}) {
  const said = await app.as(person).post(`/rooms/${roomId}/messages`, { body, ...more });
  assert.equal(said.status, 201, said.text);
  return said.body;
}

async function bodies(person: TestPerson, path: string): Promise<string[]> {
  const { body } = await app.as(person).get(path);
  return body.items.map((item: Item) => item.body);
}

async function noticesOf(person: TestPerson, messageId: string): Promise<string[]> {
  const rows = await app.db.sql<{ type: string }[]>`
    select type from public.notifications
    where recipient_id = ${person.id} and subject_id = ${messageId} order by type`;
  return rows.map((row) => row.type);
}

const KINDS_MAX = 20;

Deno.test("[RO-18] [RO-19] [RO-20] [RO-21] reactions: given once, counted, taken back, heard", async () => {
  const [ada, bob] = [await app.signUp("ro18_ada"), await app.signUp("ro18_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const { id } = await say(ada, room.id, "tea?");
  const path = `/rooms/${room.id}/messages/${id}/reactions`;

  const first = await app.as(ada).post(path, { emoji: "👍🏽" });
  await app.as(bob).post(path, { emoji: "👍🏽" });
  const again = await app.as(bob).post(path, { emoji: "👍🏽" });
  const other = await app.as(bob).post(path, { emoji: "🏴󠁧󠁢󠁥󠁮󠁧󠁿" });
  const gone = await app.as(ada).delete(`${path}/${encodeURIComponent("👍🏽")}`);
  const [seen] = (await app.as(ada).get(`/rooms/${room.id}/messages`)).body.items;

  assert.equal(first.status, 201);
  assert.deepEqual(first.body.reactions, [{ emoji: "👍🏽", count: 1, me: true }]);
  assert.deepEqual(again.body.reactions, [{ emoji: "👍🏽", count: 2, me: true }]);
  assert.equal(other.body.reactions.length, 2);
  assert.equal(gone.status, 204);
  assert.deepEqual(seen.reactions, [
    { emoji: "👍🏽", count: 1, me: false },
    { emoji: "🏴󠁧󠁢󠁥󠁮󠁧󠁿", count: 1, me: false },
  ]);
  const heard = (await heardOn(app, room.topic)).filter((h) => h.event === "reaction.changed");
  assert.deepEqual(heard.map((h) => [h.payload.message_id, h.payload.reactions]), [
    [id, [{ emoji: "👍🏽", count: 1 }]],
    [id, [{ emoji: "👍🏽", count: 2 }]],
    [id, [{ emoji: "👍🏽", count: 2 }, { emoji: "🏴󠁧󠁢󠁥󠁮󠁧󠁿", count: 1 }]],
    [id, [{ emoji: "👍🏽", count: 1 }, { emoji: "🏴󠁧󠁢󠁥󠁮󠁧󠁿", count: 1 }]],
  ]);
});

Deno.test("[RO-18] reactions: only emoji, only by members who may write, on what is there", async () => {
  const [ada, bob, eve] = [
    await app.signUp("ro18b_ada"),
    await app.signUp("ro18b_bob"),
    await app.signUp("ro18b_eve"),
  ];
  const room = await makeRoom(app, ada, { members: [bob] });
  const { id } = await say(ada, room.id, "tea?");
  const path = `/rooms/${room.id}/messages/${id}/reactions`;
  const post = async (person: TestPerson, emoji: string) =>
    (await app.as(person).post(path, { emoji })).status;

  for (const emoji of ["👩‍👩‍👧‍👦", "🇺🇦", "1️⃣", "❤️", "©️", "🫶🏿"]) {
    assert.equal(await post(ada, emoji), 201, emoji);
  }
  for (const text of ["x", "👍👍", "1", "<b>", " ", "👍 ", "🇺", "‍", "👍\u200d", "é"]) {
    assert.equal(await post(ada, text), 422, text);
  }
  assert.equal(await post(eve, "👍"), 404);
  const insert = `insert into public.message_reactions (message_id, emoji) values ('${id}', '👍')`;
  assert.equal(await attempt(app, eve, insert), "PT404");
  assert.deepEqual(await attempt(app, bob, insert), []);
  await mute(app, room, bob, "1 hour");
  assert.equal(await post(bob, "🎉"), 403);
  await app.as(ada).delete(`/rooms/${room.id}/messages/${id}`);
  assert.equal(await post(ada, "👍"), 404);
  const [left] = (await app.as(ada).get(`/rooms/${room.id}/messages`)).body.items;
  assert.deepEqual(left.reactions, []);
});

Deno.test("[RO-18] reactions: twenty kinds, however many people bring the last at once", async () => {
  const ada = await app.signUp("ro18k_ada");
  const room = await makeRoom(app, ada);
  const { id } = await say(ada, room.id, "all of them");
  const emoji = Array.from({ length: KINDS_MAX + 5 }, (_, n) => String.fromCodePoint(0x1f600 + n));

  const results = await Promise.all(
    emoji.map((each) =>
      attempt(
        app,
        ada,
        `insert into public.message_reactions (message_id, emoji) values ('${id}', '${each}')`,
      )
    ),
  );

  assert.equal(results.filter((result) => result === "PT422").length, 5);
  const [row] = await app.db.sql`
    select count(*)::int as total from public.message_reactions where message_id = ${id}`;
  assert.equal(row?.total, KINDS_MAX);
});

Deno.test("[RO-12] [RO-13] [RO-14] [RO-15] threads: answers stand apart unless they say so", async () => {
  const [ada, bob] = [await app.signUp("ro12_ada"), await app.signUp("ro12_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const root = await say(ada, room.id, "root");
  const path = `/rooms/${room.id}/messages/${root.id}`;
  const reply = async (person: TestPerson, body: string, more: object = {}) =>
    (await app.as(person).post(`${path}/replies`, { body, ...more })).body;

  const first = await reply(bob, "one");
  await reply(bob, "two", { also_in_room: true });
  const nested = await app.as(ada).post(`/rooms/${room.id}/messages/${first.id}/replies`, {
    body: "three",
  });
  const thread = await app.as(ada).get(`${path}/thread?limit=2`);
  const more = await app.as(ada).get(`${path}/thread?limit=2&cursor=${thread.body.next_cursor}`);

  assert.equal(nested.body.parent_id, root.id);
  assert.deepEqual(await bodies(ada, `/rooms/${room.id}/messages`), ["root", "two"]);
  assert.equal(thread.body.root.reply_count, 3);
  assert.equal(thread.body.level, "all");
  assert.deepEqual([...thread.body.items, ...more.body.items].map((m: Item) => m.body), [
    "one",
    "two",
    "three",
  ]);
  assert.equal(more.body.next_cursor, null);
  const heard = (await heardOn(app, room.topic)).filter((h) => h.event === "message.created");
  assert.deepEqual(heard.map((h) => h.payload.message.parent_id), [
    null,
    root.id,
    root.id,
    root.id,
  ]);
  assert.equal(
    (await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "x", also_in_room: true }))
      .status,
    422,
  );
});

Deno.test("[XC-01] threads: unread for themselves, and told by level", async () => {
  const [ada, bob, cleo] = [
    await app.signUp("xc01_ada"),
    await app.signUp("xc01_bob"),
    await app.signUp("xc01_cleo"),
  ];
  const room = await makeRoom(app, ada, { members: [bob, cleo] });
  const root = await say(ada, room.id, "root");
  const path = `/rooms/${room.id}/messages/${root.id}`;
  const unread = async (person: TestPerson) =>
    (await app.as(person).get(`${path}/thread`)).body.root.thread_unread;
  const reply = async (body: string) => {
    const { id } = (await app.as(bob).post(`${path}/replies`, { body })).body;
    await app.runJobs();
    return id;
  };

  const one = await reply("one");
  const followed = await app.as(cleo).put(`${path}/subscription`, { level: "mentions" });
  const two = await reply("two");
  const named = await reply("three @xc01_cleo");

  assert.deepEqual([followed.status, followed.body.level], [200, "mentions"]);
  assert.deepEqual([await unread(ada), await unread(bob), await unread(cleo)], [3, 0, 2]);
  assert.deepEqual(await noticesOf(ada, one), ["reply"]);
  assert.deepEqual(await noticesOf(cleo, two), []);
  assert.deepEqual(await noticesOf(cleo, named), ["mention"]);
  assert.equal((await app.as(ada).get(`/rooms/${room.id}`)).body.viewer.unread_count, 0);

  await app.as(ada).post(`/messages/${two}/read`);
  assert.equal(await unread(ada), 1);
  await app.as(ada).post(`/messages/${one}/read`);
  assert.equal(await unread(ada), 1);
  await app.as(ada).put(`${path}/subscription`, { level: "none" });
  const silent = await reply("@xc01_ada?");
  assert.equal(await unread(ada), 0);
  assert.deepEqual(await noticesOf(ada, silent), []);
});

Deno.test("[RO-16] mentions: @room by those who keep order, plain text from others", async () => {
  const [ada, bob] = [await app.signUp("ro16_ada"), await app.signUp("ro16_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });

  const called = await say(ada, room.id, "@room tea!");
  const tried = await say(bob, room.id, "@room no");
  await app.runJobs();

  assert.deepEqual([called.mention_scope, tried.mention_scope], ["room", null]);
  assert.deepEqual(await noticesOf(bob, called.id), ["mention"]);
  assert.deepEqual(await noticesOf(ada, tried.id), []);
  const edited = await app.as(ada).patch(`/rooms/${room.id}/messages/${called.id}`, {
    body: "tea",
  });
  assert.equal(edited.body.mention_scope, null);
});

Deno.test("[RO-10] [RO-16] mentions: @here reaches those who hold a connection", async () => {
  const [ada, bob, cleo] = [
    await app.signUp("ro16h_ada"),
    await app.signUp("ro16h_bob"),
    await app.signUp("ro16h_cleo"),
  ];
  const room = await makeRoom(app, ada, { members: [bob, cleo] });
  await app.as(bob).post("/realtime/connections", {});

  const called = await say(ada, room.id, "@here tea!");
  await app.runJobs();

  assert.equal(called.mention_scope, "here");
  assert.deepEqual(await noticesOf(bob, called.id), ["mention"]);
  assert.deepEqual(await noticesOf(cleo, called.id), []);
});

Deno.test("[RO-29] pins: those who keep order pin, everybody sees, what is deleted comes down", async () => {
  const [ada, bob] = [await app.signUp("ro29_ada"), await app.signUp("ro29_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const { id } = await say(bob, room.id, "rules");
  const path = `/rooms/${room.id}/messages/${id}`;
  const pins = () => bodies(bob, `/rooms/${room.id}/pins`);
  const counted = async () => (await app.as(bob).get(`/rooms/${room.id}`)).body.pinned_count;

  const refused = await app.as(bob).post(`${path}/pin`);
  const pinned = await app.as(ada).post(`${path}/pin`);
  const again = await app.as(ada).post(`${path}/pin`);
  assert.deepEqual([refused.status, pinned.status, again.status], [403, 201, 201]);
  assert.equal(pinned.body.pinned, true);
  assert.deepEqual([await pins(), await counted()], [["rules"], 1]);

  assert.equal((await app.as(ada).delete(`${path}/pin`)).status, 204);
  assert.deepEqual([await pins(), await counted()], [[], 0]);
  await app.as(ada).post(`${path}/pin`);
  await app.as(bob).delete(path);
  assert.deepEqual([await pins(), await counted()], [[], 0]);
  assert.equal((await app.as(ada).post(`${path}/pin`)).status, 404);
  const heard = (await heardOn(app, room.topic)).filter((h) => h.event === "pin.changed");
  assert.deepEqual(heard.map((h) => [h.payload.pinned, h.payload.pinned_count]), [
    [true, 1],
    [false, 0],
    [true, 1],
    [false, 0],
  ]);
});

const ROUNDS = 50;

Deno.test("[RO-29] [XC-01] pins: an archived room changes no more, its pins neither", async () => {
  const ada = await app.signUp("ro29a_ada");
  const room = await makeRoom(app, ada);
  const { id } = await say(ada, room.id, "up");
  const path = `/rooms/${room.id}/messages/${id}/pin`;
  await app.as(ada).post(`/rooms/${room.id}/archive`);

  const refused = await app.as(ada).post(path);
  await app.as(ada).post(`/rooms/${room.id}/unarchive`);

  assert.deepEqual([refused.status, refused.body.code], [403, "room-archived"]);
  assert.equal((await app.as(ada).post(path)).status, 201);
});

Deno.test("[RO-30] pins: a fourth is refused, fifty times over with five who pin at once", async () => {
  const ada = await app.signUp("ro30_ada");
  const room = await makeRoom(app, ada);
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) ids.push((await say(ada, room.id, `${index}`)).id);
  const pin = (id: string) =>
    attempt(app, ada, `select private.pin_message('${room.id}', '${id}') as pinned`);

  for (let round = 0; round < ROUNDS; round++) {
    const results = await Promise.all(ids.map(pin));
    assert.equal(results.filter((result) => result === "PT409").length, 2, `round ${round}`);
    const [row] = await app.db.sql`
      delete from private.message_pins where room_id = ${room.id}
      returning (select count(*)::int from private.message_pins p
        where p.room_id = ${room.id}) as total`;
    assert.equal(row?.total, 3, `round ${round}`);
  }
  for (const id of ids.slice(0, 3)) await pin(id);
  const fourth = await app.as(ada).post(`/rooms/${room.id}/messages/${ids[3]}/pin`);
  assert.equal(fourth.status, 409);
});

Deno.test("[RO-26] [UX-05] history: earlier texts for all, what was deleted for moderators", async () => {
  const [ada, bob, eve] = [
    await app.signUp("ro26_ada"),
    await app.signUp("ro26_bob"),
    await app.signUp("ro26_eve"),
  ];
  const room = await makeRoom(app, ada, { members: [bob, eve] });
  const { id } = await say(bob, room.id, "first");
  const path = `/rooms/${room.id}/messages/${id}`;
  await app.as(bob).patch(path, { body: "second" });
  await app.as(bob).patch(path, { body: "third" });

  const history = await app.as(eve).get(`${path}/history`);
  await app.as(bob).delete(path);

  assert.deepEqual(history.body.items.map((v: Item) => v.body), ["second", "first"]);
  assert.equal(history.body.items[0].edited_by.id, bob.id);
  assert.deepEqual(await bodies(eve, `${path}/history`), []);
  assert.deepEqual(await bodies(ada, `${path}/history`), ["third", "second", "first"]);
  const stranger = await app.signUp("ro26_stranger");
  assert.equal((await app.as(stranger).get(`${path}/history`)).status, 404);
});

Deno.test("[B2] a shared comment of a private thread is told by its id alone", async () => {
  const [ada, bob, cleo] = [
    await app.signUp("b2_ada"),
    await app.signUp("b2_bob"),
    await app.signUp("b2_cleo"),
  ];
  const post = (await app.as(ada).post("/posts", { body: "root" })).body;
  await app.as(bob).post(`/users/${ada.id}/follow`);
  const comment = (await app.as(bob).post(`/posts/${post.id}/comment`, { body: "within" })).body;
  const room = await makeRoom(app, bob, { members: [cleo] });
  const told = async () => {
    const { id } = await say(bob, room.id, "look", { shared_post_id: comment.id });
    const heard = await heardOn(app, room.topic);
    const live = heard.find(({ event, payload }) =>
      event === "message.created" && payload.message.id === id
    );
    return live?.payload.message.shared_post;
  };
  assert.equal((await told()).body, "within", "while the thread is everybody's");
  await app.as(ada).patch(`/users/${ada.id}`, { is_private: true });
  assert.deepEqual(await told(), { id: comment.id });
});
