/** @module Screens text for words that no context makes acceptable, before others see them. */
import {
  collapseDuplicatesTransformer,
  DataSet,
  parseRawPattern,
  RegExpMatcher,
  resolveConfusablesTransformer,
  resolveLeetSpeakTransformer,
  toAsciiLowerCaseTransformer,
} from "obscenity";

/** What screening found. */
export interface Verdict {
  /** `held` texts are seen by their author and by moderators only, until somebody decides. */
  readonly status: "published" | "held";
  /** Why, as short codes such as `slur`. Empty for published texts. */
  readonly reasons: string[];
}

/**
 * Whole words (`|` is a boundary, `[s]` is optional), in the spelling that is left when look-alikes
 * are resolved and repeated letters collapsed. Words that also have an innocent meaning are left
 * out: those are for people to report and for moderators to judge.
 */
const SLURS = [
  "|nigger[s]|",
  "|sandnigger[s]|",
  "|niglet[s]|",
  "|faggot[s]|",
  "|kike[s]|",
  "|paki[s]|",
  "|gook[s]|",
  "|wetback[s]|",
  "|raghead[s]|",
  "|towelhead[s]|",
  "|zipperhead[s]|",
  "|beaner[s]|",
  "|jigaboo[s]|",
  "|trany|",
  "|tranie[s]|",
  "|shemale[s]|",
];

/** Letters that a listed word doubles; every other run of a letter is read as one. */
const DOUBLED: [string, number][] = [["g", 2], ["o", 2]];

const slurs = new RegExpMatcher({
  ...SLURS.reduce(
    (words, word) =>
      words.addPhrase((phrase) =>
        phrase.setMetadata({ originalWord: word }).addPattern(parseRawPattern(word))
      ),
    new DataSet<{ originalWord: string }>(),
  ).build(),
  blacklistMatcherTransformers: [
    resolveConfusablesTransformer(),
    resolveLeetSpeakTransformer(),
    toAsciiLowerCaseTransformer(),
    collapseDuplicatesTransformer({ defaultThreshold: 1, customThresholds: new Map(DOUBLED) }),
  ],
});

/** Invisible characters and accents, by which a word would escape its own spelling. */
const INVISIBLE = /[\p{Cf}\p{Mn}]/gu;

/** Everything that stands between words; some of it also stands in for letters. */
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/gu;

/** Screens one text. Pure: the same text always gets the same verdict. */
export function screenText(text: string): Verdict {
  const plain = text.normalize("NFKD").replace(INVISIBLE, "").replaceAll("\u0131", "i");
  // Once as written ("@" may be an "a"), and once as words ("!" may just end the sentence).
  const isSlur = slurs.hasMatch(plain) || slurs.hasMatch(plain.replace(BETWEEN_WORDS, " "));
  return isSlur ? { status: "held", reasons: ["slur"] } : { status: "published", reasons: [] };
}
