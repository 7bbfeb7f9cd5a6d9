/** @module Secrets of webhooks: made here, kept sealed, opened to sign. */
import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { createSealer } from "../core/sealer.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type ClaimedDelivery, selectSecretsToReseal, updateSealed } from "./sql.ts";

/** What secrets need. */
export type SecretsDeps = Pick<AppDeps, "config">;

/** Random bytes of a secret, within the 24 to 64 that the specification asks for. */
const SECRET_BYTES = 32;

/** A secret as Standard Webhooks writes it. */
export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

/** Seals a secret for its webhook. */
export function sealSecret({ config }: SecretsDeps, endpointId: string, secret: string): string {
  return createSealer(config.sealingSecrets).seal(secret, endpointId);
}

/**
 * Headers with the signatures of all secrets that hold, so that a receiver changes over when it
 * likes; nothing when no secret opens, for then nothing can be signed.
 */
export function signed(
  { config }: SecretsDeps,
  endpointId: string,
  { event_id: id, body, secrets }: ClaimedDelivery,
  at: Date,
): Record<string, string> | undefined {
  const sealer = createSealer(config.sealingSecrets);
  const opened = secrets.map((sealed) => sealer.open(sealed, endpointId))
    .filter((secret) => secret !== undefined);
  if (opened.length === 0) return undefined;
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": opened.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
  };
}

/** Seals with the key of now what another has sealed; what does not open stays as it is. */
export async function resealSecrets({ config, db }: Pick<AppDeps, "config" | "db">): Promise<void> {
  const sealer = createSealer(config.sealingSecrets);
  await db.asService("upkeep touches everybody's rows", async (sql) => {
    for (const row of await selectSecretsToReseal(sql, sealer.formerPrefixes)) {
      const secret = sealer.open(row.sealed, row.endpoint_id);
      if (secret === undefined) continue;
      await updateSealed(sql, row.endpoint_id, row.sealed, sealer.seal(secret, row.endpoint_id));
    }
  });
}
