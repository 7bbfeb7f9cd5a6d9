/** @module Reads what a request's headers ask for: preferences, media types, ranges. */
import type { AnswerShape } from "./build_answer.ts";
import { RestError } from "./errors.ts";

/** The header `Prefer`. */
export interface Preferences {
  readonly count?: "exact" | "planned" | "estimated";
  readonly result?: "minimal" | "headers-only" | "representation";
  readonly resolution?: "merge" | "ignore";
  readonly missingDefault: boolean;
  readonly maxAffected?: number;
  /** The preferences that were understood, as they came. */
  readonly applied: readonly string[];
}

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  count: ["exact", "planned", "estimated"],
  return: ["minimal", "headers-only", "representation"],
  resolution: ["merge-duplicates", "ignore-duplicates"],
  missing: ["default", "null"],
  handling: ["strict", "lenient"],
  tx: ["commit", "rollback"],
};
const MAX_AFFECTED = /^\d+$/;

function isKnown(name: string, value: string): boolean {
  if (name === "max-affected") return MAX_AFFECTED.test(value);
  return KNOWN[name]?.includes(value) ?? false;
}

function refuseUnknown(found: ReadonlyMap<string, string>, unknown: readonly string[]): void {
  if (found.get("handling") !== "strict" || unknown.length === 0) return;
  const message = "Invalid preferences given with handling=strict";
  throw new RestError(400, "PGRST122", message, {
    details: `Invalid preferences: ${unknown.join(", ")}`,
  });
}

/** Reads the header `Prefer`. */
export function readPreferences(headers: Headers): Preferences {
  const found = new Map<string, string>();
  const unknown: string[] = [];
  for (const item of (headers.get("prefer") ?? "").split(",").map((part) => part.trim())) {
    if (item === "") continue;
    const [name = "", value = ""] = item.split("=", 2);
    if (!isKnown(name, value)) unknown.push(item);
    else if (!found.has(name)) found.set(name, value);
  }
  refuseUnknown(found, unknown);
  const isStrict = found.get("handling") === "strict";
  const maxAffected = found.get("max-affected");
  const resolution = found.get("resolution");
  // Transactions end by commit here whatever is asked for, as hosted.
  const applied = [...found].filter(([name]) => {
    return name !== "tx" && (name !== "max-affected" || isStrict);
  });
  return {
    missingDefault: found.get("missing") === "default",
    applied: applied.map(([name, value]) => `${name}=${value}`),
    ...(found.has("count") && { count: found.get("count") as Preferences["count"] & string }),
    ...(found.has("return") && { result: found.get("return") as Preferences["result"] & string }),
    ...(resolution && { resolution: resolution === "merge-duplicates" ? "merge" : "ignore" }),
    ...(maxAffected !== undefined && isStrict && { maxAffected: Number(maxAffected) }),
  };
}

/** How the answer is written, and how it calls itself. */
export interface Media extends AnswerShape {
  readonly contentType: string;
  readonly isSingular: boolean;
}

const OBJECT = "application/vnd.pgrst.object";
const ARRAY = "application/vnd.pgrst.array";

function mediaOf(type: string, isStripped: boolean): Media | undefined {
  const json = { stripped: false, format: "array", isSingular: false } as const;
  switch (type) {
    case "*/*":
    case "application/*":
    case "application/json":
      return { ...json, contentType: "application/json; charset=utf-8" };
    case "text/csv":
      return { ...json, format: "csv", contentType: "text/csv; charset=utf-8" };
    case ARRAY:
    case `${ARRAY}+json`: {
      const suffix = isStripped ? ";nulls=stripped" : "";
      const name = isStripped ? `${ARRAY}+json` : "application/json";
      return { ...json, stripped: isStripped, contentType: `${name}${suffix}; charset=utf-8` };
    }
    case OBJECT:
    case `${OBJECT}+json`: {
      const suffix = isStripped ? ";nulls=stripped" : "";
      return {
        format: "object",
        isSingular: true,
        stripped: isStripped,
        contentType: `${OBJECT}+json${suffix}; charset=utf-8`,
      };
    }
  }
  return undefined;
}

function qualityOf(item: string): number {
  const quality = Number(/;\s*q=([\d.]+)/.exec(item)?.[1] ?? 1);
  return Number.isNaN(quality) ? 1 : quality;
}

/** Chooses among the media types that the client accepts. */
export function chooseMedia(headers: Headers): Media {
  const accept = headers.get("accept") ?? "*/*";
  const items = accept.split(",").map((item) => item.trim()).filter((item) => item !== "");
  const sorted = items.toSorted((a, b) => qualityOf(b) - qualityOf(a));
  for (const item of sorted.length === 0 ? ["*/*"] : sorted) {
    const [type = ""] = item.split(";", 1);
    const media = mediaOf(type.trim().toLowerCase(), /;\s*nulls=stripped/.test(item));
    if (media !== undefined) return media;
  }
  const names = items.map((item) => item.replace(/;\s*q=[\d.]+/, "")).join(", ");
  throw new RestError(
    406,
    "PGRST107",
    `None of these media types are available: ${names}`,
  );
}

/** Rows that the header `Range` asks for. */
export interface Range {
  readonly offset: number;
  readonly limit?: number;
}

/** Reads the header `Range`, in rows. */
export function readRange(headers: Headers): Range {
  const found = /^(?:items=|rows=)?(\d+)-(\d*)$/.exec((headers.get("range") ?? "").trim());
  if (found === null) return { offset: 0 };
  const offset = Number(found[1]);
  if (found[2] === "" || found[2] === undefined) return { offset };
  const limit = Number(found[2]) - offset + 1;
  if (limit <= 0) {
    throw new RestError(416, "PGRST103", "Requested range not satisfiable", {
      details:
        "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
    });
  }
  return { offset, limit };
}
