/** @module Secrets that are kept sealed: they open with their key, in their place, unaltered. */
import assert from "node:assert/strict";
import { readConfig } from "../../shared/core/config.ts";
import { createSealer } from "../../shared/core/sealer.ts";

const [OLD, NEW] = ["o".repeat(32), "n".repeat(32)];
const ENV = {
  SUPABASE_URL: "http://127.0.0.1",
  DATABASE_URL: "postgres://a@127.0.0.1/a",
  SUPABASE_SERVICE_ROLE_KEY: "service",
};

Deno.test("[XF-01] sealer: what is sealed opens in its place only, and never when it was altered", () => {
  const sealer = createSealer([OLD]);
  for (const text of ["whsec_secret", "", "😀".repeat(300)]) {
    const sealed = sealer.seal(text, "a");
    assert.equal(sealer.open(sealed, "a"), text);
    assert.equal(sealer.open(sealed, "b"), undefined);
    assert.notEqual(sealer.seal(text, "a"), sealed, "twice is never the same");
    for (const at of [3, 12, 20, sealed.length - 2]) {
      const other = sealed[at] === "A" ? "B" : "A";
      const altered = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`;
      assert.equal(sealer.open(altered, "a"), undefined, `letter ${at}`);
    }
  }
  for (const wrong of ["", "v1.", "whsec_secret", `v2.00000000.${"A".repeat(60)}`]) {
    assert.equal(sealer.open(wrong, "a"), undefined);
  }
});

Deno.test("[XF-01] sealer: a new key seals, the one before still opens, any other does not", () => {
  const sealed = createSealer([OLD]).seal("secret", "a");
  const both = createSealer([NEW, OLD]);
  assert.equal(both.open(sealed, "a"), "secret");
  assert.ok(both.formerPrefixes.some((prefix) => sealed.startsWith(prefix)));
  const anew = both.seal("secret", "a");
  assert.equal(both.formerPrefixes.some((prefix) => anew.startsWith(prefix)), false);
  assert.equal(createSealer([NEW]).open(anew, "a"), "secret");
  assert.equal(createSealer([NEW]).open(sealed, "a"), undefined);
});

Deno.test("[XF-01] sealer: setting SECRETS_KEY later, and changing it, leaves nothing closed", () => {
  const of = (env: Record<string, string>) =>
    createSealer(readConfig({ ...ENV, ...env }).sealingSecrets);
  const derived = of({}).seal("secret", "a");
  assert.equal(of({ SECRETS_KEY: OLD }).open(derived, "a"), "secret");
  const sealed = of({ SECRETS_KEY: OLD }).seal("secret", "a");
  assert.equal(of({ SECRETS_KEY: NEW, SECRETS_KEY_PREVIOUS: OLD }).open(sealed, "a"), "secret");
  assert.equal(of({ SECRETS_KEY: NEW }).open(sealed, "a"), undefined);
  assert.throws(() => of({ SECRETS_KEY: "short" }), /SECRETS_KEY/);
});
