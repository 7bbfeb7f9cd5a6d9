/** @module Administration with the secret key, through the unmodified client. */
import assert from "node:assert/strict";
import { claimsOf, codeOf, linkOf, openAuth, PASSWORD, someone } from "./auth_harness.ts";

Deno.test("auth: the secret key makes, reads, changes and deletes people", async () => {
  await using auth = await openAuth();
  const { admin } = auth.admin().auth;
  const email = someone();
  const id = crypto.randomUUID();
  const made = await admin.createUser({
    id,
    email,
    password: PASSWORD,
    email_confirm: true,
    user_metadata: { handle: "ada" },
    app_metadata: { plan: "pro" },
  });
  assert.equal(made.error, null);
  assert.equal(made.data.user?.id, id);
  assert.equal(made.data.user?.app_metadata.plan, "pro");
  assert.deepEqual(made.data.user?.app_metadata.providers, ["email"]);
  const client = auth.client();
  assert.equal((await client.auth.signInWithPassword({ email, password: PASSWORD })).error, null);
  const twice = await admin.createUser({ email });
  assert.equal(twice.error?.code, "email_exists");
  const renamed = someone();
  const changed = await admin.updateUserById(id, {
    email: renamed,
    email_confirm: true,
    password: "another password",
    user_metadata: { handle: null, name: "Ada" },
    app_metadata: { role: "moderator" },
  });
  assert.equal(changed.data.user?.email, renamed);
  assert.equal(changed.data.user?.user_metadata.handle, undefined);
  assert.equal(changed.data.user?.user_metadata.name, "Ada");
  assert.deepEqual(changed.data.user?.app_metadata.plan, "pro");
  const fresh = await auth.client().auth.signInWithPassword({
    email: renamed,
    password: "another password",
  });
  const claims = claimsOf(fresh.data.session?.access_token ?? "");
  assert.equal((claims.app_metadata as { role: string }).role, "moderator");
  assert.equal((await admin.getUserById(id)).data.user?.email, renamed);
  assert.equal((await admin.deleteUser(id)).error, null);
  const gone = await admin.getUserById(id);
  assert.equal(gone.error?.code, "user_not_found");
  assert.equal(gone.error?.status, 404);
});

Deno.test("auth: nobody else may administer", async () => {
  await using auth = await openAuth();
  const client = auth.client();
  await client.auth.signUp({ email: someone(), password: PASSWORD });
  const refused = await client.auth.admin.listUsers();
  assert.equal(refused.error?.code, "not_admin");
  const bare = await auth.call("/admin/users");
  assert.equal(bare.status, 401);
  assert.equal((await bare.json()).error_code, "no_authorization");
  const forged = await auth.call("/admin/users", {
    headers: { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoic2VydmljZV9yb2xlIn0." },
  });
  assert.equal(forged.status, 403);
  assert.equal((await forged.json()).error_code, "bad_jwt");
});

Deno.test("auth: lists of people come in pages", async () => {
  await using auth = await openAuth();
  const { admin } = auth.admin().auth;
  for (let i = 0; i < 5; i++) await admin.createUser({ email: someone() });
  const first = await admin.listUsers({ page: 1, perPage: 2 });
  assert.equal(first.error, null);
  assert.equal(first.data.users.length, 2);
  assert.equal((first.data as { total: number }).total, 5);
  assert.equal((first.data as { nextPage: number | null }).nextPage, 2);
  assert.equal((first.data as { lastPage: number }).lastPage, 3);
  const last = await admin.listUsers({ page: 3, perPage: 2 });
  assert.equal(last.data.users.length, 1);
});

Deno.test("auth: bans keep people out until they end", async () => {
  await using auth = await openAuth();
  const { admin } = auth.admin().auth;
  const email = someone();
  const client = auth.client();
  const { data } = await client.auth.signUp({ email, password: PASSWORD });
  const id = data.user?.id ?? "";
  const banned = await admin.updateUserById(id, { ban_duration: "1h30m" });
  const until = new Date(banned.data.user?.banned_until ?? 0).getTime() - Date.now();
  assert.ok(until > 89 * 60_000 && until <= 90 * 60_000);
  const password = await auth.client().auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal(password.error?.code, "user_banned");
  const refresh = await client.auth.refreshSession();
  assert.equal(refresh.error?.code, "user_banned");
  const nonsense = await admin.updateUserById(id, { ban_duration: "tomorrow" });
  assert.equal(nonsense.error?.code, "validation_failed");
  await admin.updateUserById(id, { ban_duration: "none" });
  const back = await auth.client().auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal(back.error, null);
});

Deno.test("auth: soft deletion keeps the row, frees the address, ends sessions", async () => {
  await using auth = await openAuth();
  const email = someone();
  const client = auth.client();
  const { data } = await client.auth.signUp({ email, password: PASSWORD });
  const id = data.user?.id ?? "";
  assert.equal((await auth.admin().auth.admin.deleteUser(id, true)).error, null);
  const [row] = await auth.database.sql<{ email: string; raw_user_meta_data: unknown }[]>`
    select email, raw_user_meta_data from auth.users where id = ${id} and deleted_at is not null
  `;
  assert.notEqual(row?.email, email);
  assert.deepEqual(row?.raw_user_meta_data, {});
  assert.equal((await client.auth.getUser()).error?.name, "AuthSessionMissingError");
  const again = await auth.client().auth.signUp({ email, password: PASSWORD });
  assert.equal(again.error, null);
  assert.notEqual(again.data.user?.id, id);
});

Deno.test("auth: invited people come in by the link and then choose a password", async () => {
  await using auth = await openAuth();
  const { admin } = auth.admin().auth;
  const email = someone();
  const invited = await admin.inviteUserByEmail(email, { data: { team: "red" } });
  assert.equal(invited.error, null);
  assert.equal(typeof invited.data.user?.invited_at, "string");
  const token_hash = linkOf(auth.mails[0]).searchParams.get("token") ?? "";
  const client = auth.client();
  const { data } = await client.auth.verifyOtp({ token_hash, type: "invite" });
  assert.equal(data.user?.user_metadata.team, "red");
  assert.equal((await client.auth.updateUser({ password: PASSWORD })).error, null);
  const signedIn = await auth.client().auth.signInWithPassword({ email, password: PASSWORD });
  assert.equal(signedIn.error, null);
  assert.equal((await admin.inviteUserByEmail(email)).error?.code, "email_exists");
});

Deno.test("auth: links are made without being sent", async () => {
  await using auth = await openAuth();
  const { admin } = auth.admin().auth;
  const email = someone();
  const signup = await admin.generateLink({ type: "signup", email, password: PASSWORD });
  assert.equal(signup.error, null);
  const { email_otp, hashed_token, action_link } = signup.data.properties ?? {};
  assert.match(email_otp ?? "", /^\d{6}$/);
  assert.equal(new URL(action_link ?? "").searchParams.get("token"), hashed_token);
  const entered = await auth.client().auth.verifyOtp({
    email,
    token: email_otp ?? "",
    type: "signup",
  });
  assert.ok(entered.data.session);
  const magic = await admin.generateLink({ type: "magiclink", email });
  const hashed = await auth.client().auth.verifyOtp({
    token_hash: magic.data.properties?.hashed_token ?? "",
    type: "email",
  });
  assert.equal(hashed.data.user?.id, entered.data.user?.id);
  const unknown = await admin.generateLink({ type: "recovery", email: someone() });
  assert.equal(unknown.error?.code, "user_not_found");
  const change = await admin.generateLink({
    type: "email_change_new",
    email,
    newEmail: someone(),
  });
  assert.equal(change.error, null);
  assert.equal(auth.mails.length, 0);
});

Deno.test("auth: the audit trail tells who did what", async () => {
  await using auth = await openAuth();
  const email = someone();
  const client = auth.client();
  await client.auth.signUp({ email, password: PASSWORD });
  await client.auth.refreshSession();
  await client.auth.signOut();
  await client.auth.resetPasswordForEmail(email);
  codeOf(auth.mails[0]);
  const rows = await auth.database.sql<{ action: string; log_type: string; by: string }[]>`
    select payload ->> 'action' as action, payload ->> 'log_type' as log_type,
      payload ->> 'actor_username' as by
    from auth.audit_log_entries order by created_at, payload ->> 'action'
  `;
  assert.deepEqual(rows.map((row) => row.action), [
    "user_signedup",
    "login",
    "token_refreshed",
    "token_revoked",
    "logout",
    "user_recovery_requested",
  ]);
  assert.ok(rows.every((row) => row.by === email));
  const { url } = auth;
  const admin = auth.admin() as unknown as { supabaseKey: string };
  const response = await fetch(`${url}/auth/v1/admin/audit?query=action:log&per_page=1`, {
    headers: { authorization: `Bearer ${admin.supabaseKey}` },
  });
  assert.equal(response.headers.get("x-total-count"), "2");
  assert.equal((await response.json()).length, 1);
});
