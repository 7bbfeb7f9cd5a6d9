/** @module Profiles over HTTP. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";

Deno.test("[ID-14] profiles: read by id, handle or me, signed in or not", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  await app.as(grace).post(`/users/${ada.id}/follow`);

  const byId = await app.anonymous.get(`/users/${ada.id}`);
  const byHandle = await app.as(grace).get("/users/ADA");
  const me = await app.as(ada).get("/users/me");
  const nobody = await app.anonymous.get("/users/nobody_here");
  const noId = await app.anonymous.get(`/users/${crypto.randomUUID()}`);
  const noPath = await app.anonymous.get("/users/a'b");
  const nameless = await app.anonymous.get("/users/me");

  assert.equal(byId.status, 200);
  assert.equal(byId.body.handle, "ada");
  assert.deepEqual(byId.body.counts, { followers: 1, following: 0, posts: 0 });
  assert.deepEqual(byId.body.viewer, {
    following: "no",
    followed_by: false,
    blocking: false,
    muting: false,
  });
  assert.equal(byHandle.body.id, ada.id);
  assert.equal(byHandle.body.viewer.following, "yes");
  assert.equal(me.body.id, ada.id);
  for (const missing of [nobody, noId, noPath, nameless]) assert.equal(missing.status, 404);
});

Deno.test("[ID-14] profiles: an unchanged profile is 304", async () => {
  await using app = await openApp();
  await app.signUp("ada");
  const { headers } = await app.anonymous.get("/users/ada");

  const again = await app.anonymous.get("/users/ada", {
    headers: { "if-none-match": headers.get("etag") ?? "" },
  });

  assert.equal(again.status, 304);
});

Deno.test("[ID-15] profiles: one changes one's own, by PATCH and PUT", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const change = {
    display_name: "  Ada L. ",
    bio: "Poet of numbers",
    links: ["https://example.com/ada"],
    location: "London",
    is_private: true,
  };

  const patched = await app.as(ada).patch(`/users/${ada.id}`, change);
  const put = await app.as(ada).put("/users/me", { handle: "ada_l", links: [] });
  const read = await app.anonymous.get("/users/ada_l");

  assert.equal(patched.status, 200);
  assert.equal(patched.body.display_name, "Ada L.");
  assert.deepEqual(patched.body.links, change.links);
  assert.equal(patched.body.is_private, true);
  assert.equal(put.status, 200);
  assert.equal(put.body.bio, change.bio, "what is not named stays");
  assert.deepEqual(put.body.links, []);
  assert.equal(read.body.location, "London");
  assert.equal((await app.anonymous.get("/users/ada")).status, 404);
});

Deno.test("[ID-15] profiles: nobody changes another's, nor what is not theirs to set", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];

  const foreign = await app.as(grace).patch(`/users/${ada.id}`, { bio: "mine now" });
  const signedOut = await app.anonymous.patch(`/users/${ada.id}`, { bio: "mine now" });
  const missing = await app.as(grace).patch("/users/nobody_here", { bio: "" });
  const forged = await app.as(ada).patch("/users/me", { id: grace.id, is_bot: true });

  assert.equal(foreign.status, 403);
  assert.equal(signedOut.status, 401);
  assert.equal(missing.status, 404);
  assert.equal(forged.status, 422);
  assert.deepEqual(
    forged.body.errors.map(({ path }: { path: string }) => path).sort(),
    ["id", "is_bot"],
  );
  assert.equal((await app.anonymous.get("/users/ada")).body.bio, "");
});

Deno.test("[ID-15] profiles: fields that break a rule are named", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  await app.signUp("grace");
  const cases: [string, unknown, number][] = [
    ["handle", "grace", 409],
    ["handle", "x", 422],
    ["handle", "r00t", 422],
    ["display_name", " ", 422],
    ["bio", "x".repeat(501), 422],
    ["links.0", ["javascript:alert(1)"], 422],
    ["is_private", "yes", 422],
    ["avatar_media_id", crypto.randomUUID(), 422],
  ];

  for (const [path, value, status] of cases) {
    const field = path.split(".")[0] ?? path;
    const answer = await app.as(ada).patch("/users/me", { [field]: value });

    assert.equal(answer.status, status, path);
    assert.equal(answer.body.errors[0].path, path);
  }
});

Deno.test("profiles: people are found by handle and name, page by page", async () => {
  await using app = await openApp();
  const ada = await app.signUp("ada");
  for (const handle of ["linus", "linda", "lindsey", "marlin"]) await app.signUp(handle);
  const find = (query: string) => app.as(ada).get(`/users/search?${query}`);

  const exact = await find("q=LINDA");
  const first = await find("q=lin&limit=2");
  const second = await find(`q=lin&limit=2&cursor=${first.body.next_cursor}`);
  const wildcard = await find("q=%25");
  const foreign = await find(`q=lind&cursor=${first.body.next_cursor}`);
  const empty = await find("q=");

  assert.equal(exact.body.items[0].handle, "linda");
  const seen = [...first.body.items, ...second.body.items].map(({ handle }) => handle);
  assert.deepEqual(seen.slice(0, 3).sort(), ["linda", "lindsey", "linus"]);
  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual(wildcard.body.items, []);
  assert.equal(foreign.status, 400);
  assert.equal(empty.status, 422);
});

Deno.test("[GR-07] profiles: those in a block do not find each other", async () => {
  await using app = await openApp();
  const [ada, grace] = [await app.signUp("ada"), await app.signUp("grace")];
  const before = await app.as(grace).get("/users/search?q=ada");
  await app.as(ada).post("/users/grace/block");

  const blocked = await app.as(grace).get("/users/ada");
  const search = await app.as(grace).get("/users/search?q=ada");
  const blocker = await app.as(ada).get("/users/grace");

  assert.equal(before.body.items.length, 1);
  assert.equal(blocked.status, 404);
  assert.deepEqual(search.body.items, []);
  assert.equal(blocker.status, 200, "the blocker may look, to undo it");
  assert.equal(blocker.body.viewer.blocking, true);
});
