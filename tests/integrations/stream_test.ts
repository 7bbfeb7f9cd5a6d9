/** @module The event stream, as a consumer of logical replication receives it. */
import assert from "node:assert/strict";
import { LogicalReplicationService, Pgoutput, PgoutputPlugin } from "pg-logical-replication";
import { TOLD_EVENTS } from "../../shared/integrations/schemas.ts";
import { makeRoom } from "../rooms/support.ts";
import { openApp } from "../support/app.ts";
import { until } from "../support/until.ts";

const SLOT = `events_${crypto.randomUUID().slice(0, 8)}`;

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

interface StreamedEvent {
  readonly id: string;
  readonly topic: string;
  readonly subject_id: string;
  readonly actor_id: string | null;
  readonly payload: Record<string, unknown>;
}

/** Reads the stream from now on. */
async function openStream(url: string) {
  await app.db.sql`select pg_create_logical_replication_slot(${SLOT}, 'pgoutput')`;
  const events: StreamedEvent[] = [];
  const other: string[] = [];
  const service = new LogicalReplicationService({ connectionString: url });
  service.on("data", (_lsn: string, message: Pgoutput.Message) => {
    if (message.tag === "insert") events.push(message.new as StreamedEvent);
    else if (message.tag === "update" || message.tag === "delete") other.push(message.tag);
  });
  const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: ["townsquare_events"] });
  const reading = service.subscribe(plugin, SLOT);
  return {
    events,
    other,
    async [Symbol.asyncDispose]() {
      await service.destroy();
      await reading.catch(() => undefined);
      await app.db.sql`
        select pg_terminate_backend(active_pid) from pg_replication_slots
        where slot_name = ${SLOT}`;
      await until(async () => {
        const [slot] = await app.db.sql`
          select active from pg_replication_slots where slot_name = ${SLOT}`;
        return slot?.active === false;
      }, "the slot is let go");
      await app.db.sql`select pg_drop_replication_slot(${SLOT})`;
    },
  };
}

Deno.test("[AN-10] [IN-03] a consumer of the publication receives the events of the contract in the order of commits, and no others", async () => {
  await using stream = await openStream(app.db.adminUrl);
  const [ada, bob] = [await app.signUp("st1_ada"), await app.signUp("st1_bob")];
  const post = (await app.as(ada).post("/posts", { body: "for the stream" })).body;
  await app.as(bob).get(`/posts/${post.id}`);
  await app.as(bob).post(`/posts/${post.id}/like`);
  await app.as(bob).post(`/posts/${post.id}/comment`, { body: "indeed" });
  await app.as(bob).post(`/posts/${post.id}/share`);
  await app.as(ada).patch(`/posts/${post.id}`, { body: "edited" });
  await app.as(bob).post(`/users/${ada.id}/follow`);
  const room = await makeRoom(app, ada);
  await app.as(bob).post(`/rooms/${room.id}/join`);
  await app.as(bob).post(`/rooms/${room.id}/messages`, { body: "hello" });
  await app.as(ada).post("/reports", { subject: { type: "user", id: bob.id }, reason: "spam" });
  await app.as(ada).post(`/users/${bob.id}/block`);
  await app.runJobs();

  await until(() => stream.events.some(({ topic }) => topic === "user.blocked"), "the last event");
  const written = await app.db.sql<{ id: string; topic: string }[]>`
    select id, topic from private.outbox order by id`;
  const expected = written.filter(({ topic }) => TOLD_EVENTS.some((told) => told === topic));
  await until(() => stream.events.length >= expected.length, "all events");
  assert.deepEqual(
    stream.events.map(({ id }) => id).toSorted(),
    expected.map(({ id }) => id).toSorted(),
  );
  assert.deepEqual(stream.other, []);
  // Something that is not of the contract has happened, so that the filter had something to do.
  assert.ok(written.some(({ topic }) => topic === "content.updated"));
  const topics = new Set(stream.events.map(({ topic }) => topic));
  // Of the others nothing exists yet that could cause them.
  const uncaused = new Set(["feed.scrolled", "recommendation.clicked"]);
  assert.deepEqual(
    TOLD_EVENTS.filter((topic) => !topics.has(topic) && !uncaused.has(topic)),
    [],
  );
  const said = stream.events.find(({ topic }) => topic === "message.created");
  assert.deepEqual([said?.actor_id, said?.payload.room_id], [bob.id, room.id]);
  assert.equal(JSON.stringify(stream.events).includes("hello"), false);
  const made = stream.events.findIndex(({ topic }) => topic === "content.created");
  const liked = stream.events.findIndex(({ topic }) => topic === "content.liked");
  assert.ok(made < liked);
});

Deno.test("[AN-10] the publication, the webhooks and the contract name the same events", async () => {
  const [row] = await app.db.sql<{ filter: string; told: string[] }[]>`
    select rowfilter as filter, private.told_topics() as told
    from pg_publication_tables where pubname = 'townsquare_events'`;
  assert.ok(row);
  assert.deepEqual(row.told, [...TOLD_EVENTS]);
  const named = [...row.filter.matchAll(/'([a-z_.]+)'/g)].map(([, topic]) => topic);
  assert.deepEqual(named.toSorted(), [...TOLD_EVENTS].toSorted());
});
