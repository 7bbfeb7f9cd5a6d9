/** @module The stack that `deno task test` starts for tests. */
import assert from "node:assert/strict";
import { serviceClient, stackInfo } from "../support/stack.ts";

Deno.test("stack: the unmodified client reaches the running stack", async () => {
  const info = stackInfo();
  const { data, error } = await serviceClient(info).storage.listBuckets();
  assert.equal(error, null);
  assert.ok(Array.isArray(data));
  const mails = await fetch(`${info.mail_url}/api/v1/messages`);
  assert.equal(mails.status, 200);
  await mails.body?.cancel();
});
