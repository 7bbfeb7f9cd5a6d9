/** @module POST /invite, POST /admin/generate_link and GET /admin/audit. */
import { z } from "zod";
import { audit, SERVICE_ACTOR } from "./audit.ts";
import { requireAdmin } from "./authenticate.ts";
import {
  type AuthApp,
  type Call,
  type Db,
  inTransaction,
  objectField,
  parseBody,
  textField,
} from "./context.ts";
import { actionLink } from "./emails.ts";
import { normalizeEmail } from "./email_address.ts";
import { AuthError, invalid } from "./errors.ts";
import { emailIdentityData, insertIdentity } from "./identities.ts";
import { generateOtp, hashToken, storeToken } from "./one_time_tokens.ts";
import { pageHeaders, readPage } from "./paging.ts";
import { checkPasswordStrength, hashPassword, randomPassword } from "./passwords.ts";
import { isRedirectAllowed, redirectTarget } from "./redirects.ts";
import { DUPLICATE_EMAIL, emailUser, storeUser } from "./registration.ts";
import { type IssuedToken, issueToken, sendToken } from "./token_mails.ts";
import {
  findUserByEmail,
  findUserOfAddress,
  INSTANCE_ID,
  loadUserView,
  mergeMetadata,
  type Metadata,
  updateUser,
  type UserRow,
} from "./users.ts";

const INVITE_BODY = z.object({ email: textField, data: objectField });
const LINK_BODY = z.object({
  type: textField,
  email: textField,
  new_email: textField,
  password: textField,
  data: objectField,
  redirect_to: textField,
});

type LinkParams = z.infer<typeof LINK_BODY>;

async function createEmailUser(
  tx: Db,
  email: string,
  hash: string,
  data: Metadata,
): Promise<UserRow> {
  const user = await storeUser(tx, emailUser(email, hash, data));
  await insertIdentity(tx, user.id, "email", emailIdentityData(user.id, email, false));
  return user;
}

async function ensureInvited(
  tx: Db,
  known: UserRow | undefined,
  email: string,
  data: Metadata,
): Promise<UserRow> {
  if (known !== undefined && known.email_confirmed_at !== null) {
    throw new AuthError(422, "email_exists", DUPLICATE_EMAIL);
  }
  const user = known ?? await createEmailUser(tx, email, "", data);
  await audit(tx, SERVICE_ACTOR, "user_invited", { user_id: user.id, user_email: email });
  return user;
}

/** POST /invite */
export async function invite(app: AuthApp, call: Call): Promise<Response> {
  await requireAdmin(app, call);
  const body = parseBody(call, INVITE_BODY);
  const email = normalizeEmail(body.email);
  const known = await findUserByEmail(app.sql, email);
  const user = await inTransaction(app, async (tx) => {
    const invited = await ensureInvited(tx, known, email, body.data ?? {});
    return await sendToken(app, call, tx, invited, "invite", false);
  });
  return Response.json(await loadUserView(app.sql, user));
}

/** What a link of some type needs before it can be made. */
interface Prepared {
  readonly type: string;
  readonly known: UserRow | undefined;
  readonly hash: string;
}

async function prepare(app: AuthApp, params: LinkParams): Promise<Prepared> {
  const known = await findUserByEmail(app.sql, params.email);
  const { type } = params;
  if (type === "signup" && known === undefined) {
    if (params.password === "") throw invalid("Signup requires a valid password");
    checkPasswordStrength(app.settings, params.password);
    return { type, known, hash: await hashPassword(app, params.password) };
  }
  if (known !== undefined) return { type, known, hash: "" };
  if (type === "magiclink") {
    return { type: "signup", known, hash: await hashPassword(app, randomPassword()) };
  }
  if (type === "recovery" || type.startsWith("email_change")) {
    throw new AuthError(404, "user_not_found", "User with this email not found");
  }
  return { type, known, hash: "" };
}

async function issueEmailChange(
  app: AuthApp,
  tx: Db,
  user: UserRow,
  params: LinkParams,
): Promise<IssuedToken> {
  const current = params.type === "email_change_current";
  if (current && !app.settings.doubleConfirmEmailChange) {
    throw invalid("Enable secure email change to generate link for current email");
  }
  const wanted = normalizeEmail(params.new_email);
  if (await findUserOfAddress(tx, wanted, user.id) !== undefined) {
    throw new AuthError(422, "email_exists", DUPLICATE_EMAIL);
  }
  const address = current ? user.email ?? "" : wanted;
  const otp = generateOtp(app.settings.otpLength);
  const hash = hashToken(address, otp);
  const changed = await updateUser(tx, user.id, {
    email_change: wanted,
    email_change_sent_at: new Date(),
    email_change_confirm_status: 0,
    ...(current ? { email_change_token_current: hash } : { email_change_token_new: hash }),
  });
  await storeToken(tx, {
    userId: user.id,
    type: current ? "email_change_token_current" : "email_change_token_new",
    hash,
    relatesTo: address,
    lifetimeSeconds: app.settings.otpExpirySeconds,
  });
  return { user: changed, otp, hash };
}

async function issue(
  app: AuthApp,
  tx: Db,
  prepared: Prepared,
  params: LinkParams,
): Promise<IssuedToken> {
  const { known, type } = prepared;
  const data = params.data ?? {};
  switch (type) {
    case "magiclink":
    case "recovery": {
      if (known === undefined) break;
      await audit(tx, known, "user_recovery_requested");
      return await issueToken(app, tx, known, type, false);
    }
    case "invite": {
      const user = await ensureInvited(tx, known, params.email, data);
      return await issueToken(app, tx, user, "invite", false);
    }
    case "signup": {
      if (known === undefined) {
        const user = await createEmailUser(tx, params.email, prepared.hash, data);
        return await issueToken(app, tx, user, "signup", false);
      }
      if (known.email_confirmed_at !== null) {
        throw new AuthError(422, "email_exists", DUPLICATE_EMAIL);
      }
      const user = await updateUser(tx, known.id, {
        raw_user_meta_data: mergeMetadata(known.raw_user_meta_data, data),
      });
      return await issueToken(app, tx, user, "signup", false);
    }
    case "email_change_current":
    case "email_change_new": {
      if (known === undefined) break;
      return await issueEmailChange(app, tx, known, params);
    }
  }
  throw invalid(`Invalid email action link type requested: ${params.type}`);
}

/** POST /admin/generate_link */
export async function generateLink(app: AuthApp, call: Call): Promise<Response> {
  await requireAdmin(app, call);
  const body = parseBody(call, LINK_BODY);
  const params = { ...body, email: normalizeEmail(body.email) };
  const target = isRedirectAllowed(app, params.redirect_to)
    ? params.redirect_to
    : redirectTarget(app, call);
  const prepared = await prepare(app, params);
  const issued = await inTransaction(app, (tx) => issue(app, tx, prepared, params));
  const linkType = prepared.type.startsWith("email_change") ? "email_change" : prepared.type;
  return Response.json({
    ...await loadUserView(app.sql, issued.user),
    action_link: actionLink(app, linkType, issued.hash, target),
    email_otp: issued.otp,
    hashed_token: issued.hash,
    verification_type: prepared.type,
    redirect_to: target,
  });
}

const AUDIT_FILTERS: Readonly<Record<string, readonly string[]>> = {
  author: ["actor_username", "actor_name"],
  action: ["action"],
  type: ["log_type"],
};

/** GET /admin/audit */
export async function auditTrail(app: AuthApp, call: Call): Promise<Response> {
  await requireAdmin(app, call);
  const page = readPage(call);
  const query = call.url.searchParams.get("query") ?? "";
  const [name = "", wanted = ""] = query.split(":", 2);
  if (query !== "" && !Object.hasOwn(AUDIT_FILTERS, name)) {
    throw invalid(`Invalid query scope: ${query}`);
  }
  const keys = AUDIT_FILTERS[name] ?? [];
  const like = `%${wanted.replaceAll(/[\\%_]/g, "\\$&")}%`;
  const where = app.sql`
    instance_id = ${INSTANCE_ID} and (
      ${query} = '' or exists (
        select from json_each_text(payload) as entry (key, value)
        where key = any (${[...keys]}) and value ilike ${like}
      )
    )
  `;
  const [[counted], entries] = await Promise.all([
    app.sql<{ total: number }[]>`
      select count(*)::int as total from auth.audit_log_entries where ${where}
    `,
    app.sql<Metadata[]>`
      select id, payload, created_at, ip_address from auth.audit_log_entries where ${where}
      order by created_at desc, id limit ${page.perPage} offset ${page.offset}
    `,
  ]);
  return Response.json(entries, { headers: pageHeaders(call, page, counted?.total ?? 0) });
}
