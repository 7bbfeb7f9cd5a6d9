/** @module Which endpoint answers which path. */
import { getUser, putUser } from "./account.ts";
import { auditTrail, generateLink, invite } from "./admin_links.ts";
import {
  createUser,
  deleteUserById,
  getUserById,
  listUsers,
  updateUserById,
} from "./admin_users.ts";
import type { Handler } from "./context.ts";
import { logout } from "./logout.ts";
import { health, jwks, missing, openidConfiguration, publicSettings } from "./meta.ts";
import {
  adminDeleteFactor,
  adminListFactors,
  challengeFactor,
  enrollFactor,
  unenrollFactor,
  verifyFactor,
} from "./mfa.ts";
import { authorize, authorizeLink, callback, deleteIdentity } from "./oauth.ts";
import { magicLink, otp, reauthenticate, recover, resend } from "./recovery.ts";
import { token } from "./sign_in.ts";
import { signup } from "./signup.ts";
import { verifyGet, verifyPost } from "./verify.ts";

/** A path that was found. */
export interface Match {
  readonly handler: Handler;
  readonly params: Readonly<Record<string, string>>;
}

interface Route {
  readonly method: string;
  readonly parts: readonly string[];
  readonly handler: Handler;
}

const TABLE: readonly (readonly [string, Handler])[] = [
  ["GET /health", health],
  ["GET /settings", publicSettings],
  ["GET /.well-known/jwks.json", jwks],
  ["GET /.well-known/openid-configuration", openidConfiguration],
  ["POST /signup", signup],
  ["POST /token", token],
  ["POST /logout", logout],
  ["GET /user", getUser],
  ["PUT /user", putUser],
  ["POST /recover", recover],
  ["POST /otp", otp],
  ["POST /magiclink", magicLink],
  ["POST /resend", resend],
  ["GET /reauthenticate", reauthenticate],
  ["POST /reauthenticate", reauthenticate],
  ["GET /verify", verifyGet],
  ["POST /verify", verifyPost],
  ["GET /authorize", authorize],
  ["GET /callback", callback],
  ["GET /user/identities/authorize", authorizeLink],
  ["DELETE /user/identities/:identity_id", deleteIdentity],
  ["POST /factors", enrollFactor],
  ["POST /factors/:factor_id/challenge", challengeFactor],
  ["POST /factors/:factor_id/verify", verifyFactor],
  ["DELETE /factors/:factor_id", unenrollFactor],
  ["GET /admin/users/:user_id/factors", adminListFactors],
  ["DELETE /admin/users/:user_id/factors/:factor_id", adminDeleteFactor],
  ["POST /invite", invite],
  ["GET /admin/users", listUsers],
  ["POST /admin/users", createUser],
  ["GET /admin/users/:user_id", getUserById],
  ["PUT /admin/users/:user_id", updateUserById],
  ["DELETE /admin/users/:user_id", deleteUserById],
  ["POST /admin/generate_link", generateLink],
  ["GET /admin/audit", auditTrail],
];

/** Parts of the hosted service that are refused by name, whatever comes after the prefix. */
const MISSING: readonly (readonly [string, string])[] = [
  ["/sso", "Single sign-on"],
  ["/saml", "SAML"],
  ["/admin/sso", "Single sign-on"],
  ["/factors/recovery-codes", "Recovery codes"],
  ["/passkeys", "Signing in with passkeys"],
  ["/oauth", "The OAuth 2.1 server"],
  ["/user/oauth", "The OAuth 2.1 server"],
  ["/admin/oauth", "The OAuth 2.1 server"],
  ["/admin/custom-providers", "Managing custom providers"],
  ["/scim", "SCIM"],
];

function split(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

const ROUTES: readonly Route[] = TABLE.map(([spec, handler]) => {
  const [method = "", path = ""] = spec.split(" ");
  return { method, parts: split(path), handler };
});

function matchParts(
  parts: readonly string[],
  path: readonly string[],
): Record<string, string> | undefined {
  if (parts.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const value = path[i] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

/** Finds the endpoint; `wrong method` when the path exists for other methods only. */
export function findRoute(method: string, path: string): Match | "wrong method" | undefined {
  const parts = split(path);
  let seen = false;
  for (const route of ROUTES) {
    const params = matchParts(route.parts, parts);
    if (params === undefined) continue;
    if (route.method === method) return { handler: route.handler, params };
    seen = true;
  }
  if (seen) return "wrong method";
  const refused = MISSING.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
  return refused === undefined ? undefined : { handler: missing(refused[1]), params: {} };
}
