/** @module Speaks the authorization code flow with an external provider. */
import { z } from "zod";
import { AuthError, internal } from "./errors.ts";
import type { OAuthProviderSettings } from "./settings.ts";
import type { Metadata } from "./users.ts";

/** What a provider says of a person. */
export interface ProviderProfile {
  readonly subject: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  /** Goes into the identity and the person's metadata. */
  readonly data: Metadata;
  readonly accessToken: string;
  readonly refreshToken: string;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 256 * 1024;

const TOKEN_ANSWER = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().nullish(),
});

async function readJson(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, {
    ...init,
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new Error("the provider's answer is too large");
    chunks.push(chunk);
  }
  if (!response.ok) throw new Error(`the provider answered ${response.status}`);
  return JSON.parse(await new Blob(chunks).text());
}

/** Where a person is sent to sign in with the provider. */
export function authorizationUrl(
  provider: OAuthProviderSettings,
  request: {
    readonly redirectUri: string;
    readonly state: string;
    readonly scopes: readonly string[];
    readonly more: ReadonlyMap<string, string>;
  },
): string {
  const url = new URL(provider.authorizationUrl);
  for (const [key, value] of request.more) url.searchParams.set(key, value);
  url.searchParams.set("client_id", provider.clientId);
  url.searchParams.set("redirect_uri", request.redirectUri);
  url.searchParams.set("response_type", "code");
  const scopes = new Set([...provider.scopes, ...request.scopes]);
  if (scopes.size > 0) url.searchParams.set("scope", [...scopes].join(" "));
  url.searchParams.set("state", request.state);
  return url.href;
}

function text(claims: Metadata, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = claims[name];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

function identityData(claims: Metadata, subject: string, issuer: string): Metadata {
  const fields = {
    avatar_url: text(claims, "avatar_url", "picture"),
    email: text(claims, "email")?.toLowerCase(),
    full_name: text(claims, "name", "full_name"),
    name: text(claims, "name", "full_name"),
    picture: text(claims, "picture", "avatar_url"),
    preferred_username: text(claims, "preferred_username", "login"),
    user_name: text(claims, "user_name", "login"),
  };
  return {
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    email_verified: isVerified(claims),
    iss: issuer,
    phone_verified: false,
    provider_id: subject,
    sub: subject,
  };
}

function isVerified(claims: Metadata): boolean {
  return [claims.email_verified, claims.verified_email].some((flag) =>
    flag === true || flag === "true"
  );
}

/** Redeems the code of a callback and reads the person's profile. */
export async function readProfile(
  provider: OAuthProviderSettings,
  code: string,
  redirectUri: string,
): Promise<ProviderProfile> {
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    client_id: provider.clientId,
    client_secret: provider.secret,
  });
  let tokens: z.infer<typeof TOKEN_ANSWER>;
  try {
    tokens = TOKEN_ANSWER.parse(
      await readJson(provider.tokenUrl, {
        method: "POST",
        body: form,
        headers: { accept: "application/json" },
      }),
    );
  } catch (cause) {
    throw new AuthError(
      500,
      "unexpected_failure",
      "Unable to exchange external code",
      { cause },
    );
  }
  let claims: Metadata;
  try {
    claims = z.record(z.string(), z.unknown()).parse(
      await readJson(provider.userinfoUrl, {
        headers: {
          authorization: `Bearer ${tokens.access_token}`,
          accept: "application/json",
        },
      }),
    );
  } catch (cause) {
    throw internal("Error getting user profile from external provider", cause);
  }
  const subject = text(claims, "sub", "id");
  if (subject === undefined) {
    throw internal("Error getting user profile from external provider");
  }
  return {
    subject,
    email: text(claims, "email")?.toLowerCase() ?? null,
    emailVerified: isVerified(claims),
    data: identityData(claims, subject, new URL(provider.authorizationUrl).origin),
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? "",
  };
}
