/** @module Shapes of search. */
import { z } from "zod";
import { ListQuery } from "../core/shapes.ts";
import { Post } from "../posts/schemas.ts";
import { ProfileCard } from "../profiles/schemas.ts";
import { Room } from "../rooms/schemas.ts";

/** Longest text that is searched for. */
export const QUERY_LENGTH_MAX = 200;

/** What can be searched. */
export const SEARCH_TYPES = ["users", "rooms", "posts"] as const;
/** What can be searched. */
export type SearchType = typeof SEARCH_TYPES[number];

const TypeName = z.enum(SEARCH_TYPES, {
  error: (issue) => `${String(issue.input)} cannot be searched; ${SEARCH_TYPES.join(", ")} can`,
});

/** What to search for, and among what; everything unless it says otherwise. */
export const SearchQuery = ListQuery.extend({
  q: z.string().trim().min(1).max(QUERY_LENGTH_MAX),
  type: z.string().max(QUERY_LENGTH_MAX).transform((text) => [...new Set(text.split(","))].sort())
    .pipe(z.array(TypeName)).optional(),
});
/** What to search for, and among what. */
export type SearchQuery = z.output<typeof SearchQuery>;

/** Field to safe HTML, with what was searched for in `mark` elements. */
const Highlight = z.record(z.string(), z.string());
const found = { score: z.number(), highlight: Highlight };

/** Something that was found. */
export const SearchHit = z.discriminatedUnion("type", [
  z.object({ type: z.literal("user"), ...found, item: ProfileCard }),
  z.object({ type: z.literal("room"), ...found, item: Room }),
  z.object({ type: z.literal("post"), ...found, item: Post }),
]).meta({ id: "SearchHit" });
/** Something that was found. */
export type SearchHit = z.output<typeof SearchHit>;

/** Who has searched. */
export const EngineName = z.enum(["postgres", "meilisearch"]);

/** A page of what was found, the best first. */
export const SearchPage = z.object({
  items: z.array(SearchHit),
  next_cursor: z.string().nullable(),
  engine: EngineName,
}).meta({ id: "SearchPage" });
/** A page of what was found. */
export type SearchPage = z.output<typeof SearchPage>;
