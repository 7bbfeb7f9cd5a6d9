/** @module What the catalogue says exists: relations, functions, and who has rights on them. */
import type { Sql } from "postgres";

/** A table or view of the product or of a schema that clients can reach. */
export interface Relation {
  /** With its schema. */
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rowSecurity: boolean;
  /** Whether a client role may do anything with it. */
  readonly open: boolean;
  readonly notes: readonly string[];
  readonly updatable: readonly string[];
  readonly readable: Readonly<Record<"anon" | "authenticated", readonly string[]>>;
}

/** A function that a client role may call. */
export interface Routine {
  readonly name: string;
  readonly signature: string;
  readonly definer: boolean;
  readonly volatility: "i" | "s" | "v";
  readonly result: string;
  readonly anonymous: boolean;
}

/** Schemas whose contents are the product's. */
const OWN_SCHEMAS = ["public", "private", "storage", "auth", "realtime"];
/** The platform's own, equal in every project; the schemas are not served by the REST API. */
const PLATFORM_RELATIONS = ["realtime.subscription"];

/** All tables and views; `only` limits them to one. */
export async function readRelations(sql: Sql, only?: string): Promise<Relation[]> {
  return await sql<Relation[]>`
    with relations as (
      select c.oid, c.relnamespace, c.relrowsecurity,
        n.nspname || '.' || c.relname as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any (${OWN_SCHEMAS}) and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and not c.relispartition and n.nspname || '.' || c.relname <> all (${PLATFORM_RELATIONS})
        and (${only ?? null}::text is null or n.nspname || '.' || c.relname = ${only ?? null})
    ), rights as (
      select r.oid, g.role, v.verb, v.place,
        string_agg(a.attname, ' ' order by a.attname) as columns
      from relations r
      cross join (values ('anon'), ('authenticated')) as g (role)
      cross join (values (1, 'select'), (2, 'insert'), (3, 'update')) as v (place, verb)
      join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
        and has_column_privilege(g.role, r.oid, a.attnum, v.verb)
        and has_schema_privilege(g.role, r.relnamespace, 'usage')
      group by r.oid, g.role, v.verb, v.place
      union all
      select r.oid, g.role, v.verb, 4, '' from relations r
      cross join (values ('anon'), ('authenticated')) as g (role)
      cross join (values ('delete'), ('truncate')) as v (verb)
      where has_table_privilege(g.role, r.oid, v.verb)
        and has_schema_privilege(g.role, r.relnamespace, 'usage')
    )
    select r.name, r.relrowsecurity as "rowSecurity",
      coalesce((select array_agg(a.attname order by array_position(i.indkey::int2[], a.attnum))
        from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
        where i.indrelid = r.oid and i.indisprimary), '{}')::text[] as key,
      (select jsonb_agg(jsonb_build_object('name', a.attname,
        'type', format_type(a.atttypid, null)) order by a.attnum) from pg_attribute a
        where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped) as columns,
      exists (select from rights x where x.oid = r.oid) as open,
      coalesce((select array_agg(trim(x.role || ' ' || x.verb || ': ' || x.columns, ': ')
        order by x.role, x.place, x.verb) from rights x where x.oid = r.oid), '{}') as notes,
      coalesce((select array_agg(a.attname order by a.attname) from pg_attribute a
        where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
          and has_column_privilege('authenticated', r.oid, a.attnum, 'update')), '{}')::text[]
        as updatable,
      jsonb_build_object(
        'anon', coalesce((select string_to_array(x.columns, ' ') from rights x
          where x.oid = r.oid and x.role = 'anon' and x.verb = 'select'), '{}'),
        'authenticated', coalesce((select string_to_array(x.columns, ' ') from rights x
          where x.oid = r.oid and x.role = 'authenticated' and x.verb = 'select'), '{}')
      ) as readable
    from relations r order by r.name`;
}

/** All functions that anon or authenticated may call, but for triggers and parts of extensions. */
export async function readRoutines(sql: Sql): Promise<Routine[]> {
  return await sql<Routine[]>`
    select n.nspname || '.' || p.proname as name, p.oid::regprocedure::text as signature,
      p.prosecdef as definer, p.provolatile::text as volatility,
      format_type(p.prorettype, null) as result,
      has_function_privilege('anon', p.oid, 'execute') as anonymous
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'private')
      and (has_function_privilege('anon', p.oid, 'execute')
        or has_function_privilege('authenticated', p.oid, 'execute'))
      and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    order by 1, 2`;
}

/** Functions of the platform that clients may call: names only, to see one that is new. */
export async function readPlatformRoutines(sql: Sql): Promise<string[]> {
  const rows = await sql<{ signature: string }[]>`
    select p.oid::regprocedure::text as signature
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('auth', 'storage', 'realtime', 'graphql_public')
      and has_schema_privilege('authenticated', n.oid, 'usage')
      and has_function_privilege('authenticated', p.oid, 'execute')
      and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    order by 1`;
  return rows.map((row) => row.signature);
}
