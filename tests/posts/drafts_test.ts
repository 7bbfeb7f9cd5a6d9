/** @module Drafts and scheduled posts: nobody knows of them before their time. */
import assert from "node:assert/strict";
import { publishTask } from "../../shared/posts/mod.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

const HOUR_MS = 3_600_000;

function inHours(hours: number): string {
  return new Date(Date.now() + hours * HOUR_MS).toISOString();
}

async function write(app: TestApp, person: TestPerson, more: object) {
  const answer = await app.as(person).post("/posts", more);
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

/** Lets the time of a scheduled post come. */
async function makeDue(app: TestApp, id: string): Promise<void> {
  await app.db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update posts set publish_at = now() - interval '1 second' where id = ${id}`;
  });
}

async function traces(app: TestApp, author: TestPerson) {
  const [row] = await app.db.sql`
    select (select count(*)::int from post_hashtags) as tags,
      (select count(*)::int from post_mentions) as mentions,
      (select count(*)::int from notifications) as notifications,
      (select count(*)::int from private.outbox where topic like 'content.%') as events,
      private.count_of(${author.id}, 'posts')::int as posts`;
  return { ...row };
}

const NOTHING = { tags: 0, mentions: 0, notifications: 0, events: 0, posts: 0 };

Deno.test("[PO-02] [PO-04] a draft is its author's alone until it is published", async () => {
  await using app = await openApp();
  const [ada, grace, mod] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("mod_erator"),
  ];
  await app.grantRole(mod, "moderator");
  const empty = await write(app, ada, { draft: true });
  assert.deepEqual([empty.status, empty.body, empty.publish_at], ["draft", "", null]);
  const draft = await write(app, ada, { draft: true, body: "you wetbacks @grace #soon" });
  assert.equal(draft.status, "draft", "it is screened when it is published");
  const { id } = draft;
  const changed = await app.as(ada).patch(`/posts/${id}`, { body: "hello @grace #soon" });
  assert.deepEqual([changed.body.status, changed.body.edited_at], ["draft", null]);
  await app.runJobs();
  assert.deepEqual(await traces(app, ada), NOTHING);
  for (const who of [app.as(grace), app.as(mod), app.anonymous]) {
    assert.equal((await who.get(`/posts/${id}`)).status, 404);
    assert.deepEqual((await who.get("/posts?status=draft")).body.items, []);
    assert.deepEqual((await who.get("/users/ada/posts")).body.items, []);
  }
  for (
    const [method, path] of [["post", "like"], ["post", "comment"], ["post", "publish"]] as const
  ) {
    const answer = await app.as(grace)[method](
      `/posts/${id}/${path}`,
      path === "comment" ? { body: "x" } : undefined,
    );
    assert.equal(answer.status, 404, `${path} ${answer.text}`);
  }
  assert.equal((await app.as(grace).post("/posts", { body: "x", quoted_id: id })).status, 404);
  assert.equal((await app.as(ada).post("/posts", { body: "x", quoted_id: id })).status, 404);
  const own = await app.as(ada).get("/posts?status=draft");
  assert.deepEqual(own.body.items.map((post: { id: string }) => post.id), [id, empty.id]);
  assert.deepEqual((await app.as(ada).get("/feed/following")).body.items, []);

  const later = await write(app, grace, { body: "in between" });
  const published = await app.as(ada).post(`/posts/${id}/publish`);
  assert.equal(published.status, 200, published.text);
  assert.equal(published.body.status, "published");
  assert.ok(published.body.created_at > later.created_at, "feeds order by publication");
  assert.deepEqual(published.body.hashtags, ["soon"]);
  assert.equal((await app.as(ada).post(`/posts/${id}/publish`)).status, 409);
  await app.runJobs();
  assert.equal((await app.as(grace).get("/notifications")).body.items.length, 1);
  assert.equal((await app.anonymous.get(`/posts/${id}`)).status, 200);
  assert.equal((await traces(app, ada)).posts, 1);
  const nothing = await app.as(ada).post(`/posts/${empty.id}/publish`);
  assert.equal(nothing.status, 422, nothing.text);
  assert.equal((await app.as(ada).delete(`/posts/${empty.id}`)).status, 204);
});

Deno.test("posts: publishing a draft screens it, and checks what it quotes", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const bad = await write(app, ada, { draft: true, body: "you wetbacks" });
  const held = await app.as(ada).post(`/posts/${bad.id}/publish`);
  assert.equal(held.body.status, "held");
  const [cases] = await app.db.sql`
    select count(*)::int as n from private.moderation_cases where subject_id = ${bad.id}`;
  assert.equal(cases?.n, 1);
  assert.equal((await app.as(grace).get(`/posts/${bad.id}`)).status, 404);

  const quoted = await write(app, grace, { body: "quoted" });
  const draft = await write(app, ada, { draft: true, body: "see", quoted_id: quoted.id });
  await app.as(grace).patch(`/posts/${quoted.id}`, { visibility: "followers" });
  const refused = await app.as(ada).post(`/posts/${draft.id}/publish`);
  assert.equal(refused.status, 404, refused.text);
  assert.equal((await app.as(ada).get(`/posts/${draft.id}`)).body.status, "draft");
});

Deno.test("posts: all of a draft changes; of a published post not its files, quote and poll", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
  for (const id of [one, two]) {
    await app.db.sql`insert into media (id, owner_id, kind, mime_type, bytes, variants)
      values (${id}, ${ada.id}, 'image', 'image/png', 1, '{"original": "x"}')`;
  }
  const quoted = await write(app, ada, { body: "quoted" });
  const draft = await write(app, ada, { draft: true, media_ids: [one] });
  const changes = {
    body: "which?",
    media_ids: [two],
    visibility: "followers",
    quoted_id: quoted.id,
    poll: { options: ["a", "b"], closes_at: inHours(2) },
    reply_control: "nobody",
  };
  const changed = await app.as(ada).patch(`/posts/${draft.id}`, changes);
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual(changed.body.media.map((file: { id: string }) => file.id), [two]);
  assert.equal(changed.body.quoted.id, quoted.id);
  assert.equal(changed.body.visibility, "followers");
  const loose = await app.db.sql`select id from media where post_id is null`;
  assert.deepEqual(loose.map(({ id }) => id), [one]);
  await app.as(ada).post(`/posts/${draft.id}/publish`);
  for (
    const late of [
      { media_ids: [one] },
      { quoted_id: null },
      { poll: null },
      { publish_at: inHours(1) },
    ]
  ) {
    const answer = await app.as(ada).patch(`/posts/${draft.id}`, late);
    assert.equal(answer.status, 409, `${JSON.stringify(late)} ${answer.text}`);
  }
});

Deno.test("posts: a scheduled post is published on time, once, whoever works", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const ids: string[] = [];
  for (let n = 0; n < 6; n++) {
    const post = await write(app, ada, { body: `${n} @grace`, publish_at: inHours(n + 1) });
    assert.equal(post.status, "scheduled");
    assert.ok(Date.parse(post.publish_at) > Date.now());
    ids.push(post.id);
  }
  await publishTask.run(app.deps);
  assert.deepEqual(await traces(app, ada), NOTHING);
  assert.equal((await app.as(grace).get(`/posts/${ids[0]}`)).status, 404);
  assert.equal((await app.as(ada).get("/posts?status=scheduled")).body.items.length, 6);
  for (const id of ids.slice(0, 5)) await makeDue(app, id);
  await Promise.all(Array.from({ length: 4 }, () => publishTask.run(app.deps)));
  await app.runJobs();
  await publishTask.run(app.deps);
  assert.deepEqual(await traces(app, ada), {
    tags: 0,
    mentions: 5,
    notifications: 5,
    events: 5,
    posts: 5,
  });
  const [rendered] = await app.db.sql`select body_html, screened_at from posts where id = ${
    ids[0] ?? ""
  }`;
  assert.match(rendered?.body_html, /class="mention"/);
  assert.ok(rendered?.screened_at);
  assert.equal((await app.as(grace).get(`/posts/${ids[0]}`)).body.publish_at, undefined);
  const back = await app.as(ada).patch(`/posts/${ids[5]}`, { publish_at: null });
  assert.equal(back.body.status, "draft");
  const again = await app.as(ada).patch(`/posts/${ids[5]}`, { publish_at: inHours(1) });
  assert.equal(again.body.status, "scheduled");
});

Deno.test("posts: what its author may not publish when it is due becomes a draft again", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const quoted = await write(app, grace, { body: "quoted" });
  const post = await write(app, ada, { body: "x", publish_at: inHours(1) });
  const quote = await write(app, grace, {
    body: "q",
    quoted_id: quoted.id,
    publish_at: inHours(1),
  });
  await app.as(grace).patch(`/posts/${quoted.id}`, { visibility: "followers" });
  await app.db.sql`insert into private.account_states (profile_id, suspended_until, reason)
    values (${ada.id}, now() + interval '1 hour', 'x')`;
  await makeDue(app, post.id);
  await makeDue(app, quote.id);
  await publishTask.run(app.deps);
  const rows = await app.db.sql`select status from posts where id in (${post.id}, ${quote.id})`;
  assert.deepEqual(rows.map(({ status }) => status), ["draft", "draft"]);
});

Deno.test("posts: times of publication are bounded", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const { id: parent } = await write(app, ada, { body: "root" });
  const bad: object[] = [
    { publish_at: inHours(-0.1) },
    { publish_at: inHours(24 * 367) },
    { publish_at: "tomorrow" },
    { publish_at: "infinity" },
    { publish_at: inHours(1), draft: true },
    { publish_at: inHours(1), parent_id: parent },
    { draft: true, parent_id: parent },
  ];
  for (const fields of bad) {
    const answer = await app.as(ada).post("/posts", { body: "x", ...fields });
    assert.equal(answer.status, 422, `${JSON.stringify(fields)} ${answer.text}`);
    assert.equal(answer.body.errors[0].path, "publish_at");
  }
  const last = await write(app, ada, { body: "x", publish_at: inHours(24 * 364) });
  assert.equal(last.status, "scheduled");
  const nothing = await app.as(ada).post("/posts", { body: " ", publish_at: inHours(1) });
  assert.equal(nothing.status, 422);
});
