/** @module The header `Prefer`. */

/** What the client prefers. */
export interface Preferences {
  readonly resolution: string | undefined;
  readonly missing: string | undefined;
  readonly result: string | undefined;
  readonly count: string | undefined;
  readonly tx: string | undefined;
  readonly handling: string | undefined;
  readonly timezone: string | undefined;
  readonly maxAffected: number | undefined;
  /** Preferences that are not known. */
  readonly invalid: readonly string[];
}

const KNOWN = {
  resolution: ["merge-duplicates", "ignore-duplicates"],
  missing: ["default", "null"],
  return: ["representation", "minimal", "headers-only"],
  count: ["exact", "planned", "estimated"],
  tx: ["commit", "rollback"],
  handling: ["strict", "lenient"],
} as const;

const ALL_KNOWN = new Set(
  Object.entries(KNOWN).flatMap(([name, values]) => values.map((value) => `${name}=${value}`)),
);
const INTEGER = /^-?\d+$/;

/** What the service knows about preferences. */
export interface PreferenceRules {
  /** Clients may choose how transactions end. */
  readonly mayChooseEnd: boolean;
  readonly timezones: ReadonlySet<string>;
}

/** Reads the header. */
export function readPreferences(headers: Headers, rules: PreferenceRules): Preferences {
  const all = (headers.get("prefer") ?? "").split(",").map((item) => item.trim())
    .filter((item) => item !== "");
  function choose(name: keyof typeof KNOWN): string | undefined {
    const values: readonly string[] = KNOWN[name];
    return all.find((item) => {
      return item.startsWith(`${name}=`) && values.includes(item.slice(name.length + 1));
    })?.slice(name.length + 1);
  }
  function after(prefix: string): string | undefined {
    return all.find((item) => item.startsWith(prefix))?.slice(prefix.length);
  }
  const timezone = after("timezone=");
  const isZone = timezone !== undefined && rules.timezones.has(timezone);
  const most = after("max-affected=");
  return {
    resolution: choose("resolution"),
    missing: choose("missing"),
    result: choose("return"),
    count: choose("count"),
    tx: rules.mayChooseEnd ? choose("tx") : undefined,
    handling: choose("handling"),
    timezone: isZone ? timezone : undefined,
    maxAffected: most !== undefined && INTEGER.test(most) ? Number(most) : undefined,
    invalid: all.filter((item) => {
      if (item.startsWith("timezone=")) return !isZone;
      return !ALL_KNOWN.has(item) && !item.startsWith("max-affected=");
    }),
  };
}

/** Preferences that may take effect. */
export type PreferenceName = Exclude<keyof Preferences, "invalid">;

const WORDS: readonly (readonly [PreferenceName, string])[] = [
  ["resolution", "resolution"],
  ["missing", "missing"],
  ["result", "return"],
  ["count", "count"],
  ["tx", "tx"],
  ["handling", "handling"],
  ["timezone", "timezone"],
  ["maxAffected", "max-affected"],
];

/** The header `Preference-Applied`, of the preferences that matter to a request. */
export function appliedPreferences(
  preferences: Preferences,
  names: readonly PreferenceName[],
): string | undefined {
  const applied = WORDS.filter(([name]) => {
    if (!names.includes(name) || preferences[name] === undefined) return false;
    return name !== "maxAffected" || preferences.handling === "strict";
  });
  if (applied.length === 0) return undefined;
  return applied.map(([name, word]) => `${word}=${preferences[name]}`).join(", ");
}

/** Rows are to be counted. */
export function isCounted({ count }: Preferences): boolean {
  return count === "exact" || count === "estimated";
}
