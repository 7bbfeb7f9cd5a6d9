/** @module A system that is told of events, and what it heard. */
import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { sendWaiting } from "../../shared/integrations/jobs.ts";
import type { TestApp, TestPerson } from "../support/app.ts";

/** A request as it arrived. */
export interface HeardCall {
  readonly headers: Record<string, string>;
  readonly text: string;
  // deno-lint-ignore no-explicit-any
  readonly event: any;
}

/** A system that takes webhooks. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly calls: HeardCall[];
  /** Status of its next answers. */
  status: number;
  answer: string;
}

/** Starts a system that takes webhooks. */
export function startReceiver(): Receiver {
  const calls: HeardCall[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const text = await request.text();
    calls.push({ headers: Object.fromEntries(request.headers), text, event: JSON.parse(text) });
    const isMoved = receiver.status >= 300 && receiver.status < 400;
    return new Response(receiver.answer, {
      status: receiver.status,
      headers: isMoved ? { location: receiver.url } : {},
    });
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${server.addr.port}/hook`,
    calls,
    status: 200,
    answer: "thanks",
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return receiver;
}

/** A webhook as it was made. */
export interface MadeHook {
  readonly id: string;
  readonly secret: string;
}

/** Makes a webhook that is told of events at a receiver. */
export async function makeEndpoint(
  app: TestApp,
  owner: TestPerson,
  receiver: { readonly url: string },
  more: object = {},
): Promise<MadeHook> {
  const made = await app.as(owner).post("/webhooks", {
    url: receiver.url,
    events: ["*"],
    ...more,
  });
  assert.equal(made.status, 201, made.text);
  return made.body;
}

/** Checks a call as its receiver would: throws unless the secret has signed it. */
export function verify(secret: string, call: HeardCall | undefined): void {
  assert.ok(call, "nothing was heard");
  new Webhook(secret).verify(call.text, call.headers);
}

/** The log of a webhook, the newest first. */
export async function logOf(app: TestApp, owner: TestPerson, hook: MadeHook) {
  const log = await app.as(owner).get(`/webhooks/${hook.id}/deliveries?limit=100`);
  assert.equal(log.status, 200, log.text);
  return log.body.items;
}

/** Lets a webhook try again now. */
export async function passTime(app: TestApp, hook: MadeHook): Promise<void> {
  await app.db.sql`update private.webhook_endpoints set retry_at = null where id = ${hook.id}`;
  await sendWaiting(app.deps, hook.id);
  await app.runJobs();
}
