/** @module What a webhook's owner may not see is not told; its secret is kept from everybody. */
import assert from "node:assert/strict";
import { createSealer } from "../../shared/core/sealer.ts";
import { sendWaiting } from "../../shared/integrations/jobs.ts";
import { makeRoom } from "../rooms/support.ts";
import { openApp } from "../support/app.ts";
import {
  type HeardCall,
  logOf,
  type MadeHook,
  makeEndpoint,
  passTime,
  startReceiver,
  verify,
} from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

async function makeWorld(name: string) {
  const [ada, bob] = [await app.signUp(`ws_${name}_ada`), await app.signUp(`ws_${name}_bob`)];
  const room = await makeRoom(app, ada, { members: [bob] });
  await app.runJobs();
  const say = async (body: string) =>
    (await app.as(bob).post(`/rooms/${room.id}/messages`, { body })).body;
  return { ada, bob, room, say };
}

function bodiesOf(calls: readonly HeardCall[]): string[] {
  return calls.map(({ event }) => event.data.body);
}

function sealedOf(hook: MadeHook) {
  return app.db.sql<{ sealed: string }[]>`
    select sealed from private.webhook_secrets where endpoint_id = ${hook.id}`;
}

Deno.test("[IN-02] nothing is told of people whom the owner has blocked, or who have blocked them", async () => {
  await using receiver = startReceiver();
  await using wide = startReceiver();
  const { ada, bob, room, say } = await makeWorld("block");
  await app.grantRole(ada, "admin");
  const cat = await app.signUp("ws_block_cat");
  await makeEndpoint(app, ada, receiver, { room_id: room.id, events: ["message.created"] });
  await makeEndpoint(app, ada, wide);
  await app.runJobs();
  wide.calls.splice(0);
  for (const [from, to] of [[ada, bob], [bob, ada]] as const) {
    await app.as(from).post(`/users/${to.id}/block`);
    await say("hidden");
    const post = (await app.as(bob).post("/posts", { body: "hidden" })).body;
    await app.as(cat).post(`/posts/${post.id}/like`);
    await app.as(cat).post(`/users/${bob.id}/follow`);
    await app.runJobs();
    await app.as(cat).delete(`/users/${bob.id}/follow`);
    await app.as(from).delete(`/users/${to.id}/block`);
  }
  await say("seen");
  await app.runJobs();
  assert.deepEqual(bodiesOf(receiver.calls), ["seen"]);
  const told = wide.calls.filter(({ text }) => text.includes(bob.id));
  assert.deepEqual(told.map(({ event }) => event.type), ["message.created"]);
});

Deno.test("[IN-02] [XF-01] what was deleted or closed while it waited is not told, nor told once more", async () => {
  await using receiver = startReceiver();
  const { ada, bob, room, say } = await makeWorld("gone");
  const hook = await makeEndpoint(app, ada, receiver, {
    room_id: room.id,
    events: ["message.created"],
  });
  receiver.status = 500;
  const [first, regretted] = [await say("first"), await say("regretted")];
  await app.runJobs();
  await app.as(bob).delete(`/rooms/${room.id}/messages/${regretted.id}`);
  receiver.status = 200;
  await passTime(app, hook);
  assert.deepEqual(bodiesOf(receiver.calls), ["first", "first"]);
  const [skipped, delivery] = await logOf(app, ada, hook);
  assert.deepEqual([skipped.status, skipped.attempts, skipped.history], ["failed", 0, []]);
  assert.match(skipped.error, /no longer/);
  assert.deepEqual(
    delivery.history.map((h: { status: number; error: string | null }) => [h.status, h.error]),
    [[500, "The endpoint answered 500"], [200, null]],
  );
  assert.equal(delivery.history[0].body, "thanks");
  assert.ok(delivery.history[0].at < delivery.history[1].at);

  const again = `/webhooks/${hook.id}/deliveries/${delivery.id}/redeliver`;
  const [one, two] = [await app.as(ada).post(again), await app.as(ada).post(again)];
  assert.equal(one.body.id, two.body.id, "what waits is told once");
  await app.as(bob).delete(`/rooms/${room.id}/messages/${first.id}`);
  await app.runJobs();
  assert.equal(receiver.calls.length, 2);
});

Deno.test("[XF-01] what happens while it is off, or before it is asked for, is not told; the new owner turns it on", async () => {
  await using receiver = startReceiver();
  const { ada, bob, room, say } = await makeWorld("off");
  const hook = await makeEndpoint(app, ada, receiver, {
    room_id: room.id,
    events: ["room.joined"],
  });
  await using other = startReceiver();
  await makeEndpoint(app, ada, other, { room_id: room.id });
  const change = (who: typeof ada, body: object) => app.as(who).patch(`/webhooks/${hook.id}`, body);
  await say("not asked for");
  await app.runJobs();
  await change(ada, { events: ["message.created"] });
  await say("asked for");
  await app.runJobs();
  await change(ada, { status: "disabled" });
  await say("while off");
  await change(ada, { status: "active" });
  await say("on again");
  await app.runJobs();
  assert.deepEqual(bodiesOf(receiver.calls), ["asked for", "on again"]);

  await app.as(ada).post(`/rooms/${room.id}/transfer`, { user_id: bob.id });
  await say("of a room that is another's");
  await app.runJobs();
  assert.equal(receiver.calls.length, 2);
  const shown = (await app.as(bob).get("/webhooks")).body.items
    .find(({ id }: { id: string }) => id === hook.id);
  assert.equal(shown.status, "disabled");
  const mine = await change(bob, { status: "active" });
  assert.deepEqual([mine.body.status, mine.body.owner.id], ["active", bob.id]);
  await say("of mine");
  await app.runJobs();
  assert.equal(bodiesOf(receiver.calls).at(-1), "of mine");
});

Deno.test("[XF-01] secrets are kept sealed, for their webhook only, and move to a new key by themselves", async () => {
  await using receiver = startReceiver();
  const { ada, room, say } = await makeWorld("sealed");
  const hook = await makeEndpoint(app, ada, receiver, {
    room_id: room.id,
    events: ["message.created"],
  });
  const [kept] = await sealedOf(hook);
  assert.ok(kept);
  const everything = await app.db
    .sql`select to_jsonb(s)::text as row from private.webhook_secrets s`;
  assert.ok(!everything.some((row) => String(row["row"]).includes(hook.secret.slice(6, 30))));
  await assert.rejects(
    async () =>
      await app.db.sql`update private.webhook_secrets set sealed = ${hook.secret}
        where endpoint_id = ${hook.id}`,
    /sealed_form/,
  );

  // The key is changed: the one before opens what it sealed, until all is sealed anew.
  const former = "f".repeat(32);
  const secrets = [former, ...app.deps.config.sealingSecrets] as const;
  const sealed = createSealer([former]).seal(hook.secret, hook.id);
  await app.db.sql`update private.webhook_secrets set sealed = ${sealed}
    where endpoint_id = ${hook.id}`;
  await say("closed");
  await app.runJobs();
  assert.equal(receiver.calls.length, 0);
  const [closed] = await logOf(app, ada, hook);
  assert.match(closed.error, /cannot be opened/);
  assert.ok(app.logs.some((line) => line.includes("SECRETS_KEY")));
  const knowing = { ...app.deps, config: { ...app.deps.config, sealingSecrets: secrets } };
  await app.db.sql`update private.webhook_endpoints set retry_at = null where id = ${hook.id}`;
  await sendWaiting(knowing, hook.id);
  verify(hook.secret, receiver.calls[0]);

  const rotated = await app.as(ada).post(`/webhooks/${hook.id}/rotate-secret`);
  await say("mended by a new one");
  await app.runJobs();
  verify(rotated.body.secret, receiver.calls[1]);
  assert.equal(JSON.stringify(app.logs).includes(hook.secret), false);
});
