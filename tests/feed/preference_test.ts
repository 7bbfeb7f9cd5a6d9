/** @module What people ask of their feed, over HTTP: kept, bounded, and seen in the feed. */
import assert from "node:assert/strict";
import { openApp, type TestApp } from "../support/app.ts";
import { bodiesOf, follow, readAll, write } from "./support.ts";

const PATH = "/feed/preference";
const DEFAULTS = {
  algorithm: "hybrid",
  mix: { following: 70, discovery: 30 },
  weights: { recency: 1, engagement: 1, affinity: 1, relevance: 1, diversity: 1 },
  authors: {},
  topics: {},
  muted_topics: [],
  muted_words: [],
};

async function three(app: TestApp) {
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  await follow(app, ada, grace);
  return { ada, grace, linus };
}

Deno.test("[FE-11] [B5] preference: any of its fields changes, all of it is answered, settings agree", async () => {
  await using app = await openApp();
  const { ada, grace } = await three(app);
  const client = app.as(ada);
  assert.deepEqual((await client.get(PATH)).body, DEFAULTS);
  const posted = await client.post(PATH, { algorithm: "newest", authors: { [grace.id]: 1.5 } });
  assert.equal(posted.status, 200);
  assert.deepEqual(posted.body, {
    ...DEFAULTS,
    algorithm: "newest",
    authors: { [grace.id]: 1.5 },
  });
  const patched = await client.patch(PATH, {
    mix: { following: 40, discovery: 60 },
    weights: { recency: 2 },
    topics: { Go: -1 },
    muted_words: ["spoiler"],
  });
  assert.equal(patched.body.algorithm, "newest");
  assert.deepEqual(patched.body.topics, { go: -1 });
  assert.deepEqual((await client.get(PATH)).body, patched.body);
  assert.deepEqual((await client.get("/users/me/settings")).body.feed, patched.body);
  await client.patch("/users/me/settings", { feed: { authors: { [grace.id]: null } } });
  assert.deepEqual((await client.get(PATH)).body.authors, {});
  assert.equal((await app.anonymous.get(PATH)).status, 401);
});

Deno.test("[B5] preference: what is exported is imported as it was", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await three(app);
  const client = app.as(ada);
  await client.post(PATH, {
    algorithm: "personalized",
    authors: { [grace.id]: 2 },
    topics: { go: 0.5 },
    muted_topics: ["rust"],
    muted_words: ["c++", "straße"],
  });
  const exported = (await client.get(PATH)).body;
  await client.post(PATH, { algorithm: "trending", authors: { [linus.id]: 0 }, muted_words: [] });
  await client.post(PATH, { authors: { [grace.id]: null } });
  await client.post("/users/grace/block");
  const imported = await client.put(PATH, exported);
  assert.equal(imported.status, 422, "nobody imports weights for whom they cannot see");
  await client.delete("/users/grace/block");
  assert.deepEqual((await client.put(PATH, exported)).body, exported);
  assert.deepEqual((await client.get(PATH)).body, exported);
  assert.equal((await client.put(PATH, { algorithm: "trending" })).status, 422, "all of it");
});

Deno.test("[FE-11] preference: bounds, and people whom nobody knows, are refused by their path", async () => {
  await using app = await openApp();
  const { ada, grace } = await three(app);
  const nobody = crypto.randomUUID();
  const cases: [string, unknown][] = [
    ["looks", { looks: 1 }],
    ["algorithm", { algorithm: "magic" }],
    ["mix", { mix: { following: 70, discovery: 31 } }],
    ["mix.following", { mix: { following: 101, discovery: -1 } }],
    ["weights.recency", { weights: { recency: 2.1 } }],
    ["weights.recency", { weights: { recency: -0.1 } }],
    [`authors.${nobody}`, { authors: { [grace.id]: 1, [nobody]: 1 } }],
    [`authors.${grace.id}`, { authors: { [grace.id]: 2.1 } }],
    ["topics.go", { topics: { go: -1.1 } }],
    ["muted_topics", { muted_topics: Array.from({ length: 201 }, (_, n) => `t${n}`) }],
    ["muted_words.0", { muted_words: [" "] }],
    ["muted_words.0", { muted_words: ["x".repeat(101)] }],
  ];
  for (const [path, body] of cases) {
    const answer = await app.as(ada).post(PATH, body);
    assert.equal(answer.status, 422, path);
    assert.equal(answer.body.errors[0].path, path);
  }
  assert.deepEqual((await app.as(ada).get(PATH)).body, DEFAULTS);
  const longest = await app.as(ada).post(PATH, {
    mix: { following: 0, discovery: 100 },
    weights: { recency: 0, engagement: 2 },
    authors: { [grace.id]: -1 },
    muted_words: Array.from({ length: 200 }, (_, n) => `${n}`.padEnd(100, "x")),
  });
  assert.equal(longest.status, 200);
  assert.equal((await app.as(ada).get("/feed")).status, 200, "a long list is no trouble");
  const settings = await app.as(ada).patch("/users/me/settings", {
    feed: { authors: { [nobody]: 1 } },
  });
  assert.equal(settings.body.errors[0].path, `feed.authors.${nobody}`);
});

Deno.test("[B5] [FE-09] preference: newest first is exact, page by page", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await three(app);
  await app.as(ada).post(PATH, { algorithm: "newest" });
  const written: string[] = [];
  for (let n = 0; n < 14; n++) {
    // One author in a row, which the ranked feed would not show.
    const body = `post ${n}`;
    written.unshift(body);
    await write(app, n < 8 ? grace : n === 9 ? ada : linus, body);
  }
  assert.deepEqual(await bodiesOf(app, ada, "/feed"), written);
  await app.as(ada).post(PATH, { mix: { following: 100, discovery: 0 } });
  const followed = written.filter((_, at) => at >= 6 || at === 4);
  assert.deepEqual(await bodiesOf(app, ada, "/feed"), followed);
  assert.deepEqual(await bodiesOf(app, ada, "/feed/following"), followed);
  await app.as(ada).post(PATH, { mix: { following: 0, discovery: 100 } });
  assert.deepEqual(
    await bodiesOf(app, ada, "/feed"),
    written.filter((_, at) => at < 6 && at !== 4),
  );
});

Deno.test("[XB-01] [FE-11] preference: authors and topics are raised, left out, or hidden", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await three(app);
  await write(app, grace, "grace on #go");
  await write(app, linus, "linus on #rust");
  await write(app, ada, "ada on #rust");
  const ask = (body: unknown) => app.as(ada).post(PATH, body);
  const following = () => bodiesOf(app, ada, "/feed/following");
  const ranked = async () => (await bodiesOf(app, ada, "/feed")).sort();

  await ask({ authors: { [grace.id]: 0 } });
  assert.deepEqual(await ranked(), ["ada on #rust", "linus on #rust"]);
  assert.deepEqual(await following(), ["ada on #rust", "grace on #go"], "not a recommendation");
  await ask({ authors: { [grace.id]: -1 } });
  assert.deepEqual(await following(), ["ada on #rust"]);
  await ask({ authors: { [grace.id]: null }, topics: { rust: 0 } });
  assert.deepEqual(await ranked(), ["grace on #go"]);
  await ask({ topics: { rust: null, go: -1 } });
  assert.deepEqual(await ranked(), ["ada on #rust", "linus on #rust"]);
  assert.deepEqual(await following(), ["ada on #rust"]);
  await ask({ topics: { go: null }, muted_topics: ["RUST"] });
  assert.deepEqual(await ranked(), ["ada on #rust", "grace on #go"], "one's own stays");
  await ask({ muted_topics: [], authors: { [linus.id]: 2 } });
  const raised = (await readAll(app, ada, "/feed"))
    .find(({ post }) => post.author.handle === "linus");
  assert.equal(raised?.reason.code, "preferred");
});

Deno.test("[XB-01] preference: muted words are whole words, whatever their case, in all lists", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await three(app);
  await app.as(ada).post(PATH, { muted_words: ["Straße", "c++", "sad  news", "猫", "ΟΔΟΣ"] });
  const kept = ["strassenbahn", "abc++", "sadnews", "犬", "category", "c+"];
  const gone = ["Die STRASSE.", "I write C++!", "so sad\nNews", "黒猫です", "οδοσ", "οδος,"];
  for (const body of [...kept, ...gone]) {
    await write(app, grace, body);
    await write(app, linus, `linus: ${body}`);
  }
  const [quoted] = await app.db.sql<{ id: string }[]>`select id from posts where body = ${
    gone[0] ?? ""
  }`;
  await app.db.sql`
    insert into posts (author_id, body, quoted_id) values (${grace.id}, 'look', ${
    quoted?.id ?? ""
  })`;
  await write(app, ada, "my own c++");

  const expected = [...kept, "my own c++"].sort();
  assert.deepEqual((await bodiesOf(app, ada, "/feed/following")).sort(), expected);
  const strangers = kept.map((body) => `linus: ${body}`);
  assert.deepEqual((await bodiesOf(app, ada, "/feed")).sort(), [...expected, ...strangers].sort());
  await app.as(ada).post(PATH, { algorithm: "newest" });
  assert.deepEqual((await bodiesOf(app, ada, "/feed")).sort(), [...expected, ...strangers].sort());
  const others = await bodiesOf(app, linus, "/feed");
  assert.ok(gone.every((body) => others.includes(body)), "nobody else's feed");
});

Deno.test("[XB-01] preference: muted words ring no bell, other words do", async () => {
  await using app = await openApp();
  const { ada, grace } = await three(app);
  const post = await write(app, ada, "what do you think of spoilers?");
  await app.as(ada).post(PATH, { muted_words: ["spoiler"], muted_topics: ["ending"] });
  await app.as(grace).post(`/posts/${post}/comment`, { body: "a SPOILER for you" });
  await app.as(grace).post(`/posts/${post}/comment`, { body: "they all live #ending" });
  await app.as(grace).post(`/posts/${post}/comment`, { body: "no spoilers, please" });
  await app.runJobs();
  const { body } = await app.as(ada).get("/notifications");
  assert.equal(body.items.length, 1);
  assert.equal(body.items[0].type, "comment");
  const [seen] = await app.db.sql<{ body: string }[]>`
    select body from posts where id = ${body.items[0].subject.id}`;
  assert.equal(seen?.body, "no spoilers, please");
});
