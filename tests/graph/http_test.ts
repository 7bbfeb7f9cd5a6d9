/** @module Following, blocking and muting over HTTP. */
import assert from "node:assert/strict";
import { openApp, type TestApp, tokenFor } from "../support/app.ts";

async function three(app: TestApp) {
  return [await app.signUp("ada"), await app.signUp("grace"), await app.signUp("linus")] as const;
}

function handles(answer: { body: { items: { handle: string }[] } }): string[] {
  return answer.body.items.map(({ handle }) => handle);
}

Deno.test("[GR-01] graph: following once or twice is one follow, one count, one event", async () => {
  await using app = await openApp();
  const [ada, grace] = await three(app);

  const first = await app.as(ada).post(`/users/${grace.id}/follow`);
  const again = await app.as(ada).post("/users/grace/follow");

  assert.equal(first.status, 200);
  assert.equal(first.body.viewer.following, "yes");
  assert.equal(again.status, 200);
  const profile = await app.as(grace).get("/users/ada");
  assert.equal(profile.body.viewer.followed_by, true);
  assert.equal(profile.body.counts.following, 1);
  const events = await app.db.sql`
    select subject_id, actor_id from private.outbox where topic = 'user.followed'`;
  assert.deepEqual([...events], [{ subject_id: grace.id, actor_id: ada.id }]);
});

Deno.test("[GR-01] graph: whom one cannot follow, and as whom", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await three(app);
  await app.as(grace).post(`/users/${linus.id}/block`);
  const follow = (path: string) => app.as(ada).post(`/users/${path}/follow`);

  const self = await follow("me");
  const nobody = await follow("nobody_here");
  const blocked = await app.as(linus).post("/users/grace/follow");
  const blocker = await app.as(grace).post("/users/linus/follow");
  const signedOut = await app.anonymous.post("/users/grace/follow");
  const expired = await tokenFor(ada, { exp: Math.floor(Date.now() / 1_000) - 60 });
  const late = await app.as({ ...ada, token: expired }).post("/users/grace/follow");
  await app.db.sql`delete from auth.sessions where id = ${ada.sessionId}`;
  const revoked = await follow("grace");

  assert.equal(self.status, 422);
  assert.equal(nobody.status, 404);
  assert.equal(blocked.status, 404);
  assert.equal(blocker.status, 404);
  assert.equal(signedOut.status, 401);
  assert.equal(late.status, 401);
  assert.equal(revoked.status, 401);
  assert.equal(revoked.body.code, "session-revoked");
  assert.equal((await app.db.sql`select from public.follows`).length, 0);
});

Deno.test("[GR-02] graph: unfollowing by either way, once or twice", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await three(app);
  for (const id of [grace.id, linus.id]) await app.as(ada).post(`/users/${id}/follow`);

  const byDelete = await app.as(ada).delete("/users/grace/follow");
  const byPost = await app.as(ada).post("/users/linus/unfollow");
  const again = await app.as(ada).delete("/users/grace/follow");

  assert.deepEqual([byDelete.status, byPost.status, again.status], [204, 204, 204]);
  assert.equal((await app.as(ada).get("/users/me")).body.counts.following, 0);
  assert.equal((await app.as(ada).get("/users/grace")).body.counts.followers, 0);
});

Deno.test("[GR-03] [GR-04] [GR-05] graph: followers, following and friends, in pages", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await three(app);
  await app.as(grace).post("/users/ada/follow");
  await app.as(linus).post("/users/ada/follow");
  await app.as(ada).post("/users/linus/follow");

  const first = await app.as(grace).get("/users/ada/followers?limit=1");
  const next = `/users/ada/followers?limit=1&cursor=${first.body.next_cursor}`;
  const second = await app.as(grace).get(next);
  const stolen = await app.as(linus).get(next);
  const following = await app.as(grace).get(`/users/${ada.id}/following`);
  const friends = await app.as(grace).get("/users/ada/friends");
  const nobody = await app.as(grace).get("/users/nobody_here/followers");

  assert.deepEqual(handles(first), ["linus"], "newest first");
  assert.deepEqual(handles(second), ["grace"]);
  assert.equal(second.body.next_cursor, null);
  assert.equal(stolen.status, 400);
  assert.deepEqual(handles(following), ["linus"]);
  assert.deepEqual(handles(friends), ["linus"]);
  assert.equal(first.body.items[0].viewer.following, "no");
  assert.equal(nobody.status, 404);
});

Deno.test("[GR-03] [GR-07] graph: lists leave out people in a block with the reader", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await three(app);
  await app.as(grace).post("/users/ada/follow");
  await app.as(linus).post("/users/ada/follow");
  const before = await app.as(linus).get("/users/ada/followers");
  await app.as(grace).post(`/users/${linus.id}/block`);

  const forBlocked = await app.as(linus).get("/users/ada/followers");
  const forBlocker = await app.as(grace).get("/users/ada/followers");
  const forOthers = await app.as(ada).get("/users/me/followers");
  const ofBlocker = await app.as(linus).get("/users/grace/followers");

  assert.equal(before.body.items.length, 2);
  assert.deepEqual(handles(forBlocked), ["linus"]);
  assert.deepEqual(handles(forBlocker), ["grace"]);
  assert.equal(forOthers.body.items.length, 2);
  assert.equal(ofBlocker.status, 404);
});

Deno.test("[GR-06] graph: a private account accepts and rejects requests", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await three(app);
  await app.as(ada).patch("/users/me", { is_private: true });

  const asked = await app.as(grace).post("/users/ada/follow");
  await app.as(linus).post("/users/ada/follow");
  const waiting = await app.as(ada).get("/follow-requests");
  const foreign = await app.as(linus).post(`/follow-requests/${grace.id}/accept`);
  const accepted = await app.as(ada).post(`/follow-requests/${grace.id}/accept`);
  const rejected = await app.as(ada).post("/follow-requests/linus/reject");
  const twice = await app.as(ada).post(`/follow-requests/${grace.id}/accept`);

  assert.equal(asked.body.viewer.following, "requested");
  assert.deepEqual(handles(waiting), ["linus", "grace"]);
  assert.equal(foreign.status, 404);
  assert.equal(accepted.body.viewer.followed_by, true);
  assert.equal(rejected.body.viewer.followed_by, false);
  assert.equal(twice.status, 404);
  assert.equal((await app.as(grace).get("/users/ada")).body.viewer.following, "yes");
  assert.equal((await app.as(linus).get("/users/ada")).body.viewer.following, "no");
});

Deno.test("[GR-06] graph: a request is withdrawn, a follower removed", async () => {
  await using app = await openApp();
  const [ada, grace, linus] = await three(app);
  await app.as(linus).post("/users/ada/follow");
  await app.as(ada).patch("/users/me", { is_private: true });
  await app.as(grace).post("/users/ada/follow");

  await app.as(grace).delete("/users/ada/follow");
  const removed = await app.as(ada).delete(`/users/me/followers/${linus.id}`);

  assert.deepEqual(handles(await app.as(ada).get("/follow-requests")), []);
  assert.equal(removed.status, 204);
  assert.deepEqual(handles(await app.as(ada).get("/users/me/followers")), []);
});

Deno.test("[GR-07] graph: a block ends follows both ways, and can be taken back", async () => {
  await using app = await openApp();
  const [ada, grace] = await three(app);
  await app.as(ada).post("/users/grace/follow");
  await app.as(grace).post("/users/ada/follow");

  const blocked = await app.as(ada).post("/users/grace/block");
  const list = await app.as(ada).get("/users/me/blocks");
  const undone = await app.as(ada).delete("/users/grace/block");
  const self = await app.as(ada).post("/users/me/block");

  assert.equal(blocked.status, 200);
  assert.deepEqual(blocked.body.viewer, {
    following: "no",
    followed_by: false,
    blocking: true,
    muting: false,
  });
  assert.deepEqual(handles(list), ["grace"]);
  assert.equal(undone.status, 204);
  assert.deepEqual((await app.as(ada).get("/users/grace")).body.counts.followers, 0);
  assert.equal((await app.as(grace).get("/users/ada")).status, 200);
  assert.equal(self.status, 422);
});

Deno.test("[GR-09] graph: a mute is known to the muter only", async () => {
  await using app = await openApp();
  const [ada, grace] = await three(app);

  const muted = await app.as(ada).post("/users/grace/mute");
  const mine = await app.as(ada).get("/users/me/mutes");
  const theirs = await app.as(grace).get("/users/me/mutes");
  const undone = await app.as(ada).delete("/users/grace/mute");

  assert.equal(muted.body.viewer.muting, true);
  assert.deepEqual(handles(mine), ["grace"]);
  assert.deepEqual(handles(theirs), []);
  assert.equal((await app.as(grace).get("/users/ada")).status, 200);
  assert.equal(undone.status, 204);
  assert.equal((await app.as(ada).get("/users/grace")).body.viewer.muting, false);
});
