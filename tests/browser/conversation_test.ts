/** @module A conversation in real browsers: what a chat page shows, over bad networks too. */
import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import {
  BROWSER_TEST,
  linesOf,
  meet,
  openTestBrowser,
  say,
  shows,
  type,
  visit,
  type Visitor,
} from "./support.ts";

interface Message {
  readonly id: string;
  readonly body: string;
}

async function find(visitor: Visitor, room: string, body: string): Promise<Message> {
  const { items } = await visitor.api<{ items: Message[] }>("GET", `/rooms/${room}/messages`);
  const message = items.find((item) => item.body === body);
  assert.ok(message);
  return message;
}

function typingAt({ page }: Visitor): Promise<string | null> {
  return page.locator("#typing").textContent();
}

async function showsTyping(visitor: Visitor, text: string): Promise<void> {
  await until(async () => await typingAt(visitor) === text, `${visitor.name} sees "${text}"`);
}

const DEBOUNCE_MS = 500;
/** A sign of typing holds for five seconds; what is measured has its way to go as well. */
const [HOLD_MS_MIN, HOLD_MS_MAX] = [4_000, 8_000];

Deno.test(
  '[RO-32] [RO-33] browsers: "Alice and Bob are typing…", said twice a second, over after five',
  BROWSER_TEST,
  async () => {
    await using browser = await openTestBrowser();
    const [alice, bob, carol] = await Promise.all([
      visit(browser, "Alice"),
      visit(browser, "Bob"),
      visit(browser, "Carol"),
    ]);
    await meet(carol, alice, bob);

    const startedAt = Date.now();
    await type(alice, "twelve keys!");
    const typedMs = Date.now() - startedAt;
    await showsTyping(carol, "Alice is typing…");
    await type(bob, "me");
    const silentAt = Date.now();
    await showsTyping(carol, "Alice and Bob are typing…");
    await showsTyping(bob, "Alice is typing…");
    await showsTyping(carol, "");
    const heldMs = Date.now() - silentAt;

    const signs = alice.sent.filter((frame) => frame.includes('"typing":true'));
    assert.ok(signs.length <= Math.ceil(typedMs / DEBOUNCE_MS) + 1, `${signs.length} signs`);
    assert.ok(heldMs > HOLD_MS_MIN && heldMs < HOLD_MS_MAX, `${heldMs} ms`);
    await say(bob, "ow");
    await shows(carol, ["Bob: meow"]);
    assert.equal(await typingAt(carol), "");
  },
);

Deno.test(
  "[RO-15] [RO-21] [RO-29] [UX-09] browsers: threads, reactions and pins show at once",
  BROWSER_TEST,
  async () => {
    await using browser = await openTestBrowser();
    const [ann, bob] = await Promise.all([visit(browser, "Ann"), visit(browser, "Bob")]);
    const room = await meet(ann, bob);
    await say(ann, "Shall we meet?");
    await shows(bob, ["Ann: Shall we meet?"]);
    const { id } = await find(bob, room, "Shall we meet?");

    await bob.page.evaluate((message) => app.room.react(message, "👍"), id);
    await shows(bob, ["Ann: Shall we meet? 👍1*"]);
    await shows(ann, ["Ann: Shall we meet? 👍1"]);
    await ann.page.evaluate((message) => app.room.react(message, "👍"), id);
    await shows(bob, ["Ann: Shall we meet? 👍2*"]);
    await bob.page.evaluate((message) => app.room.react(message, "👍", false), id);
    await shows(ann, ["Ann: Shall we meet? 👍1*"]);
    await shows(bob, ["Ann: Shall we meet? 👍1"]);

    await ann.api("POST", `/rooms/${room}/messages/${id}/pin`);
    for (const visitor of [ann, bob]) await shows(visitor, ["Shall we meet?"], "pins");
    await shows(bob, ["📌 Ann: Shall we meet? 👍1"]);

    await bob.page.evaluate(
      (parent) => app.room.send("At noon, by the water", { parent_id: parent }),
      id,
    );
    await until(
      () => ann.page.evaluate(() => app.heard.some(({ name }) => name === "reply")),
      "Ann hears the reply",
    );
    const thread = await ann.api<{ items: Message[] }>(
      "GET",
      `/rooms/${room}/messages/${id}/thread`,
    );
    assert.deepEqual(thread.items.map(({ body }) => body), ["At noon, by the water"]);
    await shows(ann, ["📌 Ann: Shall we meet? 👍1*"]);
  },
);

Deno.test(
  "[UX-06] [UX-11] browsers: how far a message has come, and a notice of it, without asking",
  BROWSER_TEST,
  async () => {
    await using browser = await openTestBrowser();
    const [ann, bob] = await Promise.all([visit(browser, "Ann"), visit(browser, "Bob")]);
    // What a stranger writes first would wait in silence.
    await bob.api("POST", `/users/${ann.id}/follow`);
    const { id } = await ann.api<{ id: string }>("POST", "/dms", { user_ids: [bob.id] });
    await ann.page.evaluate((room) => app.openRoom(room), id);

    await say(ann, "Are you there?");
    await shows(ann, ["Ann: Are you there? (sent)"]);
    const told = () =>
      bob.page.evaluate(() => {
        const heard = app.heard.find(({ name }) => name === "notification.created");
        return (heard?.payload as { notification: Record<string, unknown> } | undefined)
          ?.notification;
      });
    await until(async () => await told() !== undefined, "Bob is told");
    const toast = await told();
    const centre = await bob.api<{ items: Record<string, unknown>[] }>("GET", "/notifications");
    const [item] = centre.items;
    assert.equal(toast?.["text"], "Ann sent you a message");
    // What a toast shows can be put into the list as it is.
    assert.deepEqual({ ...toast, delivered_at: null }, { ...item, delivered_at: null });

    await bob.page.evaluate((room) => app.openRoom(room), id);
    await shows(ann, ["Ann: Are you there? (delivered)"]);
    await bob.page.evaluate(() => app.room.markRead());
    await shows(ann, ["Ann: Are you there? (read)"]);
    await bob.api("PATCH", `/notifications/${item?.["id"]}/read`);
    await until(
      () => bob.page.evaluate(() => app.heard.some(({ name }) => name === "notification.read")),
      "Bob's pages hear that it was read",
    );
  },
);

Deno.test(
  "[UX-12] [RO-44] browsers: what is said offline is shown, sent once, and what was missed comes",
  BROWSER_TEST,
  async () => {
    await using browser = await openTestBrowser();
    const [ann, bob] = await Promise.all([visit(browser, "Ann"), visit(browser, "Bob")]);
    const room = await meet(ann, bob);
    await say(ann, "before");
    await shows(bob, ["Ann: before"]);

    await bob.context.setOffline(true);
    await bob.page.evaluate(() => app.cut());
    await say(bob, "from the tunnel");
    await shows(bob, ["Ann: before", "from the tunnel (sending)"]);
    for (const body of ["one", "two", "three"]) await say(ann, body);
    await shows(ann, ["before", "one", "two", "three"].map((body) => `Ann: ${body}`));
    assert.equal((await linesOf(bob)).some((line) => line.includes("three")), false);
    await bob.context.setOffline(false);

    const expected = [
      ...["before", "one", "two", "three"].map((body) => `Ann: ${body}`),
      "Bob: from the tunnel",
    ];
    await shows(bob, expected);
    await shows(ann, expected);
    const { items } = await ann.api<{ items: Message[] }>("GET", `/rooms/${room}/messages`);
    assert.equal(items.filter(({ body }) => body === "from the tunnel").length, 1);
  },
);

Deno.test("[RO-44] browsers: who was put out hears not one word more", BROWSER_TEST, async () => {
  await using browser = await openTestBrowser();
  const [ann, bob, eve] = await Promise.all([
    visit(browser, "Ann"),
    visit(browser, "Bob"),
    visit(browser, "Eve"),
  ]);
  const room = await meet(ann, bob, eve);
  await say(ann, "hello, all");
  for (const visitor of [bob, eve]) await shows(visitor, ["Ann: hello, all"]);
  assert.ok(eve.received.some((frame) => frame.includes("hello, all")));

  await ann.api("DELETE", `/rooms/${room}/members/${eve.id}`);
  await say(ann, "now among us");
  await shows(bob, ["Ann: hello, all", "Ann: now among us"]);
  await until(() => eve.page.evaluate(() => app.ended !== undefined), "it ends for Eve");

  assert.equal(await eve.page.evaluate(() => app.ended), "removed");
  await shows(eve, ["Ann: hello, all"]);
  // Whatever was still on its way would have come before this.
  await eve.api("PATCH", "/users/me", { bio: "out" });
  await say(ann, "and again");
  await shows(bob, ["Ann: hello, all", "Ann: now among us", "Ann: and again"]);
  assert.equal(eve.received.some((frame) => /now among us|and again/.test(frame)), false);
});
