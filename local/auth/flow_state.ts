/** @module Sign-ins that end with a code which only their starter can redeem (PKCE). */
import type { Db } from "./context.ts";
import { AuthError, invalid } from "./errors.ts";

/** How a person came in; goes into the token as `amr`. */
export type AuthMethod =
  | "anonymous"
  | "email/signup"
  | "email_change"
  | "invite"
  | "magiclink"
  | "oauth"
  | "otp"
  | "password"
  | "recovery"
  | "token_refresh"
  | "totp";

/** A flow that has been started. */
export interface FlowState {
  readonly id: string;
  readonly user_id: string | null;
  readonly auth_code: string;
  readonly code_challenge_method: "s256" | "plain";
  readonly code_challenge: string;
  readonly provider_type: string;
  readonly provider_access_token: string | null;
  readonly provider_refresh_token: string | null;
  readonly created_at: Date;
  readonly authentication_method: AuthMethod;
  readonly auth_code_issued_at: Date | null;
}

/** The two fields by which a client starts such a flow; both empty when it does not. */
export interface PkceParams {
  readonly code_challenge: string;
  readonly code_challenge_method: string;
}

const FLOW_LIFETIME_SECONDS = 300;
const CHALLENGE = /^[A-Za-z0-9._~-]+$/;
const MIN_CHALLENGE = 43;
const MAX_CHALLENGE = 128;

/** Whether the client has started such a flow. @throws 400 for half a start or a bad challenge */
export function startsPkce(params: PkceParams): boolean {
  const { code_challenge: challenge, code_challenge_method: method } = params;
  if (challenge === "" && method === "") return false;
  if (challenge === "" || method === "") {
    throw invalid("PKCE flow requires code_challenge_method and code_challenge");
  }
  if (challenge.length < MIN_CHALLENGE || challenge.length > MAX_CHALLENGE) {
    throw invalid(
      `code challenge has to be between ${MIN_CHALLENGE} and ${MAX_CHALLENGE} characters`,
    );
  }
  if (!CHALLENGE.test(challenge)) {
    throw invalid(
      "code challenge can only contain alphanumeric characters, hyphens, periods, " +
        "underscores and tildes",
    );
  }
  if (method.toLowerCase() !== "s256" && method.toLowerCase() !== "plain") {
    throw invalid(`unsupported code_challenge method "${method}"`);
  }
  return true;
}

/** Remembers a flow. */
export async function createFlowState(
  db: Db,
  params: PkceParams,
  flow: { readonly provider: string; readonly method: AuthMethod; readonly userId: string | null },
): Promise<string> {
  const id = crypto.randomUUID();
  await db`
    insert into auth.flow_state (
      id, user_id, auth_code, code_challenge_method, code_challenge, provider_type,
      provider_access_token, provider_refresh_token, authentication_method, created_at, updated_at
    ) values (
      ${id}, ${flow.userId}, ${crypto.randomUUID()}, ${params.code_challenge_method.toLowerCase()},
      ${params.code_challenge}, ${flow.provider}, '', '', ${flow.method}, now(), now()
    )
  `;
  return id;
}

/** Gives out the code of the flow that a person started last in this way. */
export async function issueAuthCode(db: Db, userId: string, method: AuthMethod): Promise<string> {
  const [row] = await db<{ auth_code: string }[]>`
    update auth.flow_state set auth_code_issued_at = now(), updated_at = now()
    where id = (
      select id from auth.flow_state
      where user_id = ${userId} and authentication_method = ${method}
      order by created_at desc limit 1
    )
    returning auth_code
  `;
  if (row === undefined) {
    throw new AuthError(
      404,
      "flow_state_not_found",
      "No associated flow state found. invalid flow state, no valid flow state found",
    );
  }
  return row.auth_code;
}

/** Finds the flow of a provider's callback. */
export async function findFlowState(db: Db, id: string): Promise<FlowState | undefined> {
  const [row] = await db<FlowState[]>`select * from auth.flow_state where id = ${id}`;
  return row;
}

/** Finds the flow of a code that a client redeems. @throws when unknown or too old */
export async function redeemableFlow(db: Db, code: string): Promise<FlowState> {
  const [row] = await db<FlowState[]>`
    select * from auth.flow_state where auth_code = ${code}
  `;
  if (row === undefined || row.user_id === null) {
    throw new AuthError(
      404,
      "flow_state_not_found",
      "invalid flow state, no valid flow state found",
    );
  }
  const start = row.auth_code_issued_at ?? row.created_at;
  if (Date.now() > start.getTime() + FLOW_LIFETIME_SECONDS * 1000) {
    throw new AuthError(
      422,
      "flow_state_expired",
      "invalid flow state, flow state has expired",
    );
  }
  return row;
}

/** @throws unless the verifier is the one whose challenge started the flow */
export async function checkVerifier(flow: FlowState, verifier: string): Promise<void> {
  let derived = verifier;
  if (flow.code_challenge_method === "s256") {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    derived = btoa(String.fromCharCode(...new Uint8Array(digest)))
      .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  }
  if (derived !== flow.code_challenge) {
    throw new AuthError(
      400,
      "bad_code_verifier",
      "code challenge does not match previously saved code verifier",
    );
  }
}
