/** @module Finds which columns of tables a view shows, so that it can be embedded like them. */
import type { Table } from "./schema.ts";

/** A column of a table behind a column of a view. */
export interface Origin {
  readonly oid: string;
  readonly column: string;
  /** The view's column. */
  readonly shown: string;
}

const TARGET = /:resno (\d+) .* :resorigtbl (\d+) :resorigcol (\d+) :resjunk false$/s;
/** Views upon views upon views; a chain without end cannot be made. */
const MAX_DEPTH = 16;

/** The target entries of the outermost query of a parse tree, as text. */
function targets(action: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = -1;
  for (let at = 0; at < action.length; at++) {
    const char = action[at];
    if (char === "\\") at += 1;
    else if (char === "{") {
      depth += 1;
      if (depth === 2 && action.startsWith("{TARGETENTRY", at)) start = at;
    } else if (char === "}") {
      if (depth === 2 && start >= 0) {
        found.push(action.slice(start, at));
        start = -1;
      }
      depth -= 1;
    }
  }
  return found;
}

/** The columns of tables that a view shows, also through other views. */
export function viewOrigins(
  view: Table,
  byOid: ReadonlyMap<string, Table>,
  depth = 0,
): Origin[] {
  const origins: Origin[] = [];
  if (view.action === null || depth > MAX_DEPTH) return origins;
  for (const target of targets(view.action)) {
    const found = TARGET.exec(target);
    if (found === null) continue;
    const [, place, oid = "", number] = found;
    const shown = view.columns.find((column) => column.number === Number(place));
    const source = byOid.get(oid);
    const column = source?.columns.find((item) => item.number === Number(number));
    if (shown === undefined || source === undefined || column === undefined) continue;
    origins.push({ oid, column: column.name, shown: shown.name });
    for (const deeper of viewOrigins(source, byOid, depth + 1)) {
      if (deeper.shown === column.name) origins.push({ ...deeper, shown: shown.name });
    }
  }
  return origins;
}
