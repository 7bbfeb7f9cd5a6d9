/** @module The signing keys: what deliveries are signed with now and after the next rotation. */
import type { QstashContext } from "./context.ts";
import { jsonResponse, notSupported } from "./errors.ts";
import { newId } from "./ids.ts";

interface KeyPair {
  readonly current: string;
  readonly next: string;
}

/** Answers `/v2/keys` and `/v2/keys/rotate`. */
export async function handleKeys(
  context: QstashContext,
  method: string,
  path: readonly string[],
): Promise<Response> {
  const { sql } = context;
  if (method === "GET" && path.length === 0) {
    const [keys] = await sql<KeyPair[]>`
      select current_key as current, next_key as next from qstash.keys`;
    return jsonResponse(keys);
  }
  if (method === "POST" && path.length === 1 && path[0] === "rotate") {
    const [keys] = await sql<KeyPair[]>`
      update qstash.keys set current_key = next_key, next_key = ${newId("sig")}
      returning current_key as current, next_key as next`;
    return jsonResponse(keys);
  }
  throw notSupported(`${method} /v2/keys/${path.join("/")}`);
}
