/** @module A Storage API of its own for a test file, with clients for several callers. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { JwtKeys } from "../../local/jwt.ts";
import { signToken } from "../../local/jwt.ts";
import { type ImageRenderer, startStorage } from "../../local/storage/mod.ts";
import { openDatabase, type TestDatabase } from "../support/database.ts";

/** Everything a storage test needs. */
export interface StorageFixture extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly dataDir: string;
  /** Base of the service, as clients reach it: ends in `/storage/v1`. */
  readonly url: string;
  readonly jwt: JwtKeys;
  /** Past row-level security. */
  readonly service: SupabaseClient;
  /** Without an account. */
  readonly anon: SupabaseClient;
  readonly alice: SupabaseClient;
  readonly bob: SupabaseClient;
  token(claims: Record<string, unknown>): Promise<string>;
}

/** Size limit of the whole service in tests. */
export const TEST_SIZE_LIMIT = 2_000_000;
export const ALICE = "00000000-0000-4000-8000-00000000000a";
export const BOB = "00000000-0000-4000-8000-00000000000b";
const TOKEN_SECONDS = 600;

/** Starts the service on a database and a directory of its own. */
export async function openStorage(
  options: { renderer?: ImageRenderer } = {},
): Promise<StorageFixture> {
  const database = await openDatabase({ template: "platform" });
  const dataDir = await Deno.makeTempDir({ prefix: "townsquare-storage-" });
  const jwt: JwtKeys = { secret: "a-secret-of-at-least-thirty-two-characters" };
  const storage = await startStorage({
    databaseUrl: database.adminUrl,
    jwt,
    dataDir,
    publicUrl: "http://127.0.0.1/storage/v1",
    fileSizeLimit: TEST_SIZE_LIMIT,
    ...(options.renderer === undefined ? {} : { renderer: options.renderer }),
  });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request, info) => {
    const url = new URL(request.url);
    url.pathname = url.pathname.replace(/^\/storage\/v1/, "");
    return storage.fetch(new Request(url, request), { remoteAddress: info.remoteAddr.hostname });
  });
  const base = `http://127.0.0.1:${server.addr.port}`;

  async function token(claims: Record<string, unknown>): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    return await signToken({ iat, exp: iat + TOKEN_SECONDS, ...claims }, jwt);
  }
  async function client(claims: Record<string, unknown>): Promise<SupabaseClient> {
    const auth = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };
    return createClient(base, await token(claims), { auth });
  }
  return {
    database,
    dataDir,
    url: `${base}/storage/v1`,
    jwt,
    service: await client({ role: "service_role" }),
    anon: await client({ role: "anon" }),
    alice: await client({ role: "authenticated", sub: ALICE }),
    bob: await client({ role: "authenticated", sub: BOB }),
    token,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await storage[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** Names of all files under the service's directory: what is really kept. */
export async function keptFiles(dataDir: string): Promise<string[]> {
  const names: string[] = [];
  async function walk(directory: string): Promise<void> {
    for await (const entry of Deno.readDir(directory)) {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory) await walk(path);
      else names.push(path.slice(dataDir.length + 1));
    }
  }
  await walk(dataDir);
  return names;
}

/** Lets each user write, read and remove below a folder named after the own id. */
export async function ownFolderPolicies(database: TestDatabase, bucket: string): Promise<void> {
  const own = `bucket_id = '${bucket}'
    and (storage.foldername(name))[1] = (auth.jwt() ->> 'sub')`;
  await database.sql.unsafe(`
    create policy own_insert on storage.objects for insert to authenticated with check (${own});
    create policy own_select on storage.objects for select to authenticated using (${own});
    create policy own_update on storage.objects for update to authenticated
      using (${own}) with check (${own});
    create policy own_delete on storage.objects for delete to authenticated using (${own});
  `);
}
