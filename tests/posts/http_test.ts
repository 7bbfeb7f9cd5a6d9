/** @module Posts over HTTP: writing, reading, changing, deleting, answering, reacting. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { uuidv7 } from "../../shared/core/ids.ts";

async function write(app: TestApp, person: TestPerson, body: string, more = {}) {
  const answer = await app.as(person).post("/posts", { body, ...more });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

Deno.test("[PO-01] [PO-02] [PO-03] a post is written, and read by everybody", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const grace = await app.signUp("grace");
  const post = await write(
    app,
    ada,
    "Hi @grace & <b>all</b>\n\nsee #Engines, not a#b or me@grace.de",
  );
  assert.equal(post.author.handle, "ada");
  assert.deepEqual(post.hashtags, ["engines"]);
  assert.deepEqual(post.mentions.map((person: { id: string }) => person.id), [grace.id]);
  assert.equal(
    post.body_html,
    `<p>Hi <a href="/@grace" class="mention" data-user-id="${grace.id}">@grace</a> &amp; ` +
      "&lt;b>all&lt;/b></p>\n" +
      '<p>see <a href="/hashtags/engines" class="hashtag">#Engines</a>, not a#b or ' +
      '<a href="mailto:me@grace.de" rel="nofollow ugc noopener noreferrer">me@grace.de</a></p>',
  );
  assert.deepEqual(post.counts, { reactions: 0, comments: 0, shares: 0, views: 0 });
  for (const path of [`/posts/${post.id}`, `/content/${post.id}`]) {
    const read = await app.anonymous.get(path);
    assert.equal(read.status, 200);
    assert.equal(read.body.body, post.body);
  }
  const twin = await app.as(ada).post("/content", { body: "also here" });
  assert.equal(twin.status, 201);
  assert.equal((await app.anonymous.post("/posts", { body: "no" })).status, 401);
  assert.equal((await app.anonymous.get(`/posts/${crypto.randomUUID()}`)).status, 404);
});

Deno.test("[PO-02] bad posts are refused, and say which field is wrong", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const bad: [unknown, number, string?][] = [
    [{ body: "" }, 422, "body"],
    [{ body: " \n " }, 422, "body"],
    [{ body: "x".repeat(5_001) }, 422, "body"],
    [{ body: "a\0b" }, 422, "body"],
    [{}, 422, "body"],
    [{ body: "x", author_id: ada.id }, 422, "author_id"],
    [{ body: "x", visibility: "room" }, 422],
    [{ body: "x", visibility: "everyone" }, 422, "visibility"],
    [{ body: "x", parent_id: crypto.randomUUID() }, 404],
    [{ body: "x", quoted_id: crypto.randomUUID() }, 404],
    [{ body: "x", room_id: crypto.randomUUID() }, 404],
    [{ body: "x", poll: { options: ["a", "b"] } }, 422, "poll.closes_at"],
    ["{", 400],
  ];
  for (const [body, status, path] of bad) {
    const answer = await app.as(ada).post("/posts", body, {
      headers: { "content-type": "application/json" },
    });
    assert.equal(answer.status, status, `${JSON.stringify(body).slice(0, 80)} ${answer.text}`);
    if (path !== undefined) assert.equal(answer.body.errors[0].path, path);
  }
  const huge = await app.as(ada).post("/posts", { body: "x".repeat(300_000) });
  assert.equal(huge.status, 413);
  const [left] = await app.db.sql`select count(*)::int as n from posts`;
  assert.equal(left?.n, 0);
});

Deno.test("[UX-12] a repeated id answers the post that is there, for its author only", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const grace = await app.signUp("grace");
  const id = uuidv7();
  const first = await write(app, ada, "once", { id });
  const again = await write(app, ada, "once", { id });
  assert.equal(first.id, id);
  assert.deepEqual(again, first);
  const racing = await Promise.all(
    Array.from({ length: 4 }, () => app.as(ada).post("/posts", { body: "race", id: first.id })),
  );
  assert.ok(racing.every(({ status }) => status === 201));
  assert.equal((await app.as(grace).post("/posts", { body: "mine", id })).status, 409);
  const [count] = await app.db.sql`
    select count(*)::int as posts, private.count_of(${ada.id}, 'posts')::int as counted,
      (select count(*)::int from private.outbox where topic = 'content.created') as events
    from posts`;
  assert.deepEqual({ ...count }, { posts: 1, counted: 1, events: 1 });
});

Deno.test("[PO-04] [UX-04] lists go newest first, page by page, for one reader", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const grace = await app.signUp("grace");
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.unshift((await write(app, ada, `post ${n} #even`)).id);
  await write(app, grace, "between");
  const seen: string[] = [];
  let cursor = "";
  for (let page = 0; page < 3; page++) {
    const answer = await app.as(grace).get(`/users/ada/posts?limit=2${cursor}`);
    assert.equal(answer.status, 200, answer.text);
    seen.push(...answer.body.items.map((post: { id: string }) => post.id));
    if (page === 0) await write(app, ada, "new while reading");
    cursor = answer.body.next_cursor === null ? "" : `&cursor=${answer.body.next_cursor}`;
  }
  assert.deepEqual(seen, ids);
  const first = await app.as(grace).get("/posts?limit=2");
  const next: string = first.body.next_cursor;
  assert.equal((await app.as(grace).get(`/posts?limit=2&cursor=${next}`)).status, 200);
  const altered = `${next.slice(0, -1)}${next.endsWith("A") ? "B" : "A"}`;
  assert.equal((await app.as(grace).get(`/posts?cursor=${altered}`)).status, 400);
  assert.equal((await app.as(ada).get(`/posts?cursor=${next}`)).status, 400, "another's cursor");
  assert.equal((await app.as(grace).get(`/posts?hashtag=even&cursor=${next}`)).status, 400);
  assert.equal((await app.anonymous.get("/posts?hashtag=%23Even")).body.items.length, 5);
  assert.equal((await app.anonymous.get(`/posts?author=${grace.id}`)).body.items.length, 1);
  assert.equal((await app.anonymous.get("/content?limit=101")).status, 422);
  assert.equal((await app.anonymous.get("/users/nobody_here/posts")).status, 404);
});

Deno.test("[PO-05] only the author changes a post, and the change is marked", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const grace = await app.signUp("grace");
  const post = await write(app, ada, "before #old");
  assert.equal(post.edited_at, null);
  const changed = await app.as(ada).patch(`/posts/${post.id}`, { body: "after #new @grace" });
  assert.equal(changed.status, 200, changed.text);
  assert.match(changed.body.body_html, /^<p>after <a href="\/hashtags\/new".*>@grace<\/a><\/p>$/);
  assert.deepEqual(changed.body.hashtags, ["new"]);
  assert.notEqual(changed.body.edited_at, null);
  assert.equal((await app.as(ada).put(`/content/${post.id}`, { body: "third" })).status, 200);
  assert.equal((await app.as(grace).patch(`/posts/${post.id}`, { body: "mine" })).status, 403);
  const missing = await app.as(ada).patch(`/posts/${crypto.randomUUID()}`, { body: "x" });
  assert.equal(missing.status, 404);
  const [terms] = await app.db.sql`
    select (select count(*)::int from post_hashtags) as tags,
      (select count(*)::int from post_mentions) as mentions`;
  assert.deepEqual({ ...terms }, { tags: 0, mentions: 0 });
});

Deno.test("[PO-06] a deleted post is gone, or an empty place above answers", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const grace = await app.signUp("grace");
  const alone = await write(app, ada, "alone");
  assert.equal((await app.as(grace).delete(`/posts/${alone.id}`)).status, 403);
  assert.equal((await app.as(ada).delete(`/posts/${alone.id}`)).status, 204);
  assert.equal((await app.as(ada).delete(`/posts/${alone.id}`)).status, 404);
  assert.equal((await app.anonymous.get(`/posts/${alone.id}`)).status, 404);

  const post = await write(app, ada, "secret words");
  const comment = await app.as(grace).post(`/posts/${post.id}/comment`, { body: "answer" });
  assert.equal((await app.as(ada).delete(`/content/${post.id}`)).status, 204);
  const remnant = await app.anonymous.get(`/posts/${post.id}`);
  assert.equal(remnant.status, 200);
  assert.equal(remnant.body.status, "removed");
  assert.equal(remnant.body.body, null);
  assert.equal((await app.anonymous.get("/posts")).body.items.length, 0);
  assert.equal((await app.as(grace).post(`/posts/${post.id}/like`)).status, 404);
  const [row] = await app.db.sql`select body, body_html from posts where id = ${post.id}`;
  assert.deepEqual({ ...row }, { body: "", body_html: "" });
  const nested = await app.as(ada).post(`/posts/${comment.body.id}/comment`, { body: "deeper" });
  assert.equal((await app.as(grace).delete(`/posts/${comment.body.id}`)).status, 204);
  assert.equal((await app.anonymous.get(`/posts/${post.id}`)).status, 200, "an answer is left");
  const places = await app.anonymous.get(`/posts/${post.id}/comments`);
  assert.deepEqual(places.body.items.map((item: { body: unknown }) => item.body), [null]);
  assert.equal((await app.as(ada).delete(`/posts/${nested.body.id}`)).status, 204);
  assert.equal((await app.anonymous.get(`/posts/${post.id}`)).status, 404);
  const [left] = await app.db.sql`select count(*)::int as n from posts`;
  assert.equal(left?.n, 0);
});

Deno.test("[PO-07] [PO-08] one reaction for each person, counted exactly", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const grace = await app.signUp("grace");
  const { id } = await write(app, ada, "like this");
  const liked = await app.as(grace).post(`/posts/${id}/like`);
  assert.equal(liked.status, 200, liked.text);
  assert.deepEqual(liked.body.reactions, [{ kind: "like", count: 1 }]);
  assert.equal(liked.body.viewer.reaction, "like");
  await Promise.all([1, 2, 3].map(() => app.as(grace).post(`/content/${id}/like`)));
  const loved = await app.as(grace).put(`/posts/${id}/reaction`, { kind: "love" });
  assert.deepEqual(loved.body.reactions, [{ kind: "love", count: 1 }]);
  await app.as(ada).post(`/posts/${id}/like`);
  const read = await app.as(ada).get(`/posts/${id}`);
  assert.equal(read.body.counts.reactions, 2);
  assert.equal(read.body.viewer.reaction, "like");
  assert.equal((await app.as(grace).delete(`/posts/${id}/like`)).status, 204);
  assert.equal((await app.as(grace).get(`/posts/${id}`)).body.viewer.reaction, "love");
  assert.equal((await app.as(grace).delete(`/posts/${id}/reaction`)).status, 204);
  assert.equal((await app.as(grace).get(`/posts/${id}`)).body.counts.reactions, 1);
  assert.equal((await app.as(ada).put(`/posts/${id}/reaction`, { kind: "meh" })).status, 422);
  assert.equal((await app.anonymous.post(`/posts/${id}/like`)).status, 401);
  assert.equal((await app.as(ada).post(`/posts/${crypto.randomUUID()}/like`)).status, 404);
});

Deno.test("[PO-09] [PO-10] [PO-11] comments nest, inherit an audience, are counted", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const grace = await app.signUp("grace");
  const linus = await app.signUp("linus");
  await app.db.sql`insert into follows (follower_id, followee_id) values (${grace.id}, ${ada.id})`;
  const post = await write(app, ada, "for followers", { visibility: "followers" });
  const first = await app.as(grace).post(`/posts/${post.id}/comment`, { body: "first" });
  assert.equal(first.status, 201, first.text);
  assert.equal(first.body.visibility, "followers");
  assert.equal(first.body.parent_id, post.id);
  const second = await app.as(ada).post(`/content/${first.body.id}/comments`, { body: "second" });
  assert.equal(second.body.root_id, post.id);
  assert.equal((await app.as(ada).get(`/posts/${post.id}`)).body.counts.comments, 2);
  assert.equal((await app.as(ada).get(`/posts/${first.body.id}`)).body.counts.comments, 1);
  const list = await app.as(grace).get(`/posts/${post.id}/comments`);
  assert.deepEqual(list.body.items.map((item: { body: string }) => item.body), ["first"]);
  for (const hidden of [post.id, first.body.id, second.body.id]) {
    assert.equal((await app.as(linus).get(`/posts/${hidden}`)).status, 404);
  }
  assert.equal((await app.as(linus).get(`/posts/${post.id}/comments`)).status, 404);
  const outside = await app.as(linus).post(`/posts/${post.id}/comment`, { body: "no" });
  assert.equal(outside.status, 404);
  await app.as(ada).delete(`/posts/${second.body.id}`);
  assert.equal((await app.as(ada).get(`/posts/${post.id}`)).body.counts.comments, 1);
});

Deno.test("posts: a held post is for author and moderators, announced on release", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const grace = await app.signUp("grace");
  const mod = await app.signUp("mod_erator");
  await app.grantRole(mod, "moderator");
  const [post] = await app.db.sql.begin(async (sql) => {
    await sql`select set_config('townsquare.verdict', 'held', true)`;
    return await sql<{ id: string }[]>`
      insert into posts (author_id, body) values (${ada.id}, 'bad words') returning id`;
  });
  assert.ok(post);
  assert.equal((await app.as(ada).get(`/posts/${post.id}`)).body.status, "held");
  assert.equal((await app.as(mod).get(`/posts/${post.id}`)).body.status, "held");
  assert.equal((await app.as(grace).get(`/posts/${post.id}`)).status, 404);
  assert.equal((await app.as(grace).post(`/posts/${post.id}/like`)).status, 404);
  const events = () =>
    app.db.sql`select 1 from private.outbox where topic = 'content.created'`.then((r) => r.length);
  assert.equal(await events(), 0);
  await app.db.sql`update posts set status = 'published' where id = ${post.id}`;
  assert.equal(await events(), 1);
  assert.equal((await app.as(grace).get(`/posts/${post.id}`)).status, 200);
});
