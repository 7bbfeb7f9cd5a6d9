/** @module The Realtime service: sockets, broadcasts over HTTP, and the database's own messages. */
import postgres from "postgres";
import type { JwtKeys } from "../jwt.ts";
import type { LocalService } from "../service.ts";
import { delay } from "./delay.ts";
import { createRates, type Environment, type RealtimeTimings } from "./environment.ts";
import { Hub } from "./hub.ts";
import type { Version } from "./frames.ts";
import { DEFAULT_LIMITS, type RealtimeLimits } from "./limits.ts";
import { startMessageFeed } from "./message_feed.ts";
import { answerBroadcast, callerOf, extraHeaders } from "./rest.ts";
import { ensureRealtimeSchema, maintainMessagePartitions } from "./schema.ts";
import { ClientSocket } from "./socket.ts";
import { createTableChanges } from "./table_changes.ts";
import { checkToken } from "./tokens.ts";

/** What Realtime is made of. */
export interface RealtimeOptions extends Partial<RealtimeTimings> {
  /** URL of a superuser. */
  readonly databaseUrl: string;
  readonly jwt: JwtKeys;
  readonly limits?: Partial<RealtimeLimits>;
}

/**
 * Shorter pauses than the hosted server's (5 s for a refused join, 2 s for a refused connection),
 * so that work on a policy does not wait; the order of events is the same.
 */
const DEFAULT_TIMINGS: RealtimeTimings = {
  joinErrorDelayMs: 1_000,
  connectErrorDelayMs: 500,
  idleTimeoutMs: 60_000,
};

const POOL_SIZE = 10;
const STATEMENT_TIMEOUT_MS = 15_000;
const FEED_START_MS = 10_000;
const JANITOR_MS = 60 * 60_000;
const IDLE_CHECKS_PER_TIMEOUT = 12;
const SOCKET_PATH = /^(?:\/socket)?\/websocket\/?$/;
const VERSIONS: ReadonlySet<string> = new Set(["1.0.0", "2.0.0"]);

function refuse(status: number, error: string): Response {
  return Response.json({ error }, { status });
}

class Realtime implements LocalService {
  readonly #env: Environment;
  readonly #sockets = new Set<ClientSocket>();

  constructor(env: Environment) {
    this.#env = env;
  }

  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (SOCKET_PATH.test(url.pathname)) return await this.#connect(request, url);
    if (/^(?:\/socket)?\/longpoll\/?$/.test(url.pathname)) {
      return refuse(501, "realtime: long polling is not part of the local stack");
    }
    const broadcast = await answerBroadcast(this.#env, request, url);
    if (broadcast !== undefined) return broadcast;
    if (url.pathname === "/api/ping") return Response.json({ message: "Success" });
    if (url.pathname === "/api/stats") return await this.#stats(request, url);
    if (/^\/api\/(?:tenants|openapi)(?:\/|$)/.test(url.pathname)) {
      return refuse(501, `realtime: ${url.pathname} is not part of the local stack`);
    }
    return Response.json({ message: "Not Found" }, { status: 404 });
  }

  /** Closes sockets that have been silent for too long. */
  dropIdle(): void {
    for (const socket of [...this.#sockets]) socket.dropIfIdle();
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [...this.#sockets]) socket.shutDown();
    this.#sockets.clear();
    return Promise.resolve();
  }

  async #connect(request: Request, url: URL): Promise<Response> {
    const version = url.searchParams.get("vsn") ?? "1.0.0";
    const token = request.headers.get("x-api-key") ?? url.searchParams.get("apikey") ?? "";
    const refused = await this.#refusal(version, token);
    if (refused !== undefined) {
      await delay(this.#env.timings.connectErrorDelayMs);
      return refused;
    }
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return refuse(426, "a WebSocket upgrade is expected here");
    }
    // Once upgraded, a request has no headers any more.
    const headers = extraHeaders(request.headers);
    const { socket, response } = Deno.upgradeWebSocket(request);
    const info = { version: version as Version, token, headers };
    const client = new ClientSocket(this.#env, socket, info, () => this.#sockets.delete(client));
    this.#sockets.add(client);
    return response;
  }

  async #refusal(version: string, token: string): Promise<Response | undefined> {
    if (!VERSIONS.has(version)) return refuse(400, `Unsupported protocol version ${version}`);
    if (token === "") return refuse(401, "API key is required");
    const check = await checkToken(token, this.#env.jwt);
    if (!check.ok) return refuse(401, check.refusal.message);
    if (this.#sockets.size >= this.#env.limits.maxConnections) {
      return refuse(429, "Too many connected users");
    }
    return undefined;
  }

  async #stats(request: Request, url: URL): Promise<Response> {
    const caller = await callerOf(this.#env, request, url);
    if (caller?.role !== "service_role") {
      return Response.json({ message: "Unauthorized" }, { status: 401 });
    }
    const topics = this.#env.hub.stats();
    const channels = topics.reduce((sum, topic) => sum + topic.channels, 0);
    const ready = this.#env.feedReady();
    return Response.json({ connections: this.#sockets.size, channels, feed_ready: ready, topics });
  }
}

/** Waits for the feed, but not for ever: sockets reach each other also without it. */
async function startedOrLate(started: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    console.warn("realtime: the database cannot be followed yet; trying goes on");
    resolve();
  }, FEED_START_MS);
  await Promise.race([started, late]);
  clearTimeout(timer);
}

/** Starts Realtime on a database that its schema is made in when it is missing. */
export async function startRealtime(options: RealtimeOptions): Promise<LocalService> {
  const { databaseUrl, jwt } = options;
  await using resources = new AsyncDisposableStack();
  const sql = postgres(databaseUrl, {
    max: POOL_SIZE,
    onnotice: () => {},
    connection: { application_name: "realtime", statement_timeout: STATEMENT_TIMEOUT_MS },
  });
  resources.defer(() => sql.end({ timeout: 1 }));
  await ensureRealtimeSchema(sql);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const {
    joinErrorDelayMs = DEFAULT_TIMINGS.joinErrorDelayMs,
    connectErrorDelayMs = DEFAULT_TIMINGS.connectErrorDelayMs,
    idleTimeoutMs = DEFAULT_TIMINGS.idleTimeoutMs,
  } = options;
  const hub = new Hub();
  const rates = createRates(limits);
  const changes = resources.use(createTableChanges(sql, databaseUrl));
  const feed = resources.use(
    startMessageFeed({ sql, databaseUrl, hub, messages: rates.messages }),
  );
  const realtime = resources.use(
    new Realtime({
      sql,
      jwt,
      hub,
      limits,
      timings: { joinErrorDelayMs, connectErrorDelayMs, idleTimeoutMs },
      rates,
      changes,
      feedReady: () => feed.ready,
    }),
  );
  const idle = setInterval(() => realtime.dropIdle(), idleTimeoutMs / IDLE_CHECKS_PER_TIMEOUT);
  const janitor = setInterval(() => {
    maintainMessagePartitions(sql).catch((error: unknown) => {
      console.warn("realtime: partitions could not be maintained:", error);
    });
  }, JANITOR_MS);
  resources.defer(() => {
    clearInterval(idle);
    clearInterval(janitor);
  });
  await startedOrLate(feed.started);
  const owned = resources.move();
  return {
    fetch: (request) => realtime.fetch(request),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
