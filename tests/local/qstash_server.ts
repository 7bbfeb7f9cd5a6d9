/** @module A message service in a process of its own, for the test that kills it. */
import { startQstash } from "../../local/qstash/mod.ts";

const service = await startQstash({ databaseUrl: Deno.args[0] ?? "" });
const server = Deno.serve(
  { port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(port) },
  (request, info) => service.fetch(request, { remoteAddress: info.remoteAddr.hostname }),
);
await server.finished;
