/** @module Who is typing: said at most twice a second, believed for five seconds. */

/** Pause between two signs that one is typing. */
export const TYPING_DEBOUNCE_MS = 500;
/** How long a sign holds, for oneself and for others. */
export const TYPING_HOLD_MS = 5_000;

/** Time, which tests replace. */
export interface Timers {
  now(): number;
  /** Runs something later; the answer calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** The timers of the platform. */
export const SYSTEM_TIMERS: Timers = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Tells others that one is typing. */
export class TypingSender {
  readonly #send: (typing: boolean) => void;
  readonly #timers: Timers;
  #saidAt = -Infinity;
  #isTyping = false;
  #stopLater: () => void = () => undefined;

  constructor(send: (typing: boolean) => void, timers: Timers) {
    this.#send = send;
    this.#timers = timers;
  }

  /** To be called at every key; says so at most once in 500 ms. */
  press(): void {
    const now = this.#timers.now();
    this.#stopLater();
    this.#stopLater = this.#timers.after(TYPING_HOLD_MS, () => this.stop());
    this.#isTyping = true;
    if (now - this.#saidAt < TYPING_DEBOUNCE_MS) return;
    this.#saidAt = now;
    this.#send(true);
  }

  /** To be called when the text is sent or thrown away. */
  stop(): void {
    this.#stopLater();
    if (!this.#isTyping) return;
    this.#isTyping = false;
    this.#saidAt = -Infinity;
    this.#send(false);
  }
}

/** Knows who is typing. */
export class TypingState {
  readonly #people = new Map<string, () => void>();
  readonly #changed: (people: readonly string[]) => void;
  readonly #timers: Timers;

  constructor(changed: (people: readonly string[]) => void, timers: Timers) {
    this.#changed = changed;
    this.#timers = timers;
  }

  /** Takes in what somebody's device said. */
  take(userId: string, typing: boolean): void {
    const forget = this.#people.get(userId);
    forget?.();
    if (!typing) {
      if (this.#people.delete(userId)) this.#tell();
      return;
    }
    const later = this.#timers.after(TYPING_HOLD_MS, () => this.take(userId, false));
    this.#people.set(userId, later);
    if (forget === undefined) this.#tell();
  }

  /** Ids of those who are typing, the first who began first. */
  get people(): readonly string[] {
    return [...this.#people.keys()];
  }

  /** Forgets everybody. */
  clear(): void {
    for (const forget of this.#people.values()) forget();
    this.#people.clear();
  }

  #tell(): void {
    this.#changed(this.people);
  }
}

/** People who are named before the rest are counted. */
const NAMES_MAX = 2;

/** One line for people: "Alice and Bob are typing…"; empty when nobody types. */
export function describeTyping(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return "";
  if (second === undefined) return `${first} is typing…`;
  if (names.length === NAMES_MAX) return `${first} and ${second} are typing…`;
  const others = names.length - NAMES_MAX;
  return `${first}, ${second} and ${others} ${others === 1 ? "other" : "others"} are typing…`;
}
