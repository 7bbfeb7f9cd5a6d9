/** @module Places for open sockets: ten, race-proof, freed by time. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { makeRoom } from "../rooms/support.ts";

const PLACES = 10;

async function openAll(app: TestApp, person: TestPerson): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < PLACES; n++) {
    const answer = await app.as(person).post("/realtime/connections");
    assert.equal(answer.status, 201, answer.text);
    ids.push(answer.body.id);
  }
  return ids;
}

async function countPerRoom(app: TestApp) {
  return [...await app.db.sql`select * from private.connections_by_room(10)`].map((row) => ({
    ...row,
  }));
}

function linesOf(app: TestApp, message: string): string[] {
  return app.logs.filter((line) => JSON.parse(line).msg === message || line.includes(message));
}

Deno.test("[RO-37] connections: fifty at once take exactly ten places", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => app.as(ada).post("/realtime/connections", { device: "web" })),
  );

  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [...Array(PLACES).fill(201), ...Array(40).fill(429)]);
  const refused = answers.find(({ status }) => status === 429);
  assert.equal(refused?.body.code, "too-many-connections");
  const wait = Number(refused?.headers.get("retry-after"));
  assert.ok(wait > 60 && wait <= 90, `retry after ${wait}`);
});

Deno.test("[RO-37] [RO-38] connections: a lease lasts 90 s, and heartbeats prolong it", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const { body: opened } = await app.as(ada).post("/realtime/connections", { device: "phone" });
  assert.equal(opened.heartbeat_s, 30);
  const lease = Date.parse(opened.expires_at) - Date.now();
  assert.ok(lease > 80_000 && lease <= 90_500, `${lease} ms`);
  await app.db.sql`update private.connections set expires_at = now() + interval '1 second'`;

  const renewed = await app.as(ada).patch(`/realtime/connections/${opened.id}`);

  assert.equal(renewed.status, 200, renewed.text);
  assert.ok(Date.parse(renewed.body.expires_at) - Date.now() > 80_000);
});

Deno.test("[RO-37] connections: a missed lease frees its place and cannot be renewed", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const ids = await openAll(app, ada);
  assert.equal((await app.as(ada).post("/realtime/connections")).status, 429);
  await app.db.sql`
    update private.connections set expires_at = now() - interval '1 second' where id = ${
    ids[0] ?? ""
  }`;

  const late = await app.as(ada).patch(`/realtime/connections/${ids[0]}`);
  const next = await app.as(ada).post("/realtime/connections");

  assert.equal(late.status, 404);
  assert.equal(next.status, 201);
  assert.equal((await app.as(ada).post("/realtime/connections")).status, 429);
});

Deno.test("[RO-37] [OB-20] connections: closing frees the place, every step has its line", async () => {
  await using app = await openApp();
  const [ada, bob] = [await app.signUp("ada"), await app.signUp("bob")];
  const [first = ""] = await openAll(app, ada);
  await app.as(ada).post("/realtime/connections");

  assert.equal((await app.as(bob).delete(`/realtime/connections/${first}`)).status, 404);
  assert.equal((await app.as(bob).patch(`/realtime/connections/${first}`)).status, 404);
  assert.equal((await app.as(ada).delete(`/realtime/connections/${first}`)).status, 204);
  assert.equal((await app.as(ada).delete(`/realtime/connections/${first}`)).status, 404);
  assert.equal((await app.as(ada).post("/realtime/connections")).status, 201);
  await app.db.sql`update private.connections set expires_at = now() - interval '1 second'`;
  await app.runTask("connections");

  assert.equal((await app.db.sql`select from private.connections`).length, 0);
  assert.equal(linesOf(app, "connection opened").length, PLACES + 1);
  assert.equal(linesOf(app, "connection refused").length, 1);
  assert.equal(linesOf(app, "connection closed").length, 1);
  assert.equal(linesOf(app, "connection lost").length, PLACES);
});

Deno.test("[OB-13] connections: counted per room for those who are in it", async () => {
  await using app = await openApp();
  const [ada, bob, eve] = [
    await app.signUp("ada"),
    await app.signUp("bob"),
    await app.signUp("eve"),
  ];
  const room = await makeRoom(app, ada, { members: [bob] });
  for (const person of [ada, ada, bob, eve]) {
    const { body } = await app.as(person).post("/realtime/connections");
    const path = `/realtime/connections/${body.id}`;
    assert.equal((await app.as(person).patch(path, { room_ids: [room.id] })).status, 200);
  }

  assert.deepEqual(await countPerRoom(app), [{ room_id: room.id, connections: 3 }]);
  await app.as(bob).post(`/rooms/${room.id}/leave`);
  assert.deepEqual(await countPerRoom(app), [{ room_id: room.id, connections: 2 }]);
  await app.db.sql`update private.connections set expires_at = now() where profile_id = ${ada.id}`;
  assert.deepEqual(await countPerRoom(app), []);
});

Deno.test("connections: bounds of the input, and nobody without a session", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const open = (body: unknown) => app.as(ada).post("/realtime/connections", body);
  const { body: held } = await open({ device: "d".repeat(200) });
  const rooms = (count: number) =>
    app.as(ada).patch(`/realtime/connections/${held.id}`, {
      room_ids: Array.from({ length: count }, () => crypto.randomUUID()),
    });

  assert.equal((await open({ device: "d".repeat(201) })).status, 422);
  assert.equal((await open({ devise: "web" })).status, 422);
  assert.equal((await rooms(100)).status, 200);
  assert.equal((await rooms(101)).status, 422);
  assert.equal((await app.as(ada).patch("/realtime/connections/nonsense")).status, 404);
  assert.equal((await app.anonymous.post("/realtime/connections")).status, 401);
});
