/** @module Sign-in with external providers: /authorize, /callback and linked identities. */
import { signLegacyToken, verifyToken } from "../jwt.ts";
import {
  askBeforeLinking,
  linkIdentity,
  signInByIdentity,
  unlinkIdentity,
} from "./account_linking.ts";
import { isUuid, requireCaller } from "./authenticate.ts";
import { type AuthApp, type Call, inTransaction } from "./context.ts";
import { AuthError, invalid } from "./errors.ts";
import { createFlowState, findFlowState, startsPkce } from "./flow_state.ts";
import { authorizationUrl, type ProviderProfile, readProfile } from "./oauth_client.ts";
import { isRedirectAllowed, redirect, redirectTarget } from "./redirects.ts";
import type { OAuthProviderSettings } from "./settings.ts";
import { openSession } from "./tokens.ts";
import { findUser } from "./users.ts";
import { sessionLocation } from "./verify.ts";

const STATE_LIFETIME_SECONDS = 300;
/** Marks our states, so that no other token of the project passes for one. */
const STATE_USE = "oauth_state";

/** What comes back from the provider with the person. */
interface State {
  readonly provider: string;
  readonly referrer: string;
  readonly flowStateId: string;
  readonly linkingTargetId: string;
}

/** Parameters that are for us and not for the provider. */
const OWN_PARAMS = new Set([
  "provider",
  "scopes",
  "code_challenge",
  "code_challenge_method",
  "redirect_to",
  "skip_http_redirect",
  "invite_token",
]);

function findProvider(app: AuthApp, name: string): OAuthProviderSettings {
  const provider = Object.hasOwn(app.settings.providers, name)
    ? app.settings.providers[name]
    : undefined;
  if (provider === undefined) {
    throw invalid("Unsupported provider: provider is not enabled");
  }
  return provider;
}

function callbackUri(app: AuthApp, provider: OAuthProviderSettings): string {
  return provider.redirectUri ?? `${app.externalUrl}/callback`;
}

async function startFlow(app: AuthApp, call: Call, linkingTargetId: string): Promise<string> {
  const query = call.url.searchParams;
  const name = (query.get("provider") ?? "").toLowerCase();
  const provider = findProvider(app, name);
  const pkce = {
    code_challenge: query.get("code_challenge") ?? "",
    code_challenge_method: query.get("code_challenge_method") ?? "",
  };
  const flowStateId = startsPkce(pkce)
    ? await createFlowState(app.sql, pkce, { provider: name, method: "oauth", userId: null })
    : "";
  const state = await signLegacyToken({
    use: STATE_USE,
    exp: Math.floor(Date.now() / 1000) + STATE_LIFETIME_SECONDS,
    provider: name,
    referrer: redirectTarget(app, call),
    flow_state_id: flowStateId,
    linking_target_id: linkingTargetId,
  }, app.jwt);
  const more = new Map([...query].filter(([key]) => !OWN_PARAMS.has(key)));
  return authorizationUrl(provider, {
    redirectUri: callbackUri(app, provider),
    state,
    scopes: (query.get("scopes") ?? "").split(/[ ,]+/).filter((scope) => scope !== ""),
    more,
  });
}

/** GET /authorize */
export async function authorize(app: AuthApp, call: Call): Promise<Response> {
  return redirect(302, await startFlow(app, call, ""));
}

function requireManualLinking(app: AuthApp): void {
  if (!app.settings.manualLinking) {
    throw new AuthError(404, "manual_linking_disabled", "Manual linking is disabled");
  }
}

/** GET /user/identities/authorize */
export async function authorizeLink(app: AuthApp, call: Call): Promise<Response> {
  const { user } = await requireCaller(app, call);
  requireManualLinking(app);
  const url = await startFlow(app, call, user.id);
  return call.url.searchParams.get("skip_http_redirect") === "true"
    ? Response.json({ url })
    : redirect(302, url);
}

/** DELETE /user/identities/:identity_id */
export async function deleteIdentity(app: AuthApp, call: Call): Promise<Response> {
  const { user } = await requireCaller(app, call);
  requireManualLinking(app);
  const id = call.params.identity_id ?? "";
  if (!isUuid(id)) throw new AuthError(404, "validation_failed", "identity_id must be an UUID");
  await inTransaction(app, (tx) => unlinkIdentity(tx, user, id));
  return Response.json({});
}

async function readState(app: AuthApp, call: Call): Promise<State> {
  const token = call.url.searchParams.get("state") ?? "";
  if (token === "") {
    throw new AuthError(400, "bad_oauth_callback", "OAuth state parameter missing");
  }
  try {
    const claims = await verifyToken(token, app.jwt);
    const field = (name: string) => typeof claims[name] === "string" ? String(claims[name]) : "";
    if (field("use") !== STATE_USE) throw new Error("not a state");
    return {
      provider: field("provider"),
      referrer: field("referrer"),
      flowStateId: field("flow_state_id"),
      linkingTargetId: field("linking_target_id"),
    };
  } catch (cause) {
    throw new AuthError(
      400,
      "bad_oauth_state",
      "OAuth callback with invalid state",
      { cause },
    );
  }
}

async function profileOf(app: AuthApp, call: Call, state: State): Promise<ProviderProfile> {
  const query = call.url.searchParams;
  const refusal = query.get("error") ?? "";
  if (refusal !== "") {
    const why = query.get("error_description") ?? refusal;
    throw new AuthError(
      refusal === "access_denied" ? 403 : 500,
      "bad_oauth_callback",
      why,
    );
  }
  const code = query.get("code") ?? "";
  if (code === "") {
    throw new AuthError(
      400,
      "bad_oauth_callback",
      "OAuth callback with missing authorization code",
    );
  }
  const provider = findProvider(app, state.provider);
  return await readProfile(provider, code, callbackUri(app, provider));
}

async function finish(app: AuthApp, call: Call, state: State, target: string): Promise<string> {
  const profile = await profileOf(app, call, state);
  if (state.linkingTargetId === "") await askBeforeLinking(app, call, state.provider, profile);
  return await inTransaction(app, async (tx) => {
    const linking = state.linkingTargetId === ""
      ? undefined
      : await findUser(tx, state.linkingTargetId);
    if (state.linkingTargetId !== "" && linking === undefined) {
      throw new AuthError(422, "user_not_found", "Linking target user not found");
    }
    const user = linking === undefined
      ? await signInByIdentity(app, call, tx, state.provider, profile)
      : await linkIdentity(app, call, tx, linking, state.provider, profile);
    if (state.flowStateId === "") {
      const answer = await openSession(app, call, tx, user, "oauth");
      const more = new URLSearchParams({ provider_token: profile.accessToken });
      if (profile.refreshToken !== "") more.set("provider_refresh_token", profile.refreshToken);
      return sessionLocation(target, answer, more);
    }
    const flow = await findFlowState(tx, state.flowStateId);
    // A flow is finished once; its code is out from then on.
    if (flow === undefined || flow.user_id !== null) {
      throw new AuthError(422, "flow_state_not_found", "Flow state not found");
    }
    await tx`
      update auth.flow_state set user_id = ${user.id}, auth_code_issued_at = now(),
        provider_access_token = ${profile.accessToken},
        provider_refresh_token = ${profile.refreshToken}, updated_at = now()
      where id = ${flow.id}
    `;
    const url = new URL(target);
    url.searchParams.set("code", flow.auth_code);
    return url.href;
  });
}

const ERROR_NAMES: Readonly<Record<number, string>> = {
  400: "invalid_request",
  401: "unauthorized_client",
  403: "access_denied",
  503: "temporarily_unavailable",
};
const DENIALS = new Set(["signup_disabled", "user_banned", "provider_email_needs_verification"]);

/** The redirect that tells an error in the query and the fragment. */
function errorLocation(target: string, error: AuthError): string {
  const url = new URL(target);
  const denied = DENIALS.has(error.code ?? "");
  const told = new URLSearchParams({
    error: denied ? "access_denied" : ERROR_NAMES[error.status] ?? "server_error",
    error_code: error.code ?? (error.status === 500 ? "unexpected_failure" : "unknown"),
    error_description: error.message,
  });
  told.forEach((value, key) => url.searchParams.set(key, value));
  url.hash = told.toString();
  return url.href;
}

/** GET /callback */
export async function callback(app: AuthApp, call: Call): Promise<Response> {
  let target = app.siteUrl;
  try {
    const state = await readState(app, call);
    if (isRedirectAllowed(app, state.referrer)) target = state.referrer;
    return redirect(302, await finish(app, call, state, target));
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return redirect(302, errorLocation(target, error));
  }
}
