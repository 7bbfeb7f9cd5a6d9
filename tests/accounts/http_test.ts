/** @module Signing up, signing in and sessions over HTTP, on the real auth service. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestClient, tokenFor } from "../support/app.ts";

const PASSWORD = "correct horse";

function clientOf(app: TestApp, token: string): TestClient {
  return app.as({ id: "", handle: "", sessionId: "", token });
}

function signUpAda(app: TestApp, changes: Record<string, unknown> = {}) {
  const body = { email: "ada@example.com", password: PASSWORD, handle: "ada", ...changes };
  return app.anonymous.post("/auth/signup", body);
}

Deno.test("[ID-01] accounts: signing up makes an account, a profile and a session", async () => {
  await using app = await openApp({ services: true });

  const made = await signUpAda(app, { handle: "Ada", display_name: "Ada Lovelace" });
  const alias = await app.anonymous.post("/auth/register", {
    email: "grace@example.com",
    password: PASSWORD,
    handle: "grace",
  });

  assert.equal(made.status, 201);
  assert.equal(made.body.user.handle, "ada");
  assert.equal(made.body.user.display_name, "Ada Lovelace");
  assert.deepEqual(made.body.user.counts, { followers: 0, following: 0, posts: 0 });
  assert.equal(made.body.session.token_type, "bearer");
  assert.equal(alias.status, 201);
  assert.equal(alias.body.user.display_name, "grace");
  const me = await clientOf(app, made.body.session.access_token).get("/auth/me");
  assert.equal(me.body.id, made.body.user.id);
});

Deno.test("[ID-01] accounts: what is taken or wrong is refused by the field's name", async () => {
  await using app = await openApp({ services: true });
  await signUpAda(app);
  const other = { email: "other@example.com" };

  const handle = await signUpAda(app, other);
  const lookalike = await signUpAda(app, { ...other, handle: "ADA" });
  const email = await signUpAda(app, { handle: "ada_two" });
  const reserved = await signUpAda(app, { ...other, handle: "r00t" });
  const staff = await signUpAda(app, { ...other, handle: "Adm1n" });
  const form = await signUpAda(app, { ...other, handle: "a-d-a" });
  const weak = await signUpAda(app, { ...other, handle: "weak_one", password: "short" });
  const unknown = await signUpAda(app, { ...other, handle: "boss_one", role: "admin" });

  const fault = (answer: typeof handle) => [answer.status, answer.body.errors[0].path];
  assert.deepEqual(fault(handle), [409, "handle"]);
  assert.deepEqual(fault(lookalike), [409, "handle"]);
  assert.deepEqual(fault(email), [409, "email"]);
  assert.deepEqual(fault(reserved), [422, "handle"]);
  assert.deepEqual(fault(staff), [422, "handle"]);
  assert.deepEqual(fault(form), [422, "handle"]);
  assert.deepEqual(fault(weak), [422, "password"]);
  assert.deepEqual(fault(unknown), [422, "role"]);
  const users = await app.db.sql`select from auth.users`;
  assert.equal(users.length, 1, "a refused sign-up leaves no account");
});

Deno.test("[ID-01] accounts: of sign-ups for one handle at once, one succeeds", async () => {
  await using app = await openApp({ services: true });

  const answers = await Promise.all([1, 2, 3].map((n) =>
    app.anonymous.post("/auth/signup", {
      email: `racer${n}@example.com`,
      password: PASSWORD,
      handle: "racer",
    })
  ));

  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [201, 409, 409]);
});

Deno.test("[ID-01] accounts: of sign-ups with one address at once, one succeeds", async () => {
  await using app = await openApp({ services: true });

  const answers = await Promise.all(
    [1, 2, 3].map((n) => signUpAda(app, { handle: `racer_${n}` })),
  );

  const outcomes = answers.map(({ status, body }) => `${status} ${body.errors?.[0].path}`).sort();
  assert.deepEqual(outcomes, ["201 undefined", "409 email", "409 email"]);
});

Deno.test("[ID-02] accounts: a password opens a session, a wrong one does not", async () => {
  await using app = await openApp({ services: true });
  await signUpAda(app);
  const ada = { email: "ada@example.com", password: PASSWORD };

  const right = await app.anonymous.post("/auth/signin", ada);
  const alias = await app.anonymous.post("/auth/login", { ...ada, email: "ADA@example.com" });
  const wrong = await app.anonymous.post("/auth/signin", { ...ada, password: "wrong horse" });
  const nobody = await app.anonymous.post("/auth/signin", { ...ada, email: "no@example.com" });
  const missing = await app.anonymous.post("/auth/signin", { email: ada.email });

  assert.equal(right.status, 200);
  assert.equal(right.body.user.handle, "ada");
  assert.equal(alias.status, 200);
  assert.notEqual(alias.body.session.refresh_token, right.body.session.refresh_token);
  assert.equal(wrong.status, 401);
  assert.equal(wrong.body.code, "not-authenticated");
  assert.equal(nobody.status, 401);
  assert.equal(nobody.body.detail, wrong.body.detail, "nobody learns which addresses exist");
  assert.equal(missing.status, 422);
  assert.equal(missing.body.errors[0].path, "password");
});

Deno.test("[ID-03] [ID-07] accounts: tokens are refreshed; foreign, forged and old ones are 401", async () => {
  await using app = await openApp({ services: true });
  const { body: { session } } = await signUpAda(app);
  const grace = await app.signUp("grace");
  const me = (token: string) => clientOf(app, token).get("/auth/me");
  const flip = (token: string) =>
    `${token.slice(0, -6)}${token.slice(-6, -5) === "A" ? "B" : "A"}` +
    token.slice(-5);

  const refreshed = await app.anonymous.post("/auth/refresh", {
    refresh_token: session.refresh_token,
  });
  const unknown = await app.anonymous.post("/auth/refresh", { refresh_token: "nothing" });
  const expired = await me(await tokenFor(grace, { exp: Math.floor(Date.now() / 1_000) - 60 }));
  const forged = await me(flip(session.access_token));
  const sessionless = await me(await tokenFor(grace, { session_id: undefined }));
  const foreign = await me(await tokenFor({ id: grace.id, sessionId: crypto.randomUUID() }));

  assert.equal(refreshed.status, 200);
  assert.equal((await me(refreshed.body.session.access_token)).status, 200);
  assert.notEqual(refreshed.body.session.refresh_token, session.refresh_token);
  assert.equal(unknown.status, 401);
  assert.equal(expired.status, 401);
  assert.equal(forged.status, 401);
  assert.equal(sessionless.status, 401);
  assert.equal(foreign.status, 401);
  assert.equal(foreign.body.code, "session-revoked");
});

Deno.test("[ID-05] accounts: me is one's own profile with e-mail address, roles, rights", async () => {
  await using app = await openApp();
  const [ada, mod] = [await app.signUp("ada"), await app.signUp("mod")];
  await app.grantRole(mod, "moderator");

  const mine = await app.as(ada).get("/auth/me");
  const staff = await app.as(mod).get("/auth/me");
  const nobody = await app.anonymous.get("/auth/me");

  assert.equal(mine.status, 200);
  assert.equal(mine.body.handle, "ada");
  assert.equal(mine.body.email, "ada@townsquare.test");
  assert.deepEqual(mine.body.roles, []);
  assert.deepEqual(staff.body.roles, ["moderator"]);
  assert.ok(staff.body.permissions.includes("report.review"));
  assert.equal(nobody.status, 401);
});

Deno.test("[ID-06] [ID-12] accounts: what is signed out is refused at once", async () => {
  await using app = await openApp({ services: true });
  const first = (await signUpAda(app)).body.session.access_token;
  const proof = { email: "ada@example.com", password: PASSWORD };
  const again = async () =>
    (await app.anonymous.post("/auth/signin", proof)).body.session.access_token;
  const [second, third] = [await again(), await again()];
  const status = async (token: string) => (await clientOf(app, token).get("/auth/me")).status;

  const logout = await clientOf(app, first).post("/auth/logout");
  const afterOne = [await status(first), await status(second)];
  const all = await clientOf(app, second).post("/auth/logout-all");
  const afterAll = [await status(second), await status(third)];

  assert.equal(logout.status, 200);
  assert.deepEqual(afterOne, [401, 200]);
  assert.equal(all.status, 200);
  assert.deepEqual(afterAll, [401, 401]);
  assert.equal((await clientOf(app, first).post("/auth/logout")).status, 401);
});

Deno.test("[XA-05] [ID-11] accounts: sessions are listed and ended by their owner only", async () => {
  await using app = await openApp({ services: true });
  const first = (await signUpAda(app)).body.session.access_token;
  const second = (await app.anonymous.post("/auth/signin", {
    email: "ada@example.com",
    password: PASSWORD,
  })).body.session.access_token;
  const grace = await app.signUp("grace");

  const page = await clientOf(app, second).get("/auth/sessions?limit=1");
  const next = await clientOf(app, second).get(
    `/auth/sessions?limit=1&cursor=${page.body.next_cursor}`,
  );
  const old = next.body.items[0];
  const byOther = await app.as(grace).delete(`/auth/sessions/${old.id}`);
  const still = await clientOf(app, first).get("/auth/me");
  const byOwner = await clientOf(app, second).delete(`/auth/sessions/${old.id}`);
  const gone = await clientOf(app, first).get("/auth/me");

  assert.equal(page.body.items[0].current, true);
  assert.equal(old.current, false);
  assert.equal(next.body.next_cursor, null);
  assert.equal(byOther.status, 404);
  assert.equal(still.status, 200);
  assert.equal(byOwner.status, 204);
  assert.equal(gone.status, 401);
});
