/** @module The Realtime service in the test's own process, at an address for real sockets. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { type JwtKeys, signToken, type TokenClaims } from "../../local/jwt.ts";
import { type RealtimeOptions, startRealtime } from "../../local/realtime/mod.ts";
import { rewritten } from "../../local/rewritten_request.ts";
import type { TestDatabase } from "./database.ts";

/** A Realtime server on a test's database. */
export interface TestRealtime extends AsyncDisposable {
  readonly url: string;
  /** Token with these claims; nobody's without them. */
  token(claims?: TokenClaims): Promise<string>;
  /** An unmodified client, signed in when claims are given. */
  client(claims?: TokenClaims): Promise<SupabaseClient>;
  /** An unmodified client that asks for its token whenever it wants one. */
  clientOf(accessToken: () => Promise<string>): Promise<SupabaseClient>;
}

const TOKEN_SECONDS = 600;
const ANSWER_MS = 5_000;
const PAUSES = { joinErrorDelayMs: 10, connectErrorDelayMs: 10 };

/** Starts the server behind a tiny gateway. */
export async function serveRealtime(
  database: TestDatabase,
  jwt: JwtKeys,
  options: Partial<RealtimeOptions> = {},
): Promise<TestRealtime> {
  const realtime = await startRealtime({
    databaseUrl: database.adminUrl,
    jwt,
    ...PAUSES,
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

  async function token(claims: TokenClaims = { role: "anon" }): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    return await signToken({ iat, exp: iat + TOKEN_SECONDS, ...claims }, jwt);
  }

  async function client(claims?: TokenClaims): Promise<SupabaseClient> {
    const auth = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };
    const made = createClient(url, await token(), { auth, realtime: { timeout: ANSWER_MS } });
    if (claims !== undefined) await made.realtime.setAuth(await token(claims));
    clients.push(made);
    return made;
  }

  async function clientOf(accessToken: () => Promise<string>): Promise<SupabaseClient> {
    const made = createClient(url, await token(), {
      accessToken,
      realtime: { timeout: ANSWER_MS },
    });
    clients.push(made);
    return made;
  }

  return {
    url,
    token,
    client,
    clientOf,
    async [Symbol.asyncDispose]() {
      for (const made of clients) await made.realtime.disconnect();
      await realtime[Symbol.asyncDispose]();
      await server.shutdown();
    },
  };
}
