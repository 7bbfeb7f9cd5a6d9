/** @module Endpoints that send a link or code: recover, otp, magiclink, resend, reauthenticate. */
import { z } from "zod";
import { audit } from "./audit.ts";
import { requireCaller } from "./authenticate.ts";
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
import { randomPassword } from "./passwords.ts";
import { signUpByEmail } from "./signup.ts";
import { sendEmailChange, sendToken } from "./token_mails.ts";
import { findUserByEmail, type Metadata, type UserRow } from "./users.ts";

const RECOVER_BODY = z.object({ email: textField, ...pkceFields });
const OTP_BODY = z.object({
  email: textField,
  phone: textField,
  channel: textField,
  create_user: z.boolean().nullish(),
  data: objectField,
  ...pkceFields,
});
const RESEND_BODY = z.object({ type: textField, email: textField, phone: textField });

type LinkRequest = z.infer<typeof RECOVER_BODY>;

function requireEmailProvider(app: AuthApp): void {
  if (!app.settings.emailProviderEnabled) {
    throw new AuthError(400, "email_provider_disabled", "Email logins are disabled");
  }
}

/** Nothing, said the same way to everyone. */
function done(): Response {
  return Response.json({});
}

/** Sends a link to a person whose address is known. */
async function sendLink(
  app: AuthApp,
  call: Call,
  user: UserRow,
  request: LinkRequest,
  mail: "magiclink" | "recovery",
): Promise<void> {
  const pkce = startsPkce(request);
  await inTransaction(app, async (tx) => {
    await audit(tx, user, "user_recovery_requested");
    if (pkce) await createFlowState(tx, request, { provider: mail, method: mail, userId: user.id });
    return await sendToken(app, call, tx, user, mail, pkce);
  });
}

/** POST /recover */
export async function recover(app: AuthApp, call: Call): Promise<Response> {
  app.limits.take("recover", call.ip);
  requireEmailProvider(app);
  const body = parseBody(call, RECOVER_BODY);
  if (body.email === "") throw invalid("Password recovery requires an email");
  startsPkce(body);
  const email = normalizeEmail(body.email);
  const user = await findUserByEmail(app.sql, email);
  if (user !== undefined) await sendLink(app, call, user, body, "recovery");
  return done();
}

/** Sends a sign-in link, making the person when nobody has the address yet. */
async function sendMagicLink(
  app: AuthApp,
  call: Call,
  request: LinkRequest,
  data: Metadata,
): Promise<Response> {
  requireEmailProvider(app);
  if (request.email === "") throw invalid("Password recovery requires an email");
  startsPkce(request);
  const email = normalizeEmail(request.email);
  const known = await findUserByEmail(app.sql, email);
  if (known !== undefined && known.email_confirmed_at !== null) {
    await sendLink(app, call, known, request, "magiclink");
    return done();
  }
  const result = await signUpByEmail(app, call, { ...request, password: signUpPassword(), data });
  // With confirmations the sign-up has sent a link already, which signs in as well.
  if (result.kind === "confirmed") await sendLink(app, call, result.user, request, "magiclink");
  return done();
}

/** Meets any demand that a project may make of passwords. */
function signUpPassword(): string {
  return `aA0!${randomPassword()}`.slice(0, 64);
}

/** POST /magiclink */
export async function magicLink(app: AuthApp, call: Call): Promise<Response> {
  app.limits.take("magiclink", call.ip);
  const body = parseBody(call, OTP_BODY);
  return await sendMagicLink(app, call, body, body.data ?? {});
}

/** POST /otp */
export async function otp(app: AuthApp, call: Call): Promise<Response> {
  app.limits.take("otp", call.ip);
  const body = parseBody(call, OTP_BODY);
  if (body.email !== "" && body.phone !== "") {
    throw invalid("Only an email address or phone number should be provided");
  }
  if (body.phone !== "") throw unsupported("Sign-in by phone");
  if (body.email === "") throw invalid("One of email or phone must be set");
  if (body.channel !== "") {
    throw invalid("Channel should only be specified with Phone OTP");
  }
  if (body.create_user === false) {
    if (await findUserByEmail(app.sql, normalizeEmail(body.email)) === undefined) {
      throw new AuthError(422, "otp_disabled", "Signups not allowed for otp");
    }
  }
  return await sendMagicLink(app, call, body, body.data ?? {});
}

/** POST /resend */
export async function resend(app: AuthApp, call: Call): Promise<Response> {
  app.limits.take("resend", call.ip);
  const body = parseBody(call, RESEND_BODY);
  if (body.type === "sms" || body.type === "phone_change") {
    throw unsupported("Verification by phone");
  }
  if (body.type !== "signup" && body.type !== "email_change") {
    throw invalid("Missing one of these types: signup, email_change, sms, phone_change");
  }
  if (body.email === "") throw invalid("Type provided requires an email address");
  requireEmailProvider(app);
  const user = await findUserByEmail(app.sql, normalizeEmail(body.email));
  if (user === undefined) return done();
  if (body.type === "signup") {
    if (user.email_confirmed_at !== null) return done();
    await inTransaction(app, async (tx) => {
      await audit(tx, user, "user_confirmation_requested");
      return await sendToken(app, call, tx, user, "signup", false);
    });
    return done();
  }
  const wanted = user.email_change ?? "";
  if (wanted === "") return done();
  await inTransaction(app, (tx) => sendEmailChange(app, call, tx, user, wanted, false));
  return done();
}

/** GET /reauthenticate */
export async function reauthenticate(app: AuthApp, call: Call): Promise<Response> {
  const { user } = await requireCaller(app, call);
  if ((user.email ?? "") === "") {
    throw new AuthError(
      422,
      "validation_failed",
      "Reauthentication requires the user to have an email or a phone number",
    );
  }
  if (user.email_confirmed_at === null) {
    throw new AuthError(
      422,
      "email_not_confirmed",
      "Please verify your email first.",
    );
  }
  await inTransaction(app, async (tx) => {
    await audit(tx, user, "user_reauthenticate_requested");
    return await sendToken(app, call, tx, user, "reauthentication", false);
  });
  return done();
}
