/** @module The platform's auth and storage services in the test's own process, without a port. */
import { join } from "node:path";
import type { MailMessage } from "../../local/auth/context.ts";
import { startAuth } from "../../local/auth/mod.ts";
import type { AuthSettings } from "../../local/auth/settings.ts";
import { toAuthSettings } from "../../local/auth_settings.ts";
import { readConfig } from "../../local/config_toml.ts";
import type { JwtKeys } from "../../local/jwt.ts";
import type { LocalService } from "../../local/service.ts";
import { type ImageRenderer, startStorage } from "../../local/storage/mod.ts";
import type { Fetch } from "../../shared/platform/supabase.ts";
import type { TestDatabase } from "./database.ts";

/** The services, as the product reaches them. */
export interface TestServices extends AsyncDisposable {
  readonly send: Fetch;
  /** E-mails that were sent. */
  readonly mails: MailMessage[];
}

/** How the services are started. */
export interface ServiceOptions {
  readonly auth?: Partial<AuthSettings>;
  readonly renderer?: ImageRenderer;
}

/** The project's own settings, without waiting for hashes and limits. */
function projectSettings(): AuthSettings {
  const settings = toAuthSettings(readConfig(ROOT).auth);
  return { ...settings, bcryptCost: LOW_COST, maxEmailFrequencySeconds: 0 };
}

const ROOT = join(import.meta.dirname ?? ".", "..", "..");
const LOW_COST = 4;
const ORIGIN = "http://127.0.0.1";
const FILE_BYTES_MAX = 209_715_200;

/** Starts both services on a database. */
export async function startServices(
  database: TestDatabase,
  jwt: JwtKeys,
  options: ServiceOptions = {},
): Promise<TestServices> {
  const { auth = {}, renderer } = options;
  const mails: MailMessage[] = [];
  const dataDir = await Deno.makeTempDir({ prefix: "townsquare-files-" });
  const services: Record<string, LocalService> = {
    auth: await startAuth({
      databaseUrl: database.adminUrl,
      jwt,
      siteUrl: ORIGIN,
      externalUrl: `${ORIGIN}/auth/v1`,
      settings: { ...projectSettings(), ...auth },
      mailer: { send: (mail) => Promise.resolve(void mails.push(mail)) },
    }),
    storage: await startStorage({
      databaseUrl: database.adminUrl,
      jwt,
      dataDir,
      publicUrl: `${ORIGIN}/storage/v1`,
      fileSizeLimit: FILE_BYTES_MAX,
      ...(renderer === undefined ? {} : { renderer }),
    }),
  };
  return {
    mails,
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
