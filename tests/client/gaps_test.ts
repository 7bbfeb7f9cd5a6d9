/** @module The client helper under many writers and sockets that are cut again and again. */
import assert from "node:assert/strict";
import type { Entry, LiveRoom, LiveThread, Message } from "../../shared/client/mod.ts";
import { until } from "../support/until.ts";
import { type Device, openDevice, openRoomOf } from "./support.ts";

const STACK_TEST = { sanitizeOps: false, sanitizeResources: false };
const ROUNDS = 6;
const LINES_PER_ROUND = 4;

/** Opens a room and waits until it is live. */
async function listen(device: Device, roomId: string): Promise<LiveRoom> {
  const room = await device.square.openRoom(roomId);
  let isLive = false;
  room.on("live", () => isLive = true);
  await until(() => isLive, "the room is live");
  return room;
}

function sentOf(entries: readonly Entry[]): Message[] {
  return entries.flatMap((entry) =>
    entry.state === "sent" && entry.message.kind === "user" ? [entry.message] : []
  );
}

function assertInOrder(messages: readonly Message[], bodies: readonly string[]): void {
  assert.deepEqual(messages.map(({ body }) => body).sort(), [...bodies].sort());
  const places = messages.map(({ seq }) => seq);
  assert.deepEqual(places, [...new Set(places)].sort((one, other) => one - other));
}

Deno.test(
  "[RO-44] [UX-12] client: many write while sockets are cut; rooms and threads lose nothing",
  STACK_TEST,
  async () => {
    const devices = [await openDevice("ann"), await openDevice("bob"), await openDevice("cem")];
    const [ann, bob, cem] = devices as [Device, Device, Device];
    const { id } = await openRoomOf(ann, [bob, cem]);
    const rooms = await Promise.all(devices.map((device) => listen(device, id)));
    const root = await rooms[0]?.send("the root");
    assert.ok(root !== undefined);
    const threads: LiveThread[] = [];
    for (const room of rooms) threads.push(await room.openThread(root.id));
    const [lines, replies]: [string[], string[]] = [["the root"], []];

    for (let round = 0; round < ROUNDS; round++) {
      // One is off at a time, and comes back while the others are still writing.
      devices[round % devices.length]?.cut();
      await Promise.all(
        rooms.flatMap((room, who) =>
          Array.from({ length: LINES_PER_ROUND }, async (_, n) => {
            const body = `${who} ${round} ${n}`;
            const thread = n % 2 === 0 ? threads[who] : undefined;
            (thread === undefined ? lines : replies).push(body);
            assert.ok(await (thread ?? room).send(body), body);
          })
        ),
      );
    }

    for (const room of rooms) {
      await until(() => sentOf(room.entries).length >= lines.length, "all lines");
      assertInOrder(sentOf(room.entries), lines);
    }
    for (const thread of threads) {
      await until(() => sentOf(thread.entries).length >= replies.length, "all replies");
      assertInOrder(sentOf(thread.entries), replies);
    }
    await Promise.all(devices.map((device) => device.close()));
  },
);

Deno.test(
  "[B2] client: whoever was put out hears nothing more, on a socket that obeys no event",
  STACK_TEST,
  async () => {
    const [ann, bob, eve] = [
      await openDevice("ann"),
      await openDevice("bob"),
      await openDevice("eve"),
    ];
    const { id, topic } = await openRoomOf(ann, [bob, eve]);
    const [hers, his] = [await listen(ann, id), await listen(bob, id)];
    const other = await openRoomOf(ann, [eve]);
    const [elsewhere, theirs] = [await listen(ann, other.id), await listen(eve, other.id)];
    const heard: string[] = [];
    const stubborn = eve.client.channel(topic, { config: { private: true } })
      .on("broadcast", { event: "message.created" }, ({ payload }) => {
        heard.push(payload["message"]["body"]);
      });
    await new Promise<void>((resolve, reject) =>
      stubborn.subscribe((state) => state === "SUBSCRIBED" ? resolve() : reject(new Error(state)))
    );
    await hers.send("before");
    await until(() => heard.length === 1, "eve hears what is said before");
    let removed = false;
    eve.square.on("event", ({ name }) => removed ||= name === "room.removed");

    await ann.square.call("DELETE", `/rooms/${id}/members/${eve.id}`);
    for (let n = 0; n < 5; n++) assert.ok(await his.send(`after ${n}`));

    await until(() => sentOf(hers.entries).length === 6, "those who stay hear it");
    await until(() => removed, "eve hears that she is out");
    // What comes after it in the log of the database has come on the same socket.
    await elsewhere.send("over here");
    await until(() => sentOf(theirs.entries).length === 1, "what eve may hear still comes");
    assert.deepEqual(heard, ["before"]);
    await assert.rejects(eve.square.call("GET", `/rooms/${id}/messages`), { status: 403 });
    await Promise.all([ann.close(), bob.close(), eve.close()]);
  },
);
