/** @module Feedback on feeds over HTTP: what it does to the next page, to whom, and how it ends. */
import assert from "node:assert/strict";
import { openApp, type TestApp } from "../support/app.ts";
import { bodiesOf, follow, readAll, write } from "./support.ts";

const PATH = "/feed/feedback";

async function three(app: TestApp) {
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  await follow(app, ada, grace);
  return { ada, grace, linus };
}

Deno.test("[XB-02] feedback: a hidden post is gone from all lists, and comes back", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await three(app);
  await write(app, grace, "one");
  await write(app, grace, "two");
  await write(app, linus, "three");
  const shown = await readAll(app, ada, "/feed");
  const impression = shown.find(({ post }) => post.body === "one")?.impression_id;
  const first = await app.as(ada).get("/feed?limit=1");

  const said = await app.as(ada).post(PATH, { kind: "hide_post", impression_id: impression });
  const again = await app.as(ada).post(PATH, { kind: "hide_post", impression_id: impression });

  assert.equal(said.status, 201);
  assert.deepEqual([again.status, again.body.id], [200, said.body.id]);
  assert.equal(said.body.effect, "The post is not in your feeds");
  assert.deepEqual((await bodiesOf(app, ada, "/feed")).sort(), ["three", "two"]);
  assert.deepEqual(await bodiesOf(app, ada, "/feed/following"), ["two"]);
  const rest = await app.as(ada).get(`/feed?cursor=${first.body.next_cursor}`);
  const walked = [...first.body.items, ...rest.body.items].slice(1);
  assert.ok(!walked.some(({ post }) => post.body === "one"), "also where one was scrolling");
  assert.equal((await bodiesOf(app, linus, "/feed")).length, 3, "for others it stays");
  assert.equal((await app.as(ada).get(`/posts/${said.body.post_id}`)).status, 200);

  assert.equal((await app.as(linus).delete(`${PATH}/${said.body.id}`)).status, 404);
  assert.equal((await app.as(ada).delete(`${PATH}/${said.body.id}`)).status, 204);
  assert.equal((await app.as(ada).delete(`${PATH}/${said.body.id}`)).status, 404);
  assert.equal((await bodiesOf(app, ada, "/feed")).length, 3);
});

Deno.test("[XB-02] feedback: a dismissed impression or post is hidden", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await three(app);
  await write(app, grace, "one");
  await write(app, linus, "two");
  const [one] = (await readAll(app, ada, "/feed")).filter(({ post }) => post.body === "one");
  const plain = await readAll(app, ada, "/feed/following");
  const foreign = await app.as(linus).post(`/recommendations/${one?.impression_id}/dismiss`);
  const answer = await app.as(ada).post(`/recommendations/${one?.impression_id}/dismiss`);
  const again = await app.as(ada).post(`/recommendations/${plain[0]?.impression_id}/dismiss`);
  assert.equal(foreign.status, 404, "impressions are one's own");
  assert.deepEqual(answer.body, { id: one?.impression_id, dismissed: true });
  assert.equal(again.status, 200);
  assert.deepEqual(await bodiesOf(app, ada, "/feed"), ["two"]);
  assert.equal((await app.as(ada).get(PATH)).body.items.length, 1);
});

Deno.test("[XB-02] feedback: less like this lowers author and topics, says so, and fades", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await three(app);
  await follow(app, ada, linus);
  const disliked = await write(app, grace, "disliked #go");
  await write(app, linus, "linus on #go");
  await write(app, grace, "next of grace");
  const scores = async () =>
    new Map((await readAll(app, ada, "/feed")).map((item) => [item.post.body, item]));
  const before = await scores();
  const said = await app.as(ada).post(PATH, { kind: "less_like_this", post_id: disliked });
  const after = await scores();

  assert.equal(said.status, 201);
  assert.deepEqual(said.body.topics, ["go"]);
  assert.equal(said.body.author.handle, "grace");
  assert.match(said.body.effect, /author counts 40 %, its topics count 70 %/);
  assert.ok(!after.has("disliked #go"));
  assert.equal(after.get("next of grace")?.reason.code, "lowered");
  assert.match(after.get("next of grace")?.reason.detail ?? "", /less like this/);
  for (const body of ["next of grace", "linus on #go"]) {
    assert.ok((after.get(body)?.score ?? 0) < 0.8 * (before.get(body)?.score ?? 0), body);
  }
  assert.equal([...before.keys()][0], "next of grace");
  assert.equal([...after.keys()][0], "linus on #go", "the order has changed");
  await app.db.sql`update private.feed_feedback set created_at = now() - interval '60 days'`;
  const listed = (await app.as(ada).get(PATH)).body.items;
  assert.match(listed[0].effect, /author counts 80 %/);
});

Deno.test("[XB-02] feedback: not interested in an author or a topic", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await three(app);
  const [post, other] = [await write(app, grace, "grace"), await write(app, linus, "on #go #rust")];
  await write(app, grace, "grace again");
  await write(app, linus, "on #rust");
  const author = await app.as(ada).post(PATH, { kind: "not_interested_author", post_id: post });
  assert.deepEqual((await bodiesOf(app, ada, "/feed")).sort(), ["on #go #rust", "on #rust"]);
  const kind = "not_interested_topic";
  const topic = await app.as(ada).post(PATH, { kind, post_id: other, topic: "GO" });
  assert.deepEqual(topic.body.topics, ["go"]);
  assert.deepEqual(await bodiesOf(app, ada, "/feed"), ["on #rust"]);
  assert.equal((await bodiesOf(app, ada, "/feed/following")).length, 2, "one still follows them");
  await app.as(ada).post("/feed/preference", { algorithm: "newest" });
  assert.deepEqual(await bodiesOf(app, ada, "/feed"), ["on #rust", "grace again", "grace"]);

  for (
    const [path, body] of [
      ["topic", { kind, post_id: other, topic: "python" }],
      ["topic", { kind, post_id: post }],
      ["topic", { kind: "hide_post", post_id: post, topic: "go" }],
      ["post_id", { kind }],
      ["post_id", { kind, post_id: post, impression_id: post }],
      ["kind", { kind: "boring", post_id: post }],
    ] as const
  ) {
    const answer = await app.as(ada).post(PATH, body);
    assert.equal(answer.status, 422, JSON.stringify(body));
    assert.equal(answer.body.errors[0].path, path);
  }
  const own = await app.as(grace).post(PATH, { kind: "hide_post", post_id: post });
  assert.equal(own.status, 422, "one's own");
  const page = await app.as(ada).get(`${PATH}?limit=1`);
  const rest = await app.as(ada).get(`${PATH}?limit=1&cursor=${page.body.next_cursor}`);
  assert.deepEqual(
    [page.body.items[0].id, rest.body.items[0].id, rest.body.next_cursor],
    [topic.body.id, author.body.id, null],
  );
});

Deno.test("[XB-02] feedback: only on what one sees, and of nobody else's concern", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await three(app);
  const closed = await write(app, grace, "for followers", "followers");
  const deny = await app.as(linus).post(PATH, { kind: "hide_post", post_id: closed });
  const missing = await app.as(ada).post(PATH, {
    kind: "hide_post",
    post_id: crypto.randomUUID(),
  });
  assert.deepEqual([deny.status, missing.status], [404, 404]);
  await app.as(ada).post(PATH, { kind: "less_like_this", post_id: closed });
  assert.deepEqual((await app.as(grace).get(PATH)).body.items, []);
  assert.equal((await app.anonymous.get(PATH)).status, 401);
  const [, ...answers] = await Promise.all(
    Array.from({ length: 5 }, () => app.as(ada).post(PATH, { kind: "hide_post", post_id: closed })),
  );
  assert.ok(answers.every(({ status }) => status === 200 || status === 201));
  assert.equal((await app.as(ada).get(PATH)).body.items.length, 2, "said at once, kept once");
});
