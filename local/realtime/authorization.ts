/** @module Asks the policies on `realtime.messages` what a user may do on a private topic. */
import postgres, { type Sql, type TransactionSql } from "postgres";
import { maintainMessagePartitions } from "./schema.ts";
import type { RealtimeClaims } from "./tokens.ts";

/** Kinds of traffic that a policy tells apart. */
export type Extension = "broadcast" | "presence";

/** Whose rights are asked for, and where. */
export interface Asker {
  readonly topic: string;
  readonly claims: RealtimeClaims;
  /** The `x-` headers of the upgrade or the request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What one may read or write. */
export type Grants = Readonly<Record<Extension, boolean>>;

const NO_PARTITION = "23514";
const INSUFFICIENT_PRIVILEGE = "42501";

/** The table has no partition for today. */
export class MissingPartitionError extends Error {}

/** Ends a transaction without keeping what it wrote. */
class Rollback extends Error {}

/** Runs work in a transaction that is always rolled back. */
export async function inRolledBack<T>(
  sql: Sql,
  work: (tx: TransactionSql) => Promise<T>,
): Promise<T> {
  let result: { value: T } | undefined;
  try {
    await sql.begin(async (tx) => {
      result = { value: await work(tx) };
      throw new Rollback();
    });
  } catch (error) {
    if (result === undefined || !(error instanceof Rollback)) throw error;
  }
  if (result === undefined) throw new Error("the transaction gave no result");
  return result.value;
}

/** Acts as the user for the rest of the transaction. */
export async function become(tx: TransactionSql, asker: Asker): Promise<void> {
  const { claims, topic, headers } = asker;
  await tx`select
    set_config('realtime.topic', ${topic}, true),
    set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
    set_config('request.jwt.claim.sub', ${claims.sub ?? ""}, true),
    set_config('request.jwt.claim.role', ${claims.role}, true),
    set_config('request.headers', ${JSON.stringify(headers)}, true),
    set_config('role', ${claims.role}, true)`;
}

function isMissingPartition(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code === NO_PARTITION &&
    error.message.includes("no partition of relation");
}

function logRefusal(topic: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  console.warn(`realtime: policies of topic "${topic}" could not be evaluated: ${message}`);
}

/**
 * Which of the extensions a user may read on a topic.
 *
 * Probe rows are written, looked for as the user, and rolled back. A policy that fails allows
 * nothing. A partition that is missing is made.
 *
 * @throws {MissingPartitionError} when the table still cannot take the probes
 */
export async function readGrants(
  sql: Sql,
  asker: Asker,
  extensions: readonly Extension[],
): Promise<Grants> {
  try {
    return await probeRead(sql, asker, extensions);
  } catch (error) {
    if (!(error instanceof MissingPartitionError)) throw error;
    await maintainMessagePartitions(sql);
    return await probeRead(sql, asker, extensions);
  }
}

async function probeRead(
  sql: Sql,
  asker: Asker,
  extensions: readonly Extension[],
): Promise<Grants> {
  const probes = extensions.map((extension) => ({
    id: crypto.randomUUID(),
    topic: asker.topic,
    extension,
  }));
  try {
    const found = await inRolledBack(sql, async (tx) => {
      await tx`insert into realtime.messages ${tx(probes, "id", "topic", "extension")}`;
      await become(tx, asker);
      const ids = probes.map((probe) => probe.id);
      return await tx<{ extension: string }[]>`
        select extension from realtime.messages where id = any(${ids}::uuid[])`;
    });
    const allowed = new Set(found.map((row) => row.extension));
    return { broadcast: allowed.has("broadcast"), presence: allowed.has("presence") };
  } catch (error) {
    if (isMissingPartition(error)) throw new MissingPartitionError();
    logRefusal(asker.topic, error);
    return { broadcast: false, presence: false };
  }
}

/** Whether a user may write one extension on a topic. Every failure is a no. */
export async function mayWrite(sql: Sql, asker: Asker, extension: Extension): Promise<boolean> {
  try {
    return await inRolledBack(sql, async (tx) => {
      await become(tx, asker);
      await tx`
        insert into realtime.messages (topic, extension) values (${asker.topic}, ${extension})`;
      return true;
    });
  } catch (error) {
    const denied = error instanceof postgres.PostgresError &&
      error.code === INSUFFICIENT_PRIVILEGE;
    if (!denied) logRefusal(asker.topic, error);
    return false;
  }
}
