/** @module Guesses what a misspelt name meant: likeness by shared letter groups, then by edits. */

const GRAM_SIZES = [3, 2];
const CANDIDATES = 50;
const MIN_SCORE = 0.33;
const IGNORED = /[^a-zA-Z0-9\u00C0-\u00FF, ]+/g;

function grams(value: string, size: number): Map<string, number> {
  const padded = `-${value.toLowerCase().replace(IGNORED, "")}-`.padEnd(size, "-");
  const counts = new Map<string, number>();
  for (let at = 0; at + size <= padded.length; at++) {
    const gram = padded.slice(at, at + size);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function norm(counts: ReadonlyMap<string, number>): number {
  return Math.sqrt([...counts.values()].reduce((sum, count) => sum + count * count, 0));
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

interface Scored {
  readonly value: string;
  readonly score: number;
}

function descending(a: Scored, b: Scored): number {
  return b.score - a.score;
}

function matches(values: readonly string[], wanted: string, size: number): Scored[] {
  const mine = grams(wanted, size);
  const length = norm(mine);
  const shared: Scored[] = [];
  for (const value of values) {
    const other = grams(value, size);
    let dot = 0;
    for (const [gram, count] of mine) dot += count * (other.get(gram) ?? 0);
    if (dot > 0) shared.push({ value, score: dot / (length * norm(other)) });
  }
  const lower = wanted.toLowerCase();
  return shared.sort(descending).slice(0, CANDIDATES).map(({ value }) => {
    const distance = editDistance(value.toLowerCase(), lower);
    return { value, score: 1 - distance / Math.max(value.length, lower.length) };
  }).sort(descending).filter(({ score }) => score >= MIN_SCORE);
}

/** The values that are most like the wanted one, the best first; the same one is alone. */
export function similar(values: readonly string[], wanted: string): Scored[] {
  const same = values.find((value) => value.toLowerCase() === wanted.toLowerCase());
  if (same !== undefined) return [{ value: same, score: 1 }];
  for (const size of GRAM_SIZES) {
    const found = matches(values, wanted, size);
    if (found.length > 0) return found;
  }
  return [];
}

/** The value that is most like the wanted one. */
export function mostSimilar(values: readonly string[], wanted: string): string | undefined {
  return similar(values, wanted)[0]?.value;
}
