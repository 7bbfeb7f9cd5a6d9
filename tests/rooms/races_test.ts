/**
 * @module Races of rooms, each run once; so many times by
 * `deno task test --no-stack --repeat=50 tests/rooms/races_test.ts`.
 */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { until } from "../support/until.ts";
import { makeRoom, setMemberRole } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

const WRITERS = 5;
const LINES = 12;
const PLACES = 10;

async function people(prefix: string): Promise<[TestPerson, ...TestPerson[]]> {
  const first = await app.signUp(`${prefix}_0`);
  const others: TestPerson[] = [];
  for (let n = 1; n < WRITERS; n++) others.push(await app.signUp(`${prefix}_${n}`));
  return [first, ...others];
}

/** Writes lines, some of which are refused, as everybody at once. */
async function writeAll(room: string, writers: readonly TestPerson[]): Promise<number> {
  const written = await Promise.all(writers.map(async (writer, who) => {
    let sent = 0;
    for (let n = 0; n < LINES; n++) {
      const body = (n + who) % 4 === 3 ? " " : `${who} ${n}`;
      const { status } = await app.as(writer).post(`/rooms/${room}/messages`, { body });
      assert.equal(status, body === " " ? 422 : 201);
      if (status === 201) sent += 1;
    }
    return sent;
  }));
  return written.reduce((sum, sent) => sum + sent, 0);
}

interface Line {
  readonly id: string;
  readonly seq: number;
}

/** Follows a room by `?after=` as a client does that has no socket. */
async function follow(
  reader: TestPerson,
  room: string,
  anchor: Line,
  isOver: () => boolean,
): Promise<number[]> {
  const seen: Line[] = [anchor];
  for (;;) {
    // Asked before the page: what is written after it would be missed otherwise.
    const last = isOver();
    const after = seen.at(-1)?.id ?? "";
    const page = await app.as(reader).get(`/rooms/${room}/messages?limit=7&after=${after}`);
    assert.equal(page.status, 200, page.text);
    const items = page.body.items as Line[];
    seen.push(...items);
    if (last && items.length === 0) return seen.map(({ seq }) => seq);
  }
}

Deno.test("[TE-01] [RO-11] race: a cursor neither skips nor repeats while many write, and no place is empty", async () => {
  const writers = await people(`seq${Date.now()}`);
  const [owner] = writers;
  const room = await makeRoom(app, owner, { members: writers.slice(1) });
  const first = await app.as(owner).post(`/rooms/${room.id}/messages`, { body: "first" });
  let isOver = false;

  const reading = follow(owner, room.id, first.body, () => isOver);
  const sent = await writeAll(room.id, writers).finally(() => isOver = true);

  const seen = await reading;
  const start = first.body.seq as number;
  assert.deepEqual(seen, Array.from({ length: sent + 1 }, (_, n) => start + n));
});

Deno.test("[TE-01] [RO-28] race: unread is what others have said since, whatever is read meanwhile", async () => {
  const writers = await people(`unread${Date.now()}`);
  const [reader, ...others] = writers;
  const room = await makeRoom(app, reader, { members: others });
  let isOver = false;
  const read = async () => {
    while (!isOver) {
      const page = await app.as(reader).get(`/rooms/${room.id}/messages?limit=3`);
      const last = page.body.items.at(-1);
      if (last === undefined) continue;
      const answer = await app.as(reader).post(`/rooms/${room.id}/read`, { message_id: last.id });
      assert.equal(answer.status, 200);
    }
  };

  const reading = read();
  await writeAll(room.id, writers).finally(() => isOver = true);
  await reading;
  await app.as(others[0] ?? reader).post(`/rooms/${room.id}/messages`, { body: "one more" });

  const [counted] = await app.db.sql<{ unread: number }[]>`
    select count(*)::int as unread from public.messages m
    where m.room_id = ${room.id} and m.author_id <> ${reader.id} and m.kind <> 'system'
      and m.seq > (select s.last_read_seq from private.room_member_states s
        where s.room_id = m.room_id and s.profile_id = ${reader.id})`;
  const shown = await app.as(reader).get(`/rooms/${room.id}`);
  const listed = await app.as(reader).get("/rooms");
  assert.ok((counted?.unread ?? 0) > 0);
  assert.equal(shown.body.viewer.unread_count, counted?.unread);
  const inList = listed.body.items.find(({ id }: { id: string }) => id === room.id);
  assert.equal(inList.viewer.unread_count, counted?.unread);
});

Deno.test("[TE-01] [RO-30] race: of many who pin at once three succeed", async () => {
  const keepers = await people(`pins${Date.now()}`);
  const [owner, ...others] = keepers;
  const room = await makeRoom(app, owner, { members: others });
  for (const other of others) await setMemberRole(app, room, other, "moderator");
  const lines: string[] = [];
  for (const keeper of keepers) {
    const said = await app.as(keeper).post(`/rooms/${room.id}/messages`, { body: "pin me" });
    lines.push(said.body.id);
  }

  const answers = await Promise.all(
    keepers.map((keeper, n) => app.as(keeper).post(`/rooms/${room.id}/messages/${lines[n]}/pin`)),
  );

  assert.equal(answers.filter(({ status }) => status < 300).length, 3);
  assert.ok(answers.every(({ status }) => status < 300 || status === 409), answers[0]?.text);
  assert.equal((await app.as(owner).get(`/rooms/${room.id}/pins`)).body.items.length, 3);
});

Deno.test("[TE-01] [RO-37] race: ten places, the eleventh is refused, the oldest stay, a lost one is free", async () => {
  const ada = await app.signUp(`lease${Date.now()}`);
  const open = () => app.as(ada).post("/realtime/connections");

  const answers = await Promise.all(Array.from({ length: 3 * PLACES }, open));

  const held = answers.filter(({ status }) => status === 201).map(({ body }) => body.id as string);
  assert.equal(held.length, PLACES);
  assert.ok(answers.every(({ status }) => status === 201 || status === 429));
  const beats = await Promise.all(
    held.map((id) => app.as(ada).patch(`/realtime/connections/${id}`)),
  );
  assert.ok(beats.every(({ status }) => status === 200));
  await expire(app, held[0] ?? "");
  const again = await Promise.all([open(), open(), open()]);
  assert.deepEqual(again.map(({ status }) => status).sort(), [201, 429, 429]);
  await until(
    async () => (await app.as(ada).patch(`/realtime/connections/${held[0]}`)).status === 404,
    "the lost place is not renewed",
  );
});

/** As if no heartbeat had come for ninety seconds. */
async function expire(of: TestApp, id: string): Promise<void> {
  await of.db.sql`
    update private.connections set expires_at = expires_at - interval '91 seconds'
    where id = ${id}`;
}
