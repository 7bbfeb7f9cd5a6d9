/**
 * @module Writes the files that are made from code, or says which are out of date.
 *
 * `deno task generate [--check]`
 */
import { join } from "node:path";
import { z } from "zod";
import { listRoutes } from "../shared/app.ts";
import { Environment, readConfig } from "../shared/core/config.ts";
import { RATE_LIMIT_DEFAULTS } from "../shared/core/rate_limits.ts";
import { problemsPage } from "../shared/http/document_routes.ts";
import { openApiDocument } from "../shared/http/openapi.ts";
import { createDeps } from "../shared/platform/deps.ts";
import { ROOT } from "./commands.ts";
import { clientTypes } from "./generate_client.ts";
import { databaseFiles } from "./generate_database.ts";
import { featuresFile } from "./generate_features.ts";

/** A file and what it should hold. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

const NOTICE = "<!-- Written by `deno task generate`; do not edit. -->";

/** Routes do not call anything while they are listed, so these values open nothing. */
async function openApiFiles(): Promise<GeneratedFile[]> {
  const config = readConfig({
    SUPABASE_URL: "http://127.0.0.1:54321",
    DATABASE_URL: "postgres://postgres@127.0.0.1:54322/postgres",
    SUPABASE_SERVICE_ROLE_KEY: "none",
  });
  const document = openApiDocument(listRoutes(createDeps(config, "tools")));
  return [
    { path: "openapi.json", text: `${JSON.stringify(document, null, 2)}\n` },
    { path: "shared/client/openapi.types.ts", text: await clientTypes(document) },
  ];
}

/** Text for a cell of a Markdown table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function environmentFile(): GeneratedFile {
  const rows = Object.entries(Environment.shape).map(([name, schema]) => {
    const fallback = schema instanceof z.ZodDefault ? `\`${schema.def.defaultValue}\`` : "";
    const isRequired = !schema.safeParse(undefined).success;
    return `| \`${name}\` | ${isRequired ? "yes" : ""} | ${fallback} | ${
      cell(schema.description ?? "")
    } |`;
  });
  const limits = Object.entries(RATE_LIMIT_DEFAULTS).map(([name, limit]) =>
    `| \`${name}\` | ${limit.uses} | ${limit.seconds} | ${limit.per} |`
  );
  const text = [
    NOTICE,
    "# Environment",
    "",
    "Read in one place, `shared/core/config.ts`, and checked at start: the message of a failed",
    "start lists every variable at fault. Without an optional variable its feature has a local",
    "default, or answers 501 and says what to set.",
    "",
    "| variable | required | default | what it is |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "One of `DATABASE_URL` and `SUPABASE_DB_URL` is required, and one of `SUPABASE_SECRET_KEYS`",
    "and `SUPABASE_SERVICE_ROLE_KEY`.",
    "",
    "## Limits",
    "",
    'Changed by name through `RATE_LIMITS`, as in `{"signin_address":"1000/300"}`.',
    "",
    "| limit | uses | in seconds | counted per |",
    "| --- | --- | --- | --- |",
    ...limits,
    "",
  ].join("\n");
  return { path: "docs/ENVIRONMENT.md", text };
}

function problemsFile(): GeneratedFile {
  return { path: "docs/PROBLEMS.md", text: `${NOTICE}\n${problemsPage()}` };
}

/** All generated files, as they should be now. */
export async function generatedFiles(): Promise<GeneratedFile[]> {
  return [
    ...await openApiFiles(),
    environmentFile(),
    problemsFile(),
    await featuresFile(),
    ...await databaseFiles(),
  ];
}

async function isCurrent({ path, text }: GeneratedFile): Promise<boolean> {
  return await Deno.readTextFile(join(ROOT, path)).catch(() => undefined) === text;
}

/** Lists the files that differ from what they should be. */
export async function outdatedFiles(): Promise<string[]> {
  const outdated: string[] = [];
  for (const file of await generatedFiles()) {
    if (!await isCurrent(file)) outdated.push(file.path);
  }
  return outdated;
}

async function writeAll(): Promise<void> {
  for (const file of await generatedFiles()) {
    if (await isCurrent(file)) continue;
    await Deno.mkdir(join(ROOT, file.path, ".."), { recursive: true });
    await Deno.writeTextFile(join(ROOT, file.path), file.text);
    console.log(`wrote ${file.path}`);
  }
}

async function main(args: readonly string[]): Promise<number> {
  if (!args.includes("--check")) {
    await writeAll();
    return 0;
  }
  const outdated = await outdatedFiles();
  for (const path of outdated) console.error(`${path} is out of date: run \`deno task generate\``);
  return outdated.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
