/** @module What becomes of stories: screening of table writes, removal, killed and run again. */
import assert from "node:assert/strict";
import { storiesSweep } from "../../shared/stories/mod.ts";
import { fetchUrl, objectNames, openMediaApp, uploadPhoto } from "../media/support.ts";
import { attempt } from "../rooms/support.ts";
import { openApp } from "../support/app.ts";
import { cast, expire, follow, show } from "./support.ts";

Deno.test("[ST-01] sweep: what expired a day ago goes; highlights and open cases stay", async () => {
  await using app = await openApp();
  const { ada, bob } = await cast(app, "sw", ["ada", "bob"]);
  await follow(app, ada, bob);
  const ids = [];
  for (const text of ["old", "fresh", "kept", "reported", "live"]) {
    ids.push(await show(app, ada, { text }));
  }
  const [old = "", fresh = "", kept = "", reported = "", live = ""] = ids;
  await app.as(bob).post(`/stories/${old}/view`);
  await app.as(ada).post(`/stories/${kept}/highlight`);
  await app.as(bob).post("/reports", { subject: { type: "story", id: reported }, reason: "spam" });
  await app.db.sql`
    insert into public.notifications (recipient_id, type, subject_type, subject_id, source_id)
    values (${ada.id}, 'moderation_notice', 'story', ${old}, ${old})`;
  for (const id of [old, kept, reported]) await expire(app, id, "25 hours");
  await expire(app, fresh, "23 hours");

  const left = async () =>
    (await app.db.sql`select id from public.stories order by created_at, id`).map((row) => row.id);
  // A run that dies takes nothing along.
  await assert.rejects(
    app.db.sql.begin(async (sql) => {
      await sql`select private.sweep_stories(500)`;
      throw new Error("killed");
    }),
    /killed/,
  );
  assert.equal((await left()).length, 5);
  await Promise.all([storiesSweep.run(app.deps), storiesSweep.run(app.deps)]);
  await storiesSweep.run(app.deps);

  assert.deepEqual((await left()).sort(), [fresh, kept, reported, live].sort());
  assert.equal((await app.db.sql`select from public.story_views`).length, 0);
  assert.equal(
    (await app.db.sql`select from public.notifications where subject_type = 'story'`).length,
    0,
  );
});

Deno.test("[ST-02] media: a story's file is seen by whom the story is, never after it expired", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const { ada, bob, eve } = await cast(app, "me", ["ada", "bob", "eve"]);
  await follow(app, ada, bob);
  const photo = (await uploadPhoto(app, ada)).body.id;
  const foreign = await app.as(bob).post("/stories", { media_id: photo });
  assert.equal(foreign.status, 422, "another's file");

  const made = await app.as(ada).post("/stories", { media_id: photo, text: "Sea" });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.media.id, photo);
  const [id, reads] = [made.body.id, async () =>
    await Promise.all(
      [app.as(ada), app.as(bob), app.as(eve), app.anonymous].map(async (client) =>
        (await client.get(`/media/${photo}/stream`)).status
      ),
    )];
  assert.deepEqual(await reads(), [200, 200, 404, 404]);
  assert.equal((await app.as(ada).post("/stories", { media_id: photo })).status, 422, "tied");
  const post = await app.as(ada).post("/posts", { body: "p", media_ids: [photo] });
  assert.equal(post.status, 422, "a file hangs on one thing");
  const url = (await app.as(bob).get(`/stories/${id}`)).body.media.urls.original;
  assert.equal((await fetchUrl(app, url)).status, 200);

  await expire(app, id);
  assert.deepEqual(await reads(), [404, 404, 404, 404]);
  assert.equal((await fetchUrl(app, url)).status, 404, "an address from before");

  await expire(app, id, "25 hours");
  await storiesSweep.run(app.deps);
  await app.runJobs();
  assert.deepEqual(await objectNames(app), []);
  assert.equal((await app.db.sql`select from public.media`).length, 0);
});

Deno.test("[ST-01] screening: what is written by table is screened, what is held nobody else sees", async () => {
  await using app = await openApp();
  const { ada, bob } = await cast(app, "sc", ["ada", "bob"]);
  await follow(app, ada, bob);
  const bad = "what a raghead";

  const held = await app.as(ada).post("/stories", { text: bad });
  assert.equal(held.body.status, "held", held.text);
  assert.equal((await app.as(bob).get(`/stories/${held.body.id}`)).status, 404);

  const rows = await attempt(
    app,
    ada,
    `insert into public.stories (text) values ('${bad}') returning id, status`,
  );
  assert.ok(typeof rows !== "string", String(rows));
  await app.runJobs();
  const id = String(rows[0]?.id);
  assert.equal((await app.as(bob).get(`/stories/${id}`)).status, 404);
  assert.equal((await app.as(ada).get(`/stories/${id}`)).body.status, "held");
  const cases = await app.db.sql`
    select from private.moderation_cases where subject_type = 'story' and status = 'open'`;
  assert.equal(cases.length, 2);
});
