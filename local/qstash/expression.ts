/**
 * @module The arithmetic of `Upstash-Retry-Delay`: numbers, `retried`, `+ - * / %`, brackets and a
 * few functions. Parsed by hand, since the text comes from a request and must never be evaluated.
 */

const MAX_LENGTH = 1000;
const MAX_DEPTH = 50;
const TOKEN = /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_]\w*)|([-+*/%(),]))/y;

const FUNCTIONS: Readonly<Record<string, { arity: number; call(...args: number[]): number }>> = {
  pow: { arity: 2, call: Math.pow },
  sqrt: { arity: 1, call: Math.sqrt },
  abs: { arity: 1, call: Math.abs },
  exp: { arity: 1, call: Math.exp },
  floor: { arity: 1, call: Math.floor },
  ceil: { arity: 1, call: Math.ceil },
  round: { arity: 1, call: Math.round },
  min: { arity: 2, call: Math.min },
  max: { arity: 2, call: Math.max },
};

/** The expression cannot be read, or gives no number. */
export class ExpressionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ExpressionError";
  }
}

function tokenize(source: string): string[] {
  if (source.length > MAX_LENGTH) throw new ExpressionError("the expression is too long");
  const text = source.trimEnd();
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new ExpressionError(`unexpected character at ${at + 1}`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? "");
    at = TOKEN.lastIndex;
  }
  return tokens;
}

class Evaluator {
  #at = 0;
  #depth = 0;
  readonly #tokens: readonly string[];
  readonly #retried: number;

  constructor(tokens: readonly string[], retried: number) {
    this.#tokens = tokens;
    this.#retried = retried;
  }

  run(): number {
    const value = this.#sum();
    if (this.#at < this.#tokens.length) {
      throw new ExpressionError(`unexpected "${this.#tokens[this.#at]}"`);
    }
    return value;
  }

  #take(...wanted: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#at++;
    return token;
  }

  #expect(token: string): void {
    if (this.#take(token) === undefined) throw new ExpressionError(`"${token}" expected`);
  }

  #sum(): number {
    if (++this.#depth > MAX_DEPTH) throw new ExpressionError("nested too deeply");
    let value = this.#product();
    for (let sign = this.#take("+", "-"); sign !== undefined; sign = this.#take("+", "-")) {
      value = sign === "+" ? value + this.#product() : value - this.#product();
    }
    this.#depth--;
    return value;
  }

  #product(): number {
    let value = this.#unary();
    for (let op = this.#take("*", "/", "%"); op !== undefined; op = this.#take("*", "/", "%")) {
      const right = this.#unary();
      if (op === "*") value *= right;
      else if (op === "/") value /= right;
      else value %= right;
    }
    return value;
  }

  #unary(): number {
    let negative = false;
    for (let sign = this.#take("+", "-"); sign !== undefined; sign = this.#take("+", "-")) {
      if (sign === "-") negative = !negative;
    }
    const value = this.#primary();
    return negative ? -value : value;
  }

  #primary(): number {
    if (this.#take("(") !== undefined) {
      const value = this.#sum();
      this.#expect(")");
      return value;
    }
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new ExpressionError("unexpected end");
    if (/^[\d.]/.test(token)) return Number(token);
    if (token === "retried") return this.#retried;
    return this.#call(token);
  }

  #call(name: string): number {
    const fn = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (fn === undefined) throw new ExpressionError(`unknown name "${name}"`);
    this.#expect("(");
    const args = [this.#sum()];
    while (this.#take(",") !== undefined) args.push(this.#sum());
    this.#expect(")");
    if (args.length !== fn.arity) {
      throw new ExpressionError(`${name} takes ${fn.arity} argument(s), not ${args.length}`);
    }
    return fn.call(...args);
  }
}

/**
 * Milliseconds to wait before a retry.
 *
 * @param retried how many retries went before: 0 ahead of the first
 * @throws ExpressionError
 */
export function evaluateRetryDelay(source: string, retried: number): number {
  const value = new Evaluator(tokenize(source), retried).run();
  if (Number.isNaN(value)) throw new ExpressionError("the expression gives no number");
  return value;
}
