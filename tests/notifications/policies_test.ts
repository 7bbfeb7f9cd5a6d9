/** @module Who may read and write notifications and reports by table. */
import assert from "node:assert/strict";
import { ANONYMOUS } from "../../shared/platform/postgres.ts";
import { openApp } from "../support/app.ts";
import { actAs, signUpAll } from "./support.ts";

Deno.test("[NO-04] notifications: recipients read their own, nobody writes", async () => {
  await using app = await openApp();
  const [ada, bob, eve] = await signUpAll(app, "ada", "bob", "eve");
  assert.ok(ada && bob && eve);
  const [made] = await app.db.sql`
    select private.create_notification(${ada.id}, 'like', ${bob.id}, 'post',
      gen_random_uuid(), gen_random_uuid(), '{"kind":"like"}') as id`;

  const [own] = await actAs(app, ada, (sql) => sql`select * from public.notifications`);
  assert.deepEqual(Object.keys(own ?? {}).sort(), [
    "actor_id",
    "channels",
    "created_at",
    "delivered_at",
    "id",
    "meta",
    "read_at",
    "recipient_id",
    "seen_at",
    "source_id",
    "status",
    "subject_id",
    "subject_type",
    "type",
    "withdrawn",
  ]);
  for (const person of [bob, eve]) {
    const rows = await actAs(app, person, (sql) => sql`select id from public.notifications`);
    assert.equal(rows.length, 0, person.handle);
  }
  const denied = { problem: "not-permitted" };
  await assert.rejects(
    app.deps.db.read(ANONYMOUS, (sql) => sql`select id from public.notifications`),
    denied,
  );
  for (const person of [ada, bob]) {
    await assert.rejects(
      actAs(app, person, (sql) => sql`update public.notifications set read_at = now()`),
      denied,
    );
    await assert.rejects(
      actAs(app, person, (sql) => sql`delete from public.notifications`),
      denied,
    );
    await assert.rejects(
      actAs(app, person, (sql) =>
        sql`
        insert into public.notifications (recipient_id, type, subject_type, subject_id, source_id)
        values (${ada.id}, 'announcement', 'user', ${ada.id}, ${ada.id})`),
      denied,
    );
    await assert.rejects(
      actAs(app, person, (sql) =>
        sql`
        select private.create_notification(${ada.id}, 'like', ${eve.id}, 'post',
          ${ada.id}, ${ada.id})`),
      denied,
    );
  }
  await actAs(
    app,
    bob,
    (sql) => sql`select public.mark_notifications_read(array[${made?.id}]::uuid[])`,
  );
  await actAs(app, ada, (sql) => sql`insert into public.blocks (blocked_id) values (${bob.id})`);
  const [row] = await app.db.sql`select read_at from public.notifications`;
  assert.equal(row?.read_at, null, "marked by its recipient only");
  const rest = await actAs(app, ada, (sql) => sql`select id from public.notifications`);
  assert.equal(rest.length, 0, "those of blocked people are hidden");
});

Deno.test("[MO-03] reports: reporters read their own, nobody writes by table", async () => {
  await using app = await openApp();
  const [ada, bob, mod] = await signUpAll(app, "ada", "bob", "mod");
  assert.ok(ada && bob && mod);
  await app.grantRole(mod, "moderator");
  await app.as(ada).post(`/users/${bob.id}/report`, { reason: "spam" });

  const count = { ada: 1, bob: 0, mod: 0 };
  for (const person of [ada, bob, mod]) {
    const rows = await actAs(
      app,
      person,
      (sql) => sql`select reporter_id, reported_user_id, message_id, reason from public.reports`,
    );
    assert.equal(rows.length, count[person.handle as keyof typeof count], person.handle);
    const attempts = [
      "update public.reports set reason = 'hate'",
      "delete from public.reports",
      "insert into public.reports (reporter_id, subject_type, subject_id, reason) " +
      `values ('${person.id}', 'user', '${bob.id}', 'spam')`,
      "select * from private.moderation_cases",
      "select * from private.moderation_decisions",
      "select private.open_case('user', gen_random_uuid(), null, '{spam}', 1)",
    ];
    for (const attempt of attempts) {
      await assert.rejects(
        actAs(app, person, (sql) => sql.unsafe(attempt)),
        { problem: "not-permitted" },
        attempt,
      );
    }
  }
});
