/** @module Which language a text is written in, by its letter groups. */
import eld from "eld";

/** Shorter texts than this are guesses. */
const LETTERS_MIN = 12;
const NOT_PROSE = /https?:\/\/\S+|[@#][\p{L}\p{N}_]+|`[^`]*`/gu;
const LETTERS = /\p{L}/gu;

/**
 * Detects the language of a text, leaving out addresses, names and code.
 *
 * @returns A code of ISO 639-1, or null when the text does not tell.
 */
export function detectLanguage(text: string): string | null {
  const prose = text.replace(NOT_PROSE, " ");
  if ((prose.match(LETTERS)?.length ?? 0) < LETTERS_MIN) return null;
  const result = eld.detect(prose);
  return result.language !== "" && result.isReliable() ? result.language : null;
}
