/** @module Reading the refusals of the auth service. */
import assert from "node:assert/strict";
import { deviceName, readRefusal } from "../../shared/accounts/rules.ts";

function read(status: number, code?: string) {
  const error = readRefusal({ status, code, message: "Says so" });
  return [error.status, error.errors[0]?.path];
}

Deno.test("readRefusal() names the problem and the field", () => {
  assert.deepEqual(read(400, "invalid_credentials"), [401, undefined]);
  assert.deepEqual(read(422, "user_already_exists"), [409, "email"]);
  assert.deepEqual(read(422, "weak_password"), [422, "password"]);
  assert.deepEqual(read(400, "refresh_token_already_used"), [401, undefined]);
  assert.deepEqual(read(400, "user_banned"), [403, undefined]);
});

Deno.test("readRefusal() takes a refusal without a name for the sign-up hook's", () => {
  assert.deepEqual(read(409), [409, "handle"]);
  assert.deepEqual(read(422), [422, "handle"]);
});

Deno.test("readRefusal() passes on limits, and calls the unknown a failure upstream", () => {
  assert.deepEqual(read(429, "over_something_new"), [429, undefined]);
  assert.deepEqual(read(500, "unexpected_failure"), [502, undefined]);
});

Deno.test("readRefusal() names fields as the route does", () => {
  const error = readRefusal({ status: 422, code: "weak_password", message: "Weak" }, {
    password: "new_password",
  });
  assert.equal(error.errors[0]?.path, "new_password");
});

Deno.test("deviceName() names browsers, programs, and what it does not know", () => {
  const windows =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ";
  assert.equal(deviceName(`${windows}Chrome/141.0.0.0 Safari/537.36`), "Chrome on Windows");
  assert.equal(deviceName("curl/8.5.0"), "curl");
  assert.equal(deviceName("Townsquare/2.1 build"), "Townsquare");
  assert.equal(deviceName("  "), "Unknown device");
  assert.equal(deviceName(null), "Unknown device");
  assert.ok(deviceName("é".repeat(300)).length <= 80);
});
