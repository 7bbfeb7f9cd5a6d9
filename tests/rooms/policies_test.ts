/** @module Who may do what with the tables of rooms, and who may use which topic. */
import assert from "node:assert/strict";
import { openApp, type TestPerson } from "../support/app.ts";
import { attempt, befriend, heardOn, makeRoom, mute } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

/** A room with everybody who could come by. */
async function makeStage(prefix: string, isPrivate: boolean) {
  const [owner, member, left, banned, stranger, staff] = [
    await app.signUp(`${prefix}_owner`),
    await app.signUp(`${prefix}_member`),
    await app.signUp(`${prefix}_left`),
    await app.signUp(`${prefix}_banned`),
    await app.signUp(`${prefix}_stranger`),
    await app.signUp(`${prefix}_staff`),
  ];
  await app.grantRole(staff, "moderator");
  const room = await makeRoom(app, owner, { members: [member, left, banned], isPrivate });
  const said = await app.as(member).post(`/rooms/${room.id}/messages`, { body: "said" });
  await app.as(left).post(`/rooms/${room.id}/leave`);
  await app.db.sql`
    update public.room_members set banned = true
    where room_id = ${room.id} and profile_id = ${banned.id}`;
  const { body } = await app.as(owner).get(`/rooms/${room.id}`);
  return {
    room: body as { id: string; topic: string; live_topic: string },
    messageId: said.body.id as string,
    people: { owner, member, left, banned, stranger, staff, nobody: undefined },
  };
}

/** Rows seen or changed, or the code of the refusal. */
async function outcome(person: TestPerson | undefined, statement: string) {
  const result = await attempt(app, person, statement);
  return typeof result === "string" ? result : result.length;
}

Deno.test("[RO-08] policies: a private room and what is said there, for everybody", async () => {
  const { room, messageId, people } = await makeStage("pol", true);
  const statements = {
    room: `select from public.rooms where id = '${room.id}'`,
    members: `select from public.room_members where room_id = '${room.id}'`,
    read: `select from public.messages where room_id = '${room.id}' and kind = 'user'`,
    write: `insert into public.messages (room_id, body) values ('${room.id}', 'x') returning id`,
    rename: `update public.rooms set name = 'x' where id = '${room.id}' returning id`,
    edit: `update public.messages set body = 'x' where id = '${messageId}' returning id`,
    enter: `insert into public.room_members (room_id, profile_id)
      values ('${room.id}', auth.uid()) returning room_id`,
    remove: `delete from public.messages where id = '${messageId}' returning id`,
    destroy: `delete from public.rooms where id = '${room.id}' and name = '' returning id`,
  };
  const kept = "42501";
  const expected: Record<string, Record<keyof typeof statements, number | string>> = {
    owner: {
      room: 1,
      members: 2,
      read: 1,
      write: 1,
      rename: 1,
      edit: "PT403",
      enter: kept,
      remove: kept,
      destroy: 0,
    },
    member: {
      room: 1,
      members: 2,
      read: 2,
      write: 1,
      rename: 0,
      edit: 1,
      enter: kept,
      remove: kept,
      destroy: 0,
    },
  };
  const outside = {
    room: 0,
    members: 0,
    read: 0,
    write: "PT404",
    rename: 0,
    edit: 0,
    enter: kept,
    remove: kept,
    destroy: 0,
  };
  const signedOut = Object.fromEntries(Object.keys(statements).map((name) => [name, kept]));

  for (const [who, person] of Object.entries(people)) {
    const seen: Record<string, number | string> = {};
    for (const [name, statement] of Object.entries(statements)) {
      seen[name] = await outcome(person, statement);
    }
    assert.deepEqual(seen, person === undefined ? signedOut : expected[who] ?? outside, who);
  }
});

Deno.test("policies: what the database fills in, nobody else does", async () => {
  const { room, people: { member } } = await makeStage("polcol", false);
  const insert = (column: string, value: string) =>
    outcome(
      member,
      `insert into public.messages (room_id, body, ${column}) values ('${room.id}', 'x', ${value})`,
    );

  const codes = [
    await insert("seq", "99"),
    await insert("author_id", "gen_random_uuid()"),
    await insert("kind", "'system'"),
    await insert("status", "'published'"),
    await insert("created_at", "now()"),
    await insert("body_html", "'<script>'"),
    await outcome(member, `update public.rooms set last_seq = 0 where id = '${room.id}'`),
    await outcome(member, `update public.room_members set role = 'owner'`),
  ];

  assert.deepEqual(codes, Array(8).fill("42501"));
});

Deno.test("policies: how far others read, who is muted and who is banned is not in the table", async () => {
  const { room, people: { owner, member } } = await makeStage("polstate", false);
  await mute(app, room, owner, "1 hour");
  const closed = [
    "select * from private.room_member_states",
    "select private.set_room_mute(null, null, null)",
  ];

  const rows = await attempt(
    app,
    member,
    `select * from public.room_members where room_id = '${room.id}'`,
  );

  assert.deepEqual(
    [
      ...new Set(
        [...rows].flatMap((row) =>
          Object.entries(row).map(([name, value]) => name === "banned" ? `banned ${value}` : name)
        ),
      ),
    ].sort(),
    ["banned false", "joined_at", "profile_id", "role", "room_id"],
  );
  for (const statement of closed) assert.equal(await outcome(member, statement), "42501");
  const shown = (await app.as(member).get(`/rooms/${room.id}/members`)).body.items;
  const own = (await app.as(owner).get(`/rooms/${room.id}/members`)).body.items;
  const until = (items: { id: string; muted_until: string | null }[]) =>
    items.find((item) => item.id === owner.id)?.muted_until ?? null;
  assert.equal(until(shown), null);
  assert.notEqual(until(own), null);
});

Deno.test("blocks: history never shows whom one has blocked, the other side keeps it", async () => {
  const { room, people: { owner, member } } = await makeStage("polblock", false);
  await app.as(owner).post(`/rooms/${room.id}/messages`, { body: "from the owner" });
  await app.db.sql`
    insert into public.blocks (blocker_id, blocked_id) values (${owner.id}, ${member.id})`;
  const read = `select from public.messages where room_id = '${room.id}' and kind = 'user'`;

  assert.equal(await outcome(owner, read), 1);
  assert.equal(await outcome(member, read), 2);
});

Deno.test("held: only the author and those who decide see it, and nobody hears of it", async () => {
  const { room, people } = await makeStage("polheld", false);
  const written = await attempt(
    app,
    people.member,
    `insert into public.messages (room_id, body) values ('${room.id}', 'doubtful') returning id`,
    { "townsquare.verdict": "held" },
  );
  const id = typeof written === "string" ? written : String(written[0]?.id);
  const read = `select from public.messages where id = '${id}'`;

  const seen: Record<string, number | string> = {};
  for (const [who, person] of Object.entries(people)) seen[who] = await outcome(person, read);
  const before = (await heardOn(app, room.topic)).filter((heard) =>
    heard.payload.message?.id === id
  );
  await app.db.sql`update public.messages set status = 'published' where id = ${id}`;
  const after = (await heardOn(app, room.topic)).filter((heard) =>
    heard.payload.message?.id === id
  );

  assert.deepEqual(seen, {
    owner: 1,
    member: 1,
    left: 0,
    banned: 0,
    stranger: 0,
    staff: 1,
    nobody: "42501",
  });
  assert.deepEqual(before, []);
  assert.deepEqual(after.map((heard) => heard.event), ["message.created"]);
});

/** Asks as the Realtime service does: rows it puts in are seen, or may be put in, or not. */
async function mayUse(person: TestPerson | undefined, topic: string, extension: string) {
  const settings = { "realtime.topic": topic };
  await app.db.sql`
    insert into realtime.messages (topic, extension, private)
    values (${topic}, ${extension}, true)`;
  const read = await attempt(
    app,
    person,
    `select from realtime.messages where topic = '${topic}' and extension = '${extension}'
      and event is null limit 1`,
    settings,
  );
  const write = await attempt(
    app,
    person,
    `insert into realtime.messages (topic, extension) values ('${topic}', '${extension}')`,
    settings,
  );
  return `${read.length === 1 ? "r" : "-"}${typeof write === "string" ? "-" : "w"}`;
}

Deno.test("[RO-44] topics: who may listen and speak where", async () => {
  const { room, people } = await makeStage("poltop", false);
  const { owner, member, left, banned, stranger } = people;
  const old = room.topic.replace(/:\d+$/, ":0");
  const me = `user:${member.id}`;
  const rows: [string, TestPerson | undefined, string, string, string][] = [
    ["member", member, room.topic, "broadcast", "r-"],
    ["member", member, room.topic, "presence", "rw"],
    ["member", member, room.live_topic, "broadcast", "rw"],
    ["member", member, room.live_topic, "presence", "--"],
    ["member", member, old, "broadcast", "--"],
    ["member", member, `${old}:live`, "broadcast", "--"],
    ["member", member, `${room.topic}:live:live`, "broadcast", "--"],
    ["member", member, me, "broadcast", "r-"],
    ["member", member, me, "presence", "--"],
    ["member", member, `feed:${member.id}`, "broadcast", "r-"],
    ["member", member, `user:${owner.id}`, "broadcast", "--"],
    ["member", member, `feed:${owner.id}`, "broadcast", "--"],
    ["member", member, "room:nonsense", "broadcast", "--"],
    ["member", member, `post:${crypto.randomUUID()}`, "broadcast", "--"],
    ["member", member, "lobby", "broadcast", "--"],
    ["left", left, room.topic, "broadcast", "--"],
    ["banned", banned, room.live_topic, "broadcast", "--"],
    ["stranger", stranger, room.topic, "broadcast", "--"],
    ["stranger", stranger, room.topic, "presence", "--"],
    ["nobody", undefined, room.topic, "broadcast", "--"],
    ["nobody", undefined, me, "broadcast", "--"],
  ];

  for (const [who, person, topic, extension, expected] of rows) {
    assert.equal(await mayUse(person, topic, extension), expected, `${who} ${topic} ${extension}`);
  }
});

Deno.test("[GR-07] [XA-04] topics: of two of whom one blocks the other, neither sees the other come", async () => {
  const [ada, bob] = [await app.signUp("poldm_ada"), await app.signUp("poldm_bob")];
  await befriend(app, ada, bob);
  const { topic } = (await app.as(ada).post("/dms", { user_ids: [bob.id] })).body;
  const both = async () => [
    await mayUse(ada, topic, "presence"),
    await mayUse(bob, topic, "presence"),
    await mayUse(bob, topic, "broadcast"),
  ];

  const before = await both();
  await app.as(ada).post(`/users/${bob.id}/block`);
  const blocked = await both();
  await app.as(ada).delete(`/users/${bob.id}/block`);

  assert.deepEqual(before, ["rw", "rw", "r-"]);
  assert.deepEqual(blocked, ["--", "--", "r-"]);
  assert.deepEqual(await both(), before);
});

Deno.test("topics: whoever is muted may listen, not speak", async () => {
  const { room, people: { member } } = await makeStage("poltopm", false);
  await mute(app, room, member, "1 hour");

  assert.equal(await mayUse(member, room.live_topic, "broadcast"), "r-");
});

Deno.test("topics: a post's topic is for whoever sees the post", async () => {
  const [ada, eve] = [await app.signUp("poltopp_ada"), await app.signUp("poltopp_eve")];
  const post = async (visibility: string) => {
    const [row] = await app.db.sql<{ id: string }[]>`
      insert into public.posts (author_id, body, visibility) values (${ada.id}, 'x', ${visibility})
      returning id`;
    return `post:${row?.id}`;
  };
  const [open, closed] = [await post("public"), await post("followers")];

  assert.equal(await mayUse(eve, open, "broadcast"), "r-");
  assert.equal(await mayUse(undefined, open, "broadcast"), "r-");
  assert.equal(await mayUse(ada, closed, "broadcast"), "r-");
  assert.equal(await mayUse(eve, closed, "broadcast"), "--");
  assert.equal(await mayUse(undefined, closed, "broadcast"), "--");
});
