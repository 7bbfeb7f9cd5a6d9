/** @module Many people told of one thing at once: who is, what is stored, what sockets hear. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { sentTo, signUpAll, textsOf } from "./support.ts";

const SUBJECT = "0192f0c1-2b3c-7d4e-8f50-112233445566";

async function tell(app: TestApp, people: readonly TestPerson[]): Promise<number> {
  const [row] = await app.db.sql<{ told: number }[]>`
    select private.create_notifications(${people.map(({ id }) => id)}::uuid[], 'announcement',
      'announcement', ${SUBJECT}, ${SUBJECT}, '{"text": "News"}') as told`;
  return row?.told ?? 0;
}

async function wish(app: TestApp, { id }: TestPerson, channels: Record<string, boolean>) {
  await app.db.sql`update public.notification_preferences
    set types = ${app.db.sql.json({ announcement: channels })} where profile_id = ${id}`;
}

Deno.test("[NO-06] [NO-19] batches: each by their own wishes, bots and the deaf not at all", async () => {
  await using app = await openApp();
  const [ada, bob, cy, robot] = await signUpAll(app, "ada", "bob", "cyn", "robot");
  assert.ok(ada && bob && cy && robot);
  await wish(app, bob, { push: false, email: true });
  await wish(app, cy, { in_app: false, push: false, email: false });
  await app.db.sql`update public.profiles set is_bot = true where id = ${robot.id}`;
  await app.db.sql`update private.outbox set published_at = now()`;

  assert.equal(await tell(app, [ada, bob, cy, robot]), 2);

  const rows = await app.db.sql`
    select p.handle, n.channels, n.status, n.actor_id, n.subject_id = n.source_id as is_whole
    from public.notifications n join public.profiles p on p.id = n.recipient_id order by 1`;
  const stored = { status: "pending", actor_id: null, is_whole: true };
  assert.deepEqual(rows.map((row) => ({ ...row })), [
    { handle: "ada", channels: ["in_app", "push"], ...stored },
    { handle: "bob", channels: ["email", "in_app"], ...stored },
  ]);
  const events = await app.db.sql`
    select topic, jsonb_array_length(payload -> 'ids') as many from private.outbox
    where published_at is null`;
  assert.deepEqual(events.map((row) => ({ ...row })), [
    { topic: "notification.many_created", many: 2 },
  ]);
});

Deno.test("[NO-06] [NO-15] batches: who was told before is not told again, the others are", async () => {
  await using app = await openApp();
  const [ada, bob, cy] = await signUpAll(app, "ada", "bob", "cyn");
  assert.ok(ada && bob && cy);

  assert.equal(await tell(app, [bob]), 1);
  assert.equal(await tell(app, [ada, bob, cy]), 2);
  assert.equal(await tell(app, [cy, bob, ada]), 0);
  await app.runJobs();

  for (const person of [ada, bob, cy]) assert.deepEqual(await textsOf(app, person), ["News"]);
});

Deno.test("[NO-06] [NO-05] batches: handed to the sockets of those who are there, once", async () => {
  await using app = await openApp();
  const [ada, bob, cy, dee] = await signUpAll(app, "ada", "bob", "cyn", "dee");
  assert.ok(ada && bob && cy && dee);
  await wish(app, bob, { in_app: false });
  await app.db.sql`update auth.sessions set created_at = now() - interval '2 hours'
    where user_id = ${cy.id}`;
  await tell(app, [ada, bob, cy, dee]);
  const ids = await app.db.sql<{ id: string }[]>`select id from public.notifications`;
  const list = ids.map(({ id }) => id);

  const deliver = () =>
    app.db.sql<{ count: number }[]>`
      select private.deliver_notifications(${list}::uuid[]) as count`;
  assert.equal((await deliver())[0]?.count, 4);
  assert.equal((await deliver())[0]?.count, 0);

  for (const [person, count] of [[ada, 1], [bob, 0], [cy, 0], [dee, 1]] as const) {
    assert.equal((await sentTo(app, person, "notification.created")).length, count, person.handle);
  }
  const [sent] = await sentTo(app, ada, "notification.created");
  const { body } = await app.as(ada).get("/notifications");
  assert.deepEqual(sent?.payload.notification, body.items[0], "as it is listed");
  const [late] = await app.db.sql`select from public.notifications where status <> 'delivered'`;
  assert.equal(late, undefined);
});

Deno.test("[NO-06] batches: what many people do to one thing is no matter for a batch", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");

  await assert.rejects(
    app.db.sql`select private.create_notifications(array[${ada.id}]::uuid[], 'like', 'post',
      ${SUBJECT}, ${SUBJECT})`,
    /one by one/,
  );
});
