/** @module Two devices in a call find each other over its topic; others are kept out. */
import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { type Device, openDevice, openRoomOf } from "../client/support.ts";

const STACK_TEST = { sanitizeOps: false, sanitizeResources: false };

interface Call {
  readonly id: string;
  readonly topic: string;
  readonly state: string;
}

/** Joins a call's topic; collects signals and who is there. */
async function enter(device: Device, topic: string) {
  const signals: { event: string; from: string; description: unknown }[] = [];
  const joined = Promise.withResolvers<string>();
  const channel = device.client.channel(topic, {
    config: { private: true, presence: { key: device.id } },
  });
  channel.on("broadcast", { event: "*" }, ({ event, payload }) => {
    signals.push({ event, from: payload.from, description: payload.description });
  });
  channel.on("presence", { event: "sync" }, () => undefined);
  channel.subscribe((state) => {
    if (state === "SUBSCRIBED" || state === "CHANNEL_ERROR") joined.resolve(state);
  });
  const state = await joined.promise;
  if (state === "SUBSCRIBED") await channel.track({ user_id: device.id });
  return { channel, signals, state };
}

Deno.test(
  "[CA-01] calls live: offer, answer and candidates pass between those in the call",
  STACK_TEST,
  async () => {
    const [ann, bob, eve] = [
      await openDevice("ann"),
      await openDevice("bob"),
      await openDevice("eve"),
    ];
    const { id } = await openRoomOf(ann, [bob, eve]);
    let ringing: string | undefined;
    let isLive = false;
    bob.square.on("live", () => isLive = true);
    bob.cut();
    await until(() => isLive, "bob's own topic");
    bob.square.on("event", ({ name }) => {
      if (name === "call.ringing") ringing = name;
    });

    const call = await ann.square.call<Call>("POST", `/rooms/${id}/calls`, { kind: "video" });
    await until(() => ringing !== undefined, "it rings");
    await bob.square.call("POST", `/calls/${call.id}/join`);
    const [hers, his] = [await enter(ann, call.topic), await enter(bob, call.topic)];
    const outside = await enter(eve, call.topic);
    await until(() => Object.keys(hers.channel.presenceState()).length === 2, "both are there");
    const say = (side: typeof hers, event: string, from: string, to: string) =>
      side.channel.send({
        type: "broadcast",
        event,
        payload: { from, to, description: { type: event, sdp: "v=0" } },
      });
    await say(hers, "offer", ann.id, bob.id);
    await until(() => his.signals.length === 1, "the offer");
    await say(his, "answer", bob.id, ann.id);
    await say(his, "candidate", bob.id, ann.id);
    await until(() => hers.signals.length === 2, "answer and candidate");

    assert.deepEqual(his.signals[0], {
      event: "offer",
      from: ann.id,
      description: { type: "offer", sdp: "v=0" },
    });
    assert.deepEqual(hers.signals.map(({ event }) => event), ["answer", "candidate"]);
    assert.equal(outside.state, "CHANNEL_ERROR");
    assert.deepEqual(outside.signals, []);
    await Promise.all([ann.close(), bob.close(), eve.close()]);
  },
);
