/** @module Search by Meilisearch, which has a copy of what may be found. */
import type { Meilisearch, MultiSearchQuery } from "meilisearch";
import { CANDIDATES_MAX, type EngineQuery, type SearchEngine } from "./engine.ts";
import { indexOf } from "./documents.ts";
import type { Candidate } from "./rules.ts";

/** One question per index, or per index and word where one word is enough. */
function questionsOf({ types, words, any }: EngineQuery) {
  const texts = any ? words : [words.join(" ")];
  return types.flatMap((type) => texts.map((q) => ({ type, query: questionOf(indexOf(type), q) })));
}

function questionOf(indexUid: string, q: string): MultiSearchQuery {
  return {
    indexUid,
    q,
    limit: CANDIDATES_MAX,
    attributesToRetrieve: ["id"],
    showRankingScore: true,
    matchingStrategy: "all",
  };
}

/** Makes the engine. Whatever goes wrong is thrown: somebody else may answer. */
export function createMeilisearchEngine(client: Meilisearch): SearchEngine {
  return {
    name: "meilisearch",
    async search(query) {
      const questions = questionsOf(query);
      const { results } = await client.multiSearch<
        { queries: MultiSearchQuery[] },
        { id: string }
      >({ queries: questions.map((question) => question.query) });
      return questions.flatMap(({ type }, at) =>
        (results[at]?.hits ?? []).map((hit): Candidate => ({
          type,
          id: hit.id,
          score: hit._rankingScore ?? 0,
        }))
      );
    },
  };
}
