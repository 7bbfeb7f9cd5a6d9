/** @module Hooks and triggers that a project lays around the auth service. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { type AuthHarness, claimsOf, openAuth, PASSWORD, someone } from "./auth_harness.ts";

const CLAIMS_HOOK = "pg-functions://postgres/public/claims_hook";

async function asPostgres(auth: AuthHarness, statements: string): Promise<void> {
  await auth.database.sql.begin(async (tx) => {
    await tx.unsafe(`set local role postgres; ${statements}`);
  });
}

Deno.test("auth: a function of the database may change the claims of tokens", async () => {
  await using auth = await openAuth({ hooks: { customAccessToken: { uri: CLAIMS_HOOK } } });
  await asPostgres(
    auth,
    `create function public.claims_hook(event jsonb) returns jsonb language sql stable as $$
      select jsonb_build_object('claims', event -> 'claims' || jsonb_build_object(
        'by', current_user, 'method', event -> 'authentication_method',
        'same', event ->> 'user_id' = event -> 'claims' ->> 'sub'))
    $$;
    grant usage on schema public to supabase_auth_admin;
    grant execute on function public.claims_hook to supabase_auth_admin;
    revoke execute on function public.claims_hook from public, anon, authenticated;`,
  );
  const client = auth.client();
  const { data, error } = await client.auth.signUp({ email: someone(), password: PASSWORD });
  assert.equal(error, null);
  const claims = claimsOf(data.session?.access_token ?? "");
  assert.equal(claims.by, "supabase_auth_admin");
  assert.equal(claims.method, "password");
  assert.equal(claims.same, true);
  const refreshed = await client.auth.refreshSession();
  assert.equal(claimsOf(refreshed.data.session?.access_token ?? "").method, "token_refresh");
});

Deno.test("auth: what the claims hook refuses or breaks is told, nobody enters", async () => {
  await using auth = await openAuth({ hooks: { customAccessToken: { uri: CLAIMS_HOOK } } });
  const email = someone();
  const refusals: [string, number, string][] = [
    [
      `select '{"error": {"http_code": 403, "message": "closed today"}}'::jsonb`,
      403,
      "closed today",
    ],
    [`select '{"claims": {"sub": "x"}}'::jsonb`, 500, "output claims do not conform"],
    [`select ('1' || 'x')::int::text::jsonb`, 500, "Error running hook URI: pg-functions://"],
  ];
  for (const [body, status, message] of refusals) {
    await asPostgres(
      auth,
      `create or replace function public.claims_hook(event jsonb) returns jsonb
        language sql volatile as $$ ${body} $$;`,
    );
    const response = await auth.call("/signup", {
      method: "POST",
      headers: { "x-supabase-api-version": "2024-01-01" },
      body: JSON.stringify({ email: someone(), password: PASSWORD }),
    });
    assert.equal(response.status, status);
    assert.match((await response.json()).message, new RegExp(message));
  }
  await asPostgres(auth, "drop function public.claims_hook");
  assert.equal((await auth.database.sql`select from auth.sessions`).length, 0);
  assert.equal((await auth.database.sql`select from auth.users where email = ${email}`).length, 0);
});

Deno.test("auth: a signed HTTP hook may refuse new people", async () => {
  const raw = crypto.getRandomValues(new Uint8Array(24));
  const secret = `v1,whsec_${btoa(String.fromCharCode(...raw))}`;
  const seen: Record<string, unknown>[] = [];
  let attempts = 0;
  await using hook = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (r) => {
    const body = await r.text();
    const [id, time] = [r.headers.get("webhook-id"), r.headers.get("webhook-timestamp")];
    const expected = createHmac("sha256", raw).update(`${id}.${time}.${body}`).digest("base64");
    if (r.headers.get("webhook-signature") !== `v1,${expected}`) {
      return new Response(null, { status: 401 });
    }
    if (attempts++ === 0) {
      return new Response(null, { status: 503, headers: { "retry-after": "true" } });
    }
    const event = JSON.parse(body);
    seen.push(event);
    const refused = event.user.user_metadata.handle === "admin";
    return Response.json(
      refused ? { error: { http_code: 422, message: "This handle is reserved" } } : {},
    );
  });
  const uri = `http://127.0.0.1:${hook.addr.port}/hook`;
  await using auth = await openAuth({
    hooks: { beforeUserCreated: { uri, secrets: [secret] } },
  });
  const email = someone();
  const refused = await auth.client().auth.signUp({
    email,
    password: PASSWORD,
    options: { data: { handle: "admin" } },
  });
  assert.equal(refused.error?.status, 422);
  assert.equal(refused.error?.message, "This handle is reserved");
  const welcome = await auth.client().auth.signUp({
    email,
    password: PASSWORD,
    options: { data: { handle: "ada" } },
  });
  assert.equal(welcome.error, null);
  assert.equal(seen.length, 2);
  const { metadata, user } = seen[1] as {
    metadata: { name: string; ip_address: string };
    user: { email: string; id: string; app_metadata: { provider: string } };
  };
  assert.equal(metadata.name, "before-user-created");
  assert.equal(metadata.ip_address, "127.0.0.1");
  assert.equal(user.email, email);
  assert.equal(user.id, welcome.data.user?.id);
  assert.equal(user.app_metadata.provider, "email");
});

Deno.test("auth: the send-email hook takes the place of the mailer", async () => {
  const seen: { user: { email: string }; email_data: Record<string, string> }[] = [];
  await using hook = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (r) => {
    seen.push(await r.json());
    return Response.json({});
  });
  const secrets = ["v1,whsec_c2VjcmV0"];
  const uri = `http://127.0.0.1:${hook.addr.port}/`;
  await using auth = await openAuth({
    emailConfirmations: true,
    hooks: { sendEmail: { uri, secrets } },
  });
  const email = someone();
  await auth.client().auth.signUp({ email, password: PASSWORD });
  assert.equal(auth.mails.length, 0);
  const data = seen[0]?.email_data;
  assert.equal(seen[0]?.user.email, email);
  assert.equal(data?.email_action_type, "signup");
  assert.equal(data?.site_url, `${auth.url}/auth/v1`);
  const { data: entered } = await auth.client().auth.verifyOtp({
    email,
    token: data?.token ?? "",
    type: "signup",
  });
  assert.ok(entered.session);
});

Deno.test("auth: triggers see new people, and their refusals stop sign-ups", async () => {
  await using auth = await openAuth();
  await asPostgres(
    auth,
    `create table public.profiles (
      id uuid primary key references auth.users (id) on delete cascade, handle text unique
    );
    create function public.on_sign_up() returns trigger
      language plpgsql security definer set search_path = '' as $$
    begin
      if new.raw_user_meta_data ->> 'handle' = 'root' then
        raise exception using errcode = 'PT409', message = 'handle is taken', hint = 'another';
      end if;
      insert into public.profiles values (new.id, new.raw_user_meta_data ->> 'handle');
      return new;
    end
    $$;
    create trigger sign_up after insert on auth.users
      for each row execute function public.on_sign_up();`,
  );
  const client = auth.client();
  const options = { data: { handle: "ada" } };
  const { data } = await client.auth.signUp({ email: someone(), password: PASSWORD, options });
  const [profile] = await auth.database.sql<{ handle: string }[]>`
    select handle from public.profiles where id = ${data.user?.id ?? ""}
  `;
  assert.equal(profile?.handle, "ada");
  const repeated = await auth.client().auth.signUp({
    email: someone(),
    password: PASSWORD,
    options,
  });
  assert.equal(repeated.error?.status, 500);
  assert.equal(repeated.error?.message, "Database error saving new user");
  const body = JSON.stringify({
    email: someone(),
    password: PASSWORD,
    data: { handle: "root" },
  });
  const named = await auth.call("/signup", {
    method: "POST",
    headers: { "x-supabase-api-version": "2024-01-01" },
    body,
  });
  assert.equal(named.status, 500);
  assert.deepEqual(await named.json(), {
    code: "unexpected_failure",
    message: "Database error saving new user",
  });
  // Without an API version the hosted service passes on what the trigger raised.
  const older = await auth.call("/signup", { method: "POST", body });
  assert.equal(older.status, 409);
  assert.deepEqual(await older.json(), {
    code: "PT409",
    message: "handle is taken",
    hint: "another",
  });
  await auth.admin().auth.admin.deleteUser(data.user?.id ?? "");
  assert.equal((await auth.database.sql`select from public.profiles`).length, 0);
});

Deno.test("auth: what the stand-in does not have is refused by name", async () => {
  await using auth = await openAuth();
  const refused: [string, string, unknown, RegExp][] = [
    ["POST", "/sso", { domain: "example.com" }, /Single sign-on/],
    ["GET", "/saml/metadata", undefined, /SAML/],
    ["POST", "/token?grant_type=id_token", {}, /id_token/],
    ["POST", "/token?grant_type=web3", {}, /web3/],
    ["POST", "/signup", { phone: "123", password: PASSWORD }, /phone/],
    ["POST", "/otp", { phone: "123" }, /phone/],
    ["GET", "/passkeys", undefined, /passkeys/],
    ["GET", "/oauth/authorizations/1", undefined, /OAuth 2.1/],
  ];
  for (const [method, path, body, message] of refused) {
    const response = await auth.call(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 501, path);
    assert.match((await response.json()).msg, message);
  }
});

Deno.test("auth: malformed requests are refused, not fallen over", async () => {
  await using auth = await openAuth();
  const bodies = ["", "{", "[]", '{"email": 1}', '{"email": "a@b.c", "password": "a\\u0000bcdef"}'];
  for (const body of bodies) {
    const response = await auth.call("/signup", { method: "POST", body });
    assert.equal(response.status, 400, body);
    assert.equal((await response.json()).error_code, "bad_json", body);
  }
  const huge = await auth.call("/signup", {
    method: "POST",
    body: JSON.stringify({ email: "x".repeat(2_000_000) }),
  });
  assert.equal(huge.status, 413);
  await huge.body?.cancel();
  assert.equal((await auth.call("/nowhere")).status, 404);
  assert.equal((await auth.call("/signup")).status, 405);
  const health = await (await auth.call("/health")).json();
  assert.equal(health.name, "GoTrue");
  const settings = await (await auth.call("/settings")).json();
  assert.equal(settings.external.email, true);
  assert.equal(settings.mailer_autoconfirm, true);
  assert.equal(auth.failures.length, 0);
});
