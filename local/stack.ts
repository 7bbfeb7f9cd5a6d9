/** @module Starts everything: one process tree that stands in for a hosted project. */
import { join } from "node:path";
import postgres from "postgres";
import { createMediaWorker } from "../shared/platform/media_worker.ts";
import { startAuth } from "./auth/mod.ts";
import { toAuthSettings } from "./auth_settings.ts";
import { ensureBuckets } from "./buckets.ts";
import { type ProjectConfig, readConfig } from "./config_toml.ts";
import { type FunctionsService, startFunctions } from "./functions/mod.ts";
import { createGateway, type ServiceName } from "./gateway.ts";
import { listen, type Listener } from "./listener.ts";
import { type MailService, startMail } from "./mail/mod.ts";
import { type MediaWorker, startMediaWorker } from "./media_worker.ts";
import { migrate } from "./migrations.ts";
import { startNet } from "./net/mod.ts";
import { bootstrapDatabase, connectAdmin } from "./postgres/bootstrap.ts";
import { isFree } from "./postgres/free_port.ts";
import { removeCluster, type RunningPostgres, startPostgres } from "./postgres/mod.ts";
import type { Progress } from "./progress.ts";
import { loadKeys, type ProjectKeys } from "./project_keys.ts";
import { QSTASH_DEV, startQstash } from "./qstash/mod.ts";
import type { LocalService } from "./service.ts";
import { startRealtime } from "./realtime/mod.ts";
import { startRest } from "./rest/mod.ts";
import { functionEnvironment } from "./stack_env.ts";
import { lockDataDir, removeStackInfo, type StackInfo, writeStackInfo } from "./stack_file.ts";
import { createSite } from "./static_site.ts";
import { startStorage } from "./storage/mod.ts";

/** How a stack is started. */
export interface StackOptions {
  /** Folder that holds `supabase/`. */
  readonly projectDir: string;
  readonly dataDir: string;
  /** Port of the gateway; 0 picks free ones for everything. By default config.toml's. */
  readonly port: number | undefined;
  /** Throws away what the data directory holds. */
  readonly fresh: boolean;
  readonly seed: boolean;
  readonly allowLoopbackTargets: boolean;
  /** Restarts functions when their sources change. */
  readonly watch: boolean;
  readonly progress: Progress;
  readonly log: (line: string) => void;
}

/** A running stack. */
export interface RunningStack extends AsyncDisposable {
  readonly info: StackInfo;
  /** Addresses of seeded people, for whoever wants to sign in. */
  readonly accounts: readonly string[];
  /** Settles when Postgres ends by itself, without which nothing works. */
  readonly broken: Promise<void>;
}

const DEFAULT_QSTASH_PORT = 8080;
const DEFAULT_MAIL_PORT = 54324;
const MAX_SHOWN_ACCOUNTS = 8;
/** QStash is no part of the project: its tables stay out of the project's database. */
const QSTASH_DATABASE = "townsquare_qstash";

/** An error with everything that led to it, on one line. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? String(error) : `${error} – ${describe(error.cause)}`;
}

interface Context {
  readonly options: StackOptions;
  readonly config: ProjectConfig;
  readonly keys: ProjectKeys;
  readonly resources: AsyncDisposableStack;
  readonly gateway: Listener;
}

function urlFor(server: RunningPostgres, role: string, database = "postgres"): string {
  return `postgres://${role}:postgres@127.0.0.1:${server.port}/${database}`;
}

/** A wish, not a demand: a taken port is replaced by a free one. */
function preferred(port: number, options: StackOptions): number {
  return options.port !== 0 && isFree(port) ? port : 0;
}

/** What the data directory holds besides its lock. */
async function clearDataDir(dataDir: string): Promise<void> {
  await removeCluster(join(dataDir, "postgres"));
  for await (const entry of Deno.readDir(dataDir)) {
    if (entry.name === "stack.lock") continue;
    await Deno.remove(join(dataDir, entry.name), { recursive: true });
  }
}

/** Makes the data directory and takes it for this process. */
async function takeDataDir(dataDir: string): Promise<Disposable> {
  try {
    await Deno.mkdir(dataDir, { recursive: true });
    return await lockDataDir(dataDir);
  } catch (error) {
    if (error instanceof Error && Object.values(Deno.errors).includes(error.constructor as never)) {
      throw new Error(
        `The data directory ${dataDir} cannot be used: ${error.message}. ` +
          "Check its owner and the disk, or choose another --data-dir.",
        { cause: error },
      );
    }
    throw error;
  }
}

async function startDatabase(context: Context): Promise<RunningPostgres> {
  const { options, config, resources } = context;
  options.progress.step("Starting Postgres");
  const server = resources.use(
    await startPostgres({
      dataDir: join(options.dataDir, "postgres"),
      port: preferred(config.db.port, options),
    }),
  );
  options.progress.step("Laying out the database");
  await bootstrapDatabase(server.url, {
    autoExpose: config.api.auto_expose_new_tables ?? true,
  });
  options.progress.step("Applying migrations");
  const seed = options.seed && config.db.seed.enabled;
  await migrate({
    databaseUrl: urlFor(server, "postgres"),
    projectDir: options.projectDir,
    migrations: config.db.migrations.enabled,
    seedPaths: seed ? config.db.seed.sql_paths : [],
    onFile: (label) => options.progress.detail(label),
  });
  await ensureBuckets(server.url, config);
  return server;
}

/** Makes the queue's own database. */
async function qstashUrl(server: RunningPostgres): Promise<string> {
  const sql = connectAdmin(server.url);
  try {
    const [found] = await sql`select from pg_database where datname = ${QSTASH_DATABASE}`;
    if (found === undefined) await sql.unsafe(`create database ${QSTASH_DATABASE}`);
  } finally {
    await sql.end();
  }
  return urlFor(server, "supabase_admin", QSTASH_DATABASE);
}

/** What runs beside the platform's own services. */
interface SideServices {
  readonly mail: MailService;
  readonly mailUrl: string;
  readonly qstashUrl: string;
  readonly media: MediaWorker | undefined;
}

async function startSideServices(
  context: Context,
  server: RunningPostgres,
): Promise<SideServices> {
  const { options, resources } = context;
  const mail = resources.use(await startMail());
  const mailPort = resources.use(listen(preferred(DEFAULT_MAIL_PORT, options), "mail", mail.fetch));
  const qstash = resources.use(await startQstash({ databaseUrl: await qstashUrl(server) }));
  const wanted = preferred(DEFAULT_QSTASH_PORT, options);
  const qstashPort = resources.use(listen(wanted, "QStash", qstash.fetch));
  resources.use(await startNet({ databaseUrl: server.url }));
  const media = await startMediaWorker(options.projectDir, options.log);
  if (media !== undefined) resources.use(media);
  return { mail, mailUrl: mailPort.url, qstashUrl: qstashPort.url, media };
}

type PlatformServices = Record<Exclude<ServiceName, "functions">, LocalService>;

async function startPlatform(
  context: Context,
  server: RunningPostgres,
  side: SideServices,
): Promise<PlatformServices> {
  const { options, config, keys: { jwt }, resources, gateway } = context;
  const rest = resources.use(
    await startRest({
      databaseUrl: urlFor(server, "authenticator"),
      schemas: config.api.schemas,
      extraSearchPath: config.api.extra_search_path,
      anonRole: "anon",
      jwt,
      maxRows: config.api.max_rows,
    }),
  );
  const auth = resources.use(
    await startAuth({
      databaseUrl: urlFor(server, "supabase_auth_admin"),
      jwt,
      siteUrl: config.auth.site_url,
      externalUrl: `${gateway.url}/auth/v1`,
      settings: toAuthSettings(config.auth),
      mailer: side.mail.mailer,
      onFailure: (failure) => options.log(`[auth] ${describe(failure)}`),
    }),
  );
  const storage = resources.use(
    await startStorage({
      databaseUrl: urlFor(server, "supabase_admin"),
      jwt,
      dataDir: join(options.dataDir, "storage"),
      publicUrl: `${gateway.url}/storage/v1`,
      fileSizeLimit: config.storage.file_size_limit,
      ...(side.media === undefined ? {} : { renderer: createMediaWorker(side.media) }),
    }),
  );
  const realtime = resources.use(await startRealtime({ databaseUrl: server.url, jwt }));
  return { rest, auth, storage, realtime };
}

function stackInfo(context: Context, server: RunningPostgres, side: SideServices): StackInfo {
  const { keys, gateway } = context;
  return {
    url: gateway.url,
    publishable_key: keys.publishable,
    secret_key: keys.secret,
    db_url: urlFor(server, "postgres"),
    qstash_url: side.qstashUrl,
    qstash_token: QSTASH_DEV.token,
    mail_url: side.mailUrl,
    pid: Deno.pid,
  };
}

async function startFunctionHost(
  context: Context,
  side: SideServices,
  info: StackInfo,
): Promise<FunctionsService> {
  const { options, config, keys, resources } = context;
  const env = functionEnvironment({
    projectDir: options.projectDir,
    config,
    keys,
    url: info.url,
    databaseUrl: info.db_url,
    qstash: { ...QSTASH_DEV, url: side.qstashUrl },
    mailUrl: side.mailUrl,
    smtp: side.mail.smtp,
    media: side.media,
    allowLoopbackTargets: options.allowLoopbackTargets,
  });
  return resources.use(
    await startFunctions({
      projectDir: options.projectDir,
      config,
      jwt: keys.jwt,
      env,
      watch: options.watch,
      log: options.log,
      scratchNote: join(options.dataDir, "scratch"),
    }),
  );
}

async function startServices(context: Context, server: RunningPostgres): Promise<StackInfo> {
  const { options, config, keys, gateway } = context;
  options.progress.step("Starting services");
  const side = await startSideServices(context, server);
  const platform = await startPlatform(context, server, side);
  const info = stackInfo(context, server, side);
  options.progress.step("Starting functions");
  const functions = await startFunctionHost(context, side, info);
  const site = await createSite(options.projectDir, {
    title: config.project_id ?? "Local stack",
    addresses: { API: info.url, Mail: info.mail_url, QStash: info.qstash_url },
  });
  gateway.handler = createGateway({ keys, services: { ...platform, functions }, site });
  await Promise.all([functions.warm(), side.media?.ready]);
  return info;
}

async function seededAccounts(server: RunningPostgres): Promise<string[]> {
  const sql = postgres(server.url, { max: 1 });
  try {
    const rows = await sql<{ email: string }[]>`
      select email from auth.users where email like '%.test'
      order by created_at, email limit ${MAX_SHOWN_ACCOUNTS}`;
    return rows.map((row) => row.email);
  } finally {
    await sql.end();
  }
}

/**
 * Starts a stack and waits until it answers.
 *
 * @throws with a message for people when a port, the disk, the data directory, config.toml or a
 * migration stands in the way; nothing is left running then
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  await using guard = new AsyncDisposableStack();
  const resources = guard.use(new AsyncDisposableStack());
  options.progress.step("Reading the project");
  const config = readConfig(options.projectDir);
  resources.use(await takeDataDir(options.dataDir));
  // One that a killed stack has left would tell of addresses that are no more.
  await removeStackInfo(options.dataDir);
  // The port first: to find it taken after a minute of work would be a pity.
  const gateway = resources.use(listen(options.port ?? config.api.port, "the gateway"));
  if (options.fresh) await clearDataDir(options.dataDir);
  const keys = await loadKeys(options.projectDir, options.dataDir, config.auth);
  const context: Context = { options, config, keys, resources, gateway };
  const server = await startDatabase(context);
  const info = await startServices(context, server);
  const accounts = await seededAccounts(server);
  resources.defer(() => removeStackInfo(options.dataDir));
  await writeStackInfo(options.dataDir, info);
  options.progress.done();
  const running = resources.move();
  return {
    info,
    accounts,
    broken: server.ended,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
