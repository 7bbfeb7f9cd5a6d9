/** @module Sign-in with an external provider, played by a server of the test. */
import assert from "node:assert/strict";
import { type AuthHarness, claimsOf, openAuth, PASSWORD, someone } from "./auth_harness.ts";
import { providers, startProvider } from "../support/oauth_provider.ts";

const SITE = "http://localhost:3000/welcome";

/** Walks from the provider's page back to the site. */
async function comeBack(auth: AuthHarness, at: URL, code = "good"): Promise<URL> {
  const state = at.searchParams.get("state") ?? "";
  const response = await auth.call(`/callback?${new URLSearchParams({ code, state })}`);
  assert.equal(response.status, 302);
  await response.body?.cancel();
  return new URL(response.headers.get("location") ?? "");
}

async function start(auth: AuthHarness, query: string): Promise<URL> {
  const response = await auth.call(`/authorize?${query}`);
  assert.equal(response.status, 302);
  await response.body?.cancel();
  return new URL(response.headers.get("location") ?? "");
}

Deno.test("[ID-04] auth: a provider signs people up and in through the PKCE flow", async () => {
  await using fake = startProvider();
  await using auth = await openAuth({ providers: providers(fake) });
  const email = someone();
  fake.profile = { sub: "gh-1", email, email_verified: true, name: "Ada", login: "ada" };
  const ids: string[] = [];
  for (let i = 0; i < 2; i++) {
    const client = auth.client({ flowType: "pkce" });
    const { data } = await client.auth.signInWithOAuth({
      provider: "github",
      options: { redirectTo: SITE, scopes: "repo", skipBrowserRedirect: true },
    });
    const first = await fetch(data.url ?? "", { redirect: "manual" });
    await first.body?.cancel();
    const at = new URL(first.headers.get("location") ?? "");
    assert.equal(at.origin, fake.url);
    assert.equal(at.searchParams.get("client_id"), "client");
    assert.equal(at.searchParams.get("scope"), "user:email repo");
    assert.equal(at.searchParams.get("redirect_uri"), `${auth.url}/auth/v1/callback`);
    const target = await comeBack(auth, at);
    assert.equal(target.origin + target.pathname, SITE);
    const code = target.searchParams.get("code") ?? "";
    const exchanged = await client.auth.exchangeCodeForSession(code);
    assert.equal(exchanged.error, null);
    const { session, user } = exchanged.data;
    assert.equal(session?.provider_token, "provider-token");
    assert.equal(session?.provider_refresh_token, "provider-refresh");
    assert.equal(user?.email, email);
    assert.equal(user?.app_metadata.provider, "github");
    assert.equal(user?.user_metadata.full_name, "Ada");
    assert.equal(user?.identities?.[0]?.id, "gh-1");
    assert.equal(claimsOf(session?.access_token ?? "").aal, "aal1");
    ids.push(user?.id ?? "");
    const twice = await client.auth.exchangeCodeForSession(code);
    assert.notEqual(twice.error, null);
  }
  assert.equal(ids[0], ids[1]);
  assert.equal(fake.exchanges[0]?.get("client_secret"), "hush");
});

Deno.test("auth: without PKCE the session comes in the fragment", async () => {
  await using fake = startProvider();
  await using auth = await openAuth({ providers: providers(fake) });
  fake.profile = { id: 42, email: someone(), verified_email: true };
  const query = new URLSearchParams({ provider: "github", redirect_to: SITE });
  const target = await comeBack(auth, await start(auth, query.toString()));
  const fragment = new URLSearchParams(target.hash.slice(1));
  assert.equal(fragment.get("provider_token"), "provider-token");
  const { data } = await auth.client().auth.getUser(fragment.get("access_token") ?? "");
  assert.equal(data.user?.identities?.[0]?.id, "42");
});

Deno.test("auth: only a verified address links to its person", async () => {
  await using fake = startProvider();
  await using auth = await openAuth({ providers: providers(fake), emailConfirmations: true });
  const admin = auth.admin().auth.admin;
  const email = someone();
  const { data } = await admin.createUser({ email, password: PASSWORD, email_confirm: true });
  fake.profile = { sub: "thief", email, email_verified: false };
  const refused = await comeBack(auth, await start(auth, "provider=github"));
  assert.equal(refused.searchParams.get("error"), "access_denied");
  assert.equal(refused.searchParams.get("error_code"), "provider_email_needs_verification");
  fake.profile = { sub: "owner", email, email_verified: true };
  const linked = await comeBack(auth, await start(auth, "provider=github"));
  const token = new URLSearchParams(linked.hash.slice(1)).get("access_token") ?? "";
  assert.equal(claimsOf(token).sub, data.user?.id);
  const known = await admin.getUserById(data.user?.id ?? "");
  assert.deepEqual(known.data.user?.app_metadata.providers, ["email", "github"]);
});

Deno.test("auth: whoever claimed an address without proof loses it to its owner", async () => {
  await using fake = startProvider();
  await using auth = await openAuth({ providers: providers(fake), emailConfirmations: true });
  const email = someone();
  await auth.client().auth.signUp({ email, password: PASSWORD });
  fake.profile = { sub: "owner", email, email_verified: true };
  await comeBack(auth, await start(auth, "provider=github"));
  const squatter = await auth.client().auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal(squatter.error?.code, "invalid_credentials");
});

Deno.test("auth: what goes wrong on the way back is told to the site", async () => {
  await using fake = startProvider();
  await using auth = await openAuth({ providers: providers(fake) });
  fake.profile = { sub: "1", email: someone(), email_verified: true };
  const at = await start(auth, `provider=github&redirect_to=${encodeURIComponent(SITE)}`);
  const bad = await comeBack(auth, at, "bad");
  assert.equal(bad.searchParams.get("error"), "server_error");
  assert.match(bad.searchParams.get("error_description") ?? "", /exchange external code/);
  const forged = await auth.call("/callback?code=good&state=forged");
  assert.match(forged.headers.get("location") ?? "", /error_code=bad_oauth_state/);
  await forged.body?.cancel();
  const { data } = await auth.client().auth.signUp({ email: someone(), password: PASSWORD });
  const token = data.session?.access_token ?? "";
  const misused = await auth.call(`/callback?code=good&state=${token}`);
  assert.match(misused.headers.get("location") ?? "", /error_code=bad_oauth_state/);
  await misused.body?.cancel();
  const unknown = await auth.call("/authorize?provider=nobody");
  assert.equal(unknown.status, 400);
  assert.equal((await unknown.json()).error_code, "validation_failed");
});

Deno.test("auth: identities are linked and unlinked by hand", async () => {
  await using fake = startProvider();
  await using auth = await openAuth({ providers: providers(fake), manualLinking: true });
  const client = auth.client();
  const { data } = await client.auth.signUp({ email: someone(), password: PASSWORD });
  const elsewhere = someone();
  fake.profile = { sub: "gh-9", email: elsewhere, email_verified: true };
  const asked = await client.auth.linkIdentity({
    provider: "github",
    options: { skipBrowserRedirect: true },
  });
  assert.equal(asked.error, null);
  await comeBack(auth, new URL(asked.data.url ?? ""));
  const identities = await client.auth.getUserIdentities();
  const names = identities.data?.identities.map((identity) => identity.provider);
  assert.deepEqual(names, ["email", "github"]);
  const linked = identities.data?.identities[1];
  assert.ok(linked);
  assert.equal((await client.auth.unlinkIdentity(linked)).error, null);
  const only = (await client.auth.getUserIdentities()).data?.identities[0];
  assert.ok(only);
  const last = await client.auth.unlinkIdentity(only);
  assert.equal(last.error?.code, "single_identity_not_deletable");
  assert.equal((await client.auth.getUser()).data.user?.email, data.user?.email);
});
