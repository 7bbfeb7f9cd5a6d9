/** @module How long an order of the feed holds, and what ends it at once. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { follow, type Item, write } from "./support.ts";

const POSTS = 160;

/** A town with more posts than make a short feed. */
async function busyTown(app: TestApp) {
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  await follow(app, ada, grace);
  await app.db.sql`
    insert into posts (author_id, body, created_at)
    select ${linus.id}::uuid, 'post ' || n, now() - n * interval '1 minute'
    from generate_series(1, ${POSTS}::int) n`;
  return { ada, grace, linus };
}

async function first(app: TestApp, person: TestPerson): Promise<Item[]> {
  const answer = await app.as(person).get("/feed?limit=5");
  assert.equal(answer.status, 200, answer.text);
  return answer.body.items;
}

function idsOf(items: readonly Item[]): string[] {
  return items.map(({ impression_id }) => impression_id);
}

Deno.test("[FE-15] cache: an order holds for its time, and what one changes ends it", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await busyTown(app);
  let before = idsOf(await first(app, ada));
  const holds = async (text: string) => {
    assert.deepEqual(idsOf(await first(app, ada)), before, text);
  };
  const ends = async (text: string) => {
    const now = idsOf(await first(app, ada));
    assert.notDeepEqual(now, before, text);
    before = now;
    await holds(`then holds again: ${text}`);
  };
  await holds("nothing has happened");
  await write(app, linus, "a stranger");
  await holds("strangers of a busy town wait");
  await write(app, grace, "somebody followed");
  await ends("a followed person has written");
  await write(app, ada, "own");
  await ends("one has written");
  await app.as(ada).post("/feed/preference", { weights: { recency: 2 } });
  await ends("the preference");
  await app.as(ada).post("/users/linus/follow");
  await ends("a follow");
  await app.as(ada).delete("/users/linus/follow");
  await ends("its end");
  const [seen] = await first(app, ada);
  await app.as(ada).post("/feed/feedback", { kind: "hide_post", post_id: seen?.post.id });
  await ends("feedback");
  await app.as(ada).post("/users/grace/mute");
  await ends("a mute");
  await app.db.sql`update private.feed_snapshots set built_at = built_at - interval '301 seconds'`;
  await ends("its time");
});

Deno.test("[FE-15] cache: what is hidden or deleted is gone at once, within the same order", async () => {
  await using app = await openApp();
  const { ada, linus } = await busyTown(app);
  const before = await first(app, ada);
  await app.as(linus).delete(`/posts/${before[0]?.post.id}`);
  const after = await first(app, ada);
  assert.deepEqual(idsOf(after).slice(0, 4), idsOf(before).slice(1), "the order itself holds");
  await app.as(linus).post("/users/ada/block");
  assert.deepEqual(await first(app, ada), []);
});

Deno.test("[FE-15] cache: without a time nothing is kept; a short feed takes up everything", async () => {
  await using app = await openApp({ env: { FEED_CACHE_TTL: "0" } });
  const { ada } = await busyTown(app);
  assert.notDeepEqual(idsOf(await first(app, ada)), idsOf(await first(app, ada)));
  await using quiet = await openApp();
  const [grace, linus] = [await quiet.signUp("grace"), await quiet.signUp("linus")];
  await write(quiet, linus, "one");
  assert.deepEqual(idsOf(await first(quiet, grace)), idsOf(await first(quiet, grace)));
  await write(quiet, linus, "two");
  assert.equal((await first(quiet, grace)).length, 2);
});
