/** @module What a person hides of themselves stays hidden, whatever their client sends. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

async function maySpeak(app: TestApp, person: TestPerson, topic: string, extension: string) {
  return await app.db.sql.begin(async (sql) => {
    const claims = { role: "authenticated", sub: person.id, session_id: person.sessionId };
    await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
    const [row] = await sql`select private.may_write_topic(${topic}, ${extension}) as may`;
    return row?.may as boolean;
  });
}

Deno.test("[XA-04] presence: who hides typing or presence sends neither, and still hears others", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const { topic, live_topic } = (await app.as(ada).post("/rooms", { name: "Harbour" })).body;
  const both = async () => [
    await maySpeak(app, ada, live_topic, "broadcast"),
    await maySpeak(app, ada, topic, "presence"),
  ];
  const choose = (privacy: Record<string, boolean>) =>
    app.as(ada).patch("/users/me/settings", { privacy });

  const open = await both();
  await choose({ hide_typing: true });
  const silent = await both();
  await choose({ hide_typing: false, hide_presence: true });
  const unseen = await both();
  await choose({ hide_presence: false });
  const again = await both();

  assert.deepEqual(open, [true, true]);
  assert.deepEqual(silent, [false, true]);
  assert.deepEqual(unseen, [true, false]);
  assert.deepEqual(again, [true, true]);
});
