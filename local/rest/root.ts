/** @module Answers the root with a listing of what there is. */
import { checkPreferences, type RestContext, run } from "./context.ts";
import { RestError } from "./errors.ts";
import { ANY_MEDIA, JSON_MEDIA, OPENAPI_MEDIA } from "./media.ts";
import { notAcceptable } from "./negotiate.ts";
import { openApiDocument } from "./openapi.ts";
import { addContentType, type Answer } from "./respond.ts";
import { arrayLiteral } from "./sql_text.ts";

const PRODUCED = [OPENAPI_MEDIA, JSON_MEDIA, ANY_MEDIA];

/** Relations and functions that the role may use at all. */
const VISIBLE = `
select coalesce(json_agg(name), '[]')::text as body from (
  select json_build_array('table', c.relname) as name
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('v', 'r', 'm', 'f', 'p') and n.nspname = any($1) and not c.relispartition
    and (pg_catalog.pg_has_role(c.relowner, 'USAGE')
      or pg_catalog.has_table_privilege(c.oid,
        'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
      or pg_catalog.has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
  union all
  select json_build_array('function', p.proname)
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where n.nspname = any($1) and pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
) visible`;

async function visibleNames(context: RestContext): Promise<readonly (readonly string[])[]> {
  const results = await run(context, {
    readOnly: true,
    statements: [{ text: VISIBLE, values: [arrayLiteral([context.schemaName])] }],
  });
  const body = results[0]?.[0]?.body;
  return JSON.parse(typeof body === "string" ? body : "[]") as string[][];
}

/** Answers GET of the root. */
export async function root(context: RestContext): Promise<Answer> {
  const { accepted, schema, schemaName } = context;
  const mode = schema.settings.get("openapi_mode") ?? "follow-privileges";
  if (mode === "disabled") {
    throw new RestError(404, "PGRST126", "Root endpoint metadata is disabled");
  }
  if (!accepted.some((media) => PRODUCED.includes(media))) throw notAcceptable(accepted);
  checkPreferences(context.preferences);
  const names = mode === "ignore-privileges" ? undefined : await visibleNames(context);
  function isVisible(kind: "table" | "function", name: string): boolean {
    return names === undefined || names.some((item) => item[0] === kind && item[1] === name);
  }
  const tables = [...schema.tables.values()]
    .filter((table) => table.schema === schemaName && isVisible("table", table.name));
  const routines = [...schema.routines.values()].flat()
    .filter((item) => item.schema === schemaName && isVisible("function", item.name));
  const headers = new Headers();
  addContentType(headers, context, OPENAPI_MEDIA);
  const document = openApiDocument({
    tables,
    routines,
    relationships: schema.relationships,
    schemaName,
    description: schema.descriptions.get(schemaName) ?? null,
    url: context.url,
    isSecured: schema.settings.get("openapi_security_active") === "true",
  });
  return { status: 200, headers, body: JSON.stringify(document) };
}
