/** @module Web Push from the notification to the browser: what is sent, to whom, and when. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { importJWK, jwtVerify } from "jose";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { makeBrowser, makeVapidKeys, startPushService, withPush } from "./push_service.ts";
import { insertPost, signUpAll } from "./support.ts";

const env = makeVapidKeys();

async function subscribe(app: TestApp, person: TestPerson, endpoint: string) {
  const browser = makeBrowser(endpoint);
  const { status, body } = await app.as(person)
    .post("/notifications/push-subscriptions", browser.subscription);
  assert.equal(status, 201);
  return { ...browser, id: body.id as string };
}

async function open() {
  const app = await openApp({ env, deps: withPush });
  const [ada, bob, eve] = await signUpAll(app, "ada", "bob", "eve");
  assert.ok(ada && bob && eve);
  const post = await insertPost(app, ada, "hello");
  await app.runJobs();
  return { app, ada, bob, eve, post };
}

async function publicKey() {
  const point = Buffer.from(env.VAPID_PUBLIC_KEY, "base64url");
  return await importJWK({
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  }, "ES256");
}

Deno.test("[XE-01] [NO-02] push: each browser gets an id, encrypted for it and signed by us", async () => {
  await using service = startPushService();
  const { app, ada, bob, post } = await open();
  await using _ = app;
  const browsers = [
    await subscribe(app, ada, `${service.origin}/one`),
    await subscribe(app, ada, `${service.origin}/two`),
  ];
  assert.equal(
    (await app.anonymous.get("/notifications/push-key")).body.public_key,
    env.VAPID_PUBLIC_KEY,
  );

  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();

  const { body } = await app.as(ada).get("/notifications");
  assert.equal(service.rings.length, 2);
  for (const browser of browsers) {
    const ring = service.rings.find(({ path }) => browser.subscription.endpoint.endsWith(path));
    assert.ok(ring);
    assert.deepEqual(browser.open(ring), { id: body.items[0].id });
    const [, token, key] =
      /^vapid t=(\S+), k=(\S+)$/.exec(ring.headers.get("authorization") ?? "") ?? [];
    assert.equal(key, env.VAPID_PUBLIC_KEY);
    const { payload } = await jwtVerify(token ?? "", await publicKey(), {
      audience: service.origin,
    });
    assert.equal(payload.sub, env.VAPID_SUBJECT);
    assert.equal(ring.headers.get("ttl"), "86400");
  }
  const rows = await app.db.sql`select last_ok_at is not null as ok from public.push_subscriptions`;
  assert.deepEqual(rows.map(({ ok }) => ok), [true, true]);
});

Deno.test("[XE-01] push: dead browsers are forgotten, others are tried again alone", async () => {
  await using service = startPushService();
  const { app, ada, bob, post } = await open();
  await using _ = app;
  for (const name of ["fine", "gone", "busy"]) {
    await subscribe(app, ada, `${service.origin}/${name}`);
  }
  service.statuses.set("/gone", 410).set("/busy", 503);

  await app.as(bob).post(`/posts/${post}/like`);
  await assert.rejects(app.runJobs(), /ring answered 503/);
  service.statuses.delete("/busy");
  const missed = await app.db.sql`
    select o.id, o.topic, o.subject_id, o.actor_id, o.payload, o.traceparent, o.created_at::text
    from private.outbox o where o.topic = 'push.due' and not exists (
      select from private.job_runs r where r.event_id = o.id and r.consumer = 'ring')`;
  app.queue.jobs.push(...missed.map((body) => ({
    path: "/functions/v1/jobs/ring",
    body,
    deduplicationId: `again-${body.id}`,
  })));
  await app.runJobs();

  const left = await app.db.sql`select endpoint from public.push_subscriptions order by endpoint`;
  assert.deepEqual(left.map(({ endpoint }) => new URL(endpoint).pathname), ["/busy", "/fine"]);
  const rung = (path: string) => service.rings.filter((ring) => ring.path === path).length;
  assert.deepEqual([rung("/fine"), rung("/gone"), rung("/busy")], [1, 1, 2]);
});

Deno.test("[XE-01] [NO-19] push: held back in quiet hours, and dropped when read by then", async () => {
  await using service = startPushService();
  const { app, ada, bob, eve, post } = await open();
  await using _ = app;
  await subscribe(app, ada, `${service.origin}/one`);
  const now = new Date();
  const clock = (minutes: number) =>
    new Date(now.getTime() + minutes * 60_000).toISOString().slice(11, 16);
  await app.as(ada).patch("/notifications/preferences", {
    quiet_hours: { from: clock(-60), to: clock(60), time_zone: "UTC" },
  });

  await app.as(bob).post(`/posts/${post}/like`);
  await insertPost(app, eve, "a comment", { parent: post });
  await app.runJobs();
  const delays = app.queue.jobs.map(({ delaySeconds = 0 }) => delaySeconds);
  assert.equal(
    (await app.as(ada).get("/notifications")).body.items.length,
    2,
    "stored all the same",
  );
  assert.equal(service.rings.length, 0);
  assert.equal(delays.length, 2);
  assert.ok(delays.every((seconds) => seconds > 58 * 60 && seconds <= 60 * 60), `${delays}`);

  const { body } = await app.as(ada).get("/notifications");
  await app.as(ada).patch(`/notifications/${body.items[0].id}/read`);
  await app.as(ada).patch("/notifications/preferences", { quiet_hours: null });
  await app.runLaterJobs();
  assert.equal(service.rings.length, 1, "what was read meanwhile rings nobody");
});

Deno.test("[XE-01] push: not to who turned it off, has signed out, or is told by somebody blocked", async () => {
  await using service = startPushService();
  const { app, ada, bob, eve, post } = await open();
  await using _ = app;
  await subscribe(app, ada, `${service.origin}/ada`);
  await app.as(ada).patch("/notifications/preferences", { types: { like: { push: false } } });
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();
  assert.equal(service.rings.length, 0);

  await insertPost(app, eve, "a comment", { parent: post });
  await app.db.sql`delete from auth.sessions where user_id = ${ada.id}`;
  await app.runJobs();

  assert.equal(service.rings.length, 0);
  const left = await app.db.sql`select from public.push_subscriptions`;
  assert.equal(left.length, 0, "a device that was signed out is forgotten");
});

Deno.test("[XE-01] push: a browser is rung for whoever used it last, and bad ones are refused", async () => {
  await using service = startPushService();
  const { app, ada, bob, eve, post } = await open();
  await using _ = app;
  await subscribe(app, ada, `${service.origin}/shared`);
  await subscribe(app, eve, `${service.origin}/shared`);
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();
  assert.equal(service.rings.length, 0, "the browser is eve's now");

  const path = "/notifications/push-subscriptions";
  assert.equal(
    (await app.as(ada).delete(path, { endpoint: `${service.origin}/shared` })).status,
    204,
  );
  const [mine] = await app.db.sql`select profile_id from public.push_subscriptions`;
  assert.equal(mine?.profile_id, eve.id, "nobody removes another's");
  assert.equal(
    (await app.as(eve).delete(path, { endpoint: `${service.origin}/shared` })).status,
    204,
  );

  const { subscription } = makeBrowser(`${service.origin}/x`);
  for (
    const [body, field] of [
      [{ ...subscription, endpoint: "ftp://push.example/x" }, "endpoint"],
      [{ ...subscription, keys: { ...subscription.keys, auth: "short" } }, "keys.auth"],
      [{ ...subscription, keys: { auth: subscription.keys.auth } }, "keys.p256dh"],
      [{ ...subscription, keys: { ...subscription.keys, p256dh: "A".repeat(87) } }, "keys.p256dh"],
    ] as const
  ) {
    const answer = await app.as(ada).post(path, body);
    assert.equal(answer.status, 422);
    assert.equal(answer.body.errors[0].path, field);
  }
  for (let n = 0; n < 21; n++) await subscribe(app, ada, `${service.origin}/${n}`);
  const kept = await app.db.sql`select endpoint from public.push_subscriptions`;
  assert.equal(kept.length, 20);
  assert.ok(!kept.some(({ endpoint }) => endpoint.endsWith("/0")), "the oldest is forgotten");
});

Deno.test("[XE-01] push: a browser whose key is no key is forgotten, not tried again", async () => {
  await using service = startPushService();
  const { app, ada, bob, post } = await open();
  await using _ = app;
  await subscribe(app, ada, `${service.origin}/odd`);
  await app.db.sql`update public.push_subscriptions set p256dh = ${"A".repeat(87)}`;
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();
  const left = await app.db.sql`select from public.push_subscriptions`;
  assert.deepEqual([service.rings.length, left.length], [0, 0]);
});

Deno.test("[XE-01] [NO-19] push: what was blocked, removed or taken back before its turn rings nobody", async () => {
  await using service = startPushService();
  const { app, ada, bob, eve, post } = await open();
  await using _ = app;
  await subscribe(app, ada, `${service.origin}/one`);
  // Somebody is looking: browsers ring after a while.
  await app.db.sql`insert into private.connections (profile_id, expires_at)
    values (${ada.id}, now() + interval '1 hour')`;
  await app.as(bob).post(`/posts/${post}/like`);
  const said = await insertPost(app, eve, "hi @ada");
  await app.runJobs();
  assert.equal(app.queue.jobs.length, 2, "both wait");
  await app.as(ada).post(`/users/${bob.id}/block`);
  await app.db.sql`update public.posts set status = 'held' where id = ${said}`;
  await app.runLaterJobs();
  assert.equal(service.rings.length, 0);
});

Deno.test("[XE-01] push: what only rings is shown to the browser that answers its ring", async () => {
  await using service = startPushService();
  const { app, ada, bob, post } = await open();
  await using _ = app;
  const browser = await subscribe(app, ada, `${service.origin}/one`);
  await app.as(ada).patch("/notifications/preferences", { types: { like: { in_app: false } } });
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();
  const [ring] = service.rings;
  assert.ok(ring);
  const { id } = browser.open(ring) as { id: string };

  const answer = await app.as(ada).post(`/notifications/${id}/ack`, { state: "delivered" });
  assert.deepEqual([answer.status, answer.body.text], [200, "bob liked your post"]);
  const foreign = await app.as(bob).post(`/notifications/${id}/ack`, { state: "delivered" });
  assert.equal(foreign.status, 404);
  const opened = await app.as(ada).post(`/notifications/${id}/ack`, { state: "opened" });
  assert.ok(opened.body.seen_at && opened.body.read_at);
  const count = (await app.as(ada).get("/notifications/count")).body;
  assert.deepEqual([count.unread_count, count.unseen_count], [0, 0]);
  assert.deepEqual((await app.as(ada).get("/notifications")).body.items, []);
  await app.as(ada).post(`/users/${bob.id}/block`);
  const blocked = await app.as(ada).post(`/notifications/${id}/ack`, { state: "opened" });
  assert.equal(blocked.status, 404);
});

Deno.test("[XE-01] push: without keys it says what to set, and nothing is queued", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const { subscription } = makeBrowser("https://push.example/x");
  const { status, body } = await app.as(ada).post(
    "/notifications/push-subscriptions",
    subscription,
  );
  assert.equal(status, 501);
  assert.match(body.detail, /VAPID_PUBLIC_KEY/);
});
