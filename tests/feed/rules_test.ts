/** @module What posts are worth to a reader, and how they are arranged. */
import assert from "node:assert/strict";
import { arrange, fits, isApart, type Placeable } from "../../shared/feed/arrange_rules.ts";
import {
  describeEffect,
  dislikeAfter,
  type FeedbackEntry,
  feedbackFactors,
  interestAfter,
} from "../../shared/feed/feedback_rules.ts";
import {
  type Candidate,
  rank,
  reasonCodeFor,
  scoreOf,
  type Taste,
} from "../../shared/feed/rules.ts";
import { completePreference, type StoredPreference } from "../../shared/settings/rules.ts";
import { seeded } from "../support/random.ts";

const NOW = new Date("2026-03-01T12:00:00Z");

function candidate(n: number, more: Partial<Candidate> = {}): Candidate {
  return {
    post_id: `post-${String(n).padStart(3, "0")}`,
    author_id: `author-${n}`,
    created_at: "2026-03-01T11:00:00Z",
    source: "following",
    hashtags: [],
    reactions: 0,
    comments: 0,
    affinity: 0,
    ...more,
  };
}

interface TasteParts {
  readonly interests?: Readonly<Record<string, number>>;
  readonly said?: readonly FeedbackEntry[];
}

function taste(
  stored: StoredPreference = {},
  { interests = {}, said = [] }: TasteParts = {},
): Taste {
  return {
    preference: completePreference(stored, "hybrid"),
    interests: new Map(Object.entries(interests)),
    feedback: feedbackFactors(said, NOW),
  };
}

function score(more: Partial<Candidate>, of: Taste = taste()): number {
  return scoreOf(candidate(1, more), NOW, of);
}

function close(a: number, b: number, text: string): void {
  assert.ok(Math.abs(a - b) < 1e-9, `${text}: ${a} and ${b}`);
}

Deno.test("feed rules: newer, livelier, closer and followed each raise the score", () => {
  const plain = score({});
  close(plain / 2, score({ created_at: "2026-02-28T23:00:00Z" }), "half after twelve hours");
  assert.ok(score({ reactions: 1 }) > plain);
  assert.ok(score({ comments: 1 }) > score({ reactions: 1 }));
  assert.ok(score({ affinity: 1 }) > plain);
  assert.ok(score({ source: "discovery" }) < plain);
  assert.ok(score({ hashtags: ["go"] }, taste({}, { interests: { go: 2 } })) > plain);
  const ancient = score({ created_at: "1990-01-01T00:00:00Z" });
  assert.ok(ancient > 0 && Number.isFinite(ancient));
});

Deno.test("[FE-11] [XB-01] feed rules: each weight turns its factor off at 0 and squares it at 2", () => {
  const cases = [
    ["recency", { created_at: "2026-03-01T00:00:00Z" }],
    ["engagement", { reactions: 9 }],
    ["affinity", { affinity: 9 }],
    ["relevance", { hashtags: ["go"] }],
  ] as const;
  for (const [name, more] of cases) {
    const weighing = (weight: number) =>
      taste({ weights: { [name]: weight } }, { interests: { go: 4 } });
    const factor = (weight: number) =>
      score(more, weighing(weight)) /
      score({ ...more, reactions: 0, affinity: 0, hashtags: [] }, weighing(weight));
    if (name === "recency") {
      const left = (weight: number) =>
        score(more, weighing(weight)) / score({ created_at: NOW.toISOString() }, weighing(weight));
      close(left(0), 1, name);
      close(left(1) ** 2, left(2), name);
    } else {
      close(factor(0), 1, name);
      close(factor(1) ** 2, factor(2), name);
      assert.ok(factor(1) > 1.1);
    }
  }
  const repeated = (weight: number) =>
    scoreOf(candidate(1), NOW, taste({ weights: { diversity: weight } }), 1);
  close(repeated(0), score({}), "no cost for an author's next post");
  assert.ok(repeated(1) < repeated(0) && repeated(2) < repeated(1));
});

Deno.test("[B5] [XB-01] feed rules: weights of authors and topics; zero and less is never recommended", () => {
  const plain = score({});
  const author = (weight: number) => taste({ authors: { "author-1": weight } });
  close(score({}, author(2)), 2 * plain, "twice");
  close(score({}, author(0.5)), plain / 2, "half");
  for (const weight of [0, -0.5, -1]) assert.equal(score({}, author(weight)), 0);
  const topics = taste({ topics: { go: 2, dull: 0.5, never: 0, constructor: 1.5 } });
  close(score({ hashtags: ["go", "other"] }, topics), 2 * plain, "topic");
  close(score({ hashtags: ["go", "dull"] }, topics), plain / 2, "the least liked counts");
  assert.equal(score({ hashtags: ["go", "never"] }, topics), 0);
  close(score({ hashtags: ["tostring"] }, topics), plain, "no name of an object's own");
  const order = rank([candidate(1), candidate(2), candidate(3)], NOW, author(0));
  assert.deepEqual(order.map(({ author_id }) => author_id), ["author-3", "author-2"]);
});

Deno.test("[FE-11] feed rules: algorithms look at different things", () => {
  const lively = candidate(1, { source: "discovery", reactions: 200 });
  const close_ = candidate(2, { affinity: 40 });
  const first = (algorithm: "personalized" | "trending") =>
    rank([lively, close_], NOW, taste({ algorithm }))[0]?.post_id;
  assert.equal(first("trending"), "post-001");
  assert.equal(first("personalized"), "post-002");
});

function said(kind: FeedbackEntry["kind"], days: number, more: Partial<FeedbackEntry> = {}) {
  const created_at = new Date(NOW.getTime() - days * 86_400_000).toISOString();
  return { kind, post_id: null, author_id: null, topics: [], created_at, ...more };
}

Deno.test("[XB-02] feed rules: feedback lowers, and fades", () => {
  const plain = score({});
  const about = { post_id: "post-999", author_id: "author-1", topics: ["go"] };
  const less = (...days: number[]) =>
    taste({}, { said: days.map((day) => said("less_like_this", day, about)) });
  close(score({}, less(0)), 0.4 * plain, "author");
  close(score({}, less(30)), 0.4 ** 0.5 * plain, "half after 30 days");
  close(score({}, less(0, 0)), 0.4 ** 2 * plain, "twice");
  assert.ok(score({}, less(...Array(50).fill(0))) >= 0.05 * plain, "never quite nothing");
  close(score({ author_id: "other", hashtags: ["go"] }, less(0)), 0.7 * plain, "topic");
  assert.equal(score({ post_id: "post-999" }, less(0)), 0, "the post itself is gone");
  assert.equal(score({ post_id: "post-999" }, less(300)), 0);
  const bored = (days: number) =>
    taste({}, { said: [said("not_interested_author", days, { author_id: "author-1" })] });
  assert.equal(score({}, bored(13.9)), 0);
  close(score({}, bored(14)), 0.2 * plain, "after the silence");
  close(score({}, bored(154)), plain, "as it was");
  close(interestAfter(84), 0.6, "halfway back");
  close(dislikeAfter(60), 0.25, "two half-lives");
  assert.equal(reasonCodeFor(candidate(1), less(0)), "lowered");
  assert.match(describeEffect(said("less_like_this", 0, about), NOW), /author counts 40 %.*70 %/);
  assert.match(describeEffect(said("not_interested_topic", 0), NOW), /not in your feed/);
  assert.match(describeEffect(said("not_interested_topic", 84), NOW), /60 %/);
});

Deno.test("feed rules: the reason names what counts most", () => {
  const code = (more: Partial<Candidate>, of = taste()) => reasonCodeFor(candidate(1, more), of);
  assert.equal(code({}), "following");
  assert.equal(code({ affinity: 9 }), "affinity");
  assert.equal(code({ source: "own" }), "own");
  assert.equal(code({ source: "discovery" }), "recent");
  assert.equal(code({ source: "discovery", reactions: 5 }), "popular");
  const go = taste({}, { interests: { go: 1 } });
  assert.equal(code({ source: "discovery", hashtags: ["go"] }, go), "topic");
  assert.equal(code({}, taste({ authors: { "author-1": 1.5 } })), "preferred");
});

// Arranging ---------------------------------------------------------------------------------------

const MIX = { following: 70, discovery: 30 };

Deno.test("feed rules: a lone author is still shown, each post once", () => {
  const lone = [1, 2, 3].map((n) => candidate(n, { author_id: "lone" }));
  const order = arrange(rank([...lone, ...lone], NOW, taste()), MIX, 10);
  assert.equal(order.length, 3);
  assert.deepEqual(arrange([], MIX, 10), []);
});

Deno.test("[B5] [XB-01] feed rules: property: variety, wherever others are left", () => {
  const { seed, random } = seeded();
  for (let round = 0; round < 300; round++) {
    const authors = 1 + Math.floor(random() * 20);
    const ranked = Array.from({ length: Math.floor(random() * 80) }, (_, n) => ({
      n,
      author_id: `a${Math.floor(random() ** 3 * authors)}`,
      source: random() < 0.5 ? "following" as const : "discovery" as const,
    }));
    const order = arrange(ranked, MIX, 1_000);
    const context = `seed ${seed}, round ${round}`;
    assert.equal(new Set(order.map(({ n }) => n)).size, ranked.length, context);
    order.forEach((item, at) => {
      const before = order.slice(0, at);
      const left = order.slice(at + 1);
      if (!fits(item, before)) {
        assert.ok(!left.some((other) => fits(other, before)), `${context}: others fit at ${at}`);
      }
      if (!isApart(item, before)) {
        assert.ok(!left.some((other) => isApart(other, before)), `${context}: in a row at ${at}`);
      }
    });
  }
});

Deno.test("[FE-07] [B5] feed rules: property: shares hold within one place while both sides last", () => {
  const { seed, random } = seeded();
  for (let round = 0; round < 300; round++) {
    const discovery = Math.floor(random() * 101);
    const mix = { following: 100 - discovery, discovery };
    // Every post by somebody else, so that variety asks for nothing.
    const ranked = Array.from({ length: 60 }, (_, n): Placeable => ({
      author_id: `a${n}`,
      source: random() < 0.5 ? "following" : random() < 0.1 ? "own" : "discovery",
    }));
    const order = arrange(ranked, mix, 1_000);
    const supply = (source: boolean) =>
      ranked.filter((item) => (item.source === "discovery") === source).length;
    let strangers = 0;
    order.forEach((item, at) => {
      const bothLeft = strangers < supply(true) && at - strangers < supply(false);
      if (item.source === "discovery") strangers += 1;
      if (bothLeft) {
        const off = Math.abs(strangers - (at + 1) * discovery / 100);
        assert.ok(off <= 1, `seed ${seed}, round ${round}: ${strangers} of ${at + 1}`);
      }
    });
    const expected = (discovery > 0 ? supply(true) : 0) + (discovery < 100 ? supply(false) : 0);
    assert.equal(order.length, expected, `seed ${seed}: a share of nothing leaves a side out`);
  }
});

Deno.test("feed rules: of a lone loud author and many others, the best is first, two in ten", () => {
  const candidates = Array.from({ length: 60 }, (_, n) =>
    candidate(n, {
      author_id: n < 8 ? "loud" : `author-${n % 10}`,
      reactions: n < 8 ? 500 : n % 7,
    }));
  const order = arrange(rank(candidates, NOW, taste()), MIX, 100);
  assert.equal(order.length, 60);
  assert.equal(order[0]?.author_id, "loud");
  for (let at = 0; at + 10 <= 40; at++) {
    const loud = order.slice(at, at + 10).filter(({ author_id }) => author_id === "loud");
    assert.ok(loud.length <= 2, `from ${at}`);
  }
});

Deno.test("[PO-17] feed rules: a post that comes in several ways counts by the strongest, in any order", () => {
  const ways = [candidate(1, { source: "hashtag" }), candidate(1, { source: "discovery" })];
  for (const candidates of [ways, ways.toReversed()]) {
    const ranked = rank(candidates, NOW, taste());
    assert.deepEqual(ranked.map(({ source, code }) => [source, code]), [["hashtag", "hashtag"]]);
  }
});
