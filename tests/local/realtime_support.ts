/** @module A Realtime server of its own for a test file, behind a tiny gateway. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { type JwtKeys, signToken, type TokenClaims } from "../../local/jwt.ts";
import { type RealtimeOptions, startRealtime } from "../../local/realtime/mod.ts";
import { rewritten } from "../../local/rewritten_request.ts";
import { openDatabase, type TestDatabase } from "../support/database.ts";

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
const TOKEN_SECONDS = 600;
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
  const pauses = { joinErrorDelayMs: 10, connectErrorDelayMs: 10 };
  const realtime = await startRealtime({
    databaseUrl: database.adminUrl,
    jwt,
    ...pauses,
    ...options,
  });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request, info) => {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/realtime\/v1/, "");
    url.pathname = path.startsWith("/api/") ? path : `/socket${path}`;
    const inner = rewritten(request, url.href, request.headers);
    return realtime.fetch(inner, { remoteAddress: info.remoteAddr.hostname });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const clients: SupabaseClient[] = [];
  const sockets: RawSocket[] = [];

  async function token(claims: TokenClaims = { role: "anon" }): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    return await signToken({ iat, exp: iat + TOKEN_SECONDS, ...claims }, jwt);
  }

  async function client(claims?: TokenClaims): Promise<SupabaseClient> {
    const auth = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };
    const made = createClient(url, await token(), { auth, realtime: { timeout: 5_000 } });
    if (claims !== undefined) await made.realtime.setAuth(await token(claims));
    clients.push(made);
    return made;
  }

  async function socket(version: string): Promise<RawSocket> {
    const raw = await openSocket(url, version, await token());
    sockets.push(raw);
    return raw;
  }

  return {
    database,
    url,
    token,
    client,
    socket,
    async [Symbol.asyncDispose]() {
      for (const made of clients) await made.realtime.disconnect();
      for (const raw of sockets) {
        raw.socket.close();
        await raw.closed;
      }
      await realtime[Symbol.asyncDispose]();
      await server.shutdown();
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
