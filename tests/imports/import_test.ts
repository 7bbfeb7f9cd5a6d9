/** @module Archives in the database: whole, once, and quietly. */
import assert from "node:assert/strict";
import { importArchive, type ImportSource } from "../../shared/imports/mod.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { readLines, runImport } from "../../tools/import.ts";

function ircLine(i: number, user: string, text: string): string {
  const time = `10:${String(Math.floor(i / 50) % 60).padStart(2, "0")}`;
  return JSON.stringify({ log: "2020-02-03_a", i, time, user, text, replyTo: [] });
}

function source(lines: Iterable<string>): ImportSource {
  return { format: "irc", room: "Old hall", lines };
}

async function history(app: TestApp) {
  return await app.db.sql<{ seq: string; body: string; at: string; handle: string }[]>`
    select m.seq, m.body, m.created_at::text as at, p.handle
    from public.messages m join public.profiles p on p.id = m.author_id order by m.seq`;
}

Deno.test("imports: messages keep order, time and author, and nobody is told", async () => {
  await using app = await openApp();
  const taken = await app.signUp("mira");
  const lines = [ircLine(1, "Mira", "hello"), ircLine(2, "m1ra", "hey"), "broken"];
  const report = await importArchive(app.deps, source(lines));
  assert.equal(report.imported, 2);
  assert.deepEqual(report.malformed_lines, [{ line: 3, reason: "does not begin with a time" }]);
  const rows = await history(app);
  assert.deepEqual(rows.map(({ seq, body }) => [Number(seq), body]), [[1, "hello"], [2, "hey"]]);
  assert.match(rows[0]?.at ?? "", /^2020-02-03 10:00:00/);
  assert.ok(rows.every(({ handle }) => handle !== taken.handle));
  const [told] = await app.db.sql`
    select (select count(*) from private.outbox where topic like 'message.%')::int as events,
      (select count(*) from realtime.messages)::int as live`;
  assert.deepEqual({ ...told }, { events: 0, live: 0 });
  const [account] = await app.db.sql`
    select encrypted_password, email from auth.users u join public.profiles p using (id)
    where p.handle = ${rows[0]?.handle ?? ""}`;
  assert.deepEqual({ ...account }, { encrypted_password: null, email: null });
});

Deno.test("imports: a second run doubles nothing, an interrupted one goes on", async () => {
  await using app = await openApp();
  const lines = Array.from({ length: 2_300 }, (_, i) => ircLine(i, `nick${i % 7}`, `line ${i}`));
  function* broken(): Generator<string> {
    yield* lines.slice(0, 1_500);
    throw new Error("the line went dead");
  }
  await assert.rejects(importArchive(app.deps, source(broken())), /went dead/);
  assert.equal((await history(app)).length, 1_000);
  const report = await importArchive(app.deps, source(lines));
  assert.deepEqual([report.imported, report.existing], [1_300, 1_000]);
  const again = await importArchive(app.deps, source(lines));
  assert.deepEqual([again.imported, again.existing], [0, 2_300]);
  const rows = await history(app);
  assert.deepEqual(rows.map(({ body }) => body), lines.map((_, i) => `line ${i}`));
  assert.equal(Number(rows.at(-1)?.seq), 2_300);
});

Deno.test("imports: the command reads packed files and makes the owner's room", async () => {
  await using app = await openApp();
  const owner = await app.signUp("warden");
  const path = await Deno.makeTempFile({ suffix: ".jsonl.gz" });
  try {
    const at = "2020-01-01T00:00:00.000Z";
    const line = JSON.stringify({ id: 1, room: 1, user: 9, at, text: "packed" });
    const packed = new Blob([line]).stream().pipeThrough(new CompressionStream("gzip"));
    await Deno.writeFile(path, packed);
    assert.deepEqual(await Array.fromAsync(readLines(path)), [line]);
    const args = ["--format", "gitter", "--file", path, "--room", "Gate", "--db-url", app.db.url];
    const report = await runImport([...args, "--owner", owner.handle]);
    assert.equal(report.imported, 1);
    const { body } = await app.as(owner).get(`/rooms/${report.room_id}/messages`);
    assert.equal(body.items[0].body, "packed");
    assert.equal(Date.parse(body.items[0].created_at), Date.parse(at));
  } finally {
    await Deno.remove(path);
  }
});
