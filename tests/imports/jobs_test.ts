/** @module Imports that are refused, killed in the middle, or end while they run. */
import assert from "node:assert/strict";
import { strToU8, zipSync } from "fflate";
import { openFiles } from "../../shared/imports/archive.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { bytesOf, slackFiles, zipOf } from "./fixtures.ts";

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
  // More archives than one person brings in an hour.
  const app = await openApp({ services: true, env: { RATE_LIMITS: '{"import":"1000/60"}' } });
  const owner = await app.signUp("owner");
  const room = (await app.as(owner).post("/rooms", { name: "Dock" })).body.id as string;
  await app.runJobs();
  return { app, owner, room };
}

function manyLines(count: number): Uint8Array<ArrayBuffer> {
  const lines = Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      log: "2020-02-03_a",
      i,
      time: `10:${String(Math.floor(i / 200) % 60).padStart(2, "0")}`,
      user: `nick${i % 9}`,
      text: `line number ${i}`,
    }));
  return bytesOf(lines.join("\n"));
}

async function bodies(app: TestApp, room: string): Promise<string[]> {
  const rows = await app.db.sql<{ body: string }[]>`
    select body from public.messages where room_id = ${room} and kind = 'user' order by seq`;
  return rows.map(({ body }) => body);
}

Deno.test("[XF-01][IN-03] imports: killed in the middle of a batch, it goes on and ends the same", async () => {
  const { app, owner, room } = await openDock();
  await using _app = app;
  const count = 6_300;
  const taken = await bring(app, owner, manyLines(count), "irc", room);
  assert.equal(taken.status, 202, taken.text);
  // The fourth batch dies while it is being written, as a connection does whose server is killed.
  await app.db.sql`
    create function public.die() returns trigger language plpgsql as $$
    begin
      if new.body = 'line number 3500' then perform pg_terminate_backend(pg_backend_pid()); end if;
      return new;
    end $$`;
  await app.db.sql`
    create trigger zz_die before insert on public.messages
    for each row execute function public.die()`;
  await app.runJobs().catch(() => undefined);
  const [half] = await app.db.sql<{ done: number; record: number; status: string }[]>`
    select done, record, status from private.archive_imports where id = ${taken.body.id}`;
  assert.deepEqual({ ...half }, { done: 3_000, record: 3_000, status: "failed" });
  assert.equal((await bodies(app, room)).length, 3_000, "nothing is half done");
  await app.db.sql`drop trigger zz_die on public.messages`;
  await app.db.sql`select private.emit('import.continued', ${taken.body.id}, null)`;
  await app.runJobs();
  const state = (await app.as(owner).get(`/imports/${taken.body.id}`)).body;
  assert.deepEqual([state.status, state.progress, state.errors], [
    "done",
    { done: count, total: count },
    [],
  ]);
  const expected = Array.from({ length: count }, (_, i) => `line number ${i}`);
  assert.deepEqual(await bodies(app, room), expected);
  await app.db.sql`select private.emit('import.continued', ${taken.body.id}, null)`;
  await app.runJobs();
  assert.equal((await bodies(app, room)).length, count);
  // The bytes are kept no longer than they are needed.
  const path = `${owner.id}/${taken.body.id}`;
  await app.deps.storage.read("imports", path);
  await app.runTask("forget_archives");
  await assert.rejects(app.deps.storage.read("imports", path), /does not exist/);
});

Deno.test("[XF-01] imports: whoever is owner no more does not go on", async () => {
  const { app, owner, room } = await openDock();
  await using _app = app;
  const taken = await bring(app, owner, manyLines(10), "irc", room);
  await app.db.sql`update public.room_members set role = 'member' where profile_id = ${owner.id}`;
  await app.runJobs();
  const state = (await app.as(owner).get(`/imports/${taken.body.id}`)).body;
  assert.deepEqual([state.status, state.errors], [
    "failed",
    ["Whoever began the import may not go on with it"],
  ]);
  assert.deepEqual(await bodies(app, room), []);
});

Deno.test("[XF-01] imports: archives that trick, burst or do not fit are refused by name", async () => {
  const { app, owner, room } = await openDock();
  await using _app = app;
  const without = slackFiles();
  delete without["users.json"];
  const broken = { ...slackFiles(), "channels.json": [{ id: "C1" }] };
  const cut = zipOf(slackFiles());
  const wrong: [string, Uint8Array<ArrayBuffer>, RegExp][] = [
    ["slack", zipOf(without), /no users\.json/],
    ["slack", zipOf(broken), /channels\.json #1: name /],
    ["slack", cut.slice(0, cut.length - 30), /cut off or damaged/],
    ["slack", zipOf({ ...slackFiles(), "../../x.json": [] }), /no path of a file/],
    ["slack", zipOf({ ...slackFiles(), "a\\b.json": [] }), /no path of a file/],
    ["slack", zipOf({ ...slackFiles(), "/etc/x.json": [] }), /no path of a file/],
    ["slack", zipOf(slackFiles()), /holds 2 channels, and none is called "Dock"/],
    ["slack", bytesOf("not a zip"), /no users\.json/],
    ["discord", bytesOf("{"), /dock\.jsonl|no JSON file/],
    ["mattermost", bytesOf('{"type":"post"}'), /#1: the export does not begin/],
    ["irc", new Uint8Array(), /empty/],
  ];
  for (const [format, bytes, reason] of wrong) {
    const answer = await bring(app, owner, bytes, format, room);
    assert.equal(answer.status, 422, `${format} ${reason}: ${answer.text}`);
    assert.match(answer.text.replaceAll('\\"', '"'), reason);
  }
  assert.equal((await bring(app, owner, manyLines(1), "whatsapp", room)).status, 422);
  assert.deepEqual(await bodies(app, room), []);
});

Deno.test("[XF-01] imports: a bomb is refused before it is unpacked, whatever size it claims", () => {
  const bomb = zipSync({ "a/2020-01-01.log": new Uint8Array(5_000_000) }, { level: 9 });
  const limits = { unpackedBytes: 2_000_000, fileBytes: 1_000_000 };
  assert.throws(() => openFiles("bomb.zip", bomb, limits), /larger than 1000000 bytes/);
  // The directory at the end says that little is in it.
  const view = new DataView(bomb.buffer);
  const directory = view.getUint32(bomb.length - 6, true);
  view.setUint32(directory + 24, 10, true);
  const files = openFiles("bomb.zip", bomb, limits);
  assert.ok(files.text("a/2020-01-01.log").length <= 10);
  const many = zipSync({
    "a.log": strToU8("x".repeat(900_000)),
    "b.log": new Uint8Array(900_000),
    "c.log": new Uint8Array(900_000),
  });
  assert.throws(() => openFiles("many.zip", many, limits), /larger than 2000000 bytes/);
});
