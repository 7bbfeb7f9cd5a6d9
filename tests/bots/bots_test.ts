/** @module Bots: whose they are, what their tokens open, and when that ends. */
import assert from "node:assert/strict";
import { attempt, makeRoom, mute } from "../rooms/support.ts";
import { openApp } from "../support/app.ts";
import { makeBot, makeToken } from "./support.ts";

const app = await openApp({ services: true });
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

interface Item {
  readonly kind: string;
  readonly body: string;
  readonly author: { readonly is_bot: boolean };
}

Deno.test("[XC-02] bots: made, shown, changed by their owner; the token is shown once and kept as a hash", async () => {
  const [ada, eve] = [await app.signUp("bot1_ada"), await app.signUp("bot1_eve")];
  const made = await app.as(ada).post("/bots", { handle: "Bot1_bot", display_name: "Bee" });
  const { id } = made.body;
  const token = await makeToken(app, ada, id, ["messages:write", "messages:write"]);

  assert.equal(made.status, 201, made.text);
  assert.deepEqual([made.body.user.handle, made.body.user.is_bot], ["bot1_bot", true]);
  assert.match(token.token, /^tsb_[\w-]{43}$/);
  const list = await app.as(ada).get("/bots");
  assert.deepEqual(list.body.items[0].tokens.map((t: { scopes: string[] }) => t.scopes), [
    ["messages:write"],
  ]);
  assert.ok(!list.text.includes(token.token));
  const stored = await app.db.sql`select to_jsonb(t)::text as row from private.bot_tokens t`;
  assert.ok(!stored.some((row) => String(row["row"]).includes(token.token.slice(4))));
  assert.deepEqual((await app.as(eve).get("/bots")).body.items, []);
  const changed = await app.as(ada).patch(`/bots/${id}`, { display_name: "Bzz" });
  assert.equal(changed.body.user.display_name, "Bzz");
  for (
    const [method, path] of [
      ["PATCH", `/bots/${id}`],
      ["DELETE", `/bots/${id}`],
      ["POST", `/bots/${id}/tokens`],
      ["DELETE", `/bots/${id}/tokens/${token.id}`],
      ["PUT", `/bots/${id}/rooms/${crypto.randomUUID()}`],
    ] as const
  ) {
    const body = path.endsWith("tokens") ? { scopes: ["rooms:read"] } : {};
    const answer = await app.as(eve).request(method, path, method === "DELETE" ? {} : { body });
    assert.equal(answer.status, 404, `${method} ${path}`);
  }
  assert.equal((await app.as(ada).post("/bots", { handle: "b", display_name: "B" })).status, 422);
  const taken = await app.as(ada).post("/bots", { handle: "bot1_eve", display_name: "B" });
  assert.equal(taken.status, 409);
  for (const scopes of [[], ["admin"]]) {
    assert.equal((await app.as(ada).post(`/bots/${id}/tokens`, { scopes })).status, 422);
  }
});

Deno.test("[XC-02] a bot speaks where it was let in, as a bot, under the rules of the room", async () => {
  const [ada, bob] = [await app.signUp("bot2_ada"), await app.signUp("bot2_bob")];
  const room = await makeRoom(app, ada, { members: [bob], isPrivate: true });
  const bot = await makeBot(app, ada, "bot2_bot");
  const say = () => app.as(bot).post(`/rooms/${room.id}/messages`, { body: "beep @bot2_bob" });

  assert.equal((await say()).status, 404, "not in the room");
  assert.equal((await app.as(bob).put(`/bots/${bot.id}/rooms/${room.id}`)).status, 404);
  for (let times = 0; times < 2; times++) {
    assert.equal((await app.as(ada).put(`/bots/${bot.id}/rooms/${room.id}`)).status, 204);
  }
  const said = await say();
  assert.equal(said.status, 201, said.text);
  assert.deepEqual([said.body.kind, said.body.author.is_bot], ["bot", true]);
  const forged = await attempt(
    app,
    bob,
    `insert into public.messages (room_id, body, kind) values ('${room.id}', 'x', 'bot')`,
  );
  assert.equal(forged, "42501", "people cannot look like bots");
  const { body: page } = await app.as(bot).get(`/rooms/${room.id}/messages`);
  assert.deepEqual(page.items.map((item: Item) => [item.kind, item.body]), [
    ["system", "*bot2\\_bot joined the room*"].map((text) => text.replace("\\_", "_")),
    ["bot", "beep @bot2_bob"],
  ]);
  assert.equal((await app.as(bob).get(`/rooms/${room.id}`)).body.viewer.unread_count, 1);
  await app.runJobs();
  assert.equal((await app.as(bob).get("/users/me/mentions")).body.items.length, 1);

  await mute(app, room, bot, "1 hour");
  assert.equal((await say()).body.code, "room-muted");
  await app.db.sql`delete from private.room_member_states where profile_id = ${bot.id}`;
  await app.as(ada).delete(`/rooms/${room.id}/members/${bot.id}`);
  assert.equal((await say()).status, 404);
  assert.equal((await app.as(ada).put(`/bots/${bot.id}/rooms/${room.id}`)).status, 204);
  assert.equal((await app.as(ada).delete(`/bots/${bot.id}/rooms/${room.id}`)).status, 204);
  assert.equal((await say()).status, 404);
});

Deno.test("[XC-02] a kicked bot comes back by those who keep order; a banned one does not", async () => {
  const [ada, bob] = [await app.signUp("bot3_ada"), await app.signUp("bot3_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const bot = await makeBot(app, bob, "bot3_bot", { room });
  const put = () => app.as(bob).put(`/bots/${bot.id}/rooms/${room.id}`);

  await app.as(ada).delete(`/rooms/${room.id}/members/${bot.id}`);
  assert.equal((await put()).status, 403);
  await app.as(ada).post(`/rooms/${room.id}/bans/${bot.id}`);
  await app.db.sql`update public.room_members set role = 'moderator' where profile_id = ${bob.id}`;
  assert.equal((await put()).status, 403);
  await app.as(ada).delete(`/rooms/${room.id}/bans/${bot.id}`);
  assert.equal((await put()).status, 204);
});

Deno.test("[XC-02] scopes: each opens its routes, none opens the rest, and commands are for people", async () => {
  const ada = await app.signUp("bot4_ada");
  const room = await makeRoom(app, ada);
  const bot = await makeBot(app, ada, "bot4_bot", { room });
  const tries: Readonly<Record<string, readonly [string, string, object?]>> = {
    "rooms:read": ["GET", `/rooms/${room.id}`],
    "messages:read": ["GET", `/rooms/${room.id}/messages`],
    "messages:write": ["POST", `/rooms/${room.id}/messages`, { body: "hi" }],
    "posts:write": ["POST", "/posts", { body: "hello" }],
  };
  for (const scope of Object.keys(tries)) {
    const { token } = await makeToken(app, ada, bot.id, [scope]);
    for (const [needed, [method, path, body]] of Object.entries(tries)) {
      const answer = await app.as({ ...bot, token }).request(method, path, { body });
      assert.equal(answer.status < 300, needed === scope, `${scope}: ${method} ${path}`);
      if (needed !== scope) assert.match(answer.body.detail, new RegExp(needed));
    }
  }
  const refused = [
    ["GET", "/auth/me"],
    ["GET", "/bots"],
    ["POST", "/bots", { handle: "bot4_more", display_name: "M" }],
    ["GET", "/feed"],
    ["GET", "/notifications"],
    ["DELETE", "/users/me"],
    ["POST", "/rooms", { name: "Mine" }],
    ["POST", `/rooms/${room.id}/invites`, {}],
    ["POST", `/bots/${bot.id}/tokens`, { scopes: ["rooms:read"] }],
    ["POST", `/rooms/${room.id}/messages`, { body: "/invite" }],
  ] as const;
  for (const [method, path, body] of refused) {
    const answer = await app.as(bot).request(method, path, { body });
    assert.equal(answer.status, 403, `${method} ${path}`);
  }
});

Deno.test("[XC-02] a token ends at once when it is taken back, at its time, and with its owner's rights", async () => {
  const ada = await app.signUp("bot5_ada");
  const room = await makeRoom(app, ada);
  const bot = await makeBot(app, ada, "bot5_bot", { room });
  const other = await makeToken(app, ada, bot.id);
  const status = async (token = bot.token) =>
    (await app.as({ ...bot, token }).get(`/rooms/${room.id}`)).status;

  assert.deepEqual([await status(), await status(other.token)], [200, 200]);
  assert.equal((await app.as(ada).delete(`/bots/${bot.id}/tokens/${other.id}`)).status, 204);
  assert.equal((await app.as(ada).delete(`/bots/${bot.id}/tokens/${other.id}`)).status, 404);
  assert.deepEqual([await status(), await status(other.token)], [200, 401]);
  for (const wrong of [`${bot.token}x`, "tsb_", `tsb_${"A".repeat(43)}`]) {
    assert.equal(await status(wrong), 401, wrong);
  }
  await app.db.sql`
    insert into private.account_states (profile_id, suspended_until)
    values (${ada.id}, now() + interval '1 hour')`;
  assert.equal(await status(), 403, "its owner may not act");
  await app.db.sql`delete from private.account_states where profile_id = ${ada.id}`;
  await app.db.sql`
    insert into private.account_states (profile_id, suspended_until)
    values (${bot.id}, now() + interval '1 hour')`;
  const write = await app.as(bot).post(`/rooms/${room.id}/messages`, { body: "x" });
  assert.equal(write.body.code, "account-suspended");
  await app.db.sql`delete from private.account_states where profile_id = ${bot.id}`;

  const past = await app.as(ada).post(`/bots/${bot.id}/tokens`, {
    scopes: ["rooms:read"],
    expires_at: new Date(Date.now() - 1_000).toISOString(),
  });
  assert.equal(past.status, 422);
  assert.equal(past.body.errors[0].path, "expires_at");
  await app.db.sql`
    update private.bot_tokens set expires_at = clock_timestamp() where id = ${bot.tokenId}`;
  assert.equal(await status(), 401, "its time has come");
});

Deno.test("[XC-02] nobody signs in as a bot, and bots are told nothing", async () => {
  const ada = await app.signUp("bot6_ada");
  const room = await makeRoom(app, ada);
  const bot = await makeBot(app, ada, "bot6_bot", { room });

  const [user] = await app.db.sql`
    select email, phone, encrypted_password from auth.users where id = ${bot.id}`;
  assert.deepEqual(user, { email: null, phone: null, encrypted_password: null });
  const forged = await app.as({ ...bot, token: ada.token }).get("/bots");
  assert.equal(forged.status, 200, "ada's own token is ada's");
  await app.as(ada).post(`/rooms/${room.id}/messages`, { body: "hey @bot6_bot" });
  await app.as(ada).post(`/users/${bot.id}/follow`);
  await app.runJobs();
  const told = await app.db.sql`select from public.notifications where recipient_id = ${bot.id}`;
  assert.equal(told.length, 0);
  const welcomed = await app.db.sql`select from private.welcomes where profile_id = ${bot.id}`;
  assert.equal(welcomed.length, 0);
});

Deno.test("[XC-02] a deleted bot is out at once and erased by the job; the owner's erasure takes the rest", async () => {
  const [ada, bob] = [await app.signUp("bot7_ada"), await app.signUp("bot7_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const [one, two] = [
    await makeBot(app, bob, "bot7_one", { room }),
    await makeBot(app, bob, "bot7_two", { room }),
  ];
  for (const bot of [one, two]) {
    await app.as(bot).post(`/rooms/${room.id}/messages`, { body: `by ${bot.handle}` });
  }
  assert.equal((await app.as(bob).delete(`/bots/${one.id}`)).status, 204);
  assert.equal((await app.as(one).get(`/rooms/${room.id}`)).status, 401);
  assert.equal((await app.as(ada).get("/users/bot7_one")).status, 404, "hidden at once");
  await app.runTask("erase");

  const profiles = () =>
    app.db.sql<{ handle: string }[]>`
      select handle from public.profiles where handle like 'bot7%' order by handle`;
  assert.deepEqual((await profiles()).map(({ handle }) => handle), [
    "bot7_ada",
    "bot7_bob",
    "bot7_two",
  ]);
  assert.equal((await app.as(bob).delete("/users/me", { immediate: true })).status, 204);
  await app.runTask("erase");
  assert.deepEqual((await profiles()).map(({ handle }) => handle), ["bot7_ada"]);
  const words = await app.db.sql`select from public.messages where body like 'by bot7%'`;
  assert.equal(words.length, 0);
});

Deno.test("[XC-02] ten bots of a person and ten tokens of a bot, also when asked for at once", async () => {
  const ada = await app.signUp("bot8_ada");
  const make = (n: number) =>
    app.as(ada).post("/bots", { handle: `bot8_bot${n}`, display_name: "B" });
  const made = [];
  for (let n = 0; n < 9; n++) made.push(await make(n));
  const last = await Promise.all([make(9), make(10)]);
  assert.deepEqual(last.map(({ status }) => status).sort(), [201, 409]);
  const { id } = made[0]?.body ?? {};
  const token = () => app.as(ada).post(`/bots/${id}/tokens`, { scopes: ["rooms:read"] });
  for (let n = 0; n < 9; n++) assert.equal((await token()).status, 201);
  const both = await Promise.all([token(), token()]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
});
