/** @module The call server: tokens to enter it, and what it reports. */
import type { RoomServiceClient } from "livekit-server-sdk";
import { AppError } from "../core/errors.ts";
import type { Config } from "../core/config.ts";

/** Address and credentials of the call server. */
export interface CallServer {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
}

/** Somebody whom the call server has lost. */
export interface LostParticipant {
  readonly callId: string;
  readonly profileId: string;
  readonly at: Date;
}

/** How long a token opens the door; whoever is inside stays. */
const TOKEN_SECONDS = 600;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The call server of this deployment, if it has one. */
export function callServerOf({ env }: Config): CallServer | undefined {
  const { LIVEKIT_URL: url, LIVEKIT_API_KEY: key, LIVEKIT_API_SECRET: secret } = env;
  return url === undefined || key === undefined || secret === undefined
    ? undefined
    : { url, key, secret };
}

/** A large library: loaded by the first call, so that others start without it. */
function loadSdk() {
  return import("livekit-server-sdk");
}

/** Lets one person into the room that a call has on the server. */
export async function signCallToken(
  server: CallServer,
  call: { readonly id: string; readonly kind: "audio" | "video" },
  person: { readonly id: string; readonly name: string },
): Promise<{ url: string; token: string }> {
  const { AccessToken } = await loadSdk();
  const token = new AccessToken(server.key, server.secret, {
    identity: person.id,
    name: person.name,
    ttl: TOKEN_SECONDS,
  });
  token.addGrant({ roomJoin: true, room: call.id, canPublish: true, canSubscribe: true });
  return { url: server.url, token: await token.toJwt() };
}

/** Seconds that the call server may take to answer. */
const ANSWER_SECONDS = 5;

async function unlessGone(
  { url, key, secret }: CallServer,
  work: (service: RoomServiceClient) => Promise<void>,
): Promise<void> {
  const { RoomServiceClient, TwirpError } = await loadSdk();
  try {
    await work(new RoomServiceClient(url, key, secret, { requestTimeout: ANSWER_SECONDS }));
  } catch (error) {
    if (!(error instanceof TwirpError && error.status === 404)) throw error;
  }
}

/** Puts somebody out of a call on the server; tokens that they hold open the door no more. */
export function putOut(server: CallServer, callId: string, profileId: string, now: Date) {
  const revokeTokenTs = BigInt(Math.ceil(now.getTime() / 1_000));
  return unlessGone(
    server,
    (service) => service.removeParticipant(callId, profileId, { revokeTokenTs }),
  );
}

/** Ends a call on the server for everybody. */
export function closeRoom(server: CallServer, callId: string) {
  return unlessGone(server, (service) => service.deleteRoom(callId));
}

/**
 * Reads a report of the call server; nothing when it is of no interest.
 *
 * @throws AppError `bad-signature` when the server has not signed it
 */
export async function readReport(
  server: CallServer,
  body: string,
  authorization: string | undefined,
): Promise<LostParticipant | undefined> {
  const { WebhookReceiver } = await loadSdk();
  const receiver = new WebhookReceiver(server.key, server.secret);
  const report = await receiver.receive(body, authorization).catch((cause: unknown) => {
    throw new AppError("bad-signature", "The report is not signed by the call server", { cause });
  });
  const callId = report.room?.name ?? "";
  const profileId = report.participant?.identity ?? "";
  if (report.event !== "participant_left" || !ID.test(callId) || !ID.test(profileId)) {
    return undefined;
  }
  return { callId, profileId, at: new Date(Number(report.createdAt) * 1_000) };
}
