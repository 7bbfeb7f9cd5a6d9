/** @module Members of rooms: roles, mutes, kicks, bans, archives and what the room says of them. */
import assert from "node:assert/strict";
import { openApp, type TestPerson } from "../support/app.ts";
import { heardOn, makeRoom, setMemberRole } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

type Codes = readonly { status: number; body: { code?: string } | undefined }[];

function codes(answers: Codes) {
  return answers.map(({ status, body }) =>
    body?.code === undefined ? status : `${status} ${body.code}`
  );
}

async function makeCrew(prefix: string, isPrivate = false) {
  const people = {} as Record<"owner" | "admin" | "mod" | "member" | "stranger", TestPerson>;
  for (const name of ["owner", "admin", "mod", "member", "stranger"] as const) {
    people[name] = await app.signUp(`${prefix}_${name}`);
  }
  const { owner, admin, mod, member } = people;
  const room = await makeRoom(app, owner, { members: [admin, mod, member], isPrivate });
  await setMemberRole(app, room, admin, "admin");
  await setMemberRole(app, room, mod, "moderator");
  return { ...people, room, path: `/rooms/${room.id}` };
}

async function bodies(person: TestPerson, path: string): Promise<string[]> {
  return (await app.as(person).get(`${path}/messages`)).body.items.map(
    (message: { kind: string; body: string }) => `${message.kind}: ${message.body}`,
  );
}

Deno.test("[XC-01] capabilities: what each may do, as the room's answer says", async () => {
  const crew = await makeCrew("rocap");
  const of = async (person: TestPerson) =>
    [...(await app.as(person).get(crew.path)).body.capabilities].sort();
  const member = ["invite", "leave", "read", "send"];
  const mod = [...member, "ban", "delete_messages", "kick", "mute", "pin", "read_log"].sort();
  const admin = [...mod, "archive", "change_role", "edit_room"].sort();

  assert.deepEqual(await of(crew.stranger), ["join"]);
  assert.deepEqual(await of(crew.member), member);
  assert.deepEqual(await of(crew.mod), mod);
  assert.deepEqual(await of(crew.admin), admin);
  assert.deepEqual(await of(crew.owner), [...admin, "delete_room", "transfer"].sort());
});

Deno.test("[MO-08] [MO-09] [MO-10] [UX-09] mute: refused, seen by few, told to those, over by itself", async () => {
  const { owner, mod, member, stranger, admin, room, path } = await makeCrew("romute2", true);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const mute = (by: TestPerson, whom: TestPerson, body: unknown = { until }) =>
    app.as(by).post(`${path}/mute/${whom.id}`, body);

  const refused = [
    await mute(member, mod),
    await mute(mod, mod),
    await mute(mod, admin),
    await mute(stranger, member),
    await mute(mod, stranger),
    await mute(mod, member, { until: "2020-01-01T00:00:00Z" }),
    await mute(mod, member, { until: "soon" }),
    await mute(mod, member, { reason: "x".repeat(501) }),
  ];
  const muted = await mute(mod, member, { until, reason: "shouting" });
  const said = await app.as(member).post(`${path}/messages`, { body: "but" });
  const seen = async (by: TestPerson) =>
    (await app.as(by).get(`${path}/members`)).body.items.find(
      (item: { id: string }) => item.id === member.id,
    ).muted_until !== null;
  const view = (await app.as(member).get(path)).body;
  const heard = await heardOn(app, `user:${owner.id}`);
  const inRoom = (await heardOn(app, room.topic)).filter(({ payload }) =>
    payload.state === "muted"
  );
  const log = (await app.as(mod).get(`${path}/log`)).body.items;

  assert.deepEqual(codes(refused), [
    "403 not-permitted",
    "403 not-permitted",
    "403 not-permitted",
    "404 not-found",
    "404 not-found",
    "422 invalid-input",
    "422 invalid-input",
    "422 invalid-input",
  ]);
  assert.equal(new Date(muted.body.muted_until).toISOString(), until);
  assert.deepEqual(codes([said]), ["403 room-muted"]);
  assert.deepEqual([await seen(mod), await seen(member)], [true, true]);
  assert.equal(new Date(view.viewer.muted_until).toISOString(), until);
  assert.ok(!view.capabilities.includes("send"));
  assert.deepEqual(
    heard.filter(({ event }) => event === "member.changed").map(({ payload }) => payload.state),
    ["muted"],
  );
  assert.deepEqual(inRoom, []);
  assert.deepEqual(
    [log[0].action, log[0].actor.id, log[0].user.id, log[0].details.reason],
    ["mute", mod.id, member.id, "shouting"],
  );

  await app.as(member).post(`${path}/leave`);
  await app.db.sql`
    insert into public.room_members (room_id, profile_id) values (${room.id}, ${member.id})`;
  assert.deepEqual(codes([await app.as(member).post(`${path}/messages`, { body: "back" })]), [
    "403 room-muted",
  ]);
  assert.equal((await app.as(mod).delete(`${path}/mute/${member.id}`)).status, 204);
  assert.equal((await app.as(member).post(`${path}/messages`, { body: "so" })).status, 201);
});

Deno.test("[MO-10] mute: others do not see it", async () => {
  const { owner, member, mod, path } = await makeCrew("romutesee");
  await app.as(owner).post(`${path}/mute/${mod.id}`);

  const items = (await app.as(member).get(`${path}/members`)).body.items;

  assert.deepEqual(items.map((item: { muted_until: null }) => item.muted_until), [
    null,
    null,
    null,
    null,
  ]);
});

Deno.test("[RB-06] kick: a new topic for those who stay, and a new invite to come back", async () => {
  const { owner, mod, member, admin, path } = await makeCrew("rokick");
  const before = (await app.as(owner).get(path)).body.topic;

  const refused = [
    await app.as(member).delete(`${path}/members/${mod.id}`),
    await app.as(mod).delete(`${path}/members/${admin.id}`),
    await app.as(mod).delete(`${path}/members/${crypto.randomUUID()}`),
  ];
  const old = await app.as(owner).post(`${path}/invites`, {});
  const kicked = await app.as(mod).delete(`${path}/members/${member.id}`);
  const after = (await app.as(owner).get(path)).body;
  const back = [
    await app.as(member).post(`${path}/join`),
    await app.as(member).post(`/invites/${old.body.token}/accept`),
  ];
  const invite = await app.as(owner).post(`${path}/invites`, {});
  const again = await app.as(member).post(`/invites/${invite.body.token}/accept`);

  assert.deepEqual(codes(refused), ["403 not-permitted", "403 not-permitted", "404 not-found"]);
  assert.equal(kicked.status, 204);
  assert.notEqual(after.topic, before);
  assert.equal(after.member_count, 3);
  assert.deepEqual(codes(back), ["403 not-permitted", "403 not-permitted"]);
  assert.equal(again.status, 200);
});

Deno.test("[RB-06] ban: out, listed, not back by any door, until it is lifted", async () => {
  const { owner, mod, member, stranger, path } = await makeCrew("roban");
  const before = (await app.as(owner).get(path)).body.topic;
  const ban = (by: TestPerson, whom: TestPerson) =>
    app.as(by).post(`${path}/bans/${whom.id}`, { reason: "spam" });

  const answers = [await ban(mod, member), await ban(mod, member), await ban(mod, stranger)];
  const topic = (await app.as(owner).get(path)).body.topic;
  const invite = (await app.as(owner).post(`${path}/invites`, {})).body.token;
  const doors = [
    await app.as(member).post(`${path}/join`),
    await app.as(stranger).post(`${path}/join`),
    await app.as(member).post(`/invites/${invite}/accept`),
    await app.as(owner).post(`${path}/invites`, { user_ids: [member.id] }),
    await app.as(member).get(`${path}/bans`),
  ];
  const listed = (await app.as(mod).get(`${path}/bans`)).body.items;
  const lifted = await app.as(mod).delete(`${path}/bans/${member.id}`);

  assert.deepEqual(codes(answers), [204, 204, 204]);
  assert.notEqual(topic, before);
  assert.deepEqual(codes(doors), Array(5).fill("403 not-permitted"));
  assert.deepEqual(
    listed.map((item: { id: string; reason: string }) => [item.id, item.reason]).sort(),
    [[member.id, "spam"], [stranger.id, "spam"]].sort(),
  );
  assert.equal(lifted.status, 204);
  assert.equal((await app.as(member).post(`${path}/join`)).status, 200);
  assert.deepEqual(codes([await app.as(mod).delete(`${path}/bans/${member.id}`)]), [
    "404 not-found",
  ]);
});

Deno.test("[XC-01] [RB-06] roles: by rank, and a room keeps an owner", async () => {
  const { owner, admin, mod, member, path } = await makeCrew("rorole");
  const give = (by: TestPerson, whom: TestPerson, role: string) =>
    app.as(by).patch(`${path}/members/${whom.id}`, { role });

  assert.deepEqual(
    codes([
      await give(mod, member, "moderator"),
      await give(admin, member, "admin"),
      await give(admin, owner, "member"),
      await give(admin, admin, "owner"),
      await give(owner, owner, "member"),
      await give(owner, member, "king"),
      await give(admin, member, "moderator"),
      await give(owner, admin, "owner"),
      await give(owner, owner, "member"),
    ]),
    [
      "403 not-permitted",
      "403 not-permitted",
      "403 not-permitted",
      "403 not-permitted",
      "409 conflict",
      "422 invalid-input",
      200,
      200,
      200,
    ],
  );
});

Deno.test("[RO-03] transfer and leave at once: the room has an owner after it", async () => {
  for (let round = 0; round < 5; round++) {
    const { owner, admin, member, room, path } = await makeCrew(`rorace${round}`);
    await Promise.all([
      app.as(owner).post(`${path}/transfer`, { user_id: member.id }),
      app.as(member).post(`${path}/leave`),
      app.as(owner).post(`${path}/leave`),
      app.as(admin).post(`${path}/leave`),
    ]);
    const [row] = await app.db.sql<{ owners: number }[]>`
      select count(*)::int as owners from public.room_members
      where room_id = ${room.id} and role = 'owner' and not banned`;
    assert.equal(row?.owners, 1);
  }
});

Deno.test("[XC-01] archive: read, not written; opened again it goes on", async () => {
  const { owner, member, mod, stranger, path } = await makeCrew("roarch");
  await app.as(member).post(`${path}/messages`, { body: "before" });

  const refused = await app.as(mod).post(`${path}/archive`);
  const archived = await app.as(owner).post(`${path}/archive`);
  const closed = [
    await app.as(member).post(`${path}/messages`, { body: "x" }),
    await app.as(owner).post(`${path}/messages`, { body: "x" }),
    await app.as(stranger).post(`${path}/join`),
    await app.as(member).post(`${path}/invites`, {}),
  ];
  const found = await app.as(stranger).get("/rooms/discover?q=harbour");
  const history = await bodies(member, path);
  const opened = await app.as(owner).post(`${path}/unarchive`);

  assert.deepEqual(codes([refused]), ["403 not-permitted"]);
  assert.notEqual(archived.body.archived_at, null);
  assert.deepEqual(codes(closed), Array(4).fill("403 room-archived"));
  assert.ok(!found.body.items.some((room: { id: string }) => path.endsWith(room.id)));
  assert.deepEqual(history, ["user: before"]);
  assert.equal(opened.body.archived_at, null);
  assert.equal((await app.as(member).post(`${path}/messages`, { body: "x" })).status, 201);
});

Deno.test("[XC-01] read-only and slow mode: members wait, those who keep order do not", async () => {
  const { owner, mod, member, path } = await makeCrew("roslow");
  const write = (by: TestPerson) => app.as(by).post(`${path}/messages`, { body: "x" });

  await app.as(owner).patch(path, { read_only: true });
  const quiet = [await write(member), await write(mod)];
  await app.as(owner).patch(path, { read_only: false, slow_mode_s: 60 });
  const slow = [await write(member), await write(member), await write(mod), await write(mod)];
  const bad = [
    await app.as(owner).patch(path, { slow_mode_s: 21_601 }),
    await app.as(owner).patch(path, { slow_mode_s: -1 }),
    await app.as(owner).patch(path, { retention_days: 0 }),
    await app.as(owner).patch(path, { retention_days: 3_651 }),
    await app.as(owner).patch(path, { who_can_invite: "nobody" }),
    await app.as(mod).patch(path, { read_only: true }),
  ];

  assert.deepEqual(codes(quiet), ["403 room-read-only", 201]);
  assert.deepEqual(codes(slow), [201, "429 too-many-requests", 201, 201]);
  const wait = Number(slow[1]?.headers.get("retry-after"));
  assert.ok(wait > 50 && wait <= 60, String(wait));
  assert.deepEqual(codes(bad), [...Array(5).fill("422 invalid-input"), "403 not-permitted"]);
});

Deno.test("[XC-01] slow mode: of many messages at once one is taken", async () => {
  const { owner, member, path } = await makeCrew("roslowrace");
  await app.as(owner).patch(path, { slow_mode_s: 60 });

  const answers = await Promise.all(
    Array.from({ length: 6 }, () => app.as(member).post(`${path}/messages`, { body: "x" })),
  );

  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 429, 429, 429, 429, 429]);
});

Deno.test("[RO-31] [UX-09] system messages: who came and went, once, and counted as unread by nobody", async () => {
  const owner = await app.signUp("rosys_owner");
  const guest = await app.signUp("rosys_guest");
  await app.db.sql`
    update public.profiles set display_name = 'G*ue_st' where id = ${guest.id}`;
  const room = await makeRoom(app, owner);
  const path = `/rooms/${room.id}`;

  await app.as(guest).post(`${path}/join`);
  await app.as(guest).post(`${path}/join`);
  await app.as(owner).patch(path, { name: "Quay" });
  await app.as(guest).post(`${path}/leave`);
  await app.as(guest).post(`${path}/join`);
  await app.as(owner).delete(`${path}/members/${guest.id}`);

  assert.deepEqual((await bodies(owner, path)).map((body: string) => body.replaceAll("\\", "")), [
    "system: *G*ue_st joined the room*",
    "system: *rosys_owner renamed the room to Quay*",
    "system: *G*ue_st left the room*",
    "system: *G*ue_st joined the room*",
    "system: *G*ue_st was removed from the room*",
  ]);
  const items = (await app.as(owner).get(`${path}/messages`)).body.items;
  assert.equal(items[0].body_html, "<p><em>G*ue_st joined the room</em></p>");
  await app.runJobs();
  const heard = (await heardOn(app, room.topic)).map((each) => each.event);
  assert.ok(!heard.includes("message.updated"), "as it is from the start");
  const view = (await app.as(owner).get(path)).body;
  assert.equal(view.viewer.unread_count, 0);
});

Deno.test("[UX-08] empty rooms: hello, guidelines, friends to invite; nothing once something was said", async () => {
  const [ada, eve] = [await app.signUp("roempty_ada"), await app.signUp("roempty_eve")];
  const open = (await app.as(ada).post("/rooms", { name: "Open", guidelines: "Be kind." })).body;
  const closed = (await app.as(ada).post("/rooms", { name: "Closed", is_private: true })).body;
  const joined = (await app.as(eve).get(`/rooms/${open.id}`)).body;
  await app.as(ada).post(`/rooms/${open.id}/messages`, { body: "hello" });
  const after = (await app.as(ada).get(`/rooms/${open.id}`)).body;

  assert.deepEqual(open.empty_state, {
    code: "say_hello",
    text: "Be the first to say hello!",
    guidelines: "Be kind.",
    can_invite: true,
  });
  assert.equal(closed.empty_state.code, "invite_friends");
  assert.equal(joined.empty_state.code, "join");
  assert.equal(after.empty_state, null);
});
