/** @module A message service with an official client and an endpoint that remembers its calls. */
import { Client, Receiver } from "@upstash/qstash";
import type { Sql } from "postgres";
import { QSTASH_DEV, type QstashOptions, startQstash } from "../../local/qstash/mod.ts";
import type { LocalService } from "../../local/service.ts";
import { openDatabase } from "../support/database.ts";

const DEADLINE_MS = 10_000;
const POLL_MS = 5;

/** One call that the endpoint received. */
export interface Call {
  readonly url: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
  readonly at: number;
}

/** Decides what the endpoint answers; 200 when nothing is set. */
export type Responder = (call: Call) => Response | Promise<Response>;

/** A destination of deliveries. */
export interface Endpoint extends AsyncDisposable {
  readonly url: string;
  readonly calls: Call[];
  respond: Responder;
  /** Waits for the n-th call (from 1). */
  call(n: number): Promise<Call>;
}

/** Waits until a value is there; fails after a bounded time. */
export async function eventually<T>(
  what: string,
  read: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`gave up waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Holds every call until it is let go, and counts how many are held at once. */
export class Gate {
  /** Calls held now. */
  held = 0;
  /** The most calls that were held at once. */
  peak = 0;
  #waiting: (() => void)[] = [];

  /** The responder of an endpoint. */
  respond = async (): Promise<Response> => {
    this.held++;
    this.peak = Math.max(this.peak, this.held);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.held--;
    return new Response();
  };

  /** Lets all held calls go. */
  letGo(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Opens an endpoint on a free port. */
export function openEndpoint(): Endpoint {
  const calls: Call[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (req) => {
    const bytes = new Uint8Array(await req.arrayBuffer());
    const { pathname, search } = new URL(req.url);
    const call = {
      url: req.url,
      path: pathname + search,
      method: req.method,
      headers: req.headers,
      bytes,
      text: new TextDecoder().decode(bytes),
      at: performance.now(),
    };
    calls.push(call);
    return await endpoint.respond(call);
  });
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${server.addr.port}`,
    calls,
    respond: () => new Response("ok"),
    call: (n) => eventually(`call ${n}`, () => calls[n - 1]),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return endpoint;
}

/** Puts a service on a free port. */
export function listen(service: LocalService): { readonly url: string } & AsyncDisposable {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request, info) => service.fetch(request, { remoteAddress: info.remoteAddr.hostname }),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The official client of a service with the development token. */
export function clientOf(url: string): Client {
  return new Client({ baseUrl: url, token: QSTASH_DEV.token, retry: false });
}

/** A running service with everything a test needs around it. */
export interface QstashFixture extends AsyncDisposable {
  readonly url: string;
  readonly databaseUrl: string;
  readonly client: Client;
  readonly receiver: Receiver;
  readonly endpoint: Endpoint;
  readonly sql: Sql;
  advance(ms: number): void;
  /** A request with the token, past the client. */
  request(method: string, path: string, init?: RequestInit): Promise<Response>;
}

/** Starts a service on a database of its own. */
export async function openQstash(
  options: Omit<QstashOptions, "databaseUrl"> = {},
): Promise<QstashFixture> {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await openDatabase());
  const endpoint = stack.use(openEndpoint());
  const service = stack.use(await startQstash({ databaseUrl: database.adminUrl, ...options }));
  const { url } = stack.use(listen(service));
  const token = options.token ?? QSTASH_DEV.token;
  return {
    url,
    databaseUrl: database.adminUrl,
    client: new Client({ baseUrl: url, token, retry: false }),
    receiver: new Receiver({
      currentSigningKey: QSTASH_DEV.currentSigningKey,
      nextSigningKey: QSTASH_DEV.nextSigningKey,
    }),
    endpoint,
    sql: database.sql,
    advance: (ms) => service.advance(ms),
    request: (method, path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("Authorization", `Bearer ${token}`);
      return fetch(`${url}${path}`, { ...init, method, headers });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
