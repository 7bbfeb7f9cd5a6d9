/** @module /factors: second factors by an authenticator app. */
import { renderSVG } from "uqr";
import { z } from "zod";
import { pathUser } from "./admin_users.ts";
import { audit, SERVICE_ACTOR } from "./audit.ts";
import { type Caller, isUuid, requireAdmin, requireCaller } from "./authenticate.ts";
import {
  type AuthApp,
  type Call,
  type Db,
  inTransaction,
  parseBody,
  textField,
} from "./context.ts";
import { AuthError, internal, invalid, unsupported } from "./errors.ts";
import { type Factor, listFactors } from "./factors.ts";
import { isTotpValid, newTotpSecret, totpUri } from "./totp.ts";
import { strengthenSession } from "./tokens.ts";

const ENROLL_BODY = z.object({
  friendly_name: textField,
  factor_type: textField,
  issuer: textField,
});
const VERIFY_BODY = z.object({ challenge_id: textField, code: textField });

const CHALLENGE_LIFETIME_SECONDS = 300;
const UNVERIFIED_LIFETIME_SECONDS = 300;

interface StoredFactor extends Factor {
  readonly secret: string | null;
}

interface Challenge {
  readonly id: string;
  readonly created_at: Date;
  readonly verified_at: Date | null;
  readonly ip: string;
}

function checkAnonymous(caller: Caller): void {
  if (caller.user.is_anonymous) {
    throw new AuthError(
      403,
      "no_authorization",
      "Anonymous user not allowed to perform these actions",
    );
  }
}

async function factorOf(db: Db, userId: string, id: string): Promise<StoredFactor> {
  if (!isUuid(id)) throw new AuthError(404, "validation_failed", "factor_id must be an UUID");
  const [factor] = await db<StoredFactor[]>`
    select id, created_at, updated_at, status, friendly_name, factor_type, secret
    from auth.mfa_factors where id = ${id} and user_id = ${userId}
  `;
  if (factor === undefined) throw new AuthError(404, "mfa_factor_not_found", "Factor not found");
  return factor;
}

function checkRoom(app: AuthApp, caller: Caller, factors: readonly Factor[], name: string): void {
  if (factors.some((factor) => factor.friendly_name === name)) {
    throw new AuthError(
      422,
      "mfa_factor_name_conflict",
      `A factor with the friendly name "${name}" for this user already exists`,
    );
  }
  if (factors.length >= app.settings.mfa.maxEnrolledFactors) {
    throw new AuthError(
      422,
      "too_many_enrolled_mfa_factors",
      "Maximum number of verified factors reached, unenroll to continue",
    );
  }
  const verified = factors.some((factor) => factor.status === "verified");
  if (verified && caller.session?.aal !== "aal2") {
    throw new AuthError(403, "insufficient_aal", "AAL2 required to enroll a new factor");
  }
}

/** POST /factors */
export async function enrollFactor(app: AuthApp, call: Call): Promise<Response> {
  const caller = await requireCaller(app, call);
  checkAnonymous(caller);
  if (caller.session === undefined) {
    throw internal("A valid session and a registered user are required to enroll a factor");
  }
  const body = parseBody(call, ENROLL_BODY);
  if (body.factor_type === "phone" || body.factor_type === "webauthn") {
    throw unsupported(`A second factor of the type ${body.factor_type}`);
  }
  if (body.factor_type !== "totp") {
    throw invalid("factor_type needs to be totp, phone, or webauthn");
  }
  if (!app.settings.mfa.totp) {
    throw new AuthError(
      422,
      "mfa_totp_enroll_not_enabled",
      "MFA enroll is disabled for TOTP",
    );
  }
  const { user } = caller;
  const secret = newTotpSecret();
  const uri = totpUri(secret, body.issuer || new URL(app.siteUrl).host, user.email ?? "");
  const id = crypto.randomUUID();
  await inTransaction(app, async (tx) => {
    // Enrolments of one person take turns, so that their number stays within bounds.
    await tx`select from auth.users where id = ${user.id} for update`;
    await tx`
      delete from auth.mfa_factors where user_id = ${user.id} and status = 'unverified'
        and created_at < now() - make_interval(secs => ${UNVERIFIED_LIFETIME_SECONDS})
    `;
    checkRoom(app, caller, await listFactors(tx, user.id), body.friendly_name);
    await tx`
      insert into auth.mfa_factors (
        id, user_id, friendly_name, factor_type, status, created_at, updated_at, secret
      ) values (
        ${id}, ${user.id}, ${body.friendly_name}, 'totp', 'unverified', now(), now(), ${secret}
      )
    `;
    await audit(tx, user, "factor_in_progress", { factor_id: id }, call.ip);
  });
  return Response.json({
    id,
    type: "totp",
    friendly_name: body.friendly_name,
    totp: { qr_code: renderSVG(uri), secret, uri },
  });
}

/** POST /factors/:factor_id/challenge */
export async function challengeFactor(app: AuthApp, call: Call): Promise<Response> {
  const caller = await requireCaller(app, call);
  checkAnonymous(caller);
  app.limits.take("verify", call.ip);
  const factor = await factorOf(app.sql, caller.user.id, call.params.factor_id ?? "");
  const id = crypto.randomUUID();
  await inTransaction(app, async (tx) => {
    await tx`
      insert into auth.mfa_challenges (id, factor_id, created_at, ip_address)
      values (${id}, ${factor.id}, now(), ${call.ip})
    `;
    await tx`
      update auth.mfa_factors set last_challenged_at = clock_timestamp() where id = ${factor.id}
    `;
    const traits = { factor_id: factor.id, factor_status: factor.status };
    await audit(tx, caller.user, "challenge_created", traits, call.ip);
  });
  const expiresAt = Math.floor(Date.now() / 1000) + CHALLENGE_LIFETIME_SECONDS;
  return Response.json({ id, type: "totp", expires_at: expiresAt });
}

async function checkChallenge(
  tx: Db,
  factor: StoredFactor,
  id: string,
  ip: string,
): Promise<void> {
  const [challenge] = isUuid(id)
    ? await tx<Challenge[]>`
      select id, created_at, verified_at, host(ip_address) as ip from auth.mfa_challenges
      where id = ${id} and factor_id = ${factor.id} for update
    `
    : [];
  if (challenge === undefined) {
    throw new AuthError(
      422,
      "mfa_factor_not_found",
      "MFA factor with the provided challenge ID not found",
    );
  }
  if (challenge.verified_at !== null || challenge.ip !== ip) {
    throw new AuthError(
      422,
      "mfa_ip_address_mismatch",
      "Challenge and verify IP addresses mismatch.",
    );
  }
  if (Date.now() > challenge.created_at.getTime() + CHALLENGE_LIFETIME_SECONDS * 1000) {
    throw new AuthError(
      422,
      "mfa_challenge_expired",
      `MFA challenge ${id} has expired, verify against another challenge or create ` +
        "a new challenge.",
    );
  }
}

/** POST /factors/:factor_id/verify */
export async function verifyFactor(app: AuthApp, call: Call): Promise<Response> {
  const caller = await requireCaller(app, call);
  checkAnonymous(caller);
  app.limits.take("verify", call.ip);
  const body = parseBody(call, VERIFY_BODY);
  const { user, session } = caller;
  const factor = await factorOf(app.sql, user.id, call.params.factor_id ?? "");
  if (session === undefined) throw internal("Cannot read SessionId claim as UUID");
  const answer = await inTransaction(app, async (tx) => {
    await checkChallenge(tx, factor, body.challenge_id, call.ip);
    if (!await isTotpValid(factor.secret ?? "", body.code, Date.now())) {
      throw new AuthError(422, "mfa_verification_failed", "Invalid TOTP code entered");
    }
    const traits = { factor_id: factor.id, challenge_id: body.challenge_id };
    await audit(tx, user, "verification_attempted", traits, call.ip);
    await tx`update auth.mfa_challenges set verified_at = now() where id = ${body.challenge_id}`;
    await tx`
      update auth.mfa_factors set status = 'verified', updated_at = now() where id = ${factor.id}
    `;
    const tokens = await strengthenSession(app, tx, user, session.id, factor.id);
    // Sessions that never showed the second factor are worth less than this one from now on.
    await tx`delete from auth.sessions where user_id = ${user.id} and aal < 'aal2'`;
    await tx`
      delete from auth.mfa_factors
      where user_id = ${user.id} and status = 'unverified' and factor_type = 'totp'
    `;
    return tokens;
  });
  return Response.json(answer);
}

async function removeFactor(tx: Db, userId: string, factorId: string): Promise<void> {
  await tx`delete from auth.mfa_factors where id = ${factorId}`;
  await tx`
    update auth.sessions set aal = 'aal1', factor_id = null, updated_at = now()
    where user_id = ${userId} and factor_id = ${factorId}
  `;
}

/** DELETE /factors/:factor_id */
export async function unenrollFactor(app: AuthApp, call: Call): Promise<Response> {
  const caller = await requireCaller(app, call);
  checkAnonymous(caller);
  const { user, session } = caller;
  const factor = await factorOf(app.sql, user.id, call.params.factor_id ?? "");
  if (factor.status === "verified" && session?.aal !== "aal2") {
    throw new AuthError(
      422,
      "insufficient_aal",
      "AAL2 required to unenroll verified factor",
    );
  }
  await inTransaction(app, async (tx) => {
    await removeFactor(tx, user.id, factor.id);
    const traits = {
      factor_id: factor.id,
      factor_status: factor.status,
      session_id: session?.id ?? "",
    };
    await audit(tx, user, "factor_unenrolled", traits, call.ip);
  });
  return Response.json({ id: factor.id });
}

/** GET /admin/users/:user_id/factors */
export async function adminListFactors(app: AuthApp, call: Call): Promise<Response> {
  await requireAdmin(app, call);
  const user = await pathUser(app, call);
  return Response.json(await listFactors(app.sql, user.id));
}

/** DELETE /admin/users/:user_id/factors/:factor_id */
export async function adminDeleteFactor(app: AuthApp, call: Call): Promise<Response> {
  await requireAdmin(app, call);
  const user = await pathUser(app, call);
  const { secret: _secret, ...factor } = await factorOf(
    app.sql,
    user.id,
    call.params.factor_id ?? "",
  );
  await inTransaction(app, async (tx) => {
    await removeFactor(tx, user.id, factor.id);
    const traits = { user_id: user.id, factor_id: factor.id };
    await audit(tx, SERVICE_ACTOR, "factor_deleted", traits, call.ip);
  });
  return Response.json(factor);
}
