/** @module Incoming webhooks: who makes them, what they say, and what they cannot. */
import assert from "node:assert/strict";
import { slackMarkdown } from "../../shared/text/mod.ts";
import { heardOn, makeRoom, setMemberRole } from "../rooms/support.ts";
import { openApp, type TestPerson } from "../support/app.ts";
import { callHook } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

async function makeHook(owner: TestPerson, room: { id: string }, more: object = {}) {
  const made = await app.as(owner).post(`/rooms/${room.id}/incoming-webhooks`, {
    name: "Builds",
    ...more,
  });
  assert.equal(made.status, 201, made.text);
  return made.body as { id: string; url: string };
}

async function lastSaid(reader: TestPerson, room: { id: string }) {
  return (await app.as(reader).get(`/rooms/${room.id}/messages`)).body.items.at(-1);
}

Deno.test("[XC-02] Slack's links, marks and entities become Markdown, anything else stays", () => {
  assert.equal(
    slackMarkdown("*bold* _slanted_ ~struck~ `*code*` 2*3*4 :tada:"),
    "**bold** _slanted_ ~~struck~~ `*code*` 2*3*4 🎉",
  );
  assert.equal(slackMarkdown("**ours** * item *x"), "**ours** * item *x");
  assert.equal(
    slackMarkdown("<https://a.example/x|the [build]>"),
    "[the \\[build\\]](<https://a.example/x>)",
  );
  assert.equal(slackMarkdown("see <https://a.example>"), "see https://a.example");
  assert.equal(slackMarkdown("a &lt;b&gt; &amp;amp; c"), "a <b> &amp; c");
  assert.equal(
    slackMarkdown("<javascript:alert(1)|x> a < b > c"),
    "<javascript:alert(1)|x> a < b > c",
  );
});

Deno.test("[XC-02] a webhook speaks in its room under its name, picture and thread, and all hear it", async () => {
  const [ada, bob] = [await app.signUp("hook1_ada"), await app.signUp("hook1_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const hook = await makeHook(ada, room, { avatar_url: "https://a.example/a.png" });
  const root = await app.as(bob).post(`/rooms/${room.id}/messages`, { body: "any news?" });

  const plain = await callHook(app, hook.url, { text: "*Build* 7 is <https://a.example|green>" });
  assert.equal(plain.status, 200, await plain.clone().text());
  assert.equal(await plain.text(), "ok");
  const first = await lastSaid(bob, room);
  assert.equal(first.id, plain.headers.get("x-message-id"));
  assert.equal(first.kind, "bot");
  assert.deepEqual(
    [first.author.display_name, first.author.avatar_url, first.author.is_bot],
    ["Builds", "https://a.example/a.png", true],
  );
  assert.match(first.body_html, /<a [^>]*href="https:\/\/a\.example[^>]*>green<\/a>/);
  const [heard] = (await heardOn(app, room.topic)).filter(({ payload }) =>
    payload.message?.id === first.id
  );
  assert.equal(heard?.payload.message.author.display_name, "Builds");
  assert.equal((await app.as(ada).get(`/rooms/${room.id}`)).body.viewer.unread_count, 2);

  const form = new URLSearchParams({
    payload: JSON.stringify({
      text: "in the thread",
      username: "Deploys",
      icon_url: "https://a.example/b.png",
      icon_emoji: ":tada:",
      thread_id: root.body.id,
    }),
  });
  const sent = await callHook(
    app,
    hook.url,
    form.toString(),
    "application/x-www-form-urlencoded; charset=utf-8",
  );
  assert.equal(sent.status, 200, await sent.clone().text());
  const thread = await app.as(bob).get(`/rooms/${room.id}/messages/${root.body.id}/thread`);
  const [reply] = thread.body.items;
  assert.equal(reply.body, "in the thread");
  assert.deepEqual(
    [reply.author.display_name, reply.author.avatar_url],
    ["Deploys", "https://a.example/b.png"],
  );
});

Deno.test("[XC-02] webhooks are made, seen and ended by those who may change the room", async () => {
  const [ada, bob, eve] = [
    await app.signUp("hook2_ada"),
    await app.signUp("hook2_bob"),
    await app.signUp("hook2_eve"),
  ];
  const room = await makeRoom(app, ada, { members: [bob], isPrivate: true });
  const path = `/rooms/${room.id}/incoming-webhooks`;
  const hook = await makeHook(ada, room);
  const statuses = async (person: TestPerson) => [
    (await app.as(person).get(path)).status,
    (await app.as(person).post(path, { name: "X" })).status,
    (await app.as(person).delete(`${path}/${crypto.randomUUID()}`)).status,
  ];

  assert.deepEqual(await statuses(eve), [404, 404, 404]);
  assert.deepEqual(await statuses(bob), [403, 403, 403]);
  await setMemberRole(app, room, bob, "moderator");
  assert.deepEqual(await statuses(bob), [403, 403, 403]);
  await setMemberRole(app, room, bob, "admin");
  assert.deepEqual(await statuses(bob), [200, 201, 404]);
  const list = await app.as(bob).get(path);
  assert.equal(list.body.items[0].id, hook.id);
  assert.equal(list.body.items[0].created_by.handle, "hook2_ada");
  const secret = hook.url.split("/").at(-1) ?? "";
  assert.ok(!list.text.includes(secret));
  const stored = await app.db.sql`select to_jsonb(h)::text as row from private.incoming_webhooks h`;
  assert.ok(!stored.some((row) => String(row["row"]).includes(secret)));
  assert.equal((await app.as(bob).delete(`${path}/${hook.id}`)).status, 204);
  assert.equal((await callHook(app, hook.url, { text: "x" })).status, 404);
  const log = await app.as(ada).get(`/rooms/${room.id}/log`);
  assert.equal(log.body.items[0].details.webhook_removed, "Builds");
  for (
    const wrong of [
      {},
      { name: "" },
      { name: "a\u202eb" },
      { name: "x", avatar_url: "http://a.example" },
      { name: "x", avatar_url: "https://a@b.example" },
      { name: "x", avatar_url: "javascript:alert(1)" },
    ]
  ) {
    assert.equal((await app.as(ada).post(path, wrong)).status, 422, JSON.stringify(wrong));
  }
  for (let n = 1; n < 10; n++) await makeHook(ada, room);
  assert.equal((await app.as(ada).post(path, { name: "One more" })).status, 409);
});

Deno.test("[XC-02] wrong secrets and unknown webhooks look the same; bad calls name the field", async () => {
  const ada = await app.signUp("hook3_ada");
  const [room, other] = [await makeRoom(app, ada), await makeRoom(app, ada)];
  const hook = await makeHook(ada, room);
  const theirs = await makeHook(ada, other);
  const secret = hook.url.split("/").at(-1) ?? "";
  const wrongUrls = [
    hook.url.replace(secret, `${secret.slice(0, -1)}${secret.endsWith("A") ? "B" : "A"}`),
    hook.url.replace(hook.id, theirs.id),
    hook.url.replace(hook.id, crypto.randomUUID()),
    hook.url.replace(hook.id, "1"),
    hook.url.replace(secret, "x".repeat(5_000)),
  ];
  const answers = [];
  for (const url of wrongUrls) answers.push(await callHook(app, url, { text: "x" }));
  const details = await Promise.all(answers.map(async (answer) => (await answer.json()).detail));
  assert.deepEqual(answers.map(({ status }) => status), [404, 404, 404, 404, 404]);
  assert.equal(new Set(details).size, 1);

  const said = await app.as(ada).post(`/rooms/${other.id}/messages`, { body: "elsewhere" });
  const bad: readonly (readonly [object, string])[] = [
    [{}, "text"],
    [{ text: " " }, "text"],
    [{ text: "x".repeat(5_001) }, "text"],
    [{ text: "a\0b" }, "text"],
    [{ text: "x", username: "\u202e" }, "username"],
    [{ text: "x", icon_url: "ftp://a.example" }, "icon_url"],
    [{ text: "x", thread_id: "7" }, "thread_id"],
    [{ text: "x", thread_id: said.body.id }, "thread_id"],
  ];
  for (const [call, field] of bad) {
    const answer = await callHook(app, hook.url, call);
    assert.equal(answer.status, 422, JSON.stringify(call).slice(0, 80));
    assert.equal((await answer.json()).errors[0].path, field);
  }
  assert.equal((await callHook(app, hook.url, "{")).status, 400);
  assert.equal((await callHook(app, hook.url, { text: "😀".repeat(5_000) })).status, 200);
  assert.equal((await callHook(app, hook.url, { text: `x${"y".repeat(1_100_000)}` })).status, 413);
  assert.ok(!app.logs.join().includes(secret), "no secret is logged");
});

Deno.test("[XC-02] what webhooks say is screened, limited, and ends with an archive or the room", async () => {
  await using small = await openApp({ env: { RATE_LIMITS: '{"hook":"3/3600"}' } });
  const [ada, bob] = [await small.signUp("hook4_ada"), await small.signUp("hook4_bob")];
  const room = await makeRoom(small, ada, { members: [bob] });
  const path = `/rooms/${room.id}/incoming-webhooks`;
  const { body: hook } = await small.as(ada).post(path, { name: "Builds" });
  const { body: other } = await small.as(ada).post(path, { name: "Other" });

  assert.equal((await callHook(small, hook.url, { text: "you faggot" })).status, 200);
  const seen = (await small.as(bob).get(`/rooms/${room.id}/messages`)).body.items;
  assert.ok(!seen.some((item: { kind: string }) => item.kind === "bot"), "held");
  await callHook(small, hook.url, { text: "2" });
  await callHook(small, hook.url, { text: "3" });
  const over = await callHook(small, hook.url, { text: "4" });
  assert.equal(over.status, 429);
  assert.ok(Number(over.headers.get("retry-after")) > 0);
  assert.equal((await callHook(small, other.url, { text: "mine" })).status, 200, "each its own");
  await small.as(ada).post(`/rooms/${room.id}/archive`);
  assert.equal((await callHook(small, other.url, { text: "x" })).status, 403);
  assert.equal((await small.as(ada).delete(`/rooms/${room.id}`)).status, 204);
  assert.equal((await callHook(small, other.url, { text: "x" })).status, 404);
});

Deno.test("[XC-02] a webhook names nobody everywhere, and outlives whoever made it", async () => {
  const [ada, bob] = [await app.signUp("hook5_ada"), await app.signUp("hook5_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  await setMemberRole(app, room, bob, "owner");
  const hook = await makeHook(ada, room);

  await callHook(app, hook.url, { text: "@room @hook5_bob" });
  const said = await lastSaid(bob, room);
  assert.equal(said.mention_scope, null, "a channel's everybody is for those who keep order");
  assert.deepEqual(said.mentions.map((m: { handle: string }) => m.handle), ["hook5_bob"]);
  await app.db.sql`delete from auth.users where id = ${ada.id}`;
  assert.equal((await callHook(app, hook.url, { text: "still here" })).status, 200);
  assert.equal((await lastSaid(bob, room)).author.display_name, "Builds");
  const [made] = (await app.as(bob).get(`/rooms/${room.id}/incoming-webhooks`)).body.items;
  assert.equal(made.created_by, null);
});
