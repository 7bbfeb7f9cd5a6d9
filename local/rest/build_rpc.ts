/** @module Finds the overload a call means, and writes the call as SQL. */
import { RestError } from "./errors.ts";
import type { Routine, Schema } from "./schema_cache.ts";
import { arrayLiteral } from "./schema_cache.ts";
import { ident, qualified, type Values } from "./sql_text.ts";

/** Arguments as they came. */
export type CallArgs =
  | { readonly kind: "named"; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly kind: "json"; readonly keys: readonly string[]; readonly text: string }
  | { readonly kind: "whole"; readonly mediaType: string; readonly text: string };

/** A function with the arguments it is called with. */
export interface Call {
  readonly routine: Routine;
  readonly args: CallArgs;
  /** The body is the function's only, unnamed parameter. */
  readonly isWhole: boolean;
}

const WHOLE_TYPES: Readonly<Record<string, readonly string[]>> = {
  "application/json": ["json", "jsonb"],
  "text/plain": ["text"],
  "text/xml": ["xml"],
  "application/octet-stream": ["bytea"],
};

function keysOf(args: CallArgs): Set<string> {
  if (args.kind === "named") return new Set(args.pairs.map(([key]) => key));
  return new Set(args.kind === "json" ? args.keys : []);
}

/** Every key is a parameter, and every parameter without a default has a key. */
function accepts(routine: Routine, keys: ReadonlySet<string>): boolean {
  const names = routine.args.map((arg) => arg.name);
  if (![...keys].every((key) => names.includes(key))) return false;
  return routine.args.every((arg, index) => {
    const isLast = index === routine.args.length - 1;
    const isOptional = index >= routine.requiredCount || (routine.isVariadic && isLast);
    return isOptional || (arg.name !== "" && keys.has(arg.name));
  });
}

function takesWhole(routine: Routine, mediaType: string): boolean {
  const [only, ...others] = routine.args;
  if (only === undefined || others.length > 0 || only.name !== "") return false;
  return WHOLE_TYPES[mediaType]?.includes(only.type) ?? false;
}

function signature(schema: string, name: string, keys: ReadonlySet<string>): string {
  return keys.size === 0 ? `${schema}.${name}` : `${schema}.${name}(${[...keys].join(", ")})`;
}

function notFound(schema: string, name: string, args: CallArgs): RestError {
  const keys = keysOf(args);
  const called = signature(schema, name, keys);
  const plural = keys.size === 1 ? "parameter" : "parameters";
  const given = keys.size === 0
    ? "without parameters"
    : `with ${plural} ${[...keys].join(", ")} or with a single unnamed json/jsonb parameter`;
  const suffix = keys.size === 0 ? " without parameters" : "";
  return new RestError(
    404,
    "PGRST202",
    `Could not find the function ${called}${suffix} in the schema cache`,
    {
      details: `Searched for the function ${schema}.${name} ${given}, ` +
        "but no matches were found in the schema cache.",
    },
  );
}

function ambiguous(found: readonly Routine[]): RestError {
  const choices = found.map(({ schema, name, args }) => {
    return `${schema}.${name}(${args.map((arg) => `${arg.name} => ${arg.type}`).join(", ")})`;
  });
  return new RestError(
    300,
    "PGRST203",
    `Could not choose the best candidate function between: ${choices.join(", ")}`,
    {
      hint: "Try renaming the parameters or the function itself in the database so function " +
        "overloading can be resolved",
    },
  );
}

/** Finds the function, or refuses none and several. */
export function findCall(schema: Schema, schemaName: string, name: string, args: CallArgs): Call {
  const overloads = schema.routines(schemaName, name);
  const keys = keysOf(args);
  const found = args.kind === "whole" ? [] : overloads.filter((item) => accepts(item, keys));
  if (found.length > 1) throw ambiguous(found);
  const [routine] = found;
  if (routine !== undefined) return { routine, args, isWhole: false };
  const mediaType = args.kind === "whole" ? args.mediaType : "application/json";
  const whole = args.kind === "named"
    ? undefined
    : overloads.find((item) => takesWhole(item, mediaType));
  if (whole === undefined) throw notFound(schemaName, name, args);
  return { routine: whole, args, isWhole: true };
}

/** Whether the function gives rows with columns. */
export function isComposite(routine: Routine): boolean {
  return routine.hasOut || routine.returnKind === "c";
}

/** The function does not write, so its transaction need not either. */
export function isReadOnly(routine: Routine): boolean {
  return routine.volatility !== "v";
}

function assign(routine: Routine, name: string, value: string): string {
  const isLast = routine.args.at(-1)?.name === name;
  return `${routine.isVariadic && isLast ? "VARIADIC " : ""}${ident(name)} := ${value}`;
}

function namedArgs(
  routine: Routine,
  pairs: readonly (readonly [string, string])[],
  values: Values,
): string {
  const given = routine.args.filter((arg) => pairs.some(([key]) => key === arg.name));
  return given.map((arg) => {
    const all = pairs.filter(([key]) => key === arg.name).map(([, value]) => value);
    const isList = routine.isVariadic && arg === routine.args.at(-1);
    const value = isList ? arrayLiteral(all) : all.at(-1) ?? "";
    return assign(routine, arg.name, `${values.add(value)}::${arg.type}`);
  }).join(", ");
}

/** The function in `from`, and what must stand before it. */
function callSql({ routine, args, isWhole }: Call, values: Values): string {
  const name = qualified(routine.schema, routine.name);
  if (isWhole && args.kind !== "named") {
    return `${name}(${values.add(args.text)}::${routine.args[0]?.type ?? "text"})`;
  }
  if (args.kind === "named") return `${name}(${namedArgs(routine, args.pairs, values)})`;
  if (args.kind === "whole" || args.keys.length === 0) return `${name}()`;
  const used = routine.args.filter((arg) => args.keys.includes(arg.name));
  const columns = used.map((arg) => `${ident(arg.name)} ${arg.type}`).join(", ");
  const assigned = used.map((arg) => {
    return assign(routine, arg.name, `pgrst_body.${ident(arg.name)}`);
  });
  return `json_to_record(${values.add(args.text)}::json) AS pgrst_body(${columns}), ` +
    `LATERAL ${name}(${assigned.join(", ")})`;
}

/** The select that gives what the function returns. */
export function callSource(call: Call, values: Values): string {
  const from = callSql(call, values);
  return isComposite(call.routine)
    ? `SELECT pgrst_call.* FROM ${from} AS pgrst_call`
    : `SELECT pgrst_call.pgrst_scalar FROM ${from} AS pgrst_call(pgrst_scalar)`;
}
