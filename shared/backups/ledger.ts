/**
 * @module The list of erased people beside the backups: a restore brings back who was erased since,
 * and only what lies outside of the archive can tell.
 */
import { AppError } from "../core/errors.ts";
import { type Bytes, createSeal } from "./archive.ts";
import type { ArchiveDeps } from "./reader.ts";
import { selectLedger } from "./sql.ts";

/** Bytes of the list once it is opened. */
const LEDGER_BYTES_MAX = 100_000_000;
const HASH = /^[0-9a-f]{64}$/;

function archiveOf(deps: ArchiveDeps) {
  return deps.archive ?? deps.storage;
}

/** Splits a list of hashes, one a line. @throws `conflict` when it is something else */
export function parseLedger(text: string): string[] {
  const hashes = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (!hashes.every((hash) => HASH.test(hash))) {
    throw new AppError("conflict", "The list of erased people is damaged");
  }
  return hashes;
}

/** Hashes of erased people that lie beside the backups. */
export async function readLedger(deps: ArchiveDeps): Promise<string[]> {
  const { env } = deps.config;
  const seal = await createSeal(env.BACKUP_ENCRYPTION_KEY);
  let bytes: Bytes;
  try {
    ({ bytes } = await archiveOf(deps).read(env.BACKUP_BUCKET, `ledger.gz${seal.suffix}`));
  } catch (error) {
    if (error instanceof AppError && error.problem === "not-found") return [];
    throw error;
  }
  return parseLedger(new TextDecoder().decode(await seal.unpack(bytes, LEDGER_BYTES_MAX)));
}

/** Adds who was erased to the list beside the backups; nobody ever leaves it. */
export async function writeLedger(deps: ArchiveDeps): Promise<void> {
  const { env } = deps.config;
  const rows = await deps.db.asService(
    "the list of erased people is closed to everyone",
    async (sql) => await selectLedger(sql),
  );
  const known = new Set(await readLedger(deps));
  const fresh = rows.filter(({ person_hash }) => !known.has(person_hash));
  if (fresh.length === 0) return;
  for (const { person_hash } of fresh) known.add(person_hash);
  const seal = await createSeal(env.BACKUP_ENCRYPTION_KEY);
  const text = [...known].sort().join("\n");
  await archiveOf(deps).put(env.BACKUP_BUCKET, `ledger.gz${seal.suffix}`, {
    bytes: await seal.pack(new TextEncoder().encode(text)),
    mimeType: "application/octet-stream",
  });
}
