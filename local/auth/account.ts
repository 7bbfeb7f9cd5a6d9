/** @module GET and PUT /user: a person's own record. */
import { z } from "zod";
import { audit } from "./audit.ts";
import { type Caller, requireCaller } from "./authenticate.ts";
import {
  type AuthApp,
  type Call,
  type Db,
  inTransaction,
  objectField,
  parseBody,
  pkceFields,
  textField,
} from "./context.ts";
import { normalizeEmail } from "./email_address.ts";
import { AuthError, internal, invalid, unsupported } from "./errors.ts";
import { listFactors } from "./factors.ts";
import { createFlowState, startsPkce } from "./flow_state.ts";
import { clearTokens, hashToken, isTokenValid } from "./one_time_tokens.ts";
import { checkPasswordStrength, hashPassword, passwordMatches } from "./passwords.ts";
import { DUPLICATE_EMAIL } from "./registration.ts";
import { sendEmailChange } from "./token_mails.ts";
import {
  findUserOfAddress,
  loadUserView,
  mergeMetadata,
  refreshProviders,
  updateUser,
  type UserRow,
} from "./users.ts";
import { completeEmailChange } from "./verify.ts";

const UPDATE_BODY = z.object({
  email: textField,
  phone: textField,
  password: z.string().nullish(),
  current_password: textField,
  nonce: textField,
  data: objectField,
  app_metadata: objectField,
  ...pkceFields,
});

type Update = z.infer<typeof UPDATE_BODY>;

/** A sign-in this old no longer allows a new password by itself. */
const FRESH_SESSION_MS = 24 * 60 * 60 * 1000;

/** GET /user */
export async function getUser(app: AuthApp, call: Call): Promise<Response> {
  const { user } = await requireCaller(app, call);
  return Response.json(await loadUserView(app.sql, user));
}

async function checkFactors(app: AuthApp, caller: Caller, update: Update): Promise<void> {
  const factors = await listFactors(app.sql, caller.user.id);
  if (!factors.some((factor) => factor.status === "verified")) return;
  const touches = (update.password ?? "") !== "" ||
    (update.email !== "" && update.email !== caller.user.email);
  if (touches && caller.session?.aal !== "aal2") {
    throw new AuthError(
      401,
      "insufficient_aal",
      "AAL2 session is required to update email or password when MFA is enabled.",
    );
  }
}

async function checkReauthentication(app: AuthApp, caller: Caller, nonce: string): Promise<void> {
  if (!app.settings.securePasswordChange) return;
  const { session, user } = caller;
  if (session !== undefined && Date.now() - session.created_at.getTime() < FRESH_SESSION_MS) return;
  if (nonce === "") {
    throw new AuthError(
      400,
      "reauthentication_needed",
      "Password update requires reauthentication",
    );
  }
  const hash = hashToken(user.email ?? "", nonce);
  const { reauthentication_token: expected, reauthentication_sent_at: sentAt } = user;
  if (!isTokenValid(hash, expected, sentAt, app.settings.otpExpirySeconds)) {
    throw new AuthError(422, "reauthentication_not_valid", "Nonce has expired or is invalid");
  }
  await clearTokens(app.sql, user.id);
  await updateUser(app.sql, user.id, { reauthentication_token: "" });
}

/** The hash of the new password; undefined when the password stays. */
async function newPasswordHash(
  app: AuthApp,
  caller: Caller,
  update: Update,
): Promise<string | undefined> {
  const password = update.password ?? "";
  if (password === "") return undefined;
  const { user } = caller;
  if (user.is_anonymous && update.email === "") {
    throw new AuthError(
      422,
      "validation_failed",
      "Updating password of an anonymous user without an email or phone is not allowed",
    );
  }
  await checkReauthentication(app, caller, update.nonce);
  if (await passwordMatches(app, user.encrypted_password, password)) {
    throw new AuthError(
      422,
      "same_password",
      "New password should be different from the old password.",
    );
  }
  return await hashPassword(app, password);
}

/** Stores a password. Codes that are out are void; other sessions end. */
export async function storePassword(
  tx: Db,
  user: UserRow,
  hash: string,
  keptSession: string | undefined,
): Promise<UserRow> {
  await clearTokens(tx, user.id);
  const changed = await updateUser(tx, user.id, {
    encrypted_password: hash,
    confirmation_token: "",
    confirmation_sent_at: null,
    recovery_token: "",
    recovery_sent_at: null,
    email_change_token_current: "",
    email_change_token_new: "",
    email_change_sent_at: null,
    reauthentication_token: "",
    reauthentication_sent_at: null,
  });
  await tx`
    delete from auth.sessions
    where user_id = ${user.id} and id is distinct from ${keptSession ?? null}::uuid
  `;
  return changed;
}

async function changeEmail(
  app: AuthApp,
  call: Call,
  tx: Db,
  user: UserRow,
  update: Update,
): Promise<UserRow> {
  if (user.is_anonymous && !app.settings.emailConfirmations) {
    const asked = await updateUser(tx, user.id, { email_change: update.email });
    return await refreshProviders(tx, await completeEmailChange(tx, asked));
  }
  const pkce = startsPkce(update);
  if (pkce) {
    const flow = { provider: "email_change", method: "email_change", userId: user.id } as const;
    await createFlowState(tx, update, flow);
  }
  return await sendEmailChange(app, call, tx, user, update.email, pkce);
}

async function apply(
  app: AuthApp,
  call: Call,
  caller: Caller,
  update: Update,
  hash: string | undefined,
): Promise<UserRow> {
  return await inTransaction(app, async (tx) => {
    let user = caller.user;
    if (hash !== undefined) {
      user = await storePassword(tx, user, hash, caller.session?.id);
      await audit(tx, user, "user_updated_password");
    }
    if (update.data !== undefined) {
      try {
        user = await updateUser(tx, user.id, {
          raw_user_meta_data: mergeMetadata(user.raw_user_meta_data, update.data),
        });
      } catch (cause) {
        throw internal("Error updating user", cause);
      }
    }
    if (update.email !== "" && update.email !== user.email) {
      user = await changeEmail(app, call, tx, user, update);
    }
    await audit(tx, user, "user_modified");
    return user;
  });
}

/** PUT /user */
export async function putUser(app: AuthApp, call: Call): Promise<Response> {
  const caller = await requireCaller(app, call);
  app.limits.take("user", call.ip);
  const body = parseBody(call, UPDATE_BODY);
  if (body.phone !== "") throw unsupported("A phone number");
  const update = { ...body, email: body.email === "" ? "" : normalizeEmail(body.email) };
  if (update.password !== undefined && update.password !== null) {
    checkPasswordStrength(app.settings, update.password);
  }
  if (update.app_metadata !== undefined) {
    throw new AuthError(
      403,
      "not_admin",
      "Updating app_metadata requires admin privileges",
    );
  }
  await checkFactors(app, caller, update);
  if (update.email !== "" && update.email !== caller.user.email) {
    if (await findUserOfAddress(app.sql, update.email, caller.user.id) !== undefined) {
      throw new AuthError(422, "email_exists", DUPLICATE_EMAIL);
    }
  }
  if (update.current_password !== "") {
    const { encrypted_password: hash } = caller.user;
    if (!await passwordMatches(app, hash, update.current_password)) {
      throw invalid("Current password is not correct");
    }
  }
  const hash = await newPasswordHash(app, caller, update);
  const user = await apply(app, call, caller, update, hash);
  return Response.json(await loadUserView(app.sql, user));
}
