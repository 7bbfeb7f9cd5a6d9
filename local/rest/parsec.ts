/**
 * @module Parser combinators that word their failures as Parsec does: clients see the wording.
 *
 * A parser either takes text or not, and succeeds or fails; `try_` makes a failure forget what was
 * taken, so that an alternative may be tried.
 */

/** What a failure says; the order of the kinds is the order in which they are shown. */
const enum Kind {
  Unseen,
  Unexpected,
  Expected,
}

interface Message {
  readonly kind: Kind;
  readonly text: string;
}

/** Why parsing went no further, and where. */
export interface Failure {
  readonly at: number;
  readonly messages: readonly Message[];
}

/** What a parser gives. */
export type Result<T> =
  | {
    readonly ok: true;
    readonly took: boolean;
    readonly value: T;
    readonly at: number;
    readonly failure: Failure;
  }
  | { readonly ok: false; readonly took: boolean; readonly failure: Failure };

/** Reads a text from a position. */
export type Parser<T> = (text: string, at: number) => Result<T>;

const NO_MESSAGES: readonly Message[] = [];

function silent(at: number): Failure {
  return { at, messages: NO_MESSAGES };
}

function merge(a: Failure, b: Failure): Failure {
  if (b.messages.length === 0 && a.messages.length > 0) return a;
  if (a.messages.length === 0 && b.messages.length > 0) return b;
  if (a.at === b.at) return { at: a.at, messages: [...a.messages, ...b.messages] };
  return a.at > b.at ? a : b;
}

function escape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (char === "\n") return "\\n";
  if (char === "\t") return "\\t";
  if (char === "\\") return "\\\\";
  return code < 32 || code > 126 ? `\\${code}` : char;
}

function quoted(text: string): string {
  return `"${[...text].map((char) => char === '"' ? '\\"' : escape(char)).join("")}"`;
}

function quotedChar(char: string): string {
  return `'${char === "'" ? "\\'" : escape(char)}'`;
}

function unseen(text: string, at: number): Message {
  return { kind: Kind.Unseen, text: at < text.length ? quoted(text.charAt(at)) : "" };
}

/** Succeeds without taking anything. */
export function pure<T>(value: T): Parser<T> {
  return (_text, at) => ({ ok: true, took: false, value, at, failure: silent(at) });
}

/** Fails without a word. */
export function fail(_text: string, at: number): Result<never> {
  return { ok: false, took: false, failure: silent(at) };
}

/** One character that the test likes. */
export function satisfy(test: (char: string) => boolean): Parser<string> {
  return (text, at) => {
    const char = text.charAt(at);
    if (char === "" || !test(char)) {
      return { ok: false, took: false, failure: { at, messages: [unseen(text, at)] } };
    }
    return { ok: true, took: true, value: char, at: at + 1, failure: silent(at + 1) };
  };
}

/** Names what a parser expects. */
export function label<T>(parser: Parser<T>, name: string): Parser<T> {
  function named(failure: Failure): Failure {
    const others = failure.messages.filter((message) => message.kind !== Kind.Expected);
    return { at: failure.at, messages: [{ kind: Kind.Expected, text: name }, ...others] };
  }
  return (text, at) => {
    const result = parser(text, at);
    if (result.took) return result;
    if (!result.ok) return { ...result, failure: named(result.failure) };
    const { failure } = result;
    return failure.messages.length === 0 ? result : { ...result, failure: named(failure) };
  };
}

/** One given character. */
export function char(wanted: string): Parser<string> {
  return label(satisfy((seen) => seen === wanted), quoted(wanted));
}

/** One character of several. */
export function oneOf(chars: string): Parser<string> {
  return satisfy((seen) => chars.includes(seen));
}

/** One character but these. */
export function noneOf(chars: string): Parser<string> {
  return satisfy((seen) => !chars.includes(seen));
}

/** Any character. */
export const anyChar: Parser<string> = satisfy(() => true);
/** Any letter. */
export const letter: Parser<string> = label(satisfy((seen) => /\p{L}/u.test(seen)), "letter");
/** A decimal digit. */
export const digit: Parser<string> = label(satisfy((seen) => /[0-9]/.test(seen)), "digit");

/** A given text. */
export function string(wanted: string): Parser<string> {
  const name = quoted(wanted);
  return (text, at) => {
    if (text.startsWith(wanted, at)) {
      const end = at + wanted.length;
      return { ok: true, took: true, value: wanted, at: end, failure: silent(end) };
    }
    let same = 0;
    while (text.charAt(at + same) === wanted.charAt(same)) same += 1;
    const messages = [{ kind: Kind.Expected, text: name }, unseen(text, at + same)];
    return { ok: false, took: same > 0, failure: { at, messages } };
  };
}

/** Runs a parser, then another that depends on what was read. */
export function bind<A, B>(parser: Parser<A>, next: (value: A) => Parser<B>): Parser<B> {
  return (text, at) => {
    const first = parser(text, at);
    if (!first.ok) return first;
    const second = next(first.value)(text, first.at);
    const failure = second.took ? second.failure : merge(first.failure, second.failure);
    return { ...second, took: first.took || second.took, failure };
  };
}

/** Changes what was read. */
export function map<A, B>(parser: Parser<A>, change: (value: A) => B): Parser<B> {
  return (text, at) => {
    const result = parser(text, at);
    return result.ok ? { ...result, value: change(result.value) } : result;
  };
}

/** Runs two parsers, of which the second one counts. */
export function then<A, B>(first: Parser<A>, second: Parser<B>): Parser<B> {
  return bind(first, () => second);
}

/** Runs two parsers, of which the first one counts. */
export function before<A, B>(first: Parser<A>, second: Parser<B>): Parser<A> {
  return bind(first, (value) => map(second, () => value));
}

/** The second parser when the first one fails without taking anything. */
export function or<A, B>(first: Parser<A>, second: Parser<B>): Parser<A | B> {
  return (text, at): Result<A | B> => {
    const one = first(text, at);
    if (one.ok || one.took) return one;
    const two = second(text, at);
    return two.took ? two : { ...two, failure: merge(one.failure, two.failure) };
  };
}

/** The first parser that does not fail at once. */
export function choice<T>(...parsers: readonly Parser<T>[]): Parser<T> {
  return parsers.reduceRight((rest, parser) => or(parser, rest), fail as Parser<T>);
}

/** Takes nothing when the parser fails. */
export function try_<T>(parser: Parser<T>): Parser<T> {
  return (text, at) => {
    const result = parser(text, at);
    return result.ok ? result : { ...result, took: false };
  };
}

/** Looks without taking. */
export function lookAhead<T>(parser: Parser<T>): Parser<T> {
  return (text, at) => {
    const result = parser(text, at);
    return result.ok ? { ...result, took: false, at, failure: silent(at) } : result;
  };
}

/** Succeeds where the parser does not. */
export function notFollowedBy(parser: Parser<string>): Parser<null> {
  return (text, at) => {
    const result = parser(text, at);
    if (!result.ok) return pure(null)(text, at);
    const messages = [{ kind: Kind.Unexpected, text: quotedChar(result.value) }];
    return { ok: false, took: false, failure: { at: result.at, messages } };
  };
}

function endOfInput(text: string, at: number): Result<null> {
  if (at >= text.length) return pure(null)(text, at);
  const messages = [{ kind: Kind.Unexpected, text: quotedChar(text.charAt(at)) }];
  return { ok: false, took: false, failure: { at, messages } };
}

/** The end of the text. */
export const eof: Parser<null> = label(endOfInput, "end of input");

/** As many as there are. */
export function many<T>(parser: Parser<T>): Parser<T[]> {
  return (text, at) => {
    const value: T[] = [];
    let position = at;
    for (;;) {
      const result = parser(text, position);
      if (!result.ok) {
        if (result.took) return result;
        return { ok: true, took: value.length > 0, value, at: position, failure: result.failure };
      }
      // A parser that takes nothing would be repeated without end.
      if (!result.took) return { ...result, value, at: position };
      value.push(result.value);
      position = result.at;
    }
  };
}

/** At least one. */
export function many1<T>(parser: Parser<T>): Parser<T[]> {
  return bind(parser, (first) => map(many(parser), (rest) => [first, ...rest]));
}

/** At least one, with separators between them. */
export function sepBy1<T, S>(parser: Parser<T>, separator: Parser<S>): Parser<T[]> {
  return bind(parser, (first) => {
    return map(many(then(separator, parser)), (rest) => [first, ...rest]);
  });
}

/** None or more, with separators between them. */
export function sepBy<T, S>(parser: Parser<T>, separator: Parser<S>): Parser<T[]> {
  return or(sepBy1(parser, separator), pure<T[]>([]));
}

/** What is there, or undefined. */
export function optional<T>(parser: Parser<T>): Parser<T | undefined> {
  return or(parser, pure(undefined));
}

/** What stands between two others. */
export function between<A, B, T>(open: Parser<A>, close: Parser<B>, parser: Parser<T>): Parser<T> {
  return then(open, before(parser, close));
}

/** Refers to a parser that is defined later. */
export function lazy<T>(get: () => Parser<T>): Parser<T> {
  return (text, at) => get()(text, at);
}

function several(texts: readonly string[]): string {
  const names = [...new Set(texts)].filter((text) => text !== "");
  const last = names.pop();
  if (last === undefined) return "";
  return names.length === 0 ? last : `${names.join(", ")} or ${last}`;
}

/** Words a failure in one line. */
export function describe({ messages }: Failure): string {
  if (messages.length === 0) return "unknown parse error";
  function texts(kind: Kind): string[] {
    return messages.filter((message) => message.kind === kind).map((message) => message.text);
  }
  const [seen] = texts(Kind.Unseen);
  const unexpected = texts(Kind.Unexpected);
  const expected = several(texts(Kind.Expected));
  return [
    unexpected.length > 0 || seen === undefined ? "" : `unexpected ${seen || "end of input"}`,
    unexpected.length > 0 ? `unexpected ${several(unexpected)}` : "",
    expected === "" ? "" : `expecting ${expected}`,
  ].filter((part) => part !== "").join(" ");
}

/** Line and column of a failure. */
export function placeOf(text: string, { at }: Failure): string {
  const lines = text.slice(0, at).split("\n");
  return `(line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1})`;
}
