/** @module A push service on this machine, and browsers that can read what it got. */
import { Buffer } from "node:buffer";
import { createECDH, randomBytes } from "node:crypto";
import ece from "http_ece";
import { createPush } from "../../shared/platform/push.ts";
import type { AppDeps } from "../../shared/platform/deps.ts";

/** One request that the service got. */
export interface Ring {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The service. */
export interface PushService extends AsyncDisposable {
  readonly origin: string;
  readonly rings: Ring[];
  /** What it answers, by path; 201 where nothing is said. */
  readonly statuses: Map<string, number>;
}

/** Starts the service. */
export function startPushService(): PushService {
  const rings: Ring[] = [];
  const statuses = new Map<string, number>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname;
    rings.push({
      path,
      headers: request.headers,
      body: new Uint8Array(await request.arrayBuffer()),
    });
    return new Response(null, { status: statuses.get(path) ?? 201 });
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    rings,
    statuses,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A browser with keys of its own. */
export function makeBrowser(endpoint: string) {
  const keys = createECDH("prime256v1");
  const p256dh = keys.generateKeys("base64url");
  const auth = randomBytes(16).toString("base64url");
  return {
    subscription: { endpoint, expirationTime: null, keys: { p256dh, auth } },
    /** Reads what was sent to it (RFC 8291). */
    open: (ring: Ring): unknown =>
      JSON.parse(
        ece.decrypt(Buffer.from(ring.body), {
          version: "aes128gcm",
          privateKey: keys,
          authSecret: auth,
        }).toString(),
      ),
  };
}

/** Keys of a server, as the environment has them. */
export function makeVapidKeys() {
  const keys = createECDH("prime256v1");
  return {
    VAPID_PUBLIC_KEY: keys.generateKeys("base64url"),
    VAPID_PRIVATE_KEY: keys.getPrivateKey("base64url"),
    VAPID_SUBJECT: "mailto:owner@townsquare.test",
  };
}

/** The real sender in a test's app. */
export function withPush(deps: AppDeps): Partial<AppDeps> {
  const push = createPush(deps.config, deps.outside);
  return push === undefined ? {} : { push };
}
