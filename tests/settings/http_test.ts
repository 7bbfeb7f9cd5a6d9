/** @module Settings over HTTP: defaults, partial changes, bounds, and changes at once. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";

const PATH = "/users/me/settings";

Deno.test("[ID-19] [ID-20] settings: everybody starts with the defaults, and reads only their own", async () => {
  await using app = await openApp({ env: { RECOMMENDATION_ALGO: "trending" } });
  const ada = await app.signUp("ada");

  const { status, body } = await app.as(ada).get(PATH);

  assert.equal(status, 200);
  assert.deepEqual(body.privacy, {
    who_can_message: "everyone",
    who_can_mention: "everyone",
    who_can_invite: "everyone",
    hide_followers: false,
    hide_following: false,
    private_receipts: false,
    hide_typing: false,
    hide_presence: false,
    link_previews: true,
    analytics_opt_out: false,
  });
  assert.equal(body.notifications.strangers, "requests");
  assert.equal(body.notifications.quiet_hours, null);
  assert.equal(Object.keys(body.notifications.types).length, 18);
  assert.deepEqual(body.notifications.types.like, { in_app: true, push: true, email: false });
  assert.equal(body.feed.algorithm, "trending", "the deployment's own");
  assert.deepEqual(body.feed.mix, { following: 70, discovery: 30 });
  assert.equal((await app.anonymous.get(PATH)).status, 401);
  assert.equal((await app.as(ada).get("/users/ada/settings")).status, 404);
});

Deno.test("[ID-19] [ID-21] settings: what is not named stays, at every depth", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const grace = await app.signUp("grace");
  const change = (body: unknown) => app.as(ada).patch(PATH, body);
  const quiet = { from: "22:00", to: "07:00", time_zone: "Europe/Berlin" };

  await change({ privacy: { who_can_message: "mutual", hide_followers: true } });
  await change({
    notifications: { types: { like: { push: false } }, quiet_hours: quiet, strangers: "drop" },
    feed: { weights: { recency: 2 }, authors: { [grace.id]: -1 }, topics: { Go: 1.5, rust: 0 } },
  });
  await change({
    privacy: { hide_typing: true },
    notifications: { types: { like: { email: true } } },
    feed: { weights: { affinity: 0 }, topics: { rust: null }, muted_words: [" spoiler "] },
  });
  const { body } = await change({});

  assert.equal(body.privacy.who_can_message, "mutual");
  assert.deepEqual([body.privacy.hide_followers, body.privacy.hide_typing], [true, true]);
  assert.deepEqual(body.notifications.types.like, { in_app: true, push: false, email: true });
  assert.deepEqual(body.notifications.quiet_hours, quiet);
  assert.equal(body.notifications.strangers, "drop");
  assert.deepEqual([body.feed.weights.recency, body.feed.weights.affinity], [2, 0]);
  assert.deepEqual(body.feed.authors, { [grace.id]: -1 });
  assert.deepEqual(body.feed.topics, { go: 1.5 }, "tags in lower case, null takes one back");
  assert.deepEqual(body.feed.muted_words, ["spoiler"]);
  const cleared = await change({ notifications: { quiet_hours: null } });
  assert.equal(cleared.body.notifications.quiet_hours, null);
  assert.deepEqual((await app.as(ada).get(PATH)).body, cleared.body);
  assert.equal((await app.as(grace).get(PATH)).body.privacy.hide_typing, false);
});

Deno.test("[ID-19] settings: what is unknown or out of bounds is refused by its path, nothing is kept", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const before = (await app.as(ada).get(PATH)).body;
  const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`t${i}`, 1]));
  const quiet = { from: "22:00", to: "07:00", time_zone: "Europe/Berlin" };
  const cases: [string, unknown][] = [
    ["looks", { looks: {} }],
    ["privacy.shoe_size", { privacy: { shoe_size: 46 } }],
    ["privacy.who_can_message", { privacy: { who_can_message: "friends" } }],
    ["privacy.who_can_invite", { privacy: { who_can_invite: null } }],
    ["privacy.hide_typing", { privacy: { hide_typing: "yes" } }],
    ["notifications.types.poke", { notifications: { types: { poke: { push: true } } } }],
    ["notifications.types.like.fax", { notifications: { types: { like: { fax: true } } } }],
    ["notifications.quiet_hours.from", {
      notifications: { quiet_hours: { ...quiet, from: "24:00" } },
    }],
    ["notifications.quiet_hours.to", { notifications: { quiet_hours: { ...quiet, to: "22:00" } } }],
    [
      "notifications.quiet_hours.time_zone",
      { notifications: { quiet_hours: { ...quiet, time_zone: "Mars/Olympus" } } },
    ],
    ["notifications.strangers", { notifications: { strangers: "eat" } }],
    ["feed.algorithm", { feed: { algorithm: "astrology" } }],
    ["feed.mix", { feed: { mix: { following: 70, discovery: 31 } } }],
    ["feed.mix.discovery", { feed: { mix: { following: 100 } } }],
    ["feed.weights.recency", { feed: { weights: { recency: 2.01 } } }],
    ["feed.weights.luck", { feed: { weights: { luck: 1 } } }],
    ["feed.authors.ada", { feed: { authors: { ada: 1 } } }],
    ["feed.topics.go", { feed: { topics: { go: -1.1 } } }],
    ["feed.topics", { feed: { topics: many(1_001) } }],
    ["feed.muted_topics.0", { feed: { muted_topics: ["two words"] } }],
    ["feed.muted_words", { feed: { muted_words: Array(201).fill("x") } }],
    ["feed.muted_words.0", { feed: { muted_words: ["x".repeat(101)] } }],
  ];

  for (const [path, change] of cases) {
    const answer = await app.as(ada).patch(PATH, change);
    assert.equal(answer.status, 422, path);
    assert.equal(answer.body.errors[0].path, path);
  }
  // Half of this is right: nothing of it may be kept.
  await app.as(ada).patch(PATH, { privacy: { hide_typing: true }, feed: { algorithm: "" } });
  assert.deepEqual((await app.as(ada).get(PATH)).body, before);
  const full = await app.as(ada).patch(PATH, { feed: { topics: many(1_000) } });
  const past = await app.as(ada).patch(PATH, { feed: { topics: { one_more: 1 } } });
  assert.equal(full.status, 200);
  assert.equal(past.status, 422, "bounds hold for what adds up");
  assert.equal(past.body.errors[0].path, "feed");
});

Deno.test("[ID-19] settings: changes at once all hold", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const changes = [
    { privacy: { hide_typing: true } },
    { privacy: { who_can_mention: "nobody" } },
    { feed: { weights: { recency: 0.5 } } },
    { feed: { weights: { diversity: 2 } } },
    { feed: { topics: { go: 2 } } },
    { feed: { topics: { rust: -1 } } },
    { notifications: { types: { like: { push: false } } } },
    { notifications: { types: { like: { email: true } } } },
  ];

  const answers = await Promise.all(changes.map((change) => app.as(ada).patch(PATH, change)));

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  const { body } = await app.as(ada).get(PATH);
  assert.equal(body.privacy.hide_typing, true);
  assert.equal(body.privacy.who_can_mention, "nobody");
  assert.equal(body.feed.weights.recency, 0.5);
  assert.equal(body.feed.weights.diversity, 2);
  assert.deepEqual(body.feed.topics, { go: 2, rust: -1 });
  assert.deepEqual(body.notifications.types.like, { in_app: true, push: false, email: true });
});
