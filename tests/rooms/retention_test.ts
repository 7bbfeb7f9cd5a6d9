/** @module What rooms keep, and for how long. */
import assert from "node:assert/strict";
import { retentionTask } from "../../shared/rooms/mod.ts";
import { openApp, type TestPerson } from "../support/app.ts";
import { makeRoom } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

async function openRoom(prefix: string) {
  const [owner, member] = [
    await app.signUp(`${prefix}_owner`),
    await app.signUp(`${prefix}_member`),
  ];
  const room = await makeRoom(app, owner, { members: [member] });
  return { owner, member, room, path: `/rooms/${room.id}` };
}

/** Messages of a room, old or new, past the API. */
async function fill(room: { id: string }, author: TestPerson, body: string, count: number) {
  await app.db.sql`
    insert into public.messages (room_id, author_id, body)
    select ${room.id}, ${author.id}, ${body} from generate_series(1, ${count}::int)`;
}

async function age(room: { id: string }): Promise<void> {
  await app.db.sql`
    update public.messages set created_at = now() - interval '40 days' where room_id = ${room.id}`;
}

async function left(room: { id: string }): Promise<string[]> {
  const rows = await app.db.sql<{ body: string }[]>`
    select distinct body from public.messages where room_id = ${room.id} order by body`;
  return rows.map((row) => row.body);
}

async function hold(type: string, id: string): Promise<void> {
  await app.db.sql`
    insert into private.legal_holds (subject_type, subject_id, reason)
    values (${type}, ${id}, 'court')`;
}

Deno.test("[XC-01] retention: old messages go, pinned and held ones stay, other rooms keep all", async () => {
  const { owner, member, room, path } = await openRoom("roret");
  const other = await openRoom("roretother");
  const write = async (where: string, by: TestPerson, body: string) =>
    (await app.as(by).post(`${where}/messages`, { body })).body.id as string;
  const old = await write(path, member, "old");
  const pinned = await write(path, member, "pinned");
  const held = await write(path, member, "held");
  const root = await write(path, member, "root");
  await app.as(owner).post(`${path}/messages/${root}/replies`, { body: "new answer" });
  const elsewhere = await write(other.path, other.member, "elsewhere");
  await app.as(owner).post(`${path}/messages/${pinned}/pin`);
  await app.db.sql`
    update public.messages set created_at = now() - interval '40 days'
    where id = any (${[old, pinned, held, root, elsewhere]}::uuid[])`;
  await app.db.sql`
    insert into private.legal_holds (subject_type, subject_id, reason)
    values ('message', ${held}, 'court')`;
  await app.as(owner).patch(path, { retention_days: 30 });
  const sweep = async () =>
    (await app.db.sql`select swept as n from private.sweep_room_messages(100)`)[0]?.n as number;

  assert.equal(await sweep(), 1);
  assert.equal(await sweep(), 0);
  const left = await app.db.sql`
    select id from public.messages where room_id = ${room.id} and parent_id is null order by seq`;
  assert.deepEqual(left.map(({ id }) => id), [pinned, held, root]);
  assert.equal((await app.as(other.member).get(`${other.path}/messages`)).body.items.length, 1);
  await app.db.sql`
    insert into private.legal_holds (subject_type, subject_id, reason)
    values ('room', ${room.id}, 'court')`;
  await app.db.sql`delete from private.legal_holds where subject_id = ${held}`;
  assert.equal(await sweep(), 0);
});

Deno.test("[XC-01] retention: many that stay do not stop those behind them from going", async () => {
  const { owner, member, room, path } = await openRoom("roretmany");
  const [held, limit] = [30, 2];
  await fill(room, owner, "held", held);
  await fill(room, member, "old", 5);
  await age(room);
  await fill(room, member, "new", 1);
  await hold("user", owner.id);
  await app.as(owner).patch(path, { retention_days: 30 });

  const sweep = async (after: string | null = null) =>
    (await app.db.sql`
      select * from private.sweep_room_messages(${limit}, ${after}::uuid)`)[0];
  let last = await sweep();
  for (let round = 0; round < held && !last?.is_done; round++) last = await sweep(last?.after_room);

  assert.equal(last?.is_done, true);
  assert.deepEqual(await left(room), ["held", "new"]);
  // Once the hold is gone the sweep begins at the oldest again.
  await app.db.sql`delete from private.legal_holds where subject_id = ${owner.id}`;
  await retentionTask.run(app.deps);
  assert.deepEqual(await left(room), ["new"]);
  const told = await app.db.sql`
    select from private.outbox where topic = 'message.deleted'
      and payload ->> 'room_id' = ${room.id}`;
  assert.equal(told.length, held + 5);
});

Deno.test("[XC-01] retention: each of many rooms has its turn", async () => {
  const { owner, member } = await openRoom("roretall");
  const rooms: { id: string }[] = [];
  for (let count = 0; count < 3; count++) {
    const room = await makeRoom(app, owner, { members: [member] });
    await fill(room, member, "old", 4);
    await age(room);
    await app.as(owner).patch(`/rooms/${room.id}`, { retention_days: 1 });
    rooms.push(room);
  }
  const held = rooms[1];
  assert.ok(held);
  await hold("room", held.id);

  await retentionTask.run(app.deps);

  assert.deepEqual(await Promise.all(rooms.map(left)), [[], ["old"], []]);
});
