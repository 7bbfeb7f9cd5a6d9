/** @module What is read of the system catalogues, each as one JSON document. */

/** Makes type names come qualified, so that they hold under any search path. */
export const PREPARE = "select set_config('search_path', '', true)";

/** Tables and views with their columns and primary key. Takes the schemas. */
export const TABLES = `
select c.oid::text as oid, n.nspname as schema, c.relname as name, c.relkind::text as kind,
  obj_description(c.oid, 'pg_class') as description,
  (c.relkind in ('r', 'p') or (pg_relation_is_updatable(c.oid, true) & 8) = 8) as insertable,
  (c.relkind in ('r', 'p') or (pg_relation_is_updatable(c.oid, true) & 4) = 4) as updatable,
  (c.relkind in ('r', 'p') or (pg_relation_is_updatable(c.oid, true) & 16) = 16) as deletable,
  coalesce((
    select json_agg(json_build_object(
      'name', a.attname, 'number', a.attnum, 'type', format_type(a.atttypid, -1),
      'base', format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), -1),
      'nullable', not a.attnotnull,
      'default', case
        when a.attidentity <> '' then (
          select format('nextval(%L)', s.objid::regclass) from pg_depend s
          where s.refobjid = c.oid and s.refobjsubid = a.attnum and s.deptype = 'i'
            and s.classid = 'pg_class'::regclass limit 1)
        when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid)
      end
    ) order by a.attnum)
    from pg_attribute a
      join pg_type t on t.oid = a.atttypid
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ), '[]') as columns,
  coalesce((
    select json_agg(a.attname order by array_position(x.indkey::int2[], a.attnum))
    from pg_index x join pg_attribute a on a.attrelid = x.indrelid and a.attnum = any(x.indkey)
    where x.indrelid = c.oid and x.indisprimary
  ), '[]') as "primaryKey",
  (select r.ev_action::text from pg_rewrite r
    where r.ev_class = c.oid and r.rulename = '_RETURN' and c.relkind in ('v', 'm')) as action
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'v', 'm', 'f', 'p')
  and (n.nspname = any($1) or n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast'))`;

/** Foreign keys, and whether their columns are unique. */
export const FOREIGN_KEYS = `
select k.conname as name, k.conrelid::text as "from", k.confrelid::text as "to",
  (select json_agg(a.attname order by u.place)
    from unnest(k.conkey) with ordinality u (number, place)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number) as columns,
  (select json_agg(a.attname order by u.place)
    from unnest(k.confkey) with ordinality u (number, place)
    join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number) as refs,
  exists (
    select from pg_constraint q
    where q.conrelid = k.conrelid and q.contype in ('p', 'u')
      and q.conkey <@ k.conkey and q.conkey @> k.conkey
  ) as "isUnique"
from pg_constraint k
where k.contype = 'f' and k.conparentid = 0
order by k.conrelid, k.conname`;

/** Functions of the exposed schemas. Takes the schemas. */
export const FUNCTIONS = `
select n.nspname as schema, p.proname as name, p.provolatile::text as volatility,
  p.proretset as "isSet", p.prorows = 1 as "isSingleRow",
  p.provariadic <> 0 as "isVariadic",
  format_type(p.prorettype, -1) as "returnType", t.typtype::text as "returnKind",
  t.typrelid::text as "returnRelation",
  coalesce(p.proargmodes::text[] && array['o', 'b', 't'], false) as "hasOut",
  p.pronargs::int - p.pronargdefaults::int as "requiredCount",
  obj_description(p.oid, 'pg_proc') as description,
  coalesce((
    select json_agg(json_build_object(
      'name', coalesce(p.proargnames[i.place], ''),
      'type', format_type(i.type, -1),
      'relation', (select typrelid::text from pg_type where oid = i.type)
    ) order by i.place)
    from (
      select type, place,
        row_number() over (order by place) as input
      from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality u (type, place)
      where coalesce(p.proargmodes[place], 'i') in ('i', 'b', 'v')
    ) i
  ), '[]') as args,
  coalesce((
    select json_agg(p.proargnames[place] order by place)
    from unnest(p.proargmodes) with ordinality u (mode, place) where mode in ('o', 'b', 't')
  ), '[]') as "outNames",
  (select json_object_agg(split_part(s, '=', 1), substr(s, strpos(s, '=') + 1))
    from unnest(p.proconfig) s where split_part(s, '=', 1) in ('statement_timeout',
      'default_transaction_isolation', 'plan_filter.statement_cost_limit')) as settings
from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_type t on t.oid = p.prorettype
where n.nspname = any($1) and p.prokind = 'f'
  and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)`;

/** Settings of the roles that requests may take, from the cluster and from this database. */
export const ROLE_SETTINGS = `
select r.rolname as role, split_part(s.setting, '=', 1) as name,
  substr(s.setting, strpos(s.setting, '=') + 1) as value
from pg_db_role_setting d
  join pg_roles r on r.oid = d.setrole
  cross join unnest(d.setconfig) with ordinality s (setting, place)
  left join pg_settings k on k.name = split_part(s.setting, '=', 1)
where d.setdatabase in (0, (select oid from pg_database where datname = current_database()))
  and (k.context = 'user' or k.name is null)
order by d.setdatabase, s.place`;
