/** @module Plans of everything that a statement runs, inside of functions and policies too. */
import postgres, { type TransactionSql } from "postgres";
import type { Sql } from "../../shared/platform/postgres.ts";
import type { TestDatabase } from "../support/database.ts";

/** A node of a plan, as `explain (format json)` writes it. */
export interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Schema?: string;
  readonly Filter?: string;
  readonly "Join Filter"?: string;
  readonly "Index Cond"?: string;
  readonly "Actual Loops"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** One statement that was run, and how. */
export interface Plan {
  readonly "Query Text": string;
  readonly Plan: PlanNode;
}

/** Tables that grow with the town: none of them may be read from end to end. */
const HOT_TABLES = new Set([
  "users",
  "sessions",
  "profiles",
  "private_accounts",
  "profile_settings",
  "follows",
  "blocks",
  "block_sides",
  "mutes",
  "rooms",
  "room_members",
  "posts",
  "post_reactions",
  "messages",
  "notifications",
  "counters",
  "post_hashtags",
  "post_mentions",
  "bookmarks",
  "shares",
  "comment_ranks",
]);

/**
 * What policies ask about the caller; right where a row is filtered, it is asked for each row.
 * `auth.uid()` is plain SQL, which the planner opens up: what is seen is the setting behind it.
 */
const PER_ROW_CALL =
  /\bcurrent_setting\(|\buid\(|\bhas_permission\(|\bmy_\w+_ids\(|\bhidden_profile_ids\(/;

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}

/** What is wrong with a plan, in words. */
export function faultsOf(plan: Plan): string[] {
  const faults: string[] = [];
  for (const node of nodesOf(plan.Plan)) {
    const table = node["Relation Name"] ?? "";
    if (node["Node Type"] === "Seq Scan" && HOT_TABLES.has(table) && node["Actual Loops"] !== 0) {
      faults.push(`reads all of ${table}: ${node.Filter ?? "no filter"}`);
    }
    const conditions = [node.Filter, node["Join Filter"], node["Index Cond"]];
    for (const condition of conditions) {
      const [call] = PER_ROW_CALL.exec(condition ?? "") ?? [];
      if (call !== undefined) faults.push(`asks ${call}..) for each row of ${table}: ${condition}`);
    }
  }
  return faults.map((fault) => `${fault}\n    in ${plan["Query Text"].slice(0, 400)}`);
}

const MESSAGE_START = /^duration: [^{]*plan:\s*/;

/** A connection that tells the plan of every statement that it runs. */
export interface PlanReader extends AsyncDisposable {
  /** Plans of what `work` runs as that person; nothing of it lasts. */
  read(
    person: { id: string; sessionId: string },
    work: (sql: Sql) => PromiseLike<unknown>,
    prepare?: (sql: TransactionSql) => PromiseLike<unknown>,
  ): Promise<Plan[]>;
}

class Undone extends Error {}

/** Opens the connection. */
export function openPlanReader(db: TestDatabase): PlanReader {
  const plans: Plan[] = [];
  const sql = postgres(db.adminUrl, {
    max: 1,
    onnotice: ({ message = "" }) => {
      if (MESSAGE_START.test(message)) plans.push(JSON.parse(message.replace(MESSAGE_START, "")));
    },
  });
  return {
    async read(person, work, prepare = () => Promise.resolve()) {
      const claims = { role: "authenticated", sub: person.id, session_id: person.sessionId };
      await sql.begin(async (within) => {
        await prepare(within);
        await within.unsafe(`
          load 'auto_explain';
          set local auto_explain.log_min_duration = 0;
          set local auto_explain.log_analyze = on;
          set local auto_explain.log_timing = off;
          set local auto_explain.log_nested_statements = on;
          set local auto_explain.log_format = json;
          set local client_min_messages = log`);
        plans.length = 0;
        await within`select private.begin_request(${within.json(claims)})`;
        await work(within as unknown as Sql);
        throw new Undone();
      }).catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
      });
      return plans.splice(0);
    },
    [Symbol.asyncDispose]: () => sql.end(),
  };
}
