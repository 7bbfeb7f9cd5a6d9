/** @module Starts a Postgres of our own from npm's binaries: no Docker, no system package. */
import { join } from "node:path";
import { locateBinaries } from "./binaries.ts";
import { explain } from "./commands.ts";
import { prepareDataDir } from "./data_dir.ts";
import { freePort, isFree } from "./free_port.ts";
import { clearLeftovers, readPidFile } from "./pid_file.ts";
import { choosePlace, type ServerPlace } from "./server_user.ts";

/** How a cluster is started. */
export interface PostgresOptions {
  /** The cluster's folder; made when absent. */
  readonly dataDir: string;
  /** Port on 127.0.0.1; 0 or absent picks a free one. */
  readonly port?: number;
  /** False trades safety on a crash for speed: only for clusters that are thrown away. */
  readonly durable?: boolean;
  /** Further settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running cluster. */
export interface RunningPostgres extends AsyncDisposable {
  /** URL of the superuser `supabase_admin` at database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Where the cluster really lives (not always the folder asked for, see server_user.ts). */
  readonly dataDir: string;
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

const START_ATTEMPTS = 5;
const READY_TIMEOUT_MS = 120_000;
const POLL_MS = 5;
const RETRY_DELAY_MS = 200;
const STOP_TIMEOUT_MS = 20_000;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  wal_level: "logical",
  max_connections: "300",
  shared_buffers: "256MB",
  max_wal_senders: "20",
  max_replication_slots: "20",
  // A forgotten slot may not fill the disk.
  max_slot_wal_keep_size: "1GB",
  shared_preload_libraries: "pg_stat_statements",
  timezone: "UTC",
  log_timezone: "UTC",
};

const THROW_AWAY_SETTINGS: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  // Who follows the log sees what is committed when it is written: by itself after 200 ms.
  wal_writer_delay: "10ms",
  full_page_writes: "off",
  log_min_messages: "fatal",
};

/**
 * Keeps the server's life tied to ours: standard input is a pipe that this process holds open, so
 * whatever way it dies, the pipe closes and the server is asked to shut down cleanly.
 */
const WATCHDOG = `exec 3<&0
"$@" 3<&- </dev/null >>"$LOG" 2>&1 & p=$!
trap "kill -INT $p" INT TERM
(trap "" INT TERM; cat <&3 >/dev/null; kill -INT $p 2>/dev/null) &
wait $p; status=$?
while kill -0 $p 2>/dev/null; do wait $p; status=$?; done
exit $status`;

interface Attempt {
  readonly child: Deno.ChildProcess;
  readonly logFile: string;
}

function settingArgs(options: PostgresOptions, place: ServerPlace, port: number): string[] {
  const settings = {
    ...SETTINGS,
    ...(options.durable === false ? THROW_AWAY_SETTINGS : {}),
    ...options.settings,
  };
  const pairs = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", place.dataDir, "-p", String(port), ...pairs];
}

async function spawnServer(
  options: PostgresOptions,
  place: ServerPlace,
  port: number,
): Promise<Attempt> {
  const logFile = join(place.dataDir, "server.log");
  await Deno.remove(logFile).catch(() => undefined);
  const child = new Deno.Command("sh", {
    args: [
      "-c",
      WATCHDOG,
      "townsquare-pg",
      join(place.native, "bin", "postgres"),
      ...settingArgs(options, place, port),
    ],
    ...(place.user ?? {}),
    cwd: "/",
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", LANG: "C", LOG: logFile },
    // Its own process group: Ctrl-C in the terminal reaches us alone, and we stop in our order.
    detached: true,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return { child, logFile };
}

/** Waits until the server says that it is ready. Returns its log when it ended instead. */
async function waitReady(attempt: Attempt, dataDir: string): Promise<string | undefined> {
  let over = false;
  const ended = attempt.child.status.then(() => over = true);
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!over && Date.now() < deadline) {
    const file = await readPidFile(dataDir).catch(() => undefined);
    if (file?.status === "ready") return undefined;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  if (!over) {
    await attempt.child.stdin.close();
    await ended;
  }
  return await Deno.readTextFile(attempt.logFile).catch(() => "");
}

function running(attempt: Attempt, place: ServerPlace, port: number): RunningPostgres {
  let closing: Promise<void> | undefined;
  const ended = attempt.child.status.then(() => undefined);
  async function shutDown(): Promise<void> {
    await attempt.child.stdin.close().catch(() => undefined);
    const timer = setTimeout(() => {
      // Clients that will not let go: ask the watchdog for an immediate end.
      readPidFile(place.dataDir).then((file) => file && Deno.kill(file.pid, "SIGQUIT"))
        .catch(() => undefined);
    }, STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }
  function close(): Promise<void> {
    closing ??= shutDown();
    return closing;
  }
  return {
    url: `postgres://supabase_admin@127.0.0.1:${port}/postgres`,
    port,
    dataDir: place.dataDir,
    ended,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Starts a cluster, making it when the folder is empty.
 *
 * @throws with a message for people: port taken, disk full, folder not readable, folder in use
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const binaries = locateBinaries();
  const place = await choosePlace(binaries, options.dataDir);
  await prepareDataDir(place, binaries.version);
  await clearLeftovers(place.dataDir);
  const wanted = options.port ?? 0;
  if (wanted !== 0 && !isFree(wanted)) {
    throw new Error(`Port ${wanted} is taken by another program; Postgres cannot listen there.`);
  }
  for (let attempt = 1;; attempt++) {
    const port = wanted === 0 ? freePort() : wanted;
    const server = await spawnServer(options, place, port);
    const failure = await waitReady(server, place.dataDir);
    if (failure === undefined) return running(server, place, port);
    // Both pass by themselves: a port lost in a race, and backends of a killed server.
    const passing = /address already in use|pre-existing shared memory/i.test(failure);
    if (!passing || attempt >= START_ATTEMPTS) {
      throw new Error(explain(failure, "Starting Postgres"));
    }
    await new Promise((done) => setTimeout(done, RETRY_DELAY_MS * attempt));
  }
}

export { removeCluster } from "./server_user.ts";
