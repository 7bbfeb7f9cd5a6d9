/** @module Bytes of an archive: packed, sealed when there is a key, and named by their hash. */
import { createHash, createHmac } from "node:crypto";
import { bech32 } from "@scure/base";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import type { Config } from "../core/config.ts";
import { AppError } from "../core/errors.ts";
import type { Bytes } from "../platform/file_store.ts";

/** Opens and closes the files of an archive. Without a key, files are only packed. */
export interface Seal {
  /** Names the key without giving it away; null without a key. */
  readonly keyId: string | null;
  /** What names of sealed files end with. */
  readonly suffix: string;
  /** Compresses and seals. */
  pack(bytes: Bytes): Promise<Bytes>;
  /**
   * Reverses {@linkcode Seal.pack}.
   *
   * @throws `conflict` when the bytes are damaged, or are more than `max` once unpacked
   */
  unpack(bytes: Bytes, max: number): Promise<Bytes>;
  /** Seals what is packed already, piece by piece. */
  close(stream: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>>;
  /** Reverses {@linkcode Seal.close}; fails at the piece that is altered or absent. */
  open(stream: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>>;
  /** Proves that a text comes from a holder of the key. */
  sign(text: string): string;
}

const IDENTITY_PREFIX = "age-secret-key-";
/** Characters of a hash that tell keys apart. */
const KEY_ID_LENGTH = 16;

/** Hash of bytes in hexadecimal. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function readBytes(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<ArrayBuffer> {
  return new Response(stream).arrayBuffer();
}

async function gzip(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await readBytes(stream));
}

async function gunzip(bytes: Bytes, max: number): Promise<Bytes> {
  let length = 0;
  const limit = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(part, controller) {
      length += part.length;
      if (length > max) throw new Error("the file is longer than it was");
      controller.enqueue(part);
    },
  });
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await readBytes(unpacked.pipeThrough(limit)));
}

/** A key of the tool `age` as it is; any other secret becomes one by its hash. */
function identityOf(secret: string): string {
  if (secret.toLowerCase().startsWith(IDENTITY_PREFIX)) return secret.trim();
  const scalar = createHash("sha256").update(secret).digest();
  return bech32.encodeFromBytes(IDENTITY_PREFIX, new Uint8Array(scalar)).toUpperCase();
}

function damaged(cause: unknown): AppError {
  return new AppError("conflict", "A file of the backup cannot be opened", { cause });
}

function plainSeal(): Seal {
  return {
    keyId: null,
    suffix: "",
    pack: gzip,
    async unpack(bytes, max) {
      try {
        return await gunzip(bytes, max);
      } catch (cause) {
        throw damaged(cause);
      }
    },
    close: (stream) => Promise.resolve(stream),
    open: (stream) => Promise.resolve(stream),
    // Without a key this is a checksum: it tells damage, and no more.
    sign: (text) => createHmac("sha256", "").update(text).digest("hex"),
  };
}

/** Makes the seal of a secret, which may be a secret key of `age`. */
export async function createSeal(secret: string | undefined): Promise<Seal> {
  if (secret === undefined) return plainSeal();
  const identity = identityOf(secret);
  const recipient = await identityToRecipient(identity);
  const macKey = createHash("sha256").update(`manifest:${identity}`).digest();
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return {
    keyId: sha256(recipient).slice(0, KEY_ID_LENGTH),
    suffix: ".age",
    pack: async (bytes) => new Uint8Array(await encrypter.encrypt(await gzip(bytes))),
    async unpack(bytes, max) {
      try {
        return await gunzip(new Uint8Array(await decrypter.decrypt(bytes)), max);
      } catch (cause) {
        throw damaged(cause);
      }
    },
    close: async (stream) => await encrypter.encrypt(stream),
    open: async (stream) => await decrypter.decrypt(stream),
    sign: (text) => createHmac("sha256", macKey).update(text).digest("hex"),
  };
}

/** The seals at hand: first the one of new backups, then those that only open older ones. */
export async function createSeals({ env }: Config): Promise<[Seal, ...Seal[]]> {
  const current = await createSeal(env.BACKUP_ENCRYPTION_KEY);
  const former: Seal[] = [];
  for (const secret of env.BACKUP_FORMER_KEYS ?? []) former.push(await createSeal(secret));
  return [current, ...former];
}

/** What a stream was, once it has passed. */
export interface Tally {
  readonly stream: TransformStream<Uint8Array, Uint8Array>;
  result(): { bytes: number; sha256: string };
}

/** Counts and hashes a stream on its way. */
export function createTally(): Tally {
  const hash = createHash("sha256");
  let bytes = 0;
  return {
    stream: new TransformStream({
      transform(part, controller) {
        hash.update(part);
        bytes += part.length;
        controller.enqueue(part);
      },
    }),
    result: () => ({ bytes, sha256: hash.digest("hex") }),
  };
}
