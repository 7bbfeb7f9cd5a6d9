/** @module The Realtime server in a thread of its own, so that it does not wait for its clients. */
import { startRealtime } from "../local/realtime/mod.ts";

/** What the thread is told. */
export interface ServerOptions {
  readonly databaseUrl: string;
  readonly secret: string;
}

/** More than any plan has: what is measured is the way, not the gate. */
const UNLIMITED = 1_000_000_000;

const worker = self as unknown as {
  onmessage: (event: MessageEvent<ServerOptions>) => void;
  postMessage(port: number): void;
};

worker.onmessage = async ({ data: { databaseUrl, secret } }) => {
  const realtime = await startRealtime({
    databaseUrl,
    jwt: { secret },
    limits: { messagesPerSecond: UNLIMITED, joinsPerSecond: UNLIMITED },
  });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request, info) => {
    return realtime.fetch(request, { remoteAddress: info.remoteAddr.hostname });
  });
  worker.postMessage(server.addr.port);
};
