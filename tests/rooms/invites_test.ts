/** @module Invites: by link with uses and an end, by person, and who may make and use them. */
import assert from "node:assert/strict";
import { openApp, type TestPerson } from "../support/app.ts";
import { attempt, makeRoom } from "./support.ts";

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

function accept(person: TestPerson, token: string) {
  return app.as(person).post(`/invites/${token}/accept`);
}

async function makeHouse(prefix: string) {
  const [owner, member, guest, eve] = [
    await app.signUp(`${prefix}_owner`),
    await app.signUp(`${prefix}_member`),
    await app.signUp(`${prefix}_guest`),
    await app.signUp(`${prefix}_eve`),
  ];
  const room = await makeRoom(app, owner, { members: [member], isPrivate: true });
  return { owner, member, guest, eve, room, path: `/rooms/${room.id}` };
}

Deno.test("[RO-07] invites: a link shows the room and lets in; its secret is kept nowhere", async () => {
  const { member, guest, eve, room, path } = await makeHouse("roinv");

  const made = await app.as(member).post(`${path}/invites`, {});
  const { token, url } = made.body;
  const shown = await app.as(guest).get(`/invites/${token}`);
  const joined = await accept(guest, token);
  const again = await accept(guest, token);
  const listed = (await app.as(member).get(`${path}/invites`)).body.items;
  const refused = [
    await app.as(eve).post(`${path}/invites`, {}),
    await app.as(eve).get(`${path}/invites`),
    await app.as(eve).get(`/invites/${"0".repeat(64)}`),
    await app.as(eve).get("/invites/short"),
    await app.as(eve).delete(`/invites/${made.body.id}`),
    await accept(eve, made.body.id),
  ];
  const [stored] = await app.db.sql<{ found: boolean }[]>`
    select exists (select from private.room_invite_tokens t
      where position(${token} in t::text) > 0)
      or exists (select from private.room_log l where position(${token} in l::text) > 0)
      or exists (select from private.outbox o where position(${token} in o::text) > 0) as found`;

  assert.equal(made.status, 201);
  assert.ok(url.endsWith(`/invites/${token}`) && token.length >= 32);
  assert.deepEqual(
    [shown.body.room.id, shown.body.room.name, shown.body.room.member_count, shown.body.inviter.id],
    [room.id, "Harbour", 2, member.id],
  );
  assert.deepEqual([joined.status, joined.body.viewer.role, again.status], [200, "member", 200]);
  assert.deepEqual([listed.length, listed[0].uses, "token" in listed[0]], [1, 1, false]);
  assert.deepEqual(codes(refused), Array(6).fill("404 not-found"));
  assert.equal(stored?.found, false);
});

Deno.test("[RO-07] invites: uses are never more than allowed, whoever comes at once", async () => {
  const { owner, path } = await makeHouse("roinvrace");
  const people: TestPerson[] = [];
  for (let n = 0; n < 6; n++) people.push(await app.signUp(`roinvrace_p${n}`));
  const { token, id } = (await app.as(owner).post(`${path}/invites`, { max_uses: 2 })).body;

  const answers = await Promise.all(people.map((person) => accept(person, token)));

  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 404, 404, 404, 404]);
  const [row] = await app.db.sql`select uses from public.room_invites where id = ${id}`;
  assert.equal(row?.uses, 2);
});

Deno.test("[RO-07] invites: ended, over, or of somebody who may invite no more, they hold no more", async () => {
  const { owner, member, guest, path } = await makeHouse("roinvend");
  const make = async (by: TestPerson, body = {}) =>
    (await app.as(by).post(`${path}/invites`, body)).body as { id: string; token: string };
  const ended = await make(member);
  const over = await make(member, { expires_at: new Date(Date.now() + 60_000).toISOString() });
  const kicked = await make(member);
  await app.as(owner).delete(`/invites/${ended.id}`);
  await app.db.sql`
    update public.room_invites set expires_at = now() - interval '1 second' where id = ${over.id}`;
  const bad = [
    await app.as(owner).post(`${path}/invites`, { expires_at: "2020-01-01T00:00:00Z" }),
    await app.as(owner).post(`${path}/invites`, { expires_at: "2999-01-01T00:00:00Z" }),
    await app.as(owner).post(`${path}/invites`, { max_uses: 0 }),
    await app.as(owner).post(`${path}/invites`, { max_uses: 10_001 }),
  ];
  await app.as(owner).patch(path, { who_can_invite: "moderators" });
  const refused = await app.as(member).post(`${path}/invites`, {});
  const restricted = await accept(guest, kicked.token);
  await app.as(owner).patch(path, { who_can_invite: "members" });
  await app.as(owner).delete(`${path}/members/${member.id}`);

  assert.deepEqual(codes(bad), Array(4).fill("422 invalid-input"));
  assert.deepEqual(codes([refused]), ["403 not-permitted"]);
  assert.deepEqual(
    codes([
      restricted,
      await accept(guest, ended.token),
      await accept(guest, over.token),
      await accept(guest, kicked.token),
    ]),
    Array(4).fill("404 not-found"),
  );
});

Deno.test("[RO-07] invites by person: told once, for them alone, only if they let one", async () => {
  const { owner, member, guest, eve, path } = await makeHouse("roinvper");
  const invite = (ids: string[]) => app.as(owner).post(`${path}/invites`, { user_ids: ids });
  await app.db.sql`
    update private.profile_settings set who_can_invite = 'nobody' where profile_id = ${eve.id}`;

  const refused = [await invite([guest.id, eve.id]), await invite([crypto.randomUUID()])];
  const made = await invite([guest.id, member.id]);
  await app.runJobs();
  const told = (await app.as(guest).get("/notifications")).body.items;
  const foreign = await accept(eve, made.body.token);
  const joined = await accept(guest, made.body.id);

  assert.deepEqual(codes(refused), ["403 not-accepting-invites", "404 not-found"]);
  assert.deepEqual(made.body.people.map(({ id }: { id: string }) => id), [guest.id]);
  assert.deepEqual(
    told.map((item: { type: string; subject: unknown }) => [item.type, item.subject]),
    [["room_invite", { type: "invite", id: made.body.id }]],
  );
  assert.deepEqual(codes([foreign]), ["404 not-found"]);
  assert.equal(joined.body.viewer.role, "member");
});

Deno.test("[RO-07] invites by table: seen by those concerned, written by nobody", async () => {
  const { owner, member, guest, eve, room, path } = await makeHouse("roinvtab");
  await app.as(member).post(`${path}/invites`, { user_ids: [guest.id] });
  const select = `select * from public.room_invites where room_id = '${room.id}'`;
  const verbs = [
    `insert into public.room_invites (room_id, created_by) values ('${room.id}', auth.uid())`,
    `update public.room_invites set max_uses = 9`,
    `delete from public.room_invites`,
    `select * from private.room_invite_tokens`,
    `select * from private.room_invite_people`,
  ];

  const seen: (number | string)[] = [];
  for (const person of [owner, member, guest, eve, undefined]) {
    const rows = await attempt(app, person, select);
    seen.push(typeof rows === "string" ? rows : rows.length);
  }
  const written: unknown[] = [];
  for (const verb of verbs) written.push(await attempt(app, owner, verb));

  assert.deepEqual(seen, [1, 1, 1, 0, "42501"]);
  assert.deepEqual(written, Array(5).fill("42501"));
});
