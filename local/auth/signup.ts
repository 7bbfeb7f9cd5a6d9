/** @module POST /signup: with an address and a password, or anonymously. */
import { z } from "zod";
import { audit } from "./audit.ts";
import {
  type AuthApp,
  type Call,
  inTransaction,
  objectField,
  parseBody,
  pkceFields,
  textField,
} from "./context.ts";
import { normalizeEmail } from "./email_address.ts";
import { AuthError, invalid, unsupported } from "./errors.ts";
import { createFlowState, startsPkce } from "./flow_state.ts";
import { checkPasswordStrength, hashPassword } from "./passwords.ts";
import { askBeforeCreation, emailUser, ensureEmailIdentity, storeUser } from "./registration.ts";
import { sendToken } from "./token_mails.ts";
import { openSession } from "./tokens.ts";
import {
  AUDIENCE,
  confirmEmail,
  findUserOfAddress,
  loadUserView,
  type Metadata,
  type NewUser,
  type UserRow,
} from "./users.ts";

const SIGNUP_BODY = z.object({
  email: textField,
  phone: textField,
  password: textField,
  data: objectField,
  ...pkceFields,
});

/** What a sign-up by e-mail asks for. */
export interface EmailSignup {
  readonly email: string;
  readonly password: string;
  readonly data: Metadata;
  readonly code_challenge: string;
  readonly code_challenge_method: string;
}

/** How a sign-up by e-mail ended. */
export type SignupResult =
  | { readonly kind: "confirmed" | "unconfirmed"; readonly user: UserRow }
  | { readonly kind: "repeated"; readonly user: UserRow };

async function confirmOrAsk(
  app: AuthApp,
  call: Call,
  params: EmailSignup,
  known: UserRow | undefined,
  created: NewUser | undefined,
): Promise<UserRow> {
  const pkce = startsPkce(params);
  return await inTransaction(app, async (tx) => {
    const stored = known ?? (created === undefined ? undefined : await storeUser(tx, created));
    if (stored === undefined) throw new Error("nobody to sign up");
    const user = await ensureEmailIdentity(tx, stored, params.data);
    if (!app.settings.emailConfirmations) {
      await audit(tx, user, "user_signedup", { provider: "email" });
      return await confirmEmail(tx, user);
    }
    await audit(tx, user, "user_confirmation_requested", { provider: "email" });
    if (pkce) {
      await createFlowState(tx, params, {
        provider: "email",
        method: "email/signup",
        userId: user.id,
      });
    }
    return await sendToken(app, call, tx, user, "signup", pkce);
  });
}

/** Signs a person up by e-mail, up to but without opening a session. */
export async function signUpByEmail(
  app: AuthApp,
  call: Call,
  params: EmailSignup,
): Promise<SignupResult> {
  if (!app.settings.signupEnabled) {
    throw new AuthError(422, "signup_disabled", "Signups not allowed for this instance");
  }
  if (params.password === "") throw invalid("Signup requires a valid password");
  checkPasswordStrength(app.settings, params.password);
  startsPkce(params);
  if (!app.settings.emailProviderEnabled) {
    throw new AuthError(400, "email_provider_disabled", "Email signups are disabled");
  }
  const email = normalizeEmail(params.email);
  const known = await findUserOfAddress(app.sql, email);
  // Also for a known address, so that the time of the answer does not tell it from a new one.
  const hash = await hashPassword(app, params.password);
  if (known !== undefined && known.email_confirmed_at !== null) {
    await audit(app.sql, known, "user_repeated_signup", { provider: "email" });
    return { kind: "repeated", user: known };
  }
  const created = known === undefined ? emailUser(email, hash, params.data) : undefined;
  if (created !== undefined) await askBeforeCreation(app, call.ip, created);
  const user = await confirmOrAsk(app, call, params, known, created);
  return { kind: user.email_confirmed_at === null ? "unconfirmed" : "confirmed", user };
}

/** Looks like a person who has just signed up, and tells nothing about the one who has already. */
function decoyView(email: string, data: Metadata): Metadata {
  const now = new Date().toISOString();
  return {
    id: crypto.randomUUID(),
    aud: AUDIENCE,
    role: "",
    email,
    phone: "",
    confirmation_sent_at: now,
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: data,
    identities: [],
    created_at: now,
    updated_at: now,
    is_anonymous: false,
  };
}

async function signUpAnonymously(app: AuthApp, call: Call, data: Metadata): Promise<Response> {
  if (!app.settings.anonymousSignIns) {
    throw new AuthError(
      422,
      "anonymous_provider_disabled",
      "Anonymous sign-ins are disabled",
    );
  }
  app.limits.take("anonymous", call.ip);
  if (!app.settings.signupEnabled) {
    throw new AuthError(422, "signup_disabled", "Signups not allowed for this instance");
  }
  const created: NewUser = {
    id: crypto.randomUUID(),
    email: null,
    passwordHash: "",
    appMetadata: {},
    userMetadata: data,
    anonymous: true,
  };
  await askBeforeCreation(app, call.ip, created);
  const answer = await inTransaction(app, async (tx) => {
    const user = await storeUser(tx, created);
    return await openSession(app, call, tx, user, "anonymous");
  });
  return Response.json(answer);
}

/** POST /signup */
export async function signup(app: AuthApp, call: Call): Promise<Response> {
  const body = parseBody(call, SIGNUP_BODY);
  const data = body.data ?? {};
  if (body.email === "" && body.phone === "") return await signUpAnonymously(app, call, data);
  app.limits.take("signup", call.ip);
  if (body.email !== "" && body.phone !== "") {
    throw invalid("Only an email address or phone number should be provided on signup.");
  }
  if (body.phone !== "") throw unsupported("Sign-up by phone");
  const result = await signUpByEmail(app, call, { ...body, data });
  if (result.kind === "repeated") {
    if (!app.settings.emailConfirmations) {
      throw new AuthError(422, "user_already_exists", "User already registered");
    }
    return Response.json(decoyView(body.email.toLowerCase(), data));
  }
  if (result.kind === "confirmed") {
    return Response.json(
      await inTransaction(app, async (tx) => {
        await audit(tx, result.user, "login", { provider: "email" });
        return await openSession(app, call, tx, result.user, "password");
      }),
    );
  }
  const view = await loadUserView(app.sql, result.user);
  // An invited person's data is not for whoever knows the address.
  const invited = result.user.invited_at === null ? {} : { user_metadata: {}, identities: [] };
  return Response.json({ ...view, ...invited });
}
