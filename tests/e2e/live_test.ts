/** @module Two people on the running stack, through the official client, live. */
import assert from "node:assert/strict";
import { stackInfo } from "../support/stack.ts";
import { call, join, leave, listen, signUp, STACK_TEST, withDeadline } from "./support.ts";

Deno.test(
  "[NO-01] [NO-05] live: a like by table insert becomes one notification, pushed",
  STACK_TEST,
  async () => {
    const [ann, bob] = [await signUp("ann"), await signUp("bob")];
    const post = await ann.client.from("posts").insert({ body: "likeable" }).select("id").single();
    assert.equal(post.error, null);
    const next = await listen(ann, `user:${ann.id}`, "notification.created");

    const like = await bob.client.from("post_reactions").insert({ post_id: post.data?.id });
    assert.equal(like.error, null);
    const payload = await next();

    const { body } = await call(ann, "GET", "/notifications");
    await leave(ann, bob);
    assert.ok(typeof payload.event_id === "string" && typeof payload.sent_at === "string");
    const likes = body.items.filter(({ type }: { type: string }) => /like|reaction/.test(type));
    assert.equal(likes.length, 1);
    assert.equal(likes[0].actors[0].handle, bob.handle);
  },
);

Deno.test("[RO-44] live: messages by table and by API reach members only", STACK_TEST, async () => {
  const [ann, bob, eve] = [await signUp("ann"), await signUp("bob"), await signUp("eve")];
  const { body: room } = await call(ann, "POST", "/rooms", { name: "Live", kind: "channel" });
  assert.equal((await call(bob, "POST", `/rooms/${room.id}/join`)).status, 200);
  // Whoever joins for the first time is greeted, whenever the job comes to it.
  const next = await listen(
    bob,
    room.topic,
    "message.created",
    ({ message }) => (message as { kind: string }).kind === "user",
  );

  const refused = await listen(eve, room.topic, "message.created").then(() => "joined", () => "no");
  await ann.client.from("messages").insert({ room_id: room.id, body: "by table" }).throwOnError();
  const payload = await next() as { message: { body: string; seq: number } };
  const sent = await call(ann, "POST", `/rooms/${room.id}/messages`, { body: "by API" });

  const history = await call(bob, "GET", `/rooms/${room.id}/messages`);
  const hidden = await eve.client.from("messages").select("id").eq("room_id", room.id);
  await leave(ann, bob, eve);
  assert.equal(refused, "no");
  assert.equal(payload.message.body, "by table");
  assert.equal(sent.status, 201);
  const bodies = history.body.items.filter(({ kind }: { kind: string }) => kind === "user")
    .map(({ body }: { body: string }) => body);
  assert.deepEqual(bodies, ["by table", "by API"]);
  assert.deepEqual(hidden.data, []);
});

Deno.test(
  "[RO-34] live: members see who comes into the room and who goes",
  STACK_TEST,
  async () => {
    const [ann, bob] = [await signUp("ann"), await signUp("bob")];
    const { body: room } = await call(ann, "POST", "/rooms", { name: "Present" });
    await call(bob, "POST", `/rooms/${room.id}/join`);
    const come = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const here = () => Object.values(watch.presenceState<{ user_id: string }>()).flat();
    const watch = ann.client.channel(room.topic, { config: { private: true } })
      .on("presence", { event: "sync" }, () => {
        if (here().some((each) => each.user_id === bob.id)) come.resolve();
      })
      .on("presence", { event: "leave" }, ({ leftPresences }) => {
        if (leftPresences.some((each) => each.user_id === bob.id)) gone.resolve();
      });
    await join(watch);
    const own = bob.client.channel(room.topic, { config: { private: true } });
    await join(own);

    await own.track({ user_id: bob.id, handle: bob.handle });
    await withDeadline(come.promise, "bob's coming");
    await bob.client.removeChannel(own);
    await withDeadline(gone.promise, "bob's going");

    assert.deepEqual(here().filter((each) => each.user_id === bob.id), []);
    await leave(ann, bob);
  },
);

Deno.test(
  "[ID-11] live: a token of an ended session is refused by API and tables",
  STACK_TEST,
  async () => {
    const ann = await signUp("ann");
    const { url, publishable_key } = stackInfo();
    assert.equal((await call(ann, "POST", "/auth/logout")).status < 300, true);

    const api = await call(ann, "GET", "/auth/me");
    const rest = await fetch(`${url}/rest/v1/profiles?select=id`, {
      headers: { apikey: publishable_key, authorization: `Bearer ${ann.token}` },
    });

    await rest.body?.cancel();
    assert.equal(api.status, 401);
    assert.equal(rest.status, 401);
  },
);
