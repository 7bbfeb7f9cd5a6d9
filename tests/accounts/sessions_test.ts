/** @module Sessions: their list, their end, their tokens, and the log of an account. */
import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import type { Row } from "postgres";
import { createJobs } from "../../shared/jobs.ts";
import { openApp, type TestApp, type TestClient } from "../support/app.ts";
import { GENUINE_SIGNATURE } from "../support/queue.ts";

const PROOF = { email: "ada@example.com", password: "correct horse" };
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 " +
  "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

interface Entered {
  readonly id: string;
  readonly sessionId: string;
  readonly refreshToken: string;
  readonly client: TestClient;
}

function enteredOf(app: TestApp, body: TestBody): Entered {
  const { access_token: token, refresh_token: refreshToken } = body.session;
  const sessionId = String(decodeJwt(token).session_id);
  const client = app.as({ id: body.user.id, handle: "", sessionId, token });
  return { id: body.user.id, sessionId, refreshToken, client };
}

interface TestBody {
  readonly user: { readonly id: string };
  readonly session: { readonly access_token: string; readonly refresh_token: string };
}

async function signUpAda(app: TestApp): Promise<Entered> {
  const { body } = await app.anonymous.post("/auth/signup", { ...PROOF, handle: "ada" });
  return enteredOf(app, body);
}

async function signInAda(app: TestApp, headers: Record<string, string> = {}): Promise<Entered> {
  const { body } = await app.anonymous.post("/auth/signin", PROOF, { headers });
  return enteredOf(app, body);
}

function refresh(app: TestApp, token: string) {
  return app.anonymous.post("/auth/refresh", { refresh_token: token });
}

async function revokedEvents(app: TestApp): Promise<{ topic: string; session_id: string }[]> {
  const rows = await app.db.sql<{ topic: string; session_id: string }[]>`
    select topic, payload ->> 'session_id' as session_id from realtime.messages
    where event = 'session.revoked' and private
      and payload ->> 'event_id' is not null and payload ->> 'sent_at' is not null`;
  return [...rows];
}

/** Runs the clean-up as the queue's schedule does. */
async function cleanUp(app: TestApp): Promise<void> {
  const response = await createJobs(app.deps).request("/jobs/tasks/accounts", {
    method: "POST",
    headers: { "upstash-signature": GENUINE_SIGNATURE },
    body: "{}",
  });
  assert.equal(response.status, 200);
  await response.body?.cancel();
}

async function kindsOf(client: TestClient): Promise<string[]> {
  const { body } = await client.get("/auth/log?limit=100");
  return body.items.map(({ kind }: { kind: string }) => kind);
}

/** Moves everything about a session into the past. */
async function age(app: TestApp, { sessionId }: Entered, days: number): Promise<void> {
  const past = `${days} days`;
  await app.db.sql`
    update auth.sessions set created_at = created_at - ${past}::interval,
      refreshed_at = refreshed_at - ${past}::interval where id = ${sessionId}`;
  await app.db.sql`
    update auth.refresh_tokens set created_at = created_at - ${past}::interval,
      updated_at = updated_at - ${past}::interval where session_id = ${sessionId}`;
}

Deno.test("[XA-05] accounts: sessions are listed with device, address and last use", async () => {
  await using app = await openApp({ services: true });
  await signUpAda(app);
  await signInAda(app, { "user-agent": IPHONE, "x-forwarded-for": "203.0.113.7" });
  const here = await signInAda(app, { "user-agent": FIREFOX, "x-forwarded-for": "2001:db8::1" });

  const { body } = await here.client.get("/auth/sessions");

  const shown = body.items.map((item: Record<string, unknown>) => [
    item.device,
    item.ip,
    item.current,
  ]);
  assert.deepEqual(shown[0], ["Firefox on Linux", "2001:db8::1", true]);
  assert.deepEqual(shown[1], ["Safari on iPhone", "203.0.113.7", false]);
  assert.equal(shown.length, 3);
  const before = body.items[0].last_used_at;
  const renewed = await refresh(app, here.refreshToken);
  assert.equal(renewed.status, 200);
  const after = (await here.client.get("/auth/sessions")).body.items[0];
  assert.ok(after.last_used_at > before);
});

Deno.test("[ID-09] accounts: access tokens live for 15 minutes", async () => {
  await using app = await openApp({ services: true });
  const { body } = await app.anonymous.post("/auth/signup", { ...PROOF, handle: "ada" });
  const { exp = 0, iat = 0 } = decodeJwt(body.session.access_token);

  assert.equal(exp - iat, 900);
  assert.equal(body.session.expires_in, 900);
});

Deno.test("[ID-10] [ID-07] accounts: each refresh voids the last token, with ten seconds of grace", async () => {
  await using app = await openApp({ services: true });
  const hasty = await signUpAda(app);
  const ada = await signInAda(app);
  const renew = async (token: string) => (await refresh(app, token)).body.session.refresh_token;
  const second = await renew(ada.refreshToken);
  const third = await renew(second);

  await renew(await renew(hasty.refreshToken));
  const graced = await refresh(app, hasty.refreshToken);
  await app.db.sql`update auth.refresh_tokens set updated_at = updated_at - interval '11 seconds'`;
  const late = await refresh(app, ada.refreshToken);
  const newest = await refresh(app, third);
  const still = await ada.client.get("/auth/me");

  assert.notEqual(second, ada.refreshToken);
  assert.equal(graced.status, 200);
  assert.deepEqual([late.status, late.body.code], [401, "session-revoked"]);
  assert.deepEqual([newest.status, newest.body.code], [401, "session-revoked"]);
  assert.deepEqual([still.status, still.body.code], [401, "session-revoked"]);
  assert.equal((await kindsOf(hasty.client)).filter((kind) => kind === "token_reuse").length, 1);
  assert.deepEqual(await revokedEvents(app), [
    { topic: `user:${ada.id}`, session_id: ada.sessionId },
  ]);
});

Deno.test("[ID-08] accounts: a refresh token is good for 30 days and no longer", async () => {
  await using app = await openApp({ services: true });
  const [one, two] = [await signUpAda(app), await signInAda(app)];

  await age(app, one, 29);
  const young = await refresh(app, one.refreshToken);
  await age(app, two, 31);
  const old = await refresh(app, two.refreshToken);

  assert.equal(young.status, 200);
  assert.equal(old.status, 401);
});

Deno.test("[ID-13] [ID-08] accounts: the clean-up ends what has expired and leaves the rest", async () => {
  await using app = await openApp({ services: true });
  const [kept, idle, due] = [await signUpAda(app), await signInAda(app), await signInAda(app)];
  await age(app, idle, 31);
  await app.db.sql`
    update auth.sessions set not_after = now() - interval '1 second' where id = ${due.sessionId}`;
  const dueNow = await due.client.get("/auth/me");
  await app.db.sql`
    insert into private.auth_log (user_id, kind, created_at)
    select ${kept.id}, 'sign_in', now() - interval '200 days' from generate_series(1, 1100)`;

  await cleanUp(app);
  await cleanUp(app);

  assert.equal(dueNow.status, 401, "a session past its time is refused before it is removed");
  const left = await app.db.sql`select id from auth.sessions`;
  assert.deepEqual(left.map(({ id }) => id), [kept.sessionId]);
  const tokens = await app.db.sql`select from auth.refresh_tokens`;
  assert.equal(tokens.length, 1);
  const kinds = await kindsOf(kept.client);
  assert.equal(kinds.filter((kind) => kind === "session_expired").length, 2);
  const [lines] = await app.db.sql`
    select count(*)::int as n from private.auth_log where created_at < now() - interval '1 day'`;
  assert.equal(lines?.n, 0);
  assert.equal((await kept.client.get("/auth/me")).status, 200);
});

Deno.test("[ID-11] [ID-12] accounts: whose session ends, is told on every device, by id alone", async () => {
  await using app = await openApp({ services: true });
  const [one, two, three] = [await signUpAda(app), await signInAda(app), await signInAda(app)];

  await three.client.delete(`/auth/sessions/${one.sessionId}`);
  await two.client.post("/auth/logout-all");

  const events = await revokedEvents(app);
  assert.deepEqual(
    events.map(({ session_id }) => session_id).sort(),
    [one, two, three].map(({ sessionId }) => sessionId).sort(),
  );
  const [raw] = await app.db.sql`
    select payload from realtime.messages where event = 'session.revoked' limit 1`;
  const known = ["event_id", "id", "sent_at", "session_id", "traceparent"];
  assert.deepEqual(Object.keys(raw?.payload).filter((key) => !known.includes(key)), []);
});

Deno.test("[ID-11] accounts: an ended session reads no table and joins no channel, whatever its token says", async () => {
  await using app = await openApp({ services: true });
  const ada = await signUpAda(app);
  const claims = { role: "authenticated", sub: ada.id, session_id: ada.sessionId };
  const asAda = (query: string): Promise<Row | undefined> =>
    app.db.sql.begin(async (sql) => {
      await sql`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
      await sql`set local role authenticated`;
      const [row] = await sql.unsafe<Row[]>(query);
      return row;
    });
  const request = () => asAda("select private.before_rest_request()");
  const join = () => asAda(`select private.may_read_topic('user:${ada.id}', 'broadcast') as may`);

  await request();
  const before = await join();
  await ada.client.post("/auth/logout");
  const after = await join();

  assert.deepEqual([before?.may, after?.may], [true, false]);
  await assert.rejects(request, { code: "PT401", hint: "session-revoked" });
});

Deno.test("[XA-05] accounts: the log tells its owner what happened, and nobody else", async () => {
  await using app = await openApp({ services: true });
  const ada = await signUpAda(app);
  const eve = await app.signUp("eve");
  const other = await signInAda(app, { "user-agent": FIREFOX });
  await ada.client.delete(`/auth/sessions/${other.sessionId}`);
  const third = await signInAda(app);
  await ada.client.post("/auth/password", {
    current_password: PROOF.password,
    new_password: "battery staple",
  });
  await app.db.sql`update auth.users set email = 'ada@example.org' where id = ${ada.id}`;

  const first = await ada.client.get("/auth/log?limit=3");
  const rest = await ada.client.get(`/auth/log?cursor=${first.body.next_cursor}`);
  const foreign = await app.as(eve).get(`/auth/log?cursor=${first.body.next_cursor}`);

  const items = [...first.body.items, ...rest.body.items];
  assert.deepEqual(items.map(({ kind }) => kind), [
    "email_changed",
    "session_revoked",
    "password_changed",
    "sign_in",
    "session_revoked",
    "sign_in",
    "sign_in",
    "signup",
  ]);
  assert.equal(items[1].session_id, third.sessionId);
  assert.equal(items[5].device, "Firefox on Linux");
  assert.equal(items[6].current, true);
  assert.equal(rest.body.next_cursor, null);
  assert.equal(foreign.status, 400);
  assert.deepEqual(await kindsOf(app.as(eve)), ["sign_in", "signup"]);
  assert.equal((await app.anonymous.get("/auth/log")).status, 401);
});
