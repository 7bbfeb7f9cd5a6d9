/** @module Roles over HTTP: who may make, change, give and take them. */
import assert from "node:assert/strict";
import { Permission } from "../../shared/core/shapes.ts";
import { openApp, type TestAnswer } from "../support/app.ts";

async function open() {
  const app = await openApp();
  const [root, ada, bob] = [
    await app.signUp("root_person"),
    await app.signUp("ada"),
    await app.signUp("bob"),
  ];
  await app.grantRole(root, "admin");
  return { app, root, ada, bob, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

function codes(answers: readonly TestAnswer[]): string[] {
  return answers.map(({ status, body }) => `${status} ${body?.code ?? ""}`.trim());
}

Deno.test("[RB-01] roles: id, name and permissions; made, changed, listed by name, deleted", async () => {
  await using world = await open();
  const { app, root } = world;
  const me = app.as(root);

  const made = await me.post("/roles", {
    name: "helper",
    description: "Answers questions",
    permissions: ["report.review", "message.pin", "report.review"],
  });
  assert.equal(made.status, 201);
  assert.deepEqual(made.body.permissions, ["message.pin", "report.review"]);
  assert.deepEqual([made.body.built_in, made.body.holders], [false, 0]);
  const listed = await me.get("/roles?limit=2");
  assert.deepEqual(listed.body.items.map(({ name }: { name: string }) => name), [
    "admin",
    "helper",
  ]);
  const rest = await me.get(`/roles?limit=2&cursor=${listed.body.next_cursor}`);
  assert.deepEqual(rest.body.items.map(({ name }: { name: string }) => name), ["moderator"]);
  assert.equal(rest.body.next_cursor, null);

  const byName = await me.patch("/roles/helper", { permissions: [] });
  assert.deepEqual([byName.status, byName.body.permissions], [200, []]);
  const byId = await me.patch(`/roles/${made.body.id}`, { name: "guide" });
  assert.deepEqual([byId.body.name, byId.body.description], ["guide", "Answers questions"]);
  assert.deepEqual(
    codes([
      await me.patch("/roles/helper", { name: "other" }),
      await me.patch("/roles/guide", { name: "admin" }),
      await me.post("/roles", { name: "guide", permissions: [] }),
      await me.delete(`/roles/${made.body.id}`),
      await me.delete(`/roles/${made.body.id}`),
    ]),
    ["404 not-found", "409 conflict", "409 conflict", "204", "404 not-found"],
  );
});

Deno.test("[RB-01] roles: names and permissions are checked, what is built in stays", async () => {
  await using world = await open();
  const { app, root } = world;
  const me = app.as(root);
  const wrong: readonly [unknown, string][] = [
    [{ name: "a", permissions: [] }, "name"],
    [{ name: "a".repeat(41), permissions: [] }, "name"],
    [{ name: "Helper", permissions: [] }, "name"],
    [{ name: "1st", permissions: [] }, "name"],
    [{ name: "he-lper", permissions: [] }, "name"],
    [{ name: "helper" }, "permissions"],
    [{ name: "helper", permissions: ["world.rule"] }, "permissions.0"],
    [{ name: "helper", permissions: [], description: "d".repeat(501) }, "description"],
  ];
  for (const [body, path] of wrong) {
    const answer = await me.post("/roles", body);
    assert.equal(answer.status, 422, JSON.stringify(body));
    assert.equal(answer.body.errors[0].path, path);
  }
  for (const name of ["ab", "a".repeat(40), "level_2"]) {
    assert.equal((await me.post("/roles", { name, permissions: [] })).status, 201, name);
  }
  assert.deepEqual(
    codes([
      await me.delete("/roles/admin"),
      await me.delete("/roles/moderator"),
      await me.patch("/roles/moderator", { permissions: [] }),
      await me.patch("/roles/moderator", { name: "keeper" }),
      await me.patch("/roles/moderator", {}),
    ]),
    ["409 conflict", "409 conflict", "409 conflict", "409 conflict", "422 invalid-input"],
  );
  const fewer = await me.patch("/roles/moderator", { permissions: ["report.review"] });
  assert.equal(fewer.status, 200);
});

Deno.test("[RB-01] roles: the API and the database know the same permissions", async () => {
  await using world = await open();
  const [row] = await world.app.db.sql<{ known: string[] }[]>`
    select private.known_permissions() as known`;
  assert.deepEqual(row?.known.toSorted(), Permission.options.toSorted());
});

Deno.test("[RB-02] holders: a person has roles, with who gave them when; the log keeps it all", async () => {
  await using world = await open();
  const { app, root, ada, bob } = world;
  const me = app.as(root);

  const given = await me.put("/users/ada/roles/moderator");
  assert.equal(given.status, 200);
  assert.equal(given.body.granted_by.handle, "root_person");
  const again = await me.put(`/users/${ada.id}/roles/moderator`);
  assert.deepEqual(again.body, given.body, "the first grant stands");
  const own = await app.as(ada).get("/users/me/roles");
  assert.deepEqual(own.body.items, [given.body]);
  assert.deepEqual((await me.get("/users/ada/roles")).body, own.body);
  assert.deepEqual(
    codes([
      await app.as(bob).get("/users/ada/roles"),
      await app.anonymous.get("/users/ada/roles"),
      await me.delete("/roles/moderator"),
      await me.put("/users/nobody/roles/moderator"),
      await me.put("/users/ada/roles/nothing"),
      await me.delete("/users/bob/roles/moderator"),
      await me.delete("/users/ada/roles/moderator"),
    ]),
    [
      "403 not-permitted",
      "401 not-authenticated",
      "409 conflict",
      "404 not-found",
      "404 not-found",
      "404 not-found",
      "204",
    ],
  );
  assert.deepEqual((await app.as(ada).get("/users/me/roles")).body.items, []);
  const log = await app.db.sql<{ action: string; actor_id: string; profile_id: string }[]>`
    select action, actor_id, profile_id from private.role_log
    where role = 'moderator' and profile_id is not null order by at, id`;
  assert.deepEqual(log.map((row) => ({ ...row })), [
    { action: "grant", actor_id: root.id, profile_id: ada.id },
    { action: "revoke", actor_id: root.id, profile_id: ada.id },
  ]);
});

Deno.test("[RB-02] a role in use is kept, its new name goes to all who hold it", async () => {
  await using world = await open();
  const { app, root, ada } = world;
  const me = app.as(root);
  await me.post("/roles", { name: "helper", permissions: ["message.pin"] });
  await me.put("/users/ada/roles/helper");
  assert.deepEqual(codes([await me.delete("/roles/helper")]), ["409 conflict"]);
  assert.equal((await me.patch("/roles/helper", { name: "guide" })).body.holders, 1);
  const own = await app.as(ada).get("/auth/me");
  assert.deepEqual([own.body.roles, own.body.permissions], [["guide"], ["message.pin"]]);
});

Deno.test("[RB-04] [RB-05] only those who manage roles reach the routes of roles", async () => {
  await using world = await open();
  const { app, root, ada, bob } = world;
  await app.as(root).post("/roles", { name: "helper", permissions: ["role.manage"] });
  await app.as(root).put("/users/bob/roles/helper");

  async function attempts(as: typeof app.anonymous): Promise<string[]> {
    return codes([
      await as.get("/roles"),
      await as.post("/roles", { name: "own", permissions: ["role.manage"] }),
      await as.patch("/roles/own", { description: "mine" }),
      await as.put("/users/ada/roles/own"),
      await as.delete("/users/ada/roles/own"),
      await as.delete("/roles/own"),
      // Refused before the body is looked at.
      await as.post("/roles", { nonsense: true }),
    ]);
  }
  assert.deepEqual(await attempts(app.anonymous), Array(7).fill("401 not-authenticated"));
  assert.deepEqual(await attempts(app.as(ada)), Array(7).fill("403 not-permitted"));
  assert.deepEqual(
    await attempts(app.as(bob)),
    ["200", "201", "200", "200", "204", "204", "422 invalid-input"],
    "a custom role allows what it says",
  );
});

Deno.test("[RB-05] nobody gives, takes or widens what they do not hold themselves", async () => {
  await using world = await open();
  const { app, root, bob } = world;
  await app.as(root).post("/roles", { name: "clerk", permissions: ["role.manage"] });
  await app.as(root).put("/users/bob/roles/clerk");
  const clerk = app.as(bob);
  assert.deepEqual(
    codes([
      await clerk.post("/roles", { name: "sly", permissions: ["user.ban"] }),
      await clerk.patch("/roles/clerk", { permissions: ["role.manage", "user.ban"] }),
      await clerk.put("/users/bob/roles/admin"),
      await clerk.delete("/users/root_person/roles/admin"),
      await clerk.patch("/roles/admin", { permissions: ["role.manage"] }),
    ]),
    Array(5).fill("403 not-permitted"),
  );
});

Deno.test("[RB-05] the last one who manages roles stays, however it is tried", async () => {
  await using world = await open();
  const { app, root, ada } = world;
  const me = app.as(root);
  const [others] = await app.db.sql<{ count: number }[]>`
    select count(*)::int as count from private.user_roles where role = 'admin'`;
  assert.equal(others?.count, 1, "nobody else is admin here");
  const rest = Permission.options.filter((name) => name !== "role.manage");
  assert.deepEqual(
    codes([
      await me.delete("/users/me/roles/admin"),
      await me.patch("/roles/admin", { permissions: rest }),
      await me.post("/auth/deactivate"),
    ]),
    Array(3).fill("409 conflict"),
  );
  await me.put("/users/ada/roles/admin");
  await app.db.sql`
    insert into private.account_states (profile_id, suspended_until)
    values (${ada.id}, now() + interval '1 day')`;
  assert.deepEqual(
    codes([await me.delete("/users/me/roles/admin"), await app.as(ada).get("/roles")]),
    ["409 conflict", "403 not-permitted"],
    "a suspended admin does not count, and manages nothing",
  );
  await app.db.sql`delete from private.account_states`;
  assert.deepEqual(codes([await me.delete("/users/me/roles/admin")]), ["204"]);
});

Deno.test("[RB-05] of two admins who demote each other at once, exactly one succeeds", async () => {
  await using world = await open();
  const { app, root, ada } = world;
  for (let round = 0; round < 5; round++) {
    await app.db.sql`
      insert into private.user_roles (profile_id, role)
      values (${root.id}, 'admin'), (${ada.id}, 'admin') on conflict do nothing`;
    const answers = await Promise.all([
      app.as(root).delete("/users/ada/roles/admin"),
      app.as(ada).delete("/users/root_person/roles/admin"),
    ]);
    assert.deepEqual(codes(answers).toSorted(), ["204", "403 not-permitted"]);
    const left = await app.db.sql`select from private.user_roles where role = 'admin'`;
    assert.equal(left.length, 1);
  }
});
