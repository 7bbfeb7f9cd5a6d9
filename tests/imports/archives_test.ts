/** @module Archives of every format through the API: rooms, people, messages, once and quietly. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import {
  bytesOf,
  DISCORD,
  GITTER,
  IRC_LOG,
  mattermostLines,
  slackFiles,
  zipOf,
} from "./fixtures.ts";

async function bring(
  app: TestApp,
  person: TestPerson,
  file: { name: string; bytes: Uint8Array<ArrayBuffer>; format: string; room?: string },
) {
  const form = new FormData();
  form.set("file", new File([file.bytes], file.name));
  form.set("format", file.format);
  if (file.room !== undefined) form.set("room_id", file.room);
  return await app.as(person).post("/imports", form);
}

async function openTown() {
  const app = await openApp({ services: true });
  const [boss, owner, other] = [
    await app.signUp("boss"),
    await app.signUp("owner"),
    await app.signUp("other"),
  ];
  await app.grantRole(boss, "admin");
  const room = (await app.as(owner).post("/rooms", { name: "Lounge" })).body.id as string;
  await app.runJobs();
  return { app, boss, owner, other, room };
}

async function load(app: TestApp, person: TestPerson, file: Parameters<typeof bring>[2]) {
  const taken = await bring(app, person, file);
  assert.equal(taken.status, 202, taken.text);
  await app.runJobs();
  return (await app.as(person).get(`/imports/${taken.body.id}`)).body;
}

async function history(app: TestApp) {
  const rows = await app.db.sql<{ room: string; body: string; line: string; parent: string }[]>`
    select r.name as room, m.body, p.body as parent, concat_ws(' ', a.display_name,
      to_char(m.created_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.MS'),
      case when m.edited_at is not null then 'edited' end,
      case when m.also_in_room then 'shown' end,
      (select string_agg(x.emoji || ' ' || y.display_name, ',') from public.message_reactions x
        join public.profiles y on y.id = x.profile_id where x.message_id = m.id)) as line
    from public.messages m join public.rooms r on r.id = m.room_id
    join public.profiles a on a.id = m.author_id left join public.messages p on p.id = m.parent_id
    where m.kind = 'user' order by r.name, m.seq`;
  return rows.map(({ room, body, parent, line }) => [room, line, body, parent ?? ""]);
}

Deno.test("[XF-01][IN-01] imports: an export of Slack becomes rooms with people, threads, reactions and links", async () => {
  const { app, boss } = await openTown();
  await using _app = app;
  const file = { name: "export.zip", bytes: zipOf(slackFiles()), format: "slack" };
  const events = async () =>
    (await app.db.sql`select topic from private.outbox
      where topic like 'message.%' or topic like 'notification.%'`).length;
  const before = await events();
  const state = await load(app, boss, file);
  assert.equal(state.status, "done", JSON.stringify(state));
  assert.deepEqual(state.progress, { done: 3, total: 3 });
  assert.deepEqual(state.errors, [
    "harbour/2020-02-03.json #4: ts must be seconds since 1970",
  ]);
  const rows = await history(app);
  const first = "@tomas look at [the \\*tide\\*](<https://example.test/a>) & **hurry** 👋";
  assert.deepEqual(rows, [
    ["harbour", "Mira 2020-02-03 09:00:00.000 edited 👍 tomas", first, ""],
    [
      "harbour",
      "tomas 2020-02-03 09:00:10.000",
      "coming\n[map.png](<https://files.example.test/map.png>)",
      first,
    ],
    ["kitchen", "kettle 2020-02-04 10:00:00.000", "boiled", ""],
  ]);
  assert.equal(await events(), before, "nobody is told of old messages");
  const rooms = (await app.as(boss).get("/rooms?type=mine")).body.items;
  const harbour = rooms.find((room: { name: string }) => room.name === "harbour");
  assert.ok(harbour, JSON.stringify(rooms));
  const page = (await app.as(boss).get(`/rooms/${harbour.id}/messages`)).body.items;
  assert.match(page.find((m: { seq: number }) => m.seq === 1).body_html, /<a [^>]*>@tomas<\/a>/);
});

Deno.test("[IN-03] imports: the same archive twice, and one that has grown, add only what is new", async () => {
  const { app, boss } = await openTown();
  await using _app = app;
  const files = slackFiles();
  await load(app, boss, { name: "a.zip", bytes: zipOf(files), format: "slack" });
  const before = await history(app);
  const again = await load(app, boss, { name: "b.zip", bytes: zipOf(files), format: "slack" });
  assert.deepEqual(again.progress, { done: 3, total: 3 });
  assert.deepEqual(await history(app), before);
  files["kitchen/2020-02-05.json"] = [
    { type: "message", user: "U1", text: "tea?", ts: "1580896800.0" },
  ];
  await load(app, boss, { name: "c.zip", bytes: zipOf(files), format: "slack" });
  const after = await history(app);
  assert.equal(after.length, before.length + 1);
  assert.deepEqual(after.at(-1), ["kitchen", "Mira 2020-02-05 10:00:00.000", "tea?", ""]);
});

Deno.test("[XF-01] imports: a channel of Discord goes into its owner's room, answers stay in sight", async () => {
  const { app, owner, other, room } = await openTown();
  await using _app = app;
  const bytes = bytesOf(JSON.stringify(DISCORD));
  const state = await load(app, owner, { name: "lounge.json", bytes, format: "discord", room });
  assert.equal(state.status, "done", JSON.stringify(state));
  const [first, second] = await history(app);
  const handles = await app.db.sql<{ handle: string; bio: string }[]>`
    select p.handle, p.bio from public.profiles p
    join private.imported_profiles i on i.profile_id = p.id order by p.handle`;
  const tomas = handles.find(({ handle }) => handle.startsWith("tomas_"))?.handle;
  assert.deepEqual(first, [
    "Lounge",
    "mira 2021-05-01 10:00:00.123 edited 🎉 tomas",
    `hello @${tomas}\n[x.png](<https://cdn.example.test/x.png>)`,
    "",
  ]);
  assert.equal(second?.[1], "tomas 2021-05-01 10:01:00.000 shown");
  assert.equal(second?.[3], first?.[2]);
  // Into one's own room one brings people under a mark of their own.
  assert.ok(handles.every(({ handle }) => /_[0-9a-f]{6}$/.test(handle)), JSON.stringify(handles));
  assert.deepEqual(new Set(handles.map(({ bio }) => bio)), new Set(["Imported from Discord"]));
  const stray = await bring(app, other, { name: "x.json", bytes, format: "discord", room });
  assert.equal(stray.status, 403);
  const wild = await bring(app, owner, { name: "x.json", bytes, format: "discord" });
  assert.equal(wild.status, 403);
  assert.equal((await app.as(other).get(`/imports/${state.id}`)).status, 404);
});

Deno.test("[XF-01] imports: a bulk export of Mattermost keeps private channels private", async () => {
  const { app, boss, other } = await openTown();
  await using _app = app;
  const bytes = zipOf({ "import.jsonl": mattermostLines() });
  const state = await load(app, boss, { name: "m.zip", bytes, format: "mattermost" });
  assert.equal(state.status, "done", JSON.stringify(state));
  assert.equal(state.errors.length, 1);
  assert.match(state.errors[0], /^import\.jsonl #5: post\.create_at /);
  assert.deepEqual(await history(app), [
    ["Deck", "mira 2022-01-01 09:00:00.000 edited 👍 tomas", "all hands @tomas 👋", ""],
    ["Deck", "tomas 2022-01-01 09:00:00.010", "aye", "all hands @tomas 👋"],
  ]);
  const [deck] = await app.db.sql<{ id: string }[]>`
    select id from public.rooms where name = 'Deck' and is_private`;
  assert.equal((await app.as(other).get(`/rooms/${deck?.id}`)).status, 404);
  assert.equal((await app.as(boss).get(`/rooms/${deck?.id}`)).status, 200);
});

Deno.test("[XF-01] imports: Gitter's messages and logs of IRC keep time, thread and people", async () => {
  const { app, boss } = await openTown();
  await using _app = app;
  const gitter = bytesOf(JSON.stringify(GITTER));
  await load(app, boss, { name: "square.json", bytes: gitter, format: "gitter" });
  const logs = zipOf({ "#dock/2020-02-03.log": IRC_LOG });
  const state = await load(app, boss, { name: "irc.zip", bytes: logs, format: "irc" });
  assert.deepEqual(state.errors, ["#dock/2020-02-03.log #5: does not begin with a time"]);
  const rows = await history(app);
  const handles = await app.db.sql<{ handle: string }[]>`
    select p.handle from public.profiles p join private.imported_profiles i on i.profile_id = p.id
    where i.format = 'gitter' and p.display_name = 'tomas'`;
  assert.deepEqual(rows, [
    ["dock", "mira 2020-02-03 10:00:00.000", "morning", ""],
    ["dock", "tomas 2020-02-03 10:01:00.000", "* tomas waves", ""],
    ["square", "mira 2016-03-01 08:00:00.000", `hi @${handles[0]?.handle}`, ""],
    ["square", "tomas 2016-03-01 08:01:00.000 edited", "hey", `hi @${handles[0]?.handle}`],
  ]);
});

Deno.test("[IN-01] imports: nobody signs in as the author of an archive, finds or follows one", async () => {
  const { app, boss, other } = await openTown();
  await using _app = app;
  await load(app, boss, { name: "a.zip", bytes: zipOf(slackFiles()), format: "slack" });
  const [ghost] = await app.db.sql<{ id: string; handle: string; sealed: boolean }[]>`
    select p.id, p.handle, u.encrypted_password is null and u.email is null as sealed
    from public.profiles p join auth.users u on u.id = p.id where p.display_name = 'Mira'`;
  assert.deepEqual([ghost?.handle, ghost?.sealed], ["mira", true]);
  const found = await app.as(other).get("/search?q=mira&type=users");
  assert.deepEqual(found.body.items ?? found.body.users, []);
  const seen = await app.as(other).get(`/users/${ghost?.id}`);
  assert.deepEqual([seen.status, seen.body.bio], [200, "Imported from Slack"]);
  assert.equal((await app.as(other).post(`/users/${ghost?.id}/follow`)).status, 403);
});
