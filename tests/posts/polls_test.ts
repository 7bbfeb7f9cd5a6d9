/** @module Polls: one vote each, results for those who voted, an end at the second. */
import assert from "node:assert/strict";
import { closePollsTask } from "../../shared/posts/mod.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

const MINUTE_MS = 60_000;

function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * MINUTE_MS).toISOString();
}

async function ask(app: TestApp, person: TestPerson, poll: object = {}, more: object = {}) {
  const answer = await app.as(person).post("/posts", {
    body: "Tea or coffee?",
    poll: { options: [" Tea ", "Coffee", "Neither"], closes_at: inMinutes(60), ...poll },
    ...more,
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

async function end(app: TestApp, id: string): Promise<void> {
  await app.db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`
      update posts set poll = poll || jsonb_build_object('closes_at', now()) where id = ${id}`;
    await sql`update private.poll_closings set closes_at = now() where post_id = ${id}`;
  });
}

function votes(poll: { options: { votes: number | null }[] }): (number | null)[] {
  return poll.options.map((option) => option.votes);
}

Deno.test("[PO-01] [PO-02] a poll shows results once one has voted, and takes one vote each", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  const { id, poll } = await ask(app, ada);
  assert.deepEqual(poll.options.map((option: { text: string }) => option.text), [
    "Tea",
    "Coffee",
    "Neither",
  ]);
  assert.deepEqual([votes(poll), poll.voted, poll.closed, poll.multiple], [
    [null, null, null],
    null,
    false,
    false,
  ]);
  const racing = await Promise.all(
    Array.from(
      { length: 8 },
      (_, n) => app.as(grace).post(`/posts/${id}/vote`, { options: [n % 2] }),
    ),
  );
  assert.deepEqual(racing.map(({ status }) => status).toSorted(), [200, ...Array(7).fill(409)]);
  const won = racing.find(({ status }) => status === 200)?.body.poll;
  assert.equal(won.voted.length, 1);
  assert.equal(votes(won)[won.voted[0]], 1);
  assert.equal(votes(won).reduce<number>((sum, count) => sum + (count ?? 0), 0), 1);
  for (const who of [app.as(ada), app.as(linus), app.anonymous]) {
    const seen = (await who.get(`/posts/${id}`)).body.poll;
    assert.deepEqual([votes(seen), seen.voted], [[null, null, null], null]);
  }
  assert.equal((await app.anonymous.post(`/posts/${id}/vote`, { options: [0] })).status, 401);
});

Deno.test("posts: votes name options of the poll, several only where allowed", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const single = await ask(app, ada);
  const several = await ask(app, ada, { multiple: true });
  const plain = (await app.as(ada).post("/posts", { body: "no poll" })).body;
  const mine = await ask(app, ada, {}, { visibility: "mentioned" });
  const bad: [string, unknown, number][] = [
    [single.id, [], 422],
    [single.id, [3], 422],
    [single.id, [-1], 422],
    [single.id, [0.5], 422],
    [single.id, ["0"], 422],
    [single.id, [0, 1], 422],
    [several.id, [0, 3], 422],
    [plain.id, [0], 404],
    [mine.id, [0], 404],
    [crypto.randomUUID(), [0], 404],
  ];
  for (const [id, options, status] of bad) {
    const answer = await app.as(grace).post(`/posts/${id}/vote`, { options });
    assert.equal(answer.status, status, `${JSON.stringify(options)} ${answer.text}`);
  }
  const voted = await app.as(grace).post(`/posts/${several.id}/vote`, { options: [2, 0, 2] });
  assert.deepEqual([voted.body.poll.voted, votes(voted.body.poll)], [[0, 2], [1, 0, 1]]);
});

Deno.test("posts: a poll closes by itself, and its people are told once", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  const { id } = await ask(app, ada);
  await app.as(grace).post(`/posts/${id}/vote`, { options: [1] });
  await closePollsTask.run(app.deps);
  await end(app, id);
  const late = await app.as(linus).post(`/posts/${id}/vote`, { options: [0] });
  assert.deepEqual([late.status, late.body.code], [409, "poll-closed"]);
  const { poll } = (await app.anonymous.get(`/posts/${id}`)).body;
  assert.deepEqual([poll.closed, votes(poll)], [true, [0, 1, 0]]);
  await Promise.all(Array.from({ length: 3 }, () => closePollsTask.run(app.deps)));
  await app.runJobs();
  for (const [who, count] of [[ada, 1], [grace, 1], [linus, 0]] as const) {
    const { items } = (await app.as(who).get("/notifications")).body;
    const told = items.filter((item: { type: string }) => item.type === "poll_closed");
    assert.equal(told.length, count, who.handle);
  }
});

Deno.test("posts: votes of hidden and deleted accounts count for nobody", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  const { id } = await ask(app, ada);
  for (const who of [ada, grace, linus]) {
    await app.as(who).post(`/posts/${id}/vote`, { options: [1] });
  }
  const count = async () => votes((await app.as(ada).get(`/posts/${id}`)).body.poll)[1];
  assert.equal(await count(), 3);
  await app.db.sql`insert into private.account_states (profile_id, banned_at, reason)
    values (${grace.id}, now(), 'x')`;
  assert.equal(await count(), 2);
  await app.db.sql`delete from private.account_states where profile_id = ${grace.id}`;
  assert.equal(await count(), 3);
  await app.db.sql`delete from auth.users where id = ${linus.id}`;
  assert.equal(await count(), 2);
  assert.equal((await app.as(ada).delete(`/posts/${id}`)).status, 204);
  const [left] = await app.db.sql`select (select count(*) from private.poll_votes)::int as votes,
    (select count(*) from private.poll_closings)::int as closings`;
  assert.deepEqual({ ...left }, { votes: 0, closings: 0 });
});

Deno.test("posts: polls that make no sense are refused, and say why", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const { id: parent } = (await app.as(ada).post("/posts", { body: "root" })).body;
  const good = { options: ["a", "b"], closes_at: inMinutes(60) };
  const bad: [object, string][] = [
    [{ poll: { ...good, options: ["a"] } }, "poll.options"],
    [{ poll: { ...good, options: [..."abcdefghijk"] } }, "poll.options"],
    [{ poll: { ...good, options: ["a", " "] } }, "poll.options"],
    [{ poll: { ...good, options: ["a", "A "] } }, "poll.options"],
    [{ poll: { ...good, options: ["a", "x".repeat(101)] } }, "poll.options"],
    [{ poll: { ...good, options: ["a", 1] } }, "poll.options.1"],
    [{ poll: { ...good, closes_at: inMinutes(4) } }, "poll.closes_at"],
    [{ poll: { ...good, closes_at: inMinutes(30 * 24 * 60 + 1) } }, "poll.closes_at"],
    [{ poll: { ...good, closes_at: "later" } }, "poll.closes_at"],
    [{ poll: { ...good, more: 1 } }, "poll.more"],
    [{ poll: good, publish_at: inMinutes(58) }, "poll.closes_at"],
    [{ poll: good, parent_id: parent }, "poll"],
    [{ poll: good, body: "" }, "body"],
  ];
  for (const [fields, path] of bad) {
    const answer = await app.as(ada).post("/posts", { body: "?", ...fields });
    assert.equal(answer.status, 422, `${JSON.stringify(fields)} ${answer.text}`);
    assert.equal(answer.body.errors[0].path, path, answer.text);
  }
  await ask(app, ada, { options: ["🙂".repeat(100), ..."bcdefghij"], closes_at: inMinutes(6) });
  await ask(app, ada, { closes_at: inMinutes(30 * 24 * 60 - 1) });
});

Deno.test("[PO-02] polls by table: what only Postgres takes for a time is refused", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const write = (closes_at: unknown) =>
    app.db.sql.begin(async (sql) => {
      const claims = { role: "authenticated", sub: ada.id, session_id: ada.sessionId };
      const poll = { options: ["a", "b"], closes_at };
      await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
      await sql`insert into public.posts (body, poll, publish_at)
        values ('?', ${JSON.stringify(poll)}::text::jsonb, 'infinity')`;
    });
  for (const wrong of ["tomorrow", "infinity", "now", "12:00", "2027-02-30T00:00:00Z", 5, null]) {
    await assert.rejects(
      write(wrong),
      { code: "PT422", column_name: "poll.closes_at" },
      `${wrong}`,
    );
  }
  await write(inMinutes(60));
});
