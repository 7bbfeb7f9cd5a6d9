/** @module Feeds over HTTP: what is in them, for whom, in which order, page by page. */
import assert from "node:assert/strict";
import { openApp, type TestApp } from "../support/app.ts";
import { type Item, readAll, write } from "./support.ts";

async function town(app: TestApp) {
  const [ada, grace, linus, mona, troll] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
    await app.signUp("mona"),
    await app.signUp("troll"),
  ];
  const { sql } = app.db;
  await sql`insert into follows ${
    sql([grace, mona].map((person) => ({ follower_id: ada.id, followee_id: person.id })))
  }`;
  await sql`insert into mutes (muter_id, muted_id) values (${ada.id}, ${mona.id})`;
  await sql`insert into blocks (blocker_id, blocked_id) values (${troll.id}, ${ada.id})`;
  await sql`update profiles set is_private = true where id = ${grace.id}`;
  return { ada, grace, linus, mona, troll };
}

function bodies(items: Item[]): string[] {
  return items.map(({ post }) => post.body);
}

Deno.test("[FE-01] the feed holds what one follows and may discover, nothing else", async () => {
  await using app = await openApp();
  const { ada, grace, linus, mona, troll } = await town(app);
  await write(app, grace, "grace public");
  await write(app, grace, "grace followers", "followers");
  await write(app, grace, "grace to @ada", "mentioned");
  await write(app, grace, "grace to @linus", "mentioned");
  await write(app, linus, "linus public");
  await write(app, linus, "linus followers", "followers");
  await write(app, mona, "mona muted");
  await write(app, troll, "troll blocked");
  await write(app, ada, "own");
  await app.db.sql`
    insert into posts (author_id, body, status) values (${linus.id}, 'linus held', 'held')`;
  const items = await readAll(app, ada, "/feed");
  assert.deepEqual(bodies(items).sort(), [
    "grace followers",
    "grace public",
    "grace to @ada",
    "linus public",
    "own",
  ]);
  const reasonOf = (body: string) => items.find(({ post }) => post.body === body)?.reason.code;
  assert.equal(reasonOf("grace public"), "following");
  assert.equal(reasonOf("linus public"), "recent");
  assert.equal(reasonOf("own"), "own");
  assert.equal(new Set(items.map((item) => item.impression_id)).size, items.length);
  const strangers = bodies(await readAll(app, linus, "/feed"));
  assert.ok(!strangers.some((body) => body.startsWith("grace")), "a private account's posts");
  assert.equal((await app.anonymous.get("/feed")).status, 401);
});

Deno.test("[FE-01] everything that the feed chooses is visible under the policies", async () => {
  await using app = await openApp();
  const people = Object.values(await town(app));
  for (const person of people) {
    for (const visibility of ["public", "followers", "mentioned"]) {
      await write(app, person, `${visibility} by ${person.handle} for @ada @linus`, visibility);
    }
  }
  for (const person of people) {
    const claims = { role: "authenticated", sub: person.id, session_id: person.sessionId };
    const [result] = await app.db.sql.begin(async (sql) => {
      await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
      return await sql<{ hidden: number; chosen: number; missed: number }[]>`
        with chosen as materialized (
          select post_id from private.feed_candidates(400)
          union select post_id from private.feed_following('infinity',
            'ffffffff-ffff-ffff-ffff-ffffffffffff', 400)
        )
        select (select count(*)::int from chosen) as chosen,
          (select count(*)::int from chosen
            where post_id not in (select id from posts)) as hidden,
          -- The other way round: what followed people wrote, and one may see, is chosen.
          (select count(*)::int from posts p where p.id not in (select post_id from chosen)
            and p.author_id in (select followee_id from follows where follower_id = ${person.id})
            and p.author_id not in (select muted_id from mutes)) as missed`;
    });
    assert.ok((result?.chosen ?? 0) > 0);
    assert.equal(result?.hidden, 0, person.handle);
    assert.equal(result?.missed, 0, person.handle);
  }
});

Deno.test("[UX-04] scrolling the feed neither repeats nor skips while others write", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await town(app);
  const ids: string[] = [];
  for (let n = 0; n < 6; n++) ids.push(await write(app, n % 2 ? grace : linus, `post ${n}`));
  const first = await app.as(ada).get("/feed?limit=2");
  await write(app, linus, "written meanwhile");
  await app.db.sql`delete from posts where id = ${ids[0] ?? ""}`;
  const seen: string[] = first.body.items.map((item: Item) => item.post.id);
  let next: string | null = first.body.next_cursor;
  while (next !== null && seen.length < 20) {
    const answer = await app.as(ada).get(`/feed?limit=2&cursor=${next}`);
    assert.equal(answer.status, 200, answer.text);
    seen.push(...answer.body.items.map((item: Item) => item.post.id));
    next = answer.body.next_cursor;
  }
  const expected = new Set([...ids.slice(1), ...seen.filter((id) => id === ids[0])]);
  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual(new Set(seen), expected);
  const cursor: string = first.body.next_cursor;
  assert.equal((await app.as(linus).get(`/feed?cursor=${cursor}`)).status, 400);
  assert.equal((await app.as(ada).get(`/feed/following?cursor=${cursor}`)).status, 400);
  assert.equal((await app.as(ada).get(`/feed?cursor=x${cursor}`)).status, 400);
  await app.db.sql`delete from private.feed_snapshots`;
  assert.equal((await app.as(ada).get(`/feed?cursor=${cursor}`)).status, 400, "expired");
});

Deno.test("[FE-01] the plain feed is followed people and oneself, newest first", async () => {
  await using app = await openApp();
  const { ada, grace, linus, mona } = await town(app);
  for (let n = 0; n < 4; n++) await write(app, grace, `grace ${n}`, n % 2 ? "followers" : "public");
  await write(app, linus, "not followed");
  await write(app, mona, "muted");
  await write(app, ada, "own");
  const items = await readAll(app, ada, "/feed/following");
  assert.deepEqual(bodies(items), ["own", "grace 3", "grace 2", "grace 1", "grace 0"]);
  assert.deepEqual(items.map(({ reason }) => reason.code), [
    "own",
    "following",
    "following",
    "following",
    "following",
  ]);
});

Deno.test("feed: affinity and engagement lift posts, and the feed says so", async () => {
  await using app = await openApp();
  const { ada, linus } = await town(app);
  const other = await app.signUp("other");
  for (let n = 0; n < 3; n++) {
    const liked = await write(app, linus, `liked ${n}`);
    assert.equal((await app.as(ada).post(`/posts/${liked}/like`)).status, 200);
  }
  await write(app, other, "unknown");
  const items = await readAll(app, ada, "/feed");
  assert.equal(items[0]?.post.author.handle, "linus");
  assert.equal(items[0]?.reason.code, "affinity");
  assert.equal(items[1]?.post.author.handle, "other", "never two of one author in a row");
});
