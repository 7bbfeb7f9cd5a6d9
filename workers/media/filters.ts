/** @module Filters of pictures: presets and parameters as a few operations of sharp. */
import type { Sharp } from "sharp";
import { z } from "zod";

const MIN_AMOUNT = -100;
const MAX_AMOUNT = 100;
const amount = z.number().min(MIN_AMOUNT).max(MAX_AMOUNT).optional();

const PRESETS = {
  grayscale: { grayscale: 100 },
  sepia: { sepia: 100 },
  vintage: { sepia: 45, contrast: -12, brightness: 6, saturation: -15 },
  warm: { warmth: 60, saturation: 8 },
  cool: { warmth: -60, saturation: 4 },
  noir: { grayscale: 100, contrast: 45, brightness: -6 },
  vivid: { saturation: 45, contrast: 15, sharpen: 10 },
  fade: { contrast: -30, brightness: 12, saturation: -25 },
} as const;

const PRESET_NAMES = [
  "grayscale",
  "sepia",
  "vintage",
  "warm",
  "cool",
  "noir",
  "vivid",
  "fade",
] as const satisfies readonly (keyof typeof PRESETS)[];

/** A filter as it is asked for. */
export const filterSchema = z.strictObject({
  preset: z.enum(PRESET_NAMES).optional(),
  brightness: amount,
  contrast: amount,
  saturation: amount,
  blur: amount,
  sharpen: amount,
  grayscale: amount,
  sepia: amount,
});
/** A filter as it is asked for. */
export type Filter = z.infer<typeof filterSchema>;

type Amounts = Record<keyof Omit<Filter, "preset"> | "warmth", number>;
type Matrix = [[number, number, number], [number, number, number], [number, number, number]];

/** Blur of 100 spreads a pixel over this share of the picture's longer side. */
const BLUR_SHARE = 0.015;
const MIN_SIGMA = 0.3;
const SHARPEN_SIGMA_MAX = 4;
const MIDDLE_GREY = 128;
/** How far warmth of 100 pulls red up and blue down. */
const WARMTH_SHARE = 0.25;
const SEPIA: Matrix = [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]];

/** A preset and what is added to it, each between -1 and 1. */
function amountsOf({ preset, ...given }: Filter): Amounts {
  const base: Partial<Amounts> = preset === undefined ? {} : PRESETS[preset];
  function share(name: keyof Amounts): number {
    const extra = name === "warmth" ? 0 : given[name] ?? 0;
    const sum = (base[name] ?? 0) + extra;
    return Math.min(Math.max(sum, MIN_AMOUNT), MAX_AMOUNT) / MAX_AMOUNT;
  }
  return {
    brightness: share("brightness"),
    contrast: share("contrast"),
    saturation: share("saturation"),
    blur: share("blur"),
    sharpen: share("sharpen"),
    grayscale: share("grayscale"),
    sepia: share("sepia"),
    warmth: share("warmth"),
  };
}

/** From the picture as it is (0) to the sepia of it (1), and the other way below 0. */
function tint({ sepia, warmth }: Amounts): Matrix {
  const scale = [1 + WARMTH_SHARE * warmth, 1, 1 - WARMTH_SHARE * warmth];
  const cell = (row: number, column: number) => {
    const same = row === column ? 1 : 0;
    return (same + sepia * ((SEPIA[row]?.[column] ?? 0) - same)) * (scale[row] ?? 1);
  };
  const line = (
    row: number,
  ): [number, number, number] => [cell(row, 0), cell(row, 1), cell(row, 2)];
  return [line(0), line(1), line(2)];
}

/** Puts a filter on a picture; `side` is the longer one, in pixels. */
export function applyFilter(image: Sharp, filter: Filter, side: number): Sharp {
  const amounts = amountsOf(filter);
  const { brightness, contrast, saturation, grayscale, sepia, warmth } = amounts;
  const colour = Math.max((1 + saturation) * (1 - grayscale), 0);
  let filtered = image;
  if (brightness !== 0 || colour !== 1) {
    filtered = filtered.modulate({ brightness: 1 + brightness, saturation: colour });
  }
  if (contrast !== 0) filtered = filtered.linear(1 + contrast, -MIDDLE_GREY * contrast);
  if (sepia !== 0 || warmth !== 0) filtered = filtered.recomb(tint(amounts));
  // Blur and sharpen are two ends of one scale.
  const softness = amounts.blur - amounts.sharpen;
  if (softness > 0) return filtered.blur(MIN_SIGMA + softness * BLUR_SHARE * side);
  return softness < 0
    ? filtered.sharpen({ sigma: MIN_SIGMA - softness * SHARPEN_SIGMA_MAX })
    : filtered;
}
