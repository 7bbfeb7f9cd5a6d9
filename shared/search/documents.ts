/** @module The copies that Meilisearch holds: which fields, and how they are searched. */
import type { Settings } from "meilisearch";
import type { SearchType } from "./schemas.ts";

/** Name of the index of a type. */
export function indexOf(type: SearchType): string {
  return `townsquare_${type}`;
}

/** Field by which documents are known. */
export const PRIMARY_KEY = "id";

const TYPO_TOLERANCE = { minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 } };

/** How each type is searched. */
export const INDEX_SETTINGS: Readonly<Record<SearchType, Settings>> = {
  users: { searchableAttributes: ["handle", "display_name"], typoTolerance: TYPO_TOLERANCE },
  rooms: { searchableAttributes: ["name", "description"], typoTolerance: TYPO_TOLERANCE },
  posts: { searchableAttributes: ["body"], typoTolerance: TYPO_TOLERANCE },
};

/** A copy of what may be found. */
export interface SearchDocument {
  readonly id: string;
  readonly [field: string]: string;
}
