/** @module Files in a bucket of any service that speaks the S3 protocol. */
import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { Parser } from "htmlparser2";
import type { Config } from "../core/config.ts";
import { AppError } from "../core/errors.ts";
import { type Bytes, type FileStore, LISTED_MAX } from "./file_store.ts";

/** Whose bucket it is, and where. */
export interface S3Options {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Folder within the bucket, which several projects may share; none when empty. */
  readonly prefix: string;
}

interface S3Request {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Bytes;
}

/** Bytes of a part; the protocol allows 10,000 of them, none but the last below 5 MiB. */
const PART_BYTES = 8_388_608;
const PARTS_MAX = 10_000;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 100;
/** Longest wait for an answer to begin. */
const TIMEOUT_MS = 60_000;
/** Files that are removed at once. */
const REMOVED_AT_ONCE = 8;
const TOO_MANY_REQUESTS = 429;

/** Texts of the elements of these names, in the order in which they stand. */
function textsOf(xml: string, names: readonly string[]): { name: string; text: string }[] {
  const found: { name: string; text: string }[] = [];
  let open: { name: string; text: string } | undefined;
  const parser = new Parser({
    onopentag(name) {
      open = names.includes(name) ? { name, text: "" } : undefined;
    },
    ontext(text) {
      if (open !== undefined) open.text += text;
    },
    onclosetag() {
      if (open !== undefined) found.push(open);
      open = undefined;
    },
  }, { xmlMode: true, decodeEntities: true });
  parser.end(xml);
  return found;
}

function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** attempt));
}

function failureOf(status: number, text: string, what: string): Error {
  const [code] = textsOf(text, ["Code"]);
  const cause = new Error(`the bucket answered ${status} to ${what}: ${text.slice(0, 300)}`);
  const unavailable = (message: string) => new AppError("unavailable", message, { cause });
  if (code?.text === "NoSuchBucket") {
    return unavailable("The bucket of backups does not exist: look at BACKUP_S3_BUCKET");
  }
  if (status === 404) return new AppError("not-found", "The file does not exist", { cause });
  if (status === 401 || status === 403) {
    return unavailable(
      "The bucket of backups refuses the keys: look at BACKUP_S3_ACCESS_KEY_ID, " +
        "BACKUP_S3_SECRET_ACCESS_KEY and BACKUP_S3_REGION",
    );
  }
  return unavailable("The bucket of backups does not work");
}

/** Sends signed requests, a few times when the service or the way to it fails. */
function createSender(options: S3Options) {
  const client = new AwsClient({
    accessKeyId: options.accessKeyId,
    secretAccessKey: options.secretAccessKey,
    region: options.region,
    service: "s3",
  });

  function sign({ method, path, query, body }: S3Request, signal: AbortSignal): Promise<Request> {
    const segments = path.split("/").map(encodeURIComponent).join("/");
    const url = new URL(`${options.endpoint}/${options.bucket}/${segments}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const hash = createHash("sha256").update(body ?? "").digest("hex");
    return client.sign(url, {
      method,
      signal,
      headers: { "x-amz-content-sha256": hash },
      ...(body === undefined ? {} : { body }),
    });
  }

  async function attempt(request: S3Request): Promise<Response> {
    // The wait is for the answer to begin: a long file may take its time to flow.
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), TIMEOUT_MS);
    try {
      return await fetch(await sign(request, waiting.signal));
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws `not-found`, or `unavailable` saying what to look at */
  return async function send(request: S3Request): Promise<Response> {
    const what = `${request.method} ${request.path}`;
    for (let tried = 1;; tried++) {
      try {
        const response = await attempt(request);
        if (response.ok) return response;
        const failure = failureOf(response.status, await response.text(), what);
        const isPassing = response.status >= 500 || response.status === TOO_MANY_REQUESTS;
        if (!isPassing || tried === ATTEMPTS) throw failure;
      } catch (cause) {
        if (cause instanceof AppError) throw cause;
        if (tried === ATTEMPTS) {
          const message = "The bucket of backups is out of reach: look at BACKUP_S3_ENDPOINT";
          throw new AppError("unavailable", message, { cause });
        }
      }
      await pause(tried);
    }
  };
}

/** Cuts a stream into parts of {@linkcode PART_BYTES}, the last of which is shorter. */
async function* cut(stream: ReadableStream<Uint8Array>): AsyncGenerator<Bytes> {
  let part = new Uint8Array(PART_BYTES);
  let length = 0;
  for await (const piece of stream) {
    for (let from = 0; from < piece.length;) {
      const taken = piece.subarray(from, from + PART_BYTES - length);
      part.set(taken, length);
      length += taken.length;
      from += taken.length;
      if (length < PART_BYTES) continue;
      yield part;
      part = new Uint8Array(PART_BYTES);
      length = 0;
    }
  }
  if (length > 0) yield part.slice(0, length);
}

type Send = ReturnType<typeof createSender>;

async function putParts(send: Send, path: string, first: Bytes, rest: AsyncGenerator<Bytes>) {
  const begun = await (await send({ method: "POST", path, query: { uploads: "" } })).text();
  const uploadId = textsOf(begun, ["UploadId"])[0]?.text ?? "";
  try {
    const tags: string[] = [];
    const putPart = async (body: Bytes) => {
      if (tags.length === PARTS_MAX) throw new Error(`${path} has more than ${PARTS_MAX} parts`);
      const query = { partNumber: String(tags.length + 1), uploadId };
      const response = await send({ method: "PUT", path, query, body });
      await response.body?.cancel();
      tags.push(response.headers.get("etag") ?? "");
    };
    await putPart(first);
    for await (const part of rest) await putPart(part);
    const parts = tags.map((tag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`
    );
    const body = new TextEncoder().encode(
      `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`,
    );
    const ended = await (await send({ method: "POST", path, query: { uploadId }, body })).text();
    // The protocol may answer 200 and say in the body that it failed after all.
    if (textsOf(ended, ["Code"]).length > 0) throw failureOf(500, ended, `POST ${path}`);
  } catch (error) {
    await Promise.allSettled([send({ method: "DELETE", path, query: { uploadId } })]);
    throw error;
  }
}

async function putStream(send: Send, path: string, stream: ReadableStream<Uint8Array>) {
  const parts = cut(stream);
  const { value: first = new Uint8Array(0) } = await parts.next();
  if (first.length === PART_BYTES) return await putParts(send, path, first, parts);
  await (await send({ method: "PUT", path, body: first })).body?.cancel();
}

async function list(send: Send, folder: string, limit: number): Promise<string[]> {
  const response = await send({
    method: "GET",
    path: "",
    query: {
      "list-type": "2",
      prefix: folder,
      delimiter: "/",
      "max-keys": String(LISTED_MAX),
    },
  });
  return textsOf(await response.text(), ["Key", "Prefix"])
    .map(({ text }) => text.slice(folder.length))
    // The listing repeats the folder that it is of.
    .filter((name) => name !== "")
    .sort()
    .slice(0, limit);
}

/** Files of a bucket. */
export function createS3Store(options: S3Options): FileStore {
  const send = createSender(options);
  const root = options.prefix === "" ? "" : `${options.prefix}/`;
  const open = (path: string) => send({ method: "GET", path: root + path });
  const remove = async (path: string) => {
    await (await send({ method: "DELETE", path: root + path })).body?.cancel();
  };
  return {
    async put(path, body) {
      await (await send({ method: "PUT", path: root + path, body })).body?.cancel();
    },
    putStream: (path, stream) => putStream(send, root + path, stream),
    open: async (path) => (await open(path)).body ?? new Blob([]).stream(),
    read: async (path) => new Uint8Array(await (await open(path)).arrayBuffer()),
    async remove(paths) {
      for (let at = 0; at < paths.length; at += REMOVED_AT_ONCE) {
        await Promise.all(paths.slice(at, at + REMOVED_AT_ONCE).map(remove));
      }
    },
    list: (folder, limit) => list(send, folder === "" ? root : `${root}${folder}/`, limit),
  };
}

/** The bucket that the environment names, if it names one. */
export function createBackupStore({ env }: Config): FileStore | undefined {
  const { BACKUP_S3_ENDPOINT: endpoint, BACKUP_S3_BUCKET: bucket } = env;
  const { BACKUP_S3_ACCESS_KEY_ID: accessKeyId, BACKUP_S3_SECRET_ACCESS_KEY: secret } = env;
  if (
    endpoint === undefined || bucket === undefined || accessKeyId === undefined ||
    secret === undefined
  ) return undefined;
  return createS3Store({
    endpoint,
    bucket,
    accessKeyId,
    secretAccessKey: secret,
    region: env.BACKUP_S3_REGION,
    prefix: env.BACKUP_S3_PREFIX,
  });
}
