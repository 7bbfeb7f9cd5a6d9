/** @module Messages over HTTP and what is heard of them. */
import assert from "node:assert/strict";
import { openApp, type TestPerson } from "../support/app.ts";
import { attempt, heardOn, makeRoom, mute } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

interface Shown {
  readonly id: string;
  readonly seq: number;
  readonly body: string;
}

function seqs(page: { items: Shown[] }): number[] {
  return page.items.map((message) => message.seq);
}

Deno.test("[RO-11] history: pages before, after and around, in the order of positions", async () => {
  const ada = await app.signUp("ro11_ada");
  const room = await makeRoom(app, ada);
  const path = `/rooms/${room.id}/messages`;
  const sent: Shown[] = [];
  for (let index = 1; index <= 9; index++) {
    sent.push((await app.as(ada).post(path, { body: `message ${index}` })).body);
  }
  const get = async (query: string) => (await app.as(ada).get(`${path}?${query}`)).body;

  const newest = await get("limit=3");
  const older = await get(`limit=3&cursor=${newest.next_cursor}`);
  const back = await get(`limit=3&cursor=${older.prev_cursor}`);
  const oldest = await get(`limit=3&cursor=${older.next_cursor}`);

  assert.deepEqual(seqs(newest), [7, 8, 9]);
  assert.equal(newest.prev_cursor, null);
  assert.deepEqual(seqs(older), [4, 5, 6]);
  assert.deepEqual(seqs(back), [7, 8, 9]);
  assert.deepEqual(seqs(oldest), [1, 2, 3]);
  assert.equal(oldest.next_cursor, null);
  assert.deepEqual(seqs(await get(`limit=2&before=${sent[4]?.id}`)), [3, 4]);
  assert.deepEqual(seqs(await get("limit=2&before=5")), [3, 4]);
  assert.deepEqual(seqs(await get(`limit=2&after=${sent[4]?.id}`)), [6, 7]);
  const around = await get("limit=4&around=5");
  assert.deepEqual(seqs(around), [3, 4, 5, 6]);
  assert.deepEqual(seqs(await get(`limit=4&cursor=${around.next_cursor}`)), [7, 8, 9]);
  assert.deepEqual(seqs(await get(`limit=4&cursor=${around.prev_cursor}`)), [1, 2]);
  assert.deepEqual(seqs(await get("after=9")), []);
  // Where one side is short the other fills the page; both ways lead to everything.
  for (
    const [anchor, shown] of [[1, [1, 2, 3, 4]], [9, [6, 7, 8, 9]], [8, [6, 7, 8, 9]]] as const
  ) {
    const page = await get(`limit=4&around=${anchor}`);
    assert.deepEqual(seqs(page), shown);
    const on = page.next_cursor === null ? [] : seqs(await get(`cursor=${page.next_cursor}`));
    const off = page.prev_cursor === null ? [] : seqs(await get(`cursor=${page.prev_cursor}`));
    assert.deepEqual([...off, ...shown, ...on], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
});

Deno.test("[RO-11] history: an unknown anchor, two anchors and a foreign cursor are refused", async () => {
  const [ada, bob] = [await app.signUp("ro11b_ada"), await app.signUp("ro11b_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const path = `/rooms/${room.id}/messages`;
  for (const body of ["one", "two"]) await app.as(ada).post(path, { body });
  const { next_cursor: cursor } = (await app.as(ada).get(`${path}?limit=1`)).body;

  const answers = [
    await app.as(ada).get(`${path}?before=${crypto.randomUUID()}`),
    await app.as(ada).get(`${path}?before=2&after=1`),
    await app.as(ada).get(`${path}?before=nonsense`),
    await app.as(bob).get(`${path}?cursor=${cursor}`),
  ];

  assert.deepEqual(answers.map((answer) => answer.status), [404, 422, 422, 400]);
});

Deno.test("[UX-12] send: a repetition with the same id gives the same message", async () => {
  const [ada, bob] = [await app.signUp("ux12_ada"), await app.signUp("ux12_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const path = `/rooms/${room.id}/messages`;
  const message = { id: crypto.randomUUID(), body: "once" };

  const both = await Promise.all([
    app.as(ada).post(path, message),
    app.as(ada).post(path, message),
  ]);
  const later = await app.as(ada).post(path, message);
  const stolen = await app.as(bob).post(path, message);

  assert.deepEqual(both.map((answer) => answer.status).sort(), [200, 201]);
  assert.deepEqual([...both, later].map((answer) => answer.body.seq), [1, 1, 1]);
  assert.equal(stolen.status, 409);
  assert.deepEqual(seqs((await app.as(bob).get(path)).body), [1]);
  const next = await app.as(bob).post(path, { body: "next" });
  assert.equal(next.body.seq, 2);
});

Deno.test("[RO-44] send: everybody in the room hears it once, without anybody's own part", async () => {
  const [ada, bob] = [await app.signUp("ro44_ada"), await app.signUp("ro44_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });

  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const sent = await app.as(ada).post(
    `/rooms/${room.id}/messages`,
    { body: "hello <b>@ro44_bob</b>, not @ro44_nobody" },
    { headers: { traceparent } },
  );

  const [heard] = (await heardOn(app, room.topic)).filter((h) => h.event === "message.created");
  const { thread_unread: own, ...neutral } = sent.body;
  assert.equal(own, 0);
  assert.deepEqual(heard?.payload.message, neutral);
  assert.equal(heard?.topic, room.topic);
  assert.equal(heard?.is_private, true);
  assert.match(
    sent.body.body_html,
    /hello &lt;b><a href="\/@ro44_bob"[^>]*>@ro44_bob<\/a>&lt;\/b>/,
  );
  assert.deepEqual(sent.body.mentions.map((m: { handle: string }) => m.handle), ["ro44_bob"]);
  await app.runJobs();
  const unread = (await heardOn(app, `user:${bob.id}`)).filter((h) => h.event === "unread.changed");
  assert.deepEqual(unread.map((h) => [h.payload.unread_count, h.payload.last_message.id]), [
    [1, sent.body.id],
  ]);
});

Deno.test("[OB-21] send: the trace of the request goes on in the event and on the topic", async () => {
  const ada = await app.signUp("ob21_ada");
  const room = await makeRoom(app, ada);
  const trace = "0af7651916cd43dd8448eb211c80319c";

  const sent = await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "traced" }, {
    headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` },
  });

  const [event] = await app.db.sql<{ traceparent: string }[]>`
    select traceparent from private.outbox
    where subject_id = ${sent.body.id} and topic = 'message.created'`;
  const [heard] = (await heardOn(app, room.topic)).filter((h) => h.event === "message.created");
  assert.ok(event?.traceparent.includes(trace));
  assert.ok(heard?.payload.traceparent.includes(trace));
});

Deno.test("[RO-28] unread: others' messages since the last one read, on the list too", async () => {
  const [ada, bob, eve] = [
    await app.signUp("ro28_ada"),
    await app.signUp("ro28_bob"),
    await app.signUp("ro28_eve"),
  ];
  const room = await makeRoom(app, ada, { members: [bob, eve] });
  const path = `/rooms/${room.id}/messages`;
  const [first] = [await app.as(ada).post(path, { body: "1" })];
  await app.as(ada).post(path, { body: "2" });
  await app.as(bob).post(path, { body: "own" });
  await app.as(ada).post(path, { body: "answer", parent_id: first.body.id });
  const gone = await app.as(ada).post(path, { body: "gone" });
  await app.as(ada).delete(`${path}/${gone.body.id}`);
  await app.as(eve).post(path, { body: "from somebody blocked" });
  await app.db
    .sql`insert into public.blocks (blocker_id, blocked_id) values (${bob.id}, ${eve.id})`;

  const before = await app.as(bob).get("/rooms");
  const read = await app.as(bob).post(`/rooms/${room.id}/read`, { message_id: first.body.id });
  const after = await app.as(bob).get(`/rooms/${room.id}`);

  assert.equal(before.body.items[0].viewer.unread_count, 2);
  assert.equal(read.status, 200);
  assert.equal(read.body.unread_count, 1);
  assert.equal(after.body.viewer.unread_count, 1);
  assert.equal(after.body.viewer.last_read_message_id, first.body.id);
});

Deno.test("[RO-24] [RO-25] edit and delete: the author's, and those who keep order delete", async () => {
  const [ada, bob, eve] = [
    await app.signUp("ro24_ada"),
    await app.signUp("ro24_bob"),
    await app.signUp("ro24_eve"),
  ];
  const room = await makeRoom(app, ada, { members: [bob, eve] });
  const path = `/rooms/${room.id}/messages`;
  const { id } = (await app.as(bob).post(path, { body: "tpyo" })).body;

  const edited = await app.as(bob).patch(`${path}/${id}`, { body: "typo" });
  const refused = [
    await app.as(eve).patch(`${path}/${id}`, { body: "mine" }),
    await app.as(eve).delete(`${path}/${id}`),
    await app.as(ada).patch(`${path}/${id}`, { body: "owner's words" }),
  ];
  const deleted = await app.as(ada).delete(`${path}/${id}`);
  const late = await app.as(bob).patch(`${path}/${id}`, { body: "again" });

  assert.equal(edited.body.body, "typo");
  assert.notEqual(edited.body.edited_at, null);
  assert.deepEqual(refused.map((answer) => answer.status), [403, 403, 403]);
  assert.equal(deleted.status, 204);
  assert.equal(late.status, 404);
  const [left] = (await app.as(bob).get(path)).body.items;
  assert.deepEqual([left.id, left.body, left.seq], [id, "", 1]);
  assert.notEqual(left.deleted_at, null);
  const heard = (await heardOn(app, room.topic)).map((each) => each.event);
  assert.deepEqual(heard.filter((event) => event.startsWith("message.")), [
    "message.created",
    "message.updated",
    "message.deleted",
  ]);
});

Deno.test("mute: nothing can be said until it ends", async () => {
  const [ada, bob] = [await app.signUp("romute_ada"), await app.signUp("romute_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const said = await app.as(bob).post(`/rooms/${room.id}/messages`, { body: "before" });
  await mute(app, room, bob, "1 hour");

  const muted = await app.as(bob).post(`/rooms/${room.id}/messages`, { body: "but" });
  const edited = await app.as(bob).patch(`/rooms/${room.id}/messages/${said.body.id}`, {
    body: "but still",
  });
  await mute(app, room, bob, "-1 second");
  const later = await app.as(bob).post(`/rooms/${room.id}/messages`, { body: "so" });

  assert.equal(muted.status, 403);
  assert.deepEqual([muted, edited].map((answer) => answer.body.code), ["room-muted", "room-muted"]);
  assert.deepEqual([later.status, later.body.seq], [201, 2]);
});

Deno.test("send: nothing said, a parent elsewhere and too much are refused", async () => {
  const ada = await app.signUp("robad_ada");
  const [room, other] = [await makeRoom(app, ada), await makeRoom(app, ada)];
  const elsewhere = await app.as(ada).post(`/rooms/${other.id}/messages`, { body: "there" });
  const path = `/rooms/${room.id}/messages`;

  const answers = [
    await app.as(ada).post(path, { body: "  " }),
    await app.as(ada).post(path, { body: "x".repeat(5_001) }),
    await app.as(ada).post(path, { body: "x", parent_id: elsewhere.body.id }),
    await app.as(ada).post(path, { body: "x", shared_post_id: crypto.randomUUID() }),
    await app.as(ada).post(path, { body: "x", author_id: ada.id }),
  ];

  assert.deepEqual(answers.map((answer) => answer.status), Array(5).fill(422));
  assert.equal((await app.as(ada).post(path, { body: "first" })).body.seq, 1);
});

Deno.test("[RO-24] send and edit: what shows nothing says nothing, by API and by table", async () => {
  const ada = await app.signUp("ro24b_ada");
  const room = await makeRoom(app, ada);
  const path = `/rooms/${room.id}/messages`;
  const { body: said } = await app.as(ada).post(path, { body: "something" });

  for (const body of ["", " ", "\n \t", "\u200b", "\u00a0\u3164"]) {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const answers = [
      await app.as(ada).post(path, { body }),
      await app.as(ada).patch(`${path}/${said.id}`, { body }),
      await app.as(ada).post(path, { body, publish_at: later }),
    ];
    for (const answer of answers) {
      assert.equal(answer.status, 422, JSON.stringify(body));
      assert.equal(answer.body.errors[0].path, "body");
    }
    const insert = `insert into public.messages (room_id, body) values ('${room.id}', '${body}')`;
    assert.equal(await attempt(app, ada, insert), "PT422");
  }
  assert.equal((await app.as(ada).post(path, { body: "\n🙂\n" })).status, 201);
  assert.equal((await app.as(ada).post("/rooms", { name: "\u200b" })).status, 422);
});

Deno.test("[RO-31] system messages: nobody changes what the room says of them", async () => {
  const [ada, bob] = [await app.signUp("ro31s_ada"), await app.signUp("ro31s_bob")];
  const room = await makeRoom(app, ada);
  await app.as(bob).post(`/rooms/${room.id}/join`);
  const [said] = (await app.as(bob).get(`/rooms/${room.id}/messages`)).body.items;
  const path = `/rooms/${room.id}/messages/${said.id}`;

  assert.equal((await app.as(bob).patch(path, { body: "*Bob is king*" })).status, 403);
  assert.equal((await app.as(bob).delete(path)).status, 403);
  assert.equal(
    await attempt(app, bob, `update public.messages set body = 'x' where id = '${said.id}'`),
    "PT403",
  );
  assert.equal((await app.as(ada).patch(path, { body: "*Bob is king*" })).status, 403);
  assert.equal((await app.as(ada).delete(path)).status, 204);
});

Deno.test("[RO-09] activity: what somebody says reaches every other member, wherever they are", async () => {
  const people = [];
  for (const name of ["ada", "bob", "cleo", "dan"]) people.push(await app.signUp(`ro09_${name}`));
  const [ada, ...others] = people as [TestPerson, ...TestPerson[]];
  // Whoever is new is welcomed, in the first room they come to.
  await makeRoom(app, ada, { members: others });
  await app.runJobs();
  const room = await makeRoom(app, ada, { members: others });

  const sent = await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "News" });
  await app.runJobs();

  const live = (await heardOn(app, room.topic)).filter((each) => each.event === "message.created");
  assert.deepEqual(live.map((each) => each.payload.message.id), [sent.body.id]);
  for (const person of others) {
    const [told, ...more] = (await heardOn(app, `user:${person.id}`))
      .filter((each) => each.event === "unread.changed" && each.payload.room_id === room.id);
    assert.deepEqual(more, []);
    assert.equal(told?.payload.unread_count, 1);
    assert.equal(told?.payload.last_message.id, sent.body.id);
    const count = await app.as(person).get("/notifications/count");
    assert.equal(count.body.rooms[0].room_id, room.id);
  }
});

Deno.test("[RO-04] send: into a room that is deleted just now is into no room", async () => {
  const ada = await app.signUp("ro04r_ada");
  for (let round = 0; round < 5; round++) {
    const room = await makeRoom(app, ada);
    const [deleted, ...sent] = await Promise.all([
      app.as(ada).delete(`/rooms/${room.id}`),
      ...["1", "2", "3"].map((body) => app.as(ada).post(`/rooms/${room.id}/messages`, { body })),
    ]);
    assert.equal(deleted?.status, 204);
    for (const { status, text } of sent) assert.ok(status === 201 || status === 404, text);
  }
});
