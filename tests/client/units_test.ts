/** @module The parts of the client helper, without a network. */
import assert from "node:assert/strict";
import { ApiProblem } from "../../shared/client/api.ts";
import { createSeen } from "../../shared/client/emitter.ts";
import { pauseBefore, sendDraft, sendInto } from "../../shared/client/sending.ts";
import { Timeline } from "../../shared/client/timeline.ts";
import type { Message } from "../../shared/client/types.ts";
import {
  describeTyping,
  type Timers,
  TypingSender,
  TypingState,
} from "../../shared/client/typing.ts";

/** Time that passes when told to. */
function createClock(): Timers & { pass(ms: number): void } {
  let now = 0;
  let waiting: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after(ms, run) {
      const entry = { at: now + ms, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    pass(ms) {
      now += ms;
      const due = waiting.filter(({ at }) => at <= now);
      waiting = waiting.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
  };
}

function message(seq: number, changes: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    seq,
    room_id: "r",
    author: { id: "a", handle: "a", display_name: "A", avatar_url: null, is_bot: false },
    kind: "user",
    body: `body ${seq}`,
    body_html: "",
    parent_id: null,
    reactions: [],
    pinned: false,
    created_at: "2026-01-01T00:00:00Z",
    edited_at: null,
    deleted_at: null,
    ...changes,
  };
}

Deno.test("[RO-33] client: one sign of typing in 500 ms, and an end after 5 s", () => {
  const clock = createClock();
  const said: boolean[] = [];
  const sender = new TypingSender((typing) => said.push(typing), clock);

  for (let key = 0; key < 10; key++) {
    sender.press();
    clock.pass(100);
  }
  assert.deepEqual(said, [true, true]);
  clock.pass(4_899);
  assert.deepEqual(said, [true, true]);
  clock.pass(1);
  assert.deepEqual(said, [true, true, false]);
  sender.stop();
  assert.deepEqual(said, [true, true, false]);
});

Deno.test("[RO-32] [RO-33] client: several people type; each is forgotten after 5 s of silence", () => {
  const clock = createClock();
  const told: string[] = [];
  const state = new TypingState((people) => told.push(people.join("+")), clock);

  state.take("ann", true);
  clock.pass(3_000);
  state.take("bob", true);
  state.take("ann", true);
  clock.pass(4_999);
  assert.deepEqual(state.people, ["ann", "bob"]);
  clock.pass(1);
  assert.deepEqual(state.people, []);
  state.take("cyd", false);
  assert.deepEqual(told, ["ann", "ann+bob", "ann", ""]);
});

Deno.test("[RO-32] client: who is typing, in words", () => {
  assert.equal(describeTyping([]), "");
  assert.equal(describeTyping(["Alice"]), "Alice is typing…");
  assert.equal(describeTyping(["Alice", "Bob"]), "Alice and Bob are typing…");
  assert.equal(describeTyping(["Alice", "Bob", "Cyd"]), "Alice, Bob and 1 other are typing…");
  assert.equal(
    describeTyping(["Alice", "Bob", "Cyd", "Dan"]),
    "Alice, Bob and 2 others are typing…",
  );
});

Deno.test("[UX-12] client: lines are in order whatever comes first, and the newest version stays", () => {
  const timeline = new Timeline();
  timeline.draft({ id: "m2", body: "mine" });
  timeline.draft({ id: "m9", body: "later" });
  for (const seq of [3, 1, 2, 2]) timeline.apply(message(seq));
  timeline.apply(message(1, { body: "edited", edited_at: "2026-01-01T00:00:09Z" }));
  timeline.apply(message(1));
  timeline.draft({ id: "m2", body: "mine" });

  const lines = timeline.entries.map((entry) =>
    entry.state === "sent" ? entry.message.body : `${entry.state} ${entry.draft.body}`
  );
  assert.deepEqual(lines, ["edited", "body 2", "body 3", "sending later"]);
});

Deno.test("client: one's own reactions survive what everybody is told", () => {
  const timeline = new Timeline();
  timeline.apply(message(1, { reactions: [{ emoji: "👍", count: 1, me: true }] }));
  timeline.react("m1", [{ emoji: "👍", count: 2 }, { emoji: "🎉", count: 1 }]);

  const [entry] = timeline.entries;
  assert.deepEqual(entry?.state === "sent" ? entry.message.reactions : [], [
    { emoji: "👍", count: 2, me: true },
    { emoji: "🎉", count: 1, me: false },
  ]);
});

Deno.test("[UX-06] client: a message has come as far as anybody said, in whatever order", () => {
  const timeline = new Timeline();
  const receipts = () =>
    timeline.entries.map((entry) => entry.state === "sent" ? entry.message.receipt : entry.state);
  timeline.apply(message(1, { receipt: "sent" }));
  timeline.apply(message(2, { author: { ...message(2).author, id: "b" } }));
  timeline.apply(message(3));

  assert.equal(timeline.receive("m3", "delivered"), true);
  // The answer to one's own message comes after the news of it.
  timeline.apply(message(3, { receipt: "sent" }));
  assert.deepEqual(receipts(), ["delivered", undefined, "delivered"]);
  timeline.receive("m1", "read");
  assert.equal(timeline.receive("m1", "delivered"), false);
  assert.deepEqual(receipts(), ["read", undefined, "delivered"]);
  assert.equal(timeline.lastNotOf("a")?.id, "m2");
});

Deno.test("[RO-29] client: pins are followed, and one's own reaction is taken back", () => {
  const timeline = new Timeline();
  timeline.apply(message(1, { reactions: [{ emoji: "👍", count: 2, me: true }] }));

  assert.equal(timeline.pin("m1", true), true);
  assert.equal(timeline.pin("m1", true), false);
  timeline.takeBack("m1", "👍");
  timeline.react("m1", [{ emoji: "👍", count: 1 }]);

  const [entry] = timeline.entries;
  assert.ok(entry?.state === "sent" && entry.message.pinned);
  assert.deepEqual(entry.message.reactions, [{ emoji: "👍", count: 1, me: false }]);
});

Deno.test("client: an event is taken once, and the memory of events is bounded", () => {
  const isNew = createSeen(2);

  assert.deepEqual(["a", "a", "b", "c", "c", "a"].map(isNew), [
    true,
    false,
    true,
    true,
    false,
    true,
  ]);
});

Deno.test("[UX-12] client: what is written quickly is sent in its order, past one that fails", async () => {
  const timeline = new Timeline();
  const asked: string[] = [];
  const first = Promise.withResolvers<void>();
  const call = (async (_method: string, _path: string, body: { id: string; body: string }) => {
    asked.push(body.body);
    if (body.body === "one") await first.promise;
    if (body.body === "two") throw new ApiProblem(403, "room-muted", "no", undefined);
    return message(asked.length, { id: body.id, body: body.body });
  }) as never;
  const send = (id: string, body: string) =>
    sendInto({ call, timers: createClock() }, "r", {
      timeline,
      draft: { id, body },
      keeps: () => true,
      changed: () => undefined,
    });

  const all = [send("a", "one"), send("b", "two"), send("c", "three")];
  await Promise.resolve();
  assert.equal(timeline.entries.length, 3);
  first.resolve();
  await Promise.all(all);

  assert.deepEqual(asked, ["one", "two", "three"]);
  assert.deepEqual(timeline.entries.map(({ id, state }) => [id, state]), [
    ["a", "sent"],
    ["c", "sent"],
    ["b", "failed"],
  ]);
});

Deno.test("[UX-12] client: passing failures are tried again under the same id, others are not", async () => {
  const ids: unknown[] = [];
  const timers: Timers = {
    now: () => 0,
    after(_ms, run) {
      queueMicrotask(run);
      return () => undefined;
    },
  };
  const failing = (statuses: number[]) =>
    (async (_method: string, _path: string, body: unknown) => {
      ids.push((body as { id: string }).id);
      const status = statuses.shift();
      if (status !== undefined) throw new ApiProblem(status, "x", "x", undefined);
      return await Promise.resolve(message(1));
    }) as never;
  const draft = { id: "m1", body: "hello" };

  await sendDraft({ call: failing([0, 503, 429]), timers }, "r", draft);
  assert.deepEqual(ids, ["m1", "m1", "m1", "m1"]);
  await assert.rejects(sendDraft({ call: failing([403]), timers }, "r", draft), { status: 403 });
  await assert.rejects(sendDraft({ call: failing(Array(9).fill(503)), timers }, "r", draft));
  assert.equal(ids.length, 4 + 1 + 6);
  assert.equal(pauseBefore(0, undefined), 300);
  assert.equal(pauseBefore(1, 3), 3_000);
  assert.equal(pauseBefore(20, undefined), 10_000);
});
