/** @module Finds the overload that a call means. */
import { RestError } from "./errors.ts";
import { mostSimilar } from "./fuzzy.ts";
import { BYTES_MEDIA, JSON_MEDIA, type Media, TEXT_MEDIA, XML_MEDIA } from "./media.ts";
import { keyOf, type Name, type Routine, type Schema } from "./schema.ts";

/** A call, as far as it tells overloads apart. */
export interface CallShape {
  readonly name: Name;
  readonly keys: readonly string[];
  readonly media: Media;
  readonly isPost: boolean;
}

const WHOLE_TYPES: Readonly<Record<string, readonly string[]>> = {
  [JSON_MEDIA]: ["json", "jsonb"],
  [TEXT_MEDIA]: ["text"],
  [XML_MEDIA]: ["xml"],
  [BYTES_MEDIA]: ["bytea"],
};
/** Bodies that have no keys. */
const WHOLE_ONLY: Readonly<Record<string, string>> = {
  [TEXT_MEDIA]: "text",
  [XML_MEDIA]: "xml",
  [BYTES_MEDIA]: "bytea",
};

function isWholeOnly({ isPost, media }: CallShape): boolean {
  return isPost && WHOLE_ONLY[media] !== undefined;
}

function takesWhole(routine: Routine, { isPost, media }: CallShape): boolean {
  const [only, ...others] = routine.params;
  if (!isPost || only === undefined || others.length > 0) return false;
  return WHOLE_TYPES[media]?.includes(only.type) ?? false;
}

/** Every key is a parameter, and every parameter without a default has a key. */
function takesKeys(routine: Routine, call: CallShape): boolean {
  const { params } = routine;
  if (params.length === 0) return call.keys.length === 0 && !isWholeOnly(call);
  const names = new Set(params.map((param) => param.name));
  const keys = new Set(call.keys);
  return call.keys.every((key) => names.has(key)) &&
    params.every((param) => !param.required || keys.has(param.name));
}

function ambiguous(found: readonly Routine[]): RestError {
  const choices = found.map(({ schema, name, params }) => {
    return `${schema}.${name}(${
      params.map((param) => `${param.name} => ${param.type}`).join(", ")
    })`;
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

function inBrackets(names: readonly string[]): string {
  return `(${names.toSorted().join(", ")})`;
}

function nearestHint(schema: Schema, call: CallShape, overloads: readonly Routine[]) {
  const { schema: schemaName, name } = call.name;
  const start = `Perhaps you meant to call the function ${schemaName}.`;
  if (overloads.length === 0) {
    const names = [...schema.routines.values()].flatMap(([first]) =>
      first?.schema === schemaName ? [first.name] : []
    );
    const found = mostSimilar(names, name);
    return found === undefined ? null : start + found;
  }
  const signatures = overloads.map(({ params }) => inBrackets(params.map((param) => param.name)));
  const found = mostSimilar(signatures, inBrackets(call.keys));
  return found === undefined ? null : start + name + found;
}

function searchedFor(call: CallShape): string {
  const whole = call.isPost ? WHOLE_ONLY[call.media] : undefined;
  if (whole !== undefined) return ` with a single unnamed ${whole} parameter`;
  const word = call.keys.length > 1 ? "parameters" : "parameter";
  const keys = call.keys.length === 0
    ? " without parameters"
    : ` with ${word} ${call.keys.join(", ")}`;
  const orJson = call.isPost && call.media === JSON_MEDIA
    ? " or with a single unnamed json/jsonb parameter"
    : "";
  return keys + orJson;
}

function notFound(schema: Schema, call: CallShape, overloads: readonly Routine[]): RestError {
  const name = `${call.name.schema}.${call.name.name}`;
  const isWhole = isWholeOnly(call);
  const given = call.keys.length === 0 ? " without parameters" : `(${call.keys.join(", ")})`;
  return new RestError(
    404,
    "PGRST202",
    `Could not find the function ${name}${isWhole ? "" : given} in the schema cache`,
    {
      details: `Searched for the function ${name}${searchedFor(call)}, ` +
        "but no matches were found in the schema cache.",
      hint: isWhole ? null : nearestHint(schema, call, overloads),
    },
  );
}

/** Finds the function, or refuses none and several. */
export function findRoutine(schema: Schema, call: CallShape): Routine {
  const overloads = schema.routines.get(keyOf(call.name)) ?? [];
  const named = overloads.filter((routine) => takesKeys(routine, call));
  const found = named.length > 0 ? named : overloads.filter((routine) => takesWhole(routine, call));
  const [only, ...others] = found;
  if (only === undefined) throw notFound(schema, call, overloads);
  if (others.length > 0) throw ambiguous(found);
  return only;
}
