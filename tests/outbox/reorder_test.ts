/**
 * @module One history, its jobs delivered in order, and backwards with each twice: what every
 * consumer stores is the same. `RUNS` adds as many shuffles, which `TEST_SEED` repeats.
 */
import assert from "node:assert/strict";
import { Meilisearch } from "meilisearch";
import { CONSUMERS, createJobs } from "../../shared/jobs.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import type { Job } from "../../shared/platform/queue.ts";
import { makeEndpoint, type Receiver, startReceiver } from "../integrations/support.ts";
import { actAs, insertPost } from "../notifications/support.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { type FakeMeilisearch, startMeilisearch } from "../support/meilisearch.ts";
import { GENUINE_SIGNATURE } from "../support/queue.ts";
import { randomOf, seeded } from "../support/random.ts";

const ROUNDS_MAX = 20;

/** Puts the jobs of one round into another order. */
type Order = (jobs: readonly Job[]) => Job[];

function shuffled(seed: number): Order {
  const random = randomOf(seed);
  return (jobs) =>
    [...jobs, ...jobs].map((job) => ({ job, at: random() }))
      .sort((a, b) => a.at - b.at).map(({ job }) => job);
}

/** Delivers everything that waits, and what comes of it. */
async function deliverAll(app: TestApp, order: Order): Promise<void> {
  const jobs = createJobs(app.deps);
  const relay = createRelay(app.deps, CONSUMERS);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await relay.drain();
    const due = app.queue.jobs.splice(0, Infinity);
    if (due.length === 0) return;
    for (const { path, body } of order(due)) {
      const response = await jobs.request(path.replace("/functions/v1", ""), {
        method: "POST",
        headers: { "upstash-signature": GENUINE_SIGNATURE },
        body: JSON.stringify(body),
      });
      assert.equal(response.status, 200, `${path}: ${await response.text()}`);
    }
  }
  throw new Error("events cause events without an end");
}

interface World extends AsyncDisposable {
  readonly app: TestApp;
  readonly search: FakeMeilisearch;
  readonly receiver: Receiver;
  readonly people: Readonly<Record<"ada" | "bob" | "eve" | "dan", TestPerson>>;
}

/** People who know nothing of each other yet, and a webhook that is told everything. */
async function openWorld(): Promise<World> {
  const stack = new AsyncDisposableStack();
  const search = stack.use(startMeilisearch());
  const receiver = stack.use(startReceiver());
  const client = new Meilisearch({ host: search.url, apiKey: search.key });
  const app = stack.use(await openApp({ deps: () => ({ search: client }) }));
  const [ada, bob, eve, dan] = [
    await app.signUp("ada"),
    await app.signUp("bob"),
    await app.signUp("eve"),
    await app.signUp("dan"),
  ];
  await app.grantRole(ada, "admin");
  await app.db.sql`update public.profiles set is_private = true where id = ${dan.id}`;
  await app.db.sql`insert into public.follows (follower_id, followee_id)
    values (${eve.id}, ${bob.id}), (${eve.id}, ${ada.id})`;
  await deliverAll(app, (jobs) => [...jobs]);
  await makeEndpoint(app, ada, receiver);
  await app.db.sql`delete from realtime.messages`;
  return {
    app,
    search,
    receiver,
    people: { ada, bob, eve, dan },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Words of people: written, changed, taken back. */
async function write({ app, people: { ada, bob, eve } }: World): Promise<void> {
  const post = await insertPost(app, ada, "first words for @bob");
  await app.as(ada).patch(`/posts/${post}`, { body: "second words for @bob and @eve" });
  await app.as(ada).patch(`/posts/${post}`, { body: "last words for @eve" });
  const gone = await insertPost(app, bob, "never said to @eve");
  await app.as(eve).put(`/posts/${gone}/reaction`, { kind: "wow" });
  await app.as(bob).delete(`/posts/${gone}`);
  const comment = await insertPost(app, bob, "hello @ada", { parent: post });
  await app.as(bob).patch(`/posts/${comment}`, { body: "hello @ada and @eve" });
  await app.as(bob).post(`/posts/${post}/like`);
  await app.as(bob).delete(`/posts/${post}/like`);
  await app.as(eve).post(`/posts/${post}/like`);
  await app.as(eve).put(`/posts/${post}/reaction`, { kind: "love" });
  await app.as(eve).post(`/posts/${post}/share`);
  await app.as(bob).post(`/posts/${post}/share`);
  await app.as(bob).delete(`/posts/${post}/share`);
}

/** Ties between people: made, undone, asked for, granted. */
async function tie({ app, people: { ada, bob, eve, dan } }: World): Promise<void> {
  const turn = (isPrivate: boolean) =>
    app.db.sql`update public.profiles set is_private = ${isPrivate} where id = ${dan.id}`;
  await app.as(bob).post(`/users/${ada.id}/follow`);
  await app.as(bob).delete(`/users/${ada.id}/follow`);
  await app.as(bob).post(`/users/${dan.id}/follow`);
  await turn(false);
  await turn(true);
  await app.as(eve).post(`/users/${dan.id}/follow`);
  await app.as(ada).post(`/users/${dan.id}/follow`);
  await app.as(ada).delete(`/users/${dan.id}/follow`);
  await actAs(
    app,
    bob,
    (sql) => sql`update public.profiles set display_name = 'Bobby' where id = ${bob.id}`,
  );
  await actAs(
    app,
    bob,
    (sql) => sql`update public.profiles set display_name = 'Robert' where id = ${bob.id}`,
  );
}

/** A room that changes its name, and words in it that change theirs. */
async function talk({ app, people: { ada, bob } }: World): Promise<void> {
  const room = (await app.as(ada).post("/rooms", { name: "Harbour" })).body.id;
  await app.as(bob).post(`/rooms/${room}/join`);
  await app.as(ada).patch(`/rooms/${room}`, { name: "Haven" });
  const first = (await app.as(ada).post(`/rooms/${room}/messages`, { body: "ahoy @bob" })).body;
  await app.as(ada).patch(`/rooms/${room}/messages/${first.id}`, { body: "ahoy, sailors" });
  const second = (await app.as(ada).post(`/rooms/${room}/messages`, { body: "no, @bob" })).body;
  await app.as(ada).delete(`/rooms/${room}/messages/${second.id}`);
}

interface Told {
  readonly recipient: string;
  readonly type: string;
  readonly subject: string;
  readonly actors: string[];
}

/** Everything that consumers have stored, by names and not by ids. */
async function stored({ app, search, people }: World) {
  const { sql } = app.db;
  const notifications = await sql<Told[]>`
    select p.handle as recipient, n.type, coalesce(t.body, m.body, o.handle, '') as subject,
      array(select coalesce(a.handle, '') from public.profiles a where a.id = n.actor_id
        or a.id in (select g.actor_id from private.notification_actors g
          where g.notification_id = n.id) order by 1) as actors
    from public.notifications n join public.profiles p on p.id = n.recipient_id
    left join public.posts t on t.id = n.subject_id
    left join public.messages m on m.id = n.subject_id
    left join public.profiles o on o.id = n.subject_id order by 1, 2, 3, 4`;
  const deliveries = await sql`
    select d.type, coalesce(t.body, m.body, o.handle, r.name, '') as subject
    from private.webhook_deliveries d
    left join public.posts t on t.id = d.subject_id
    left join public.messages m on m.id = d.subject_id
    left join public.profiles o on o.id = d.subject_id
    left join public.rooms r on r.id = d.subject_id
    order by d.position`;
  const follows = await sql`select a.handle as who, b.handle as whom from public.follows f
    join public.profiles a on a.id = f.follower_id join public.profiles b on b.id = f.followee_id
    order by 1, 2`;
  const told = await sql`select distinct m.topic, t.body from realtime.messages m
    join public.posts t on t.id = (m.payload ->> 'post_id')::uuid
    where m.event = 'post.available' order by 2`;
  const texts = await sql`
    select body, jsonb_path_query_array(entities, '$[*].type') as entities,
      screened_at is not null as screened
    from (select body, entities, screened_at from public.posts where deleted_at is null
      union all select body, entities, screened_at from public.messages
        where deleted_at is null and kind = 'user') as t order by body`;
  const documents = [...search.indexes].map(([index, found]) => [
    index,
    [...found.values()].map(({ body, name, display_name }) => body ?? name ?? display_name).sort(),
  ]).sort();
  const badges: [string, number][] = [];
  for (const [name, person] of Object.entries(people)) {
    badges.push([name, (await app.as(person).get("/notifications/count")).body.unread_count]);
  }
  return {
    notifications: notifications.map((row) => ({ ...row })),
    deliveries: deliveries.map((row) => ({ ...row })),
    follows: follows.map((row) => ({ ...row })),
    texts: texts.map((row) => ({ ...row })),
    told: told.map(({ body }) => body),
    documents,
    badges,
  };
}

async function storedAfter(order: Order) {
  await using world = await openWorld();
  await write(world);
  await tie(world);
  await talk(world);
  await deliverAll(world.app, order);
  return await stored(world);
}

Deno.test("[B13] [JO-01] reordering: what is stored does not depend on the order of jobs", async () => {
  const { seed } = seeded();
  const inOrder = await storedAfter((jobs) => [...jobs]);
  const backwards: Order = (jobs) => jobs.toReversed().flatMap((job) => [job, job]);
  assert.deepEqual(await storedAfter(backwards), inOrder, "backwards");
  for (let run = 0; run < Number(Deno.env.get("RUNS") ?? 0); run++) {
    assert.deepEqual(await storedAfter(shuffled(seed + run)), inOrder, `seed ${seed + run}`);
  }

  // And it is what stands in the end: nothing of what was changed or taken back.
  assert.deepEqual(inOrder.documents, [
    ["townsquare_posts", ["hello @ada and @eve", "last words for @eve"]],
    ["townsquare_rooms", ["Haven"]],
    ["townsquare_users", ["Robert", "ada", "dan", "eve"]],
  ]);
  assert.deepEqual(inOrder.told, ["last words for @eve"]);
  const { notifications, deliveries, texts } = inOrder;
  const toldOf = (type: string) =>
    notifications.filter((row) => row.type === type)
      .map(({ recipient, subject, actors }) => `${recipient}: ${subject} (${actors})`);
  assert.deepEqual(toldOf("mention"), [
    "eve: hello @ada and @eve (bob)",
    "eve: last words for @eve (ada)",
  ]);
  assert.deepEqual(toldOf("comment"), ["ada: hello @ada and @eve (bob)"]);
  assert.deepEqual(toldOf("share"), ["ada: last words for @eve (eve)"]);
  assert.deepEqual(toldOf("follow_request"), ["dan: eve (eve)"]);
  assert.ok(texts.length === 3 && texts.every(({ screened }) => screened));
  assert.ok(deliveries.length > 10 && !JSON.stringify(deliveries).includes("never said"));
});
