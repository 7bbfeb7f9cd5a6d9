/** @module Sign-up, sign-in, refresh and sign-out through the unmodified client. */
import assert from "node:assert/strict";
import { exportJWK, generateKeyPair } from "jose";
import { cleanUp } from "../../local/auth/cleanup.ts";
import { DEFAULT_AUTH_SETTINGS } from "../../local/auth/settings.ts";
import { claimsOf, openAuth, PASSWORD, someone } from "./auth_harness.ts";

Deno.test("auth: signUp opens a session with the claims of the hosted service", async () => {
  await using auth = await openAuth();
  const client = auth.client();
  const email = someone();
  const { data, error } = await client.auth.signUp({
    email: email.toUpperCase(),
    password: PASSWORD,
    options: { data: { handle: "ada", nested: { deep: [1, null] } } },
  });
  assert.equal(error, null);
  assert.ok(data.session);
  const claims = claimsOf(data.session.access_token);
  assert.equal(claims.iss, `${auth.url}/auth/v1`);
  assert.equal(claims.sub, data.user?.id);
  assert.equal(claims.aud, "authenticated");
  assert.equal(claims.role, "authenticated");
  assert.equal(claims.email, email);
  assert.equal(claims.phone, "");
  assert.equal(claims.aal, "aal1");
  assert.equal(claims.is_anonymous, false);
  assert.equal(Number(claims.exp) - Number(claims.iat), 3600);
  assert.deepEqual(claims.app_metadata, { provider: "email", providers: ["email"] });
  assert.deepEqual((claims.amr as { method: string }[]).map((entry) => entry.method), ["password"]);
  assert.deepEqual(claims.user_metadata, {
    handle: "ada",
    nested: { deep: [1, null] },
    email,
    email_verified: true,
    phone_verified: false,
    sub: data.user?.id,
  });
  assert.equal(data.user?.identities?.[0]?.provider, "email");
  const [session] = await auth.database.sql<{ id: string; ip: string; user_agent: string }[]>`
    select id, host(ip) as ip, user_agent from auth.sessions where user_id = ${claims.sub as string}
  `;
  assert.equal(session?.id, claims.session_id);
  assert.equal(session?.ip, "127.0.0.1");
  assert.match(session?.user_agent ?? "", /Deno/);
  const { data: known } = await client.auth.getUser();
  assert.equal(known.user?.email, email);
  assert.equal(typeof known.user?.confirmed_at, "string");
});

Deno.test("auth: wrong passwords and repeated sign-ups are refused", async () => {
  await using auth = await openAuth();
  const client = auth.client();
  const email = someone();
  await client.auth.signUp({ email, password: PASSWORD });
  const wrong = await auth.client().auth.signInWithPassword({ email, password: "not it at all" });
  assert.equal(wrong.error?.code, "invalid_credentials");
  assert.equal(wrong.error?.status, 400);
  const nobody = await auth.client().auth.signInWithPassword({
    email: someone(),
    password: PASSWORD,
  });
  assert.equal(nobody.error?.code, "invalid_credentials");
  const again = await auth.client().auth.signUp({ email, password: PASSWORD });
  assert.equal(again.error?.code, "user_already_exists");
  assert.equal(again.error?.status, 422);
  const weak = await auth.client().auth.signUp({ email: someone(), password: "short" });
  assert.equal(weak.error?.code, "weak_password");
  assert.match(weak.error?.message ?? "", /at least 6 characters/);
  const long = await auth.client().auth.signUp({ email: someone(), password: "x".repeat(73) });
  assert.equal(long.error?.code, "validation_failed");
  const shape = await auth.client().auth.signUp({ email: "nonsense", password: PASSWORD });
  assert.equal(shape.error?.code, "validation_failed");
  const right = await auth.client().auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal(right.error, null);
  assert.equal(auth.failures.length, 0);
});

Deno.test("auth: two sign-ups of one address at once make one person", async () => {
  await using auth = await openAuth();
  const email = someone();
  const results = await Promise.all(
    [1, 2, 3, 4].map(() => auth.client().auth.signUp({ email, password: PASSWORD })),
  );
  assert.equal(results.filter((result) => result.error === null).length, 1);
  for (const { error } of results.filter((result) => result.error !== null)) {
    assert.equal(error?.code, "user_already_exists");
  }
});

Deno.test("[ID-10] auth: refresh tokens rotate; their abuse voids the whole family", async () => {
  await using auth = await openAuth({ reuseIntervalSeconds: 0 });
  const client = auth.client();
  const { data } = await client.auth.signUp({ email: someone(), password: PASSWORD });
  const first = data.session?.refresh_token ?? "";
  const second = await client.auth.refreshSession({ refresh_token: first });
  assert.equal(second.error, null);
  assert.notEqual(second.data.session?.refresh_token, first);
  const claims = claimsOf(second.data.session?.access_token ?? "");
  assert.equal(claims.session_id, claimsOf(data.session?.access_token ?? "").session_id);
  const lost = await auth.client().auth.refreshSession({ refresh_token: first });
  assert.equal(lost.data.session?.refresh_token, second.data.session?.refresh_token);
  const third = await client.auth.refreshSession({
    refresh_token: second.data.session?.refresh_token ?? "",
  });
  assert.equal(third.error, null);
  const chain = await auth.database.sql<{ token: string; parent: string | null }[]>`
    select token, parent from auth.refresh_tokens order by id
  `;
  assert.deepEqual(chain.map((row) => row.parent), [null, first, chain[1]?.token]);
  const abuse = await auth.client().auth.refreshSession({ refresh_token: first });
  assert.equal(abuse.error?.code, "refresh_token_already_used");
  assert.equal(abuse.error?.status, 400);
  const after = await client.auth.refreshSession({
    refresh_token: third.data.session?.refresh_token ?? "",
  });
  assert.equal(after.error?.code, "refresh_token_already_used");
  const good = await auth.database.sql`select from auth.refresh_tokens where revoked is false`;
  assert.equal(good.length, 0);
});

Deno.test("auth: within the reuse interval an old refresh token is still good", async () => {
  await using auth = await openAuth();
  const { data } = await auth.client().auth.signUp({ email: someone(), password: PASSWORD });
  const first = data.session?.refresh_token ?? "";
  const attempts = await Promise.all(
    [1, 2, 3, 4, 5].map(() => auth.client().auth.refreshSession({ refresh_token: first })),
  );
  for (const attempt of attempts) assert.equal(attempt.error, null);
  const active = await auth.database.sql`select from auth.refresh_tokens where revoked is false`;
  assert.equal(active.length, 1);
  const unknown = await auth.client().auth.refreshSession({ refresh_token: "unknown" });
  assert.equal(unknown.error?.code, "refresh_token_not_found");
});

Deno.test("auth: signOut ends this session, the others or all", async () => {
  await using auth = await openAuth();
  const email = someone();
  const [one, two, three] = [auth.client(), auth.client(), auth.client()];
  const signedUp = await one.auth.signUp({ email, password: PASSWORD });
  await two.auth.signInWithPassword({ email, password: PASSWORD });
  await three.auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal((await two.auth.signOut({ scope: "local" })).error, null);
  assert.equal((await one.auth.getUser()).error, null);
  assert.equal((await one.auth.signOut({ scope: "others" })).error, null);
  const ended = await three.auth.getUser();
  assert.equal(ended.error?.name, "AuthSessionMissingError");
  assert.equal((await one.auth.getUser()).error, null);
  assert.equal((await one.auth.signOut()).error, null);
  const response = await auth.call("/user", {
    headers: { authorization: `Bearer ${signedUp.data.session?.access_token}` },
  });
  assert.equal(response.status, 403);
  assert.equal(response.headers.get("x-sb-error-code"), "session_not_found");
  assert.deepEqual(await response.json(), {
    code: 403,
    error_code: "session_not_found",
    msg: "Session from session_id claim in JWT does not exist",
  });
});

Deno.test("auth: the secret key signs others out by their token", async () => {
  await using auth = await openAuth();
  const client = auth.client();
  const { data } = await client.auth.signUp({ email: someone(), password: PASSWORD });
  const { error } = await auth.admin().auth.admin.signOut(data.session?.access_token ?? "");
  assert.equal(error, null);
  assert.equal((await client.auth.getUser()).error?.name, "AuthSessionMissingError");
});

Deno.test("auth: tokens signed with an ES256 key verify against the published keys", async () => {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const signing = { ...await exportJWK(privateKey), kid: "k1", alg: "ES256" };
  const secret = "a-secret-of-at-least-thirty-two-characters";
  await using auth = await openAuth({}, { secret, signing });
  const client = auth.client();
  await client.auth.signUp({ email: someone(), password: PASSWORD });
  const { data, error } = await client.auth.getClaims();
  assert.equal(error, null);
  assert.equal(data?.header.alg, "ES256");
  assert.equal(data?.header.kid, "k1");
  const jwks = await (await auth.call("/.well-known/jwks.json")).json();
  assert.equal(jwks.keys.length, 1);
  assert.equal(jwks.keys[0].d, undefined);
});

Deno.test("auth: anonymous people sign in and become permanent", async () => {
  await using auth = await openAuth({ anonymousSignIns: true });
  const client = auth.client();
  const { data, error } = await client.auth.signInAnonymously({ options: { data: { a: 1 } } });
  assert.equal(error, null);
  assert.equal(claimsOf(data.session?.access_token ?? "").is_anonymous, true);
  const alone = await client.auth.updateUser({ password: PASSWORD });
  assert.equal(alone.error?.code, "validation_failed");
  const email = someone();
  const named = await client.auth.updateUser({ email, password: PASSWORD });
  assert.equal(named.error, null);
  assert.equal(named.data.user?.is_anonymous, false);
  const again = await auth.client().auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal(again.data.user?.id, data.user?.id);
});

Deno.test("auth: anonymous sign-in is refused unless it is switched on", async () => {
  await using auth = await openAuth();
  const { error } = await auth.client().auth.signInAnonymously();
  assert.equal(error?.code, "anonymous_provider_disabled");
});

Deno.test("auth: sessions end after their time box and when they idle", async () => {
  await using auth = await openAuth({
    sessions: { timeboxSeconds: 3600, inactivityTimeoutSeconds: 60 },
  });
  const { data } = await auth.client().auth.signUp({ email: someone(), password: PASSWORD });
  const token = data.session?.refresh_token ?? "";
  const { sql } = auth.database;
  await sql`update auth.refresh_tokens set updated_at = now() - interval '2 minutes'`;
  await sql`update auth.sessions set created_at = now() - interval '2 minutes'`;
  const idle = await auth.client().auth.refreshSession({ refresh_token: token });
  assert.equal(idle.error?.code, "session_expired");
  assert.match(idle.error?.message ?? "", /Inactivity/);
  await sql`update auth.sessions set refreshed_at = now() at time zone 'utc'`;
  assert.equal((await auth.client().auth.refreshSession({ refresh_token: token })).error, null);
  await sql`update auth.sessions set created_at = now() - interval '2 hours'`;
  const [active] = await sql<{ token: string }[]>`
    select token from auth.refresh_tokens where not revoked
  `;
  const late = await auth.client().auth.refreshSession({ refresh_token: active?.token ?? "" });
  assert.equal(late.error?.code, "session_expired");
});

Deno.test("auth: what has run out is cleaned up, and nothing else", async () => {
  await using auth = await openAuth();
  const { sql } = auth.database;
  const client = auth.client();
  await client.auth.signUp({ email: someone(), password: PASSWORD });
  await client.auth.refreshSession();
  const old = auth.client();
  await old.auth.signUp({ email: someone(), password: PASSWORD });
  await sql`
    update auth.sessions set created_at = now() - interval '9 days'
    where user_id = (select id from auth.users order by created_at desc limit 1)
  `;
  await sql`
    update auth.refresh_tokens set updated_at = now() - interval '2 days' where revoked
  `;
  await cleanUp({ sql, settings: DEFAULT_AUTH_SETTINGS });
  assert.equal((await sql`select from auth.refresh_tokens where revoked`).length, 0);
  assert.equal((await sql`select from auth.sessions`).length, 2);
  const sessions = { timeboxSeconds: 86_400, inactivityTimeoutSeconds: 86_400 };
  await cleanUp({ sql, settings: { ...DEFAULT_AUTH_SETTINGS, sessions } });
  assert.equal((await sql`select from auth.sessions`).length, 1);
  assert.equal((await client.auth.refreshSession()).error, null);
});
