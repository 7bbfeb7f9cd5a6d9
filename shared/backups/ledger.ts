/**
 * @module The list of erased people beside the backups: a restore brings back who was erased since,
 * and only what lies outside of the archive can tell.
 */
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { FileStore } from "../platform/file_store.ts";
import { createSeals, type Seal } from "./archive.ts";
import { storeOf } from "./places.ts";
import type { ArchiveDeps } from "./reader.ts";
import { selectLedger } from "./sql.ts";

/** Bytes of the list once it is opened. */
const LEDGER_BYTES_MAX = 100_000_000;
const HASH = /^[0-9a-f]{64}$/;

/** Each key has a list of its own: a new key begins one anew, and never has to open another's. */
function nameOf({ keyId, suffix }: Seal): string {
  return keyId === null ? "ledger.gz" : `ledger.${keyId}.gz${suffix}`;
}

/** Splits a list of hashes, one a line. @throws `conflict` when it is something else */
export function parseLedger(text: string): string[] {
  const hashes = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (!hashes.every((hash) => HASH.test(hash))) {
    throw new AppError("conflict", "The list of erased people is damaged");
  }
  return hashes;
}

async function readList(store: FileStore, seal: Seal): Promise<string[]> {
  const name = nameOf(seal);
  try {
    const bytes = await seal.unpack(await store.read(name), LEDGER_BYTES_MAX);
    return parseLedger(new TextDecoder().decode(bytes));
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    if (cause.problem === "not-found") return [];
    if (cause.problem !== "conflict") throw cause;
    throw new AppError("conflict", `The list of erased people is damaged: ${name}`, { cause });
  }
}

/**
 * Hashes of erased people that lie beside the backups, under any key at hand.
 *
 * @throws `conflict` when a list is damaged
 */
export async function readLedger(
  deps: ArchiveDeps,
  store: FileStore = storeOf(deps),
): Promise<string[]> {
  const hashes = new Set<string>();
  for (const seal of await createSeals(deps.config)) {
    for (const hash of await readList(store, seal)) hashes.add(hash);
  }
  return [...hashes];
}

/** As {@linkcode readList}; a damaged list is written anew from what the database knows. */
async function readKnown(deps: ArchiveDeps & Pick<AppDeps, "log">, seal: Seal): Promise<string[]> {
  try {
    return await readList(storeOf(deps), seal);
  } catch (error) {
    if (!(error instanceof AppError) || error.problem !== "conflict") throw error;
    deps.log.error("the list of erased people is damaged", { error });
    return [];
  }
}

/** Adds who was erased to the list beside the backups; nobody ever leaves it. */
export async function writeLedger(deps: ArchiveDeps & Pick<AppDeps, "log">): Promise<void> {
  const rows = await deps.db.asService(
    "the list of erased people is closed to everyone",
    async (sql) => await selectLedger(sql),
  );
  const [seal, ...former] = await createSeals(deps.config);
  const listed = await readKnown(deps, seal);
  const known = new Set([...listed, ...rows.map(({ person_hash }) => person_hash)]);
  for (const other of former) {
    for (const hash of await readKnown(deps, other)) known.add(hash);
  }
  if (known.size === listed.length) return;
  const text = [...known].sort().join("\n");
  await storeOf(deps).put(nameOf(seal), await seal.pack(new TextEncoder().encode(text)));
}
