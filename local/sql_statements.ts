/** @module Splits a SQL file into its statements, as the migration history keeps them. */

const LINE_COMMENT = /--[^\n]*/y;
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"/y;
const ESCAPE_STRING = /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
const BLOCK_MARK = /\/\*|\*\//g;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Where a block comment that begins at `at` ends; they nest. */
function endOfBlockComment(text: string, at: number): number {
  let depth = 0;
  BLOCK_MARK.lastIndex = at;
  for (let mark = BLOCK_MARK.exec(text); mark !== null; mark = BLOCK_MARK.exec(text)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return BLOCK_MARK.lastIndex;
  }
  return text.length;
}

/** Length of the comment, string or quoted body that begins at `at`; 0 when none does. */
function opaqueLength(text: string, at: number): number {
  const simple = matchAt(LINE_COMMENT, text, at) ?? matchAt(ESCAPE_STRING, text, at) ??
    matchAt(QUOTED, text, at);
  if (simple !== undefined) return simple.length;
  if (text.startsWith("/*", at)) return endOfBlockComment(text, at) - at;
  const tag = matchAt(DOLLAR_TAG, text, at);
  if (tag === undefined) return 0;
  const end = text.indexOf(tag, at + tag.length);
  return (end < 0 ? text.length : end + tag.length) - at;
}

/** Follows `begin atomic … end` bodies, whose semicolons do not end the statement. */
class AtomicBody {
  #open = 0;
  #previous = "";

  get inside(): boolean {
    return this.#open > 0;
  }

  see(word: string): void {
    const name = word.toLowerCase();
    if (name === "atomic" && this.#previous === "begin") this.#open = 1;
    else if (this.#open > 0 && name === "case") this.#open += 1;
    else if (this.#open > 0 && name === "end") this.#open -= 1;
    this.#previous = name;
  }
}

/** The statements of a file in order, without their closing semicolons. */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let body = new AtomicBody();
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const opaque = opaqueLength(text, at);
    const word = opaque > 0 ? undefined : matchAt(WORD, text, at);
    if (word !== undefined) body.see(word);
    if (text[at] === ";" && opaque === 0 && !body.inside) {
      statements.push(text.slice(from, at));
      from = at + 1;
      body = new AtomicBody();
    }
    at += opaque || word?.length || 1;
  }
  statements.push(text.slice(from));
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== "");
}
