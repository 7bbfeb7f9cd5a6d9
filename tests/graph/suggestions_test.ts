/** @module Suggestions whom to follow: who, why, and what they do not give away. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

async function people<const T extends readonly string[]>(app: TestApp, ...handles: T) {
  const made: TestPerson[] = [];
  for (const handle of handles) made.push(await app.signUp(handle));
  return made as { [K in keyof T]: TestPerson };
}

/** `a>b` is a follow, in the order in which they happen. */
async function follow(app: TestApp, edges: string): Promise<void> {
  for (const edge of edges.split(" ")) {
    const [one, other] = edge.split(">");
    await app.db.sql`
      insert into public.follows (follower_id, followee_id, created_at)
      select a.id, b.id, clock_timestamp() from public.profiles a, public.profiles b
      where a.handle = ${one ?? ""} and b.handle = ${other ?? ""}`;
  }
}

async function suggested(app: TestApp, person: TestPerson, query = "") {
  const answer = await app.as(person).get(`/recommendations/users${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body.items as {
    id: string;
    user: { handle: string };
    reason: { code: string; detail: string };
    score: number;
  }[];
}

async function handles(app: TestApp, person: TestPerson): Promise<string[]> {
  return (await suggested(app, person)).map(({ user }) => user.handle);
}

const MUTUALS = "ada>grace ada>linus grace>mel linus>mel linus>ken grace>ada";

Deno.test("[DI-03] suggestions: by how many mutuals, named, page by page", async () => {
  await using app = await openApp();
  const [ada] = await people(app, "ada", "grace", "linus", "mel", "ken", "zoe");
  await follow(app, MUTUALS);
  await follow(app, "zoe>ken");

  const all = await suggested(app, ada);
  const first = await app.as(ada).get("/recommendations/users?limit=1");
  const rest = await app.as(ada).get(
    `/recommendations/users?limit=5&cursor=${first.body.next_cursor}`,
  );

  assert.deepEqual(all.map(({ user, score }) => [user.handle, score]), [["mel", 2], ["ken", 1]]);
  assert.deepEqual(all.map(({ reason }) => reason), [
    { code: "mutuals", detail: "Followed by linus and 1 other person you follow" },
    { code: "mutuals", detail: "Followed by linus" },
  ]);
  assert.deepEqual([...first.body.items, ...rest.body.items], all);
  assert.equal(rest.body.next_cursor, null);
  assert.equal((await app.anonymous.get("/recommendations/users")).status, 401);
});

Deno.test("[DI-03] suggestions: nobody whom one knows, has refused, or cannot see", async () => {
  await using app = await openApp();
  const names = ["ada", "grace", "asked", "blocked", "blocker", "muted", "gone", "refused", "left"];
  const [ada, , asked, blocked, blocker, muted, gone, refused] = await people(
    app,
    ...names as ["ada", "grace", "asked", "blocked", "blocker", "muted", "gone", "refused", "left"],
  );
  await follow(app, "ada>grace " + names.slice(2).map((name) => `grace>${name}`).join(" "));
  const before = await handles(app, ada);
  await app.as(asked).patch("/users/me", { is_private: true });
  await app.as(ada).post("/users/asked/follow");
  await app.as(ada).post("/users/blocked/block");
  await app.as(blocker).post("/users/ada/block");
  await app.as(ada).post("/users/muted/mute");
  await app.db.sql`
    insert into private.account_states (profile_id, deactivated_at) values (${gone.id}, now())`;
  const dismissed = await app.as(ada).post(`/recommendations/${refused.id}/dismiss`);
  const again = await app.as(ada).post(`/recommendations/${refused.id}/dismiss`);

  assert.equal(before.length, 7);
  assert.deepEqual([dismissed.status, again.status], [200, 200]);
  assert.deepEqual(await handles(app, ada), ["left"]);
  assert.ok(blocked && muted);
  for (const id of [ada.id, blocker.id, gone.id, crypto.randomUUID()]) {
    assert.equal((await app.as(ada).post(`/recommendations/${id}/dismiss`)).status, 404);
  }
  assert.equal((await app.as(ada).post("/recommendations/none/dismiss")).status, 404);
});

Deno.test("[DI-03] [XA-01] suggestions: a hidden list neither counts nor is named", async () => {
  await using app = await openApp();
  const [ada, , linus, mel, ken] = await people(app, "ada", "grace", "linus", "mel", "ken");
  await follow(app, MUTUALS);
  await app.as(linus).patch("/users/me/settings", { privacy: { hide_following: true } });
  const byOne = await suggested(app, ada);
  await app.as(mel).patch("/users/me/settings", { privacy: { hide_followers: true } });
  const none = await suggested(app, ada);

  assert.ok(ken);
  const mutual = byOne.filter(({ reason }) => reason.code === "mutuals");
  assert.deepEqual(mutual.map(({ user, score }) => [user.handle, score]), [["mel", 1]]);
  assert.ok(!JSON.stringify(byOne).includes("linus"), "not named");
  assert.ok(!none.some(({ user }) => user.handle === "mel"), "their followers are not told");
});

Deno.test("[DI-03] suggestions: who follows nobody gets popular public accounts", async () => {
  await using app = await openApp();
  const [fresh, star, recluse] = await people(app, "fresh", "star", "recluse", "ada", "grace");
  await follow(app, "ada>star grace>star grace>ada");
  await follow(app, "ada>recluse grace>recluse");
  await app.as(recluse).patch("/users/me", { is_private: true });

  const items = await suggested(app, fresh);

  assert.deepEqual(items.map(({ user }) => user.handle), ["star", "ada"]);
  assert.ok(items.every(({ reason, score }) => reason.code === "popular" && score < 1));
  assert.equal(items[0]?.id, star.id);
});
