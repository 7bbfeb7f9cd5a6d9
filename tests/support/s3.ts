/** @module A server that speaks the S3 protocol and checks signatures, on a folder of its own. */
import { createHash } from "node:crypto";
// @ts-types="./aws4.d.ts"
import aws4 from "aws4";
// @ts-types="./s3rver.d.ts"
import S3rver from "s3rver";

/** The only account that the server knows. */
const ACCOUNT = "S3RVER";
const REGION = "us-east-1";

/** The server; it goes away with its files when disposed of. */
export interface TestS3 extends AsyncDisposable {
  /** Variables that name its bucket. */
  readonly env: Record<string, string>;
  /** Folder in which it keeps the files of the bucket. */
  readonly folder: string;
}

/** The library takes any signature of the fourth version: another one makes it again. */
function isSigned(request: Request, body: Uint8Array): boolean {
  const authorization = request.headers.get("authorization") ?? "";
  const [, names = ""] = /SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const { host, pathname, search } = new URL(request.url);
  const given = (name: string) => name === "host" ? host : request.headers.get(name) ?? "";
  const { headers } = aws4.sign({
    service: "s3",
    region: REGION,
    method: request.method,
    path: pathname + search,
    headers: Object.fromEntries(names.split(";").map((name) => [name, given(name)])),
    doNotModifyHeaders: false,
  }, { accessKeyId: ACCOUNT, secretAccessKey: ACCOUNT });
  const hash = createHash("sha256").update(body).digest("hex");
  return headers.Authorization === authorization &&
    request.headers.get("x-amz-content-sha256") === hash;
}

function refuse(): Response {
  const xml = "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>";
  return new Response(xml, { status: 403, headers: { "content-type": "application/xml" } });
}

/** Starts the server with one bucket. */
export async function openS3(): Promise<TestS3> {
  const directory = await Deno.makeTempDir({ prefix: "townsquare-s3-" });
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: "vault" }],
  });
  const { port } = await server.run();
  // The server waits for every connection to end, also for those that are only kept for later.
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const gate = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (asked) => {
    const body = new Uint8Array(await asked.arrayBuffer());
    if (!isSigned(asked, body)) return refuse();
    const { pathname, search } = new URL(asked.url);
    const hasBody = asked.method === "PUT" || asked.method === "POST";
    return await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
      client,
      method: asked.method,
      headers: asked.headers,
      ...(hasBody ? { body } : {}),
    });
  });
  return {
    env: {
      BACKUP_S3_ENDPOINT: `http://127.0.0.1:${gate.addr.port}`,
      BACKUP_S3_BUCKET: "vault",
      BACKUP_S3_REGION: REGION,
      BACKUP_S3_ACCESS_KEY_ID: ACCOUNT,
      BACKUP_S3_SECRET_ACCESS_KEY: ACCOUNT,
      BACKUP_S3_PREFIX: "town/backups",
    },
    folder: `${directory}/vault/town/backups`,
    async [Symbol.asyncDispose]() {
      await gate.shutdown();
      client.close();
      await server.close();
      await Deno.remove(directory, { recursive: true });
    },
  };
}
