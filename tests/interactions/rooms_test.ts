/** @module Posts in rooms: shared into one, and answered from the social side. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

function byTable(app: TestApp, person: TestPerson, room: string, post: string) {
  return app.db.sql.begin(async (sql) => {
    const claims = { role: "authenticated", sub: person.id, session_id: person.sessionId };
    await sql`select private.begin_request(${JSON.stringify(claims)}::text::jsonb)`;
    await sql`insert into public.messages (room_id, body, shared_post_id)
      values (${room}, 'see', ${post})`;
  });
}

Deno.test("[PO-18] a post is shared into a room, and shown to those who may see it", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  const room = (await app.as(ada).post("/rooms", { name: "Room" })).body.id;
  await app.as(grace).post(`/rooms/${room}/join`);
  await app.as(linus).post(`/rooms/${room}/join`);
  await app.as(grace).post(`/users/${ada.id}/follow`);
  const open = (await app.as(linus).post("/posts", { body: "open" })).body.id;
  const inner = (await app.as(ada).post("/posts", { body: "inner", visibility: "followers" })).body
    .id;
  const gone = (await app.as(ada).post("/posts", { body: "gone" })).body.id;
  await app.as(linus).post(`/posts/${gone}/comment`, { body: "answer" });
  await app.as(ada).delete(`/posts/${gone}`);

  const path = `/rooms/${room}/messages`;
  const send = (person: TestPerson, id: string) =>
    app.as(person).post(path, { body: "", shared_post_id: id });
  assert.equal((await send(grace, open)).body.shared_post.body, "open");
  assert.equal((await send(grace, inner)).status, 201);
  for (const id of [inner, gone, crypto.randomUUID()]) {
    const refused = await send(linus, id);
    assert.equal(refused.status, 422, refused.text);
    assert.equal(refused.body.errors[0].path, "shared_post_id");
    await assert.rejects(byTable(app, linus, room, id), { code: "PT422" });
  }
  await byTable(app, linus, room, open);

  const shown = async (person: TestPerson) =>
    (await app.as(person).get(path)).body.items
      .filter(({ kind }: { kind: string }) => kind === "user")
      .map((item: { shared_post: { body: string } | null }) => item.shared_post?.body ?? null);
  assert.deepEqual((await shown(grace)).sort(), ["inner", "open", "open"]);
  assert.deepEqual((await shown(linus)).sort(), [null, "open", "open"].sort());
  const live = await app.db.sql<{ shared: Record<string, unknown> }[]>`
    select payload -> 'message' -> 'shared_post' as shared from realtime.messages
    where event = 'message.created' and payload -> 'message' ->> 'kind' = 'user'
    order by inserted_at`;
  assert.deepEqual(live.map(({ shared }) => shared["body"] ?? Object.keys(shared)), [
    "open",
    ["id"],
    "open",
  ]);
  await app.as(linus).delete(`/posts/${open}`);
  assert.deepEqual((await shown(grace)).filter((body: unknown) => body !== null), ["inner"]);
});

Deno.test("[PO-18] what is posted in a room is answered and liked by its members alone", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  const room = (await app.as(ada).post("/rooms", { name: "Room", is_private: true })).body.id;
  await app.db.sql`insert into room_members (room_id, profile_id) values (${room}, ${grace.id})`;
  const post = (await app.as(ada).post("/posts", { body: "for us", room_id: room })).body;
  const comment = await app.as(grace).post(`/posts/${post.id}/comment`, { body: "yes" });
  assert.equal(comment.status, 201, comment.text);
  assert.equal(comment.body.room_id, room);
  assert.equal((await app.as(grace).post(`/posts/${post.id}/like`)).status, 200);
  assert.equal((await app.as(grace).post(`/posts/${post.id}/bookmark`)).status, 200);
  assert.equal((await app.as(grace).post(`/posts/${post.id}/share`)).status, 403);
  for (const action of ["like", "bookmark", "share"]) {
    assert.equal((await app.as(linus).post(`/posts/${post.id}/${action}`)).status, 404, action);
  }
  assert.equal((await app.as(linus).post(`/posts/${post.id}/comment`, { body: "x" })).status, 404);
});
