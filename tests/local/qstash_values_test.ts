/** @module The message service's own arithmetic: durations, retry expressions, waits, cron. */
import assert from "node:assert/strict";
import { defaultBackoff, requestedWait, retryDelay } from "../../local/qstash/backoff.ts";
import { nextFire } from "../../local/qstash/cron.ts";
import { parseDuration } from "../../local/qstash/duration.ts";
import { evaluateRetryDelay, ExpressionError } from "../../local/qstash/expression.ts";
import { checkDestination } from "../../local/qstash/publish.ts";
import { readPublish } from "../../local/qstash/spec.ts";

Deno.test("qstash: durations of QStash and Go are read, others refused", () => {
  const good: [string, number][] = [
    ["30s", 30_000],
    ["1d10h30m", 124_200_000],
    ["6m5s", 365_000],
    ["250ms", 250],
    ["1.5s", 1500],
    ["90", 90_000],
    [" 5m ", 300_000],
  ];
  for (const [text, ms] of good) assert.equal(parseDuration(text), ms, text);
  for (const text of ["", "s", "-5s", "5 s", "1y", "5s5", "1e3", "9".repeat(80)]) {
    assert.equal(parseDuration(text), undefined, text);
  }
});

Deno.test("qstash: retry expressions are computed as documented", () => {
  const good: [string, number, number][] = [
    ["1000", 3, 1000],
    ["1000 * (1 + retried)", 2, 3000],
    ["pow(2, retried) * 1000", 4, 16_000],
    ["max(1000, pow(2, retried) * 100)", 2, 1000],
    ["min(5000, 1000 * retried)", 9, 5000],
    ["floor(10 / 4) + ceil(1.2) + round(2.5) + abs(-3) + sqrt(16)", 0, 14],
    ["-2 - -3", 0, 1],
    ["2 - 3 - 4", 0, -5],
    ["7 % 4 * 1e3", 0, 3000],
    ["exp(0)", 0, 1],
  ];
  for (const [text, retried, ms] of good) {
    assert.equal(evaluateRetryDelay(text, retried), ms, text);
  }
});

Deno.test("qstash: retry expressions that are none are refused", () => {
  const bad = [
    "",
    "1 +",
    "pow(2)",
    "constructor",
    "toString()",
    "__proto__",
    "retried(1)",
    "1 2",
    "(1",
    "1)",
    "a.b",
    "1; 2",
    "0/0",
    `${"(".repeat(60)}1${")".repeat(60)}`,
    "1+".repeat(600) + "1",
  ];
  for (const text of bad) {
    assert.throws(() => evaluateRetryDelay(text, 0), ExpressionError, text);
  }
});

Deno.test("[JO-06] qstash: the default backoff is e^(2.5n) seconds, at most a day", () => {
  const seconds = [1, 2, 3, 4, 5, 6].map((retry) => defaultBackoff(retry) / 1000);
  assert.deepEqual(seconds, [12, 148, 1808, 22_026, 86_400, 86_400]);
});

Deno.test("qstash: a requested wait beats an expression, that the backoff", () => {
  const now = new Date("2026-08-03T06:58:30Z");
  const date = new Headers({ "Retry-After": "Mon, 03 Aug 2026 07:00:00 GMT" });
  assert.equal(requestedWait(date, now), 90_000);
  assert.equal(requestedWait(new Headers({ "Retry-After": "soon" }), now), undefined);
  const base = { headers: undefined, expression: undefined, retried: 0, now };
  const backoff = () => 7;
  assert.equal(retryDelay({ ...base, backoff }), 7);
  assert.equal(retryDelay({ ...base, expression: "5 + retried", backoff }), 5);
  assert.equal(retryDelay({ ...base, headers: date, expression: "5", backoff }), 90_000);
  assert.equal(retryDelay({ ...base, expression: "-5", backoff }), 0);
  assert.equal(retryDelay({ ...base, expression: "1e300 * 1e300", backoff }), 86_400_000);
  assert.equal(retryDelay({ ...base, retried: 1, expression: "sqrt(0 - retried)", backoff }), 7);
});

Deno.test("qstash: cron follows its time zone over a change of the clocks", () => {
  const zone = "CRON_TZ=Europe/Berlin 30 8 * * *";
  const before = nextFire(zone, new Date("2026-03-27T12:00:00Z"));
  assert.equal(before.toISOString(), "2026-03-28T07:30:00.000Z");
  assert.equal(nextFire(zone, before).toISOString(), "2026-03-29T06:30:00.000Z");
  const plain = nextFire("*/15 * * * *", new Date("2026-03-27T12:00:00Z"));
  assert.equal(plain.toISOString(), "2026-03-27T12:15:00.000Z");
});

Deno.test("qstash: destinations are taken as written, or refused", () => {
  assert.equal(checkDestination("http://h/a?b=c%20d"), "http://h/a?b=c%20d");
  assert.equal(checkDestination("https:/h/a"), "https://h/a");
  assert.equal(checkDestination("https%3A%2F%2Fh%2Fa"), "https://h/a");
  assert.equal(checkDestination("my-group"), "my-group");
  assert.throws(() => checkDestination("api/llm"), { status: 501 });
  for (const bad of ["", "http://", "ftp://h", "a b", "file:///etc/passwd"]) {
    assert.throws(() => checkDestination(bad), { status: 400 }, bad);
  }
});

Deno.test("qstash: settings out of bounds are refused by their name", () => {
  const cases: [Record<string, string>, number][] = [
    [{ "Upstash-Delay": "tomorrow" }, 400],
    [{ "Upstash-Delay": "400d" }, 412],
    [{ "Upstash-Retries": "-1" }, 400],
    [{ "Upstash-Retries": "101" }, 412],
    [{ "Upstash-Method": "TRACE" }, 400],
    [{ "Upstash-Callback": "nowhere" }, 400],
    [{ "Upstash-Flow-Control-Key": "k" }, 400],
    [{ "Upstash-Flow-Control-Key": "k", "Upstash-Flow-Control-Value": "rate=0" }, 400],
    [{ "Upstash-Redact-Fields": "everything" }, 400],
    [{ "Upstash-Workflow-Init": "true" }, 501],
  ];
  for (const [headers, status] of cases) {
    assert.throws(() => readPublish(new Headers(headers)), { status }, JSON.stringify(headers));
  }
});
