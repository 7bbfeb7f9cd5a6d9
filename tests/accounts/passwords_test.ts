/** @module Passwords and e-mail addresses over HTTP: changed, forgotten, confirmed. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestClient } from "../support/app.ts";
import { until } from "../support/until.ts";

const EMAIL = "ada@example.com";
const FIRST = "correct horse 0";

function clientOf(app: TestApp, token: string): TestClient {
  return app.as({ id: "", handle: "", sessionId: "", token });
}

async function signUpAda(app: TestApp): Promise<string> {
  const body = { email: EMAIL, password: FIRST, handle: "ada" };
  const { status, body: made } = await app.anonymous.post("/auth/signup", body);
  assert.equal(status, 201);
  return made.session.access_token;
}

function signIn(app: TestApp, password: string, email = EMAIL) {
  return app.anonymous.post("/auth/signin", { email, password });
}

/** The token in the link of a mail. */
function tokenOf(mail: { text: string } | undefined): string {
  const token = /[?&]token(?:_hash)?=([0-9a-f]+)/.exec(mail?.text ?? "")?.[1];
  assert.ok(token !== undefined, "the mail has a link with a token");
  return token;
}

async function askForReset(app: TestApp, email = EMAIL): Promise<string> {
  const before = app.mails.length;
  const asked = await app.anonymous.post("/auth/password/reset", { email });
  assert.equal(asked.status, 202);
  await until(() => app.mails.length > before, "the mail");
  return tokenOf(app.mails.at(-1));
}

Deno.test("[XA-05] accounts: a changed password is the only good one, and ends other sessions", async () => {
  await using app = await openApp({ services: true });
  const mine = await signUpAda(app);
  const other = (await signIn(app, FIRST)).body.session.access_token;
  const change = { current_password: FIRST, new_password: "correct horse 1" };

  const wrong = await clientOf(app, mine).post("/auth/password", {
    ...change,
    current_password: "not it at all",
  });
  const nobody = await app.anonymous.post("/auth/password", change);
  const changed = await clientOf(app, mine).post("/auth/password", change);

  assert.equal(wrong.status, 401);
  assert.equal(wrong.body.errors[0].path, "current_password");
  assert.equal(nobody.status, 401);
  assert.equal(changed.status, 200);
  assert.equal((await clientOf(app, mine).get("/auth/me")).status, 200);
  const ended = await clientOf(app, other).get("/auth/me");
  assert.deepEqual([ended.status, ended.body.code], [401, "session-revoked"]);
  assert.equal((await signIn(app, FIRST)).status, 401);
  assert.equal((await signIn(app, "correct horse 1")).status, 200);
});

Deno.test("[XA-05] accounts: the last five passwords are refused, the sixth is forgotten", async () => {
  await using app = await openApp({ services: true });
  const ada = clientOf(app, await signUpAda(app));
  const change = (from: number, to: number) =>
    ada.post("/auth/password", {
      current_password: `correct horse ${from}`,
      new_password: `correct horse ${to}`,
    });

  const same = await change(0, 0);
  for (let n = 0; n < 4; n++) assert.equal((await change(n, n + 1)).status, 200);
  const fifth = await change(4, 0);
  const reset = await app.anonymous.post("/auth/password/confirm", {
    token: await askForReset(app),
    new_password: "correct horse 0",
  });
  const next = await change(4, 5);
  const sixth = await change(5, 0);

  for (const refused of [same, fifth, reset]) {
    assert.deepEqual([refused.status, refused.body.errors[0].path], [422, "new_password"]);
  }
  assert.equal(next.status, 200);
  assert.equal(sixth.status, 200);
  const [kept] = await app.db.sql`select count(*)::int as n from private.password_history`;
  assert.equal(kept?.n, 5);
});

Deno.test("[XA-05] accounts: passwords are taken up to 72 bytes and no weaker than set", async () => {
  await using app = await openApp({ services: true });
  const ada = clientOf(app, await signUpAda(app));
  const longest = "é".repeat(36);
  const change = (next: unknown, current: unknown = FIRST) =>
    ada.post("/auth/password", { current_password: current, new_password: next });

  const refused = [await change("é".repeat(36) + "x"), await change("short"), await change("")];
  refused.push(await change(7), await change(undefined), await change("x".repeat(100_000)));
  const empty = await ada.post("/auth/password");
  const taken = await change(longest);
  const cut = await signIn(app, longest.slice(0, -1));

  for (const { status, body } of refused) {
    assert.deepEqual([status, body.errors[0].path], [422, "new_password"]);
  }
  assert.equal(empty.status, 415);
  assert.equal(taken.status, 200);
  assert.equal((await signIn(app, longest)).status, 200);
  assert.equal(cut.status, 401);
});

Deno.test("[XA-05] accounts: a reset link is good once, sets the password and ends all sessions", async () => {
  await using app = await openApp({ services: true });
  const old = await signUpAda(app);
  const confirm = (token: string, next = "a new password") =>
    app.anonymous.post("/auth/password/confirm", { token, new_password: next });
  const token = await askForReset(app);

  const weak = await confirm(token, "short");
  const set = await confirm(token);
  const replayed = await confirm(token, "the thief's password");
  const garbage = await confirm("0123456789abcdef");
  const late = await askForReset(app);
  await app.db.sql`update auth.users set recovery_sent_at = now() - interval '2 hours'`;
  const expired = await confirm(late, "another new password");

  assert.deepEqual([weak.status, weak.body.errors[0].path], [422, "new_password"]);
  assert.equal(set.status, 200, "the token is still good");
  assert.equal(set.body.user.handle, "ada");
  assert.equal((await clientOf(app, set.body.session.access_token).get("/auth/me")).status, 200);
  assert.equal((await clientOf(app, old).get("/auth/me")).status, 401);
  for (const refused of [replayed, garbage, expired]) {
    assert.deepEqual([refused.status, refused.body.errors[0].path], [422, "token"]);
  }
  assert.equal((await signIn(app, "a new password")).status, 200);
  assert.equal((await signIn(app, FIRST)).status, 401);
});

Deno.test("[XA-05] accounts: of two who redeem one reset link at once, one sets the password", async () => {
  await using app = await openApp({ services: true });
  await signUpAda(app);
  const token = await askForReset(app);

  const answers = await Promise.all(
    ["first try here", "second try here"].map((next) =>
      app.anonymous.post("/auth/password/confirm", { token, new_password: next })
    ),
  );

  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 422]);
});

Deno.test("[XA-05] accounts: asking for a mail tells nobody which addresses exist", async () => {
  await using app = await openApp({ services: true });
  await signUpAda(app);
  for (const path of ["/auth/password/reset", "/auth/verify/resend"]) {
    const known = await app.anonymous.post(path, { email: EMAIL.toUpperCase() });
    const unknown = await app.anonymous.post(path, { email: "nobody@example.com" });
    assert.deepEqual([known.status, known.text], [202, unknown.text]);
    assert.equal(unknown.status, 202);
    for (const email of ["", "ada", "a@b@c", `${"a".repeat(255)}@example.com`, 7, null]) {
      const refused = await app.anonymous.post(path, { email });
      assert.deepEqual([refused.status, refused.body.errors[0].path], [422, "email"]);
    }
  }
  await until(() => app.mails.length === 1, "the one mail");
  assert.equal(app.mails[0]?.to, EMAIL);
});

Deno.test("[XA-05] accounts: one address gets no more mails than its limit", async () => {
  const env = { RATE_LIMITS: '{"mail_recipient":"2/600"}' };
  await using app = await openApp({ services: true, env });
  await signUpAda(app);

  await askForReset(app);
  await askForReset(app);
  const third = await app.anonymous.post("/auth/password/reset", { email: EMAIL });
  const [used] = await app.db.sql`
    select count(*)::int as n from private.rate_limits where key like 'mail_recipient:%'`;

  assert.equal(third.status, 202);
  assert.equal(used?.n, 1);
  assert.equal(app.mails.length, 2);
});

Deno.test("[XA-05] accounts: where addresses must be confirmed, signing up waits for the mail", async () => {
  await using app = await openApp({ services: true, auth: { emailConfirmations: true } });
  const form = { email: EMAIL, password: FIRST, handle: "ada" };
  const made = await app.anonymous.post("/auth/signup", form);
  const early = await signIn(app, FIRST);
  const resent = await app.anonymous.post("/auth/verify/resend", { email: EMAIL });
  await until(() => app.mails.length === 2, "the second mail");
  const [first, second] = app.mails;

  const stale = await app.anonymous.post("/auth/verify", { token: tokenOf(first) });
  const verified = await app.anonymous.post("/auth/verify", { token: tokenOf(second) });
  const replayed = await app.anonymous.post("/auth/verify", { token: tokenOf(second) });
  const again = await app.anonymous.post("/auth/signup", { ...form, handle: "ada_two" });

  assert.deepEqual([made.status, made.body], [202, { user: null, session: null }]);
  assert.equal(early.status, 403);
  assert.equal(resent.status, 202);
  assert.equal(stale.status, 422);
  assert.equal(verified.status, 200);
  assert.equal(verified.body.user.handle, "ada");
  assert.equal(replayed.status, 422);
  assert.deepEqual([again.status, again.body], [made.status, made.body]);
  assert.equal((await signIn(app, FIRST)).status, 200);
});
