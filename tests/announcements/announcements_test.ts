/** @module Announcements and spotlights over HTTP and at the tables, and the job that tells all. */
import assert from "node:assert/strict";
import { attempt } from "../rooms/support.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

async function openWithStaff() {
  const app = await openApp();
  const [admin, mod, ada, bob] = [
    await app.signUp("boss"),
    await app.signUp("keeper"),
    await app.signUp("ada"),
    await app.signUp("bob"),
  ];
  await app.grantRole(admin, "admin");
  await app.grantRole(mod, "moderator");
  return { app, admin, mod, ada, bob };
}

async function titles(app: TestApp, person?: TestPerson): Promise<string[]> {
  const client = person === undefined ? app.anonymous : app.as(person);
  const answer = await client.get("/announcements");
  assert.equal(answer.status, 200, answer.text);
  return answer.body.items.map((item: { title: string }) => item.title);
}

async function told(app: TestApp): Promise<string[]> {
  const rows = await app.db.sql`
    select p.handle from public.notifications n join public.profiles p on p.id = n.recipient_id
    where n.type = 'announcement' order by p.handle`;
  return rows.map((row) => row.handle);
}

Deno.test("[XB-01] announcements: whoever may announces, everybody reads, each dismisses alone", async () => {
  const { app, admin, mod, ada, bob } = await openWithStaff();
  await using _ = app;
  const news = { title: "Maintenance", body: "On **Sunday**" };

  const refused = await Promise.all(
    [app.as(ada), app.as(mod), app.anonymous].map((client) => client.post("/announcements", news)),
  );
  const made = await app.as(admin).post("/announcements", news);

  assert.deepEqual(refused.map((answer) => answer.status), [403, 403, 401]);
  assert.equal(made.status, 201, made.text);
  assert.match(made.body.body_html, /<strong>Sunday<\/strong>/);
  assert.equal(made.body.expires_at, null);
  assert.deepEqual([await titles(app), await titles(app, ada)], [["Maintenance"], ["Maintenance"]]);
  assert.equal((await app.as(ada).post(`/announcements/${made.body.id}/dismiss`)).status, 200);
  assert.equal((await app.as(ada).post(`/announcements/${made.body.id}/dismiss`)).status, 200);
  assert.deepEqual([await titles(app, ada), await titles(app, bob)], [[], ["Maintenance"]]);
  const absent = await app.as(ada).post(`/announcements/${crypto.randomUUID()}/dismiss`);
  assert.equal(absent.status, 404);
  assert.equal((await app.as(ada).delete(`/announcements/${made.body.id}`)).status, 403);

  await app.runJobs();
  const [notification] = (await app.as(bob).get("/notifications")).body.items;
  assert.deepEqual(
    [notification.type, notification.text, notification.subject, notification.actors],
    ["announcement", "Maintenance", { type: "announcement", id: made.body.id }, []],
  );
});

Deno.test("[XB-01] announcements: gone from the second they expire, and input is bounded", async () => {
  const { app, admin, ada } = await openWithStaff();
  await using _ = app;
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const made = await app.as(admin).post("/announcements", { title: "Sale", expires_at: soon });
  assert.deepEqual(await titles(app, ada), ["Sale"]);

  await app.db.sql`update private.announcements set expires_at = clock_timestamp()`;

  assert.deepEqual([await titles(app, ada), await titles(app)], [[], []]);
  assert.equal((await app.as(ada).post(`/announcements/${made.body.id}/dismiss`)).status, 404);
  await app.runJobs();
  assert.deepEqual(await told(app), [], "nobody is told of what is over");
  for (
    const [body, field] of [
      [{ title: " " }, "title"],
      [{ title: "x".repeat(121) }, "title"],
      [{ title: "x", body: "x".repeat(5_001) }, "body"],
      [{ title: "x", expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
    ] as const
  ) {
    const answer = await app.as(admin).post("/announcements", body);
    assert.equal(answer.status, 422, answer.text);
    assert.ok(answer.text.includes(`"${field}"`), answer.text);
  }
});

Deno.test("[XB-01] announcements: everybody is told once, in batches, through crashes and repetitions", async () => {
  const { app, admin, ada } = await openWithStaff();
  await using _ = app;
  for (let n = 0; n < 6; n++) await app.signUp(`crowd_${n}`);
  await app.db.sql`
    insert into private.account_states (profile_id, banned_at) values (${ada.id}, now())`;
  const { id } = (await app.as(admin).post("/announcements", { title: "All" })).body;
  await app.db.sql`update private.outbox set published_at = now()`;
  const tell = () => app.db.sql`select private.tell_announcement(${id}, 4)`;

  await assert.rejects(
    app.db.sql.begin(async (sql) => {
      await sql`select private.tell_announcement(${id}, 4)`;
      throw new Error("killed");
    }),
    /killed/,
  );
  assert.deepEqual(await told(app), [], "a batch that dies tells nobody");
  await Promise.all([tell(), tell()]);
  assert.ok((await told(app)).length >= 7 && (await told(app)).length <= 8, "two batches of four");
  // The events that the batches left carry on to the end.
  await app.runJobs();
  await tell();

  const everybody = await app.db.sql`
    select handle from public.profiles where id <> ${ada.id} order by handle`;
  assert.deepEqual(await told(app), everybody.map((row) => row.handle));
  const [row] = await app.db.sql`select told_at from private.announcements`;
  assert.ok(row?.told_at);

  assert.equal((await app.as(admin).delete(`/announcements/${id}`)).status, 204);
  await app.runJobs();
  assert.deepEqual(await told(app), [], "withdrawn, nobody has been told");
  assert.deepEqual(await titles(app), []);
});

Deno.test("[XB-01] spotlight: staff put public posts forward until a time; readers see what they may", async () => {
  const { app, mod, ada, bob } = await openWithStaff();
  await using _ = app;
  const write = async (body: string, more: object = {}) =>
    (await app.as(ada).post("/posts", { body, ...more })).body.id as string;
  const [one, two] = [await write("one"), await write("two")];
  const hidden = await write("followers", { visibility: "followers" });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const shown = async (person?: TestPerson) => {
    const answer = await (person ? app.as(person) : app.anonymous).get("/spotlight");
    return answer.body.items.map((item: { post: { id: string } }) => item.post.id);
  };

  assert.equal((await app.as(ada).post(`/posts/${one}/spotlight`, { until })).status, 403);
  assert.equal((await app.as(mod).post(`/posts/${one}/spotlight`, { until })).status, 200);
  const placed = await app.as(mod).post(`/posts/${two}/spotlight`, { until });
  assert.deepEqual([placed.body.post.id, Date.parse(placed.body.until)], [two, Date.parse(until)]);
  assert.equal((await app.as(mod).post(`/posts/${hidden}/spotlight`, { until })).status, 404);
  await app.as(mod).post(`/users/${ada.id}/follow`);
  assert.equal((await app.as(mod).post(`/posts/${hidden}/spotlight`, { until })).status, 403);
  for (const wrong of ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "soon"]) {
    const answer = await app.as(mod).post(`/posts/${one}/spotlight`, { until: wrong });
    assert.equal(answer.status, 422, answer.text);
  }
  assert.deepEqual([await shown(), await shown(bob)], [[two, one], [two, one]]);

  await app.as(ada).post(`/users/${bob.id}/block`);
  assert.deepEqual(await shown(bob), [], "what is put forward is not forced on anybody");
  await app.as(mod).post(`/posts/${one}/spotlight`, { until });
  assert.deepEqual(await shown(), [two, one], "put forward twice, it is there once");
  await app.db.sql`
    alter table private.spotlights disable trigger spotlights_b50_check`;
  await app.db.sql`update private.spotlights set until = clock_timestamp() where post_id = ${two}`;
  assert.deepEqual(await shown(), [one], "its time is over");
  assert.equal((await app.as(mod).delete(`/posts/${one}/spotlight`)).status, 204);
  assert.deepEqual(await shown(), []);
  assert.equal((await app.as(mod).delete(`/posts/${one}/spotlight`)).status, 404);
});

Deno.test("[XB-01] announcements policies: by table nobody else writes, and nobody reads who wrote", async () => {
  const { app, admin, mod, ada, bob } = await openWithStaff();
  await using _ = app;
  const { id } = (await app.as(admin).post("/announcements", { title: "All" })).body;
  const post = (await app.as(ada).post("/posts", { body: "hi" })).body.id;
  const tries: [TestPerson, string, string | number][] = [
    [mod, "insert into private.announcements (title) values ('x')", "42501"],
    [ada, "insert into private.announcements (title) values ('x')", "42501"],
    [admin, "insert into private.announcements (title) values ('x') returning id", 1],
    [admin, "insert into private.announcements (title, created_by) values ('x', null)", "42501"],
    [ada, "select created_by from private.announcements", "42501"],
    [ada, `delete from private.announcements where id = '${id}' returning id`, 0],
    [ada, `update private.announcements set title = 'x' where id = '${id}'`, "42501"],
    [
      ada,
      `insert into private.announcement_dismissals (announcement_id) values ('${id}')
       returning announcement_id`,
      1,
    ],
    [bob, "select from private.announcement_dismissals", 0],
    [
      bob,
      `insert into private.announcement_dismissals (announcement_id, profile_id)
       values ('${id}', '${ada.id}')`,
      "42501",
    ],
    [ada, `insert into private.spotlights values ('${post}', now() + interval '1 h')`, "42501"],
    [
      ada,
      `insert into private.spotlights (post_id, until)
       values ('${post}', now() + interval '1 h')`,
      "42501",
    ],
    [
      mod,
      `insert into private.spotlights (post_id, until)
       values ('${post}', now() + interval '1 h') returning post_id`,
      1,
    ],
    [ada, `delete from private.spotlights where post_id = '${post}' returning post_id`, 0],
  ];
  for (const [person, statement, expected] of tries) {
    const got = await attempt(app, person, statement);
    assert.equal(typeof got === "string" ? got : got.length, expected, statement);
  }
});
