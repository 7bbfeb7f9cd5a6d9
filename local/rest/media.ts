/** @module Media types of requests and answers. */

/** A media type; parameters that matter are part of its name. */
export type Media = string;

/** JSON, which is also the default. */
export const JSON_MEDIA = "application/json";
/** Comma-separated values. */
export const CSV_MEDIA = "text/csv";
/** Whatever there is. */
export const ANY_MEDIA = "*/*";
/** The listing at the root. */
export const OPENAPI_MEDIA = "application/openapi+json";
/** Fields of an HTML form. */
export const FORM_MEDIA = "application/x-www-form-urlencoded";
/** Plain bytes. */
export const BYTES_MEDIA = "application/octet-stream";
/** Plain text. */
export const TEXT_MEDIA = "text/plain";
/** XML. */
export const XML_MEDIA = "text/xml";
/** Features on a map. */
export const GEO_MEDIA = "application/geo+json";
/** One row as an object. */
export const OBJECT_MEDIA = "application/vnd.pgrst.object+json";
const STRIPPED = ";nulls=stripped";
/** One row as an object without nulls. */
export const STRIPPED_OBJECT_MEDIA = `${OBJECT_MEDIA}${STRIPPED}`;
/** Rows as objects without nulls. */
export const STRIPPED_ARRAY_MEDIA = `application/vnd.pgrst.array+json${STRIPPED}`;
/** How plans begin: these are not given out. */
const PLAN = "application/vnd.pgrst.plan";

const WITH_CHARSET = new Set([
  JSON_MEDIA,
  CSV_MEDIA,
  OPENAPI_MEDIA,
  FORM_MEDIA,
  TEXT_MEDIA,
  XML_MEDIA,
  GEO_MEDIA,
  OBJECT_MEDIA,
  STRIPPED_OBJECT_MEDIA,
  STRIPPED_ARRAY_MEDIA,
]);

/** Value of the header `Content-Type`. */
export function contentType(media: Media): string {
  return WITH_CHARSET.has(media) ? `${media}; charset=utf-8` : media;
}

/** What a client asks to be explained, and how. */
export interface PlanRequest {
  readonly target: Media;
  readonly format: "json" | "text";
  readonly options: readonly string[];
}

const PLAN_OPTIONS = ["analyze", "verbose", "settings", "buffers", "wal"];

function planMedia(name: string, params: readonly string[]): Media {
  const format = name === `${PLAN}+json` ? "json" : "text";
  const target = params.find((param) => param.startsWith("for="))?.slice("for=".length);
  const options = params.find((param) => param.startsWith("options="))
    ?.slice("options=".length).split("|") ?? [];
  const known = PLAN_OPTIONS.filter((option) => options.includes(option));
  const media = decodeMedia(target?.replace(/^"+|"+$/g, "") ?? JSON_MEDIA);
  const suffix = known.length === 0 ? "" : `; options=${known.join("|")}`;
  return `${PLAN}+${format}; for="${media}"${suffix}`;
}

/** Reads a plan's media type back. */
export function planRequest(media: Media): PlanRequest | undefined {
  const found = /^application\/vnd\.pgrst\.plan\+(json|text); for="(.*?)"(?:; options=(.*))?$/
    .exec(media);
  if (found === null) return undefined;
  return {
    format: found[1] === "json" ? "json" : "text",
    target: found[2] ?? JSON_MEDIA,
    options: found[3]?.split("|") ?? [],
  };
}

/** Reads one media type with its parameters. */
export function decodeMedia(text: string): Media {
  const [name = "", ...params] = text.split(";");
  const isStripped = params.length === 1 && params[0] === "nulls=stripped";
  switch (name) {
    case `${PLAN}`:
    case `${PLAN}+text`:
    case `${PLAN}+json`:
      return planMedia(name, params);
    case OBJECT_MEDIA:
    case "application/vnd.pgrst.object":
      return isStripped ? STRIPPED_OBJECT_MEDIA : OBJECT_MEDIA;
    case "application/vnd.pgrst.array+json":
    case "application/vnd.pgrst.array":
      return isStripped ? STRIPPED_ARRAY_MEDIA : JSON_MEDIA;
    case "":
      return ANY_MEDIA;
    default:
      return name;
  }
}

interface Weighted {
  readonly text: string;
  readonly quality: number;
  readonly specificity: number;
}

function weigh(item: string): Weighted {
  const text = item.replaceAll(" ", "");
  const at = text.indexOf(";q=");
  const name = at < 0 ? text : text.slice(0, at);
  const quality = at < 0 ? 1 : Number.parseFloat(text.slice(at + ";q=".length));
  const specificity = name.split(";").length - name.split("*").length;
  return { text: name, quality: Number.isNaN(quality) ? 1 : quality, specificity };
}

/** Media types that a client accepts, the most wanted first. */
export function acceptedMedia(headers: Headers): Media[] {
  const accept = headers.get("accept");
  if (accept === null) return [ANY_MEDIA];
  return accept.split(",").map(weigh)
    .toSorted((a, b) => b.quality - a.quality || b.specificity - a.specificity)
    .map((item) => decodeMedia(item.text));
}

/** Media type of a request's body. */
export function bodyMedia(headers: Headers): Media {
  const type = headers.get("content-type");
  return type === null ? JSON_MEDIA : decodeMedia(type.replaceAll(" ", ""));
}
