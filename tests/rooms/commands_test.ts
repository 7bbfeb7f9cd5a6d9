/** @module Commands: who may give them, what they do, that nobody else hears of it. */
import assert from "node:assert/strict";
import {
  commandOf,
  COMMANDS,
  durationOf,
  pollOf,
  spokenText,
} from "../../shared/rooms/command_rules.ts";
import { openApp, type TestPerson } from "../support/app.ts";
import { attempt, heardOn, makeRoom, setMemberRole } from "./support.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

async function give(person: TestPerson, room: { id: string }, body: string, more: object = {}) {
  return await app.as(person).post(`/rooms/${room.id}/messages`, { body, ...more });
}

/** Gives a command that answers its giver, and tells what it answered. */
async function replyTo(person: TestPerson, room: { id: string }, body: string): Promise<string> {
  const answer = await give(person, room, body);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.command, body.split(/\s/)[0]?.toLowerCase());
  return answer.body.reply.body;
}

async function textsOf(room: { id: string }): Promise<string[]> {
  const rows = await app.db.sql<{ body: string }[]>`
    select body from public.messages where room_id = ${room.id} and kind = 'user' order by seq`;
  return rows.map(({ body }) => body);
}

Deno.test("[XC-02] what a text asks for: known commands, escapes, spans, polls", async () => {
  assert.deepEqual(commandOf("/Topic  all things \n tea "), {
    name: "topic",
    rest: "all things \n tea",
  });
  assert.deepEqual(commandOf("/help"), { name: "help", rest: "" });
  for (const text of ["/foo", "/helpful", "help", " /help", "//help", "/", "/ help", "/toString"]) {
    assert.equal(commandOf(text), undefined, text);
  }
  assert.equal(spokenText("//help me"), "/help me");
  assert.equal(spokenText("// a comment"), "// a comment");
  assert.equal(spokenText("///help"), "///help");
  assert.equal(durationOf("1h30m"), 5_400_000);
  assert.equal(durationOf("2W"), 1_209_600_000);
  for (const text of ["", "10", "m", "0m", "-5m", "99999w", "1h 30m", "10mm", "1e3m"]) {
    assert.equal(durationOf(text), undefined, text);
  }
  assert.deepEqual(pollOf('"Tea?" “Yes” "No, never"'), {
    question: "Tea?",
    options: ["Yes", "No, never"],
  });
  for (const text of ["", '"Tea?"', '"Tea?" "Yes"', '"" "a" "b"', 'Tea? "a" "b"', '"a" "b" "c']) {
    assert.equal(pollOf(text), undefined, text);
  }
  const [known] = await app.db.sql<{ names: string[] }[]>`select private.command_names() as names`;
  assert.deepEqual(known?.names, Object.keys(COMMANDS).sort());
});

Deno.test("[XC-02] [RO-36] a command is answered to its giver, and nobody else hears of it", async () => {
  const [ada, bob] = [await app.signUp("cmd1_ada"), await app.signUp("cmd1_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const before = (await heardOn(app, room.topic)).length;

  const all = await replyTo(ada, room, "/help");
  const some = await replyTo(bob, room, "/HELP please");
  const stranger = await give(await app.signUp("cmd1_eve"), room, "/help");

  for (const name of Object.keys(COMMANDS)) assert.ok(all.includes(`/${name}`), name);
  assert.ok(some.includes("/invite") && some.includes("/leave"));
  assert.ok(!some.includes("/mute"), "whoever may not mute is not told to");
  assert.equal(stranger.status, 403);
  assert.deepEqual(await textsOf(room), []);
  assert.equal((await heardOn(app, room.topic)).length, before);
});

Deno.test("[XC-02] unknown words are said, two slashes say a known one, by table too", async () => {
  const ada = await app.signUp("cmd2_ada");
  const room = await makeRoom(app, ada);
  const insert = (body: string) =>
    attempt(
      app,
      ada,
      `insert into public.messages (room_id, body) values ('${room.id}', '${body}') returning body`,
    );

  assert.equal((await give(ada, room, "/shrug it")).body.body, "/shrug it");
  const escaped = await give(ada, room, "//help *is* a command");
  assert.equal(escaped.status, 201);
  assert.equal(escaped.body.body, "/help *is* a command");
  assert.match(escaped.body.body_html, /<em>is<\/em>/);
  assert.equal(await insert("/mute @bob"), "PT422");
  assert.deepEqual(await insert("//mute @bob"), [{ body: "/mute @bob" }]);
  assert.deepEqual(await insert("/shrug"), [{ body: "/shrug" }]);
  const later = await give(ada, room, "/help", {
    publish_at: new Date(Date.now() + 60_000).toISOString(),
  });
  assert.equal(later.status, 422);
  assert.equal(later.body.errors[0].path, "publish_at");
  assert.deepEqual(await textsOf(room), [
    "/shrug it",
    "/help *is* a command",
    "/mute @bob",
    "/shrug",
  ]);
});

Deno.test("[XC-02] /topic shows the topic to members and is set by those who may", async () => {
  const [ada, bob] = [await app.signUp("cmd3_ada"), await app.signUp("cmd3_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });

  assert.equal(await replyTo(bob, room, "/topic"), "The room has no topic.");
  assert.equal((await give(bob, room, "/topic mine")).status, 403);
  assert.match(await replyTo(ada, room, "/topic Ships & tides"), /Ships/);
  assert.equal((await app.as(bob).get(`/rooms/${room.id}`)).body.description, "Ships & tides");
  assert.equal(await replyTo(bob, room, "/topic"), "Ships & tides");
  const long = await give(ada, room, `/topic ${"x".repeat(1_001)}`);
  assert.equal(long.body.errors[0].path, "body");
});

Deno.test("[XC-02] /mute and /unmute: with a length and a reason, by rank, with clear refusals", async () => {
  const [ada, bob, eve] = [
    await app.signUp("cmd4_ada"),
    await app.signUp("cmd4_bob"),
    await app.signUp("cmd4_eve"),
  ];
  const room = await makeRoom(app, ada, { members: [bob, eve] });
  await setMemberRole(app, room, eve, "moderator");

  assert.equal((await give(bob, room, "/mute @cmd4_eve")).status, 403);
  assert.equal((await give(eve, room, "/mute @cmd4_ada 10m")).status, 403, "above her");
  assert.match(
    await replyTo(eve, room, "/mute @CMD4_bob 10m shouting"),
    /@cmd4_bob is muted until/,
  );
  const [state] = await app.db.sql<{ minutes: number }[]>`
    select extract(epoch from muted_until - now())::float8 / 60 as minutes
    from private.room_member_states where room_id = ${room.id} and profile_id = ${bob.id}`;
  assert.ok(state !== undefined && state.minutes > 9 && state.minutes <= 10);
  const [line] = await app.db.sql`
    select details ->> 'reason' as reason from private.room_log
    where room_id = ${room.id} and action = 'mute'`;
  assert.equal(line?.["reason"], "shouting");
  const refused = await give(bob, room, "but");
  assert.equal(refused.body.code, "room-muted");
  assert.equal((await give(bob, room, "/me sighs")).body.code, "room-muted");
  assert.match(await replyTo(eve, room, "/unmute @cmd4_bob"), /may speak/);
  assert.equal((await give(bob, room, "thanks")).status, 201);
  await app.signUp("cmd4_out");
  for (const wrong of ["/mute", "/mute !!", "/mute @cmd4_out", "/mute @nobody_at_all", "/unmute"]) {
    const answer = await give(ada, room, wrong);
    assert.equal(answer.status, 422, wrong);
    assert.equal(answer.body.errors[0].path, "body", wrong);
  }
});

Deno.test("[XC-02] /invite names people, or makes a link; /leave leaves", async () => {
  const [ada, bob, eve] = [
    await app.signUp("cmd5_ada"),
    await app.signUp("cmd5_bob"),
    await app.signUp("cmd5_eve"),
  ];
  const room = await makeRoom(app, ada, { isPrivate: true });

  assert.equal(await replyTo(ada, room, "/invite @cmd5_bob"), "Invited: @cmd5_bob");
  const link = await replyTo(ada, room, "/invite");
  const token = /\/invites\/(\w+)/.exec(link)?.[1];
  assert.equal((await app.as(eve).post(`/invites/${token}/accept`)).status, 200);
  await app.runJobs();
  const told = await app.db.sql`
    select from public.notifications where recipient_id = ${bob.id} and type = 'room_invite'`;
  assert.equal(told.length, 1);
  assert.equal((await give(ada, room, "/invite @nobody_at_all")).status, 422);
  assert.equal(await replyTo(eve, room, "/leave"), "You have left the room.");
  assert.equal((await app.as(eve).get(`/rooms/${room.id}`)).status, 404);
  assert.equal((await give(ada, room, "/leave")).status, 409, "the last one");
});

Deno.test("[XC-02] /me and /poll post a message, once however often it is sent; people vote", async () => {
  const [ada, bob] = [await app.signUp("cmd6_ada"), await app.signUp("cmd6_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });

  const me = await give(ada, room, "/me waves at\n@cmd6_bob");
  assert.equal(me.status, 201);
  assert.equal(me.body.body, "*waves at @cmd6_bob*");
  assert.deepEqual(me.body.mentions.map((m: { handle: string }) => m.handle), ["cmd6_bob"]);
  assert.equal((await give(ada, room, "/me")).status, 422);

  const id = crypto.randomUUID();
  const asked = await give(ada, room, '/poll "Tea?" "Yes" "No"', { id });
  const again = await give(ada, room, '/poll "Tea?" "Yes" "No"', { id });
  assert.equal(asked.status, 201, asked.text);
  assert.equal(again.status, 200);
  assert.equal(again.body.id, asked.body.id);
  const post = asked.body.shared_post;
  assert.equal(post.visibility, "room");
  const vote = await app.as(bob).post(`/posts/${post.id}/vote`, { options: [1] });
  assert.equal(vote.status, 200, vote.text);
  const seen = await app.as(bob).get(`/rooms/${room.id}/messages`);
  assert.deepEqual(seen.body.items.at(-1).shared_post.poll.options, [
    { text: "Yes", votes: 0 },
    { text: "No", votes: 1 },
  ]);
  const [posts] = await app.db.sql`
    select count(*)::int as n from public.posts where room_id = ${room.id}`;
  assert.equal(posts?.["n"], 1);
  for (const wrong of ["/poll", '/poll "Tea?" "Yes"', '/poll "Tea?" "Yes" "yes"']) {
    assert.equal((await give(ada, room, wrong)).status, 422, wrong);
  }
  const stranger = await give(await app.signUp("cmd6_eve"), room, '/poll "a" "b" "c"');
  assert.equal(stranger.status, 403);
});

Deno.test("[XC-02] /remind: kept, listed, told once by any number of workers, gone with the account", async () => {
  const [ada, bob] = [await app.signUp("cmd7_ada"), await app.signUp("cmd7_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const id = crypto.randomUUID();

  const first = await give(ada, room, "/remind me in 10m turn the *kettle* off", { id });
  const again = await give(ada, room, "/remind 10m turn the *kettle* off", { id });
  assert.equal(first.status, 200, first.text);
  assert.equal(again.body.reply.body, first.body.reply.body, "one reminder for one id");
  assert.equal((await give(bob, room, "/remind 1h tea", { id })).status, 409, "another's id");
  await replyTo(bob, room, "/remind 1d tea");
  assert.match(await replyTo(ada, room, "/remind list"), /^- \S+Z: turn the \*kettle\* off$/);

  await app.runTask("reminders");
  const due = () =>
    app.db.sql`update private.reminders set due_at = now() where profile_id = ${ada.id}`;
  await due();
  await Promise.all([app.runTask("reminders"), app.runTask("reminders")]);
  await app.runTask("reminders");
  const notices = await app.as(ada).get("/notifications");
  assert.deepEqual(
    notices.body.items.map((n: { text: string; subject: object }) => [n.text, n.subject]),
    [["Reminder: turn the *kettle* off", { type: "room", id: room.id }]],
  );
  assert.equal(await replyTo(ada, room, "/remind list"), "Nothing waits.");
  assert.equal(await replyTo(bob, room, "/remind clear"), "Reminders forgotten: 1");

  // Whoever has left is reminded without being led to the room.
  await replyTo(bob, room, "/remind 1h tea");
  await app.as(bob).post(`/rooms/${room.id}/leave`);
  await app.db.sql`update private.reminders set due_at = now()`;
  await app.runTask("reminders");
  const [told] = (await app.as(bob).get("/notifications")).body.items;
  assert.deepEqual(told.subject, { type: "user", id: bob.id });
  await replyTo(ada, room, "/remind 1h tea");
  await app.db.sql`delete from auth.users where id = ${ada.id}`;
  assert.equal((await app.db.sql`select from private.reminders`).length, 0);
});

Deno.test("[XC-02] /remind knows its bounds: form, length, a year, fifty at once", async () => {
  const ada = await app.signUp("cmd8_ada");
  const room = await makeRoom(app, ada);

  for (const wrong of ["/remind", "/remind 10m", "/remind soon tea", "/remind 367d tea"]) {
    const answer = await give(ada, room, wrong);
    assert.equal(answer.status, 422, wrong);
    assert.equal(answer.body.errors[0].path, "body", wrong);
  }
  assert.equal((await give(ada, room, `/remind 1m ${"x".repeat(501)}`)).status, 422);
  assert.equal((await give(ada, room, `/remind 1m ${"x".repeat(500)}`)).status, 200);
  await app.db.sql`
    insert into private.reminders (profile_id, room_id, body, due_at)
    select ${ada.id}, ${room.id}, 'x', now() + interval '1 day' from generate_series(1, 48)`;
  const both = await Promise.all([
    give(ada, room, "/remind 1m a"),
    give(ada, room, "/remind 1m b"),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
});

Deno.test("[UX-08] the history of a room in which nobody spoke says what to show", async () => {
  const [ada, bob] = [await app.signUp("cmd9_ada"), await app.signUp("cmd9_bob")];
  const room = await makeRoom(app, ada);
  const page = async () => (await app.as(ada).get(`/rooms/${room.id}/messages`)).body;

  assert.equal((await page()).empty_state.text, "Be the first to say hello!");
  await app.as(bob).post(`/rooms/${room.id}/join`);
  const joined = await page();
  assert.equal(joined.items.length, 1, "that somebody joined fills no room");
  assert.equal(joined.empty_state.code, "say_hello");
  await give(ada, room, "hello");
  assert.equal((await page()).empty_state, null);
});
