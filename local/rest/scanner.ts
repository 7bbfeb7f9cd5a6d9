/** @module Reads a parameter of the query string from left to right. */
import type { Field, JsonStep } from "./ast.ts";
import { parseFailure, type RestError } from "./errors.ts";

const NAME_END = /[,().:!"]|->/;
/** Deeper nesting than any real query, and less than the stack can hold. */
const MAX_DEPTH = 32;

/** A position in a text. */
export class Scanner {
  #position = 0;
  #depth = 0;

  constructor(readonly text: string, readonly what: string) {}

  get rest(): string {
    return this.text.slice(this.#position);
  }

  get atEnd(): boolean {
    return this.#position >= this.text.length;
  }

  peek(token: string): boolean {
    return this.text.startsWith(token, this.#position);
  }

  take(token: string): boolean {
    if (!this.peek(token)) return false;
    this.#position += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.failure(`expecting "${token}"`);
  }

  /** Takes what the expression matches here; it must be anchored. */
  match(expression: RegExp): RegExpExecArray | null {
    const found = expression.exec(this.rest);
    if (found !== null) this.#position += found[0].length;
    return found;
  }

  failure(expected: string): RestError {
    const next = this.rest.slice(0, 1);
    const seen = next === "" ? "unexpected end of input" : `unexpected "${next}"`;
    return parseFailure(this.what, this.text, this.#position + 1, `${seen} ${expected}`);
  }

  /** Runs a nested part, and refuses to nest without end. */
  nested<T>(read: () => T): T {
    if (this.#depth >= MAX_DEPTH) throw this.failure("expecting fewer nested parentheses");
    this.#depth += 1;
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** A text in double quotes, in which a backslash escapes. */
  quoted(): string {
    this.expect('"');
    const found = this.match(/^((?:[^"\\]|\\[\s\S])*)"/);
    if (found === null) throw this.failure("expecting a closing quote");
    return (found[1] ?? "").replace(/\\([\s\S])/g, "$1");
  }

  /** The name of a column or relation. */
  name(): string {
    if (this.peek('"')) return this.quoted();
    const { rest } = this;
    const end = rest.search(NAME_END);
    const name = (end < 0 ? rest : rest.slice(0, end)).trim();
    if (name === "") throw this.failure("expecting field name (* or [a..z0..9_$])");
    this.#position += end < 0 ? rest.length : end;
    return name;
  }

  /** Steps such as `->a->>0`. */
  jsonPath(): JsonStep[] {
    const steps: JsonStep[] = [];
    for (;;) {
      const arrow = this.take("->>") ? "->>" : this.take("->") ? "->" : undefined;
      if (arrow === undefined) return steps;
      steps.push({ arrow, key: this.name() });
    }
  }

  field(): Field {
    return { name: this.name(), json: this.jsonPath() };
  }

  /** `a,b,"c,d"` in parentheses. */
  list(): string[] {
    this.expect("(");
    const items: string[] = [];
    if (this.take(")")) return items;
    do {
      items.push(this.peek('"') ? this.quoted() : this.match(/^[^,)]*/)?.[0] ?? "");
    } while (this.take(","));
    this.expect(")");
    return items;
  }
}
