/** @module Turns the `[auth]` part of config.toml into the settings of the auth service. */
import {
  type AuthSettings,
  DEFAULT_AUTH_SETTINGS,
  type HookSettings,
  type OAuthProviderSettings,
} from "./auth/settings.ts";
import { type AuthConfig, isUnresolved } from "./config_toml.ts";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const SYMBOLS = "!@#$%^&*()_+-=[]{};'\\:\"|<>?,./`~";

const REQUIRED_CHARACTERS: Readonly<
  Record<AuthConfig["password_requirements"], readonly string[]>
> = {
  "": [],
  letters_digits: [LOWER + UPPER, DIGITS],
  lower_upper_letters_digits: [LOWER, UPPER, DIGITS],
  lower_upper_letters_digits_symbols: [LOWER, UPPER, DIGITS, SYMBOLS],
};

interface ProviderEndpoints {
  readonly base: string;
  readonly authorize: string;
  readonly token: string;
  readonly userinfo: string;
  readonly scopes: readonly string[];
}

/** Endpoints after the base address, which `url` in config.toml replaces. */
const PROVIDERS: Readonly<Record<string, ProviderEndpoints>> = {
  github: {
    base: "https://github.com",
    authorize: "/login/oauth/authorize",
    token: "/login/oauth/access_token",
    userinfo: "https://api.github.com/user",
    scopes: ["user:email"],
  },
  gitlab: {
    base: "https://gitlab.com",
    authorize: "/oauth/authorize",
    token: "/oauth/token",
    userinfo: "/api/v4/user",
    scopes: ["read_user"],
  },
  google: {
    base: "https://accounts.google.com",
    authorize: "/o/oauth2/v2/auth",
    token: "https://oauth2.googleapis.com/token",
    userinfo: "https://openidconnect.googleapis.com/v1/userinfo",
    scopes: ["openid", "email", "profile"],
  },
  discord: {
    base: "https://discord.com",
    authorize: "/api/oauth2/authorize",
    token: "/api/oauth2/token",
    userinfo: "/api/users/@me",
    scopes: ["email", "identify"],
  },
  keycloak: {
    base: "",
    authorize: "/protocol/openid-connect/auth",
    token: "/protocol/openid-connect/token",
    userinfo: "/protocol/openid-connect/userinfo",
    scopes: ["openid", "profile", "email"],
  },
};

function providerSettings(
  name: string,
  settings: AuthConfig["external"][string],
): OAuthProviderSettings {
  const known = PROVIDERS[name];
  if (known === undefined) {
    throw new Error(
      `config.toml: [auth.external.${name}] is not supported by the local stack; it knows ` +
        `${Object.keys(PROVIDERS).join(", ")}.`,
    );
  }
  const base = (settings.url || known.base).replace(/\/+$/, "");
  const absolute = (path: string) =>
    path.startsWith("/") || settings.url !== ""
      ? base + path.replace(/^https:\/\/[^/]+/, "")
      : path;
  return {
    clientId: settings.client_id,
    secret: settings.secret,
    authorizationUrl: absolute(known.authorize),
    tokenUrl: absolute(known.token),
    userinfoUrl: absolute(known.userinfo),
    scopes: known.scopes,
    ...(settings.redirect_uri === "" ? {} : { redirectUri: settings.redirect_uri }),
  };
}

function hookSettings(config: AuthConfig, name: string): HookSettings | undefined {
  const hook = config.hook[name];
  if (hook === undefined || !hook.enabled || hook.uri === "") return undefined;
  const secrets = isUnresolved(hook.secrets) ? [] : hook.secrets.split("|").filter(Boolean);
  return { uri: hook.uri, ...(secrets.length > 0 ? { secrets } : {}) };
}

function hooks(config: AuthConfig): AuthSettings["hooks"] {
  const customAccessToken = hookSettings(config, "custom_access_token");
  const beforeUserCreated = hookSettings(config, "before_user_created");
  const sendEmail = hookSettings(config, "send_email");
  return {
    ...(customAccessToken === undefined ? {} : { customAccessToken }),
    ...(beforeUserCreated === undefined ? {} : { beforeUserCreated }),
    ...(sendEmail === undefined ? {} : { sendEmail }),
  };
}

function providers(config: AuthConfig): AuthSettings["providers"] {
  const entries = Object.entries(config.external).filter(([, settings]) => settings.enabled);
  return Object.fromEntries(
    entries.map(([name, settings]) => [name, providerSettings(name, settings)]),
  );
}

/**
 * The auth service's settings for a project.
 *
 * @throws when an external provider is enabled that the service does not know
 */
export function toAuthSettings(config: AuthConfig): AuthSettings {
  const { email, rate_limit: limits, sessions } = config;
  return {
    ...DEFAULT_AUTH_SETTINGS,
    jwtExpirySeconds: config.jwt_expiry,
    refreshTokenRotation: config.enable_refresh_token_rotation,
    reuseIntervalSeconds: config.refresh_token_reuse_interval,
    signupEnabled: config.enable_signup,
    emailProviderEnabled: email.enable_signup,
    emailConfirmations: email.enable_confirmations,
    doubleConfirmEmailChange: email.double_confirm_changes,
    securePasswordChange: email.secure_password_change,
    maxEmailFrequencySeconds: email.max_frequency,
    otpLength: email.otp_length,
    otpExpirySeconds: email.otp_expiry,
    passwordMinLength: config.minimum_password_length,
    passwordRequiredCharacters: REQUIRED_CHARACTERS[config.password_requirements],
    anonymousSignIns: config.enable_anonymous_sign_ins,
    manualLinking: config.enable_manual_linking,
    additionalRedirectUrls: config.additional_redirect_urls,
    rateLimits: {
      signInSignUps: limits.sign_in_sign_ups,
      tokenRefresh: limits.token_refresh,
      tokenVerifications: limits.token_verifications,
      anonymousUsers: limits.anonymous_users,
      // As on the platform, the limit holds only when a mail server of one's own is set.
      emailSent: email.smtp?.enabled === true ? limits.email_sent : null,
    },
    sessions: {
      ...(sessions.timebox === undefined ? {} : { timeboxSeconds: sessions.timebox }),
      ...(sessions.inactivity_timeout === undefined
        ? {}
        : { inactivityTimeoutSeconds: sessions.inactivity_timeout }),
    },
    hooks: hooks(config),
    providers: providers(config),
    mfa: {
      totp: config.mfa.totp.enroll_enabled,
      maxEnrolledFactors: config.mfa.max_enrolled_factors,
    },
  };
}
