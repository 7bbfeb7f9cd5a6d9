/** @module Shares and quotes: by HTTP and by table, for whom, in the plain feed, and gone again. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

async function town(app: TestApp) {
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  await app.as(linus).post(`/users/${grace.id}/follow`);
  return { ada, grace, linus };
}

async function following(app: TestApp, person: TestPerson, query = "") {
  const answer = await app.as(person).get(`/feed/following${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body.items.map((item: { post: { body: string }; reason: { code: string } }) =>
    `${item.post.body} (${item.reason.code})`
  );
}

/** Runs a statement as a person, as the REST API does for a table request. */
function byTable(app: TestApp, person: TestPerson, statement: string) {
  return app.db.sql.begin(async (sql) => {
    const claims = { role: "authenticated", sub: person.id, session_id: person.sessionId };
    await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
    return await sql.unsafe(statement);
  });
}

async function notices(app: TestApp, person: TestPerson): Promise<string[]> {
  await app.runJobs();
  const { body } = await app.as(person).get("/notifications");
  return body.items.map((item: { type: string; actors: { handle: string }[] }) =>
    `${item.type} by ${item.actors[0]?.handle}`
  );
}

Deno.test("[PO-12] a share is counted once, told once and stands in followers' plain feeds", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await town(app);
  const { body: post } = await app.as(ada).post("/posts", { body: "hello" });

  const shared = await app.as(grace).post(`/posts/${post.id}/share`);
  const again = await app.as(grace).post(`/posts/${post.id}/share`);
  const own = await app.as(ada).post(`/posts/${post.id}/share`);

  assert.equal(shared.status, 200, shared.text);
  assert.deepEqual([shared.body.id, shared.body.counts.shares, shared.body.viewer.shared], [
    post.id,
    1,
    true,
  ]);
  assert.equal(again.body.counts.shares, 1);
  assert.equal(own.body.counts.shares, 2, "one's own posts too");
  assert.equal((await app.as(linus).get(`/posts/${post.id}`)).body.viewer.shared, false);
  assert.deepEqual(await following(app, linus), ["hello (shared)"]);
  assert.deepEqual(await notices(app, ada), ["share by grace"]);
  const [event] = await app.db.sql`
    select count(*)::int as n from private.outbox where topic = 'content.shared'`;
  assert.equal(event?.n, 2);

  assert.equal((await app.as(grace).delete(`/posts/${post.id}/share`)).status, 204);
  assert.equal((await app.as(grace).delete(`/posts/${post.id}/share`)).status, 204);
  assert.deepEqual(await following(app, linus), []);
  assert.equal((await app.as(grace).get(`/posts/${post.id}`)).body.counts.shares, 1);
  await app.as(grace).post(`/posts/${post.id}/share`);
  assert.deepEqual(await notices(app, ada), ["share by grace"], "told once");
  assert.equal((await app.anonymous.post(`/posts/${post.id}/share`)).status, 401);
});

Deno.test("[PO-12] only what everybody may see is shared and quoted, by API and by table", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await town(app);
  await app.as(grace).post(`/users/${ada.id}/follow`);
  const closed =
    (await app.as(ada).post("/posts", { body: "inner", visibility: "followers" })).body;
  const open = (await app.as(ada).post("/posts", { body: "open" })).body;
  const comment = (await app.as(ada).post(`/posts/${closed.id}/comment`, { body: "c" })).body;

  for (const id of [closed.id, comment.id]) {
    assert.equal((await app.as(grace).post(`/posts/${id}/share`)).status, 403);
    assert.equal((await app.as(ada).post(`/posts/${id}/share`)).status, 403, "even one's own");
    assert.equal((await app.as(grace).post("/posts", { body: "q", quoted_id: id })).status, 403);
    assert.equal((await app.as(linus).post(`/posts/${id}/share`)).status, 404);
    assert.equal((await app.as(linus).post("/posts", { body: "q", quoted_id: id })).status, 404);
    const insert = `insert into public.shares (post_id) values ('${id}')`;
    await assert.rejects(byTable(app, grace, insert), { code: "PT403" });
    await assert.rejects(byTable(app, linus, insert), { code: "PT404" });
  }
  await byTable(app, linus, `insert into public.shares (post_id) values ('${open.id}')`);
  await assert.rejects(
    byTable(app, linus, `insert into public.shares (post_id) values ('${open.id}')`),
    { code: "23505" },
  );
  assert.equal((await app.as(linus).get(`/posts/${open.id}`)).body.counts.shares, 1);
  await byTable(app, linus, `delete from public.shares where post_id = '${open.id}'`);
  assert.equal((await app.as(linus).get(`/posts/${open.id}`)).body.counts.shares, 0);
  const [none] = await app.db.sql`select count(*)::int as n from shares`;
  assert.equal(none?.n, 0);
});

Deno.test("[PO-12] a share is gone when its post is deleted, held, private or by somebody blocked", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await town(app);
  const posts: Record<string, string> = {};
  for (const body of ["deleted", "kept place", "held", "rest"]) {
    posts[body] = (await app.as(ada).post("/posts", { body })).body.id;
    await app.as(grace).post(`/posts/${posts[body]}/share`);
  }
  await app.as(linus).post(`/posts/${posts["kept place"]}/comment`, { body: "answer" });
  await app.as(linus).put(`/posts/${posts["kept place"]}/reaction`, { kind: "wow" });
  await app.as(linus).post(`/posts/${posts["kept place"]}/bookmark`);
  assert.equal((await following(app, linus)).length, 4);

  await app.as(ada).delete(`/posts/${posts["deleted"]}`);
  await app.as(ada).delete(`/posts/${posts["kept place"]}`);
  await app.db.sql`update posts set status = 'held' where id = ${posts["held"] ?? ""}`;
  assert.deepEqual(await following(app, linus), ["rest (shared)"]);
  const place = (await app.as(linus).get(`/posts/${posts["kept place"]}`)).body;
  assert.deepEqual([place.body, place.counts.shares, place.counts.reactions], [null, 0, 0]);
  const { reaction, bookmarked, shared } = place.viewer;
  assert.deepEqual([reaction, bookmarked, shared], [null, false, false]);

  await app.as(ada).patch("/users/me", { is_private: true });
  assert.deepEqual(await following(app, linus), []);
  const seen = () =>
    byTable(app, linus, "select post_id from public.shares").then(({ length }) => length);
  assert.equal(await seen(), 0);
  await app.as(ada).patch("/users/me", { is_private: false });
  assert.equal(await seen(), 1);
  await app.as(ada).post(`/users/${linus.id}/block`);
  assert.deepEqual(await following(app, linus), []);
  assert.equal(await seen(), 0);
});

Deno.test("[PO-12] [UX-04] what several share stands once, at its newest place, page by page", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await town(app);
  const mona = await app.signUp("mona");
  await app.as(linus).post(`/users/${mona.id}/follow`);
  await app.as(linus).post(`/users/${ada.id}/follow`);
  const ids: string[] = [];
  for (let n = 0; n < 4; n++) {
    ids.push((await app.as(ada).post("/posts", { body: `p${n}` })).body.id);
  }
  await app.as(grace).post(`/posts/${ids[1]}/share`);
  await app.as(mona).post(`/posts/${ids[1]}/share`);
  await app.as(mona).post(`/posts/${ids[0]}/share`);

  const found: string[] = [];
  let cursor = "";
  do {
    const { body } = await app.as(linus).get(`/feed/following?limit=2${cursor}`);
    found.push(...body.items.map((item: { post: { body: string } }) => item.post.body));
    cursor = body.next_cursor === null ? "" : `&cursor=${body.next_cursor}`;
  } while (cursor !== "");
  assert.deepEqual(found, ["p0", "p1", "p3", "p2"]);
  // Somebody muted decides nothing about what stands further down.
  await app.as(linus).post(`/users/${mona.id}/mute`);
  assert.deepEqual(await following(app, linus), [
    "p1 (shared)",
    "p3 (following)",
    "p2 (following)",
    "p0 (following)",
  ]);
});

Deno.test("[PO-12] a quote tells the author, and shows nothing that its reader may not see", async () => {
  await using app = await openApp();
  const { ada, grace, linus } = await town(app);
  const quoted = (await app.as(ada).post("/posts", { body: "said" })).body;
  const quote = (await app.as(grace).post("/posts", {
    body: "look @ada",
    quoted_id: quoted.id,
  })).body;
  assert.equal(quote.quoted.body, "said");
  assert.deepEqual(await notices(app, ada), ["quote by grace"], "and not of the mention as well");

  await app.as(ada).post(`/users/${linus.id}/block`);
  assert.equal((await app.as(linus).get(`/posts/${quote.id}`)).body.quoted, null);
  assert.equal((await app.anonymous.get(`/posts/${quote.id}`)).body.quoted.body, "said");
  await app.as(ada).delete(`/posts/${quoted.id}`);
  const left = (await app.as(grace).get(`/posts/${quote.id}`)).body;
  assert.deepEqual([left.body, left.quoted], ["look @ada", null]);
});
