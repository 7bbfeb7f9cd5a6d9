/** @module Reads the files of calls/: what is tried on functions, and by writing. */
import { join } from "node:path";

/** Statements by what they are tried on. */
export interface Calls {
  /** Queries by function. */
  readonly call: ReadonlyMap<string, readonly string[]>;
  /** Inserts by table: what each tries to do, and the statement. */
  readonly insert: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Changes that writing a row back as it is does not show. */
  readonly update: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

const HEAD = /^-- (call|insert|update) ([a-z_]+\.\w+)(?:: (.+))?$/;

async function readFiles(): Promise<string> {
  const folder = join(import.meta.dirname ?? ".", "calls");
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) names.push(name);
  const texts = names.sort().map((name) => Deno.readTextFile(join(folder, name)));
  return (await Promise.all(texts)).join("\n");
}

/** Reads the statements, each ended by a semicolon at the end of a line. */
export async function readCalls(): Promise<Calls> {
  const text = await readFiles();
  const call = new Map<string, string[]>();
  const written = { insert: new Map(), update: new Map() } as Record<
    "insert" | "update",
    Map<string, Map<string, string>>
  >;
  let head: RegExpExecArray | undefined;
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const found = HEAD.exec(line);
    if (found !== null) head = found;
    if (line.startsWith("--") || line === "" || head === undefined) continue;
    lines.push(line.trim());
    if (!line.endsWith(";")) continue;
    const statement = lines.join(" ").slice(0, -1);
    lines = [];
    const [, verb, object = "", label = ""] = head;
    if (verb === "call") call.set(object, [...(call.get(object) ?? []), statement]);
    else {
      const kind = verb === "insert" ? "insert" : "update";
      const known = written[kind].get(object) ?? new Map<string, string>();
      written[kind].set(object, known.set(label, statement));
    }
  }
  return { call, ...written };
}
