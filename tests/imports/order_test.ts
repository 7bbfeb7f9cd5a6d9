/** @module What archives have in no order: times, threads, names; and what nobody can have said. */
import assert from "node:assert/strict";
import { openArchive, openFiles } from "../../shared/imports/archive.ts";
import { importFile } from "../../shared/imports/mod.ts";
import type { ArchiveFormat } from "../../shared/imports/schemas.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { bytesOf, DISCORD, mattermostLines, zipOf } from "./fixtures.ts";

const LIMITS = { unpackedBytes: 10_000_000, fileBytes: 10_000_000 };

async function load(
  app: TestApp,
  format: ArchiveFormat,
  bytes: Uint8Array,
  fileName = "archive.json",
) {
  return await importFile(
    app.deps,
    { format, fileName, bytes, limits: LIMITS },
    () => undefined,
  );
}

async function history(app: TestApp, room: string) {
  const rows = await app.db.sql<{ line: string }[]>`
    select concat_ws(' < ', m.body, p.body) as line from public.messages m
    join public.rooms r on r.id = m.room_id left join public.messages p on p.id = m.parent_id
    where r.name = ${room} order by m.seq`;
  return rows.map(({ line }) => line);
}

function ircLine(i: number, text: string, replyTo?: number[]): string {
  return JSON.stringify({
    log: "2020-02-03_a",
    i,
    time: "10:00",
    user: `nick${i % 3}`,
    text,
    replyTo,
  });
}

function discord(id: string, minute: number, content: string, answers?: string) {
  return {
    ...DISCORD.messages[0],
    id,
    timestamp: `2021-05-01T10:${String(minute).padStart(2, "0")}:00+00:00`,
    timestampEdited: null,
    content,
    mentions: [],
    attachments: [],
    reactions: [],
    ...(answers === undefined ? {} : { type: "Reply", reference: { messageId: answers } }),
  };
}

Deno.test("[XF-01] imports: what an export has in another order comes in the order of time", async () => {
  await using app = await openApp();
  const pieces = {
    "lounge.json": { ...DISCORD, messages: [discord("2", 2, "two"), discord("1", 1, "one")] },
    // Its name comes first, what is in it does not; an answer to an answer joins the thread.
    "lounge [part 2].json": {
      ...DISCORD,
      messages: [discord("3", 3, "three", "2"), discord("4", 4, "four", "3")],
    },
  };
  await load(app, "discord", zipOf(pieces), "guild.zip");
  assert.deepEqual(await history(app, "lounge"), ["one", "two", "three < two", "four < two"]);
  const [head = "", channel = "", ...rest] = mattermostLines().split("\n");
  const at = Date.parse("2022-01-01T09:00:00.000Z");
  const posts = [3, 1, 2, 2].map((n, place) =>
    JSON.stringify({
      type: "post",
      post: {
        team: "crew",
        channel: "deck",
        user: "mira",
        message: `said ${n} at ${place}`,
        create_at: at + n,
        replies: place === 0 ? [{ user: "tomas", message: "at once", create_at: at + n }] : [],
      },
    })
  );
  const lines = [head, channel, ...rest.filter((line) => !line.includes('"post"')), ...posts];
  await load(app, "mattermost", bytesOf(lines.join("\n")), "import.jsonl");
  assert.deepEqual(await history(app, "Deck"), [
    "said 1 at 1",
    "said 2 at 2",
    "said 2 at 3",
    "said 3 at 0",
    "at once < said 3 at 0",
  ]);
});

Deno.test("[XF-01] imports: links between lines of IRC become threads, in sight; circles do not", async () => {
  await using app = await openApp();
  const lines = [
    ircLine(1, "question", [3]),
    ircLine(2, "aside", [2]),
    ircLine(3, "answer", [1]),
    ircLine(4, "thanks", [3, 99]),
    ircLine(5, "lost", [0]),
  ];
  const report = await load(app, "irc", bytesOf(lines.join("\n")), "dock.jsonl");
  assert.deepEqual([report.imported, report.malformed], [5, 0]);
  assert.deepEqual(await history(app, "dock"), [
    "question",
    "aside",
    "answer < question",
    "thanks < question",
    "lost",
  ]);
  const [shown] = await app.db.sql`
    select count(*)::int as n from public.messages where also_in_room`;
  assert.equal(shown?.n, 2);
  const [ghosts] = await app.db.sql`select count(*)::int as n from private.thread_members`;
  assert.equal(ghosts?.n, 0, "nobody follows a thread as the author of an archive");
});

Deno.test("[XF-01] imports: a table of Gitter becomes its rooms, under the names that lie beside it", async () => {
  await using app = await openApp();
  const at = "2016-01-02T03:04:05.678Z";
  const line = (id: number, room: number, text: string, mentions?: number[]) =>
    JSON.stringify({ id, room, user: id % 2, at, text, mentions });
  const table = [
    line(1, 7, "hi @other :wave: `:wave:`", [0]),
    line(2, 9, 'no "room": 7 here'),
    "{broken",
    line(3, 7, "again"),
  ].join("\n");
  const files = {
    "messages.jsonl": table,
    "rooms.csv": "room,name\n7,harbour\n9,kitchen",
    "users.csv": "user,handle\n0,other\n1,one",
  };
  const report = await load(app, "gitter", zipOf(files), "gitter.zip");
  assert.deepEqual([report.rooms, report.imported], [2, 3]);
  assert.deepEqual(report.malformed_lines, [
    { file: "messages.jsonl", line: 3, reason: "is not JSON" },
  ]);
  assert.deepEqual(await history(app, "harbour"), ["hi @other 👋 `:wave:`", "again"]);
  assert.deepEqual(await history(app, "kitchen"), ['no "room": 7 here']);
  const [named] = await app.db.sql<{ handle: string; html: string }[]>`
    select p.handle, m.body_html as html from public.message_mentions n
    join public.profiles p on p.id = n.profile_id join public.messages m on m.id = n.message_id`;
  assert.equal(named?.handle, "other");
  assert.match(named?.html ?? "", /<a [^>]*>@other<\/a>/);
  assert.throws(
    () => openArchive("gitter", openFiles("x.zip", zipOf({ ...files, "users.csv": "a,b\n" }))),
    /users\.csv: The table has no columns user and handle/,
  );
});

Deno.test("[XF-01] imports: times that cannot be and texts that show nothing are named or left out", async () => {
  await using app = await openApp();
  const messages = [
    discord("1", 1, "fine"),
    { ...discord("2", 2, "zero"), timestamp: "1970-01-01T00:00:00+00:00" },
    { ...discord("3", 3, "later"), timestamp: "2999-01-01T00:00:00+00:00" },
    { ...discord("4", 4, "edited"), timestampEdited: "2999-01-01T00:00:00+00:00" },
    discord("5", 5, "\u2800\u3164"),
    { ...discord("6", 6, "early edit"), timestampEdited: "2020-01-01T00:00:00+00:00" },
    discord("1", 7, "the same id"),
  ];
  const report = await load(app, "discord", bytesOf(JSON.stringify({ ...DISCORD, messages })));
  assert.deepEqual(report.malformed_lines.map(({ line, reason }) => [line, reason]), [
    [2, "was said in 1970-01-01, before there was chat"],
    [4, "was edited in the future: 2999-01-01T00:00:00+00:00"],
    [3, "was said in the future: 2999-01-01T00:00:00+00:00"],
  ]);
  assert.deepEqual([report.imported, report.left_out, report.existing], [2, 1, 1]);
  assert.deepEqual(await history(app, "lounge"), ["fine", "early edit"]);
  const [edited] = await app.db.sql`
    select count(*)::int as n from public.messages where edited_at is not null`;
  assert.equal(edited?.n, 0, "nothing is edited before it was said");
});

Deno.test("[XF-01] imports: whatever people and rooms are called, they come, and twice the same", async () => {
  await using app = await openApp();
  const names = [
    "admin",
    "\u202Eevil",
    "a\0b",
    "\uD800",
    "e" + "\u0301".repeat(30),
    "👩‍👩‍👧",
    "\u200B",
    "東京",
  ];
  const messages = names.map((name, n) => ({
    ...discord(String(n), n, `by number ${n} #tag`),
    author: { id: `u${n}`, name, nickname: name },
  }));
  const channel = { ...DISCORD.channel, name: "\u202Ea\0b", topic: "t\0\uDFFF" };
  const bytes = bytesOf(JSON.stringify({ ...DISCORD, channel, messages }));
  const [first, again] = [await load(app, "discord", bytes), await load(app, "discord", bytes)];
  assert.deepEqual([first.imported, first.malformed], [names.length, 0], JSON.stringify(first));
  assert.deepEqual([again.imported, again.existing], [0, names.length]);
  const [row] = await app.db.sql`
    select count(distinct m.author_id)::int as people, count(distinct r.name)::int as rooms,
      bool_and(m.body_html like '%/hashtags/tag%') as linked
    from public.messages m join public.rooms r on r.id = m.room_id`;
  assert.deepEqual({ ...row }, { people: names.length, rooms: 1, linked: true });
});
