/** @module Chooses how an answer is written among the media types that the client accepts. */
import { RestError } from "./errors.ts";
import {
  ANY_MEDIA,
  CSV_MEDIA,
  GEO_MEDIA,
  JSON_MEDIA,
  type Media,
  OBJECT_MEDIA,
  planRequest,
  STRIPPED_ARRAY_MEDIA,
  STRIPPED_OBJECT_MEDIA,
} from "./media.ts";
import type { Name, Schema } from "./schema.ts";

/** How a body is written. */
export type Handler =
  | { readonly kind: "none" | "csv" | "geo" }
  | { readonly kind: "json"; readonly stripped: boolean }
  | { readonly kind: "object"; readonly stripped: boolean }
  | { readonly kind: "custom"; readonly routine: Name; readonly target: Name | undefined };

/** A media type with what writes it. */
export interface Chosen {
  readonly media: Media;
  readonly handler: Handler;
}

/** What there is to choose from. */
export interface Offer {
  readonly schema: Schema;
  /** The relation or function. */
  readonly target: Name;
  /** The client shaped nothing, so that handlers of the relation apply. */
  readonly isDefaultSelect: boolean;
}

function builtin(media: Media): Chosen | undefined {
  switch (media) {
    case ANY_MEDIA:
    case JSON_MEDIA:
      return { media: JSON_MEDIA, handler: { kind: "json", stripped: false } };
    case CSV_MEDIA:
      return { media, handler: { kind: "csv" } };
    case GEO_MEDIA:
      return { media, handler: { kind: "geo" } };
  }
  return undefined;
}

function vendored(media: Media): Chosen | undefined {
  switch (media) {
    case OBJECT_MEDIA:
      return { media, handler: { kind: "object", stripped: false } };
    case STRIPPED_OBJECT_MEDIA:
      return { media, handler: { kind: "object", stripped: true } };
    case STRIPPED_ARRAY_MEDIA:
      return { media, handler: { kind: "json", stripped: true } };
  }
  return undefined;
}

function custom(offer: Offer, media: Media, isOwn: boolean): Chosen | undefined {
  const { target } = offer;
  const found = offer.schema.handlers.find((item) => {
    if (item.media !== media) return false;
    if (!isOwn) return item.target === undefined;
    return item.target?.schema === target.schema && item.target.name === target.name;
  });
  if (found === undefined) return undefined;
  const { routine, resolved } = found;
  return { media: resolved, handler: { kind: "custom", routine, target: found.target } };
}

function chooseOne(offer: Offer, media: Media): Chosen | undefined {
  const own = offer.isDefaultSelect
    ? custom(offer, ANY_MEDIA, true) ?? custom(offer, media, true)
    : undefined;
  return own ?? custom(offer, media, false) ?? builtin(media);
}

/** The first media type that can be written, and how. */
export function negotiate(offer: Offer, accepted: readonly Media[]): Chosen {
  const isPlanned = offer.schema.settings.get("db_plan_enabled") === "true";
  for (const media of accepted) {
    const plan = planRequest(media);
    if (plan !== undefined) {
      if (!isPlanned) continue;
      const chosen = vendored(plan.target) ?? chooseOne(offer, plan.target);
      if (chosen !== undefined) return { media, handler: chosen.handler };
      continue;
    }
    const chosen = vendored(media) ?? chooseOne(offer, media);
    if (chosen !== undefined) return chosen;
  }
  throw notAcceptable(accepted);
}

/** The refusal of media types that there are not. */
export function notAcceptable(accepted: readonly Media[]): RestError {
  const message = `None of these media types are available: ${accepted.join(", ")}`;
  return new RestError(406, "PGRST107", message);
}

/** Only one row may be given as an object. */
export function isSingular(media: Media): boolean {
  return media === OBJECT_MEDIA || media === STRIPPED_OBJECT_MEDIA;
}
