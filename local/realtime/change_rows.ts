/** @module Turns a change of the write-ahead log into JSON and asks who may see it. */
import type { ParameterOrJSON, Sql } from "postgres";
import { become, inRolledBack } from "./authorization.ts";
import { type ChangeFilter, filterSql, quoted } from "./change_filters.ts";
import type { JsonObject } from "./frames.ts";
import type { RealtimeClaims } from "./tokens.ts";
import type { RowChange } from "./wal_reader.ts";

/** A column as the catalogue knows it. */
export interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly fullType: string;
  readonly primary: boolean;
}

/** A table as the catalogue knows it. */
export interface TableInfo {
  readonly oid: number;
  readonly name: string;
  readonly rowSecurity: boolean;
  readonly columns: readonly ColumnInfo[];
}

/** A change as JSON, and which filters let it through. */
export interface EvaluatedChange {
  readonly record: JsonObject;
  readonly old: JsonObject;
  readonly matches: readonly boolean[];
}

/** Rights of one user on one changed row. */
export interface Visibility {
  readonly visible: boolean;
  /** Columns that the role may select. */
  readonly columns: ReadonlySet<string>;
}

/** Reads a table from the catalogue; undefined when it is gone. */
export async function readTable(sql: Sql, oid: number): Promise<TableInfo | undefined> {
  const [table] = await sql<{ name: string; rowSecurity: boolean }[]>`
    select format('%I.%I', n.nspname, c.relname) as name, c.relrowsecurity as "rowSecurity"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = ${oid}`;
  if (table === undefined) return undefined;
  const columns = await sql<ColumnInfo[]>`
    select a.attname as name, t.typname as type,
      format_type(a.atttypid, a.atttypmod) as "fullType", i.indexrelid is not null as primary
    from pg_attribute a
    join pg_type t on t.oid = a.atttypid
    left join pg_index i
      on i.indrelid = a.attrelid and i.indisprimary and a.attnum = any(i.indkey)
    where a.attrelid = ${oid} and a.attnum > 0 and not a.attisdropped
    order by a.attnum`;
  return { oid, ...table, columns };
}

/** A row of the log as JSON whose values Postgres will read back as the column's type. */
function rowJson(table: TableInfo, row: Record<string, unknown> | null): string {
  const fields: string[] = [];
  for (const { name, type } of table.columns) {
    const value = row?.[name];
    if (value === undefined) continue;
    const isJson = type === "json" || type === "jsonb";
    const json = isJson && typeof value === "string" ? value : JSON.stringify(value);
    fields.push(`${JSON.stringify(name)}:${json}`);
  }
  return `{${fields.join(",")}}`;
}

function onlyKnown(record: JsonObject, row: Record<string, unknown> | null): JsonObject {
  const known = Object.entries(record).filter(([name]) => row?.[name] !== undefined);
  return Object.fromEntries(known);
}

function oldRow(change: RowChange): Record<string, unknown> | null {
  return change.tag === "insert" ? null : change.old ?? change.key;
}

/** Converts a change and evaluates filters on it in one query. */
export async function evaluateChange(
  sql: Sql,
  table: TableInfo,
  change: RowChange,
  filters: readonly ChangeFilter[],
): Promise<EvaluatedChange> {
  const row = change.tag === "delete" ? null : change.new;
  const old = oldRow(change);
  const parameters: ParameterOrJSON<never>[] = [rowJson(table, row), rowJson(table, old)];
  const alias = change.tag === "delete" ? "o" : "n";
  const conditions = filters.map((filter) => {
    const type = table.columns.find((column) => column.name === filter.column)?.fullType;
    if (type === undefined) return "false";
    parameters.push(filter.value as string);
    return `coalesce(${filterSql(filter, alias, type, `$${parameters.length}`)}, false)`;
  });
  const [result] = await sql.unsafe<{ record: JsonObject; old: JsonObject; matches: boolean[] }[]>(
    `select to_jsonb(n) as record, to_jsonb(o) as old,
       array[${conditions.join(", ")}]::boolean[] as matches
     from jsonb_populate_record(null::${table.name}, $1::text::jsonb) n,
       jsonb_populate_record(null::${table.name}, $2::text::jsonb) o`,
    parameters,
  );
  if (result === undefined) throw new Error("a change could not be evaluated");
  const { record, matches } = result;
  return { record: onlyKnown(record, row), old: onlyKnown(result.old, old), matches };
}

/** What a user may see of a row: its columns, and the row itself by its primary key. */
export async function visibilityOf(
  sql: Sql,
  table: TableInfo,
  key: Record<string, unknown> | undefined,
  claims: RealtimeClaims,
): Promise<Visibility> {
  const rows = await sql<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = ${table.oid} and attnum > 0 and not attisdropped
      and has_column_privilege(${claims.role}, attrelid, attnum, 'select')`;
  const columns = new Set(rows.map((row) => row.name));
  const primary = table.columns.filter((column) => column.primary);
  const readable = primary.every((column) => columns.has(column.name));
  if (!readable || columns.size === 0) return { visible: false, columns };
  if (!table.rowSecurity || key === undefined) return { visible: true, columns };
  const where = primary.map(({ name, fullType }, index) =>
    `${quoted(name)} = $${index + 1}::text::${fullType}`
  ).join(" and ");
  const values = primary.map(({ name }) => String(key[name]));
  const visible = await inRolledBack(sql, async (tx) => {
    await become(tx, { topic: "", claims, headers: {} });
    const found = await tx.unsafe(`select 1 from ${table.name} where ${where}`, values);
    return found.length > 0;
  });
  return { visible, columns };
}
