/** @module People on the running stack, as their apps would reach it. */
import assert from "node:assert/strict";
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { anonymousClient, stackInfo } from "../support/stack.ts";

/** Tests of the stack keep sockets and timers of clients. */
export const STACK_TEST = { sanitizeOps: false, sanitizeResources: false };

/** Longest wait for something that should take milliseconds. */
const LIVE_MS_MAX = 15_000;

/** Somebody with an account, a client and a token. */
export interface Person {
  readonly id: string;
  readonly handle: string;
  readonly client: SupabaseClient;
  readonly token: string;
}

/** Signs somebody up through the official client. */
export async function signUp(name: string): Promise<Person> {
  const client = anonymousClient();
  const handle = `${name}_${crypto.randomUUID().slice(0, 8)}`;
  const { data, error } = await client.auth.signUp({
    email: `${handle}@townsquare.test`,
    password: "correct horse battery",
    options: { data: { handle, display_name: name } },
  });
  assert.equal(error, null);
  assert.ok(data.user !== null && data.session !== null);
  const token = data.session.access_token;
  await client.realtime.setAuth(token);
  return { id: data.user.id, handle, client, token };
}

/** Calls the API as somebody. */
export async function call(person: Person, method: string, path: string, body?: unknown) {
  const { url, publishable_key } = stackInfo();
  const response = await fetch(`${url}/functions/v1/api${path}`, {
    method,
    headers: {
      apikey: publishable_key,
      authorization: `Bearer ${person.token}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json().catch(() => undefined) };
}

/** Joins a channel. */
export function join(channel: RealtimeChannel): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.subscribe((state, error) => {
      if (state === "SUBSCRIBED") resolve();
      if (state === "CHANNEL_ERROR") reject(error ?? new Error("not joined"));
    });
  });
}

/** Joins a private channel and collects one kind of event. */
export async function listen(
  person: Person,
  topic: string,
  event: string,
  isMeant: (payload: Record<string, unknown>) => boolean = () => true,
) {
  const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
  await join(
    person.client.channel(topic, { config: { private: true } })
      .on("broadcast", { event }, ({ payload }) => {
        if (isMeant(payload)) resolve(payload);
      }),
  );
  return () => withDeadline(promise, `${event} on ${topic}`);
}

/** Waits for something, but not for good. */
export async function withDeadline<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come`)), LIVE_MS_MAX);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Closes the sockets of people. */
export async function leave(...people: Person[]): Promise<void> {
  for (const { client } of people) {
    await client.removeAllChannels();
    await client.realtime.disconnect();
  }
}
