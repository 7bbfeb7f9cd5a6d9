/**
 * @module Proves that the functions run on what the hosted platform offers: every entry point is
 * checked against the types of that version of Deno, then loaded and called in it.
 */
import { run } from "./commands.ts";

/** The version whose APIs the hosted edge offers. */
const EDGE_DENO = "2.1.14";
/** Errors that mean a missing API or module; others come from newer type syntax alone. */
const MISSING = /^TS(?:2304|2305|2307|2339|2550|2551|2552|2568|2724) /;
/** A call for each function, and the statuses that prove that it answers. */
const PROBES: readonly { name: string; path: string; post: number; get: number }[] = [
  { name: "api", path: "/api/openapi.json", post: 405, get: 200 },
  { name: "jobs", path: "/jobs/search", post: 401, get: 404 },
  { name: "hooks", path: "/hooks/outbox", post: 401, get: 404 },
];

const ENV = {
  SUPABASE_URL: "http://127.0.0.1:1",
  DATABASE_URL: "postgres://postgres@127.0.0.1:1/none",
  SUPABASE_SERVICE_ROLE_KEY: "a-key-that-opens-nothing",
  LOG_LEVEL: "silent",
  // That version trusts only its own list of authorities unless it is told otherwise.
  DENO_TLS_CA_STORE: "mozilla,system",
};
const DENO = ["npx", "-y", `deno@${EDGE_DENO}`];
const ISOLATED = ["--no-lock", "--node-modules-dir=none"];
const PERMISSIONS = ["--allow-net", "--allow-env", "--allow-read", "--allow-sys"];

function entryPoint(name: string): string {
  return `supabase/functions/${name}/index.ts`;
}

async function listFunctions(): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir("supabase/functions")) {
    if (entry.isDirectory && !entry.name.startsWith("_")) names.push(entry.name);
  }
  return names.sort();
}

async function checkTypes(names: readonly string[]): Promise<string[]> {
  const { output } = await run([...DENO, "check", ...ISOLATED, ...names.map(entryPoint)], {
    env: ENV,
  });
  if (!/Check|Found|TS\d{4}/.test(output)) return [`the check did not run:\n${output}`];
  return output.split(/\n(?=TS\d{4} )/).filter((part) => MISSING.test(part));
}

async function probe({ name, path, post, get }: typeof PROBES[number]): Promise<string[]> {
  const { ok, output } = await run(
    [...DENO, "run", ...ISOLATED, ...PERMISSIONS, "tools/edge_probe.ts", entryPoint(name), path],
    { env: ENV },
  );
  const line = output.split("\n").find((text) => text.startsWith('{"version"'));
  if (!ok || line === undefined) return [`${name} does not load:\n${output}`];
  const seen = JSON.parse(line);
  return seen.post === post && seen.get === get && seen.version === EDGE_DENO &&
      seen.opened === "sealed"
    ? []
    : [`${name} answered ${line}`];
}

/** Lists what would not work on the hosted platform. */
export async function edgeFaults(): Promise<string[]> {
  const names = await listFunctions();
  const unprobed = names.filter((name) => !PROBES.some((known) => known.name === name))
    .map((name) => `${name} has no probe in tools/edge_check.ts`);
  const faults = [...unprobed, ...await checkTypes(names)];
  for (const known of PROBES) faults.push(...await probe(known));
  return faults;
}

if (import.meta.main) {
  const faults = await edgeFaults();
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? `runs on Deno ${EDGE_DENO}` : `${faults.length} faults`);
  Deno.exit(faults.length === 0 ? 0 : 1);
}
