/** @module POST /token: sessions for passwords, refresh tokens and codes. */
import { z } from "zod";
import { audit } from "./audit.ts";
import { type AuthApp, type Call, inTransaction, parseBody, textField } from "./context.ts";
import { AuthError, invalid, unsupported, WeakPasswordError } from "./errors.ts";
import { checkVerifier, redeemableFlow } from "./flow_state.ts";
import { checkPasswordStrength, passwordMatches } from "./passwords.ts";
import { openSession, refreshSession, type TokenAnswer } from "./tokens.ts";
import { findUser, findUserByEmail, isBanned, type Metadata, type UserRow } from "./users.ts";

const PASSWORD_BODY = z.object({ email: textField, phone: textField, password: textField });
const REFRESH_BODY = z.object({ refresh_token: textField });
const PKCE_BODY = z.object({ auth_code: textField, code_verifier: textField });

function badCredentials(): AuthError {
  return new AuthError(400, "invalid_credentials", "Invalid login credentials");
}

/** What is wrong with a password that was accepted once, when demands have grown since. */
function weakness(app: AuthApp, password: string): Metadata {
  try {
    checkPasswordStrength(app.settings, password);
    return {};
  } catch (error) {
    if (!(error instanceof WeakPasswordError)) return {};
    return { weak_password: { message: error.message, reasons: error.reasons } };
  }
}

function checkMayEnter(user: UserRow): void {
  if (isBanned(user)) throw new AuthError(400, "user_banned", "User is banned");
}

async function passwordGrant(app: AuthApp, call: Call): Promise<Response> {
  app.limits.take("password", call.ip);
  const body = parseBody(call, PASSWORD_BODY);
  if (body.email !== "" && body.phone !== "") {
    throw invalid("Only an email address or phone number should be provided on login.");
  }
  if (body.phone !== "") throw unsupported("Sign-in by phone");
  if (body.email === "") throw invalid("missing email or phone");
  if (!app.settings.emailProviderEnabled) {
    throw new AuthError(422, "email_provider_disabled", "Email logins are disabled");
  }
  const user = await findUserByEmail(app.sql, body.email);
  const matches = await passwordMatches(app, user?.encrypted_password, body.password);
  if (user === undefined) throw badCredentials();
  checkMayEnter(user);
  if (!matches) throw badCredentials();
  if (user.email_confirmed_at === null) {
    throw new AuthError(400, "email_not_confirmed", "Email not confirmed");
  }
  const answer = await inTransaction(app, async (tx) => {
    await audit(tx, user, "login", { provider: "email" });
    return await openSession(app, call, tx, user, "password");
  });
  return Response.json({ ...answer, ...weakness(app, body.password) });
}

async function refreshGrant(app: AuthApp, call: Call): Promise<Response> {
  app.limits.take("token", call.ip);
  const { refresh_token } = parseBody(call, REFRESH_BODY);
  if (refresh_token === "") throw invalid("refresh_token required");
  return Response.json(await refreshSession(app, call, refresh_token));
}

async function pkceGrant(app: AuthApp, call: Call): Promise<Response> {
  app.limits.take("token", call.ip);
  const body = parseBody(call, PKCE_BODY);
  if (body.auth_code === "" || body.code_verifier === "") {
    throw invalid("invalid request: both auth code and code verifier should be non-empty");
  }
  const flow = await redeemableFlow(app.sql, body.auth_code);
  await checkVerifier(flow, body.code_verifier);
  const answer = await inTransaction(app, async (tx): Promise<TokenAnswer> => {
    // Deleted first: of two that redeem one code at once, the second finds it gone.
    const [spent] = await tx<{ id: string }[]>`
      delete from auth.flow_state where id = ${flow.id} returning id
    `;
    const user = await findUser(tx, flow.user_id ?? "");
    if (spent === undefined || user === undefined) {
      throw new AuthError(
        404,
        "flow_state_not_found",
        "invalid flow state, no valid flow state found",
      );
    }
    checkMayEnter(user);
    await audit(tx, user, "login", { provider_type: flow.provider_type });
    return await openSession(app, call, tx, user, flow.authentication_method);
  });
  return Response.json({
    ...answer,
    ...(flow.provider_access_token ? { provider_token: flow.provider_access_token } : {}),
    ...(flow.provider_refresh_token ? { provider_refresh_token: flow.provider_refresh_token } : {}),
  });
}

/** POST /token?grant_type=… */
export async function token(app: AuthApp, call: Call): Promise<Response> {
  const grant = call.url.searchParams.get("grant_type") ?? "";
  switch (grant) {
    case "password":
      return await passwordGrant(app, call);
    case "refresh_token":
      return await refreshGrant(app, call);
    case "pkce":
      return await pkceGrant(app, call);
    case "id_token":
    case "web3":
      throw unsupported(`The grant type ${grant}`);
    default:
      throw new AuthError(400, "invalid_credentials", "unsupported_grant_type");
  }
}
