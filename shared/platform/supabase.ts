/** @module Calls the platform's own services over HTTP. */
import type { Config } from "../core/config.ts";
import { currentContext } from "../core/context.ts";
import { AppError } from "../core/errors.ts";
import { formatTraceparent } from "../core/trace.ts";

/** Sends one request, as the global `fetch` does. */
export type Fetch = (request: Request) => Promise<Response>;

/** A call to a service of the platform. */
export interface PlatformCall {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with the service's prefix, as in `/auth/v1/signup`. */
  readonly path: string;
  /** JSON unless it is bytes or a stream of them. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Access token of the person for whom it is done; the product itself without one. */
  readonly token?: string;
  /** In place of the usual wait for an answer to begin. */
  readonly timeoutMs?: number;
}

/** The platform's services. */
export interface Platform {
  /**
   * Sends a call and gives the answer as it is, whatever its status.
   *
   * @throws `unavailable` when no answer comes in time
   */
  call(call: PlatformCall): Promise<Response>;
}

/** Longest wait for an answer. */
const TIMEOUT_MS = 10_000;

function isRaw(body: unknown): body is Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
  return body instanceof Uint8Array || body instanceof ReadableStream;
}

/** Opaque keys go in `apikey` alone; a legacy key is a token and goes in both. */
function authorization(token: string | undefined, key: string): Record<string, string> {
  const bearer = token ?? (key.startsWith("sb_") ? undefined : key);
  return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
}

function requestOf(call: PlatformCall, config: Config, signal: AbortSignal): Request {
  const { body } = call;
  const trace = currentContext()?.trace;
  const isJson = body !== undefined && !isRaw(body);
  return new Request(`${config.env.SUPABASE_URL}${call.path}`, {
    method: call.method,
    signal,
    headers: {
      apikey: config.secretKey,
      ...authorization(call.token, config.secretKey),
      ...(isJson ? { "content-type": "application/json" } : {}),
      ...(trace === undefined ? {} : { traceparent: formatTraceparent(trace) }),
      ...call.headers,
    },
    ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
  });
}

function globalFetch(request: Request): Promise<Response> {
  return fetch(request);
}

/** Connects to the platform; `send` replaces the network in tests. */
export function createPlatform(config: Config, send: Fetch = globalFetch): Platform {
  return {
    async call(call) {
      // The wait is for the answer to begin: a long file may take its time to flow.
      const waiting = new AbortController();
      const timer = setTimeout(() => waiting.abort(), call.timeoutMs ?? TIMEOUT_MS);
      try {
        return await send(requestOf(call, config, waiting.signal));
      } catch (cause) {
        throw new AppError("unavailable", "A service of the platform is out of reach", { cause });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
