/** @module Stories over HTTP: show, list, watch, keep, answer, report. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { cast, expire, follow, listed, show } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

Deno.test("[ST-01] stories: what is shown is read for a day by followers, and by nobody else", async () => {
  const { ada, bob, eve } = await cast(app, "st1", ["ada", "bob", "eve"]);
  await follow(app, ada, bob);

  const made = await app.as(ada).post("/stories", { text: "Sunrise" });

  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.text, "Sunrise");
  assert.equal(made.body.media, null);
  assert.equal(made.body.viewed, false);
  assert.equal(made.body.view_count, 0);
  assert.equal(made.body.author.id, ada.id);
  assert.equal(Date.parse(made.body.expires_at) - Date.parse(made.body.created_at), 86_400_000);
  const { id } = made.body;
  const statuses = await Promise.all(
    [app.as(ada), app.as(bob), app.as(eve), app.anonymous].map(async (client) =>
      (await client.get(`/stories/${id}`)).status
    ),
  );
  assert.deepEqual(statuses, [200, 200, 404, 401]);
  assert.deepEqual(await listed(app, ada), [id]);
  assert.deepEqual(await listed(app, bob), [id]);
  assert.deepEqual(await listed(app, eve), []);
  assert.deepEqual(await listed(app, eve, `?author=${ada.id}`), []);
});

Deno.test("[ST-01] stories: from the moment they expire they are gone for everybody and every way", async () => {
  const { ada, bob } = await cast(app, "st2", ["ada", "bob"]);
  await follow(app, ada, bob);
  const id = await show(app, ada, { text: "Soon gone" });
  await app.as(bob).post(`/stories/${id}/view`);

  await app.db.sql`
    update public.stories set expires_at = clock_timestamp() + interval '1 hour' where id = ${id}`;
  assert.equal((await app.as(bob).get(`/stories/${id}`)).status, 200, "an hour before");
  await expire(app, id);

  const answers = [
    await app.as(bob).get(`/stories/${id}`),
    await app.as(bob).post(`/stories/${id}/view`),
    await app.as(bob).post(`/stories/${id}/reply`, { body: "Too late" }),
    await app.as(bob).post("/reports", { subject: { type: "story", id }, reason: "spam" }),
    await app.as(ada).get(`/stories/${id}`),
    await app.as(ada).get(`/stories/${id}/viewers`),
    await app.as(ada).delete(`/stories/${id}`),
  ];
  assert.deepEqual(answers.map((answer) => answer.status), Array(7).fill(404));
  assert.deepEqual([await listed(app, ada), await listed(app, bob)], [[], []]);
});

Deno.test("[ST-01] stories: pages of the unseen are newest first and hold each story once", async () => {
  const { ada, bob, cleo } = await cast(app, "st3", ["ada", "bob", "cleo"]);
  await follow(app, ada, cleo);
  await follow(app, bob, cleo);
  const ids = [];
  for (const [n, author] of [ada, bob, ada, bob, ada].entries()) {
    ids.unshift(await show(app, author, { text: `Nr. ${n}` }));
  }

  const seen: string[] = [];
  let cursor = "";
  do {
    const page = await app.as(cleo).get(`/stories?limit=2${cursor && `&cursor=${cursor}`}`);
    assert.ok(page.body.items.length <= 2);
    seen.push(...page.body.items.map((story: { id: string }) => story.id));
    cursor = page.body.next_cursor ?? "";
  } while (cursor !== "");

  assert.deepEqual(seen, ids);
  const first = (await app.as(cleo).get("/stories?limit=1")).body.next_cursor;
  assert.equal((await app.as(bob).get(`/stories?cursor=${first}`)).status, 400, "another's cursor");
  assert.equal((await app.as(cleo).get(`/stories?author=${ada.id}&cursor=${first}`)).status, 400);
});

Deno.test("[ST-01] stories: the unseen come first, and what is seen meanwhile is not told twice", async () => {
  const { ada, bob, cleo } = await cast(app, "st15", ["ada", "bob", "cleo"]);
  await follow(app, ada, cleo, bob);
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.unshift(await show(app, ada, { text: `Nr. ${n}` }));
  const [fifth = "", fourth = "", third = "", second = "", first = ""] = ids;
  for (const id of [fifth, second]) await app.as(cleo).post(`/stories/${id}/view`);
  const unseenFirst = [fourth, third, first, fifth, second];

  assert.deepEqual(await listed(app, cleo), unseenFirst);
  assert.deepEqual(await listed(app, bob), ids, "others' views change nothing");
  assert.deepEqual(await listed(app, cleo, `?author=${ada.id}`), ids, "one author's: newest first");

  const page = (await app.as(cleo).get("/stories?limit=2")).body;
  for (const id of [fourth, third, first]) await app.as(cleo).post(`/stories/${id}/view`);
  const rest = await listed(app, cleo, `?limit=100&cursor=${page.next_cursor}`);

  assert.deepEqual([...page.items.map((story: { id: string }) => story.id), ...rest], unseenFirst);
  assert.deepEqual(await listed(app, cleo), ids, "a new list begins with what is new");
});

Deno.test("[ST-01] stories: muted people are not listed, but not forbidden", async () => {
  const { ada, bob } = await cast(app, "st4", ["ada", "bob"]);
  await follow(app, ada, bob);
  const id = await show(app, ada, { text: "Again" });

  await app.as(bob).post(`/users/${ada.id}/mute`);

  assert.deepEqual(await listed(app, bob), []);
  assert.deepEqual(await listed(app, bob, `?author=${ada.id}`), [id]);
  assert.equal((await app.as(bob).get(`/stories/${id}`)).status, 200);
});

Deno.test("[ST-01] stories: input at and past the bounds names its field", async () => {
  const { ada, bob } = await cast(app, "st5", ["ada", "bob"]);
  const foreign = (await app.as(bob).post("/audiences", { name: "Mine" })).body.id;
  const refusals: [object, number, string | undefined][] = [
    [{}, 422, "text"],
    [{ text: " \n " }, 422, "text"],
    [{ text: "x".repeat(1_001) }, 422, "text"],
    [{ text: "hi", expires_at: "2030-01-01T00:00:00Z" }, 422, "expires_at"],
    [{ media_id: crypto.randomUUID() }, 422, "media_id"],
    [{ media_id: "no id" }, 422, "media_id"],
    [{ text: "hi", audience_id: foreign }, 404, undefined],
  ];
  for (const [body, status, field] of refusals) {
    const answer = await app.as(ada).post("/stories", body);
    assert.equal(answer.status, status, answer.text);
    if (field !== undefined) assert.ok(answer.text.includes(`"${field}"`), answer.text);
  }
  assert.equal((await app.as(ada).post("/stories", { text: "x".repeat(1_000) })).status, 201);
  assert.equal((await app.as(ada).get("/stories/none")).status, 404);
});

Deno.test("[ST-01] stories: a repetition with the same id is one story; another's id is a conflict", async () => {
  const { ada, bob } = await cast(app, "st6", ["ada", "bob"]);
  const id = crypto.randomUUID();

  const answers = await Promise.all(
    [1, 2, 3].map(() => app.as(ada).post("/stories", { text: "Once", id })),
  );

  assert.deepEqual(answers.map((answer) => answer.status), [201, 201, 201]);
  assert.deepEqual(await listed(app, ada), [id]);
  assert.equal((await app.as(bob).post("/stories", { text: "Mine", id })).status, 409);
});

Deno.test("[ST-01] views: once per viewer however many at once, never the author, never the blocked", async () => {
  const { ada, bob, cleo, dan } = await cast(app, "st7", ["ada", "bob", "cleo", "dan"]);
  await follow(app, ada, bob, cleo);
  const id = await show(app, ada, { text: "Look" });

  const answers = await Promise.all(
    [bob, bob, bob, bob, cleo, ada].map((person) => app.as(person).post(`/stories/${id}/view`)),
  );
  const refused = await app.as(dan).post(`/stories/${id}/view`);

  assert.deepEqual(answers.map((answer) => answer.status), Array(6).fill(200));
  assert.deepEqual(answers.map((answer) => answer.body.viewed), [...Array(5).fill(true), false]);
  assert.equal(refused.status, 404);
  assert.equal((await app.as(ada).get(`/stories/${id}`)).body.view_count, 2);
  assert.equal((await app.as(bob).get(`/stories/${id}`)).body.view_count, null);
  const viewers = await app.as(ada).get(`/stories/${id}/viewers?limit=1`);
  const rest = await app.as(ada).get(
    `/stories/${id}/viewers?limit=1&cursor=${viewers.body.next_cursor}`,
  );
  const handles = [...viewers.body.items, ...rest.body.items].map((viewer) => viewer.handle);
  assert.deepEqual(handles.sort(), ["st7_bob", "st7_cleo"]);
  assert.ok(viewers.body.items[0].viewed_at);
  assert.equal((await app.as(bob).get(`/stories/${id}/viewers`)).status, 403);
  assert.equal((await app.as(dan).get(`/stories/${id}/viewers`)).status, 404);

  await app.as(bob).post(`/users/${ada.id}/block`);
  const after = await app.as(ada).get(`/stories/${id}/viewers`);
  assert.deepEqual(after.body.items.map((viewer: { id: string }) => viewer.id), [cleo.id]);
  assert.equal((await app.as(ada).get(`/stories/${id}`)).body.view_count, 1);
  assert.equal((await app.as(bob).get(`/stories/${id}`)).status, 404);
});

Deno.test("[ST-01] stories: authors delete their own, others are refused", async () => {
  const { ada, bob, eve } = await cast(app, "st8", ["ada", "bob", "eve"]);
  await follow(app, ada, bob);
  const id = await show(app, ada, { text: "Oops" });

  assert.equal((await app.as(bob).delete(`/stories/${id}`)).status, 403);
  assert.equal((await app.as(eve).delete(`/stories/${id}`)).status, 404);
  assert.equal((await app.as(ada).delete(`/stories/${id}`)).status, 204);
  assert.equal((await app.as(ada).get(`/stories/${id}`)).status, 404);
});

Deno.test("[ST-01] highlights: an expired story is kept for the same audience, until it is released", async () => {
  const { ada, bob, eve } = await cast(app, "st9", ["ada", "bob", "eve"]);
  await follow(app, ada, bob);
  const [early, late] = [
    await show(app, ada, { text: "First" }),
    await show(app, ada, { text: "Second" }),
  ];
  const of = async (person: typeof ada) =>
    (await app.as(person).get("/users/st9_ada/highlights")).body.items
      .map((story: { id: string }) => story.id);

  assert.equal((await app.as(ada).post(`/stories/${early}/highlight`)).status, 200);
  await expire(app, early, "3 days");
  await expire(app, late);
  const kept = await app.as(ada).post(`/stories/${late}/highlight`);

  assert.equal(kept.body.highlighted, true, kept.text);
  assert.deepEqual(await of(ada), [late, early]);
  assert.deepEqual(await of(bob), [late, early]);
  assert.deepEqual(await of(eve), []);
  assert.deepEqual(await listed(app, bob), [], "the list is of what is live");
  assert.equal((await app.as(bob).post(`/stories/${late}/highlight`)).status, 404);
  assert.equal((await app.as(bob).delete(`/stories/${late}/highlight`)).status, 404);
  assert.equal((await app.as(eve).get("/users/nobody_here/highlights")).status, 404);

  assert.equal((await app.as(ada).delete(`/stories/${late}/highlight`)).status, 204);
  assert.deepEqual(await of(bob), [early]);
  assert.equal((await app.as(bob).get(`/stories/${late}`)).status, 404);
});

Deno.test("[ST-01] replies: an answer is a direct message that names the story, and rings once", async () => {
  const { ada, bob } = await cast(app, "st10", ["ada", "bob"]);
  await follow(app, ada, bob);
  await follow(app, bob, ada);
  const id = await show(app, ada, { text: "Where?" });
  const messageId = crypto.randomUUID();

  const sent = await app.as(bob).post(`/stories/${id}/reply`, { body: "In Rome", id: messageId });
  const again = await app.as(bob).post(`/stories/${id}/reply`, { body: "In Rome", id: messageId });
  await app.runJobs();

  assert.deepEqual([sent.status, again.status], [201, 200], sent.text);
  assert.deepEqual(sent.body.story, { id });
  const room = (await app.as(ada).get("/rooms")).body.items[0];
  assert.equal(room.kind, "direct");
  const history = (await app.as(ada).get(`/rooms/${room.id}/messages`)).body.items;
  assert.deepEqual(history.map((m: { body: string; story: unknown }) => [m.body, m.story]), [
    ["In Rome", { id }],
  ]);
  const told = (await app.as(ada).get("/notifications")).body.items;
  assert.deepEqual(
    told.filter((n: { type: string }) => n.type !== "follow")
      .map((n: { type: string; text: string }) => [n.type, n.text]),
    [["story_reply", "st10_bob replied to your story"]],
  );
  assert.equal((await app.as(ada).post(`/stories/${id}/reply`, { body: "me" })).status, 422);

  await app.as(ada).delete(`/stories/${id}`);
  const left = (await app.as(ada).get(`/rooms/${room.id}/messages`)).body.items[0];
  assert.deepEqual([left.body, left.story], ["In Rome", null], "the words stay, the story is gone");
});

Deno.test("[ST-01] [XA-03] replies: a follower's answer is told, though the conversation waits", async () => {
  const { ada, bob, cleo } = await cast(app, "st16", ["ada", "bob", "cleo"]);
  await follow(app, ada, bob, cleo);
  const id = await show(app, ada, { text: "Where?" });
  const told = async () =>
    (await app.as(ada).get("/notifications")).body.items
      .map((n: { type: string; actors: { id: string }[] }) => [n.type, n.actors[0]?.id])
      .filter(([type]: string[]) => type !== "follow");

  await app.as(bob).post(`/stories/${id}/reply`, { body: "In Rome" });
  await app.runJobs();

  assert.deepEqual(await told(), [["story_reply", bob.id]]);
  const [request] = (await app.as(ada).get("/message-requests")).body.items;
  assert.equal(request.from.id, bob.id);
  assert.deepEqual((await app.as(ada).get("/rooms")).body.items, []);
  await app.as(bob).post(`/rooms/${request.id}/messages`, { body: "Am I right?" });
  await app.as(ada).patch("/notifications/preferences", { strangers: "drop" });
  await app.as(cleo).post(`/stories/${id}/reply`, { body: "In Oslo" });
  await app.runJobs();
  assert.deepEqual(await told(), [["story_reply", bob.id]], "nothing else rings");
});

Deno.test("[ST-01] replies: who may not write to the author does not by answering a story", async () => {
  const { ada, bob, eve } = await cast(app, "st11", ["ada", "bob", "eve"]);
  await follow(app, ada, bob);
  const id = await show(app, ada, { text: "Quiet" });
  await app.as(ada).patch("/users/me/settings", { privacy: { who_can_message: "nobody" } });

  const refused = await app.as(bob).post(`/stories/${id}/reply`, { body: "Hi" });
  assert.deepEqual([refused.status, refused.body.type.split("#").at(-1)], [
    403,
    "not-accepting-messages",
  ]);
  assert.equal((await app.as(eve).post(`/stories/${id}/reply`, { body: "Hi" })).status, 404);
  const room = (await app.as(eve).post("/rooms", { name: "Open" })).body.id;
  const forged = await app.as(eve).post(`/rooms/${room}/messages`, { body: "Hi", story_id: id });
  assert.equal(forged.status, 422, "a story is named only to who showed it");
});

Deno.test("[ST-01] reports: a story is reported, removed and restored", async () => {
  const { ada, bob, mod, eve } = await cast(app, "st12", ["ada", "bob", "mod", "eve"]);
  await app.grantRole(mod, "moderator");
  await follow(app, ada, bob);
  const id = await show(app, ada, { text: "Nasty" });
  const report = { subject: { type: "story", id }, reason: "harassment" };

  const filed = await app.as(bob).post("/reports", report);
  assert.equal((await app.as(eve).post("/reports", report)).status, 404);
  assert.equal((await app.as(ada).post("/reports", report)).status, 403);
  const found = await app.as(mod).get(`/moderation/cases/${filed.body.case_id}`);
  assert.equal(found.body.subject.text, "Nasty", found.text);
  const path = `/moderation/cases/${filed.body.case_id}/decision`;

  assert.equal((await app.as(mod).post(path, { action: "remove", reason: "bad" })).status, 200);
  assert.equal((await app.as(bob).get(`/stories/${id}`)).status, 404);
  assert.equal((await app.as(ada).get(`/stories/${id}`)).body.status, "removed");
  assert.equal((await app.as(mod).get(`/stories/${id}`)).status, 200);
  assert.equal((await app.as(ada).post(`/stories/${id}/highlight`)).status, 403);
  await app.as(mod).post(path, { action: "restore", reason: "a mistake" });
  assert.equal((await app.as(bob).get(`/stories/${id}`)).status, 200);
});
