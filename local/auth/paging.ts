/** @module Pages of lists, with the headers by which clients walk through them. */
import type { Call } from "./context.ts";
import { invalid } from "./errors.ts";

const DEFAULT_PER_PAGE = 50;
const MAX_PER_PAGE = 1000;

/** One page of a list. */
export interface Page {
  readonly page: number;
  readonly perPage: number;
  readonly offset: number;
}

function positive(call: Call, name: string, fallback: number): number {
  const text = call.url.searchParams.get(name) ?? "";
  if (text === "") return fallback;
  if (!/^\d{1,9}$/.test(text)) throw invalid(`Bad Pagination Parameters: invalid ${name}`);
  return Math.max(1, Number(text));
}

/** The page that a call asks for. */
export function readPage(call: Call): Page {
  const page = positive(call, "page", 1);
  const perPage = Math.min(positive(call, "per_page", DEFAULT_PER_PAGE), MAX_PER_PAGE);
  return { page, perPage, offset: (page - 1) * perPage };
}

/** Headers that tell how long the list is and where its other pages are. */
export function pageHeaders(call: Call, page: Page, total: number): Record<string, string> {
  const last = Math.max(1, Math.ceil(total / page.perPage));
  const link = (target: number, rel: string) => {
    const query = new URLSearchParams({ page: String(target), per_page: String(page.perPage) });
    return `<${call.url.pathname}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page.page < last ? [link(page.page + 1, "next")] : []),
    link(last, "last"),
  ];
  return { "x-total-count": String(total), link: links.join(", ") };
}
