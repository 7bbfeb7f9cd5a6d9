/** @module The port to whatever finds things: it names candidates, and decides nothing. */
import type { Viewer } from "../platform/postgres.ts";
import type { Candidate } from "./rules.ts";
import type { SearchType } from "./schemas.ts";

/** Most candidates of one type: the bound on what a search reads. */
export const CANDIDATES_MAX = 200;

/** What to look for. */
export interface EngineQuery {
  readonly viewer: Viewer;
  readonly types: readonly SearchType[];
  /** Small letters without accents; a word is found by its beginning. */
  readonly words: readonly string[];
  /** One of the words is enough. */
  readonly any: boolean;
}

/** Finds candidates. What of them is shown is up to the reader's own rights. */
export interface SearchEngine {
  readonly name: "postgres" | "meilisearch";
  search(query: EngineQuery): Promise<Candidate[]>;
}
