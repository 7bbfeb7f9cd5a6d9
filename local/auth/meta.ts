/** @module What anybody may know of the service: health, settings, keys. */
import { publicJwks } from "../jwt.ts";
import type { AuthApp, Call, Handler } from "./context.ts";
import { unsupported } from "./errors.ts";

/** Version of the hosted service that this one stands in for. */
const STANDS_IN_FOR = "v2.197.0-local";

/** GET /health */
export function health(): Promise<Response> {
  return Promise.resolve(Response.json({
    version: STANDS_IN_FOR,
    name: "GoTrue",
    description: "GoTrue is a user registration and authentication API",
  }));
}

/** GET /settings */
export function publicSettings(app: AuthApp): Promise<Response> {
  const { settings } = app;
  const providers = Object.fromEntries(Object.keys(settings.providers).map((name) => [name, true]));
  return Promise.resolve(Response.json({
    external: {
      anonymous_users: settings.anonymousSignIns,
      apple: false,
      azure: false,
      bitbucket: false,
      discord: false,
      facebook: false,
      figma: false,
      fly: false,
      github: false,
      gitlab: false,
      google: false,
      keycloak: false,
      kakao: false,
      linkedin: false,
      linkedin_oidc: false,
      notion: false,
      spotify: false,
      slack: false,
      slack_oidc: false,
      workos: false,
      twitch: false,
      twitter: false,
      zoom: false,
      ...providers,
      email: settings.emailProviderEnabled,
      phone: false,
    },
    disable_signup: !settings.signupEnabled,
    mailer_autoconfirm: !settings.emailConfirmations,
    phone_autoconfirm: false,
    sms_provider: "",
    saml_enabled: false,
  }));
}

/** GET /.well-known/jwks.json */
export function jwks(app: AuthApp): Promise<Response> {
  const headers = { "cache-control": "public, max-age=600" };
  return Promise.resolve(Response.json(publicJwks(app.jwt), { headers }));
}

/** GET /.well-known/openid-configuration */
export function openidConfiguration(app: AuthApp): Promise<Response> {
  const base = app.externalUrl;
  const algorithm = app.jwt.signing === undefined ? "HS256" : "ES256";
  return Promise.resolve(Response.json({
    issuer: base,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    userinfo_endpoint: `${base}/user`,
    jwks_uri: `${base}/.well-known/jwks.json`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [algorithm],
    code_challenge_methods_supported: ["S256", "plain"],
  }));
}

/** An endpoint of the hosted service that this one does not have. */
export function missing(what: string): Handler {
  return function refuse(_app: AuthApp, _call: Call): Promise<Response> {
    return Promise.reject(unsupported(what));
  };
}
