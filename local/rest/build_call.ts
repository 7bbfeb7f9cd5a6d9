/** @module Writes the call of a function as SQL. */
import { bodySql } from "./build_write.ts";
import { columnSql } from "./build_conditions.ts";
import type { TypedField } from "./plan.ts";
import { isScalar, isScalarSet, type Parameter, type Routine } from "./schema.ts";
import { arrayLiteral, ident, qualified, type Values } from "./sql_text.ts";

/** Arguments as they came. */
export type CallArgs =
  | { readonly kind: "pairs"; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly kind: "body"; readonly body: string };

/** A function with the arguments it is called with. */
export interface CallPlan {
  readonly routine: Routine;
  /** Parameters that are given. */
  readonly keys: ReadonlySet<string>;
  readonly args: CallArgs;
  readonly returning: readonly string[];
}

function assigned({ name, variadic }: Parameter, value: string): string {
  return `${variadic ? "VARIADIC " : ""}${ident(name)} := ${value}`;
}

function pairSql(
  param: Parameter,
  pairs: readonly (readonly [string, string])[],
  values: Values,
): string {
  const given = pairs.filter(([key]) => key === param.name).map(([, value]) => value);
  const value = param.variadic ? arrayLiteral(given) : given.at(-1) ?? "";
  return assigned(param, `${values.add(value)}::${param.wideType}`);
}

function typedField({ name, wideType }: Parameter): TypedField {
  return {
    name,
    type: wideType,
    json: [],
    toJson: false,
    transform: undefined,
    default: null,
    isText: false,
    fullRow: false,
  };
}

interface Invocation {
  /** What must stand before the call in `from`. */
  readonly before: string;
  readonly args: string;
}

function invocation({ routine, keys, args }: CallPlan, values: Values): Invocation {
  const [only, ...others] = routine.params;
  if (only?.name === "" && others.length === 0) {
    const body = args.kind === "body" ? args.body : "";
    return { before: "FROM ", args: `${values.add(body)}::${only.type}` };
  }
  const given = routine.params.filter((param) => keys.has(param.name));
  if (given.length === 0) return { before: "FROM ", args: "" };
  if (args.kind === "pairs") {
    const list = given.map((param) => pairSql(param, args.pairs, values));
    return { before: "FROM ", args: list.join(", ") };
  }
  const fields = given.map(typedField);
  const rows = bodySql({ body: args.body, fields, withDefaults: false, isLimited: true }, values);
  const list = given.map((param) => assigned(param, `pgrst_body.${ident(param.name)}`));
  return { before: `${rows}, LATERAL `, args: list.join(", ") };
}

/** The select that gives what a function returns. */
export function callSql(plan: CallPlan, values: Values): string {
  const { routine, returning } = plan;
  const { before, args } = invocation(plan, values);
  const call = `${qualified(routine)}(${args})`;
  if (isScalar(routine) || isScalarSet(routine)) {
    return `SELECT pgrst_call.pgrst_scalar ${before}(SELECT ${call} pgrst_scalar) pgrst_call`;
  }
  const rows = { schema: "", name: "pgrst_call" };
  const columns = returning.length === 0
    ? "*"
    : returning.map((name) => columnSql(rows, name)).join(", ");
  return `SELECT ${columns} ${before}${call} pgrst_call`;
}
