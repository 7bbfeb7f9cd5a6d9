/** @module config.toml, and the splitting of SQL files. */
import assert from "node:assert/strict";
import { toAuthSettings } from "../../local/auth_settings.ts";
import { parseConfig, parseDuration, parseSize } from "../../local/config_toml.ts";
import { splitStatements } from "../../local/sql_statements.ts";

function nothing(): undefined {
  return undefined;
}

Deno.test("config: absent settings have the CLI's defaults", () => {
  const config = parseConfig("", nothing);
  assert.deepEqual(config.api.schemas, ["public", "graphql_public"]);
  assert.equal(config.api.max_rows, 1000);
  assert.equal(config.auth.jwt_expiry, 3600);
  assert.equal(config.storage.file_size_limit, 50 * 1024 * 1024);
  assert.deepEqual(config.db.seed.sql_paths, ["./seed.sql"]);
});

Deno.test("config: settings reach the services in their units", () => {
  const source = `
[auth]
jwt_expiry = 900
[auth.sessions]
timebox = "24h"
[auth.rate_limit]
sign_in_sign_ups = 1000
[auth.hook.custom_access_token]
enabled = true
uri = "pg-functions://postgres/public/claims"
[auth.hook.send_email]
enabled = true
uri = "http://127.0.0.1/hook"
secrets = "env(HOOK_SECRET)"
[auth.external.github]
enabled = true
client_id = "id"
secret = "env(GITHUB_SECRET)"
url = "http://127.0.0.1:1/git"
[storage.buckets.a]
file_size_limit = "5MB"
`;
  const variables = new Map([["GITHUB_SECRET", "hush"]]);
  const config = parseConfig(source, (name) => variables.get(name));
  const settings = toAuthSettings(config.auth);
  assert.equal(settings.jwtExpirySeconds, 900);
  assert.equal(settings.sessions.timeboxSeconds, 86_400);
  assert.equal(settings.rateLimits.signInSignUps, 1000);
  assert.equal(settings.hooks.customAccessToken?.uri, "pg-functions://postgres/public/claims");
  // The variable is not set, so there is no secret to sign with.
  assert.equal(settings.hooks.sendEmail?.secrets, undefined);
  assert.equal(settings.providers.github?.secret, "hush");
  assert.equal(
    settings.providers.github?.authorizationUrl,
    "http://127.0.0.1:1/git/login/oauth/authorize",
  );
  assert.equal(config.storage.buckets.a?.file_size_limit, 5 * 1024 * 1024);
});

Deno.test("config: a wrong setting is named", () => {
  assert.throws(() => parseConfig("[auth.sessions]\ntimebox = 'soon'", nothing), /auth\.sessions/);
  assert.throws(() => parseConfig("[api]\nmax_rows = -1", nothing), /api\.max_rows/);
});

Deno.test("config: durations and sizes", () => {
  assert.deepEqual(["1h30m", "500ms", "5s", "x"].map(parseDuration), [5400, 0.5, 5, undefined]);
  assert.deepEqual(["50MiB", "5MB", "1KB", 7, "big"].map(parseSize), [
    52_428_800,
    5_242_880,
    1024,
    7,
    undefined,
  ]);
});

Deno.test("migrations: a file is split into statements, whatever they quote", () => {
  const cases: [string, string[]][] = [
    ["select 1; select 2", ["select 1", "select 2"]],
    ["select ';', \";\", 'it''s;';", ["select ';', \";\", 'it''s;'"]],
    ["-- a;b\nselect 1;", ["-- a;b\nselect 1"]],
    ["/* a; /* b; */ ; */ select 1;", ["/* a; /* b; */ ; */ select 1"]],
    ["do $x$ begin; $$;$$ end $x$; select 2", ["do $x$ begin; $$;$$ end $x$", "select 2"]],
    ["select e'\\';'; select 3", ["select e'\\';'", "select 3"]],
    [
      "create function f() returns int begin atomic; select case when true then 1 end; end; x",
      ["create function f() returns int begin atomic; select case when true then 1 end; end", "x"],
    ],
    [" ;; ", []],
  ];
  for (const [text, expected] of cases) assert.deepEqual(splitStatements(text), expected);
});
