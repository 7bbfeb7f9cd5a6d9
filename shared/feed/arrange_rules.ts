/**
 * @module How ranked posts become a feed: followed people and strangers in the share that the
 * reader asked for, no author twice in a row, at most two of one author among any ten.
 */

/** What arranging looks at. */
export interface Placeable {
  readonly author_id: string;
  /** Followed hashtags are what the reader chose, as followed people are. */
  readonly source: "following" | "own" | "hashtag" | "discovery";
}

/** Shares in percent, adding up to 100. */
export interface Mix {
  readonly following: number;
  readonly discovery: number;
}

/** Places among which one author has at most {@linkcode AUTHOR_MAX}. */
export const AUTHOR_WINDOW = 10;
/** See {@linkcode AUTHOR_WINDOW}. */
export const AUTHOR_MAX = 2;
const PERCENT = 100;

/** Whether a place after these is one where its author is not seen too much. */
export function fits(candidate: Placeable, placed: readonly Placeable[]): boolean {
  let same = 0;
  const from = Math.max(0, placed.length - (AUTHOR_WINDOW - 1));
  for (let at = from; at < placed.length; at++) {
    if (placed[at]?.author_id === candidate.author_id) same += 1;
  }
  return same < AUTHOR_MAX && isApart(candidate, placed);
}

/** Whether the place before is another author's. */
export function isApart(candidate: Placeable, placed: readonly Placeable[]): boolean {
  return placed.at(-1)?.author_id !== candidate.author_id;
}

/** Takes the first that passes out of a list. */
function take<T>(list: T[], passes: (candidate: T) => boolean): T | undefined {
  const at = list.findIndex(passes);
  return at < 0 ? undefined : list.splice(at, 1)[0];
}

/**
 * Arranges posts that are ordered by score. Each place belongs to followed people or to strangers
 * by their share; the best of that side that fits takes it, or else the other side's. Variety
 * comes before shares. A side whose share is nothing is left out.
 */
export function arrange<T extends Placeable>(ranked: readonly T[], mix: Mix, limit: number): T[] {
  const followed = ranked.filter(({ source }) => source !== "discovery" && mix.following > 0);
  const others = ranked.filter(({ source }) => source === "discovery" && mix.discovery > 0);
  const placed: T[] = [];
  let strangers = 0;
  while (placed.length < limit && followed.length + others.length > 0) {
    const due = Math.floor((placed.length + 1) * mix.discovery / PERCENT);
    const sides = strangers < due ? [others, followed] : [followed, others];
    const next = takeBest(sides, placed);
    if (next === undefined) break;
    if (next.source === "discovery") strangers += 1;
    placed.push(next);
  }
  return placed;
}

function takeBest<T extends Placeable>(sides: T[][], placed: readonly T[]): T | undefined {
  for (const rule of [fits, isApart, () => true]) {
    for (const side of sides) {
      const found = take(side, (candidate) => rule(candidate, placed));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
