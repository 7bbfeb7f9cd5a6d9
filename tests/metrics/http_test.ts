/** @module /metrics: its form, who may read it, what it says of the product. */
import assert from "node:assert/strict";
import { DURATION_BOUNDS } from "../../shared/core/metrics.ts";
import { METRICS } from "../../shared/metrics/catalogue.ts";
import { openApp } from "../support/app.ts";
import { openMetrics, parseMetrics, TOKEN } from "./support.ts";

/** The names that clients may rely on. */
const PROMISED = [
  "social_posts_created_total",
  "social_feed_requests_total",
  "social_engagement_rate",
  "social_active_users",
  "social_recommendation_clicks_total",
  "social_recommendation_impressions_total",
  "http_request_duration_seconds",
  "db_query_duration_seconds",
  "jobs_queue_depth",
  "jobs_processed_total",
  "jobs_duration_seconds",
  "realtime_connections",
  "chat_messages_total",
  "cache_requests_total",
  "search_requests_total",
  "circuit_state",
  "webhook_deliveries_total",
  "moderation_decisions_total",
];

Deno.test("[OB-05] metrics: a text that Prometheus reads, with every name that was promised", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const ada = await app.signUp("ada");
  await app.as(ada).get("/users/me/settings");

  const { families, histogram, text } = await look();
  const again = await look();

  assert.deepEqual([...families.keys()].sort(), Object.keys(METRICS).sort());
  for (const name of PROMISED) assert.ok(families.has(name), name);
  for (const { name, type, help } of families.values()) {
    assert.equal(type, METRICS[name]?.type.toUpperCase(), name);
    assert.equal(help, METRICS[name]?.help, name);
  }
  const { buckets, count, sum } = histogram("http_request_duration_seconds", {
    method: "GET",
    route: "/users/me/settings",
    status_class: "2xx",
  });
  const reached = [...buckets.values()];
  assert.deepEqual(reached, reached.toSorted((a, b) => a - b), "buckets hold those before them");
  assert.deepEqual([...buckets.keys()], [...DURATION_BOUNDS.map(String), "+Inf"]);
  assert.deepEqual([buckets.get("+Inf"), count], [1, 1]);
  assert.ok(sum > 0);
  assert.match(
    text,
    /^db_query_duration_seconds_bucket\{call="read",outcome="done",le="0.005"\} /m,
  );
  const own = { route: "/metrics", status_class: "2xx" };
  assert.equal(again.histogram("http_request_duration_seconds", own).count, 1);
  assert.ok(!text.includes(ada.id), "nobody is named");
});

Deno.test("metrics: only the token opens them where one is set", async () => {
  const { app } = await openMetrics();
  await using _ = app;
  const ada = await app.signUp("ada");
  await app.grantRole(ada, "admin");
  const ask = (authorization: string, more: Record<string, string> = {}) =>
    app.anonymous.get("/metrics", { headers: { authorization, ...more } });

  const right = await ask(`Bearer ${TOKEN}`);
  const statuses = await Promise.all([
    ask(`Bearer ${TOKEN}x`),
    ask(`Basic ${TOKEN}`),
    app.anonymous.get("/metrics"),
    app.anonymous.get("/metrics", { headers: { "x-forwarded-for": "127.0.0.1" } }),
    app.as(ada).get("/metrics"),
  ]);

  assert.equal(right.status, 200);
  assert.equal(right.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(right.headers.get("cache-control"), "no-store");
  assert.deepEqual(statuses.map(({ status }) => status), [401, 401, 401, 401, 403]);
  const elsewhere = await app.anonymous.get("/users/me/settings", {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  assert.equal(elsewhere.status, 401, "the token opens nothing else");
});

Deno.test("metrics: without a token they are open to admins and to this machine alone", async () => {
  await using app = await openApp();
  const [ada, bob] = [await app.signUp("ada"), await app.signUp("bob")];
  await app.grantRole(ada, "admin");
  await app.grantRole(bob, "moderator");
  const from = async (address: string) => {
    const headers = { "x-forwarded-for": address };
    return (await app.anonymous.get("/metrics", { headers })).status;
  };

  assert.equal((await app.as(ada).get("/metrics")).status, 200);
  assert.equal((await app.as(bob).get("/metrics")).status, 403);
  assert.equal((await app.anonymous.get("/metrics")).status, 401);
  for (const own of ["127.0.0.1", "::1", "127.8.0.1, ::ffff:127.0.0.1"]) {
    assert.equal(await from(own), 200, own);
  }
  for (const other of ["10.0.0.1", "127.0.0.1, 203.0.113.9", "203.0.113.9, ::1", "", "localhost"]) {
    assert.equal(await from(other), 401, other);
  }
});

Deno.test("[OB-06] [OB-14] metrics: posts and messages are counted once, whichever way they came", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const ada = await app.signUp("ada");
  const room = (await app.as(ada).post("/rooms", { name: "Square" })).body.id;
  await app.runJobs();
  const before = await look();
  const grown = async (name: string) => (await look()).value(name) - before.value(name);

  const post = (await app.as(ada).post("/posts", { body: "one" })).body.id;
  await app.as(ada).post(`/posts/${post}/comment`, { body: "no post of its own" });
  await app.db.sql`insert into public.posts (author_id, body) values (${ada.id}, 'by table')`;
  for (const body of ["a", "b", "c"]) await app.as(ada).post(`/rooms/${room}/messages`, { body });
  const [posts, messages] = [
    await grown("social_posts_created_total"),
    await grown("chat_messages_total"),
  ];
  await app.runJobs();
  await app.as(ada).delete(`/posts/${post}`);
  await app.runJobs();

  assert.deepEqual([posts, messages], [2, 3], "at once");
  assert.equal(await grown("social_posts_created_total"), 2, "neither published nor deleted again");
  assert.equal(await grown("chat_messages_total"), 3);
  // Once more by a relay that had lost its lease, then the log is forgotten.
  await app.db.sql`select private.mark_outbox_published(array(select id from private.outbox))`;
  await app.db.sql`update private.event_counts set hour = hour - interval '40 days'`;
  await app.db.sql`delete from private.outbox`;
  await app.db.sql`select private.sweep_metrics()`;
  assert.equal(await grown("social_posts_created_total"), 2);
  assert.equal(await grown("chat_messages_total"), 3);
});

Deno.test("[OB-07] [OB-11] metrics: feeds by algorithm, what they show, and how often their cache helps", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const [ada, bob] = [await app.signUp("ada"), await app.signUp("bob")];
  for (const body of ["one", "two", "three"]) await app.as(bob).post("/posts", { body });

  const first = (await app.as(ada).get("/feed?limit=2")).body;
  await app.as(ada).get(`/feed?limit=2&cursor=${first.next_cursor}`);
  await app.as(ada).get("/feed?limit=2");
  await app.as(ada).get("/feed/following");
  await app.as(ada).patch("/feed/preference", { algorithm: "newest" });
  await app.as(ada).get("/feed");
  await app.as(ada).patch("/feed/preference", { algorithm: "trending" });
  await app.as(ada).get("/feed?limit=1");
  const { value } = await look();

  const feeds = (algorithm: string) => value("social_feed_requests_total", { algorithm });
  const names = ["hybrid", "following", "newest", "trending", "personalized"];
  assert.deepEqual(names.map(feeds), [3, 1, 1, 1, 0]);
  assert.equal(value("social_recommendation_impressions_total"), 2 + 1 + 2 + 1);
  const cache = (outcome: string) => value("cache_requests_total", { cache: "feed", outcome });
  assert.deepEqual([cache("hit"), cache("miss"), cache("error")], [1, 3, 0]);
  assert.ok(value("cache_requests_total", { cache: "tokens", outcome: "hit" }) > 0);
  assert.equal(value("cache_requests_total", { cache: "tokens", outcome: "miss" }), 2);
});

Deno.test("[OB-08] [OB-10] metrics: engagement for each view, clicks on recommendations", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const [ada, bob, eve] = await Promise.all(["ada", "bob", "eve"].map(app.signUp));
  assert.ok(ada && bob && eve);
  const post = (await app.as(ada).post("/posts", { body: "look" })).body.id;
  const before = await look();
  await app.db.sql`select private.count_views(
    ${[bob.id, eve.id]}::uuid[], ${[post, post]}::uuid[])`;
  await app.db.sql`select private.count_views(
    ${[bob.id, eve.id]}::uuid[], ${[post, post]}::uuid[])`;
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();
  await app.db
    .sql`select private.emit('recommendation.clicked', ${post}::uuid, ${bob.id}::uuid)`;
  const after = await look();

  assert.equal(before.value("social_engagement_rate"), 0, "nobody has looked");
  assert.equal(after.value("social_engagement_rate"), 0.5);
  assert.equal(before.value("social_recommendation_clicks_total"), 0);
  assert.equal(after.value("social_recommendation_clicks_total"), 1);
  assert.equal(after.value("events_total", { topic: "content.viewed" }), 2);
});

Deno.test("[OB-09] metrics: active people by window, each once, whoever left included", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const people = await Promise.all(["ada", "bob", "eve", "dan"].map(app.signUp));
  const ago = (at: number, days: number) =>
    app.db.sql`update auth.sessions set created_at = now() - make_interval(days => ${days})
      where user_id = ${people[at]?.id ?? ""}`;
  await Promise.all([ago(1, 3), ago(2, 20), ago(3, 20)]);
  await app.db.sql`update auth.sessions set refreshed_at = now() at time zone 'utc'
    where user_id = ${people[2]?.id ?? ""}`;
  await app.db.sql`insert into auth.sessions (id, user_id, created_at, updated_at, aal)
    values (gen_random_uuid(), ${people[0]?.id ?? ""}, now(), now(), 'aal1')`;
  await app.db.sql`update auth.users set last_sign_in_at = now() - interval '2 hours'
    where id = ${people[3]?.id ?? ""}`;
  await app.db.sql`delete from auth.sessions where user_id = ${people[3]?.id ?? ""}`;

  const { value } = await look();

  const windows = ["1h", "1d", "7d", "30d"];
  assert.deepEqual(windows.map((window) => value("social_active_users", { window })), [2, 3, 4, 4]);
});

Deno.test("[OB-13] metrics: the busiest rooms by id, and never by name", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const [ada, bob] = [await app.signUp("ada"), await app.signUp("bob")];
  const room = { name: "Hush Hush", is_private: true, kind: "group" };
  const { id } = (await app.as(ada).post("/rooms", room)).body;
  const open = async (person: typeof ada) => {
    const connection = (await app.as(person).post("/realtime/connections", {})).body.id;
    await app.as(person).patch(`/realtime/connections/${connection}`, { room_ids: [id] });
    return connection;
  };
  const first = await open(ada);
  await open(ada);
  await open(bob);
  const during = await look();
  await app.as(ada).delete(`/realtime/connections/${first}`);
  const after = await look();
  await app.db.sql`update private.connections set expires_at = now()`;
  const late = await look();

  assert.equal(during.value("realtime_connections", { room: id }), 2, "bob is no member");
  assert.equal(during.value("realtime_connections_open"), 3);
  assert.equal(after.value("realtime_connections", { room: id }), 1);
  assert.equal(late.size("realtime_connections"), 0);
  assert.equal(late.value("realtime_connections_open"), 0);
  assert.ok(!during.text.includes("Hush"));
});

Deno.test("metrics: what routes are unknown of, and methods nobody knows, make no series", async () => {
  const { app, look } = await openMetrics();
  await using _ = app;
  const call = (method: string, path: string) =>
    app.fetch(new Request(`http://127.0.0.1:9/api${path}`, { method }));
  for (const n of [1, 2, 3]) {
    await call("GET", `/nowhere/${n}`);
    await call(`BREW${n}`, "/health/live");
  }
  const { histogram, size } = await look();

  assert.equal(
    histogram("http_request_duration_seconds", { method: "GET", route: "unknown" }).count,
    3,
  );
  assert.equal(histogram("http_request_duration_seconds", { method: "other" }).count, 3);
  assert.equal(size("http_request_duration_seconds_count"), 2);
});

Deno.test("metrics: looks within a moment share one reading, and a failure is not kept", async () => {
  let fails = true;
  let reads = 0;
  await using app = await openApp({
    deps: ({ db }) => ({
      now: () => new Date(0),
      db: {
        ...db,
        asSnapshot(reason, work) {
          reads++;
          return fails ? Promise.reject(new Error("no luck")) : db.asSnapshot(reason, work);
        },
      },
    }),
  });
  const own = { headers: { "x-forwarded-for": "::1" } };

  const failed = await app.anonymous.get("/metrics", own);
  fails = false;
  const looks = await Promise.all([1, 2, 3].map(() => app.anonymous.get("/metrics", own)));

  assert.equal(failed.status, 500);
  assert.deepEqual(looks.map(({ status }) => status), [200, 200, 200]);
  assert.equal(reads, 2);
  assert.ok(parseMetrics(looks[0]?.text ?? "").families.size > 0);
});

Deno.test("metrics: the documentation names every metric with its labels, and no other", async () => {
  const text = await Deno.readTextFile(new URL("../../docs/METRICS.md", import.meta.url));
  const rows = [...text.matchAll(/^\| `(\w+)` *\| [RDL] *\| ([^|]*)\|/gm)].map(([, name, labels]) =>
    [name, [...(labels ?? "").matchAll(/`(\w+)`/g)].map(([, label]) => label).join(" ")] as const
  );

  assert.deepEqual(
    Object.fromEntries(rows),
    Object.fromEntries(
      Object.entries(METRICS).map(([name, { labels }]) => [name, labels.join(" ")]),
    ),
  );
});
