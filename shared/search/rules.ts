/** @module What a query means, in which order hits come, and how they are marked. Pure. */
import type { SearchType } from "./schemas.ts";

/** Most words of a query that count. */
export const WORDS_MAX = 10;
/** Longest piece of a text that is shown. */
export const SNIPPET_LENGTH = 240;
/** How much of the text before the first marked word is shown. */
const SNIPPET_LEAD = 60;

const WORD = /[\p{L}\p{N}\p{M}_]+/gu;
const MARKS = /\p{M}/gu;

/** Something that may be a hit: the reader's own rights decide. */
export interface Candidate {
  readonly type: SearchType;
  readonly id: string;
  /** 0 to 1, the best first. */
  readonly score: number;
}

/** Small letters without accents, so that what reads the same is the same. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(MARKS, "").toLowerCase();
}

/** The words of a query. */
export function wordsOf(text: string): string[] {
  const words = (text.match(WORD) ?? []).map(fold).filter((word) => word !== "");
  return [...new Set(words)].slice(0, WORDS_MAX);
}

/** Where a hit stands in the list; ids decide between equals. */
export function compareCandidates(a: Candidate, b: Candidate): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/** The best of each, in order. The same id is counted once, with its best score. */
export function rank(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = best.get(candidate.id);
    if (known === undefined || known.score < candidate.score) best.set(candidate.id, candidate);
  }
  return [...best.values()].sort(compareCandidates);
}

/** Text as HTML that shows exactly this text. */
function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/** Whether a word of a text is one that was searched for, or begins with one. */
function isHit(word: string, words: readonly string[], within: boolean): boolean {
  const folded = fold(word);
  return words.some((wanted) => within ? folded.includes(wanted) : folded.startsWith(wanted));
}

/** How a text is marked. */
export interface MarkOptions {
  /** Names are found by any part of a word, texts by its beginning. */
  readonly within?: boolean;
}

/**
 * The part of a text around the first word that was searched for, as safe HTML with `mark`
 * elements; nothing when no word of it was.
 */
export function highlight(
  text: string,
  words: readonly string[],
  { within = false }: MarkOptions = {},
): string | undefined {
  const hits = [...text.matchAll(WORD)].filter(([word]) => isHit(word, words, within));
  const first = hits[0];
  if (first === undefined) return undefined;
  const start = Math.max(0, first.index - SNIPPET_LEAD);
  const from = start === 0 ? 0 : wordStart(text, start);
  const to = Math.min(text.length, from + SNIPPET_LENGTH);
  let html = from > 0 ? "…" : "";
  let at = from;
  for (const { 0: word, index } of hits) {
    if (index + word.length > to) break;
    html += `${escapeHtml(text.slice(at, index))}<mark>${escapeHtml(word)}</mark>`;
    at = index + word.length;
  }
  return html + escapeHtml(cut(text.slice(at, to))) + (to < text.length ? "…" : "");
}

/** The beginning of the next word, so that no word is shown in half. */
function wordStart(text: string, from: number): number {
  const space = text.slice(from, from + SNIPPET_LEAD).search(/\s/);
  return space < 0 ? from + SNIPPET_LEAD : from + space + 1;
}

/** A text whose end is no half of a character. */
function cut(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, "");
}
