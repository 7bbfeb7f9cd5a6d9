/** @module Imports that are cancelled, listed, of another format; and what members see of them. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { bytesOf, DISCORD, slackFiles, zipOf } from "./fixtures.ts";

async function bring(
  app: TestApp,
  person: TestPerson,
  bytes: Uint8Array<ArrayBuffer>,
  format: string,
  room?: string,
) {
  const form = new FormData();
  form.set("file", new File([bytes], "dock.jsonl"));
  form.set("format", format);
  if (room !== undefined) form.set("room_id", room);
  return await app.as(person).post("/imports", form);
}

async function openDock() {
  const app = await openApp({ services: true, env: { RATE_LIMITS: '{"import":"1000/60"}' } });
  const owner = await app.signUp("owner");
  const room = (await app.as(owner).post("/rooms", { name: "Dock" })).body.id as string;
  await app.runJobs();
  return { app, owner, room };
}

function manyLines(count: number): Uint8Array<ArrayBuffer> {
  const lines = Array.from(
    { length: count },
    (_, i) =>
      JSON.stringify({
        log: "2020-02-03_a",
        i,
        time: "10:00",
        user: `nick${i % 3}`,
        text: `no ${i}`,
      }),
  );
  return bytesOf(lines.join("\n"));
}

Deno.test("[XF-01] imports: a cancelled import ends before its next batch, and what was written stays", async () => {
  const { app, owner, room } = await openDock();
  await using _app = app;
  const other = await app.signUp("other");
  const { id } = (await bring(app, owner, manyLines(2_500), "irc", room)).body;
  assert.equal((await app.as(other).delete(`/imports/${id}`)).status, 404);
  // Cancelled while the second batch is being written.
  await app.db.sql`
    create function public.cancel_now() returns trigger language plpgsql as $$
    begin
      if new.done = 1000 then
        new.cancelled_at := now(); new.status := 'failed'; new.errors := '["It was cancelled"]';
      end if;
      return new;
    end $$`;
  await app.db.sql`
    create trigger zz_cancel before update of done on private.archive_imports
    for each row execute function public.cancel_now()`;
  await app.runJobs();
  await app.db.sql`drop trigger zz_cancel on private.archive_imports`;
  const state = (await app.as(owner).get(`/imports/${id}`)).body;
  assert.deepEqual([state.status, state.progress, state.errors], [
    "failed",
    { done: 1_000, total: 2_500 },
    ["It was cancelled"],
  ]);
  assert.equal((await app.as(owner).delete(`/imports/${id}`)).status, 204, "twice is once");
  await app.db.sql`select private.emit('import.continued', ${id}, null)`;
  await app.runJobs();
  const [there] = await app.db.sql`
    select count(*)::int as n from public.messages where room_id = ${room} and kind = 'user'`;
  assert.equal(there?.n, 1_000);
  await app.runTask("forget_archives");
  await assert.rejects(app.deps.storage.read("imports", `${owner.id}/${id}`), /does not exist/);
  // The same archive again adds the rest.
  const next = (await bring(app, owner, manyLines(2_500), "irc", room)).body.id;
  await app.runJobs();
  const done = (await app.as(owner).get(`/imports/${next}`)).body;
  assert.deepEqual([done.status, done.progress], ["done", { done: 2_500, total: 2_500 }]);
  assert.equal((await app.as(owner).delete(`/imports/${next}`)).status, 409);
  const page = (await app.as(owner).get("/imports?limit=1")).body;
  assert.deepEqual(page.items.map((item: { id: string }) => item.id), [next]);
  const rest = (await app.as(owner).get(`/imports?limit=1&cursor=${page.next_cursor}`)).body;
  assert.deepEqual([rest.items[0].id, rest.items[0].room_id, rest.next_cursor], [id, room, null]);
  assert.deepEqual((await app.as(other).get("/imports")).body.items, []);
});

Deno.test("[XF-01] imports: the mark of an import opens nothing to whoever writes for themselves", async () => {
  const { app, owner, room } = await openDock();
  await using _app = app;
  const stranger = await app.signUp("stranger");
  for (const [person, code] of [[stranger, "PT403"], [owner, undefined]] as const) {
    const written = app.db.sql.begin(async (sql) => {
      await sql`select set_config('townsquare.checked', 'on', true),
        set_config('request.jwt.claims', ${JSON.stringify({ sub: person.id })}, true)`;
      return await sql<{ body_html: string }[]>`
        insert into public.messages (room_id, author_id, body)
        values (${room}, ${person.id}, '<b>past</b> @owner') returning body_html, entities`;
    });
    if (code === undefined) assert.match((await written)[0]?.body_html ?? "", /&lt;b&gt;past/);
    else await assert.rejects(written, { code });
  }
});

Deno.test("[XF-01] imports: for whom nothing was unread, nothing of an archive is", async () => {
  const { app, owner, room } = await openDock();
  await using _app = app;
  const [reader, away] = [await app.signUp("reader"), await app.signUp("away")];
  for (const person of [reader, away]) await app.as(person).post(`/rooms/${room}/join`);
  await app.runJobs();
  const said = (await app.as(owner).post(`/rooms/${room}/messages`, { body: "hello" })).body;
  await app.as(reader).post(`/rooms/${room}/read`, { message_id: said.id });
  const unread = async (person: TestPerson) =>
    (await app.as(person).get(`/rooms/${room}`)).body.viewer.unread_count;
  assert.deepEqual([await unread(owner), await unread(reader), await unread(away)], [0, 0, 1]);
  await bring(app, owner, manyLines(1_100), "irc", room);
  await app.runJobs();
  const [there] = await app.db.sql`
    select count(*)::int as n from public.messages where room_id = ${room} and kind = 'user'`;
  assert.equal(there?.n, 1_101);
  assert.deepEqual([await unread(owner), await unread(reader)], [0, 0]);
  assert.ok(await unread(away) > 1, "whoever was behind stays so");
  const [told] = await app.db.sql`
    select count(*)::int as n from public.notifications where created_at > ${said.created_at}`;
  assert.equal(told?.n, 0);
});

Deno.test("[XF-01] imports: an archive of another format, or without messages, is refused by name", async () => {
  const { app, owner, room } = await openDock();
  await using _app = app;
  const notice = { log: "2020-02-03_a", i: 1, system: 1, text: "joined" };
  const empty = slackFiles();
  for (const name of Object.keys(empty)) if (name.includes("/")) delete empty[name];
  empty["channels.json"] = [{ id: "C1", name: "dock" }];
  const tables = { "m.jsonl": "{}", "users.csv": 'user,handle\n1,"a' };
  const wrong: [string, Uint8Array<ArrayBuffer>, RegExp][] = [
    ["irc", bytesOf(JSON.stringify(DISCORD, null, 1)), /read as irc: dock\.jsonl #1 /],
    ["gitter", manyLines(5), /read as gitter: dock\.jsonl #1 /],
    ["gitter", bytesOf('{"id":1,"room":1,"us'), /read as gitter: dock\.jsonl #1 is not JSON/],
    ["irc", bytesOf("x".repeat(3_000_000)), /read as irc: dock\.jsonl #1 /],
    ["irc", bytesOf(JSON.stringify(notice)), /holds no message/],
    ["slack", zipOf(empty), /holds no message/],
    ["mattermost", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), /dock\.jsonl is not UTF-8/],
    ["gitter", zipOf(tables), /users\.csv: Line 2 of the table/],
  ];
  for (const [format, bytes, reason] of wrong) {
    const answer = await bring(app, owner, bytes, format, room);
    assert.equal(answer.status, 422, `${format} ${reason}: ${answer.text}`);
    assert.match(answer.text, reason);
  }
  const [kept] = await app.db.sql`select count(*)::int as n from private.archive_imports`;
  assert.equal(kept?.n, 0);
});
