/**
 * @module `deno task bench jobs [--part fanout|rate|effects] [--stack FILE]`: jobs beside bare
 * statements of the same run. The fan-out runs on a database of its own, the rest on a running
 * stack that can be thrown away. Fails when the fan-out misses its target.
 */
import { createClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { STACK_FILE } from "../tools/stack_deps.ts";
import { FANOUT_HEAD, measureFanout } from "./jobs_fanout.ts";
import { EFFECT_HEAD, measureEffects, measureRate, RATE_HEAD } from "./jobs_stack.ts";
import { makeWorld } from "./world.ts";

function print(head: string, lines: readonly string[]): void {
  console.log(`\n${[head, ...lines].join("\n")}`);
}

async function measureStack(file: string, part: string | undefined): Promise<void> {
  const stack = JSON.parse(await Deno.readTextFile(file));
  const sql = postgres(stack.db_url, { max: 1, onnotice: () => undefined });
  if (part !== "effects") print(RATE_HEAD, await measureRate(sql));
  if (part !== "rate") {
    const connect = () =>
      createClient(stack.url, stack.publishable_key, { auth: { persistSession: false } });
    const world = await makeWorld(connect, `${stack.url}/functions/v1/api`, stack.publishable_key);
    print(EFFECT_HEAD, await measureEffects(sql, world));
    await world.close();
  }
  await sql.end();
}

/** Runs the parts that are asked for; returns how many targets are missed. */
export async function benchJobs(options: ReadonlyMap<string, string>): Promise<number> {
  const part = options.get("part");
  const cores = navigator.hardwareConcurrency;
  const load = Deno.loadavg()[0]?.toFixed(0);
  const day = new Date().toISOString().slice(0, 10);
  console.log(`${day}, ${cores} cores, ${Deno.build.target}, load ${load}`);
  let missed = 0;
  if (part === undefined || part === "fanout") {
    const fanout = await measureFanout();
    print(FANOUT_HEAD, fanout.lines);
    missed += fanout.missed;
  }
  if (part !== "fanout") await measureStack(options.get("stack") ?? STACK_FILE, part);
  return missed;
}
