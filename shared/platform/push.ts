/** @module Web Push (RFC 8030): encrypts for one browser, signs as this server, and sends. */
import type { Config } from "../core/config.ts";
import type { Outside } from "./outside.ts";

/** A browser as it described itself. */
export interface PushTarget {
  readonly endpoint: string;
  /** The browser's public key, base64url. */
  readonly p256dh: string;
  /** Its authentication secret, base64url. */
  readonly auth: string;
}

/** What is sent. */
export interface PushMessage {
  /** Encrypted; only the browser can read it. */
  readonly body: string;
  /** Replaces what waits under the same word at the push service; at most 32 of `A-Za-z0-9_-`. */
  readonly topic: string;
  readonly urgency: "normal" | "high";
}

/** What the push service said: taken, gone for good, refused for good, or to be tried again. */
export type PushOutcome = "sent" | "gone" | "refused" | "later";

/** Rings browsers. */
export interface PushSender {
  /** What browsers need to subscribe (`applicationServerKey`). */
  readonly publicKey: string;
  /**
   * Sends to one browser.
   *
   * @throws OutsideError when its address may not be reached, or does not answer
   */
  send(target: PushTarget, message: PushMessage): Promise<PushOutcome>;
}

/** The push service keeps what it cannot deliver for a day. */
const TTL_SECONDS = 86_400;
const ANSWER_BYTES_MAX = 4_096;
const TIMEOUT_MS = 10_000;

/** What a status means (RFC 8030, section 5; 404 and 410 are dead subscriptions). */
function outcomeOf(status: number): PushOutcome {
  if (status >= 200 && status < 300) return "sent";
  if (status === 404 || status === 410) return "gone";
  return status === 408 || status === 429 || status >= 500 ? "later" : "refused";
}

/** Encrypts and signs; nothing when the browser's key is no key. */
async function seal(
  vapidDetails: { subject: string; publicKey: string; privateKey: string },
  { endpoint, p256dh, auth }: PushTarget,
  { body, topic, urgency }: PushMessage,
) {
  // Loaded by the first push, so that others start without it.
  // @ts-types="./web_push.d.ts"
  const { default: webpush } = await import("web-push");
  const options = { TTL: TTL_SECONDS, urgency, topic, contentEncoding: "aes128gcm" } as const;
  try {
    return webpush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, body, {
      ...options,
      vapidDetails,
    });
  } catch (error) {
    if (/public key/i.test(String(error))) return undefined;
    throw error;
  }
}

/** Makes the sender; nothing where no keys are set. */
export function createPush(config: Config, outside: Outside): PushSender | undefined {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject } =
    config.env;
  if (publicKey === undefined || privateKey === undefined || subject === undefined) {
    return undefined;
  }
  return {
    publicKey,
    async send(target, message) {
      const request = await seal({ subject, publicKey, privateKey }, target, message);
      // For such a key nobody can encrypt, now or later.
      if (request === undefined) return "gone";
      const { status } = await outside.send({
        url: target.endpoint,
        method: "POST",
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        ),
        ...(request.body === null ? {} : { body: request.body }),
        redirectsMax: 0,
        bytesMax: ANSWER_BYTES_MAX,
        isCut: true,
        timeoutMs: TIMEOUT_MS,
      });
      return outcomeOf(status);
    },
  };
}
