/** @module What goes takes its bytes along, and upkeep finds what was left behind. */
import assert from "node:assert/strict";
import { mediaSweep } from "../../shared/media/mod.ts";
import { objectNames, openMediaApp, uploadBytes, uploadPhoto } from "./support.ts";

Deno.test("[B18] deletion: post, tombstone, message and account take their files along", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  async function attached(path: string): Promise<string> {
    const { id } = (await uploadPhoto(app, ada)).body;
    const { status, body } = await app.as(ada).post(path, { body: "look", media_ids: [id] });
    assert.equal(status, 201);
    return body.id;
  }
  async function left(): Promise<number> {
    await app.runJobs();
    const [row] = await app.db.sql`select count(*)::int as n from public.media`;
    const names = await objectNames(app);
    assert.equal(new Set(names.map((name) => name.split("/")[1])).size, row?.n);
    return row?.n;
  }
  const room = (await app.as(ada).post("/rooms", { name: "den" })).body;
  const [bare, answered] = [await attached("/posts"), await attached("/posts")];
  const message = await attached(`/rooms/${room.id}/messages`);
  await uploadPhoto(app, ada);
  await app.as(eve).post(`/posts/${answered}/comment`, { body: "nice" });
  assert.equal(await left(), 4);

  await app.as(ada).delete(`/posts/${bare}`);
  assert.equal(await left(), 3);
  await app.as(ada).delete(`/posts/${answered}`);
  assert.equal(await left(), 2);
  await app.as(ada).delete(`/rooms/${room.id}/messages/${message}`);
  assert.equal(await left(), 1);
  await app.db.sql`delete from auth.users where id = ${ada.id}`;
  assert.equal(await left(), 0);
});

Deno.test("[B18] sweep: what hung on nothing for a day goes, what hangs on something stays", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const [loose, fresh, posted, avatar] = [
    (await uploadPhoto(app, ada)).body.id,
    (await uploadPhoto(app, ada)).body.id,
    (await uploadPhoto(app, ada)).body.id,
    (await uploadPhoto(app, ada)).body.id,
  ];
  await app.as(ada).post("/posts", { body: "look", media_ids: [posted] });
  await app.as(ada).patch(`/users/${ada.id}`, { avatar_media_id: avatar });
  await app.db.sql`
    update public.media set created_at = now() - interval '25 hours' where id <> ${fresh}`;

  await mediaSweep.run(app.deps);

  const rows = await app.db.sql<{ id: string }[]>`select id from public.media order by id`;
  assert.deepEqual(rows.map((row) => row.id), [fresh, posted, avatar].sort());
  assert.ok(!(await objectNames(app)).some((name) => name.includes(loose)));
});

Deno.test("[B18] sweep: bytes without a row go, rows without bytes are marked", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  const kept = (await uploadPhoto(app, ada)).body.id;
  const lost = (await uploadBytes(app, ada, "words")).body.id;
  await app.as(ada).post("/posts", { body: "look", media_ids: [kept, lost] });
  const strays = [`${ada.id}/${crypto.randomUUID()}/original.png`, `${ada.id}/${kept}/old.webp`];
  for (const path of strays) {
    await app.deps.storage.put("media", path, { bytes: new Uint8Array(3), mimeType: "image/png" });
  }
  await app.deps.storage.remove("media", [`${ada.id}/${lost}/original.txt`]);
  const before = (await objectNames(app)).length;
  await mediaSweep.run(app.deps);
  assert.equal(
    (await objectNames(app)).length,
    before,
    "what is younger than a day may be on its way",
  );

  await app.db.sql`update storage.objects set created_at = now() - interval '25 hours'`;
  await app.db.sql`update public.media set created_at = now() - interval '25 hours'`;
  await mediaSweep.run(app.deps);

  const names = await objectNames(app);
  assert.deepEqual(names.filter((name) => strays.includes(name)), []);
  assert.equal(names.length, before - strays.length);
  assert.equal((await app.as(ada).get(`/media/${lost}`)).body.status, "rejected");
  assert.equal((await app.as(ada).get(`/media/${kept}`)).body.status, "ready");
});

Deno.test("[B18] sweep: bounded stretches reach everything in the end", async () => {
  await using media = await openMediaApp();
  const { app } = media;
  const ada = await app.signUp("ada");
  for (let index = 0; index < 5; index++) {
    const path = `${ada.id}/${crypto.randomUUID()}/original.png`;
    await app.deps.storage.put("media", path, { bytes: new Uint8Array(3), mimeType: "image/png" });
  }
  await app.db.sql`update storage.objects set created_at = now() - interval '25 hours'`;
  const found: number[] = [];
  for (let round = 0; round < 4; round++) {
    const [row] = await app.db.sql`select private.sweep_stray_objects(2) as n`;
    found.push(row?.n);
  }

  assert.deepEqual(found, [2, 2, 1, 0]);
});
