/** @module The named limits on how often one person or one address may do something. */

/** How often: at most `uses` at once, regained evenly over `seconds`. */
export interface RateLimit {
  readonly uses: number;
  readonly seconds: number;
  /** Who is counted. Signed-out callers are always counted by address. */
  readonly per: "person" | "address";
}

/** Every limit with its default; `RATE_LIMITS` changes them by name. */
export const RATE_LIMIT_DEFAULTS = {
  signup_address: { uses: 30, seconds: 300, per: "address" },
  signin_address: { uses: 30, seconds: 300, per: "address" },
  refresh_address: { uses: 150, seconds: 300, per: "address" },
  mail_address: { uses: 30, seconds: 300, per: "address" },
  // Counted by the address that the mail goes to, whoever asks.
  mail_recipient: { uses: 10, seconds: 900, per: "address" },
  // Counted by the token itself: of two who redeem one at once, one does.
  token_use: { uses: 1, seconds: 60, per: "address" },
  token_address: { uses: 30, seconds: 300, per: "address" },
  password: { uses: 10, seconds: 300, per: "person" },
  read: { uses: 1_200, seconds: 60, per: "person" },
  search: { uses: 120, seconds: 60, per: "person" },
  write: { uses: 300, seconds: 60, per: "person" },
  post: { uses: 60, seconds: 60, per: "person" },
  message: { uses: 120, seconds: 60, per: "person" },
  // Counted by the webhook that speaks.
  hook: { uses: 60, seconds: 60, per: "address" },
  follow: { uses: 100, seconds: 60, per: "person" },
  upload: { uses: 60, seconds: 60, per: "person" },
  report: { uses: 30, seconds: 60, per: "person" },
  track: { uses: 60, seconds: 60, per: "person" },
  export: { uses: 5, seconds: 86_400, per: "person" },
  import: { uses: 10, seconds: 3_600, per: "person" },
  admin: { uses: 120, seconds: 60, per: "person" },
} as const satisfies Record<string, RateLimit>;

/** Name of a limit. */
export type RateLimitName = keyof typeof RATE_LIMIT_DEFAULTS;
