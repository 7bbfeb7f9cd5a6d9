/** @module The API in the test's own process, on a database of its own, every answer checked. */
import type { MailMessage } from "../../local/auth/context.ts";
import type { AuthSettings } from "../../local/auth/settings.ts";
import { signToken } from "../../local/jwt.ts";
import { createApp, listRoutes } from "../../shared/app.ts";
import { type Config, readConfig } from "../../shared/core/config.ts";
import { createCursors } from "../../shared/core/cursor.ts";
import { uuidv7 } from "../../shared/core/ids.ts";
import { createAuthenticator } from "../../shared/http/authenticate.ts";
import type { Route } from "../../shared/http/route.ts";
import { createServer } from "../../shared/http/server.ts";
import { createLogger } from "../../shared/core/logger.ts";
import { CONSUMERS, createJobs } from "../../shared/jobs.ts";
import { createRelay } from "../../shared/outbox/relay.ts";
import { NO_CIRCUIT } from "../../shared/platform/circuits.ts";
import { createMetrics, timedDatabase } from "../../shared/platform/metrics.ts";
import type { Job } from "../../shared/platform/queue.ts";
import type { AppDeps } from "../../shared/platform/deps.ts";
import { createDatabase } from "../../shared/platform/postgres.ts";
import { createStorage } from "../../shared/platform/storage.ts";
import { createOutside } from "../../shared/platform/outside.ts";
import { createPlatform } from "../../shared/platform/supabase.ts";
import { createAnswerCheck } from "./answers.ts";
import { openDatabase, type TestDatabase } from "./database.ts";
import { createMemoryQueue, GENUINE_SIGNATURE, type MemoryQueue } from "./queue.ts";
import type { ImageRenderer } from "../../local/storage/mod.ts";
import { startServices } from "./services.ts";

/** A person with an account and a session. */
export interface TestPerson {
  readonly id: string;
  readonly handle: string;
  readonly sessionId: string;
  readonly token: string;
}

/** What a request may carry. */
export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer with its body read. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. Tests know its shape; the answer was checked against the route's. */
  // deno-lint-ignore no-explicit-any
  readonly body: any;
}

/** Sends requests as somebody. Paths are those of the contract, without `/functions/v1/api`. */
export interface TestClient {
  request(method: string, path: string, options?: CallOptions): Promise<TestAnswer>;
  get(path: string, options?: CallOptions): Promise<TestAnswer>;
  post(path: string, body?: unknown, options?: CallOptions): Promise<TestAnswer>;
  put(path: string, body?: unknown, options?: CallOptions): Promise<TestAnswer>;
  patch(path: string, body?: unknown, options?: CallOptions): Promise<TestAnswer>;
  delete(path: string, body?: unknown, options?: CallOptions): Promise<TestAnswer>;
}

/** The API under test. */
export interface TestApp extends AsyncDisposable {
  readonly db: TestDatabase;
  readonly deps: AppDeps;
  readonly queue: MemoryQueue;
  /** Lines that were logged. */
  readonly logs: string[];
  /** E-mails that the auth service has sent. */
  readonly mails: readonly MailMessage[];
  /** Makes an account, its profile and a session. */
  signUp(handle: string): Promise<TestPerson>;
  /** Makes the person moderator or admin. */
  grantRole(person: TestPerson, role: string): Promise<void>;
  as(person: TestPerson): TestClient;
  readonly anonymous: TestClient;
  /** Carries all events to their consumers, through the real receiver, until none is left. */
  runJobs(): Promise<void>;
  /** The same for what the queue still keeps back. */
  runLaterJobs(): Promise<void>;
  /** The platform's own services, as a client of the platform reaches them. */
  reach(request: Request): Promise<Response>;
  /** Runs a scheduled task through the real receiver. */
  runTask(name: string): Promise<void>;
  /** Raw access, for requests that no client would send. */
  fetch(request: Request): Promise<Response>;
}

/** How the app is opened. */
export interface OpenAppOptions {
  /** Starts auth and storage in this process. */
  readonly services?: boolean;
  /** Settings of the auth service that differ from the project's. */
  readonly auth?: Partial<AuthSettings>;
  /** Transforms pictures for storage; without it storage has no transformation. */
  readonly renderer?: ImageRenderer;
  /** Variables beyond those of the test. */
  readonly env?: Readonly<Record<string, string>>;
  /** Serves these routes instead of the product's. */
  readonly routes?: (deps: AppDeps) => Route[];
  /** Replaces parts of the outside. */
  readonly deps?: (deps: AppDeps) => Partial<AppDeps>;
}

/** Signs the tokens of a test's people. */
export const JWT = { secret: "a-test-secret-of-at-least-32-characters" };
const ORIGIN = "http://127.0.0.1:9";
const BASE = `${ORIGIN}/api`;
const TOKEN_SECONDS = 900;

async function testConfig(db: TestDatabase, env: OpenAppOptions["env"]): Promise<Config> {
  const iat = Math.floor(Date.now() / 1_000);
  const key = (role: string) => signToken({ role, iss: "supabase", iat, exp: iat + 3_600 }, JWT);
  return readConfig({
    SUPABASE_URL: ORIGIN,
    DATABASE_URL: db.url,
    SUPABASE_JWT_SECRET: JWT.secret,
    SUPABASE_JWKS: '{"keys":[]}',
    SUPABASE_ANON_KEY: await key("anon"),
    SUPABASE_SERVICE_ROLE_KEY: await key("service_role"),
    RATE_LIMITS: '{"write":"100000/60","read":"100000/60"}',
    LOG_LEVEL: "info",
    ...env,
  });
}

async function makeDeps(db: TestDatabase, options: OpenAppOptions, stack: AsyncDisposableStack) {
  const config = await testConfig(db, options.env);
  const services = options.services ? stack.use(await startServices(db, JWT, options)) : undefined;
  const reach = services?.send ??
    (() => Promise.reject(new TypeError("no services: openApp({services})")));
  const platform = createPlatform(config, reach);
  const logs: string[] = [];
  const queue = createMemoryQueue();
  const log = createLogger({ service: "test", level: "info", write: (line) => logs.push(line) });
  const database = stack.use(createDatabase(db.url, { max: 4 }));
  const metrics = stack.use(createMetrics({ db: database, log, service: "test" }));
  const deps: AppDeps = {
    config,
    db: timedDatabase(database, metrics),
    log,
    metrics,
    now: () => new Date(),
    newId: uuidv7,
    cursors: createCursors(config.cursorSecret),
    platform,
    storage: createStorage(platform),
    queue,
    outside: createOutside({ allowLoopback: true }),
    searchCircuit: NO_CIRCUIT,
  };
  const mails = services?.mails ?? [];
  return { logs, queue, reach, mails, deps: { ...deps, ...options.deps?.(deps) } };
}

/** Makes an account as the auth service does: the product's triggers do the rest. */
export async function signUp(db: TestDatabase, handle: string): Promise<TestPerson> {
  const [id, sessionId] = [crypto.randomUUID(), crypto.randomUUID()];
  const email = `${handle}@townsquare.test`;
  await db.sql`
    insert into auth.users (id, instance_id, aud, role, email, email_confirmed_at,
      raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
    values (${id}, ${"00000000-0000-0000-0000-000000000000"}, 'authenticated', 'authenticated',
      ${email}, now(), '{"provider":"email"}', ${db.sql.json({ handle, display_name: handle })},
      now(), now())`;
  await db.sql`
    insert into auth.sessions (id, user_id, created_at, updated_at, aal)
    values (${sessionId}, ${id}, now(), now(), 'aal1')`;
  return { id, handle, sessionId, token: await tokenFor({ id, sessionId, email }) };
}

/** Signs an access token; `claims` replace what a real one would hold. */
export async function tokenFor(
  person: { id: string; sessionId: string; email?: string },
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000);
  return await signToken({
    iss: `${ORIGIN}/auth/v1`,
    sub: person.id,
    aud: "authenticated",
    role: "authenticated",
    aal: "aal1",
    session_id: person.sessionId,
    email: person.email ?? "",
    iat,
    exp: iat + TOKEN_SECONDS,
    ...claims,
  }, JWT);
}

function makeClient(send: (request: Request) => Promise<Response>, token?: string): TestClient {
  async function request(method: string, path: string, options: CallOptions = {}) {
    const { body } = options;
    const isRaw = body instanceof FormData || body instanceof Uint8Array ||
      typeof body === "string";
    const response = await send(
      new Request(`${BASE}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined || isRaw ? {} : { "content-type": "application/json" }),
          ...options.headers,
        },
        ...(body === undefined
          ? {}
          : { body: isRaw ? body as FormData | string : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true && text !== "";
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  }
  const withBody = (method: string) => (path: string, body?: unknown, options?: CallOptions) =>
    request(method, path, { ...options, ...(body === undefined ? {} : { body }) });
  return {
    request,
    get: (path, options) => request("GET", path, options),
    post: withBody("POST"),
    put: withBody("PUT"),
    patch: withBody("PATCH"),
    delete: withBody("DELETE"),
  };
}

/** Opens the API on a fresh database. */
export async function openApp(options: OpenAppOptions = {}): Promise<TestApp> {
  const stack = new AsyncDisposableStack();
  const db = stack.use(await openDatabase({ template: "product" }));
  const { deps, logs, mails, queue, reach } = await makeDeps(db, options, stack);
  const routes = options.routes?.(deps) ?? listRoutes(deps);
  const app = options.routes === undefined ? createApp(deps) : createServer(
    { ...deps, authenticator: createAuthenticator(deps.config, deps.now, deps.db) },
    { basePath: "/api", routes },
  );
  const check = createAnswerCheck(routes);

  async function send(request: Request): Promise<Response> {
    const response = await app.fetch(request);
    if (request.method !== "OPTIONS" && request.url.startsWith(BASE)) {
      await check(request.method, request.url.slice(BASE.length), response);
    }
    return response;
  }

  return {
    db,
    deps,
    logs,
    mails,
    queue,
    signUp: (handle) => signUp(db, handle),
    grantRole: (person, role) => grantRole(db, person, role),
    as: (person) => makeClient(send, person.token),
    anonymous: makeClient(send),
    runJobs: () => runJobs(deps, queue),
    runLaterJobs: () => runJobs(deps, queue, true),
    reach,
    runTask: (name) =>
      deliver(createJobs(deps), { path: `/functions/v1/jobs/tasks/${name}`, body: {} }),
    fetch: send,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Rounds of events that cause events. */
const JOB_ROUNDS_MAX = 20;

async function runJobs(deps: AppDeps, queue: MemoryQueue, isLater = false): Promise<void> {
  const jobs = createJobs(deps);
  const relay = createRelay(deps, CONSUMERS);
  for (let round = 0; round < JOB_ROUNDS_MAX; round++) {
    const published = await relay.drain();
    const due = queue.jobs.filter((job) => isLater || job.delaySeconds === undefined);
    queue.jobs.splice(0, Infinity, ...queue.jobs.filter((job) => !due.includes(job)));
    for (const job of due) await deliver(jobs, job);
    if (published === 0 && due.length === 0) return;
  }
  throw new Error("events cause events without an end");
}

async function deliver(
  jobs: ReturnType<typeof createJobs>,
  job: Pick<Job, "path" | "body">,
): Promise<void> {
  const response = await jobs.request(job.path.replace("/functions/v1", ""), {
    method: "POST",
    headers: { "upstash-signature": GENUINE_SIGNATURE, "content-type": "application/json" },
    body: JSON.stringify(job.body),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${job.path} answered ${response.status}: ${text}`);
}

async function grantRole(db: TestDatabase, person: TestPerson, role: string): Promise<void> {
  await db.sql`insert into private.user_roles (profile_id, role) values (${person.id}, ${role})`;
}
