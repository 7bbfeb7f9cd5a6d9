/** @module The commands of the local stack: start, stop, status, reset, psql, local. */
import postgres from "postgres";
import {
  parseCommon,
  parseLocal,
  parseStart,
  type StartOptions,
  USAGE,
  UsageError,
} from "./cli_options.ts";
import { openLog } from "./log_file.ts";
import { removeCluster } from "./postgres/mod.ts";
import { createProgress, SILENT } from "./progress.ts";
import { type RunningStack, startStack } from "./stack.ts";
import { lockHolder, readStackInfo } from "./stack_file.ts";
import { startStandalone } from "./standalone.ts";
import { join } from "node:path";

const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const USAGE_EXIT_CODE = 2;

/**
 * What the Postgres client throws outside of any call when its server goes away. The call that was
 * waiting has its own error; this echo would end the process.
 */
const CONNECTION_LOSSES = new Set([
  "57P01",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
]);

function survivesLoss(event: PromiseRejectionEvent): void {
  const { reason } = event;
  const code: unknown = reason instanceof postgres.PostgresError || reason instanceof Error
    ? Reflect.get(reason, "code")
    : undefined;
  if (typeof code === "string" && CONNECTION_LOSSES.has(code)) event.preventDefault();
}

/** Settles at the first signal that asks to stop. A second one stops at once. */
function stopSignal(): Promise<void> {
  const asked = Promise.withResolvers<void>();
  let count = 0;
  for (const signal of SIGNALS) {
    Deno.addSignalListener(signal, () => {
      count += 1;
      if (count > 1) Deno.exit(1);
      asked.resolve();
    });
  }
  return asked.promise;
}

function summary(stack: RunningStack, options: StartOptions): string {
  const { info, accounts } = stack;
  const rows: [string, string][] = [
    ["URL", info.url],
    ["Publishable key", info.publishable_key],
    ["Secret key", info.secret_key],
    ["Database", info.db_url],
    ["QStash", info.qstash_url],
    ["Mail", info.mail_url],
    ["Data", options.dataDir],
  ];
  if (accounts.length > 0) rows.push(["Accounts", accounts.join("\n")]);
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const indent = "\n".padEnd(width + 3);
  const lines = rows.map(([name, value]) =>
    `  ${name.padEnd(width)}${value.replaceAll("\n", indent)}`
  );
  return `\nReady.\n\n${lines.join("\n")}\n\nPress Ctrl-C to stop.\n`;
}

async function start(args: readonly string[]): Promise<number> {
  const options = parseStart(args);
  const plain = options.quiet || options.json;
  const progress = plain ? SILENT : createProgress();
  globalThis.addEventListener("unhandledrejection", survivesLoss);
  const stopped = stopSignal();
  await using log = openLog(options.dataDir, !plain);
  let stack: RunningStack;
  try {
    stack = await startStack({ ...options, progress, log: log.line });
  } catch (error) {
    progress.failed();
    throw error;
  }
  if (options.json) console.log(JSON.stringify(stack.info));
  else if (!options.quiet) console.log(summary(stack, options));
  const reason = await Promise.race([stopped, stack.broken.then(() => "broken" as const)]);
  if (!plain) console.error(reason === "broken" ? "Postgres has ended." : "Stopping …");
  await stack[Symbol.asyncDispose]();
  if (reason !== "broken") return 0;
  console.error(`See ${join(options.dataDir, "postgres", "server.log")} for the reason.`);
  return 1;
}

/** Stops the stack of a folder. Returns whether one was running. */
async function stopStack(dataDir: string): Promise<boolean> {
  const pid = lockHolder(dataDir);
  if (pid === undefined) return false;
  if (pid > 0) Deno.kill(pid, "SIGTERM");
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (lockHolder(dataDir) === undefined) return true;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  throw new Error(`The stack in ${dataDir} (process ${pid}) does not stop.`);
}

async function stop(args: readonly string[]): Promise<number> {
  const { dataDir } = parseCommon(args);
  console.log(await stopStack(dataDir) ? "Stopped." : `No stack runs in ${dataDir}.`);
  return 0;
}

async function status(args: readonly string[]): Promise<number> {
  const { dataDir, json } = parseCommon(args);
  const running = lockHolder(dataDir) !== undefined;
  const info = running ? await readStackInfo(dataDir) : undefined;
  if (json) console.log(JSON.stringify(info ?? null));
  else if (info !== undefined) {
    for (const [name, value] of Object.entries(info)) console.log(`${name.padEnd(18)}${value}`);
  } else {
    console.log(running ? `A stack is starting in ${dataDir}.` : `No stack runs in ${dataDir}.`);
  }
  return info === undefined ? 1 : 0;
}

async function reset(args: readonly string[]): Promise<number> {
  const { dataDir } = parseCommon(args);
  await stopStack(dataDir);
  await removeCluster(join(dataDir, "postgres"));
  await Deno.remove(dataDir, { recursive: true }).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  console.log(`${dataDir} is gone. The next start begins anew.`);
  return 0;
}

async function psql(args: readonly string[]): Promise<number> {
  const { dataDir } = parseCommon(args);
  const info = lockHolder(dataDir) === undefined ? undefined : await readStackInfo(dataDir);
  if (info === undefined) {
    throw new Error(`No stack runs in ${dataDir}: \`deno task start\` first.`);
  }
  console.log(info.db_url);
  return 0;
}

async function local(args: readonly string[]): Promise<number> {
  const options = parseLocal(args);
  globalThis.addEventListener("unhandledrejection", survivesLoss);
  const stopped = stopSignal();
  await using service = await startStandalone(options);
  console.log(`${options.service} listens at ${service.url}`);
  await stopped;
  return 0;
}

function help(): number {
  console.log(USAGE);
  return 0;
}

const COMMANDS = new Map<string, (args: readonly string[]) => number | Promise<number>>([
  ["start", start],
  ["stop", stop],
  ["status", status],
  ["reset", reset],
  ["psql", psql],
  ["local", local],
  ["help", help],
  ["--help", help],
]);

async function main(): Promise<number> {
  const [name = "help", ...args] = Deno.args;
  const command = COMMANDS.get(name);
  if (args.includes("--help")) return help();
  try {
    if (command === undefined) throw new UsageError(`There is no command "${name}"`);
    return await command(args);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${USAGE}`);
      return USAGE_EXIT_CODE;
    }
    console.error(error instanceof Error ? `\n${error.message}` : error);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
