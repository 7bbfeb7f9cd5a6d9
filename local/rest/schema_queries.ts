/** @module What is read of the system catalogues. */

/** Makes type names come qualified, so that they hold under any search path. */
export const PREPARE = "set local search_path to ''";

const COLUMN_DEFAULT = `case
  when t.typbasetype <> 0 and a.atthasdef = false then pg_get_expr(t.typdefaultbin, 0)
  when a.attidentity = 'd' then (
    select format('nextval(%L)', format('%s.%s', n.nspname, s.relname))
    from pg_depend p join pg_class s on s.oid = p.objid join pg_namespace n
      on n.oid = s.relnamespace
    where p.refobjid = a.attrelid and p.refobjsubid = a.attnum and p.deptype = 'i'
      and p.classid = 'pg_class'::regclass and s.relkind = 'S' limit 1)
  when a.attgenerated = 's' then null
  else pg_get_expr(d.adbin, d.adrelid)
end`;

/** Tables and views with their columns and primary key. */
export const TABLES = `
select c.oid::text as oid, n.nspname as schema, c.relname as name,
  c.relkind in ('v', 'm') as "isView", c.relispartition as "isPartition",
  obj_description(c.oid, 'pg_class') as description,
  (c.relkind in ('r', 'p') or (c.relkind in ('v', 'f')
    and (pg_relation_is_updatable(c.oid, true) & 8) = 8)) as insertable,
  (c.relkind in ('r', 'p') or (c.relkind in ('v', 'f')
    and (pg_relation_is_updatable(c.oid, true) & 4) = 4)) as updatable,
  (c.relkind in ('r', 'p') or (c.relkind in ('v', 'f')
    and (pg_relation_is_updatable(c.oid, true) & 16) = 16)) as deletable,
  coalesce((
    select json_agg(json_build_object(
      'name', a.attname, 'number', a.attnum,
      'description', col_description(a.attrelid, a.attnum),
      'nullable', not (a.attnotnull or t.typtype = 'd' and t.typnotnull),
      'type', case
        when t.typtype = 'd' and bn.nspname = 'pg_catalog' then format_type(t.typbasetype, null)
        when t.typtype <> 'd' and tn.nspname = 'pg_catalog' then format_type(a.atttypid, null)
        else format_type(a.atttypid, a.atttypmod) end,
      'nominal', format_type(a.atttypid, a.atttypmod),
      'maxLength', information_schema._pg_char_max_length(
        information_schema._pg_truetypid(a.*, t.*), information_schema._pg_truetypmod(a.*, t.*)),
      'default', ${COLUMN_DEFAULT},
      'labels', coalesce((select json_agg(e.enumlabel order by e.enumsortorder)
        from pg_enum e where e.enumtypid = coalesce(nullif(t.typbasetype, 0), t.oid)), '[]')
    ) order by a.attnum)
    from pg_attribute a
      join pg_type t on t.oid = a.atttypid
      join pg_namespace tn on tn.oid = t.typnamespace
      left join pg_type bt on t.typtype = 'd' and bt.oid = t.typbasetype
      left join pg_namespace bn on bn.oid = bt.typnamespace
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ), '[]') as columns,
  coalesce((
    select json_agg(a.attname order by array_position(k.conkey, a.attnum))
    from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid
      and a.attnum = any(k.conkey)
    where k.conrelid = c.oid and k.contype = 'p'
  ), '[]') as "primaryKey",
  (select r.ev_action::text from pg_rewrite r
    where r.ev_class = c.oid and r.rulename = '_RETURN' and c.relkind in ('v', 'm')) as action
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'v', 'm', 'f', 'p')
  and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
  and not pg_is_other_temp_schema(n.oid)`;

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

const WIDE_TYPE = `case i.type
  when 'bit'::regtype then 'bit varying'
  when 'bit[]'::regtype then 'bit varying[]'
  when 'character'::regtype then 'character varying'
  when 'character[]'::regtype then 'character varying[]'
  else i.type::regtype::text end`;

/** Functions that may be called, of some schemas. */
export const FUNCTIONS = `
with recursive bases as (
  select oid, oid as base, typbasetype from pg_type
  union all
  select b.oid, t.oid, t.typbasetype from bases b join pg_type t on t.oid = b.typbasetype
)
select n.nspname as schema, p.proname as name,
  obj_description(p.oid, 'pg_proc') as description,
  coalesce(a.params, '[]') as params,
  json_build_object('schema', tn.nspname, 'name', coalesce(tc.relname, t.typname)) as returns,
  p.proretset as "isSet",
  (t.typtype = 'c' or coalesce(p.proargmodes::text[] && '{t,b,o}', false)) as "isComposite",
  p.provolatile::text as volatility, p.provariadic > 0 as "hasVariadic",
  (select lower(substr(s, strpos(s, '=') + 1)) from unnest(p.proconfig) s
    where s like 'default_transaction_isolation=%' limit 1) as isolation,
  coalesce((select json_agg(json_build_array(
      substr(s, 1, strpos(s, '=') - 1), substr(s, strpos(s, '=') + 1)))
    from unnest(p.proconfig) s
    where substr(s, 1, strpos(s, '=') - 1) = any($2)), '[]') as settings
from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join bases b on b.oid = p.prorettype and b.typbasetype = 0
  join pg_type t on t.oid = b.base
  join pg_namespace tn on tn.oid = t.typnamespace
  left join pg_class tc on tc.oid = t.typrelid
  left join lateral (
    select json_agg(json_build_object(
        'name', coalesce(i.name, ''), 'type', i.type::regtype::text, 'wideType', ${WIDE_TYPE},
        'required', i.place <= p.pronargs - p.pronargdefaults,
        'variadic', coalesce(i.mode = 'v', false)) order by i.place) as params,
      count(*) - count(nullif(i.name, '')) as unnamed, (array_agg(i.type))[1] as first
    from (
      select u.name, u.type, u.mode, row_number() over (order by u.place) as place
      from unnest(p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargmodes)
        with ordinality u (name, type, mode, place)
      where coalesce(u.mode, 'i') in ('i', 'b', 'v') and u.type is not null
    ) i
  ) a on true
where n.nspname = any($1) and p.prokind = 'f'
  and t.oid not in ('trigger'::regtype, 'event_trigger'::regtype)
  and (coalesce(a.unnamed, 0) = 0 or a.unnamed = 1 and a.first in (
    'bytea'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'xml'::regtype))`;

/** Functions of one row that give rows of a relation. */
export const COMPUTED = `
select json_build_object('schema', n.nspname, 'name', p.proname) as routine,
  json_build_object('schema', an.nspname, 'name', a.typname) as "table",
  json_build_object('schema', rn.nspname, 'name', r.typname) as "foreign",
  (not p.proretset or p.prorows = 1) as "toOne"
from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_type a on a.oid = p.proargtypes[0]
  join pg_namespace an on an.oid = a.typnamespace
  join pg_class ac on ac.reltype = a.oid and ac.relkind in ('v', 'r', 'm', 'f', 'p')
  join pg_type r on r.oid = p.prorettype
  join pg_namespace rn on rn.oid = r.typnamespace
  join pg_class rc on rc.reltype = r.oid and rc.relkind in ('v', 'r', 'm', 'f', 'p')
where p.pronargs = 1`;

/** Implicit casts between domains and what travels. */
export const REPRESENTATIONS = `
select c.castsource::regtype::text as "from", c.casttarget::regtype::text as "to",
  c.castfunc::regproc::text as routine
from pg_cast c
  join pg_type s on s.oid = c.castsource
  join pg_type d on d.oid = c.casttarget
where c.castcontext = 'i' and c.castmethod = 'f' and has_function_privilege(c.castfunc, 'execute')
  and (s.typtype = 'd' and c.casttarget in ('json'::regtype, 'text'::regtype)
    or d.typtype = 'd' and c.castsource in ('json'::regtype, 'text'::regtype))`;

/** Functions and aggregates whose result is a media type. Takes the schemas. */
export const MEDIA_HANDLERS = `
with media as (
  select t.oid, lower(t.typname) as name, t.typnamespace,
    case t.typname when '*/*' then 'application/octet-stream' else t.typname end as resolved
  from pg_type t
  where t.typbasetype <> 0
    and (t.typname ~* '^[A-Za-z0-9.-]+/[A-Za-z0-9.\\+-]+$' or t.typname = '*/*')
), relations as (
  select reltype as oid from pg_class where relkind in ('v', 'r', 'm', 'f', 'p')
  union select oid from pg_type where typname = 'anyelement'
)
select json_build_object('schema', n.nspname, 'name', p.proname) as routine,
  json_build_object('schema', an.nspname, 'name', a.typname) as target,
  m.name as media, m.resolved
from media m
  join pg_proc p on p.prorettype = m.oid and p.pronargs = 1
  join pg_namespace n on n.oid = p.pronamespace
  join pg_aggregate g on g.aggfnoid = p.oid
  join pg_type a on a.oid = p.proargtypes[0]
  join pg_namespace an on an.oid = a.typnamespace
where n.nspname = any($1) and a.oid in (select oid from relations)
union all
select json_build_object('schema', mn.nspname, 'name', mt.typname) as routine,
  json_build_object('schema', n.nspname, 'name', p.proname) as target,
  m.name as media, m.resolved
from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join media m on m.oid = p.prorettype
  join pg_type mt on mt.oid = m.oid
  join pg_namespace mn on mn.oid = m.typnamespace
where n.nspname = any($1) and not p.proretset and p.prokind = 'f'`;

/** Names of time zones. */
export const TIMEZONES = "select name from pg_timezone_names";

/** Descriptions of schemas. */
export const DESCRIPTIONS = `
select nspname as name, obj_description(oid, 'pg_namespace') as description from pg_namespace
where obj_description(oid, 'pg_namespace') is not null`;

/**
 * Settings of the login role and of the roles that it may become, from the cluster and from this
 * database. A superuser may become any, and reads what is set for the usual login role.
 */
export const ROLE_SETTINGS = `
with me as (
  select oid, rolsuper from pg_roles where rolname = current_user
), settings as (
  select r.oid, r.rolname, d.setdatabase, substr(s, 1, strpos(s, '=') - 1) as name,
    substr(s, strpos(s, '=') + 1) as value
  from pg_db_role_setting d
    join pg_roles r on r.oid = d.setrole
    cross join unnest(d.setconfig) s
  where d.setdatabase in (0, (select oid from pg_database where datname = current_database()))
)
select s.rolname as role, s.name, s.value,
  (s.oid = me.oid or me.rolsuper and s.rolname = 'authenticator') as "isLogin",
  (k.context = 'user' or has_parameter_privilege(me.oid, k.name, 'set')) as "isSettable"
from me, settings s left join pg_settings k on k.name = s.name
where s.oid = me.oid or me.rolsuper
  or exists (select from pg_auth_members m where m.member = me.oid and m.roleid = s.oid)
order by s.setdatabase`;
