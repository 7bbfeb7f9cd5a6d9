/** @module What is used of the library `web-push`, which comes without types. */

declare const webpush: {
  generateRequestDetails(
    subscription: { endpoint: string; keys: { p256dh: string; auth: string } },
    payload: string,
    options: {
      vapidDetails: { subject: string; publicKey: string; privateKey: string };
      TTL: number;
      urgency: string;
      topic: string;
      contentEncoding: "aes128gcm";
    },
  ): { headers: Record<string, string | number>; body: Uint8Array | null };
};
// deno-lint-ignore townsquare/declared-functions -- the library has this one export
export default webpush;
