/** @module Signed URLs: links by which others download or upload for a while. */
import { z } from "zod";
import { signLegacyToken, type TokenClaims, verifyToken } from "../jwt.ts";
import { sendObject, sendTransformed } from "./delivery.ts";
import { invalidJwt, invalidSignature, notImplemented } from "./errors.ts";
import { requireKey } from "./names.ts";
import { storeUpload, tryUpload } from "./objects.ts";
import { formatTransform, parseTransform, transformSchema } from "./render.ts";
import { findObject, requireBucket, type StoredObject } from "./rows.ts";
import { readJson, type RequestScope } from "./scope.ts";

const DOWNLOAD_SCOPE = "storage:download";
const UPLOAD_SCOPE = "storage:upload";
const UPLOAD_URL_SECONDS = 7200;
const MAX_SIGNED_AT_ONCE = 1000;

function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

async function signUrl(
  scope: RequestScope,
  claims: Record<string, unknown>,
  seconds: number,
): Promise<string> {
  const iat = nowInSeconds();
  const payload: TokenClaims = { ...claims, iat, exp: iat + seconds };
  return await signLegacyToken(payload, scope.context.jwt);
}

/** Checks a signed token: signature, time, purpose and that it is for this object. */
async function openToken(
  scope: RequestScope,
  token: string,
  purpose: string,
  url: string,
): Promise<TokenClaims> {
  let claims: TokenClaims;
  try {
    claims = await verifyToken(token, scope.context.jwt);
  } catch (error) {
    throw invalidJwt(error instanceof Error ? error.message : "Invalid JWT");
  }
  if (claims.scope !== purpose) throw invalidSignature(`Token is not scoped for ${purpose}`);
  if (claims.url !== url) throw invalidSignature();
  return claims;
}

async function openSignedUrl(scope: RequestScope, purpose: string): Promise<TokenClaims> {
  const token = scope.url.searchParams.get("token") ?? "";
  return await openToken(scope, token, purpose, `${scope.params.bucket}/${scope.params.key}`);
}

/** What a signed upload may do. */
export interface UploadRight {
  readonly owner: string | null;
  readonly upsert: boolean;
}

/** Checks the token of a signed upload for an object. */
export async function openUploadToken(
  scope: RequestScope,
  token: string,
  bucket: string,
  key: string,
): Promise<UploadRight> {
  const claims = await openToken(scope, token, UPLOAD_SCOPE, `${bucket}/${key}`);
  const owner = typeof claims.owner === "string" ? claims.owner : null;
  return { owner, upsert: claims.upsert === true };
}

const signSchema = z.object({
  expiresIn: z.number().int().min(1),
  transform: transformSchema.optional(),
  versionId: z.string().nullish(),
});

/** POST /object/sign/:bucket/* */
export async function signObject(scope: RequestScope): Promise<Response> {
  const { bucket, key } = scope.params;
  const body = await readJson(scope.request, signSchema);
  if (typeof body.versionId === "string") throw notImplemented("Object versioning");
  requireKey(key);
  await requireBucket(scope.session, bucket);
  await scope.session.asCaller((tx) => findObject(tx, bucket, key));
  const url = `${bucket}/${key}`;
  const transformations = formatTransform(body.transform ?? {});
  const claims = {
    url,
    scope: DOWNLOAD_SCOPE,
    ...(transformations === "" ? {} : { transformations }),
  };
  const token = await signUrl(scope, claims, body.expiresIn);
  const route = transformations === "" ? "object" : "render/image";
  return Response.json({ signedURL: `/${route}/sign/${url}?token=${token}` });
}

const signManySchema = z.object({
  expiresIn: z.number().int().min(1),
  paths: z.array(z.string()).min(1).max(MAX_SIGNED_AT_ONCE),
});

/** POST /object/sign/:bucket */
export async function signObjects(scope: RequestScope): Promise<Response> {
  const { bucket } = scope.params;
  const { expiresIn, paths } = await readJson(scope.request, signManySchema);
  const rows = await scope.session.asCaller((tx) =>
    tx<{ name: string }[]>`
      select name from storage.objects where bucket_id = ${bucket} and name = any(${paths})
    `
  );
  const visible = new Set(rows.map((row) => row.name));
  const answers = await Promise.all(paths.map(async (path) => {
    if (!visible.has(path)) {
      const error = "Either the object does not exist or you do not have access to it";
      return { error, path, signedURL: null };
    }
    const url = `${bucket}/${path}`;
    const token = await signUrl(scope, { url, scope: DOWNLOAD_SCOPE }, expiresIn);
    return { error: null, path, signedURL: `/object/sign/${url}?token=${token}` };
  }));
  return Response.json(answers);
}

async function signedObject(scope: RequestScope): Promise<[StoredObject, TokenClaims]> {
  const claims = await openSignedUrl(scope, DOWNLOAD_SCOPE);
  const { bucket, key } = scope.params;
  return [await scope.session.asService((tx) => findObject(tx, bucket, key)), claims];
}

/** GET and HEAD /object/sign/:bucket/* */
export async function getSignedObject(scope: RequestScope): Promise<Response> {
  const [object, claims] = await signedObject(scope);
  return await sendObject(scope, object, new Date((claims.exp ?? 0) * 1000));
}

/** GET /render/image/sign/:bucket/*: only the transformation that was signed. */
export async function renderSigned(scope: RequestScope): Promise<Response> {
  const [object, claims] = await signedObject(scope);
  if (typeof claims.transformations !== "string") throw invalidSignature();
  const transform = parseTransform(claims.transformations);
  return await sendTransformed(scope, object, transform, new Date((claims.exp ?? 0) * 1000));
}

/** POST /object/upload/sign/:bucket/*: the caller's right to upload, as a link. */
export async function signUpload(scope: RequestScope): Promise<Response> {
  const { bucket, key } = scope.params;
  requireKey(key);
  await requireBucket(scope.session, bucket);
  const upsert = scope.request.headers.get("x-upsert") === "true";
  const owner = scope.session.caller.claims.sub;
  const trial = { bucket, key, owner, metadata: {}, userMetadata: undefined };
  await tryUpload(scope.session, trial, upsert);
  const url = `${bucket}/${key}`;
  const claims = { url, scope: UPLOAD_SCOPE, upsert, ...(owner === undefined ? {} : { owner }) };
  const token = await signUrl(scope, claims, UPLOAD_URL_SECONDS);
  return Response.json({ url: `/object/upload/sign/${url}?token=${token}`, token });
}

/** PUT /object/upload/sign/:bucket/* */
export async function uploadSigned(scope: RequestScope): Promise<Response> {
  const { bucket, key } = scope.params;
  const token = scope.url.searchParams.get("token") ?? "";
  const right = await openUploadToken(scope, token, bucket, key);
  const { upsert } = right;
  await storeUpload(scope, { bucket, key, owner: right.owner ?? undefined, upsert, trusted: true });
  return Response.json({ Key: `${bucket}/${key}` });
}
