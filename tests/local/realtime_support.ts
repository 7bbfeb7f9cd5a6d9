/** @module A Realtime server of its own for a test file, behind a tiny gateway. */
import type { SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import type { JwtKeys, TokenClaims } from "../../local/jwt.ts";
import type { RealtimeOptions } from "../../local/realtime/mod.ts";
import { openDatabase, type TestDatabase } from "../support/database.ts";
import { serveRealtime } from "../support/realtime.ts";

/** Everything a Realtime test needs. */
export interface RealtimeFixture extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly url: string;
  /** Token of the role, for one user. */
  token(claims?: TokenClaims): Promise<string>;
  /** An unmodified client, signed in when claims are given. */
  client(claims?: TokenClaims): Promise<SupabaseClient>;
  /** A bare socket in a given protocol version. */
  socket(version: string): Promise<RawSocket>;
}

/** A bare socket whose frames are kept. */
export interface RawSocket {
  readonly socket: WebSocket;
  readonly frames: (string | Uint8Array)[];
  readonly closed: Promise<CloseEvent>;
}

export const ALICE = "00000000-0000-4000-8000-00000000000a";
export const BOB = "00000000-0000-4000-8000-00000000000b";
const DEADLINE_MS = 15_000;
const POLL_MS = 5;

/** Waits until a condition holds; fails with `what` when it never does. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Resolves with the outcome of a subscription: a status, or the text of its error. */
export function outcomeOf(channel: ReturnType<SupabaseClient["channel"]>): Promise<string> {
  return new Promise((resolve) => {
    channel.subscribe((status, error) => resolve(error?.message ?? status));
  });
}

/**
 * Topics of these tests: `room:open` is for every user, `room:quiet` may only be read, `user:<id>`
 * is that user's.
 */
const POLICIES = `
  create policy "test read" on realtime.messages for select to authenticated using (
    (select realtime.topic()) in ('room:open', 'room:quiet')
    or (select realtime.topic()) = 'user:' || (select auth.uid())::text
    or ((select realtime.topic()) = 'room:plain' and extension = 'broadcast')
  );
  create policy "test write" on realtime.messages for insert to authenticated with check (
    (select realtime.topic()) = 'room:open'
    or (select realtime.topic()) = 'user:' || (select auth.uid())::text
  );
  create policy "test failing" on realtime.messages for select to authenticated using (
    case when (select realtime.topic()) = 'room:broken' then topic::int = 1 else false end
  );`;

/** Opens a bare socket. */
async function openSocket(url: string, version: string, apikey: string): Promise<RawSocket> {
  const address = `${url.replace("http", "ws")}/realtime/v1/websocket`;
  const socket = new WebSocket(`${address}?apikey=${apikey}&vsn=${version}`);
  socket.binaryType = "arraybuffer";
  const frames: (string | Uint8Array)[] = [];
  socket.onmessage = ({ data }) =>
    frames.push(typeof data === "string" ? data : new Uint8Array(data));
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error("the socket was refused"));
  });
  return { socket, frames, closed };
}

/** Starts the server on a database of its own. */
export async function openRealtime(
  options: Partial<RealtimeOptions> = {},
): Promise<RealtimeFixture> {
  const database = await openDatabase({ template: "platform" });
  await database.sql.unsafe(`set role postgres; ${POLICIES}; reset role`);
  const jwt: JwtKeys = { secret: "a-secret-of-at-least-thirty-two-characters" };
  const served = await serveRealtime(database, jwt, options);
  const { url, token, client } = served;
  const sockets: RawSocket[] = [];
  return {
    database,
    url,
    token,
    client,
    async socket(version) {
      const raw = await openSocket(url, version, await token());
      sockets.push(raw);
      return raw;
    },
    async [Symbol.asyncDispose]() {
      for (const raw of sockets) {
        raw.socket.close();
        await raw.closed;
      }
      await served[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Claims of a signed-in user. */
export function user(id: string): TokenClaims {
  return { role: "authenticated", sub: id };
}

/** The text frames that a socket received. */
export function parsed(raw: RawSocket): unknown[] {
  return raw.frames.filter((frame) => typeof frame === "string").map((frame) => JSON.parse(frame));
}

/** Asks to join a topic in version 2. */
export function join(raw: RawSocket, topic: string, ref: string, config = {}, extra = {}): void {
  const payload = { config, ...extra };
  raw.socket.send(JSON.stringify([ref, ref, `realtime:${topic}`, "phx_join", payload]));
}

/** Payload of a reply that says yes. */
export function ok(response: unknown = {}) {
  return { status: "ok", response };
}
