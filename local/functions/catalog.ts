/** @module Which functions a project has and how each is to be run. */
import { basename, dirname, join, resolve } from "node:path";
import type { FunctionConfig, ProjectConfig } from "../config_toml.ts";

/** One function of a project. */
export interface FunctionSpec {
  readonly name: string;
  readonly entrypoint: string;
  /** Arguments that tell Deno of the import map. */
  readonly importMap: readonly string[];
  readonly verifyJwt: boolean;
  readonly env: Readonly<Record<string, string>>;
}

const NAME = /^[A-Za-z0-9_-]+$/;

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}

/** Names of folders under supabase/functions that hold an index.ts. */
async function foldersWithEntry(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isFile || !NAME.test(entry.name)) continue;
      if (await isFile(join(folder, entry.name, "index.ts"))) names.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

/** The import map as the platform finds it: the one configured, or one beside the function. */
async function importMapArgs(
  supabaseDir: string,
  entrypoint: string,
  configured: string,
): Promise<string[]> {
  const beside = dirname(entrypoint);
  const candidates = configured !== "" ? [resolve(supabaseDir, configured)] : [
    join(beside, "deno.json"),
    join(beside, "deno.jsonc"),
    join(beside, "import_map.json"),
    join(supabaseDir, "functions", "import_map.json"),
  ];
  for (const candidate of candidates) {
    if (!await isFile(candidate)) continue;
    return basename(candidate).startsWith("deno.json")
      ? [`--config=${candidate}`]
      : ["--no-config", `--import-map=${candidate}`];
  }
  // Deno would look for a deno.json in the folders above, which the platform does not.
  return ["--no-config"];
}

/** The functions of a project: those configured and those found. */
export async function listFunctions(
  projectDir: string,
  config: ProjectConfig,
): Promise<FunctionSpec[]> {
  const supabaseDir = join(projectDir, "supabase");
  const folder = join(supabaseDir, "functions");
  const names = new Set([...Object.keys(config.functions), ...await foldersWithEntry(folder)]);
  const specs: FunctionSpec[] = [];
  for (const name of [...names].sort()) {
    const settings: Partial<FunctionConfig> = config.functions[name] ?? {};
    if (settings.enabled === false || !NAME.test(name)) continue;
    const entrypoint = settings.entrypoint
      ? resolve(supabaseDir, settings.entrypoint)
      : join(folder, name, "index.ts");
    // Declared and not there: nothing would be deployed under this name either.
    if (!await isFile(entrypoint)) continue;
    specs.push({
      name,
      entrypoint,
      importMap: await importMapArgs(supabaseDir, entrypoint, settings.import_map ?? ""),
      verifyJwt: settings.verify_jwt ?? true,
      env: settings.env ?? {},
    });
  }
  return specs;
}
