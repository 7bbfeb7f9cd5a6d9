/** @module Second factors through the unmodified client. */
import assert from "node:assert/strict";
import { isTotpValid, totpCode } from "../../local/auth/totp.ts";
import { claimsOf, openAuth, PASSWORD, someone } from "./auth_harness.ts";

Deno.test("auth: codes are those of RFC 6238", async () => {
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  assert.equal(await totpCode(secret, 59_000), "287082");
  assert.equal(await totpCode(secret, 1_111_111_109_000), "081804");
  assert.equal(await totpCode(secret, 20_000_000_000_000), "353130");
  assert.equal(await isTotpValid(secret, "287082", 89_000), true);
  assert.equal(await isTotpValid(secret, "287082", 120_000), false);
});

Deno.test("auth: a second factor lifts the session and guards the account", async () => {
  await using auth = await openAuth();
  const email = someone();
  const client = auth.client();
  const { data: signedUp } = await client.auth.signUp({ email, password: PASSWORD });
  const other = auth.client();
  await other.auth.signInWithPassword({ email, password: PASSWORD });
  const enrolled = await client.auth.mfa.enroll({ factorType: "totp", friendlyName: "phone" });
  assert.equal(enrolled.error, null);
  const { id, totp } = enrolled.data as { id: string; totp: { secret: string; qr_code: string } };
  assert.match(totp.qr_code, /^data:image\/svg\+xml;utf-8,<svg/);
  const twice = await client.auth.mfa.enroll({ factorType: "totp", friendlyName: "phone" });
  assert.equal(twice.error?.code, "mfa_factor_name_conflict");
  const wrong = await client.auth.mfa.challengeAndVerify({ factorId: id, code: "000000x" });
  assert.equal(wrong.error?.code, "mfa_verification_failed");
  const code = await totpCode(totp.secret, Date.now());
  const challenge = await client.auth.mfa.challenge({ factorId: id });
  const challengeId = challenge.data?.id ?? "";
  const verified = await client.auth.mfa.verify({ factorId: id, challengeId, code });
  assert.equal(verified.error, null);
  const replayed = await client.auth.mfa.verify({ factorId: id, challengeId, code });
  assert.equal(replayed.error?.code, "mfa_ip_address_mismatch");
  const claims = claimsOf(verified.data?.access_token ?? "");
  assert.equal(claims.aal, "aal2");
  assert.equal(claims.session_id, claimsOf(signedUp.session?.access_token ?? "").session_id);
  const methods = (claims.amr as { method: string }[]).map((entry) => entry.method).sort();
  assert.deepEqual(methods, ["password", "totp"]);
  assert.equal((await other.auth.getUser()).error?.name, "AuthSessionMissingError");
  await other.auth.signInWithPassword({ email, password: PASSWORD });
  const level = await other.auth.mfa.getAuthenticatorAssuranceLevel();
  assert.equal(level.data?.currentLevel, "aal1");
  assert.equal(level.data?.nextLevel, "aal2");
  const weak = await other.auth.updateUser({ password: "another password" });
  assert.equal(weak.error?.code, "insufficient_aal");
  const stolen = await other.auth.mfa.unenroll({ factorId: id });
  assert.equal(stolen.error?.code, "insufficient_aal");
  const refreshed = await client.auth.refreshSession();
  assert.equal(claimsOf(refreshed.data.session?.access_token ?? "").aal, "aal2");
  assert.equal((await client.auth.mfa.unenroll({ factorId: id })).error, null);
  assert.deepEqual((await client.auth.mfa.listFactors()).data?.all, []);
});

Deno.test("auth: the secret key sees and removes second factors", async () => {
  await using auth = await openAuth();
  const client = auth.client();
  const { data } = await client.auth.signUp({ email: someone(), password: PASSWORD });
  const userId = data.user?.id ?? "";
  const enrolled = await client.auth.mfa.enroll({ factorType: "totp" });
  const { mfa } = auth.admin().auth.admin;
  const listed = await mfa.listFactors({ userId });
  assert.equal(listed.error, null);
  assert.equal(listed.data?.factors[0]?.id, enrolled.data?.id);
  const removed = await mfa.deleteFactor({ userId, id: enrolled.data?.id ?? "" });
  assert.equal(removed.error, null);
  assert.equal((await mfa.listFactors({ userId })).data?.factors.length, 0);
  const phone = await client.auth.mfa.enroll({ factorType: "phone", phone: "+4912345678" });
  assert.equal(phone.error?.status, 501);
});
