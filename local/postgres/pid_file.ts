/** @module Deals with a Postgres that an earlier, killed start has left in the data directory. */
import { join } from "node:path";

const ORPHAN_WAIT_MS = 5_000;
const KILL_WAIT_MS = 10_000;
const POLL_MS = 25;
const STATUS_LINE = 7;

/** First lines of `postmaster.pid`. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

interface ProcessFacts {
  readonly parent: number;
  readonly zombie: boolean;
  readonly command: string;
  readonly workingDir: string | undefined;
}

/** Reads `postmaster.pid`; undefined when there is none. */
export async function readPidFile(dataDir: string): Promise<PidFile | undefined> {
  const text = await Deno.readTextFile(join(dataDir, "postmaster.pid")).catch(
    (error: unknown) => {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    },
  );
  if (text === undefined) return undefined;
  const lines = text.split("\n");
  return {
    pid: Number.parseInt(lines[0] ?? "", 10),
    port: Number.parseInt(lines[3] ?? "", 10),
    status: (lines[STATUS_LINE] ?? "").trim(),
  };
}

async function factsFromProc(pid: number): Promise<ProcessFacts | undefined> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name stands in parentheses and may hold blanks, so fields count from the last one.
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const command = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
  const workingDir = await Deno.readLink(`/proc/${pid}/cwd`).catch(() => undefined);
  return {
    parent: Number(parent),
    zombie: state === "Z",
    command: command.replaceAll("\0", " "),
    workingDir,
  };
}

async function factsFromPs(pid: number): Promise<ProcessFacts | undefined> {
  const command = new Deno.Command("ps", {
    args: ["-o", "ppid=,stat=,args=", "-p", String(pid)],
    stdout: "piped",
    stderr: "null",
  });
  const match = /^\s*(\d+)\s+(\S+)\s+(.*)$/m.exec(
    new TextDecoder().decode((await command.output()).stdout),
  );
  if (match === null) return undefined;
  const [, parent, state, args] = match;
  return {
    parent: Number(parent),
    zombie: state?.startsWith("Z") ?? false,
    command: args ?? "",
    workingDir: undefined,
  };
}

async function factsOf(pid: number): Promise<ProcessFacts | undefined> {
  return Deno.build.os === "linux" ? await factsFromProc(pid) : await factsFromPs(pid);
}

/** The process that serves `dataDir`, unless it is dead, a zombie or another program. */
async function servingProcess(
  pid: number,
  dataDir: string,
): Promise<ProcessFacts | undefined> {
  const facts = await factsOf(pid);
  if (facts === undefined || facts.zombie || !/postgres/.test(facts.command)) return undefined;
  const ours = facts.workingDir === dataDir || facts.command.includes(dataDir);
  return ours ? facts : undefined;
}

async function waitUntilGone(pid: number, dataDir: string, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (await servingProcess(pid, dataDir) === undefined) return true;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return false;
}

/** Whether the server's watchdog still lives, which means that a living start owns it. */
async function hasOwner(facts: ProcessFacts): Promise<boolean> {
  if (facts.parent <= 1) return false;
  const parent = await factsOf(facts.parent);
  return parent !== undefined && !parent.zombie && parent.command.includes("townsquare-pg");
}

/**
 * Makes the data directory free for a start: waits for an orphan to end (its watchdog ends it),
 * ends it when nobody does, and removes a pid file that no living server stands behind.
 *
 * @throws when a living start owns the server
 */
export async function clearLeftovers(dataDir: string): Promise<void> {
  const left = await readPidFile(dataDir);
  if (left === undefined) return;
  const realDir = await Deno.realPath(dataDir);
  const facts = await servingProcess(left.pid, realDir);
  if (facts !== undefined && await hasOwner(facts)) {
    if (!await waitUntilGone(left.pid, realDir, ORPHAN_WAIT_MS)) {
      throw new Error(
        `The data directory ${dataDir} is in use: Postgres runs there (process ${left.pid}, ` +
          `port ${left.port}). Stop that stack first, or choose another --data-dir.`,
      );
    }
  } else if (facts !== undefined) {
    Deno.kill(left.pid, "SIGINT");
    if (!await waitUntilGone(left.pid, realDir, KILL_WAIT_MS)) {
      Deno.kill(left.pid, "SIGKILL");
      await waitUntilGone(left.pid, realDir, KILL_WAIT_MS);
    }
  }
  // A clean shutdown has removed the file already; one that names a dead or foreign process stays.
  await Deno.remove(join(dataDir, "postmaster.pid")).catch(() => undefined);
}
