/** @module Free ports on the loopback interface. */

/** A port that was free a moment ago. Somebody else may take it: callers retry on a failed bind. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Whether a port can be bound right now. */
export function isFree(port: number): boolean {
  try {
    using _listener = Deno.listen({ hostname: "127.0.0.1", port });
    return true;
  } catch {
    return false;
  }
}
