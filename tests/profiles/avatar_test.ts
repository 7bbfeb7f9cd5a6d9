/** @module Pictures of profiles: whose they may be, who sees them, and for how long. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

/** A file as the upload leaves it. */
async function addFile(app: TestApp, owner: TestPerson, kind = "image", status = "ready") {
  const [file] = await app.db.sql`
    insert into public.media (owner_id, kind, mime_type, bytes, status, variants)
    values (${owner.id}, ${kind}, 'image/webp', 100, ${status},
      ${app.db.sql.json({ original: "a/original.webp", thumb: "a/thumb.webp" })})
    returning id`;
  return file?.id as string;
}

Deno.test("[ID-17] [ID-18] avatar: public with the profile, and no longer once it is replaced", async () => {
  await using app = await openApp();
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const [first, second] = [await addFile(app, ada), await addFile(app, ada)];
  const set = (id: string | null) => app.as(ada).patch("/users/me", { avatar_media_id: id });
  const seen = async (id: string) => [
    (await app.anonymous.get(`/media/${id}`)).status,
    (await app.as(eve).get(`/media/${id}`)).status,
    (await app.as(ada).get(`/media/${id}`)).status,
  ];

  const loose = await seen(first);
  const shown = await set(first);
  const public_ = await seen(first);
  const replaced = await set(second);
  const after = [await seen(first), await seen(second)];
  const removed = await set(null);
  const end = await seen(second);

  assert.deepEqual(loose, [404, 404, 200]);
  assert.deepEqual(public_, [200, 200, 200]);
  assert.match(shown.body.avatar_url, new RegExp(`/media/${first}/stream\\?variant=thumb$`));
  assert.match(replaced.body.avatar_url, new RegExp(second));
  assert.deepEqual(after, [[404, 404, 200], [200, 200, 200]]);
  assert.equal(removed.body.avatar_url, null);
  assert.deepEqual(end, [404, 404, 200]);
  assert.equal((await app.anonymous.get("/users/ada")).body.avatar_url, null);
});

Deno.test("[ID-17] avatar: a ready image of one's own, by the API and by the table", async () => {
  await using app = await openApp();
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const refused = [
    await addFile(app, eve),
    await addFile(app, ada, "document"),
    await addFile(app, ada, "video"),
    await addFile(app, ada, "image", "processing"),
    await addFile(app, ada, "image", "rejected"),
    crypto.randomUUID(),
  ];

  for (const id of refused) {
    const answer = await app.as(ada).patch("/users/me", { avatar_media_id: id });
    const row = await app.db.sql`
      update public.profiles set avatar_media_id = ${id} where id = ${ada.id}`
      .then(() => "stored", (error) => error.code);

    assert.equal(answer.status, 422);
    assert.equal(answer.body.errors[0].path, "avatar_media_id");
    assert.equal(row, "PT422");
  }
  assert.equal((await app.as(ada).get("/users/me")).body.avatar_url, null);
});

Deno.test("[ID-17] avatar: it goes with its file, and is hidden from those in a block", async () => {
  await using app = await openApp();
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const file = await addFile(app, ada);
  await app.as(ada).patch("/users/me", { avatar_media_id: file });
  await app.as(ada).post("/users/eve/block");

  const blocked = await app.as(eve).get(`/media/${file}`);
  await app.db.sql`delete from public.media where id = ${file}`;
  const gone = await app.anonymous.get("/users/ada");

  assert.equal(blocked.status, 404);
  assert.equal(gone.status, 200);
  assert.equal(gone.body.avatar_url, null);
});
