/**
 * @module Loads one entry point and calls it once, in the Deno version of the hosted platform; and
 * seals and opens some bytes, for which loading the library of backups proves nothing yet.
 *
 * `deno run … tools/edge_probe.ts <entry point> <path>`; run by tools/edge_check.ts.
 */

import { createSeal } from "../shared/backups/archive.ts";

type Handler = (request: Request) => Response | Promise<Response>;

const [entry = "", path = "/"] = Deno.args;
const served = Promise.withResolvers<Handler>();

// The entry point serves on the platform's own port; here its handler is called without one.
Object.defineProperty(Deno, "serve", {
  value(handler: Handler) {
    served.resolve(handler);
    return { finished: Promise.resolve() };
  },
});

await import(new URL(entry, `file://${Deno.cwd()}/`).href);
const handler = await served.promise;
const response = await handler(new Request(`http://127.0.0.1${path}`, { method: "POST" }));
const head = await handler(new Request(`http://127.0.0.1${path}`));
const seal = await createSeal("a-secret-of-at-least-thirty-two-characters");
const opened = await seal.unpack(await seal.pack(new TextEncoder().encode("sealed")), 6);
console.log(
  JSON.stringify({
    version: Deno.version.deno,
    post: response.status,
    get: head.status,
    opened: new TextDecoder().decode(opened),
  }),
);
Deno.exit(0);
