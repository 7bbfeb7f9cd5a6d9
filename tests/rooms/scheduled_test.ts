/** @module Messages that are said later: bounds, rights of the moment, several workers, a crash. */
import assert from "node:assert/strict";
import { scheduledMessagesTask } from "../../shared/rooms/mod.ts";
import { openApp, type TestPerson } from "../support/app.ts";
import { attempt, makeRoom } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}

async function schedule(person: TestPerson, room: string, body: string, more: object = {}) {
  const answer = await app.as(person).post(`/rooms/${room}/messages`, {
    body,
    publish_at: inMinutes(60),
    ...more,
  });
  assert.equal(answer.status, 202, answer.text);
  return answer.body.id as string;
}

/** Lets the time of all messages come. */
async function comeDue() {
  await app.db.sql`update private.scheduled_messages set publish_at = clock_timestamp()`;
}

async function bodies(person: TestPerson, room: string): Promise<string[]> {
  const answer = await app.as(person).get(`/rooms/${room}/messages`);
  return answer.body.items.map((message: { body: string }) => message.body);
}

Deno.test("[XB-01] scheduled messages: only the sender knows, until the time comes", async () => {
  const [ada, bob] = [await app.signUp("sm1_ada"), await app.signUp("sm1_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const list = `/rooms/${room.id}/scheduled-messages`;

  const made = await app.as(ada).post(`/rooms/${room.id}/messages`, {
    body: "Happy *birthday*",
    publish_at: inMinutes(60),
  });
  assert.equal(made.status, 202, made.text);
  assert.equal(made.body.body, "Happy *birthday*");
  const own = await app.as(ada).get(list);
  assert.deepEqual(own.body.items, [made.body]);
  assert.deepEqual((await app.as(bob).get(list)).body.items, []);
  const { id } = made.body;
  assert.equal((await app.as(bob).delete(`${list}/${id}`)).status, 404);
  await scheduledMessagesTask.run(app.deps);
  assert.deepEqual(await bodies(bob, room.id), [], "not before its time");

  await comeDue();
  await scheduledMessagesTask.run(app.deps);
  await scheduledMessagesTask.run(app.deps);

  assert.deepEqual(await bodies(bob, room.id), ["Happy *birthday*"]);
  const [said] = (await app.as(bob).get(`/rooms/${room.id}/messages`)).body.items;
  assert.equal(said.id, id);
  assert.equal(said.author.id, ada.id);
  assert.match(said.body_html, /<em>birthday<\/em>/);
  assert.deepEqual((await app.as(ada).get(list)).body.items, []);
  const [event] = await app.db.sql`
    select count(*)::int as n from private.outbox where subject_id = ${id}
      and topic = 'message.created'`;
  assert.equal(event?.n, 1);
});

Deno.test("[XB-01] scheduled messages: taken back, they are never said", async () => {
  const ada = await app.signUp("sm2_ada");
  const room = await makeRoom(app, ada);
  const id = await schedule(ada, room.id, "No");

  assert.equal(
    (await app.as(ada).delete(`/rooms/${room.id}/scheduled-messages/${id}`)).status,
    204,
  );
  await scheduledMessagesTask.run(app.deps);

  assert.deepEqual(await bodies(ada, room.id), []);
  assert.equal(
    (await app.as(ada).delete(`/rooms/${room.id}/scheduled-messages/${id}`)).status,
    404,
  );
});

Deno.test("[XB-01] scheduled messages: a repetition with the same id is one message, said or not", async () => {
  const ada = await app.signUp("sm3_ada");
  const room = await makeRoom(app, ada);
  const id = crypto.randomUUID();
  const send = () =>
    app.as(ada).post(`/rooms/${room.id}/messages`, { body: "x", id, publish_at: inMinutes(5) });

  const answers = await Promise.all([send(), send(), send()]);
  assert.deepEqual(answers.map((answer) => answer.status), [202, 202, 202]);
  await comeDue();
  await scheduledMessagesTask.run(app.deps);
  const late = await send();

  assert.equal(late.status, 200, late.text);
  assert.deepEqual(await bodies(ada, room.id), ["x"]);
});

Deno.test("[XB-01] scheduled messages: input at and past the bounds names its field", async () => {
  const [ada, eve] = [await app.signUp("sm4_ada"), await app.signUp("sm4_eve")];
  const room = await makeRoom(app, ada, { isPrivate: true });
  const path = `/rooms/${room.id}/messages`;
  const refusals: [object, string][] = [
    [{ body: "x", publish_at: inMinutes(-1) }, "publish_at"],
    [{ body: "x", publish_at: inMinutes(366 * 24 * 60) }, "publish_at"],
    [{ body: "x", publish_at: "tomorrow" }, "publish_at"],
    [{ body: " ", publish_at: inMinutes(5) }, "body"],
    [{ body: "x".repeat(5_001), publish_at: inMinutes(5) }, "body"],
    [{ body: "x", parent_id: crypto.randomUUID(), publish_at: inMinutes(5) }, "parent_id"],
    [{ body: "x", media_ids: [crypto.randomUUID()], publish_at: inMinutes(5) }, "media_ids"],
  ];
  for (const [body, field] of refusals) {
    const answer = await app.as(ada).post(path, body);
    assert.equal(answer.status, 422, answer.text);
    assert.ok(answer.text.includes(`"${field}"`), answer.text);
  }
  assert.equal((await app.as(eve).post(path, { body: "x", publish_at: inMinutes(5) })).status, 404);
  assert.equal((await app.as(eve).get(`/rooms/${room.id}/scheduled-messages`)).status, 404);
  await app.db.sql`
    insert into private.scheduled_messages (room_id, author_id, body, publish_at)
    select ${room.id}, ${ada.id}, 'x', now() + interval '1 day' from generate_series(1, 99)`;
  const last = await Promise.all(
    [1, 2, 3].map(() => app.as(ada).post(path, { body: "x", publish_at: inMinutes(5) })),
  );
  assert.deepEqual(last.map((answer) => answer.status).sort(), [202, 409, 409]);
  await app.db.sql`delete from private.scheduled_messages`;
});

Deno.test("[XB-01] scheduled messages: the rights of the moment decide, and the sender is told", async () => {
  const names = ["ada", "kicked", "muted", "quiet", "banned", "fine"] as const;
  const [ada, kicked, muted, quiet, banned, fine] = await Promise.all(
    names.map((name) => app.signUp(`sm5_${name}`)),
  ) as [TestPerson, TestPerson, TestPerson, TestPerson, TestPerson, TestPerson];
  const room = await makeRoom(app, ada, { members: [kicked, muted, quiet, banned, fine] });
  for (const person of [kicked, muted, quiet, banned, fine]) {
    await schedule(person, room.id, person.handle);
  }
  await app.db.sql`
    delete from public.room_members where room_id = ${room.id} and profile_id = ${kicked.id}`;
  await app.db.sql`
    select private.set_room_mute(${room.id}, ${muted.id}, now() + interval '1 day')`;
  await app.db.sql`insert into private.account_states (profile_id, muted_until)
    values (${quiet.id}, now() + interval '1 day')`;
  await app.db.sql`insert into private.account_states (profile_id, banned_at)
    values (${banned.id}, now())`;

  await comeDue();
  await scheduledMessagesTask.run(app.deps);

  assert.deepEqual(await bodies(ada, room.id), ["sm5_fine"]);
  const told = await app.db.sql`
    select p.handle, n.type, n.subject_id, n.meta ->> 'text' as text from public.notifications n
    join public.profiles p on p.id = n.recipient_id where n.type = 'room_activity'
    order by p.handle`;
  assert.deepEqual(told.map((row) => row.handle), [
    "sm5_banned",
    "sm5_kicked",
    "sm5_muted",
    "sm5_quiet",
  ]);
  assert.ok(told.every((row) => row.subject_id === room.id));
  assert.equal(
    told[2]?.text,
    "Your scheduled message was not sent: You are muted in this room",
  );
  assert.equal((await app.db.sql`select from private.scheduled_messages`).length, 0);
});

Deno.test("[XB-01] scheduled messages: a block in between closes the conversation for them too", async () => {
  const [ada, bob] = [await app.signUp("sm6_ada"), await app.signUp("sm6_bob")];
  const room = (await app.as(ada).post("/dms", { user_ids: [bob.id] })).body;
  await schedule(ada, room.id, "Hello?");
  await app.as(bob).post(`/users/${ada.id}/block`);

  await comeDue();
  await scheduledMessagesTask.run(app.deps);

  assert.equal(
    (await app.db.sql`
    select from public.messages where room_id = ${room.id}`).length,
    0,
  );
});

Deno.test("[XB-01] scheduled messages: several workers say each once; one that dies says none", async () => {
  const ada = await app.signUp("sm7_ada");
  const room = await makeRoom(app, ada);
  const wanted = Array.from({ length: 12 }, (_, n) => `Nr. ${n}`);
  for (const body of wanted) await schedule(ada, room.id, body);
  await comeDue();

  await assert.rejects(
    app.db.sql.begin(async (sql) => {
      await sql`select private.send_scheduled_message()`;
      throw new Error("killed");
    }),
    /killed/,
  );
  assert.deepEqual(await bodies(ada, room.id), []);
  await Promise.all([1, 2, 3].map(() => scheduledMessagesTask.run(app.deps)));

  assert.deepEqual((await bodies(ada, room.id)).sort(), wanted.sort());
});

Deno.test("[XB-01] [MO-01] scheduled messages: what was let through is screened by the rules of its time", async () => {
  const ada = await app.signUp("sm9_ada");
  const room = await makeRoom(app, ada);
  const [fine, bad] = [await schedule(ada, room.id, "Fine"), await schedule(ada, room.id, "Bad")];
  await app.db.sql`update private.scheduled_messages set verdict = 'held' where id = ${bad}`;
  await comeDue();
  await scheduledMessagesTask.run(app.deps);
  const states = () =>
    app.db.sql`select status, screened_at is not null as screened from public.messages
      where id in (${fine}, ${bad}) order by id`;

  const before = (await states()).map((row) => ({ ...row }));
  await app.runJobs();
  const after = (await states()).map((row) => ({ ...row }));

  const held = { status: "held", screened: true };
  assert.deepEqual(before, [{ status: "published", screened: false }, held]);
  assert.deepEqual(after, [{ status: "published", screened: true }, held]);
});

Deno.test("[XB-01] scheduled messages: by table they are the sender's alone", async () => {
  const [ada, bob] = [await app.signUp("sm8_ada"), await app.signUp("sm8_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const id = await schedule(ada, room.id, "Mine");
  const tries: [string, string | number][] = [
    ["select id from private.scheduled_messages", 0],
    [`delete from private.scheduled_messages where id = '${id}' returning id`, 0],
    ["update private.scheduled_messages set body = 'x'", "42501"],
    [
      `insert into private.scheduled_messages (room_id, author_id, body, publish_at)
       values ('${room.id}', '${ada.id}', 'x', now() + interval '1 hour')`,
      "42501",
    ],
    ["select private.send_scheduled_message()", "42501"],
  ];
  for (const [statement, expected] of tries) {
    const got = await attempt(app, bob, statement);
    assert.equal(typeof got === "string" ? got : got.length, expected, statement);
  }
  const own = await attempt(app, ada, "select id from private.scheduled_messages");
  assert.deepEqual(own, [{ id }]);
});
