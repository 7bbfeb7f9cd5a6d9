/** @module Positions of messages, imports and what triggers do. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { attempt, heardOn, makeRoom } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

const WRITERS = 4;
const MESSAGES_EACH = 10;
/** Counting ends here. */
const UNREAD_MAX = 1_000;

Deno.test("seq: many writers leave no gap, and failed writes give their place back", async () => {
  const ada = await app.signUp("seq_ada");
  const room = await makeRoom(app, ada);
  const write = (body: string) =>
    attempt(
      app,
      ada,
      `insert into public.messages (room_id, body) values ('${room.id}', '${body}')`,
    );

  await Promise.all(Array.from({ length: WRITERS }, async () => {
    for (let index = 0; index < MESSAGES_EACH; index++) {
      await write("said");
      await write(" ");
      await attempt(
        app,
        ada,
        `insert into public.messages (room_id, body) values ('${room.id}', 'x'); select 1 / 0`,
      );
    }
  }));

  const rows = await app.db.sql<{ seq: number }[]>`
    select seq::int as seq from public.messages where room_id = ${room.id} order by created_at`;
  const expected = Array.from({ length: WRITERS * MESSAGES_EACH }, (_, index) => index + 1);
  assert.deepEqual(rows.map((row) => row.seq), expected);
});

Deno.test("[UX-12] seq: an insert that steps aside for an existing id leaves no gap", async () => {
  const ada = await app.signUp("seqid_ada");
  const room = await makeRoom(app, ada);
  const id = crypto.randomUUID();
  const insert =
    `insert into public.messages (id, room_id, body) values ('${id}', '${room.id}', 'x')`;

  const first = await attempt(app, ada, insert);
  const again = await attempt(app, ada, insert);
  const aside = await attempt(app, ada, `${insert} on conflict do nothing`);

  assert.deepEqual([first, again, aside], [[], "23505", "23505"]);
  const [row] = await app.db
    .sql`select last_seq::int as seq from public.rooms where id = ${room.id}`;
  assert.equal(row?.seq, 1);
});

Deno.test("import: old messages get positions in their order, once, and nobody is told", async () => {
  const ada = await app.signUp("imp_ada");
  const room = await makeRoom(app, ada);
  const [later, earlier] = [crypto.randomUUID(), crypto.randomUUID()];
  const items = [
    {
      id: later,
      author_id: ada.id,
      body: "second",
      body_html: "<p><b>second</b></p>",
      created_at: "2020-01-02T00:00:00Z",
    },
    { id: earlier, author_id: ada.id, body: "first", created_at: "2020-01-01T00:00:00Z" },
  ];
  const run = async () => {
    const [row] = await app.db.sql<{ written: number }[]>`
      select private.import_messages(${room.id}, ${app.db.sql.json(items)}::jsonb) as written`;
    return row?.written;
  };

  const counts = [await run(), await run()];
  const next = await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "third" });

  const { body } = await app.as(ada).get(`/rooms/${room.id}/messages`);
  assert.deepEqual(counts, [2, 0]);
  assert.equal(next.body.seq, 3);
  assert.deepEqual(
    body.items.map((item: { body: string; created_at: string }) => [
      item.body,
      item.created_at.slice(0, 4),
    ]).slice(0, 2),
    [["first", "2020"], ["second", "2020"]],
  );
  assert.match(body.items[1].body_html, /<b>second/);
  assert.match(body.items[0].body_html, /<p>first/);
  const heard = (await heardOn(app, "room:")).filter((each) =>
    each.payload.message?.room_id === room.id
  );
  assert.equal(heard.length, 1);
  const events = await app.db.sql`
    select from private.outbox where subject_id in (${later}, ${earlier})`;
  assert.equal(events.length, 0);
});

Deno.test("mentions: members only, once each, and again after an edit", async () => {
  const [ada, bob, eve] = [
    await app.signUp("ment_ada"),
    await app.signUp("ment_bob"),
    await app.signUp("ment_eve"),
  ];
  const room = await makeRoom(app, ada, { members: [bob] });
  const path = `/rooms/${room.id}/messages`;
  const named = async (id: string) => {
    const rows = await app.db.sql`
      select profile_id from public.message_mentions where message_id = ${id}`;
    return rows.map((row) => row.profile_id);
  };

  const sent = await app.as(ada).post(path, {
    body: `@MENT_BOB @ment_bob, a@ment_eve.org @${eve.handle}`,
  });
  const first = await named(sent.body.id);
  await app.as(ada).patch(`${path}/${sent.body.id}`, { body: "(@ment_ada)" });

  assert.deepEqual(first, [bob.id]);
  assert.deepEqual(await named(sent.body.id), [ada.id]);
});

/** Members up to whom unread counts are sent. */
const UNREAD_MEMBERS_MAX = 100;

Deno.test("[RO-28] unread: counts are sent to rooms of a hundred, and as the API has them", async () => {
  const [ada, bob, eve] = [
    await app.signUp("many_ada"),
    await app.signUp("many_bob"),
    await app.signUp("many_eve"),
  ];
  const room = await makeRoom(app, ada, { members: [bob, eve] });
  const path = `/rooms/${room.id}/messages`;
  await app.db
    .sql`insert into public.blocks (blocker_id, blocked_id) values (${bob.id}, ${eve.id})`;
  const counts = async (person: { id: string }) =>
    (await heardOn(app, `user:${person.id}`)).filter((heard) => heard.event === "unread.changed")
      .map((heard) => heard.payload.unread_count);

  await app.as(eve).post(path, { body: "1" });
  await app.runJobs();
  const second = await app.as(ada).post(path, { body: "2" });
  await app.as(ada).post(path, { body: "answer", parent_id: second.body.id });
  await app.runJobs();
  const listed = await app.as(bob).get(`/rooms/${room.id}`);
  await app.as(bob).post(`/rooms/${room.id}/read`, { message_id: second.body.id });

  assert.deepEqual(await counts(bob), [1, 0]);
  assert.equal(listed.body.viewer.unread_count, 1);
  assert.deepEqual(await counts(eve), [0, 1]);
  assert.deepEqual(await counts(ada), [1, 1]);

  await app.db.sql`
    insert into auth.users (id, aud, role, email, raw_user_meta_data, created_at, updated_at)
    select gen_random_uuid(), 'authenticated', 'authenticated', 'crowd' || n || '@townsquare.test',
      jsonb_build_object('handle', 'crowd_' || n), now(), now()
    from generate_series(1, ${UNREAD_MEMBERS_MAX}) n`;
  await app.db.sql`
    insert into public.room_members (room_id, profile_id)
    select ${room.id}, p.id from public.profiles p where p.handle like 'crowd\\_%'`;
  await app.as(ada).post(path, { body: "to a crowd" });
  await app.runJobs();

  assert.deepEqual(await counts(bob), [1, 0]);
});

Deno.test("[RO-28] unread: a list counts as each room does, past blocked and hidden people", async () => {
  const [ada, bob, eve, leo] = [
    await app.signUp("list_ada"),
    await app.signUp("list_bob"),
    await app.signUp("list_eve"),
    await app.signUp("list_leo"),
  ];
  const said = [
    // Of a long room only the first thousand are looked at, unless some of them do not count.
    { eve: UNREAD_MAX + 5, leo: 0, ada: 7 },
    { eve: 0, leo: UNREAD_MAX + 5, ada: 7 },
    { eve: 0, leo: 0, ada: UNREAD_MAX + 5 },
    { eve: 3, leo: 2, ada: 1 },
    { eve: 0, leo: 0, ada: 0 },
  ];
  const rooms: string[] = [];
  for (const counts of said) {
    const { id } = await makeRoom(app, ada, { members: [bob, eve, leo] });
    rooms.push(id);
    for (
      const [author, count] of [[eve, counts.eve], [leo, counts.leo], [ada, counts.ada]] as const
    ) {
      const items = Array.from({ length: count }, (_, n) => ({
        id: crypto.randomUUID(),
        author_id: author.id,
        body: `line ${n}`,
        created_at: new Date(n).toISOString(),
      }));
      await app.db.sql`
        select private.import_messages(${id}, ${JSON.stringify(items)}::text::jsonb)`;
    }
  }
  await app.db
    .sql`insert into public.blocks (blocker_id, blocked_id) values (${bob.id}, ${eve.id})`;
  await app.db.sql`
    insert into private.account_states (profile_id, deactivated_at) values (${leo.id}, now())`;

  const listed = await app.as(bob).get("/rooms?limit=100");
  const counts = await Promise.all(
    rooms.map(async (id) => (await app.as(bob).get(`/rooms/${id}`)).body.viewer.unread_count),
  );
  const [one] = await app.db.sql<{ counts: number[] }[]>`
    select array(select private.unread_count(r, ${bob.id}) from unnest(${rooms}::uuid[]) r)
      as counts`;

  assert.deepEqual(counts, [7, 7, UNREAD_MAX, 1, 0]);
  assert.deepEqual(one?.counts, counts);
  const byId = new Map(
    listed.body.items.map((room: { id: string; viewer: { unread_count: number } }) => [
      room.id,
      room.viewer.unread_count,
    ]),
  );
  assert.deepEqual(rooms.map((id) => byId.get(id)), counts);
});
