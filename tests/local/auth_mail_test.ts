/** @module Links and codes by e-mail, through the unmodified client. */
import assert from "node:assert/strict";
import { type AuthHarness, codeOf, linkOf, openAuth, PASSWORD, someone } from "./auth_harness.ts";

async function follow(auth: AuthHarness, link: URL): Promise<URL> {
  assert.equal(link.origin, auth.url);
  const response = await fetch(link, { redirect: "manual" });
  await response.body?.cancel();
  assert.equal(response.status, 303);
  return new URL(response.headers.get("location") ?? "");
}

function fragment(url: URL): URLSearchParams {
  return new URLSearchParams(url.hash.slice(1));
}

Deno.test("auth: with confirmations a sign-up waits for the link", async () => {
  await using auth = await openAuth({ emailConfirmations: true });
  const client = auth.client();
  const email = someone();
  const { data } = await client.auth.signUp({ email, password: PASSWORD });
  assert.equal(data.session, null);
  assert.equal(data.user?.identities?.length, 1);
  assert.equal(data.user?.confirmed_at, undefined);
  const early = await client.auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal(early.error?.code, "email_not_confirmed");
  assert.equal(auth.mails[0]?.to, email);
  const target = await follow(auth, linkOf(auth.mails[0]));
  assert.equal(target.origin, "http://localhost:3000");
  const session = fragment(target);
  assert.equal(session.get("type"), "signup");
  const set = await client.auth.setSession({
    access_token: session.get("access_token") ?? "",
    refresh_token: session.get("refresh_token") ?? "",
  });
  assert.equal(set.data.user?.email, email);
  const spent = await follow(auth, linkOf(auth.mails[0]));
  assert.equal(fragment(spent).get("error_code"), "otp_expired");
  assert.equal(fragment(spent).get("error"), "access_denied");
  const later = await auth.client().auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal(later.error, null);
});

Deno.test("auth: with confirmations a repeated sign-up looks like a first one", async () => {
  await using auth = await openAuth({ emailConfirmations: true });
  const email = someone();
  await auth.client().auth.signUp({ email, password: PASSWORD });
  await auth.client().auth.verifyOtp({ email, token: codeOf(auth.mails[0]), type: "email" });
  const again = await auth.client().auth.signUp({ email, password: PASSWORD });
  assert.equal(again.error, null);
  assert.equal(again.data.session, null);
  assert.equal(again.data.user?.email, email);
  assert.deepEqual(again.data.user?.identities, []);
  assert.equal(auth.mails.length, 1);
});

Deno.test("auth: codes confirm, and each is good for once, and for its address only", async () => {
  await using auth = await openAuth({ emailConfirmations: true });
  const [email, other] = [someone(), someone()];
  await auth.client().auth.signUp({ email, password: PASSWORD });
  await auth.client().auth.signUp({ email: other, password: PASSWORD });
  const token = codeOf(auth.mails[0]);
  const crossed = await auth.client().auth.verifyOtp({ email: other, token, type: "signup" });
  assert.equal(crossed.error?.code, "otp_expired");
  assert.equal(crossed.error?.status, 403);
  const right = await auth.client().auth.verifyOtp({ email, token, type: "signup" });
  assert.ok(right.data.session);
  const twice = await auth.client().auth.verifyOtp({ email, token, type: "signup" });
  assert.equal(twice.error?.code, "otp_expired");
  await auth.client().auth.resend({ type: "signup", email: other });
  const again = await auth.client().auth.verifyOtp({
    email: other,
    token: codeOf(auth.mails[2]),
    type: "signup",
  });
  assert.ok(again.data.session);
});

Deno.test("auth: codes run out", async () => {
  await using auth = await openAuth({ emailConfirmations: true, otpExpirySeconds: 60 });
  const email = someone();
  await auth.client().auth.signUp({ email, password: PASSWORD });
  await auth.database.sql`
    update auth.users set confirmation_sent_at = now() - interval '2 minutes'
  `;
  const token = codeOf(auth.mails[0]);
  const late = await auth.client().auth.verifyOtp({ email, token, type: "signup" });
  assert.equal(late.error?.code, "otp_expired");
  const token_hash = linkOf(auth.mails[0]).searchParams.get("token") ?? "";
  const hashed = await auth.client().auth.verifyOtp({ token_hash, type: "signup" });
  assert.equal(hashed.error?.code, "otp_expired");
});

Deno.test("auth: magic links and one-time codes sign in, and sign up whoever is new", async () => {
  await using auth = await openAuth();
  const email = someone();
  const sent = await auth.client().auth.signInWithOtp({
    email,
    options: { data: { handle: "grace" } },
  });
  assert.equal(sent.error, null);
  const signedIn = await auth.client().auth.verifyOtp({
    email,
    token: codeOf(auth.mails[0]),
    type: "email",
  });
  assert.equal(signedIn.data.user?.user_metadata.handle, "grace");
  await auth.client().auth.signInWithOtp({ email });
  const hash = linkOf(auth.mails[1]).searchParams.get("token") ?? "";
  const hashed = await auth.client().auth.verifyOtp({ token_hash: hash, type: "magiclink" });
  assert.equal(hashed.data.user?.id, signedIn.data.user?.id);
  const refused = await auth.client().auth.signInWithOtp({
    email: someone(),
    options: { shouldCreateUser: false },
  });
  assert.equal(refused.error?.code, "otp_disabled");
});

Deno.test("auth: a forgotten password is replaced through the PKCE flow", async () => {
  await using auth = await openAuth();
  const email = someone();
  const elsewhere = auth.client();
  await elsewhere.auth.signUp({ email, password: PASSWORD });
  const client = auth.client({ flowType: "pkce" });
  const asked = await client.auth.resetPasswordForEmail(email, {
    redirectTo: "http://localhost:3000/new-password?from=mail",
  });
  assert.equal(asked.error, null);
  const link = linkOf(auth.mails[0]);
  assert.match(link.searchParams.get("token") ?? "", /^pkce_/);
  const target = await follow(auth, link);
  assert.equal(target.pathname, "/new-password");
  assert.equal(target.searchParams.get("from"), "mail");
  const code = target.searchParams.get("code") ?? "";
  const thief = await auth.call("/token?grant_type=pkce", {
    method: "POST",
    body: JSON.stringify({ auth_code: code, code_verifier: "x".repeat(50) }),
  });
  assert.equal(thief.status, 400);
  assert.equal((await thief.json()).error_code, "bad_code_verifier");
  const exchanged = await client.auth.exchangeCodeForSession(code);
  assert.equal(exchanged.error, null);
  const same = await client.auth.updateUser({ password: PASSWORD });
  assert.equal(same.error?.code, "same_password");
  const changed = await client.auth.updateUser({ password: "another password" });
  assert.equal(changed.error, null);
  assert.equal((await elsewhere.auth.getUser()).error?.name, "AuthSessionMissingError");
  const old = await auth.client().auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal(old.error?.code, "invalid_credentials");
  const nobody = await auth.client().auth.resetPasswordForEmail(someone());
  assert.equal(nobody.error, null);
  assert.equal(auth.mails.length, 1);
});

Deno.test("auth: a change of address needs both addresses' consent", async () => {
  await using auth = await openAuth({ emailConfirmations: true });
  const [email, wanted] = [someone(), someone()];
  const client = auth.client();
  await client.auth.signUp({ email, password: PASSWORD });
  await client.auth.verifyOtp({ email, token: codeOf(auth.mails[0]), type: "email" });
  const asked = await client.auth.updateUser({ email: wanted });
  assert.equal(asked.data.user?.new_email, wanted);
  assert.equal(asked.data.user?.email, email);
  const mailTo = (to: string) => auth.mails.find((mail, i) => i > 0 && mail.to === to);
  const half = await follow(auth, linkOf(mailTo(wanted)));
  assert.match(fragment(half).get("message") ?? "", /confirm link sent to the other email/);
  const full = await client.auth.verifyOtp({
    email,
    token: codeOf(mailTo(email)),
    type: "email_change",
  });
  assert.equal(full.data.user?.email, wanted);
  const renamed = await auth.client().auth.signInWithPassword({
    email: wanted,
    password: PASSWORD,
  });
  assert.equal(renamed.data.user?.identities?.[0]?.identity_data?.email, wanted);
});

Deno.test("auth: an address that somebody has cannot be taken over", async () => {
  await using auth = await openAuth();
  const taken = someone();
  await auth.client().auth.signUp({ email: taken, password: PASSWORD });
  const client = auth.client();
  await client.auth.signUp({ email: someone(), password: PASSWORD });
  const { error } = await client.auth.updateUser({ email: taken });
  assert.equal(error?.code, "email_exists");
  assert.equal(error?.status, 422);
});

Deno.test("auth: a new password in an old session needs a reauthentication", async () => {
  await using auth = await openAuth({ securePasswordChange: true });
  const client = auth.client();
  await client.auth.signUp({ email: someone(), password: PASSWORD });
  await auth.database.sql`update auth.sessions set created_at = now() - interval '2 days'`;
  const bare = await client.auth.updateUser({ password: "another password" });
  assert.equal(bare.error?.code, "reauthentication_needed");
  await client.auth.reauthenticate();
  const wrong = await client.auth.updateUser({ password: "another password", nonce: "12345x" });
  assert.equal(wrong.error?.code, "reauthentication_not_valid");
  const nonce = codeOf(auth.mails[0]);
  const right = await client.auth.updateUser({ password: "another password", nonce });
  assert.equal(right.error, null);
});

Deno.test("auth: redirects lead to the site and the allow list only", async () => {
  await using auth = await openAuth({
    additionalRedirectUrls: ["https://*.example.org/**", "myapp://callback"],
  });
  const targets = [
    ["http://localhost:3000/a", true],
    ["http://localhost:4000/a", true],
    ["https://app.example.org/deep/er", true],
    ["myapp://callback", true],
    ["https://evil.example.com/", false],
    ["https://a.b.example.org/", false],
    ["https://2130706433/", false],
    ["\thttps://app.example.org/", false],
    ["https://app.example.org@evil.example.com/", false],
  ] as const;
  const email = someone();
  await auth.client().auth.signUp({ email, password: PASSWORD });
  for (const [redirectTo, allowed] of targets) {
    auth.mails.length = 0;
    await auth.client().auth.resetPasswordForEmail(email, { redirectTo });
    const kept = linkOf(auth.mails[0]).searchParams.get("redirect_to");
    assert.equal(kept, allowed ? redirectTo : "http://localhost:3000", redirectTo);
  }
});

Deno.test("auth: too many requests and too many e-mails are refused", async () => {
  await using auth = await openAuth({
    maxEmailFrequencySeconds: 60,
    rateLimits: {
      signInSignUps: 3,
      tokenRefresh: 150,
      tokenVerifications: 30,
      anonymousUsers: 30,
      emailSent: null,
    },
  });
  const email = someone();
  await auth.client().auth.signUp({ email, password: PASSWORD });
  assert.equal((await auth.client().auth.resetPasswordForEmail(email)).error, null);
  const soon = await auth.client().auth.resetPasswordForEmail(email);
  assert.equal(soon.error?.code, "over_email_send_rate_limit");
  assert.equal(soon.error?.status, 429);
  for (let i = 0; i < 3; i++) {
    await auth.client().auth.signInWithPassword({ email, password: "wrong" });
  }
  const { error } = await auth.client().auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal(error?.code, "over_request_rate_limit");
  assert.equal(error?.status, 429);
  const elsewhere = await auth.call("/token?grant_type=password", {
    method: "POST",
    headers: { "x-forwarded-for": "203.0.113.7" },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  assert.equal(elsewhere.status, 200);
  await elsewhere.body?.cancel();
});
