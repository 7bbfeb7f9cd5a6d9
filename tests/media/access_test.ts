/** @module Who may fetch a file: the rule of what it hangs on, at every moment and every way in. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import type { TestApp, TestPerson } from "../support/app.ts";
import { fetchUrl, objectNames, openMediaApp, pathOf, uploadPhoto } from "./support.ts";

const ORIGIN = "http://127.0.0.1:9";

/** Who gets the file's description and bytes, with their own token. */
async function readersOf(app: TestApp, id: string, people: readonly TestPerson[]) {
  const clients = [...people.map((person) => app.as(person)), app.anonymous];
  return await Promise.all(clients.map(async (client) => {
    const description = await client.get(`/media/${id}`);
    const bytes = await client.get(`/media/${id}/stream`);
    assert.equal(description.status, bytes.status, "both ways in obey one rule");
    return bytes.status === 200;
  }));
}

Deno.test("[ME-04] [B18] access: a file follows its post through followers, blocks and removal", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve, mod] = [
    await app.signUp("ada"),
    await app.signUp("eve"),
    await app.signUp("mod"),
  ];
  await app.grantRole(mod, "moderator");
  const { id } = (await uploadPhoto(app, ada)).body;
  const seen = () => readersOf(app, id, [ada, eve]);
  assert.deepEqual(await seen(), [true, false, false], "loose: its owner's alone");

  const post = (await app.as(ada).post("/posts", {
    body: "friends only",
    visibility: "followers",
    media_ids: [id],
  })).body;
  assert.deepEqual(await seen(), [true, false, false]);
  await app.as(eve).post(`/users/${ada.id}/follow`);
  assert.deepEqual(await seen(), [true, true, false]);
  const url = (await app.as(eve).get(`/media/${id}`)).body.urls.original;
  assert.equal((await fetchUrl(app, url)).status, 200, "an address made for a follower");
  await app.as(ada).post(`/users/${eve.id}/block`);
  assert.deepEqual(await seen(), [true, false, false]);
  assert.equal((await fetchUrl(app, url)).status, 404, "ends with what it was made on");

  await app.as(ada).delete(`/users/${eve.id}/block`);
  await app.db.sql`update public.posts set visibility = 'public' where id = ${post.id}`;
  assert.deepEqual(await seen(), [true, true, true]);
  await app.db.sql`update public.posts set status = 'removed' where id = ${post.id}`;
  assert.deepEqual(await seen(), [true, false, false]);
});

Deno.test("[ME-04] [B18] access: what a private account answers in an open thread is not everybody's", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const post = (await app.as(ada).post("/posts", { body: "open" })).body;
  const { id } = (await uploadPhoto(app, eve)).body;
  const seen = () => readersOf(app, id, [eve, ada]);
  await app.as(eve).post(`/posts/${post.id}/comment`, { body: "mine", media_ids: [id] });
  assert.deepEqual(await seen(), [true, true, true]);
  await app.as(eve).patch(`/users/${eve.id}`, { is_private: true });
  assert.deepEqual((await seen()).at(-1), false);
});

Deno.test("[ME-04] [RO-43] access: a file in a room is its members', and ends for who is removed", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const { id } = (await uploadPhoto(app, ada)).body;
  const room = (await app.as(ada).post("/rooms", { name: "den", is_private: true })).body;
  await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "look", media_ids: [id] });
  const seen = () => readersOf(app, id, [ada, eve]);

  assert.deepEqual(await seen(), [true, false, false]);
  await app.db
    .sql`insert into public.room_members (room_id, profile_id) values (${room.id}, ${eve.id})`;
  assert.deepEqual(await seen(), [true, true, false]);
  const url = (await app.as(eve).get(`/media/${id}`)).body.urls.thumb;
  await app.db.sql`delete from public.room_members where profile_id = ${eve.id}`;
  assert.deepEqual(await seen(), [true, false, false]);
  assert.equal((await fetchUrl(app, url)).status, 404);
});

/** Addresses of the thumb in what was told live on topics that begin so. */
async function addressesTold(app: TestApp, topic: string): Promise<string[]> {
  const rows = await app.db.sql<{ url: string }[]>`
    select coalesce(m.payload #>> '{message,media,0,urls,thumb}',
      m.payload #>> '{post,media,0,urls,thumb}') as url
    from realtime.messages m where m.topic like ${`${topic}%`} order by m.inserted_at`;
  return rows.map(({ url }) => url).filter((url) => url !== null);
}

Deno.test("[ME-04] [RO-43] access: what a room is told live opens as the room, until one is removed", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const { id } = (await uploadPhoto(app, ada)).body;
  const room = (await app.as(ada).post("/rooms", { name: "den", is_private: true })).body;
  const { token } = (await app.as(ada).post(`/rooms/${room.id}/invites`, {})).body;
  await app.as(eve).post(`/invites/${token}/accept`);
  await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "look", media_ids: [id] });

  const [told = ""] = await addressesTold(app, `room:${room.id}:`);

  assert.equal(
    new URL(told).searchParams.get("viewer"),
    room.id,
    "nobody's own right is passed on",
  );
  assert.equal((await fetchUrl(app, told)).status, 200);
  await app.as(ada).delete(`/rooms/${room.id}/members/${eve.id}`);
  assert.equal((await fetchUrl(app, told)).status, 404, "with the epoch the address ends");
  const [asked] = await app.db.sql.begin(async (sql) => {
    const claims = JSON.stringify({ sub: eve.id, role: "authenticated" });
    await sql`select set_config('request.jwt.claims', ${claims}, true)`;
    await sql`set local role authenticated`;
    return await sql`select private.media_urls(${id}, array['thumb'], true) ->> 'thumb' as url`;
  });
  assert.doesNotMatch(asked?.url, /signature/, "nor is there another one for her");
  assert.equal((await app.as(ada).get(`/media/${id}/stream`)).status, 200);
});

Deno.test("[ME-04] access: what is told live of a post that is not public carries no right at all", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  await app.as(eve).post(`/users/${ada.id}/follow`);
  const post = (await app.as(ada).post("/posts", { body: "hush", visibility: "followers" })).body;
  const { id } = (await uploadPhoto(app, ada)).body;
  const comment = { body: "look", media_ids: [id] };
  assert.equal((await app.as(ada).post(`/posts/${post.id}/comment`, comment)).status, 201);

  const [told = ""] = await addressesTold(app, `post:${post.id}`);

  assert.equal(new URL(told).searchParams.has("signature"), false);
  assert.equal((await fetchUrl(app, told)).status, 404);
  assert.equal((await app.as(eve).get(pathOf(told))).status, 200, "with one's own token it opens");
});

Deno.test("[B18] access: signed addresses cannot be bent", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const [mine, other] = [
    (await uploadPhoto(app, ada)).body,
    (await uploadPhoto(app, ada)).body,
  ];
  const good = new URL(mine.urls.original);
  const bent = (name: string, value: string) => {
    const url = new URL(good);
    url.searchParams.set(name, value);
    return url.href;
  };
  const later = String(Number(good.searchParams.get("expires")) + 1);
  const wrong = [
    bent("variant", "thumb"),
    bent("expires", later),
    bent("viewer", eve.id),
    bent("signature", "0".repeat(64)),
    good.href.replace(mine.id, other.id),
  ];

  assert.equal((await fetchUrl(app, good.href)).status, 200);
  for (const url of wrong) assert.equal((await fetchUrl(app, url)).status, 404, url);
  const lifetime = Number(good.searchParams.get("expires")) - Date.now() / 1_000;
  assert.ok(lifetime > 540 && lifetime <= 661, String(lifetime));
  const [signed] = await app.db.sql`
    select private.media_signature(${mine.id}, 'original', 1000, ${ada.id}) as text`;
  const past = new URL(good);
  past.searchParams.set("expires", "1000");
  past.searchParams.set("signature", signed?.text);
  assert.equal((await fetchUrl(app, past.href)).status, 404, "its time is over");
});

Deno.test("[ME-04] [B18] access: storage itself gives nobody anything, and takes nothing", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const { id } = (await uploadPhoto(app, ada)).body;
  await app.as(ada).post("/posts", { body: "look", media_ids: [id] });
  const [path = ""] = await objectNames(app);
  const key = app.deps.config.env.SUPABASE_ANON_KEY ?? "";
  const client = createClient(ORIGIN, key, {
    accessToken: () => Promise.resolve(ada.token),
    global: { fetch: (input, init) => app.reach(new Request(input, init)) },
  });
  const bucket = client.storage.from("media");

  assert.deepEqual((await bucket.list(ada.id)).data, []);
  assert.ok((await bucket.download(path)).error);
  assert.ok((await bucket.download(path, { transform: { width: 10 } })).error);
  assert.ok((await bucket.createSignedUrl(path, 60)).error);
  assert.ok((await bucket.createSignedUploadUrl(`${ada.id}/mine.jpg`)).error);
  const upload = await bucket.upload(`${ada.id}/mine.html`, "<script>1</script>");
  assert.match(upload.error?.message ?? "", /row-level security/);
  await bucket.remove([path]);
  const open = await app.reach(new Request(`${ORIGIN}/storage/v1/object/public/media/${path}`));
  assert.ok(open.status >= 400);
  await open.body?.cancel();
  assert.ok((await objectNames(app)).includes(path), "it is still there");
  assert.equal((await app.anonymous.get(pathOf(`/media/${id}/stream`))).status, 200);
});
