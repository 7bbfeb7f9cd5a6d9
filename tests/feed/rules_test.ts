/** @module The order of the ranked feed. */
import assert from "node:assert/strict";
import { type Candidate, rank, reasonCodeFor, scoreOf } from "../../shared/feed/rules.ts";

const NOW = new Date("2026-03-01T12:00:00Z");

function candidate(n: number, more: Partial<Candidate> = {}): Candidate {
  return {
    post_id: `post-${String(n).padStart(3, "0")}`,
    author_id: `author-${n}`,
    handle: `author_${n}`,
    created_at: "2026-03-01T11:00:00Z",
    source: "following",
    reactions: 0,
    comments: 0,
    affinity: 0,
    ...more,
  };
}

Deno.test("feed rules: newer, livelier, closer and followed each raise the score", () => {
  const plain = scoreOf(candidate(1), NOW);
  const half = scoreOf(candidate(1, { created_at: "2026-02-28T23:00:00Z" }), NOW);
  assert.ok(Math.abs(plain / 2 - half) < 1e-9, "half after twelve hours");
  assert.ok(scoreOf(candidate(1, { reactions: 1 }), NOW) > plain);
  assert.ok(
    scoreOf(candidate(1, { comments: 1 }), NOW) > scoreOf(candidate(1, { reactions: 1 }), NOW),
  );
  assert.ok(scoreOf(candidate(1, { affinity: 1 }), NOW) > plain);
  assert.ok(scoreOf(candidate(1, { source: "discovery" }), NOW) < plain);
  const ancient = scoreOf(candidate(1, { created_at: "1990-01-01T00:00:00Z" }), NOW);
  assert.ok(ancient > 0 && Number.isFinite(ancient));
});

Deno.test("feed rules: at most two of one author among any ten, never adjacent", () => {
  const candidates = Array.from({ length: 60 }, (_, n) =>
    candidate(n, {
      // Every author has five posts or more, and the loudest has by far the best ones.
      author_id: n < 8 ? "loud" : `author-${n % 10}`,
      reactions: n < 8 ? 500 : n % 7,
    }));
  const order = rank(candidates, NOW, 100);
  assert.equal(order.length, 60);
  assert.equal(new Set(order.map(({ post_id }) => post_id)).size, 60);
  for (let at = 0; at + 10 <= 40; at++) {
    const authors = order.slice(at, at + 10).map(({ author_id }) => author_id);
    for (const author of new Set(authors)) {
      assert.ok(authors.filter((other) => other === author).length <= 2, `${author} from ${at}`);
    }
    assert.notEqual(authors[0], authors[1]);
  }
  assert.equal(order[0]?.author_id, "loud");
});

Deno.test("feed rules: a lone author is still shown, each post once", () => {
  const lone = [1, 2, 3].map((n) => candidate(n, { author_id: "lone" }));
  assert.equal(rank([...lone, ...lone], NOW, 10).length, 3);
  assert.deepEqual(rank([], NOW, 10), []);
});

Deno.test("feed rules: the reason names what counts most", () => {
  assert.equal(reasonCodeFor(candidate(1)), "following");
  assert.equal(reasonCodeFor(candidate(1, { affinity: 9 })), "affinity");
  assert.equal(reasonCodeFor(candidate(1, { source: "own" })), "own");
  assert.equal(reasonCodeFor(candidate(1, { source: "discovery" })), "recent");
  assert.equal(reasonCodeFor(candidate(1, { source: "discovery", reactions: 5 })), "popular");
});
