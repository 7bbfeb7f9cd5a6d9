/** @module What browsers need to know before they let a page use the API. */

const ALL_METHODS = "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD";
const SIMPLE_HEADERS = ["Accept", "Accept-Language", "Content-Language"];
const EXPOSED = "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, " +
  "Location, Server, Transfer-Encoding, Range-Unit";
const MAX_AGE_SECONDS = 86_400;

/** The answer to a browser that asks before the request proper. */
export function preflightResponse(request: Request): Response | undefined {
  const { headers } = request;
  if (request.method !== "OPTIONS" || headers.get("origin") === null) return undefined;
  if (headers.get("access-control-request-method") === null) return undefined;
  const asked = (headers.get("access-control-request-headers") ?? "").split(",")
    .map((name) => name.trim()).filter((name) => name !== "");
  return new Response(null, {
    status: 200,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": ALL_METHODS,
      "access-control-allow-headers": ["Authorization", ...asked, ...SIMPLE_HEADERS].join(", "),
      "access-control-max-age": String(MAX_AGE_SECONDS),
    },
  });
}

/** Lets a page read the answer. */
export function allowOrigin(request: Request, response: Response): Response {
  if (request.headers.get("origin") === null) return response;
  response.headers.set("access-control-allow-origin", "*");
  response.headers.set("access-control-expose-headers", EXPOSED);
  return response;
}
