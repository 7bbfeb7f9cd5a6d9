/** @module The platform's auth and storage services in the test's own process, without a port. */
import { startAuth } from "../../local/auth/mod.ts";
import type { JwtKeys } from "../../local/jwt.ts";
import type { LocalService } from "../../local/service.ts";
import { startStorage } from "../../local/storage/mod.ts";
import type { Fetch } from "../../shared/platform/supabase.ts";
import type { TestDatabase } from "./database.ts";

/** The services, as the product reaches them. */
export interface TestServices extends AsyncDisposable {
  readonly send: Fetch;
}

const ORIGIN = "http://127.0.0.1";
const FILE_BYTES_MAX = 50_000_000;

/** Starts both services on a database. */
export async function startServices(database: TestDatabase, jwt: JwtKeys): Promise<TestServices> {
  const dataDir = await Deno.makeTempDir({ prefix: "townsquare-files-" });
  const services: Record<string, LocalService> = {
    auth: await startAuth({
      databaseUrl: database.adminUrl,
      jwt,
      siteUrl: ORIGIN,
      externalUrl: `${ORIGIN}/auth/v1`,
      mailer: { send: () => Promise.resolve() },
    }),
    storage: await startStorage({
      databaseUrl: database.adminUrl,
      jwt,
      dataDir,
      publicUrl: `${ORIGIN}/storage/v1`,
      fileSizeLimit: FILE_BYTES_MAX,
    }),
  };
  return {
    async send(request) {
      const url = new URL(request.url);
      const [, name = "", rest = "/"] = /^\/(\w+)\/v1(\/.*)?$/.exec(url.pathname) ?? [];
      const service = services[name];
      if (service === undefined) throw new TypeError(`no service at ${url.pathname}`);
      url.pathname = rest;
      return await service.fetch(new Request(url, request), { remoteAddress: "127.0.0.1" });
    },
    async [Symbol.asyncDispose]() {
      for (const service of Object.values(services)) await service[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}
