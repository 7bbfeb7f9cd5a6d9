/** @module What others can get at through the table API: rows, columns, embeds, filters, counts. */
import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { signToken } from "../../local/jwt.ts";
import { startRest } from "../../local/rest/mod.ts";
import { JWT, openApp } from "../support/app.ts";

type Clients = [SupabaseClient, SupabaseClient, SupabaseClient];

async function openTables() {
  const stack = new AsyncDisposableStack();
  const app = stack.use(await openApp());
  const service = stack.use(
    await startRest({
      databaseUrl: app.db.urlAs("authenticator"),
      schemas: ["public"],
      extraSearchPath: ["public", "extensions"],
      anonRole: "anon",
      jwt: JWT,
      maxRows: 1_000,
    }),
  );
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => undefined };
  const server = Deno.serve(
    options,
    (request) => service.fetch(request, { remoteAddress: "127.0.0.1" }),
  );
  stack.defer(() => server.shutdown());
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    app,
    as(token: string) {
      const headers = { Authorization: `Bearer ${token}` };
      return createClient(url, "key", {
        global: { headers, fetch: (input, init) => fetch(withoutPrefix(input), init) },
        auth: { persistSession: false, autoRefreshToken: false },
      });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The gateway, which is not there, would take this off. */
function withoutPrefix(input: RequestInfo | URL): string {
  return String(input instanceof Request ? input.url : input).replace("/rest/v1", "");
}

Deno.test("[ID-20] [ID-14] tables: settings and addresses of others are in no row, embed, filter or count", async () => {
  await using tables = await openTables();
  const { app } = tables;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  await app.as(ada).patch("/users/me/settings", { notifications: { strangers: "drop" } });
  const nobodys = await signToken({ role: "anon", exp: Date.now() / 1_000 + 60 }, JWT);
  const [own, other, nobody] = [ada.token, eve.token, nobodys].map(tables.as) as Clients;

  const mine = await own.from("notification_preferences").select("*");
  const theirs = await other.from("notification_preferences").select("*", { count: "exact" });
  const named = await other.from("notification_preferences").select("profile_id")
    .eq("profile_id", ada.id).or("strangers.eq.drop,strangers.eq.allow");
  const head = await other.from("notification_preferences").select("*", {
    count: "exact",
    head: true,
  }).neq("profile_id", eve.id);
  const embedded = await other.from("profiles").select("handle, notification_preferences(*)")
    .eq("handle", "ada").single();
  const filtered = await other.from("profiles").select("handle, notification_preferences!inner()")
    .eq("notification_preferences.strangers", "drop");
  const anonymous = await nobody.from("notification_preferences").select("*");

  assert.deepEqual(mine.data?.map(({ strangers }) => strangers), ["drop"]);
  assert.deepEqual([theirs.count, theirs.data?.[0]?.profile_id], [1, eve.id]);
  assert.deepEqual(named.data, []);
  assert.equal(head.count, 0);
  assert.deepEqual(embedded.data, { handle: "ada", notification_preferences: null });
  assert.deepEqual(filtered.data, []);
  assert.equal(anonymous.error?.code, "42501");
});

Deno.test("[ID-14] tables: a profile has no column that is not for everybody", async () => {
  await using tables = await openTables();
  const { app } = tables;
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  const other = tables.as(eve.token);

  const row = await other.from("profiles").select("*").eq("id", ada.id).single();
  const email = await other.from("profiles").select("email");
  const settings = await other.from("profile_settings").select("*");
  const users = await other.from("users").select("*");
  const write = await other.from("profiles").update({ bio: "mine" }).eq("id", ada.id).select();
  const forged = await other.from("profiles").update({ is_bot: true }).eq("id", eve.id).select();

  assert.deepEqual(Object.keys(row.data ?? {}).sort(), [
    "avatar_media_id",
    "bio",
    "created_at",
    "display_name",
    "handle",
    "id",
    "is_bot",
    "is_private",
    "links",
    "location",
    "updated_at",
  ]);
  assert.doesNotMatch(JSON.stringify(row.data), /townsquare\.test/);
  assert.equal(email.error?.code, "42703");
  for (const closed of [settings, users]) assert.equal(closed.error?.code, "PGRST205");
  assert.deepEqual(write.data, []);
  assert.equal(forged.error?.code, "42501");
});

Deno.test("[ID-14] [ID-05] profiles: the API shows others nothing of the account but the profile", async () => {
  await using app = await openApp();
  const [ada, eve] = [await app.signUp("ada"), await app.signUp("eve")];
  await app.as(ada).patch("/users/me/settings", { privacy: { who_can_message: "nobody" } });

  const seen = await app.as(eve).get("/users/ada");
  const listed = await app.as(eve).get("/users/search?q=ada");
  const own = await app.as(ada).get("/users/me");

  for (const { text } of [seen, listed]) {
    assert.doesNotMatch(text, /townsquare\.test|who_can|nobody|settings|email/);
  }
  assert.deepEqual(Object.keys(seen.body).sort(), Object.keys(own.body).sort());
  assert.equal(seen.body.viewer.following, "no");
});
