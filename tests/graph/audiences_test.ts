/** @module Lists of people, and posts that are kept to one: at every way in. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";
import { attempt } from "../rooms/support.ts";

async function people<const T extends readonly string[]>(app: TestApp, ...handles: T) {
  const made: TestPerson[] = [];
  for (const handle of handles) made.push(await app.signUp(handle));
  return made as { [K in keyof T]: TestPerson };
}

async function makeList(app: TestApp, owner: TestPerson, name: string, members: TestPerson[] = []) {
  const made = await app.as(owner).post("/audiences", { name });
  assert.equal(made.status, 201, made.text);
  for (const { id } of members) {
    const put = await app.as(owner).put(`/audiences/${made.body.id}/members/${id}`);
    assert.equal(put.status, 200, put.text);
  }
  return made.body.id as string;
}

async function write(app: TestApp, person: TestPerson, body: object) {
  const answer = await app.as(person).post("/posts", body);
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

async function bodies(app: TestApp, person: TestPerson, path: string): Promise<string[]> {
  const answer = await app.as(person).get(path);
  assert.equal(answer.status, 200, answer.text);
  return answer.body.items.map((item: { body?: string; post?: { body: string } }) =>
    item.post?.body ?? item.body
  );
}

Deno.test("[XA-01] audiences: a list is made, renamed, filled, read in pages and dropped", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  const id = await makeList(app, ada, " Close ones ", [grace, linus]);

  const again = await app.as(ada).put(`/audiences/${id}/members/grace`);
  const renamed = await app.as(ada).patch(`/audiences/${id}`, { name: "Circle" });
  const lists = await app.as(ada).get("/audiences");
  const first = await app.as(ada).get(`/audiences/${id}/members?limit=1`);
  const second = await app.as(ada).get(
    `/audiences/${id}/members?limit=1&cursor=${first.body.next_cursor}`,
  );
  const off = await app.as(ada).delete(`/audiences/${id}/members/linus`);
  const left = await app.as(ada).get("/audiences");
  const dropped = await app.as(ada).delete(`/audiences/${id}`);
  const gone = await app.as(ada).get(`/audiences/${id}/members`);

  assert.equal(again.status, 200, "being on it already is no error");
  assert.equal(again.body.handle, "grace");
  assert.deepEqual([renamed.body.name, renamed.body.members_count], ["Circle", 2]);
  assert.deepEqual(lists.body.items, [renamed.body]);
  assert.deepEqual([first.body.items[0].handle, second.body.items[0].handle], ["linus", "grace"]);
  assert.equal(second.body.next_cursor, null);
  assert.equal(off.status, 204);
  assert.equal(left.body.items[0].members_count, 1);
  assert.deepEqual([dropped.status, gone.status], [204, 404]);
  assert.equal((await app.db.sql`select from private.audience_members`).length, 0);
});

Deno.test("[XA-01] audiences: of somebody else's list nobody learns anything", async () => {
  await using app = await openApp();
  const [ada, grace] = await people(app, "ada", "grace");
  const id = await makeList(app, ada, "secret", [grace]);
  const as = app.as(grace);

  const answers = [
    await as.get(`/audiences/${id}/members`),
    await as.patch(`/audiences/${id}`, { name: "mine" }),
    await as.delete(`/audiences/${id}`),
    await as.put(`/audiences/${id}/members/${ada.id}`),
    await as.delete(`/audiences/${id}/members/me`),
    await as.post("/posts", { body: "to their list", audience_id: id }),
  ];
  await app.runJobs();
  const told = await as.get("/notifications");

  assert.deepEqual(answers.map(({ status }) => status), [404, 404, 404, 404, 404, 404]);
  assert.deepEqual((await as.get("/audiences")).body.items, []);
  assert.deepEqual(told.body.items, [], "being put on a list rings no bell");
  assert.equal((await app.anonymous.get("/audiences")).status, 401);
  assert.equal((await app.as(ada).get("/audiences")).body.items[0].members_count, 1);
});

Deno.test("[XA-01] audiences: what a list cannot be called, hold, or be used for", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  const id = await makeList(app, ada, "x".repeat(80));
  const parent = await write(app, ada, { body: "parent" });
  await app.as(linus).post("/users/ada/block");
  const as = app.as(ada);
  const bad: [{ status: number; text: string }, number][] = [
    [await as.post("/audiences", { name: "x".repeat(80) }), 409],
    [await as.post("/audiences", { name: "x".repeat(81) }), 422],
    [await as.post("/audiences", { name: " " }), 422],
    [await as.post("/audiences", {}), 422],
    [await as.post("/audiences", { name: "a", owner_id: grace.id }), 422],
    [await as.put(`/audiences/${id}/members/me`), 422],
    [await as.put(`/audiences/${id}/members/nobody_here`), 404],
    [await as.put(`/audiences/${id}/members/${crypto.randomUUID()}`), 404],
    [await as.put(`/audiences/${id}/members/linus`), 404],
    [await as.put(`/audiences/${crypto.randomUUID()}/members/grace`), 404],
    [await as.post("/posts", { body: "x", audience_id: "no id" }), 422],
    [await as.post("/posts", { body: "x", audience_id: crypto.randomUUID() }), 404],
    [await as.post("/posts", { body: "x", audience_id: id, parent_id: parent.id }), 422],
    [await as.post("/posts", { body: "x", audience_id: id, visibility: "mentioned" }), 422],
  ];
  for (const [{ status, text }, expected] of bad) assert.equal(status, expected, text);
  assert.equal((await app.db.sql`select from private.audience_members`).length, 0);
});

Deno.test("[XA-01] audiences: lists and their people are bounded, also by many at once", async () => {
  await using app = await openApp();
  const [ada] = await people(app, "ada");
  await app.db.sql`
    insert into private.audiences (owner_id, name) select ${ada.id}, 'list ' || n
    from generate_series(1, 48) n`;
  const racing = await Promise.all(
    Array.from({ length: 4 }, (_, n) => app.as(ada).post("/audiences", { name: `race ${n}` })),
  );
  const [{ id }] = await app.db.sql`select id from private.audiences limit 1` as unknown as [
    { id: string },
  ];
  await app.db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into public.profiles (id, handle, display_name)
      select gen_random_uuid(), 'many_' || n, 'Many' from generate_series(1, 1001) n`;
    await sql`insert into private.audience_members (audience_id, profile_id)
      select ${id}, p.id from public.profiles p where p.handle like 'many%' and p.handle <> 'many_7'
        and p.handle <> 'many_8'`;
  });
  const last = await app.as(ada).put(`/audiences/${id}/members/many_7`);
  const over = await app.as(ada).put(`/audiences/${id}/members/many_8`);
  const known = await app.as(ada).put(`/audiences/${id}/members/many_9`);

  assert.deepEqual(racing.map(({ status }) => status).sort(), [201, 201, 409, 409]);
  assert.deepEqual([last.status, over.status, known.status], [200, 409, 200]);
});

Deno.test("[XA-01] [ID-20] audiences: only the list sees the post, by every way in", async () => {
  await using app = await openApp();
  const [ada, grace, linus, mel] = await people(app, "ada", "grace", "linus", "mel");
  for (const person of [grace, linus]) await app.as(person).post("/users/ada/follow");
  const list = await makeList(app, ada, "circle", [grace, mel]);
  const post = await write(app, ada, { body: "zebra for few @linus #stripes", audience_id: list });

  assert.equal(post.visibility, "followers");
  assert.equal(post.audience_id, list);
  for (const [person, status] of [[ada, 200], [grace, 200], [mel, 200], [linus, 404]] as const) {
    const seen = await app.as(person).get(`/posts/${post.id}`);
    assert.equal(seen.status, status, `${person.handle}: ${seen.text}`);
    assert.equal(seen.body.audience_id, person === ada ? list : undefined, person.handle);
  }
  assert.equal((await app.anonymous.get(`/posts/${post.id}`)).status, 404);
  const ways = [
    "/posts",
    "/users/ada/posts",
    "/posts?hashtag=stripes",
    "/feed",
    "/feed/following",
  ];
  for (const way of ways) {
    assert.deepEqual(await bodies(app, linus, way), [], `a follower, ${way}`);
    assert.deepEqual(await bodies(app, grace, way), [post.body], `a member, ${way}`);
    assert.deepEqual(await bodies(app, ada, way), [post.body], `the author, ${way}`);
  }
  for (const [person, hits] of [[linus, 0], [grace, 1], [mel, 1]] as const) {
    const found = await app.as(person).get("/search?q=zebra&type=posts");
    assert.equal(found.body.items.length, hits, `search by ${person.handle}`);
  }
  await app.runJobs();
  assert.deepEqual((await app.as(linus).get("/notifications")).body.items, [], "mentioned");
  assert.equal((await app.as(linus).get("/users/ada")).body.counts.posts, 0, "counted");
  const [row] = await app.db.sql`select audience_id from public.posts where id = ${post.id}`;
  assert.equal(row?.audience_id, null, "who sees the row does not see the list");
});

Deno.test("[XA-01] audiences: comments and reactions stay within, quotes and reshares are refused", async () => {
  await using app = await openApp();
  const [ada, grace, linus, mel] = await people(app, "ada", "grace", "linus", "mel");
  for (const person of [grace, linus]) await app.as(person).post("/users/ada/follow");
  await app.as(linus).post("/users/grace/follow");
  const list = await makeList(app, ada, "circle", [grace, mel]);
  const post = await write(app, ada, { body: "for few", audience_id: list });
  const comment = await app.as(grace).post(`/posts/${post.id}/comment`, { body: "heard" });
  const deeper = await app.as(mel).post(`/posts/${comment.body.id}/comment`, { body: "me too" });

  assert.deepEqual([comment.status, deeper.status], [201, 201]);
  for (const id of [comment.body.id, deeper.body.id]) {
    assert.equal((await app.as(mel).get(`/posts/${id}`)).status, 200);
    assert.equal((await app.as(ada).get(`/posts/${id}`)).status, 200);
    assert.equal((await app.as(linus).get(`/posts/${id}`)).status, 404);
  }
  const outside = app.as(linus);
  assert.equal((await outside.post(`/posts/${post.id}/comment`, { body: "x" })).status, 404);
  assert.equal((await outside.post(`/posts/${post.id}/like`)).status, 404);
  assert.equal((await app.as(grace).post(`/posts/${post.id}/like`)).status, 200);
  const quote = await app.as(grace).post("/posts", { body: "look", quoted_id: post.id });
  assert.equal(quote.status, 403);
});

Deno.test("[XA-01] [GR-07] audiences: another's list does not tell whom its owner has blocked", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  const list = await makeList(app, ada, "circle", []);
  await app.as(ada).post("/users/grace/block");
  const put = (person: TestPerson) =>
    attempt(
      app,
      linus,
      `insert into private.audience_members (audience_id, profile_id)
      values ('${list}', '${person.id}')`,
    );

  assert.deepEqual([await put(grace), await put(linus), await put(ada)], Array(3).fill("42501"));
});

Deno.test("[XA-01] audiences: being taken off, blocked, or the end of the list hides at once", async () => {
  await using app = await openApp();
  const [ada, grace, linus, mel] = await people(app, "ada", "grace", "linus", "mel");
  for (const person of [grace, linus, mel]) await app.as(person).post("/users/ada/follow");
  const list = await makeList(app, ada, "circle", [grace, linus, mel]);
  const post = await write(app, ada, { body: "for few", audience_id: list });
  const seenBy = async () => {
    const who = [];
    for (const person of [ada, grace, linus, mel]) {
      if ((await app.as(person).get(`/posts/${post.id}`)).status === 200) who.push(person.handle);
    }
    return who;
  };

  const atFirst = await seenBy();
  await app.as(ada).delete(`/audiences/${list}/members/grace`);
  const afterRemoval = await seenBy();
  await app.as(linus).post("/users/ada/block");
  await app.as(linus).delete("/users/ada/block");
  await app.as(linus).post("/users/ada/follow");
  const afterBlock = await seenBy();
  await app.as(ada).delete(`/audiences/${list}`);
  const afterEnd = await seenBy();

  assert.deepEqual(atFirst, ["ada", "grace", "linus", "mel"]);
  assert.deepEqual(afterRemoval, ["ada", "linus", "mel"], "a follower off the list");
  assert.deepEqual(afterBlock, ["ada", "mel"], "a block taken back does not bring the list back");
  assert.deepEqual(afterEnd, ["ada"], "never wider than before");
  assert.deepEqual(await bodies(app, mel, "/feed/following"), []);
  assert.deepEqual(await bodies(app, ada, "/feed/following"), ["for few"]);
});

Deno.test("[XA-01] audiences: a table write is kept to the list as well; counts end at zero", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  for (const person of [grace, linus]) await app.as(person).post("/users/ada/follow");
  const list = await makeList(app, ada, "circle", [grace]);
  const foreign = await makeList(app, grace, "hers", []);
  const id = crypto.randomUUID();
  const insert = (audience: string) =>
    app.db.sql.begin(async (sql) => {
      const claims = { role: "authenticated", sub: ada.id, session_id: ada.sessionId };
      await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
      await sql`insert into public.posts (id, body, audience_id)
        values (${id}, 'few', ${audience})`;
    });

  await assert.rejects(insert(foreign), { code: "PT404" });
  await insert(list);

  assert.equal((await app.as(grace).get(`/posts/${id}`)).status, 200);
  assert.equal((await app.as(linus).get(`/posts/${id}`)).status, 404);
  assert.equal((await app.as(ada).delete(`/posts/${id}`)).status, 204);
  assert.equal((await app.as(ada).get("/users/me")).body.counts.posts, 0);
  assert.equal((await app.db.sql`select from private.post_audiences`).length, 0);
});
