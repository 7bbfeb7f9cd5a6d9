/** @module Ways to break the protection, one at a time: each must turn the matrix red. */
import type { Sql } from "postgres";

/** One thing that is broken, and where that must show. */
export interface Mutant {
  readonly name: string;
  /** What breaks it; undone afterwards. */
  readonly sql: string;
  /** The object whose lines change first, and the verbs that are tried first. */
  readonly object?: string;
  readonly verbs?: readonly string[];
  /** It shows among the rights already. */
  readonly rights?: boolean;
}

const TOPIC_VERBS: Readonly<Record<string, readonly string[]>> = {
  SELECT: ["hear", "see"],
  INSERT: ["speak", "appear"],
};
const TABLE_VERBS: Readonly<Record<string, readonly string[]>> = {
  SELECT: ["select"],
  INSERT: ["insert"],
  UPDATE: ["update", "blind"],
  DELETE: ["delete", "blind"],
};
/** Their answer changes nothing that anybody gets from the database. */
const NO_GUARD: Readonly<Record<string, string>> = {
  "private.is_bulk": "a setting of imports, which clients cannot make",
  "private.is_blocked_email": "asked by the auth server when an account is made",
  "private.is_public_media": "how long an address holds, not who gets one",
};
/** Opened, they change nothing: something else holds the same, whose own mutant must be seen. */
const HELD_TWICE: Readonly<Record<string, string>> = {
  audiences_insert_own: "owner_id is not a column that clients may write",
  blocks_insert_own: "blocker_id is not a column that clients may write",
  dismissed_suggestions_insert_own: "profile_id is not a column that clients may write",
  feed_feedback_insert_own: "profile_id is not a column that clients may write",
  follows_insert_own: "follower_id is not a column that clients may write",
  mutes_insert_own: "muter_id is not a column that clients may write",
  messages_insert_member: "author_id is not writable, and a trigger asks who may write in a room",
};

async function policyMutants(sql: Sql): Promise<Mutant[]> {
  const policies = await sql<
    { table: string; name: string; verb: string; permissive: boolean; check: boolean }[]
  >`
    select schemaname || '.' || tablename as table, policyname as name, cmd as verb,
      permissive = 'PERMISSIVE' as permissive, cmd in ('INSERT', 'UPDATE') as check
    from pg_policies where schemaname in ('public', 'private', 'storage', 'realtime')
    order by 1, 2`;
  return policies.flatMap(({ table, name, verb, permissive, check }) => {
    const isTopic = table === "realtime.messages";
    const at = {
      object: isTopic ? "realtime topics" : table,
      verbs: (isTopic ? TOPIC_VERBS : TABLE_VERBS)[verb] ?? [],
    };
    const drop = { ...at, name: `drop policy ${name}`, sql: `drop policy ${name} on ${table}` };
    if (!permissive || HELD_TWICE[name] !== undefined) return [drop];
    const open = [
      ...(verb === "INSERT" ? [] : ["using (true)"]),
      ...(check ? ["with check (true)"] : []),
    ];
    return [drop, {
      ...at,
      name: `open policy ${name}`,
      sql: `alter policy ${name} on ${table} ${open.join(" ")}`,
    }];
  });
}

async function tableMutants(sql: Sql): Promise<Mutant[]> {
  const tables = await sql<{ name: string }[]>`
    select n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private') and c.relkind = 'r' and c.relrowsecurity order by 1`;
  return tables.map(({ name }) => ({
    name: `row-level security off on ${name}`,
    sql: `alter table ${name} disable row level security`,
    object: name,
    verbs: ["select"],
  }));
}

/** Every right on a column or table that a client role does not hold, given to it. */
async function rightMutants(sql: Sql): Promise<Mutant[]> {
  const rights = await sql<{ table: string; right: string; role: string }[]>`
    select n.nspname || '.' || c.relname as table, g.role,
      v.verb || ' (' || quote_ident(a.attname) || ')' as right
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    cross join (values ('anon'), ('authenticated')) as g (role)
    cross join (values ('select'), ('insert'), ('update')) as v (verb)
    where n.nspname in ('public', 'private') and c.relkind = 'r'
      and not has_column_privilege(g.role, c.oid, a.attnum, v.verb)
    union all
    select n.nspname || '.' || c.relname, g.role, 'delete'
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    cross join (values ('anon'), ('authenticated')) as g (role)
    where n.nspname in ('public', 'private') and c.relkind = 'r'
      and not has_table_privilege(g.role, c.oid, 'delete')
    order by 1, 2, 3`;
  return rights.map(({ table, right, role }) => ({
    name: `grant ${right} on ${table} to ${role}`,
    sql: `grant ${right} on ${table} to ${role}`,
    object: table,
    rights: true,
  }));
}

async function executeMutants(sql: Sql): Promise<Mutant[]> {
  const routines = await sql<{ name: string; role: string }[]>`
    select p.oid::regprocedure::text as name, g.role
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    cross join (values ('anon'), ('authenticated')) as g (role)
    where n.nspname in ('public', 'private') and p.prokind = 'f'
      and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
      and not has_function_privilege(g.role, p.oid, 'execute')
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    order by 1, 2`;
  return routines.map(({ name, role }) => ({
    name: `grant execute on ${name} to ${role}`,
    sql: `grant execute on function ${name} to ${role}`,
    object: name,
    rights: true,
  }));
}

/** What a guard of some kind answers when it guards nothing, or refuses everything. */
function brokenBodies(name: string, result: string): readonly string[] {
  if (result === "boolean") return ["true", "false"];
  if (result === "void") return [""];
  const all = /room/.test(name)
    ? "public.rooms"
    : /audience/.test(name)
    ? "private.audiences"
    : "public.profiles";
  return [`select x.id from ${all} x`, "select null::uuid where false"];
}

function withBody(definition: string, result: string, body: string): string {
  const isSql = /\bLANGUAGE sql\b/.test(definition);
  const text = result === "void"
    ? (isSql ? "select" : "begin end")
    : result === "boolean"
    ? (isSql ? `select ${body}` : `begin return ${body}; end`)
    : (isSql ? body : `begin return query ${body}; end`);
  return definition.replace(
    /AS \$function\$[\s\S]*\$function\$/,
    `AS $function$ ${text} $function$`,
  );
}

/** Functions that only answer who may or who is hidden, made to answer wrongly. */
async function guardMutants(sql: Sql): Promise<Mutant[]> {
  const guards = await sql<{ name: string; result: string; definition: string }[]>`
    select n.nspname || '.' || p.proname as name, pg_get_function_result(p.oid) as result,
      pg_get_functiondef(p.oid) as definition
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'private' and p.provolatile <> 'v' and p.prokind = 'f' and (
      (pg_get_function_result(p.oid) = 'boolean' and p.prosecdef)
      or (pg_get_function_result(p.oid) = 'SETOF uuid' and p.prosecdef and p.pronargs = 0)
      or (pg_get_function_result(p.oid) = 'void' and p.proname ~ '^(require|check)_')
      or p.proname ~ '^may_(read|write|publish)$')
    order by 1`;
  return guards.filter(({ name }) => NO_GUARD[name] === undefined)
    .flatMap(({ name, result, definition }) =>
      brokenBodies(name, result).map((body) => ({
        name: `${name} answers ${body || "nothing"}`,
        sql: withBody(definition, result, body),
      }))
    );
}

/** All mutants of a database. */
export async function listMutants(sql: Sql): Promise<Mutant[]> {
  return [
    ...await policyMutants(sql),
    ...await tableMutants(sql),
    ...await guardMutants(sql),
    ...await rightMutants(sql),
    ...await executeMutants(sql),
  ];
}
