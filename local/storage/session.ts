/** @module Runs each request on the database as its caller, with what policies read of it. */
import postgres, { type Sql, type TransactionSql } from "postgres";
import type { TokenClaims } from "../jwt.ts";

/** Who asks. */
export interface Caller {
  /** False for a request without a token. */
  readonly authenticated: boolean;
  readonly role: string;
  readonly token: string;
  readonly claims: TokenClaims;
}

/** A request without a token. */
export const NOBODY: Caller = {
  authenticated: false,
  role: "anon",
  token: "",
  claims: { role: "anon" },
};

/** The service itself: it passes row-level security. */
const SERVICE: Caller = {
  authenticated: true,
  role: "service_role",
  token: "",
  claims: { role: "service_role" },
};

/** What of the request policies and triggers can read. */
export interface RequestSettings {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const POOL_SIZE = 10;
const IDLE_SECONDS = 20;
const STATEMENT_TIMEOUT_MS = 30_000;
const PG_INT8 = 20;

/** Opens the service's connections. */
export function openPool(databaseUrl: string): Sql<{ bigint: number }> {
  return postgres(databaseUrl, {
    max: POOL_SIZE,
    idle_timeout: IDLE_SECONDS,
    onnotice: () => {},
    connection: {
      application_name: "storage",
      search_path: "storage,public,extensions",
      statement_timeout: STATEMENT_TIMEOUT_MS,
    },
    types: {
      // Sizes are sent as JSON numbers.
      bigint: { to: PG_INT8, from: [PG_INT8], parse: Number, serialize: String },
    },
  });
}

/** A transaction of one of the service's connections. */
export type Tx = TransactionSql<{ bigint: number }>;

/** Thrown inside a trial to undo it; never leaves this file. */
class Undo extends Error {}

/** The database as one request sees it. */
export class Session {
  constructor(
    private readonly pool: Sql<{ bigint: number }>,
    readonly caller: Caller,
    private readonly settings: RequestSettings,
  ) {}

  /** Works as the caller, under the caller's policies and grants. */
  async asCaller<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return await this.run(this.caller, work);
  }

  /** Works past row-level security: for bookkeeping after the caller's right was established. */
  async asService<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return await this.run(SERVICE, work);
  }

  /** Tries work as the caller and undoes it; throws what the database refused it with. */
  async tryAsCaller(work: (tx: Tx) => Promise<unknown>): Promise<void> {
    try {
      await this.run(this.caller, async (tx) => {
        await work(tx);
        throw new Undo();
      });
    } catch (error) {
      if (!(error instanceof Undo)) throw error;
    }
  }

  private async run<T>(caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> {
    const claims = JSON.stringify(caller.claims);
    const { operation, method, path, headers } = this.settings;
    // A holder, since the driver's own result type unwraps arrays of promises.
    const { result } = await this.pool.begin(async (tx) => {
      await tx`
        select
          set_config('role', ${caller.role}, true),
          set_config('request.jwt.claim.role', ${caller.role}, true),
          set_config('request.jwt', ${caller.token}, true),
          set_config('request.jwt.claim.sub', ${caller.claims.sub ?? ""}, true),
          set_config('request.jwt.claims', ${claims}, true),
          set_config('request.headers', ${JSON.stringify(headers)}, true),
          set_config('request.method', ${method}, true),
          set_config('request.path', ${path}, true),
          set_config('storage.operation', ${operation}, true),
          set_config('storage.allow_delete_query', 'true', true)
      `;
      return { result: await work(tx) };
    });
    return result;
  }
}
