/** @module Coming back: what an archive brings, what it must not, and archives that are refused. */
import assert from "node:assert/strict";
import { unzipSync, zipSync } from "fflate";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

const PICTURE = new Uint8Array([137, 80, 78, 71, 1, 2, 3]);

async function exportOf(app: TestApp, person: TestPerson): Promise<Uint8Array<ArrayBuffer>> {
  const asked = await app.as(person).post("/users/me/export");
  assert.equal(asked.status, 202, asked.text);
  await app.runJobs();
  return (await app.deps.storage.read("exports", `${person.id}/${asked.body.id}.zip`)).bytes;
}

async function bringBack(app: TestApp, person: TestPerson, bytes: Uint8Array<ArrayBuffer>) {
  const form = new FormData();
  form.set("file", new File([bytes], "archive.zip", { type: "application/zip" }));
  return await app.as(person).post("/users/me/import", form);
}

async function openLife() {
  const app = await openApp({ services: true });
  const [ada, bob, eve, dan] = [
    await app.signUp("ada"),
    await app.signUp("bob"),
    await app.signUp("eve"),
    await app.signUp("dan"),
  ];
  const me = app.as(ada);
  const media = crypto.randomUUID();
  const path = `${ada.id}/${media}/original.png`;
  await app.deps.storage.put("media", path, { bytes: PICTURE, mimeType: "image/png" });
  await app.db.sql`
    insert into public.media (id, owner_id, kind, mime_type, bytes, alt, variants)
    values (${media}, ${ada.id}, 'image', 'image/png', 7, 'a picture',
      ${app.db.sql.json({ original: path })})`;
  await me.patch("/users/me", { bio: "I compute", location: "London" });
  const root = (await me.post("/posts", { body: "picture for @bob", media_ids: [media] })).body;
  await me.post("/posts", { body: "my own answer", parent_id: root.id });
  await me.post("/posts", { body: "for followers", visibility: "followers" });
  const theirs = (await app.as(bob).post("/posts", { body: "by bob" })).body;
  await me.post("/posts", { body: "answer to bob", parent_id: theirs.id });
  await app.db.sql`
    update public.posts set created_at = created_at - interval '3 years'
    where author_id = ${ada.id}`;
  await app.as(eve).patch("/users/me", { is_private: true });
  await me.post(`/users/${bob.id}/follow`);
  await me.post(`/users/${eve.id}/follow`);
  await me.post(`/users/${dan.id}/block`);
  await me.post(`/users/${bob.id}/mute`);
  await app.runJobs();
  return { app, ada, bob, eve, dan };
}

Deno.test("[XA-02] leaving: an archive brings posts, files, follows and settings into a new account", async () => {
  const { app, ada, bob, eve, dan } = await openLife();
  await using _app = app;
  const bytes = await exportOf(app, ada);
  const gone = await app.as(ada).delete("/users/me", { immediate: true });
  assert.equal(gone.status, 204, app.logs.join("\n"));
  await app.runJobs();
  const again = await app.signUp("ada_again");
  await app.runJobs();
  const told = await app.db.sql`select id from public.notifications`;

  const taken = await bringBack(app, again, bytes);
  assert.equal(taken.status, 202, taken.text);
  await app.runJobs();
  const state = (await app.as(again).get(`/users/me/imports/${taken.body.id}`)).body;

  assert.equal(state.status, "done", JSON.stringify(state));
  assert.equal(state.progress.done, state.progress.total);
  assert.deepEqual(
    state.errors.map((text: string) => text.replace(/[0-9a-f-]{36}/, "x")),
    ["post x: an answer to somebody else"],
  );
  const me = (await app.as(again).get("/users/me")).body;
  assert.deepEqual([me.bio, me.location, me.counts], [
    "I compute",
    "London",
    { followers: 0, following: 1, posts: 2 },
  ]);
  const posts = (await app.as(again).get("/users/me/posts")).body.items;
  const root = posts.find((post: { body: string }) => post.body === "picture for @bob");
  assert.ok(Date.parse(root.created_at) < Date.now() - 2 * 365 * 86_400_000, root.created_at);
  assert.deepEqual([root.media.length, root.edited_at, root.counts.comments], [1, null, 1]);
  const { bytes: picture } = await app.deps.storage.read(
    "media",
    `${again.id}/${root.media[0].id}/original.png`,
  );
  assert.deepEqual([...picture], [...PICTURE]);
  const closed = posts.find((post: { body: string }) => post.body === "for followers");
  assert.equal(closed.visibility, "followers");
  assert.equal((await app.as(bob).get(`/posts/${closed.id}`)).status, 404);
  assert.equal((await app.as(bob).get(`/users/${again.id}`)).body.viewer.followed_by, true);
  assert.equal((await app.as(again).get(`/users/${bob.id}`)).body.viewer.muting, true);
  assert.equal((await app.as(eve).get("/follow-requests")).body.items.length, 1);
  assert.equal((await app.as(again).get("/users/me/blocks")).body.items[0].id, dan.id);
  // Nobody was told.
  assert.equal((await app.db.sql`select id from public.notifications`).length, told.length);
});

Deno.test("[XA-02] leaving: the same archive twice changes nothing, nor does it in its own account", async () => {
  const { app, ada } = await openLife();
  await using _app = app;
  const bytes = await exportOf(app, ada);
  const again = await app.signUp("ada_again");
  const count = async () =>
    (await app.db.sql`
      select author_id, count(*)::int as posts from public.posts group by author_id
      order by author_id`).map((row) => ({ ...row }));

  const first = await bringBack(app, again, bytes);
  await app.runJobs();
  const before = await count();
  const second = await bringBack(app, again, bytes);
  await app.runJobs();
  assert.deepEqual([second.body.id, second.body.status], [first.body.id, "done"]);
  assert.deepEqual(await count(), before);

  // Another archive of the same life.
  await app.db.sql`update private.account_imports set sha256 = 'another'`;
  await bringBack(app, again, bytes);
  await bringBack(app, ada, bytes);
  await app.runJobs();
  assert.deepEqual(await count(), before);
  assert.equal((await app.as(ada).get(`/users/me/imports/${first.body.id}`)).status, 404);
});

Deno.test("[XA-02] leaving: who has blocked somebody is not followed by an archive, nor mentioned", async () => {
  const { app, ada, bob } = await openLife();
  await using _app = app;
  const bytes = await exportOf(app, ada);
  const again = await app.signUp("ada_again");
  await app.as(bob).post(`/users/${again.id}/block`);

  await bringBack(app, again, bytes);
  await app.runJobs();

  assert.equal((await app.as(again).get("/users/me")).body.counts.following, 0);
  const mentions = await app.db.sql`
    select from public.post_mentions m join public.posts p on p.id = m.post_id
    where p.author_id = ${again.id}`;
  assert.equal(mentions.length, 0);
});

Deno.test("[XA-02] leaving: archives that are not what was made here are named and refused", async () => {
  const { app, ada } = await openLife();
  await using _app = app;
  const bytes = await exportOf(app, ada);
  const files = unzipSync(bytes);
  const manifest = JSON.parse(new TextDecoder().decode(files["manifest.json"]));
  const encode = (text: string) => new TextEncoder().encode(text);
  const pack = (changes: Record<string, Uint8Array | undefined>) => {
    const all = Object.entries({ ...files, ...changes }).filter(([, content]) => content);
    return new Uint8Array(zipSync(Object.fromEntries(all) as Record<string, Uint8Array>));
  };
  const posts = "data/public.posts.ndjson";
  const forged = structuredClone(manifest);
  forged.manifest.person.handle = "somebody";
  const bomb = pack({ "data/public.bomb.ndjson": new Uint8Array(210_000_000) });
  const cases: readonly (readonly [Uint8Array<ArrayBuffer>, RegExp])[] = [
    [new Uint8Array([1, 2, 3]), /no ZIP archive/],
    [bytes.slice(0, bytes.length / 2), /no ZIP archive, or is cut off/],
    [pack({ [posts]: encode("{}\n") }), /posts\.ndjson was altered/],
    [pack({ [posts]: undefined }), /lacks data\/public\.posts\.ndjson/],
    [pack({ "../../etc/passwd": encode("x") }), /which is no file of an archive/],
    [pack({ "data/public.more.ndjson": encode("x") }), /does not name data\/public\.more\.ndjson/],
    [pack({ "manifest.json": undefined }), /has no manifest\.json/],
    [pack({ "manifest.json": encode("{") }), /manifest\.json is not one of this format/],
    [pack({ "manifest.json": encode(JSON.stringify(forged)) }), /not made here, or was altered/],
    [bomb, /larger than 200000000 bytes/],
  ];
  const again = await app.signUp("ada_again");

  for (const [archive, message] of cases) {
    const answer = await bringBack(app, again, archive);
    assert.equal(answer.status, 422, `${message}: ${answer.text}`);
    assert.match(answer.body.detail, message);
    assert.equal(answer.body.errors[0].path, "file");
  }
  const [left] = await app.db.sql`
    select (select count(*)::int from private.account_imports) as imports,
      (select count(*)::int from public.posts where author_id = ${again.id}) as posts`;
  assert.deepEqual({ ...left }, { imports: 0, posts: 0 });
  assert.equal((await app.anonymous.post("/users/me/import", new FormData())).status, 401);
});

Deno.test("[XA-02] leaving: an import that fails in the middle leaves nothing, and goes on when run again", async () => {
  const { app, ada } = await openLife();
  await using _app = app;
  const bytes = await exportOf(app, ada);
  const again = await app.signUp("ada_again");
  const { body } = await bringBack(app, again, bytes);
  await app.db.sql`alter table private.imported_posts add constraint broken check (false)`;

  await assert.rejects(app.runJobs());
  const failed = await app.as(again).get(`/users/me/imports/${body.id}`);
  const half = await app.db.sql`select from public.posts where author_id = ${again.id}`;
  await app.db.sql`alter table private.imported_posts drop constraint broken`;
  await app.db.sql`select private.emit('account.import_requested', ${body.id}, null)`;
  await app.runJobs();

  assert.deepEqual([failed.body.status, half.length], ["failed", 0]);
  assert.equal((await app.as(again).get("/users/me")).body.counts.posts, 2);
});
