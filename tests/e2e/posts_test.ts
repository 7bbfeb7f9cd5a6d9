/**
 * @module The whole life of a post on the running stack, by table and by API: photo, mention,
 * hashtag, poll and link; seen by those who may; changed, reacted to, deleted, gone.
 */
import assert from "node:assert/strict";
import postgres, { type Sql } from "postgres";
import { anonymousClient, stackInfo } from "../support/stack.ts";
import { until } from "../support/until.ts";
import { bytesOf, halves } from "../media_worker/support.ts";
import { call, leave, listen, type Person, signUp, STACK_TEST } from "./support.ts";

/** Writes a post in one of the ways in, and says its id. */
type Way = (author: Person, post: Readonly<Record<string, unknown>>) => Promise<string>;

async function byTable(...[author, post]: Parameters<Way>): Promise<string> {
  const { data } = await author.client.from("posts").insert(post).select("id").single()
    .throwOnError();
  return data.id;
}

async function byApi(...[author, post]: Parameters<Way>): Promise<string> {
  const { status, body } = await call(author, "POST", "/posts", post);
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

async function uploadPhoto(owner: Person): Promise<string> {
  const { url, publishable_key } = stackInfo();
  const form = new FormData();
  const bytes = await bytesOf(halves(900, 600).jpeg());
  form.set("file", new File([bytes], "photo.jpg", { type: "image/jpeg" }));
  const response = await fetch(`${url}/functions/v1/api/media/upload`, {
    method: "POST",
    headers: { apikey: publishable_key, authorization: `Bearer ${owner.token}` },
    body: form,
  });
  const { id } = await response.json();
  assert.equal(response.status, 201);
  return id;
}

/** A page that can be linked to. */
function servePage(title: string) {
  return Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => undefined },
    () =>
      new Response(`<title>x</title><meta property="og:title" content="${title}">`, {
        headers: { "content-type": "text/html" },
      }),
  );
}

/** Whether somebody finds the post: by API, by table, among comments, by search. */
async function finds(reader: Person | undefined, id: string, word: string): Promise<boolean[]> {
  const client = reader?.client ?? anonymousClient();
  const { url, publishable_key } = stackInfo();
  const headers = {
    apikey: publishable_key,
    ...(reader === undefined ? {} : { authorization: `Bearer ${reader.token}` }),
  };
  const read = async (path: string) => {
    const response = await fetch(`${url}/functions/v1/api${path}`, { headers });
    return { status: response.status, body: await response.json() };
  };
  const rows = await client.from("posts").select("id").eq("id", id).throwOnError();
  const hits = (await read(`/search?q=${word}&type=posts`)).body.items;
  return [
    (await read(`/posts/${id}`)).status === 200,
    (await read(`/posts/${id}/comments`)).status === 200,
    rows.data.length === 1,
    hits.some(({ item }: { item: { id: string } }) => item.id === id),
  ];
}

/** Names of tables in which a row names the post, its file or its word. */
async function tracesOf(sql: Sql, needles: readonly string[]): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('public', 'private', 'storage')
      -- Logs of what has happened, swept by time; they hold no words.
      and c.relname not in ('outbox', 'counter_deltas', 'job_runs')`;
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await sql.unsafe(
      `select 1 from ${name} t where t::text like any ($1::text[]) limit 1`,
      [needles.map((needle) => `%${needle}%`)],
    );
    if (rows.length > 0) found.push(name);
  }
  return found.toSorted();
}

async function makeCast() {
  const people = await Promise.all(["ann", "bob", "cat", "eve"].map(signUp));
  const [ann, bob, blocked, stranger] = people;
  assert.ok(ann && bob && blocked && stranger);
  for (const follower of [bob, blocked]) {
    await follower.client.from("follows").insert({ followee_id: ann.id }).throwOnError();
  }
  await ann.client.from("blocks").insert({ blocked_id: blocked.id }).throwOnError();
  return { ann, bob, blocked, stranger };
}

/** What the reader sees of the post once its jobs are done. */
async function readFinished(reader: Person, id: string) {
  // deno-lint-ignore no-explicit-any
  let post: any;
  await until(async () => {
    post = (await call(reader, "GET", `/posts/${id}`)).body;
    return post?.link_preview !== null && post?.media?.[0]?.status === "ready" &&
      post?.media[0].urls.thumb !== undefined;
  }, "card and variants");
  return post;
}

async function isTold(person: Person, type: string, id: string): Promise<boolean> {
  const { body } = await call(person, "GET", "/notifications");
  return body.items.some((item: { type: string; subject: { id: string } }) =>
    item.type === type && item.subject.id === id
  );
}

/** A post with all that a post can have, and what is needed to look for it. */
async function makeScene(write: Way) {
  const word = `w${crypto.randomUUID().replaceAll("-", "")}`;
  const page = servePage(word);
  const link = `http://127.0.0.1:${page.addr.port}/${word}`;
  const cast = await makeCast();
  const { ann, bob } = cast;
  const media = await uploadPhoto(ann);
  const closes_at = new Date(Date.now() + 3_600_000).toISOString();
  const available = await listen(bob, `feed:${bob.id}`, "post.available");
  const id = await write(ann, {
    body: `${word} @${bob.handle} #${word} ${link}`,
    visibility: "followers",
    media_ids: [media],
    poll: { options: ["yes", "no"], closes_at },
  });
  assert.equal((await available()).post_id, id);
  return { ...cast, id, word, link, media, page };
}

type Scene = Awaited<ReturnType<typeof makeScene>>;

/** Everybody who may sees all of it; nobody else finds it. Gives the address of a variant. */
async function assertSeen({ ann, bob, blocked, stranger, id, word }: Scene): Promise<string> {
  const post = await readFinished(bob, id);
  assert.deepEqual(post.hashtags, [word]);
  assert.deepEqual(post.mentions.map((person: Person) => person.id), [bob.id]);
  assert.equal(post.link_preview.title, word);
  assert.deepEqual(post.poll.options, [{ text: "yes", votes: null }, { text: "no", votes: null }]);
  await until(async () => (await finds(bob, id, word)).every(Boolean), "found by a follower");
  assert.deepEqual(await finds(ann, id, word), [true, true, true, true]);
  for (const other of [blocked, stranger, undefined]) {
    assert.deepEqual(await finds(other, id, word), [false, false, false, false]);
  }
  const { thumb } = post.media[0].urls;
  const photo = await fetch(thumb);
  assert.deepEqual([photo.status, (await photo.bytes()).length > 0], [200, true]);
  await until(() => isTold(bob, "mention", id), "the mention is told");
  return thumb;
}

async function changeAndReact({ ann, bob, id, word, link }: Scene): Promise<void> {
  const changed = await listen(bob, `post:${id}`, "post.updated");
  const edit = { body: `${word} changed @${bob.handle} #${word} ${link}` };
  await ann.client.from("posts").update(edit).eq("id", id).throwOnError();
  assert.equal((await changed() as { post: { id: string } }).post.id, id);
  assert.equal((await call(bob, "GET", `/posts/${id}/history`)).body.items.length, 1);
  for (const kind of ["like", "wow"]) {
    await bob.client.from("post_reactions").upsert({ post_id: id, kind }).throwOnError();
  }
  assert.equal((await call(bob, "POST", `/posts/${id}/vote`, { options: [0] })).status, 200);
  await call(bob, "POST", `/posts/${id}/bookmark`);
  const seen = (await call(ann, "GET", `/posts/${id}`)).body;
  assert.deepEqual([seen.reactions, seen.edited_at !== null], [[{ kind: "wow", count: 1 }], true]);
  await until(() => isTold(ann, "reaction", id), "the reaction is told");
}

async function assertGone({ ann, bob, id, word, media }: Scene, thumb: string): Promise<void> {
  const sql = postgres(stackInfo().db_url, { max: 1, onnotice: () => undefined });
  const needles = [id, media, word];
  const before = await tracesOf(sql, needles);
  for (const table of ["private.link_previews", "public.notifications", "storage.objects"]) {
    assert.ok(before.includes(table), `${table} is in the test: ${before}`);
  }
  await ann.client.from("posts").delete().eq("id", id).throwOnError();
  assert.deepEqual(await finds(bob, id, word), [false, false, false, false]);
  // hashtags keeps every tag that was ever used; who sees no post with it does not see it.
  const gone = async () =>
    (await tracesOf(sql, needles)).filter((table) => table !== "public.hashtags").length === 0;
  await until(gone, "row, variants, document, notifications and card are gone");
  const photo = await fetch(thumb);
  await photo.body?.cancel();
  assert.equal(photo.status, 404);
  await sql.end({ timeout: 1 });
}

async function live(write: Way): Promise<void> {
  const scene = await makeScene(write);
  const thumb = await assertSeen(scene);
  await changeAndReact(scene);
  await assertGone(scene, thumb);
  await scene.page.shutdown();
  await leave(scene.ann, scene.bob, scene.blocked, scene.stranger);
}

Deno.test(
  "[PO-02] [PO-06] [PO-14] [UX-10] [B7] the life of a post by table: seen, changed, gone",
  STACK_TEST,
  () => live(byTable),
);

Deno.test(
  "[PO-02] [PO-06] [PO-15] [UX-10] [B7] the life of a post by API: seen, changed, gone",
  STACK_TEST,
  () => live(byApi),
);
