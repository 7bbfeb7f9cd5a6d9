/** @module Ids, traces, cursors, logs and configuration. */
import assert from "node:assert/strict";
import { ConfigError, readConfig } from "../../shared/core/config.ts";
import { currentContext, runInContext } from "../../shared/core/context.ts";
import { createCursors } from "../../shared/core/cursor.ts";
import { AppError } from "../../shared/core/errors.ts";
import { isUuid, uuidv7 } from "../../shared/core/ids.ts";
import { createLogger, redactText } from "../../shared/core/logger.ts";
import { continueTrace, formatTraceparent, parseTraceparent } from "../../shared/core/trace.ts";

const ENV = {
  SUPABASE_URL: "http://127.0.0.1:54321/",
  SUPABASE_DB_URL: "postgres://postgres@127.0.0.1:5432/postgres",
  SUPABASE_SERVICE_ROLE_KEY: "service-key",
};

Deno.test("uuidv7() sorts by time and carries version and variant", () => {
  const [early, late] = [uuidv7(new Date(1_000)), uuidv7(new Date(2_000))];

  assert.ok(early < late);
  assert.ok(isUuid(early));
  assert.match(early, /^00000000-03e8-7[0-9a-f]{3}-[89ab]/);
});

Deno.test("parseTraceparent() takes what the specification calls valid and nothing else", () => {
  const valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const later = "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more";

  const trace = parseTraceparent(valid);

  assert.equal(trace && formatTraceparent(trace), valid);
  assert.ok(parseTraceparent(later));
  for (
    const bad of [
      null,
      "",
      `${valid}-x`,
      valid.replace("00-", "ff-"),
      valid.replace(/-0af\w+/, `-${"0".repeat(32)}`),
      valid.toUpperCase(),
    ]
  ) assert.equal(parseTraceparent(bad), undefined, String(bad));
});

Deno.test("continueTrace() keeps the trace and makes a step of its own", () => {
  const parent = parseTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");

  const child = continueTrace(parent);

  assert.equal(child.traceId, parent?.traceId);
  assert.notEqual(child.spanId, parent?.spanId);
  assert.equal(child.sampled, false);
});

Deno.test("cursors: open only for the list and the reader they were made for", () => {
  const cursors = createCursors("a secret for this test");
  const scope = { list: "posts", viewer: "ada" };
  const cursor = cursors.seal(scope, ["2026-01-01T00:00:00.000001Z", 7, null]);

  assert.deepEqual(cursors.open(scope, cursor), ["2026-01-01T00:00:00.000001Z", 7, null]);
  assert.equal(cursors.open(scope, undefined), undefined);
  const refusals = [
    () => cursors.open({ ...scope, viewer: "bob" }, cursor),
    () => cursors.open({ ...scope, list: "feed" }, cursor),
    () => createCursors("another secret, as long").open(scope, cursor),
    () => cursors.open(scope, `${cursor}.x`),
    () => cursors.open(scope, "x".repeat(5_000)),
    () => cursors.open(scope, ""),
  ];
  for (const refusal of refusals) {
    assert.throws(
      refusal,
      (error) => error instanceof AppError && error.problem === "malformed-request",
    );
  }
});

Deno.test("cursors: no single changed character goes unnoticed", () => {
  const cursors = createCursors("a secret for this test");
  const scope = { list: "posts", viewer: "ada" };
  const cursor = cursors.seal(scope, ["a", 1]);

  for (let at = 0; at < cursor.length; at++) {
    for (const character of "AQgwx0-_.") {
      const changed = cursor.slice(0, at) + character + cursor.slice(at + 1);
      if (changed !== cursor) assert.throws(() => cursors.open(scope, changed), AppError);
    }
  }
});

Deno.test("cursors: a page tells by one extra row that there is more", () => {
  const cursors = createCursors("a secret for this test");
  const scope = { list: "posts", viewer: "ada" };
  const keyOf = (n: number) => [n];

  const full = cursors.page(scope, [1, 2, 3], { limit: 2, keyOf });
  const last = cursors.page(scope, [3], { limit: 2, keyOf });

  assert.deepEqual(full.items, [1, 2]);
  assert.deepEqual(cursors.open(scope, full.next_cursor ?? ""), [2]);
  assert.equal(last.next_cursor, null);
});

Deno.test("[OB-19] log: one JSON line with correlation and without secrets", () => {
  const lines: string[] = [];
  const log = createLogger({ service: "test", level: "info", write: (line) => lines.push(line) });
  const trace = continueTrace(undefined);

  runInContext({ requestId: "request-1", trace }, () => {
    log.debug("unseen");
    log.info("seen", { password: "hunter2", nested: { url: "postgres://u:pw@h/db" }, count: 3n });
  });

  assert.equal(lines.length, 1);
  const record = JSON.parse(lines[0] ?? "");
  assert.equal(record.request_id, "request-1");
  assert.equal(record.trace_id, trace.traceId);
  assert.equal(record.password, "[redacted]");
  assert.equal(record.nested.url, "postgres://u:[redacted]@h/db");
  assert.equal(currentContext(), undefined);
});

Deno.test("redactText() removes tokens and keys wherever they stand", () => {
  const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF";

  const text = redactText(`a ${token} b sb_secret_abc c sig_xyz`);

  assert.equal(text, "a [redacted] b [redacted] c [redacted]");
});

Deno.test("readConfig() applies defaults and derives what follows", () => {
  const config = readConfig({ ...ENV, LOG_LEVEL: "", RATE_LIMITS: '{"signin_address":"9/10"}' });

  assert.equal(config.publicUrl, "http://127.0.0.1:54321");
  assert.equal(config.env.RECOMMENDATION_ALGO, "hybrid");
  assert.equal(config.env.FEED_CACHE_TTL, 300);
  assert.deepEqual(config.rateLimits.signin_address, { uses: 9, seconds: 10, per: "address" });
  assert.equal(config.cursorSecret, readConfig(ENV).cursorSecret);
});

Deno.test("readConfig() lists every variable at fault at once", () => {
  const faults = { SUPABASE_URL: "nowhere", FEED_CACHE_TTL: "soon", LOG_LEVEL: "loud" };

  assert.throws(() => readConfig({ ...ENV, ...faults }), (error) => {
    assert.ok(error instanceof ConfigError);
    for (const name of Object.keys(faults)) assert.ok(error.message.includes(name), name);
    return true;
  });
});

Deno.test("readConfig() refuses half a feature and unknown limits", () => {
  const half = { ...ENV, QSTASH_TOKEN: "token", RATE_LIMITS: '{"nothing":"1/1"}' };

  assert.throws(() => readConfig(half), /QSTASH_CURRENT_SIGNING_KEY[^]*RATE_LIMITS: nothing/);
  assert.throws(() => readConfig({ SUPABASE_URL: "http://x" }), /DATABASE_URL[^]*SECRET_KEYS/);
});
