/** @module Hashtags and mentions: listed, followed, in the feed, and who may name whom. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

async function bodiesOf(app: TestApp, person: TestPerson | undefined, path: string) {
  const client = person === undefined ? app.anonymous : app.as(person);
  const found: string[] = [];
  let cursor = "";
  do {
    const answer = await client.get(`${path}?limit=2${cursor}`);
    assert.equal(answer.status, 200, answer.text);
    found.push(...answer.body.items.map((item: { body: string }) => item.body));
    cursor = answer.body.next_cursor === null ? "" : `&cursor=${answer.body.next_cursor}`;
  } while (cursor !== "");
  return found;
}

Deno.test("[PO-14] [PO-16] posts of a hashtag: newest first, in any spelling, only what one may see", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  for (const body of ["one #Köln", "two #KÖLN #x", "three #köln", "no tag", "four #kölner"]) {
    await app.as(ada).post("/posts", { body });
  }
  await app.as(ada).post("/posts", { body: "inner #köln", visibility: "followers" });
  const edited = (await app.as(ada).post("/posts", { body: "later #köln" })).body;
  await app.as(ada).patch(`/posts/${edited.id}`, { body: "later" });

  const all = ["three #köln", "two #KÖLN #x", "one #Köln"];
  for (const tag of ["köln", "KÖLN", "%23Köln", "Ko\u0308ln", "＃köln"]) {
    assert.deepEqual(await bodiesOf(app, grace, `/hashtags/${tag}/posts`), all, tag);
  }
  assert.deepEqual(await bodiesOf(app, undefined, "/hashtags/köln/posts"), all);
  for (const tag of ["KÖLN", "%23Ko\u0308ln", "＃köln"]) {
    const { body } = await app.as(grace).get(`/posts?hashtag=${tag}`);
    assert.deepEqual(body.items.map((post: { body: string }) => post.body), all, tag);
  }
  const longest = "x".repeat(100);
  await app.as(ada).post("/posts", { body: `#${longest}` });
  assert.equal((await app.anonymous.get(`/posts?hashtag=${longest}`)).body.items.length, 1);
  const tooLong = await app.anonymous.get(`/posts?hashtag=${"x".repeat(202)}`);
  assert.deepEqual([tooLong.status, tooLong.body.errors[0].path], [422, "hashtag"]);
  assert.deepEqual(await bodiesOf(app, ada, "/hashtags/köln/posts"), ["inner #köln", ...all]);
  assert.deepEqual(await bodiesOf(app, grace, "/hashtags/no%20tag/posts"), []);
  await app.as(ada).post(`/users/${grace.id}/block`);
  assert.deepEqual(await bodiesOf(app, grace, "/hashtags/köln/posts"), []);
  assert.equal((await app.anonymous.get(`/hashtags/${"x".repeat(202)}/posts`)).status, 404);
});

Deno.test("[XB-01] [PO-16] [PO-17] followed hashtags are one's own, and bring posts into the feed", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const followed = await app.as(ada).post("/hashtags/%23Gardening/follow");
  assert.equal(followed.status, 200, followed.text);
  assert.equal(followed.body.tag, "gardening");
  const again = await app.as(ada).post("/hashtags/gardening/follow");
  assert.deepEqual(again.body, followed.body);
  await app.as(ada).post("/hashtags/cooking/follow");
  assert.equal((await app.as(ada).post("/hashtags/no%20tag/follow")).status, 422);

  const list = (await app.as(ada).get("/users/me/hashtags?limit=1")).body;
  assert.deepEqual(list.items.map(({ tag }: { tag: string }) => tag), ["cooking"]);
  const rest =
    (await app.as(ada).get(`/users/me/hashtags?limit=1&cursor=${list.next_cursor}`)).body;
  assert.deepEqual(rest.items.map(({ tag }: { tag: string }) => tag), ["gardening"]);
  assert.deepEqual((await app.as(grace).get("/users/me/hashtags")).body.items, []);

  await app.as(grace).post("/posts", { body: "roses #gardening" });
  await app.as(grace).post("/posts", { body: "else" });
  await app.as(grace).post("/posts", { body: "secret #gardening", visibility: "followers" });
  const feed = (await app.as(ada).get("/feed")).body.items;
  const reasons = Object.fromEntries(
    feed.map((item: { post: { body: string }; reason: { code: string } }) => [
      item.post.body,
      item.reason.code,
    ]),
  );
  assert.deepEqual(reasons, { "roses #gardening": "hashtag", else: "recent" });
  assert.equal((await app.as(ada).delete("/hashtags/Gardening/follow")).status, 204);
  assert.equal((await app.as(ada).get("/users/me/hashtags")).body.items.length, 1);
});

Deno.test("[XB-01] nobody follows more hashtags than the bound, however fast", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  await app.db.sql`insert into private.hashtag_follows (profile_id, tag)
    select ${ada.id}, 'tag' || n from generate_series(1, 498) n`;
  const answers = await Promise.all(
    ["a", "b", "c", "d"].map((tag) => app.as(ada).post(`/hashtags/${tag}/follow`)),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 409, 409]);
  assert.equal((await app.as(ada).post("/hashtags/tag7/follow")).status, 200, "again is no more");
});

Deno.test("[RO-17] [PO-15] [PO-16] mentions in posts and messages are listed for whom they name", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const room = (await app.as(ada).post("/rooms", { name: "Room" })).body.id;
  await app.as(grace).post(`/rooms/${room}/join`);
  await app.as(grace).post("/posts", { body: "first @ada" });
  await app.as(grace).post(`/rooms/${room}/messages`, { body: "second @ada" });
  const third = (await app.as(grace).post("/posts", { body: "third @ada" })).body;
  await app.as(ada).post("/posts", { body: "myself @ada" });
  const list = async () => {
    const found: string[] = [];
    let cursor = "";
    do {
      const { body } = await app.as(ada).get(`/users/me/mentions?limit=1${cursor}`);
      for (const { type, post, message } of body.items) {
        found.push(`${type} ${(post ?? message).body}`);
      }
      cursor = body.next_cursor === null ? "" : `&cursor=${body.next_cursor}`;
    } while (cursor !== "");
    return found;
  };
  assert.deepEqual(await list(), ["post third @ada", "message second @ada", "post first @ada"]);
  assert.deepEqual((await app.as(grace).get("/users/me/mentions")).body.items, []);

  await app.as(grace).delete(`/posts/${third.id}`);
  await app.as(ada).patch("/users/me/settings", { privacy: { who_can_mention: "nobody" } });
  const refused = (await app.as(grace).post("/posts", { body: "fourth @ada" })).body;
  assert.deepEqual(refused.mentions, []);
  await app.as(grace).post(`/rooms/${room}/messages`, { body: "fifth @ada" });
  assert.deepEqual(await list(), ["message second @ada", "post first @ada"]);
  await app.as(ada).post(`/users/${grace.id}/block`);
  assert.deepEqual(await list(), []);
});

Deno.test("[PO-16] [PO-17] what one responds to brings up what has the same hashtags", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = [
    await app.signUp("ada"),
    await app.signUp("grace"),
    await app.signUp("linus"),
  ];
  const first = (await app.as(grace).post("/posts", { body: "my roses #Gardening" })).body;
  await app.as(linus).post("/posts", { body: "tulips #gardening" });
  await app.as(grace).post("/posts", { body: "about bread #baking" });
  const read = async () => {
    const { items } = (await app.as(ada).get("/feed")).body;
    return items.map((item: { post: { body: string }; reason: { code: string } }) =>
      `${item.reason.code}: ${item.post.body}`
    );
  };
  assert.ok(
    (await read()).every((line: string) => line.startsWith("recent:")),
    "knows nothing yet",
  );

  await app.as(ada).post(`/posts/${first.id}/like`);
  await app.db.sql`delete from private.feed_snapshots`;

  const lines = await read();
  const at = (line: string) => lines.indexOf(line);
  assert.ok(at("topic: tulips #gardening") >= 0, lines.join("; "));
  assert.ok(at("topic: tulips #gardening") < at("recent: about bread #baking"), lines.join("; "));
});
