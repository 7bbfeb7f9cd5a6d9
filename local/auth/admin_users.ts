/** @module /admin/users: everybody's records, for the service key. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { storePassword } from "./account.ts";
import { audit, SERVICE_ACTOR } from "./audit.ts";
import { isUuid, requireAdmin } from "./authenticate.ts";
import {
  type AuthApp,
  type Call,
  type Db,
  flagField,
  inTransaction,
  objectField,
  parseBody,
  textField,
} from "./context.ts";
import { normalizeEmail } from "./email_address.ts";
import { AuthError, internal, invalid, unsupported } from "./errors.ts";
import {
  emailIdentityData,
  type IdentityRow,
  insertIdentity,
  listIdentities,
  setIdentityEmail,
} from "./identities.ts";
import { clearTokens } from "./one_time_tokens.ts";
import { pageHeaders, readPage } from "./paging.ts";
import { checkPasswordStrength, hashPassword, randomPassword } from "./passwords.ts";
import { DUPLICATE_EMAIL, emailUser } from "./registration.ts";
import {
  AUDIENCE,
  confirmEmail,
  findUser,
  findUserOfAddress,
  insertUser,
  INSTANCE_ID,
  loadUserView,
  mergeMetadata,
  type Metadata,
  updateUser,
  type UserRow,
  userView,
} from "./users.ts";

const USER_BODY = z.object({
  id: textField,
  role: textField,
  email: textField,
  phone: textField,
  password: z.string().nullish(),
  password_hash: textField,
  email_confirm: flagField,
  phone_confirm: flagField,
  user_metadata: objectField,
  app_metadata: objectField,
  ban_duration: textField,
});
const DELETE_BODY = z.object({ should_soft_delete: flagField });

type UserParams = z.infer<typeof USER_BODY>;

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const BCRYPT_HASH = /^\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}$/;

/** End of a ban; null lifts it. @throws unless the duration is one like `1h30m` or `none` */
export function banEnd(duration: string): Date | null {
  if (duration === "none") return null;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(duration)) {
    throw invalid(`invalid format for ban duration: time: invalid duration "${duration}"`);
  }
  let total = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
  }
  return total === 0 ? null : new Date(Date.now() + total);
}

/** The person whom a path names. @throws 404 when there is none */
export async function pathUser(app: AuthApp, call: Call): Promise<UserRow> {
  const id = call.params.user_id ?? "";
  if (!isUuid(id)) throw new AuthError(404, "validation_failed", "user_id must be an UUID");
  const user = await findUser(app.sql, id);
  if (user === undefined) throw new AuthError(404, "user_not_found", "User not found");
  return user;
}

function traits(user: UserRow): Metadata {
  return { user_id: user.id, user_email: user.email ?? "", user_phone: user.phone ?? "" };
}

/** GET /admin/users */
export async function listUsers(app: AuthApp, call: Call): Promise<Response> {
  await requireAdmin(app, call);
  const page = readPage(call);
  const filter = call.url.searchParams.get("filter") ?? "";
  const like = `%${filter}%`;
  const oldestFirst = call.url.searchParams.get("sort") === "created_at asc";
  const order = oldestFirst ? app.sql`created_at asc, id` : app.sql`created_at desc, id`;
  const where = app.sql`
    instance_id = ${INSTANCE_ID} and aud = ${AUDIENCE} and (
      ${filter} = '' or email like ${like} or raw_user_meta_data ->> 'full_name' ilike ${like}
    )
  `;
  const [[counted], users] = await Promise.all([
    app.sql<{ total: number }[]>`select count(*)::int as total from auth.users where ${where}`,
    app.sql<UserRow[]>`
      select * from auth.users where ${where}
      order by ${order} limit ${page.perPage} offset ${page.offset}
    `,
  ]);
  const identities = users.length === 0 ? [] : await app.sql<IdentityRow[]>`
    select * from auth.identities where user_id in ${app.sql(users.map((user) => user.id))}
    order by created_at, id
  `;
  const views = users.map((user) =>
    userView(user, identities.filter((identity) => identity.user_id === user.id), [])
  );
  return Response.json({ users: views, aud: AUDIENCE }, {
    headers: pageHeaders(call, page, counted?.total ?? 0),
  });
}

/** GET /admin/users/:user_id */
export async function getUserById(app: AuthApp, call: Call): Promise<Response> {
  await requireAdmin(app, call);
  return Response.json(await loadUserView(app.sql, await pathUser(app, call)));
}

async function hashOfParams(app: AuthApp, body: UserParams): Promise<string> {
  const password = body.password ?? "";
  if (password !== "" && body.password_hash !== "") {
    throw invalid("Only a password or a password hash should be provided");
  }
  if (body.password_hash !== "") {
    if (!BCRYPT_HASH.test(body.password_hash)) throw invalid("Only bcrypt hashes are supported");
    return body.password_hash;
  }
  return await hashPassword(app, password === "" ? randomPassword() : password);
}

async function create(app: AuthApp, body: UserParams, hash: string): Promise<UserRow> {
  const draft = emailUser(body.email, hash, body.user_metadata ?? {});
  const banned = body.ban_duration === "" ? null : banEnd(body.ban_duration);
  return await inTransaction(app, async (tx) => {
    let user = await insertUser(tx, { ...draft, ...(body.id === "" ? {} : { id: body.id }) });
    const data = emailIdentityData(user.id, body.email, false);
    await insertIdentity(tx, user.id, "email", data);
    await audit(tx, SERVICE_ACTOR, "user_signedup", { ...traits(user), provider: "email" });
    const app_metadata = mergeMetadata(user.raw_app_meta_data, body.app_metadata ?? {});
    user = await updateUser(tx, user.id, {
      raw_app_meta_data: app_metadata,
      banned_until: banned,
      ...(body.role === "" ? {} : { role: body.role }),
    });
    return body.email_confirm ? await confirmEmail(tx, user) : user;
  });
}

/** POST /admin/users */
export async function createUser(app: AuthApp, call: Call): Promise<Response> {
  await requireAdmin(app, call);
  const body = parseBody(call, USER_BODY);
  if (body.phone !== "") throw unsupported("A phone number");
  if (body.email === "") throw invalid("Cannot create a user without either an email or phone");
  const email = normalizeEmail(body.email);
  if (body.id !== "" && (!isUuid(body.id) || body.id === INSTANCE_ID)) {
    throw invalid("ID must conform to the uuid v4 format");
  }
  if (await findUserOfAddress(app.sql, email) !== undefined) {
    throw new AuthError(422, "email_exists", DUPLICATE_EMAIL);
  }
  const hash = await hashOfParams(app, body);
  try {
    const user = await create(app, { ...body, email }, hash);
    return Response.json(await loadUserView(app.sql, user));
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    throw internal("Database error creating new user", cause);
  }
}

async function applyUpdate(
  tx: Db,
  old: UserRow,
  body: UserParams,
  hash: string | undefined,
): Promise<UserRow> {
  let user = old;
  if (body.email_confirm) user = await confirmEmail(tx, user);
  if (hash !== undefined) user = await storePassword(tx, user, hash, undefined);
  if (body.email !== "") {
    await setIdentityEmail(tx, user.id, body.email, body.email_confirm);
    const named = user.is_anonymous && body.email_confirm ? { is_anonymous: false } : {};
    user = await updateUser(tx, user.id, { email: body.email, ...named });
  }
  const { app_metadata, user_metadata } = body;
  const patch = {
    ...(body.role === "" ? {} : { role: body.role }),
    ...(app_metadata === undefined
      ? {}
      : { raw_app_meta_data: mergeMetadata(user.raw_app_meta_data, app_metadata) }),
    ...(user_metadata === undefined
      ? {}
      : { raw_user_meta_data: mergeMetadata(user.raw_user_meta_data, user_metadata) }),
    ...(body.ban_duration === "" ? {} : { banned_until: banEnd(body.ban_duration) }),
  };
  if (Object.keys(patch).length > 0) user = await updateUser(tx, user.id, patch);
  await audit(tx, SERVICE_ACTOR, "user_modified", traits(user));
  return user;
}

/** PUT /admin/users/:user_id */
export async function updateUserById(app: AuthApp, call: Call): Promise<Response> {
  await requireAdmin(app, call);
  const old = await pathUser(app, call);
  const body = parseBody(call, USER_BODY);
  if (body.phone !== "") throw unsupported("A phone number");
  const email = body.email === "" ? "" : normalizeEmail(body.email);
  if (body.ban_duration !== "") banEnd(body.ban_duration);
  const password = body.password ?? "";
  if (body.password !== null && body.password !== undefined) {
    checkPasswordStrength(app.settings, body.password);
  }
  if (email !== "" && email !== old.email) {
    if (await findUserOfAddress(app.sql, email, old.id) !== undefined) {
      throw new AuthError(422, "email_exists", DUPLICATE_EMAIL);
    }
  }
  const hash = password === "" ? undefined : await hashPassword(app, password);
  try {
    const user = await inTransaction(
      app,
      (tx) => applyUpdate(tx, old, { ...body, email }, hash),
    );
    return Response.json(await loadUserView(app.sql, user));
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    throw internal("Error updating user", cause);
  }
}

/** Stands for a value that may not be kept. */
function blur(id: string, value: string): string {
  return createHash("sha256").update(id + value).digest("base64url");
}

async function softDelete(tx: Db, user: UserRow): Promise<void> {
  await clearTokens(tx, user.id);
  await tx`delete from auth.sessions where user_id = ${user.id}`;
  for (const identity of await listIdentities(tx, user.id)) {
    const providerId = blur(user.id, `${identity.provider}:${identity.provider_id}`);
    await tx`
      update auth.identities set identity_data = '{}', provider_id = ${providerId},
        updated_at = now() where id = ${identity.id}
    `;
  }
  await updateUser(tx, user.id, {
    email: blur(user.id, user.email ?? ""),
    email_change: blur(user.id, user.email_change ?? ""),
    encrypted_password: null,
    confirmation_token: "",
    recovery_token: "",
    email_change_token_current: "",
    email_change_token_new: "",
    raw_user_meta_data: {},
    raw_app_meta_data: {},
    deleted_at: new Date(),
  });
}

/** DELETE /admin/users/:user_id */
export async function deleteUserById(app: AuthApp, call: Call): Promise<Response> {
  await requireAdmin(app, call);
  const user = await pathUser(app, call);
  const soft = call.body !== "" && parseBody(call, DELETE_BODY).should_soft_delete;
  try {
    await inTransaction(app, async (tx) => {
      await audit(tx, SERVICE_ACTOR, "user_deleted", traits(user));
      if (!soft) await tx`delete from auth.users where id = ${user.id}`;
      else if (user.deleted_at === null) await softDelete(tx, user);
    });
  } catch (cause) {
    throw internal(soft ? "Error soft deleting user" : "Database error deleting user", cause);
  }
  return Response.json({});
}
