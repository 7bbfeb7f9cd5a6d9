/** @module Time-limited credentials of relay servers (draft-uberti-behave-turn-rest). */
import type { Config } from "../core/config.ts";
import type { IceServers } from "./schemas.ts";

/** How long a credential opens a new relay; calls that run go on. */
const CREDENTIAL_SECONDS = 3_600;

async function signHmacSha1(text: string, secret: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
  ]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(signature)));
}

/** Relay servers of this deployment with a credential for one person; none without TURN_URLS. */
export async function iceServersFor(
  { env }: Config,
  userId: string,
  now: Date,
): Promise<IceServers> {
  const expiry = Math.floor(now.getTime() / 1_000) + CREDENTIAL_SECONDS;
  const expires_at = new Date(expiry * 1_000).toISOString();
  const urls = (env.TURN_URLS ?? "").split(",").map((url) => url.trim()).filter((url) =>
    url !== ""
  );
  if (urls.length === 0 || env.TURN_SECRET === undefined) return { ice_servers: [], expires_at };
  // Servers that only tell a device its address know no accounts.
  const open = urls.filter((url) => /^stuns?:/.test(url));
  const relays = urls.filter((url) => !/^stuns?:/.test(url));
  const username = `${expiry}:${userId}`;
  const credential = await signHmacSha1(username, env.TURN_SECRET);
  return {
    ice_servers: [
      ...(open.length === 0 ? [] : [{ urls: open }]),
      ...(relays.length === 0 ? [] : [{ urls: relays, username, credential }]),
    ],
    expires_at,
  };
}
