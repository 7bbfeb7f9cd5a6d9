/** @module Finds or makes the person behind an external identity. */
import type { JSONValue, TransactionSql } from "postgres";
import { audit } from "./audit.ts";
import type { AuthApp, Call, Db } from "./context.ts";
import { AuthError, internal } from "./errors.ts";
import { findIdentity, insertIdentity, listIdentities } from "./identities.ts";
import type { ProviderProfile } from "./oauth_client.ts";
import {
  askBeforeCreation,
  dropUnconfirmedIdentities,
  DUPLICATE_EMAIL,
  storeUser,
} from "./registration.ts";
import { sendToken } from "./token_mails.ts";
import {
  confirmEmail,
  findUser,
  findUserOfAddress,
  isBanned,
  mergeMetadata,
  type NewUser,
  refreshProviders,
  updateUser,
  type UserRow,
} from "./users.ts";

/** What is to be done with an identity that has come in. */
type Decision =
  | { readonly kind: "known"; readonly user: UserRow; readonly identityId: string }
  | { readonly kind: "link"; readonly user: UserRow }
  | { readonly kind: "create"; readonly email: string | null };

async function decide(db: Db, provider: string, profile: ProviderProfile): Promise<Decision> {
  const identity = await findIdentity(db, profile.subject, provider);
  if (identity !== undefined) {
    const user = await findUser(db, identity.user_id);
    if (user === undefined) throw internal("Database error finding user");
    return { kind: "known", user, identityId: identity.id };
  }
  if (profile.email === null) return { kind: "create", email: null };
  const owner = await findUserOfAddress(db, profile.email);
  if (owner === undefined) return { kind: "create", email: profile.email };
  // An address that the provider has not verified proves nothing about its owner.
  return profile.emailVerified ? { kind: "link", user: owner } : { kind: "create", email: null };
}

function newUser(provider: string, profile: ProviderProfile, email: string | null): NewUser {
  return {
    id: crypto.randomUUID(),
    email,
    passwordHash: "",
    appMetadata: { provider, providers: [provider] },
    userMetadata: profile.data,
  };
}

/** Lets the project refuse a person whom the identity would make; before the transaction. */
export async function askBeforeLinking(
  app: AuthApp,
  call: Call,
  provider: string,
  profile: ProviderProfile,
): Promise<void> {
  const decision = await decide(app.sql, provider, profile);
  if (decision.kind !== "create") return;
  if (!app.settings.signupEnabled) {
    throw new AuthError(422, "signup_disabled", "Signups not allowed for this instance");
  }
  await askBeforeCreation(app, call.ip, newUser(provider, profile, decision.email));
}

async function personOf(
  tx: Db,
  provider: string,
  profile: ProviderProfile,
): Promise<{ user: UserRow; email: string | null }> {
  const decision = await decide(tx, provider, profile);
  if (decision.kind === "create") {
    const user = await storeUser(tx, newUser(provider, profile, decision.email));
    await insertIdentity(tx, user.id, provider, profile.data);
    return { user, email: decision.email };
  }
  if (decision.kind === "link") {
    await insertIdentity(tx, decision.user.id, provider, profile.data);
  } else {
    await tx`
      update auth.identities set identity_data = ${tx.json(profile.data as JSONValue)},
        last_sign_in_at = now(), updated_at = now()
      where id = ${decision.identityId}
    `;
  }
  const user = await updateUser(tx, decision.user.id, {
    raw_user_meta_data: mergeMetadata(decision.user.raw_user_meta_data, profile.data),
  });
  return { user: await refreshProviders(tx, user), email: profile.email };
}

/** The person who signs in with an identity; made when there is none. */
export async function signInByIdentity(
  app: AuthApp,
  call: Call,
  tx: TransactionSql,
  provider: string,
  profile: ProviderProfile,
): Promise<UserRow> {
  const { user, email } = await personOf(tx, provider, profile);
  if (isBanned(user)) throw new AuthError(403, "user_banned", "User is banned");
  if (user.email_confirmed_at !== null) {
    await audit(tx, user, "login", { provider });
    return user;
  }
  const identity = await findIdentity(tx, profile.subject, provider);
  if (identity === undefined) throw internal("Database error finding identity");
  const cleared = await dropUnconfirmedIdentities(tx, user, identity);
  const verified = email !== null && (profile.emailVerified || !app.settings.emailConfirmations);
  if (verified) {
    await audit(tx, cleared, "user_signedup", { provider });
    return await confirmEmail(tx, cleared);
  }
  const start = `Unverified email with ${provider}.`;
  if (email === null) {
    throw new AuthError(
      422,
      "provider_email_needs_verification",
      `${start} Verify the email with ${provider} in order to sign in`,
      { keep: true },
    );
  }
  await sendToken(app, call, tx, cleared, "signup", false);
  throw new AuthError(
    422,
    "provider_email_needs_verification",
    `${start} A confirmation email has been sent to your ${provider} email`,
    { keep: true },
  );
}

/** Adds an identity to a person who has asked for it while signed in. */
export async function linkIdentity(
  app: AuthApp,
  call: Call,
  tx: TransactionSql,
  target: UserRow,
  provider: string,
  profile: ProviderProfile,
): Promise<UserRow> {
  const found = await findIdentity(tx, profile.subject, provider);
  if (found !== undefined) {
    const whose = found.user_id === target.id ? "" : " to another user";
    throw new AuthError(
      422,
      "identity_already_exists",
      `Identity is already linked${whose}`,
    );
  }
  await insertIdentity(tx, target.id, provider, profile.data);
  let user = target;
  if ((user.email ?? "") === "" && profile.email !== null) {
    if (await findUserOfAddress(tx, profile.email, user.id) !== undefined) {
      throw new AuthError(400, "email_exists", DUPLICATE_EMAIL);
    }
    user = await updateUser(tx, user.id, { email: profile.email });
    if (!profile.emailVerified) {
      await sendToken(app, call, tx, user, "signup", false);
      throw new AuthError(
        422,
        "email_not_confirmed",
        `Unverified email with ${provider}. ` +
          `A confirmation email has been sent to your ${provider} email`,
        { keep: true },
      );
    }
    user = await updateUser(tx, (await confirmEmail(tx, user)).id, { is_anonymous: false });
  }
  return await refreshProviders(tx, user);
}

/** Takes an identity away from a person, who keeps at least one. */
export async function unlinkIdentity(
  tx: TransactionSql,
  user: UserRow,
  identityId: string,
): Promise<void> {
  const identities = await listIdentities(tx, user.id);
  if (identities.length <= 1) {
    throw new AuthError(
      422,
      "single_identity_not_deletable",
      "User must have at least 1 identity after unlinking",
    );
  }
  const gone = identities.find((identity) => identity.id === identityId);
  if (gone === undefined) {
    throw new AuthError(422, "identity_not_found", "Identity doesn't exist");
  }
  await audit(tx, user, "identity_unlinked", {
    identity_id: gone.id,
    provider: gone.provider,
    provider_id: gone.provider_id,
  });
  await tx`delete from auth.identities where id = ${gone.id}`;
  const left = identities.filter((identity) => identity.id !== gone.id);
  let changed = user;
  if (!left.some((identity) => (identity.email ?? "") === (user.email ?? ""))) {
    changed = await adoptEmail(tx, user, left.map((identity) => identity.email ?? ""));
  }
  await refreshProviders(tx, changed);
}

/** Gives a person the first address of theirs that nobody else uses. */
async function adoptEmail(
  tx: Db,
  user: UserRow,
  candidates: readonly string[],
): Promise<UserRow> {
  for (const email of candidates) {
    if (email === "") {
      return await updateUser(tx, user.id, { email: null, email_confirmed_at: null });
    }
    if (await findUserOfAddress(tx, email, user.id) === undefined) {
      return await updateUser(tx, user.id, { email });
    }
  }
  throw new AuthError(
    422,
    "email_conflict_identity_not_deletable",
    "Unable to unlink identity due to email conflict",
  );
}
