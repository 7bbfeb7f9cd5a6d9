/** @module Problems and how database errors become them. */
import assert from "node:assert/strict";
import { AppError, PROBLEMS } from "../../shared/core/errors.ts";
import { fromPostgres } from "../../shared/core/postgres_errors.ts";

function databaseError(fields: Record<string, unknown>): Error {
  return Object.assign(new Error("raw text of the database"), fields);
}

function problemOf(fields: Record<string, unknown>): string {
  const error = fromPostgres(databaseError(fields));
  return error instanceof AppError ? error.problem : "unchanged";
}

Deno.test("fromPostgres() reads the problem from the hint of our own errors", () => {
  assert.equal(problemOf({ code: "PT403", hint: "not-permitted" }), "not-permitted");
  assert.equal(problemOf({ code: "PT401", hint: "session-revoked" }), "session-revoked");
  assert.equal(problemOf({ code: "PT422", hint: "no such name" }), "invalid-input");
  assert.equal(problemOf({ code: "PT418" }), "unchanged");
});

Deno.test("fromPostgres() reads native states and keeps their text inside", () => {
  const states = {
    "22021": "invalid-input",
    "22P05": "invalid-input",
    "22P02": "invalid-input",
    "23505": "conflict",
    "23503": "not-found",
    "42501": "not-permitted",
    "57014": "unavailable",
    "40001": "unavailable",
    "53300": "unavailable",
    "08006": "unavailable",
    "ECONNREFUSED": "unavailable",
    "XX000": "unchanged",
  };

  for (const [code, problem] of Object.entries(states)) assert.equal(problemOf({ code }), problem);

  const error = fromPostgres(databaseError({ code: "23505" }));
  assert.ok(error instanceof AppError && !error.message.includes("raw text"));
});

Deno.test("fromPostgres() names the field of a broken check", () => {
  const error = fromPostgres(databaseError({
    code: "23514",
    table_name: "posts",
    constraint_name: "posts_body_length",
  }));

  assert.ok(error instanceof AppError);
  assert.deepEqual(error.errors.map(({ path }) => path), ["body"]);
});

Deno.test("AppError: load problems say when to try again", () => {
  assert.equal(new AppError("unavailable", "Later").retryAfterSeconds, 1);
  assert.equal(new AppError("not-found", "Gone").retryAfterSeconds, undefined);
  const raised = fromPostgres(
    databaseError({ code: "PT429", hint: "too-many-requests", detail: "retry_after=12" }),
  );
  assert.ok(raised instanceof AppError);
  assert.equal(raised.retryAfterSeconds, 12);
});

Deno.test("PROBLEMS: every status is an error status", () => {
  for (const status of Object.values(PROBLEMS)) assert.ok(status >= 400 && status < 600);
});
