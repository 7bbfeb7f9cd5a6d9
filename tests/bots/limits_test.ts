/** @module What a bot cannot be or reach, however wide its token is. */
import assert from "node:assert/strict";
import { listRoutes } from "../../shared/app.ts";
import { endpointsOf } from "../../shared/http/route.ts";
import { makeRoom } from "../rooms/support.ts";
import { openApp } from "../support/app.ts";
import { ALL_SCOPES, makeBot } from "./support.ts";

const app = await openApp({ services: true });
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

Deno.test("[XC-02] no route is open to bots that does not say so, and no table, file or account is", async () => {
  const ada = await app.signUp("limit1_ada");
  const room = await makeRoom(app, ada);
  const bot = await makeBot(app, ada, "limit1_bot", { room });
  const open: string[] = [];
  for (const endpoint of listRoutes(app.deps).flatMap(endpointsOf)) {
    const { method, path, route: { spec } } = endpoint;
    const asked = path.replaceAll(/\{\w+\}/g, () => crypto.randomUUID());
    const hasBody = !["get", "delete"].includes(method) && spec.form === undefined &&
      spec.streamedForm === undefined;
    const answer = await app.as(bot).request(
      method.toUpperCase(),
      asked,
      hasBody ? { body: {} } : {},
    );
    if (spec.scope === undefined) {
      assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`);
    } else {
      assert.notEqual(answer.status, 403, `${method} ${path}`);
      open.push(spec.scope);
    }
  }
  assert.deepEqual([...new Set(open)].sort(), ALL_SCOPES);

  for (const path of ["/auth/v1/user", "/storage/v1/bucket", "/storage/v1/object/list/media"]) {
    const answer = await app.reach(
      new Request(`http://127.0.0.1:9${path}`, {
        method: path.endsWith("media") ? "POST" : "GET",
        headers: { authorization: `Bearer ${bot.token}` },
      }),
    );
    assert.ok(answer.status >= 400 && answer.status < 500, `${path} ${answer.status}`);
    await answer.body?.cancel();
  }
});

Deno.test("[XC-02] a bot owns no room and holds no role: not by gift, and not as the last one there", async () => {
  const [ada, bob, admin] = [
    await app.signUp("limit2_ada"),
    await app.signUp("limit2_bob"),
    await app.signUp("limit2_admin"),
  ];
  await app.grantRole(admin, "admin");
  const room = await makeRoom(app, ada);
  const bot = await makeBot(app, ada, "limit2_bot", { room });
  const member = `/rooms/${room.id}/members/${bot.id}`;
  const given = await app.as(ada).post(`/rooms/${room.id}/transfer`, { user_id: bot.id });
  assert.deepEqual([given.status, given.body.errors[0].path], [422, "user_id"]);
  const raised = await app.as(ada).patch(member, { role: "owner" });
  assert.deepEqual([raised.status, raised.body.errors[0].path], [422, "role"]);
  assert.equal((await app.as(ada).patch(member, { role: "admin" })).status, 200);
  assert.equal((await app.as(admin).put(`/users/${bot.id}/roles/admin`)).status, 403);

  // The bot ranks above bob, but people inherit.
  assert.equal(
    (await app.as(ada).post(`/rooms/${room.id}/leave`)).status,
    409,
    "only a bot is left",
  );
  await app.as(bob).post(`/rooms/${room.id}/join`);
  assert.equal((await app.as(ada).post(`/rooms/${room.id}/leave`)).status, 200);
  const owner = () =>
    app.db.sql`select profile_id from public.room_members
      where room_id = ${room.id} and role = 'owner'`;
  assert.equal((await owner())[0]?.profile_id, bob.id);
  await app.as(ada).post(`/rooms/${room.id}/join`);
  await app.as(bob).delete("/users/me", { immediate: true });
  await app.runTask("erase");
  assert.equal((await owner())[0]?.profile_id, ada.id, "also when somebody is erased");
  const alone = await makeRoom(app, ada);
  await app.as(ada).put(`/bots/${bot.id}/rooms/${alone.id}`);
  await app.db.sql`update private.bots set owner_id = ${admin.id} where profile_id = ${bot.id}`;
  await app.as(ada).delete("/users/me", { immediate: true });
  await app.runTask("erase");
  const left = await app.db.sql`select from public.rooms where id in ${
    app.db.sql([room.id, alone.id])
  }`;
  assert.equal(left.length, 0, "a room of bots alone goes");
});
