/** @module What can be set about the auth service, with the hosted platform's defaults. */

/** One auth hook: a function of the database or an HTTP endpoint. */
export interface HookSettings {
  /** `pg-functions://postgres/<schema>/<function>` or `http(s)://…`. */
  readonly uri: string;
  /** Standard Webhooks secrets of an HTTP hook, `v1,whsec_<base64>`. */
  readonly secrets?: readonly string[];
}

/** An external OAuth 2.0 provider, spoken to with the authorization code flow. */
export interface OAuthProviderSettings {
  readonly clientId: string;
  readonly secret: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly userinfoUrl: string;
  /** Always asked for; a client may add more with `scopes`. */
  readonly scopes: readonly string[];
  /** Where the provider sends the person back to; the service's own `/callback` by default. */
  readonly redirectUri?: string;
}

/** Requests allowed to one address, each in its own sliding bucket. */
export interface AuthRateLimits {
  /** Sign-up, password sign-in, one-time code, magic link and recovery: per 5 minutes, each. */
  readonly signInSignUps: number;
  /** Exchange of refresh tokens and codes: per 5 minutes. */
  readonly tokenRefresh: number;
  /** Verification of links and codes: per 5 minutes. */
  readonly tokenVerifications: number;
  /** Anonymous sign-ins: per hour. */
  readonly anonymousUsers: number;
  /** E-mails sent by the whole project: per hour; `null` lifts the limit. */
  readonly emailSent: number | null;
}

/** Everything that can be set. */
export interface AuthSettings {
  readonly jwtExpirySeconds: number;
  readonly refreshTokenRotation: boolean;
  readonly reuseIntervalSeconds: number;
  readonly signupEnabled: boolean;
  readonly emailProviderEnabled: boolean;
  readonly emailConfirmations: boolean;
  /** A change of address needs the consent of both addresses. */
  readonly doubleConfirmEmailChange: boolean;
  /** A new password needs a sign-in of the last day or a code from `/reauthenticate`. */
  readonly securePasswordChange: boolean;
  /** Least time between two e-mails to one person. */
  readonly maxEmailFrequencySeconds: number;
  readonly otpLength: number;
  readonly otpExpirySeconds: number;
  readonly passwordMinLength: number;
  /** Sets of characters of each of which a password must contain one. */
  readonly passwordRequiredCharacters: readonly string[];
  /** Work factor of bcrypt; tests lower it. */
  readonly bcryptCost: number;
  readonly anonymousSignIns: boolean;
  readonly manualLinking: boolean;
  /** Redirect targets besides the site's own; `*`, `**`, `?`, `[abc]`, `{a,b}` are patterns. */
  readonly additionalRedirectUrls: readonly string[];
  readonly rateLimits: AuthRateLimits;
  readonly sessions: {
    readonly timeboxSeconds?: number;
    readonly inactivityTimeoutSeconds?: number;
  };
  readonly hooks: {
    readonly customAccessToken?: HookSettings;
    readonly beforeUserCreated?: HookSettings;
    readonly sendEmail?: HookSettings;
  };
  readonly providers: Readonly<Record<string, OAuthProviderSettings>>;
  readonly mfa: { readonly totp: boolean; readonly maxEnrolledFactors: number };
  /** Sender of the service's e-mails. */
  readonly mailFrom: string;
}

/** The defaults of a project. */
export const DEFAULT_AUTH_SETTINGS: AuthSettings = {
  jwtExpirySeconds: 3600,
  refreshTokenRotation: true,
  reuseIntervalSeconds: 10,
  signupEnabled: true,
  emailProviderEnabled: true,
  emailConfirmations: false,
  doubleConfirmEmailChange: true,
  securePasswordChange: false,
  maxEmailFrequencySeconds: 1,
  otpLength: 6,
  otpExpirySeconds: 3600,
  passwordMinLength: 6,
  passwordRequiredCharacters: [],
  bcryptCost: 10,
  anonymousSignIns: false,
  manualLinking: false,
  additionalRedirectUrls: [],
  rateLimits: {
    signInSignUps: 30,
    tokenRefresh: 150,
    tokenVerifications: 30,
    anonymousUsers: 30,
    emailSent: null,
  },
  sessions: {},
  hooks: {},
  providers: {},
  mfa: { totp: true, maxEnrolledFactors: 10 },
  mailFrom: "noreply@localhost",
};
