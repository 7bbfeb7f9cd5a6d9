/** @module A request as the service behind the gateway is to see it. */

/** The request with another address and other headers, still fit for a WebSocket upgrade. */
export function rewritten(request: Request, url: string, headers: Headers): Request {
  return new Proxy(request, {
    get(target, property) {
      if (property === "url") return url;
      if (property === "headers") return headers;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
