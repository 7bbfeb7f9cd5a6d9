/** @module Search as people see it, by both engines. */
import assert from "node:assert/strict";
import { Meilisearch } from "meilisearch";
import { openApp, type TestApp, type TestClient, type TestPerson } from "../support/app.ts";
import { startMeilisearch } from "../support/meilisearch.ts";

interface Hit {
  readonly type: string;
  readonly item: { readonly id: string };
  readonly highlight: Readonly<Record<string, string>>;
}

async function addPost(
  app: TestApp,
  author: TestPerson,
  body: string,
  visibility = "public",
): Promise<string> {
  const { status, body: post } = await app.as(author).post("/posts", { body, visibility });
  assert.equal(status, 201);
  return post.id;
}

async function addRoom(app: TestApp, owner: TestPerson, name: string, isPrivate = false) {
  const [row] = await app.db.sql<{ id: string }[]>`
    with room as (
      insert into public.rooms (kind, name, is_private, created_by)
      values ('channel', ${name}, ${isPrivate}, ${owner.id}) returning id)
    select id, private.emit('room.created', id, ${owner.id}) from room`;
  assert.ok(row);
  await app.db.sql`
    insert into public.room_members (room_id, profile_id, role)
    values (${row.id}, ${owner.id}, 'owner')`;
  return row.id;
}

async function idsFound(client: TestClient, query: string): Promise<Set<string>> {
  const { status, body } = await client.get(`/search?limit=100&${query}`);
  assert.equal(status, 200);
  return new Set(body.items.map((hit: Hit) => hit.item.id));
}

interface Square {
  readonly ada: TestPerson;
  readonly bob: TestPerson;
  readonly eve: TestPerson;
}

async function makePeople(app: TestApp): Promise<Square> {
  const [ada, bob, eve] = [
    await app.signUp("ada_garden"),
    await app.signUp("bob_garden"),
    await app.signUp("eve_other"),
  ];
  return { ada, bob, eve };
}

/** What holds for either engine. `refresh` brings the engine up to date. */
async function checkVisibility(app: TestApp, engine: string, refresh: () => Promise<void>) {
  const { ada, bob, eve } = await makePeople(app);
  const open = await addPost(app, ada, "My garden in spring");
  const inner = await addPost(app, ada, "Secret garden for followers", "followers");
  const publicRoom = await addRoom(app, ada, "Garden friends");
  const privateRoom = await addRoom(app, ada, "Garden committee", true);
  await refresh();

  const everything = new Set([ada.id, bob.id, open, inner, publicRoom, privateRoom]);
  assert.deepEqual(await idsFound(app.as(ada), "q=garden"), everything);
  const others = new Set([ada.id, bob.id, open, publicRoom]);
  assert.deepEqual(await idsFound(app.as(eve), "q=garden"), others);
  assert.deepEqual(await idsFound(app.anonymous, "q=garden"), new Set([ada.id, bob.id, open]));
  assert.equal((await app.as(eve).get("/search?q=garden")).body.engine, engine);

  await app.db
    .sql`insert into public.blocks (blocker_id, blocked_id) values (${ada.id}, ${eve.id})`;
  assert.deepEqual(await idsFound(app.as(eve), "q=garden"), new Set([bob.id, publicRoom]));
}

/** The API with a search service. */
async function openWithService(service: { url: string; key: string }) {
  const search = new Meilisearch({ host: service.url, apiKey: service.key });
  return await openApp({ deps: () => ({ search }) });
}

Deno.test("[SE-01] [SE-03] [SE-05] [SE-06] Postgres shows what one may see, no more", async () => {
  await using app = await openApp();
  await checkVisibility(app, "postgres", () => Promise.resolve());
});

Deno.test("[SE-01] [SE-03] [SE-05] [SE-06] Meilisearch shows the same as Postgres", async () => {
  await using service = startMeilisearch();
  await using app = await openWithService(service);
  await checkVisibility(app, "meilisearch", () => app.runJobs());
  assert.ok(service.searches > 0);
});

Deno.test("[SE-06] search: a stale copy never shows what has become hidden", async () => {
  await using service = startMeilisearch();
  await using app = await openWithService(service);
  const { ada, eve } = await makePeople(app);
  const gone = await addPost(app, ada, "Pelican gone");
  const held = await addPost(app, ada, "Pelican held");
  await app.runJobs();
  assert.deepEqual(await idsFound(app.as(eve), "q=pelican"), new Set([gone, held]));
  await app.as(ada).delete(`/posts/${gone}`);
  await app.db.sql`update public.posts set status = 'held' where id = ${held}`;
  assert.equal(service.indexes.get("townsquare_posts")?.size, 2);
  assert.deepEqual(await idsFound(app.as(eve), "q=pelican"), new Set());
  await app.runJobs();
  assert.ok(!service.indexes.get("townsquare_posts")?.has(gone));
});

Deno.test("[SE-06] search: Postgres answers while the search service is down", async () => {
  await using service = startMeilisearch();
  await using app = await openWithService(service);
  const { ada } = await makePeople(app);
  await app.runJobs();
  assert.equal((await app.as(ada).get("/search?q=garden")).body.engine, "meilisearch");
  service.outage = true;
  const { body } = await app.as(ada).get("/search?q=garden");
  assert.equal(body.engine, "postgres");
  assert.equal(body.items.length, 2);
});

Deno.test("[SE-06] search: the consumer copies rows as they are", async () => {
  await using service = startMeilisearch();
  await using app = await openWithService(service);
  const { ada } = await makePeople(app);
  await addRoom(app, ada, "Harbour");
  await app.db.sql`
    update public.profiles set display_name = 'Countess' where id = ${ada.id}`;
  await app.runJobs();
  const document = service.indexes.get("townsquare_users")?.get(ada.id);
  assert.deepEqual(document, { id: ada.id, handle: ada.handle, display_name: "Countess" });
  assert.equal(service.indexes.get("townsquare_rooms")?.size, 1);
});

Deno.test("[SE-06] [BK-03] search: an index is made anew from the database, part by part", async () => {
  await using service = startMeilisearch();
  await using app = await openWithService(service);
  const { ada } = await makePeople(app);
  const gone = await addPost(app, ada, "Not here any more");
  await app.runJobs();
  // As a restore does it: rows come and go without events.
  await app.db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`delete from public.posts where id = ${gone}`;
    await sql`insert into public.posts (author_id, audience_owner_id, body)
      select ${ada.id}, ${ada.id}, 'Brought back ' || i from generate_series(1, 1001) i`;
  });
  const [posts] = await app.db.sql`select count(*)::int as n from public.posts`;

  await app.db.sql`select private.resume_restored()`;
  await app.runJobs();

  assert.equal(service.indexes.get("townsquare_posts")?.size, posts?.n);
  assert.ok(!service.indexes.get("townsquare_posts")?.has(gone));
  assert.ok(service.indexes.get("townsquare_users")?.has(ada.id));
});

Deno.test("[SE-03] [SE-05] Postgres: typing errors, accents, all words before any", async () => {
  await using app = await openApp();
  const { ada, bob } = await makePeople(app);
  await app.db.sql`update public.profiles set display_name = 'José Núñez' where id = ${bob.id}`;
  assert.deepEqual(await idsFound(app.anonymous, "q=nunez"), new Set([bob.id]));
  assert.deepEqual(await idsFound(app.anonymous, "q=ada_gadren"), new Set([ada.id]));
  const both = await addPost(app, ada, "Red apples and green pears");
  const one = await addPost(app, ada, "Red bricks");
  assert.deepEqual(await idsFound(app.anonymous, "q=red+pear&type=posts"), new Set([both]));
  assert.deepEqual(await idsFound(app.anonymous, "q=red+zebra&type=posts"), new Set([both, one]));
});

Deno.test("[SE-05] search: pages follow each other without gaps or doubles", async () => {
  await using app = await openApp();
  const { ada, eve } = await makePeople(app);
  const written = new Set<string>();
  for (let count = 0; count < 7; count++) written.add(await addPost(app, ada, `Kite ${count}`));
  const seen: string[] = [];
  let cursor: string | null = "";
  for (let page = 0; page < 5 && cursor !== null; page++) {
    const at = cursor === "" ? "" : `&cursor=${cursor}`;
    const { body } = await app.as(eve).get(`/search?q=kite&type=posts&limit=3${at}`);
    seen.push(...body.items.map((hit: Hit) => hit.item.id));
    cursor = body.next_cursor;
  }
  assert.equal(seen.length, 7);
  assert.deepEqual(new Set(seen), written);
});

Deno.test("[SE-06] search: marks hits, refuses types that it does not know", async () => {
  await using app = await openApp();
  const { ada } = await makePeople(app);
  await addPost(app, ada, "<i>Violets</i> are blue");
  const { body } = await app.anonymous.get("/search?q=violet");
  assert.deepEqual(body.items[0].type, "post");
  assert.deepEqual(body.items[0].highlight, {
    body: "&lt;i&gt;<mark>Violets</mark>&lt;/i&gt; are blue",
  });
  assert.equal((await app.anonymous.get("/search?q=a&type=messages")).status, 422);
  assert.equal((await app.anonymous.get("/search")).status, 422);
  assert.deepEqual((await app.anonymous.get("/search?q=%21%21")).body.items, []);
});
