/** @module What the graph keeps from others: hidden lists, private accounts, blocks and mutes. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

async function people<const T extends readonly string[]>(app: TestApp, ...handles: T) {
  const made: TestPerson[] = [];
  for (const handle of handles) made.push(await app.signUp(handle));
  return made as { [K in keyof T]: TestPerson };
}

const HIDDEN = { items: null, next_cursor: null };

async function listsOf(app: TestApp, reader: TestPerson, handle: string) {
  const client = app.as(reader);
  const lists: Record<string, string[] | null> = {};
  for (const kind of ["followers", "following", "friends"]) {
    const { status, body, text } = await client.get(`/users/${handle}/${kind}`);
    assert.equal(status, 200, text);
    if (body.items === null) assert.deepEqual(body, HIDDEN);
    lists[kind] = body.items?.map((item: { handle: string }) => item.handle) ?? null;
  }
  const { counts } = (await client.get(`/users/${handle}`)).body;
  return { ...lists, counts: [counts.followers, counts.following] };
}

async function told(app: TestApp, person: TestPerson): Promise<string[]> {
  await app.runJobs();
  const { body } = await app.as(person).get("/notifications");
  return body.items.map((item: { type: string; actors: { handle: string }[] }) =>
    `${item.type} ${item.actors[0]?.handle}`
  );
}

Deno.test("[XA-01] [GR-10] hidden lists and counts are null for others, whole for oneself", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  await app.as(ada).post("/users/grace/follow");
  await app.as(grace).post("/users/ada/follow");
  const hide = (privacy: object) => app.as(ada).patch("/users/me/settings", { privacy });
  const whole = { followers: ["grace"], following: ["grace"], friends: ["grace"], counts: [1, 1] };

  const open = await listsOf(app, linus, "ada");
  assert.equal((await hide({ hide_followers: true })).status, 200);
  const noFollowers = await listsOf(app, linus, "ada");
  await hide({ hide_followers: false, hide_following: true });
  const noFollowing = await listsOf(app, grace, "ada");
  const own = await listsOf(app, ada, "ada");

  assert.deepEqual(open, whole);
  assert.deepEqual(noFollowers, {
    ...whole,
    followers: null,
    friends: null,
    counts: [null, 1],
  });
  assert.deepEqual(noFollowing, {
    ...whole,
    following: null,
    friends: null,
    counts: [1, null],
  });
  assert.deepEqual(own, whole);
  assert.equal((await app.anonymous.get("/users/ada")).body.counts.following, null);
});

Deno.test("[XA-01] lists of a private account are for those whom it has let in", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  await app.as(grace).post("/users/ada/follow");
  await app.as(ada).patch("/users/me", { is_private: true });

  const outside = await listsOf(app, linus, "ada");
  const inside = await listsOf(app, grace, "ada");

  assert.deepEqual(outside, { followers: null, following: null, friends: null, counts: [1, 0] });
  assert.deepEqual(inside, { followers: ["grace"], following: [], friends: [], counts: [1, 0] });
});

Deno.test("[XA-01] [GR-06] going public grants what waits, of many by a job; going private keeps followers", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  const go = (is_private: boolean) => app.as(ada).patch("/users/me", { is_private });
  await go(true);
  await app.as(grace).post("/users/ada/follow");
  await go(false);
  const following = await app.as(grace).get("/users/ada");
  await go(true);
  const kept = await app.as(grace).get("/users/ada");
  const asked = await app.as(linus).post("/users/ada/follow");
  await app.db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into public.profiles (id, handle, display_name)
      select gen_random_uuid(), 'many_' || n, 'Many' from generate_series(1, 450) n`;
    await sql`insert into public.follow_requests (requester_id, target_id)
      select p.id, ${ada.id} from public.profiles p where p.handle like 'many%'`;
  });
  await go(false);
  const [atOnce] = await app.db.sql`select count(*)::int as n from public.follow_requests`;
  await app.runJobs();
  const [left] = await app.db.sql`select count(*)::int as n from public.follow_requests`;

  assert.equal(following.body.viewer.following, "yes");
  assert.equal(kept.body.viewer.following, "yes");
  assert.equal(asked.body.viewer.following, "requested");
  assert.deepEqual([atOnce?.n, left?.n], [251, 0]);
  assert.equal((await app.as(ada).get("/users/me")).body.counts.followers, 452);
  assert.ok((await told(app, linus)).includes("follow_accepted ada"));
});

Deno.test("[GR-06] a request is told, granted and told again, end to end", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  await app.as(ada).patch("/users/me", { is_private: true });
  await app.as(grace).post("/users/ada/follow");
  await app.as(linus).post("/users/ada/follow");

  const asked = await told(app, ada);
  const item = (await app.as(ada).get("/follow-requests")).body.items[1];
  await app.as(ada).post(`/follow-requests/${grace.id}/accept`);
  await app.as(ada).post(`/follow-requests/${linus.id}/reject`);
  const stranger = await app.as(ada).post(`/follow-requests/${ada.id}/accept`);
  const nobody = await app.as(ada).post(`/follow-requests/${crypto.randomUUID()}/reject`);

  assert.deepEqual(asked, ["follow_request linus", "follow_request grace"]);
  assert.equal(item.handle, "grace");
  assert.deepEqual(item.viewer, {
    following: "no",
    followed_by: false,
    blocking: false,
    muting: false,
  });
  assert.deepEqual(await told(app, grace), ["follow_accepted ada"]);
  assert.deepEqual(await told(app, linus), [], "a refusal is not told");
  assert.deepEqual([stranger.status, nobody.status], [404, 404]);
  assert.equal((await app.as(ada).get("/users/me")).body.counts.followers, 1);
});

Deno.test("[GR-07] a block makes both invisible to each other everywhere", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  const posts: Record<string, string> = {};
  for (const person of [ada, grace]) {
    const { body } = await app.as(person).post("/posts", { body: `heron by ${person.handle}` });
    posts[person.handle] = body.id;
    await app.as(person).post("/users/linus/follow");
  }
  const commented = await app.as(grace).post(`/posts/${posts.ada}/comment`, { body: "heron too" });
  await app.as(ada).post("/users/grace/block");

  for (const [one, other] of [[ada, grace], [grace, ada]] as const) {
    const as = app.as(one);
    const listed = await Promise.all(
      ["/posts", "/feed", "/feed/following", "/users/linus/followers", "/users/search?q=grace"]
        .concat("/search?q=heron", `/users/search?q=${other.handle}`)
        .map(async (path) => (await as.get(path)).text),
    );
    assert.equal((await as.get(`/posts/${posts[other.handle]}`)).status, 404);
    assert.equal((await as.get(`/posts/${commented.body.id}`)).status, one === ada ? 404 : 200);
    for (const text of listed) {
      assert.ok(!text.includes(`"handle":"${other.handle}"`), `${one.handle}: ${text}`);
    }
    assert.equal((await as.post(`/users/${other.handle}/follow`)).status, 404);
    assert.equal((await as.post(`/users/${other.handle}/mute`)).status, 404);
  }
  assert.equal((await app.as(grace).get("/users/ada")).status, 404);
  assert.equal((await app.as(grace).get("/users/ada/followers")).status, 404);
  assert.equal((await app.as(ada).get("/users/grace")).body.viewer.blocking, true);
  assert.equal((await app.as(linus).get("/users/me/followers")).body.items.length, 2);
});

Deno.test("[GR-07] [GR-05] blocking twice is once; blocking staff takes none of their rights", async () => {
  await using app = await openApp();
  const [ada, mod, linus] = await people(app, "ada", "mod_erator", "linus");
  await app.grantRole(mod, "moderator");
  const post = await app.as(ada).post("/posts", { body: "reported words" });

  const blocked = await app.as(ada).post("/users/mod_erator/block");
  const again = await app.as(ada).post("/users/mod_erator/block");
  await app.as(linus).post(`/posts/${post.body.id}/report`, { reason: "spam" });
  const queue = await app.as(mod).get("/moderation/queue");
  const decided = await app.as(mod).post(
    `/moderation/cases/${queue.body.items[0]?.id}/decision`,
    { action: "remove", reason: "spam" },
  );

  assert.deepEqual([blocked.status, again.status], [200, 200]);
  assert.equal((await app.db.sql`select from public.blocks`).length, 1);
  assert.equal(decided.status, 200, decided.text);
  assert.equal((await app.as(linus).get(`/posts/${post.body.id}`)).status, 404);
});

Deno.test("[GR-08] messages of blocked people are hidden from the blocker", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  const room = await app.as(ada).post("/rooms", { name: "square" });
  const path = `/rooms/${room.body.id}/messages`;
  for (const person of [grace, linus]) {
    await app.as(person).post(`/rooms/${room.body.id}/join`);
    assert.equal((await app.as(person).post(path, { body: `by ${person.handle}` })).status, 201);
  }
  const read = async () => {
    const { body } = await app.as(ada).get(path);
    return body.items.filter((item: { kind: string }) => item.kind === "user")
      .map((item: { body: string }) => item.body);
  };

  const before = await read();
  await app.as(ada).post("/users/grace/block");
  const blocked = await read();
  await app.as(ada).delete("/users/grace/block");

  assert.deepEqual(before, ["by grace", "by linus"]);
  assert.deepEqual(blocked, ["by linus"]);
  assert.deepEqual(await read(), before);
});

Deno.test("[GR-09] a muted person rings no bell, and still may write", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await people(app, "ada", "grace", "linus");
  const post = await app.as(ada).post("/posts", { body: "hear, hear" });
  await app.as(ada).post("/users/grace/mute");

  for (const person of [grace, linus]) {
    await app.as(person).post("/users/ada/follow");
    await app.as(person).post(`/posts/${post.body.id}/like`);
    const comment = await app.as(person).post(`/posts/${post.body.id}/comment`, { body: "@ada" });
    assert.equal(comment.status, 201);
  }
  const heard = await told(app, ada);
  await app.as(ada).delete("/users/grace/mute");
  await app.as(grace).post(`/posts/${post.body.id}/comment`, { body: "again" });

  assert.deepEqual(heard.sort(), ["comment linus", "follow linus", "like linus"]);
  assert.ok((await told(app, ada)).includes("comment grace"), "a mute taken back is over");
});
