/** @module Signing in with another service, and what the newcomer then has here. */
import assert from "node:assert/strict";
import { openApp, type TestApp, type TestClient } from "../support/app.ts";
import { providers, startProvider } from "../support/oauth_provider.ts";

/** Goes through the provider's page and comes back with a session of its own. */
async function enter(app: TestApp): Promise<TestClient> {
  const call = (path: string) => app.deps.platform.call({ method: "GET", path: `/auth/v1${path}` });
  const away = await call("/authorize?provider=github");
  assert.equal(away.status, 302);
  const state = new URL(away.headers.get("location") ?? "").searchParams.get("state") ?? "";
  const back = await call(`/callback?${new URLSearchParams({ code: "good", state })}`);
  assert.equal(back.status, 302);
  const fragment = new URLSearchParams(new URL(back.headers.get("location") ?? "").hash.slice(1));
  const token = fragment.get("access_token") ?? "";
  return app.as({ id: "", handle: "", sessionId: "", token });
}

Deno.test("[ID-04] [XA-05] accounts: OAuth gives a profile with a free handle that may be changed", async () => {
  await using fake = startProvider();
  await using app = await openApp({ services: true, auth: { providers: providers(fake) } });
  const person = (sub: string, login: string) => {
    const email = `${sub}@example.com`;
    fake.profile = { sub, email, email_verified: true, name: "Ada Lovelace", login };
  };

  person("one", "Ada-Lovelace");
  const first = await enter(app);
  person("two", "ada.lovelace");
  const second = await enter(app);
  person("three", "admin!");
  const third = await enter(app);
  person("one", "Ada-Lovelace");
  const again = await enter(app);

  const [one, two, three, same] = await Promise.all(
    [first, second, third, again].map(async (who) => (await who.get("/auth/me")).body),
  );
  assert.equal(one.handle, "ada_lovelace");
  assert.equal(one.display_name, "Ada Lovelace");
  assert.match(two.handle, /^user_[0-9a-f]{20}$/);
  assert.notEqual(three.handle, "");
  assert.equal(same.id, one.id);
  const renamed = await second.patch("/users/me", { handle: "ada_two" });
  assert.deepEqual([renamed.status, renamed.body.handle], [200, "ada_two"]);
  const taken = await second.patch("/users/me", { handle: "ada_lovelace" });
  assert.equal(taken.status, 409);
  const post = await first.post("/posts", { body: "Hello from elsewhere" });
  assert.equal(post.status, 201);
  const log = await first.get("/auth/log");
  const kinds = log.body.items.map(({ kind }: { kind: string }) => kind).sort();
  assert.deepEqual(kinds, ["identity_linked", "sign_in", "sign_in", "signup"]);
  const change = await first.post("/auth/password", {
    current_password: "anything",
    new_password: "something longer",
  });
  assert.deepEqual([change.status, change.body.errors[0].path], [422, "current_password"]);
});
