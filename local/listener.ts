/** @module Listens on loopback for one service. */
import type { ConnectionInfo } from "./service.ts";

/** What answers. */
export type Handler = (
  request: Request,
  info: ConnectionInfo,
) => Response | Promise<Response>;

/** A service that listens. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Exchanges what answers, so that a port can be taken before its service is there. */
  handler: Handler;
}

/** How long running requests may take before the service goes without them. */
const SHUTDOWN_WAIT_MS = 1_000;
const HOST = "127.0.0.1";

function starting(): Response {
  return Response.json({ message: "The local stack is starting" }, {
    status: 503,
    headers: { "retry-after": "1" },
  });
}

/**
 * Listens on a port; 0 picks a free one.
 *
 * @throws naming the port when it is taken
 */
export function listen(port: number, purpose: string, handler: Handler = starting): Listener {
  const listener = { handler };
  function answer(
    request: Request,
    info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  ): Response | Promise<Response> {
    return listener.handler(request, { remoteAddress: info.remoteAddr.hostname });
  }
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    const options = { hostname: HOST, port, onListen() {} };
    server = Deno.serve(options, answer);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new Error(
      `Port ${port}, wanted for ${purpose}, is taken by another program. ` +
        "Stop that program, or choose another port with --port (0 picks a free one).",
      { cause: error },
    );
  }
  return Object.assign(listener, {
    port: server.addr.port,
    url: `http://${HOST}:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      // Cutting a server that ends at that moment throws where nobody can catch it; so those who
      // hold on are left alone, and go with the process.
      let timer: ReturnType<typeof setTimeout> | undefined;
      const patience = new Promise((resolve) => timer = setTimeout(resolve, SHUTDOWN_WAIT_MS));
      await Promise.race([server.shutdown(), server.finished, patience]);
      clearTimeout(timer);
    },
  });
}
