/** @module Lint rules of the house: which way imports go, and what each kind of file may touch. */
import { dirname, join, relative } from "node:path";

const ROOT = join(import.meta.dirname ?? ".", "..");

/** Domains from the bottom up: each may use those before it, through their `mod.ts`. */
const DOMAINS = [
  "outbox",
  "jobs_admin",
  "health",
  "profiles",
  "settings",
  "text",
  "previews",
  "graph",
  "accounts",
  "media",
  "posts",
  "moderation",
  "rooms",
  "bots",
  "interactions",
  "stories",
  "presence",
  "calls",
  "search",
  "feed",
  "announcements",
  "discovery",
  "notifications",
  "integrations",
  "analytics",
  "privacy",
  "roles",
  "flags",
  "imports",
  "leaving",
  "backups",
  "metrics",
  "admin",
];
/** Layers under the domains, from the bottom up. */
const LAYERS = ["core", "platform", "http"];
/** What `rules.ts` may not import: everything that reaches outside. */
const IMPURE_IMPORT = /^(?:node:|npm:|postgres$|hono(?:\/|$)|@hono\/|@supabase\/)/;

/** A file of `shared/`: its folder (empty at the top) and its name. */
interface Place {
  readonly folder: string;
  readonly file: string;
}

function placeOf(path: string): Place | undefined {
  const [top, folder, ...rest] = relative(ROOT, path).split("/");
  if (top !== "shared" || folder === undefined) return undefined;
  return rest.length === 0 ? { folder: "", file: folder } : { folder, file: rest.join("/") };
}

/** Height of a folder; imports go down only. */
function heightOf(folder: string): number | undefined {
  if (folder === "") return LAYERS.length + DOMAINS.length;
  const layer = LAYERS.indexOf(folder);
  if (layer >= 0) return layer;
  const domain = DOMAINS.indexOf(folder);
  return domain >= 0 ? LAYERS.length + domain : undefined;
}

function isDomain(folder: string): boolean {
  return DOMAINS.includes(folder);
}

/** Says why one file of `shared/` may not import another; nothing when it may. */
export function importFault(from: string, source: string): string | undefined {
  if (!source.startsWith(".")) return undefined;
  const target = join(dirname(from), source);
  const [here, there] = [placeOf(from), placeOf(target)];
  if (here === undefined) return undefined;
  if (there === undefined) return "shared/ imports nothing from outside of shared/";
  if (here.folder === there.folder) return undefined;
  const [own, other] = [heightOf(here.folder), heightOf(there.folder)];
  if (own === undefined || other === undefined) {
    const unknown = own === undefined ? here.folder : there.folder;
    return `${unknown} has no place in the order of domains (tools/lint_plugin.ts)`;
  }
  if (other > own) return `${here.folder} is below ${there.folder || "the composition"}`;
  const isShape = here.file.endsWith("schemas.ts") && there.file.endsWith("schemas.ts");
  if (isDomain(there.folder) && here.folder !== "" && there.file !== "mod.ts" && !isShape) {
    return `${there.folder} is entered through its mod.ts`;
  }
  return undefined;
}

/** Says why a `schemas.ts` may not import something: the web client uses these files too. */
function schemaFault(source: string): string | undefined {
  if (source === "zod" || source.endsWith("schemas.ts") || source.endsWith("/core/shapes.ts")) {
    return undefined;
  }
  return "schemas.ts imports zod, core/shapes.ts and other schemas only";
}

/** Says why a `rules.ts` may not import a value. */
function rulesFault(source: string): string | undefined {
  const isOutside = IMPURE_IMPORT.test(source) || /\/(?:platform|http)\//.test(source);
  return isOutside ? "rules.ts is pure: it imports types and other rules" : undefined;
}

interface Importing {
  readonly source: Deno.lint.StringLiteral | null;
  readonly importKind?: string;
  readonly exportKind?: string;
}

function faultsOf(filename: string, node: Importing): string[] {
  const source = node.source?.value;
  if (source === undefined) return [];
  const isType = node.importKind === "type" || node.exportKind === "type";
  const faults = [importFault(filename, source)];
  if (placeOf(filename) !== undefined && !isType) {
    if (filename.endsWith("/schemas.ts")) faults.push(schemaFault(source));
    if (/(?:\/|_)rules\.ts$/.test(filename)) faults.push(rulesFault(source));
  }
  return faults.filter((fault) => fault !== undefined);
}

const imports: Deno.lint.Rule = {
  create(context) {
    function check(node: Deno.lint.Node & Importing): void {
      for (const message of faultsOf(context.filename, node)) context.report({ node, message });
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

/** What only certain files of `shared/` may touch. */
const HOMES: readonly { name: RegExp; home: RegExp; message: string }[] = [
  {
    name: /^Deno\.env$/,
    home: /\/shared\/core\/config\.ts$/,
    message: "The environment is read in core/config.ts",
  },
  {
    name: /^fetch$/,
    home: /\/shared\/platform\//,
    message: "The network is reached from platform/",
  },
  {
    name: /^console$/,
    home: /\/shared\/core\/logger\.ts$/,
    message: "Events are logged through core/logger.ts",
  },
];
/** What `rules.ts` may not use: clocks, chance and the outside. */
const IMPURE_NAMES =
  /^(?:Deno|fetch|console|crypto|performance|setTimeout|Date\.now|Math\.random)$/;

const homes: Deno.lint.Rule = {
  create(context) {
    const { filename } = context;
    if (placeOf(filename) === undefined) return {};
    const isRules = /(?:\/|_)rules\.ts$/.test(filename) && !filename.includes("/shared/core/");

    function check(node: Deno.lint.Node, name: string): void {
      const wrong = HOMES.find((rule) => rule.name.test(name) && !rule.home.test(filename));
      if (wrong !== undefined) context.report({ node, message: wrong.message });
      else if (isRules && IMPURE_NAMES.test(name)) {
        context.report({ node, message: `rules.ts is pure: ${name} is handed in` });
      }
    }

    return {
      MemberExpression(node) {
        if (node.object.type !== "Identifier" || node.property.type !== "Identifier") return;
        check(node, `${node.object.name}.${node.property.name}`);
        if (["console", "Deno"].includes(node.object.name)) check(node, node.object.name);
      },
      CallExpression(node) {
        if (node.callee.type === "Identifier") check(node, node.callee.name);
      },
      NewExpression(node) {
        const isNow = node.callee.type === "Identifier" && node.callee.name === "Date" &&
          node.arguments.length === 0;
        if (isRules && isNow) {
          context.report({ node, message: "rules.ts is pure: the time is handed in" });
        }
      },
    };
  },
};

const serviceReason: Deno.lint.Rule = {
  create(context) {
    return {
      CallExpression(node) {
        const { callee, arguments: [reason] } = node;
        const isService = callee.type === "MemberExpression" &&
          callee.property.type === "Identifier" && /^asService(Once)?$/.test(callee.property.name);
        const isLiteral = reason?.type === "Literal" && typeof reason.value === "string";
        if (isService && !isLiteral && placeOf(context.filename) !== undefined) {
          context.report({ node, message: "asService says in a literal why it may do everything" });
        }
      },
    };
  },
};

/** A top-level function is a declaration: it is hoisted, named in traces, and easy to find. */
const declaredFunctions: Deno.lint.Rule = {
  create(context) {
    function check(node: Deno.lint.VariableDeclaration): void {
      for (const { init } of node.declarations) {
        if (init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression") {
          context.report({ node, message: "A top-level function is written as a declaration" });
        }
      }
    }
    return {
      "Program > VariableDeclaration": check,
      "Program > ExportNamedDeclaration > VariableDeclaration": check,
      ExportDefaultDeclaration(node) {
        context.report({ node, message: "Exports are named" });
      },
    };
  },
};

/** Lines that fit a screen. */
const FUNCTION_LINES_MAX = 70;

const functionLength: Deno.lint.Rule = {
  create(context) {
    function check(node: Deno.lint.Node): void {
      const [start, end] = node.range;
      const lines = context.sourceCode.text.slice(start, end).split("\n").length;
      if (lines <= FUNCTION_LINES_MAX) return;
      context.report({
        node,
        message: `${lines} lines: at most ${FUNCTION_LINES_MAX} fit a screen`,
      });
    }
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
    };
  },
};

/** The plugin. Deno asks for a default export. */
const plugin: Deno.lint.Plugin = {
  name: "townsquare",
  rules: {
    "imports": imports,
    "homes": homes,
    "service-reason": serviceReason,
    "declared-functions": declaredFunctions,
    "function-length": functionLength,
  },
};

// deno-lint-ignore townsquare/declared-functions
export default plugin;
