/** @module HTTP frame of callbacks: correlation, a log line, failures as the queue reads them. */
import { Hono } from "hono";
import type { Context, Next } from "hono";
import { runInContext } from "../core/context.ts";
import { AppError } from "../core/errors.ts";
import { continueTrace, parseTraceparent } from "../core/trace.ts";
import type { AppEnv } from "../http/env.ts";
import { renderProblem } from "../http/problem.ts";
import type { AppDeps } from "../platform/deps.ts";

/** Largest body of a callback: 1 MiB, the most the queue takes. */
const BODY_BYTES_MAX = 1_048_576;
/** Status by which the queue gives a message up at once. */
const NON_RETRYABLE_STATUS = 489;

function correlate(log: AppDeps["log"]) {
  return async function correlated(c: Context<AppEnv>, next: Next): Promise<void> {
    const requestId = c.req.header("upstash-message-id") ?? crypto.randomUUID();
    const trace = continueTrace(parseTraceparent(c.req.header("traceparent")));
    const startedAt = performance.now();
    c.set("requestId", requestId);
    await runInContext({ requestId, trace }, async () => {
      await next();
      c.res.headers.set("x-request-id", requestId);
      log.info("callback", {
        // Some paths hold a secret; those name their route instead.
        path: c.get("route") ?? c.req.path,
        status: c.res.status,
        attempt: Number(c.req.header("upstash-retried") ?? 0) + 1,
        duration_ms: Math.round(performance.now() - startedAt),
      });
    });
  };
}

/** Makes an app for callbacks. */
export function createCallbacks(deps: AppDeps, basePath: string): Hono<AppEnv> {
  const app = new Hono<AppEnv>().basePath(basePath);
  app.use(correlate(deps.log));
  app.notFound((c) =>
    renderProblem(new AppError("not-found", "There is nothing here"), c, deps.log)
  );
  app.onError((error, c) => renderProblem(error, c, deps.log));
  return app;
}

/** Reads a body as text, within bounds. */
export async function readText(request: Request): Promise<string> {
  const length = Number(request.headers.get("content-length") ?? 0);
  const bytes = length > BODY_BYTES_MAX ? undefined : await request.arrayBuffer();
  if (bytes === undefined || bytes.byteLength > BODY_BYTES_MAX) {
    throw new AppError("too-large", `The body is larger than ${BODY_BYTES_MAX} bytes`);
  }
  return new TextDecoder().decode(bytes);
}

/** Answers that trying again is of no use: the queue moves the message to its dead letters. */
export function giveUp(reason: string): Response {
  return new Response(reason, {
    status: NON_RETRYABLE_STATUS,
    headers: { "upstash-nonretryable-error": "true", "content-type": "text/plain" },
  });
}
