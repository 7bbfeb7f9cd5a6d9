/** @module What every endpoint gets: the running service and the call that it answers. */
import type { Sql, TransactionSql } from "postgres";
import { z } from "zod";
import type { JwtKeys } from "../jwt.ts";
import type { ConnectionInfo } from "../service.ts";
import { AuthError } from "./errors.ts";
import type { RateLimits } from "./rate_limits.ts";
import type { AuthSettings } from "./settings.ts";

/** A pool or an open transaction. */
export type Db = Sql | TransactionSql;

/** One e-mail. */
export interface MailMessage {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Whatever carries e-mails away. */
export interface Mailer {
  send(message: MailMessage): Promise<void>;
}

/** The running service. */
export interface AuthApp {
  readonly sql: Sql;
  readonly jwt: JwtKeys;
  /** The product's own site, default target of redirects. */
  readonly siteUrl: string;
  /** Where clients reach this service; also the issuer of its tokens. */
  readonly externalUrl: string;
  readonly settings: AuthSettings;
  readonly mailer: Mailer;
  readonly limits: RateLimits;
}

/** One request being answered. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  readonly ip: string;
  readonly userAgent: string | null;
  /** Values of the path's named parts. */
  readonly params: Readonly<Record<string, string>>;
  /** The body as read once; empty when there is none. */
  readonly body: string;
}

/** Answers one endpoint. */
export type Handler = (app: AuthApp, call: Call) => Promise<Response>;

const MAX_BODY_BYTES = 1024 * 1024;
const ADDRESS = /^[0-9a-f.:]{2,45}$/i;

/** Address of the caller: the gateway's word first, the socket's else. */
function callerAddress(request: Request, info: ConnectionInfo): string {
  const forwarded = request.headers.get("x-forwarded-for") ?? "";
  const first = forwarded.split(",").map((part) => part.trim()).find((part) => ADDRESS.test(part));
  const own = ADDRESS.test(info.remoteAddress) ? info.remoteAddress : "127.0.0.1";
  return first ?? own;
}

async function readBody(request: Request): Promise<string> {
  if (request.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) {
      throw new AuthError(413, "request_too_large", "Request body is too large");
    }
    chunks.push(chunk);
  }
  return await new Blob(chunks as BlobPart[]).text();
}

/** Reads a request into a call. */
export async function readCall(
  request: Request,
  info: ConnectionInfo,
  params: Readonly<Record<string, string>>,
): Promise<Call> {
  return {
    request,
    url: new URL(request.url),
    ip: callerAddress(request, info),
    userAgent: request.headers.get("user-agent"),
    params,
    body: await readBody(request),
  };
}

/** Text that may be absent; both `null` and absence are the empty string. */
export const textField = z.string().nullish().transform((value) => value ?? "");
/** A flag that is false when absent. */
export const flagField = z.boolean().nullish().transform((value) => value ?? false);
/** A JSON object that may be absent. */
export const objectField = z.record(z.string(), z.unknown()).nullish()
  .transform((value) => value ?? undefined);
/** The two fields by which a client starts the PKCE flow. */
export const pkceFields = { code_challenge: textField, code_challenge_method: textField };

/** Reads the body as JSON of a shape. */
export function parseBody<T>(call: Call, shape: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(call.body);
  } catch (cause) {
    const why = call.body === "" ? "unexpected end of JSON input" : String(cause);
    throw new AuthError(400, "bad_json", `Could not parse request body as JSON: ${why}`);
  }
  // The database has no such character, and no text of ours needs it.
  if (/\\u0000/.test(call.body)) {
    throw new AuthError(400, "bad_json", "Could not parse request body as JSON: null character");
  }
  const result = shape.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const why = issue === undefined ? "wrong shape" : `${issue.path.join(".")}: ${issue.message}`;
    throw new AuthError(400, "bad_json", `Could not parse request body as JSON: ${why}`);
  }
  return result.data;
}

/** Runs in one transaction. An error that says so leaves what was done before it in place. */
export async function inTransaction<T>(
  app: AuthApp,
  work: (tx: TransactionSql) => Promise<T>,
): Promise<T> {
  let kept: AuthError | undefined;
  const result = await app.sql.begin(async (tx) => {
    try {
      return { value: await work(tx) };
    } catch (error) {
      if (!(error instanceof AuthError) || !error.keep) throw error;
      kept = error;
      return undefined;
    }
  });
  if (kept !== undefined) throw kept;
  if (result === undefined) throw new Error("a transaction ended without a result");
  return (result as { value: T }).value;
}
