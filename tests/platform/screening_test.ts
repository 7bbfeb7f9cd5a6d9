/** @module Tests of screening: what is held, and what must never be. */
import assert from "node:assert/strict";
import { screenText } from "../../shared/platform/screening.ts";

Deno.test("[MO-01] screening: words that merely contain a listed one pass", () => {
  const innocent = [
    "Scunthorpe",
    "The cockpit of the Essex glider",
    "Niger and Nigeria",
    "He sniggered niggardly",
    "a chink in the armour",
    "Dick van Dyke plays bass",
    "",
    "😀 ¡hola! $5 (50 %)",
  ];
  for (const text of innocent) {
    assert.deepEqual(screenText(text), { status: "published", reasons: [] }, text);
  }
});

Deno.test("[MO-01] screening: slurs are held, in disguise too", () => {
  const held = ["such a raghead", "RAGHEADS!", "r4ghe@d", "ragh\u200bead", "raaagheads", "rághead"];
  for (const text of held) {
    assert.deepEqual(screenText(text), { status: "held", reasons: ["slur"] }, text);
  }
});
