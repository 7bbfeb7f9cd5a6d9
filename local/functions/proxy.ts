/** @module Hands requests on to a function's process, bodies and WebSockets included. */
import type { FunctionProcess } from "./process.ts";

/** The platform gives up on a function that has not begun to answer by then. */
const IDLE_TIMEOUT_MS = 150_000;
/** Bytes waiting for a slow WebSocket peer before the connection is ended. */
const MAX_BUFFERED_BYTES = 8_000_000;
const POLICY_VIOLATION = 1008;

const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

function endToEnd(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of HOP_BY_HOP) kept.delete(name);
  return kept;
}

/** Ends the mark of a running request when its body has been sent or given up. */
function whenSent(body: ReadableStream<Uint8Array>, mark: Disposable): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value as Uint8Array<ArrayBuffer>);
        controller.close();
        controller.byobRequest?.respond(0);
      } catch (error) {
        controller.error(error);
      }
      mark[Symbol.dispose]();
    },
    async cancel(reason) {
      mark[Symbol.dispose]();
      await reader.cancel(reason);
    },
  });
}

/**
 * Sends a request to the function.
 *
 * @throws when the process cannot be reached or breaks off before it answers
 */
export async function forward(request: Request, target: FunctionProcess): Promise<Response> {
  const mark = target.enter();
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(new DOMException("idle", "TimeoutError")),
    IDLE_TIMEOUT_MS,
  );
  try {
    const headers = endToEnd(request.headers);
    // What the function compresses would be unpacked here and packed again for the client.
    headers.set("accept-encoding", "identity");
    const answer = await fetch(request.url, {
      method: request.method,
      headers,
      body: request.body,
      redirect: "manual",
      signal: abort.signal,
      client: target.client,
    });
    const body = answer.body === null ? null : whenSent(answer.body, mark);
    if (body === null) mark[Symbol.dispose]();
    return new Response(body, {
      status: answer.status,
      statusText: answer.statusText,
      headers: endToEnd(answer.headers),
    });
  } catch (error) {
    mark[Symbol.dispose]();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function relay(from: WebSocket, to: WebSocket): void {
  from.onmessage = (event) => {
    if (to.readyState !== WebSocket.OPEN) return;
    if (to.bufferedAmount > MAX_BUFFERED_BYTES) {
      from.close(POLICY_VIOLATION, "peer too slow");
      to.close(POLICY_VIOLATION, "too slow");
      return;
    }
    to.send(event.data);
  };
  from.onclose = (event) => {
    // Codes such as 1006 are reports, not to be sent.
    const code = event.code === 1000 || event.code >= 3000 ? event.code : 1000;
    if (to.readyState <= WebSocket.OPEN) to.close(code, event.reason);
  };
  from.onerror = () => to.close();
}

/** Deno's own way to open a socket; the types of browsers do not know the options. */
const OptionedSocket = WebSocket as unknown as new (
  url: string,
  options: { protocols: string[]; headers: Headers; client: Deno.HttpClient },
) => WebSocket;

/** Opens a WebSocket to the function and joins it with the client's. */
export async function forwardSocket(
  request: Request,
  target: FunctionProcess,
): Promise<Response> {
  const mark = target.enter();
  const protocols = (request.headers.get("sec-websocket-protocol") ?? "").split(",")
    .map((name) => name.trim()).filter(Boolean);
  const headers = endToEnd(request.headers);
  for (const name of [...headers.keys()]) {
    if (name.startsWith("sec-websocket-")) headers.delete(name);
  }
  const inner = new OptionedSocket(request.url.replace(/^http/, "ws"), {
    protocols,
    headers,
    client: target.client,
  });
  inner.binaryType = "arraybuffer";
  const opened = await new Promise<boolean>((done) => {
    inner.onopen = () => done(true);
    inner.onerror = () => done(false);
    inner.onclose = () => done(false);
  });
  if (!opened) {
    mark[Symbol.dispose]();
    return Response.json({ code: "WORKER_ERROR", message: "The upgrade was refused" }, {
      status: 502,
    });
  }
  // The function may speak first; what it says waits until the client is there.
  const early: MessageEvent[] = [];
  inner.onmessage = (event) => early.push(event);
  const { socket, response } = Deno.upgradeWebSocket(request, {
    ...(inner.protocol === "" ? {} : { protocol: inner.protocol }),
  });
  socket.binaryType = "arraybuffer";
  socket.addEventListener("close", () => mark[Symbol.dispose]());
  socket.onopen = () => {
    relay(socket, inner);
    for (const event of early) socket.send(event.data);
    relay(inner, socket);
    if (inner.readyState > WebSocket.OPEN) socket.close();
  };
  return response;
}
