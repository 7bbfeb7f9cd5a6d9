/** @module The client helper on the running stack: real sockets, real policies. */
import assert from "node:assert/strict";
import type { LiveRoom } from "../../shared/client/mod.ts";
import { serviceClient } from "../support/stack.ts";
import { until } from "../support/until.ts";
import { type Device, openDevice, openRoomOf } from "./support.ts";

const STACK_TEST = { sanitizeOps: false, sanitizeResources: false };

/** Opens a room and waits until it is live. */
async function listen(device: Device, roomId: string): Promise<LiveRoom> {
  const room = await device.square.openRoom(roomId);
  let isLive = false;
  room.on("live", () => isLive = true);
  await until(() => isLive, "the room is live");
  return room;
}

function bodiesOf(room: LiveRoom): string[] {
  return room.entries.filter((entry) => entry.state === "sent" && entry.message.kind === "user")
    .map((entry) => entry.state === "sent" ? entry.message.body : "");
}

Deno.test(
  "[RO-44] client: a socket cut in mid-conversation loses nothing and doubles nothing",
  STACK_TEST,
  async () => {
    const [ann, bob] = [await openDevice("ann"), await openDevice("bob")];
    const { id } = await openRoomOf(ann, [bob]);
    const [hers, his] = [await listen(ann, id), await listen(bob, id)];
    const expected: string[] = [];
    const say = async (body: string) => {
      expected.push(body);
      assert.ok(await his.send(body));
    };

    await say("before");
    await until(() => bodiesOf(hers).length === 1, "the first message");
    for (let round = 0; round < 3; round++) {
      ann.cut();
      for (let n = 0; n < 5; n++) await say(`round ${round}, ${n}`);
    }

    await until(() => bodiesOf(hers).length >= expected.length, "all messages");
    await say("after");
    await until(() => bodiesOf(hers).includes("after"), "the last message");
    assert.deepEqual(bodiesOf(hers), expected);
    assert.deepEqual(bodiesOf(his), expected);
    await Promise.all([ann.close(), bob.close()]);
  },
);

Deno.test(
  "[UX-12] client: shown at once, sent once, though the answers are lost",
  STACK_TEST,
  async () => {
    const [ann, bob] = [await openDevice("ann"), await openDevice("bob")];
    const { id } = await openRoomOf(ann, [bob]);
    const [hers, his] = [await listen(ann, id), await listen(bob, id)];
    ann.loseAnswers(2);

    const sending = hers.send("only once");
    assert.equal(hers.entries.at(-1)?.state, "sending");
    const said = await sending;

    assert.equal(said?.body, "only once");
    await until(() => bodiesOf(his).length > 0, "the message");
    assert.deepEqual(bodiesOf(hers), ["only once"]);
    assert.deepEqual(bodiesOf(his), ["only once"]);
    const { data } = await bob.client.from("messages").select("id").eq("room_id", id)
      .eq("kind", "user");
    assert.equal(data?.length, 1);
    await hers.send("   ");
    assert.equal(hers.entries.at(-1)?.state, "failed");
    await Promise.all([ann.close(), bob.close()]);
  },
);

Deno.test(
  "[RO-44] client: a kick moves those who stay, and ends it for who is out",
  STACK_TEST,
  async () => {
    const [ann, bob, eve] = [
      await openDevice("ann"),
      await openDevice("bob"),
      await openDevice("eve"),
    ];
    const { id, topic } = await openRoomOf(ann, [bob, eve]);
    const [, his, theirs] = [await listen(ann, id), await listen(bob, id), await listen(eve, id)];
    let end: string | undefined;
    theirs.on("end", ({ reason }) => end = reason);

    const { error } = await serviceClient().from("room_members").delete().eq("room_id", id)
      .eq("profile_id", eve.id);
    assert.equal(error, null);
    await until(() => his.topic !== topic, "the new topic");
    const hers = await ann.square.openRoom(id);
    assert.ok(await hers.send("among us"));
    await until(() => bodiesOf(his).includes("among us"), "the message on the new topic");
    await until(() => end !== undefined, "the end");

    assert.equal(end, "removed");
    assert.ok(!bodiesOf(theirs).includes("among us"));
    await Promise.all([ann.close(), bob.close(), eve.close()]);
  },
);

Deno.test(
  "[RO-32] [RO-33] client: typing is seen by others, not by oneself nor of blocked people",
  STACK_TEST,
  async () => {
    const [ann, bob, eve] = [
      await openDevice("ann"),
      await openDevice("bob"),
      await openDevice("eve"),
    ];
    const { id } = await openRoomOf(ann, [bob, eve]);
    const [hers, his, theirs] = [
      await listen(ann, id),
      await listen(bob, id),
      await listen(eve, id),
    ];
    await bob.square.call("POST", `/users/${eve.id}/block`);
    await bob.square.refreshBlocks();

    await until(() => {
      his.pressKey();
      theirs.pressKey();
      return hers.typing.length === 2;
    }, "two people type");
    assert.deepEqual([...hers.typing].sort(), [bob.id, eve.id].sort());
    await until(() => {
      hers.pressKey();
      return his.typing.length > 0;
    }, "ann types");
    assert.deepEqual(his.typing, [ann.id]);
    await theirs.send("what blocked people say");
    await his.send("done");

    await until(() => hers.typing.length === 0, "nobody types");
    await until(() => bodiesOf(hers).length === 2, "both messages");
    assert.deepEqual(bodiesOf(his), ["done"]);
    await Promise.all([ann.close(), bob.close(), eve.close()]);
  },
);

Deno.test(
  "[RO-37] client: signing out elsewhere ends the helper; closing frees the place",
  STACK_TEST,
  async () => {
    const ann = await openDevice("ann");
    const { id } = await openRoomOf(ann, []);
    const room = await listen(ann, id);
    let end: string | undefined;
    room.on("end", ({ reason }) => end = reason);
    let isLive = false;
    ann.square.on("live", () => isLive = true);
    ann.cut();
    await until(() => isLive, "her own topic is live");

    await ann.square.call("POST", "/auth/logout");

    await until(() => end !== undefined, "the end");
    assert.equal(end, "signed-out");
    await ann.close();
  },
);
