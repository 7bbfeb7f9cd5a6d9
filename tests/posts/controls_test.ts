/** @module Who may answer and quote, warnings, and changes of what is published. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

async function write(app: TestApp, person: TestPerson, body: string, more = {}) {
  const answer = await app.as(person).post("/posts", { body, ...more });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

async function openTown() {
  const app = await openApp();
  const people = {
    ada: await app.signUp("ada"),
    friend: await app.signUp("friend"),
    named: await app.signUp("named"),
    other: await app.signUp("other"),
  };
  const { ada, friend } = people;
  await app.db.sql`insert into follows (follower_id, followee_id) values (${ada.id}, ${friend.id})`;
  return { app, ...people, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

const CONTROLS = [
  { control: "everyone", allowed: ["ada", "friend", "named", "other"] },
  { control: "following", allowed: ["ada", "friend"] },
  { control: "mentioned", allowed: ["ada", "named"] },
  { control: "nobody", allowed: ["ada"] },
] as const;

Deno.test("[PO-09] [PO-12] authors decide who may answer and quote, by API and table", async () => {
  await using town = await openTown();
  const { app, ada } = town;
  for (const { control, allowed } of CONTROLS) {
    const post = await write(app, ada, "hello @named", {
      reply_control: control,
      quote_control: control,
    });
    assert.deepEqual([post.reply_control, post.quote_control], [control, control]);
    const comment = await write(app, ada, "below", { parent_id: post.id });
    assert.equal(comment.reply_control, control, "a comment has the control of its root");
    for (const name of ["ada", "friend", "named", "other"] as const) {
      const may = allowed.some((one) => one === name);
      const me = app.as(town[name]);
      const { viewer } = (await me.get(`/posts/${post.id}`)).body;
      assert.deepEqual([viewer.can_reply, viewer.can_quote], [may, may], `${control} ${name}`);
      for (const parent of [post.id, comment.id]) {
        const reply = await me.post(`/posts/${parent}/comment`, { body: "me" });
        assert.equal(reply.status, may ? 201 : 403, `${control} ${name} ${reply.text}`);
        if (!may) assert.equal(reply.body.code, "replies-limited");
      }
      const quote = await me.post("/posts", { body: "see", quoted_id: post.id });
      assert.equal(quote.status, may ? 201 : 403, `${control} ${name} ${quote.text}`);
      if (!may) assert.equal(quote.body.code, "quotes-limited");
      const byTable = app.db.sql.begin(async (sql) => {
        const claims = {
          role: "authenticated",
          sub: town[name].id,
          session_id: town[name].sessionId,
        };
        await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
        await sql`insert into posts (body, parent_id) values ('by table', ${post.id})`;
      });
      if (may) await byTable;
      else await assert.rejects(byTable, { code: "PT403" });
    }
    const nobody = (await app.anonymous.get(`/posts/${post.id}`)).body.viewer;
    assert.deepEqual([nobody.can_reply, nobody.can_quote], [false, false]);
  }
});

Deno.test("posts: a control is changed for all that hangs below", async () => {
  await using town = await openTown();
  const { app, ada, other } = town;
  const post = await write(app, ada, "root");
  const comment = await write(app, other, "first", { parent_id: post.id });
  const closed = await app.as(ada).patch(`/posts/${post.id}`, { reply_control: "nobody" });
  assert.equal(closed.body.reply_control, "nobody");
  assert.equal(closed.body.edited_at, null, "its text is what it was");
  const reply = await app.as(other).post(`/posts/${comment.id}/comment`, { body: "no" });
  assert.equal(reply.body.code, "replies-limited");
  const own = await app.as(other).patch(`/posts/${comment.id}`, { reply_control: "everyone" });
  assert.equal(own.status, 409, own.text);
  const bad = await app.as(ada).patch(`/posts/${post.id}`, { reply_control: "friends" });
  assert.equal(bad.body.errors[0].path, "reply_control");
});

Deno.test("posts: visibility is narrowed always, widened only while nobody else has answered", async () => {
  await using town = await openTown();
  const { app, ada, friend, other } = town;
  await app.db.sql`insert into follows (follower_id, followee_id) values (${friend.id}, ${ada.id})`;
  const post = await write(app, ada, "hello");
  const seen = async (who: TestPerson) => (await app.as(who).get(`/posts/${post.id}`)).status;
  const change = async (visibility: string) =>
    (await app.as(ada).patch(`/posts/${post.id}`, { visibility })).status;
  assert.equal(await change("followers"), 200);
  assert.deepEqual([await seen(friend), await seen(other)], [200, 404]);
  assert.equal(await change("public"), 200);
  const comment = await write(app, friend, "for all", { parent_id: post.id });
  assert.equal(await change("followers"), 200);
  assert.equal((await app.as(other).get(`/posts/${comment.id}`)).status, 404);
  assert.equal((await app.as(friend).get(`/posts/${comment.id}`)).body.visibility, "followers");
  for (const visibility of ["public", "mentioned", "room"]) {
    assert.equal(await change(visibility), 409, visibility);
  }
  const foreign = await app.as(friend).patch(`/posts/${post.id}`, { visibility: "public" });
  assert.equal(foreign.status, 403);
  const below = await app.as(friend).patch(`/posts/${comment.id}`, { visibility: "public" });
  assert.equal(below.status, 409);
});

Deno.test("posts: a warning makes a post sensitive and is screened like its text", async () => {
  await using town = await openTown();
  const { app, ada } = town;
  const post = await write(app, ada, "gore", { content_warning: "x".repeat(200) });
  assert.deepEqual([post.sensitive, post.content_warning.length], [true, 200]);
  for (const content_warning of ["", "x".repeat(201), "🙂".repeat(201)]) {
    const long = await app.as(ada).post("/posts", { body: "x", content_warning });
    assert.equal(long.status, 422, long.text);
  }
  const held = await app.as(ada).patch(`/posts/${post.id}`, { content_warning: "you wetbacks" });
  assert.equal(held.body.status, "held", held.text);
  const none = await app.as(ada).patch(`/posts/${post.id}`, {
    content_warning: null,
    sensitive: false,
  });
  assert.deepEqual([none.body.content_warning, none.body.sensitive], [null, false]);
  const option = await app.as(ada).post("/posts", {
    body: "which?",
    poll: {
      options: ["you wetbacks", "b"],
      closes_at: new Date(Date.now() + 3_600_000).toISOString(),
    },
  });
  assert.equal(option.body.status, "held");
});

Deno.test("[UX-05] [PO-05] earlier texts are listed for whoever sees the post, 50 at most", async () => {
  await using town = await openTown();
  const { app, ada, named, other } = town;
  const post = await write(app, ada, "hi @named", { visibility: "mentioned" });
  assert.equal(post.edited_at, null);
  const path = `/posts/${post.id}/history`;
  assert.deepEqual((await app.as(named).get(path)).body.items, []);
  const edited = await app.as(ada).patch(`/posts/${post.id}`, { body: "ho @named" });
  await app.as(ada).patch(`/posts/${post.id}`, { body: "you wetbacks @named" });
  await app.as(ada).patch(`/posts/${post.id}`, { body: "hello @named" });
  assert.equal((await app.as(named).get(path)).status, 404, "it is held");
  await app.db.sql`update posts set status = 'published' where id = ${post.id}`;
  const history = await app.as(named).get(path);
  assert.equal(history.status, 200, history.text);
  const { items } = history.body;
  assert.deepEqual(items.map((item: { body: string }) => item.body), ["ho @named", "hi @named"]);
  assert.equal(items[1].edited_by.handle, "ada");
  assert.equal(Date.parse(items[1].edited_at), Date.parse(edited.body.edited_at));
  assert.equal((await app.as(other).get(path)).status, 404);
  assert.equal((await app.anonymous.get(path)).status, 404);
  for (let n = 0; n < 55; n++) {
    await app.as(ada).patch(`/posts/${post.id}`, { body: `${n} @named` });
  }
  const first = await app.as(named).get(`${path}?limit=40`);
  const rest = await app.as(named).get(`${path}?limit=40&cursor=${first.body.next_cursor}`);
  assert.deepEqual([first.body.items.length, rest.body.items.length], [40, 10]);
  assert.equal(rest.body.next_cursor, null);
});

Deno.test("[PO-15] an edit tells those it mentions first, once, and takes it from the others", async () => {
  await using town = await openTown();
  const { app, ada, named, other } = town;
  const post = await write(app, ada, "hi @named");
  await app.runJobs();
  const told = async (who: TestPerson) => {
    const { body } = await app.as(who).get("/notifications");
    return body.items.map((item: { type: string }) => item.type);
  };
  assert.deepEqual([await told(named), await told(other)], [["mention"], []]);
  const edited = await app.as(ada).patch(`/posts/${post.id}`, { body: "hi @other #new" });
  assert.deepEqual(edited.body.hashtags, ["new"]);
  await app.runJobs();
  assert.deepEqual([await told(named), await told(other)], [[], ["mention"]]);
  await app.as(ada).patch(`/posts/${post.id}`, { body: "hi again @other" });
  await app.runJobs();
  assert.deepEqual(await told(other), ["mention"]);
});
