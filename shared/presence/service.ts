/** @module Use cases of connections, each with its line in the log. */
import { AppError } from "../core/errors.ts";
import { fromPostgres } from "../core/postgres_errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person } from "../platform/postgres.ts";
import { type Connection, type Heartbeat, HEARTBEAT_SECONDS } from "./schemas.ts";
import * as leases from "./sql.ts";

/** What connections need. */
export type PresenceDeps = Pick<AppDeps, "db" | "log">;

function present(row: leases.LeaseRow | undefined): Connection {
  if (row === undefined) throw new AppError("not-found", "The connection does not exist any more");
  return { ...row, heartbeat_s: HEARTBEAT_SECONDS };
}

/** Takes one of the person's places; refused when all are taken. */
export async function openConnection(
  deps: PresenceDeps,
  viewer: Person,
  device: string,
): Promise<Connection> {
  try {
    const [row] = await deps.db.asViewer(viewer, (sql) => leases.openConnection(sql, device));
    const connection = present(row);
    deps.log.info("connection opened", { connection: connection.id, user: viewer.userId });
    return connection;
  } catch (cause) {
    const error = fromPostgres(cause);
    if (error instanceof AppError && error.problem === "too-many-connections") {
      deps.log.warn("connection refused", { user: viewer.userId, problem: error.problem });
    }
    throw error;
  }
}

/** Prolongs a lease. One that has run out is gone: the client opens another. */
export async function renewConnection(
  deps: PresenceDeps,
  viewer: Person,
  id: string,
  heartbeat: Heartbeat,
): Promise<Connection> {
  const [row] = await deps.db.asViewer(
    viewer,
    (sql) => leases.renewConnection(sql, id, heartbeat.room_ids),
  );
  return present(row);
}

/** Gives a place back. */
export async function closeConnection(
  deps: PresenceDeps,
  viewer: Person,
  id: string,
): Promise<void> {
  const [row] = await deps.db.asViewer(viewer, (sql) => leases.closeConnection(sql, id));
  if (row?.is_closed !== true) {
    throw new AppError("not-found", "The connection does not exist any more");
  }
  deps.log.info("connection closed", { connection: id, user: viewer.userId });
}
