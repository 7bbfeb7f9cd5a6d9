/** @module Calls between real browsers: pictures that move, sound that is heard. */
import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { BROWSER_TEST, meet, openTestBrowser, visit, type Visitor } from "./support.ts";

interface Call {
  readonly id: string;
  readonly state: string;
}

/** Frames after which a picture may be called moving. */
const FRAMES = 5;

function watch({ page }: Visitor) {
  return page.evaluate(() => app.watchCall());
}

async function start(visitor: Visitor, room: string, kind: "audio" | "video"): Promise<string> {
  const { id } = await visitor.api<Call>("POST", `/rooms/${room}/calls`, { kind });
  return id;
}

async function join(visitors: readonly Visitor[], call: string, kind: "audio" | "video") {
  await Promise.all(
    visitors.map(({ page }) =>
      page.evaluate(([id, what]) => app.joinCall(id, what), [call, kind] as const)
    ),
  );
}

/** Waits until somebody sees so many others move. */
async function seesMove(visitor: Visitor, count: number): Promise<void> {
  let seen = await watch(visitor);
  await until(async () => {
    seen = await watch(visitor);
    return seen.frames.length === count && seen.frames.every((frames) => frames > FRAMES);
  }, `${visitor.name} sees ${count} pictures`);
  const { pictures } = seen;
  await until(async () => {
    seen = await watch(visitor);
    return seen.pictures.every((picture, n) => picture !== pictures[n]);
  }, `what ${visitor.name} sees moves`);
  assert.ok(seen.states.every((state) => state === "connected"), seen.states.join());
  assert.ok(seen.widths.every((width) => width > 0));
}

Deno.test(
  "[CA-01] browsers: two people see each other move, until one hangs up",
  BROWSER_TEST,
  async () => {
    await using browser = await openTestBrowser();
    const [ann, bob] = await Promise.all([visit(browser, "Ann"), visit(browser, "Bob")]);
    const room = await meet(ann, bob);

    const call = await start(ann, room, "video");
    await until(
      () => bob.page.evaluate(() => app.heard.some(({ name }) => name === "call.ringing")),
      "it rings at Bob's",
    );
    await join([ann, bob], call, "video");
    await Promise.all([seesMove(ann, 1), seesMove(bob, 1)]);
    await bob.page.evaluate(() => app.leaveCall());

    await until(async () => (await watch(ann)).frames.length === 0, "Bob is gone");
    assert.equal((await ann.api<Call>("GET", `/calls/${call}`)).state, "active");
    await ann.page.evaluate(() => app.leaveCall());
    assert.equal((await bob.api<Call>("GET", `/calls/${call}`)).state, "ended");
  },
);

Deno.test(
  "[CA-02] browsers: two people hear each other, without a picture",
  BROWSER_TEST,
  async () => {
    await using browser = await openTestBrowser();
    const [ann, bob] = await Promise.all([visit(browser, "Ann"), visit(browser, "Bob")]);
    const call = await start(ann, await meet(ann, bob), "audio");

    await join([ann, bob], call, "audio");

    for (const visitor of [ann, bob]) {
      await until(
        async () => (await watch(visitor)).loudness > 0.01,
        `${visitor.name} hears it beep`,
      );
      assert.deepEqual((await watch(visitor)).widths, [0]);
    }
  },
);

Deno.test(
  "[CA-01] browsers: three see each other; who is put out is seen and sees no more",
  BROWSER_TEST,
  async () => {
    await using browser = await openTestBrowser();
    const [ann, bob, eve] = await Promise.all([
      visit(browser, "Ann"),
      visit(browser, "Bob"),
      visit(browser, "Eve"),
    ]);
    const room = await meet(ann, bob, eve);
    const call = await start(ann, room, "video");
    await join([ann, bob, eve], call, "video");
    await Promise.all([ann, bob, eve].map((visitor) => seesMove(visitor, 2)));

    await ann.api("DELETE", `/rooms/${room}/members/${eve.id}`);

    await Promise.all(
      [ann, bob].map((visitor) =>
        until(async () => (await watch(visitor)).frames.length === 1, `${visitor.name} sees one`)
      ),
    );
    await until(() => eve.page.evaluate(() => app.callEnded !== undefined), "it ends for Eve");
    assert.equal(await eve.page.evaluate(() => app.callEnded), "removed");
    assert.deepEqual((await watch(eve)).states, []);
    await Promise.all([seesMove(ann, 1), seesMove(bob, 1)]);
    await ann.api("POST", `/calls/${call}/end`);
    for (const visitor of [ann, bob]) {
      await until(
        () => visitor.page.evaluate(() => app.callEnded === "over"),
        `it ends for ${visitor.name}`,
      );
    }
  },
);
