/** @module Where a person may be sent to after a link or a provider. */
import type { AuthApp, Call } from "./context.ts";

const CONTROL_OR_SPACE = /[^!-~\u0080-\u{10ffff}]/u;
const ORDINARY_HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;
const IP_HOST = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/i;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;
const MAX_PATTERN_LENGTH = 1024;

function translate(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

/** Turns a pattern of the allow list into an expression; `.` and `/` part its segments. */
export function redirectPattern(pattern: string): RegExp {
  let source = "";
  let depth = 0;
  for (let i = 0; i < Math.min(pattern.length, MAX_PATTERN_LENGTH); i++) {
    const char = pattern.charAt(i);
    if (char === "*" && pattern.charAt(i + 1) === "*") {
      source += ".*";
      i++;
    } else if (char === "*") source += "[^./]*";
    else if (char === "?") source += "[^./]";
    else if (char === "{") {
      source += "(?:";
      depth++;
    } else if (char === "}" && depth > 0) {
      source += ")";
      depth--;
    } else if (char === "," && depth > 0) source += "|";
    else if (char === "[" && pattern.indexOf("]", i) > i) {
      const end = pattern.indexOf("]", i);
      const inner = pattern.slice(i + 1, end).replace(/^!/, "^").replaceAll("\\", "\\\\");
      source += `[${inner}]`;
      i = end;
    } else if (char === "\\" && i + 1 < pattern.length) source += translate(pattern.charAt(++i));
    else source += translate(char);
  }
  return new RegExp(`^${source}${")".repeat(depth)}$`);
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** Whether a redirect target is on the site or on the allow list. */
export function isRedirectAllowed(
  app: Pick<AuthApp, "siteUrl" | "settings">,
  target: string,
): boolean {
  if (target === "" || CONTROL_OR_SPACE.test(target)) return false;
  const site = parse(app.siteUrl);
  const url = parse(target);
  const web = /^https?:/i.test(target);
  if (site === undefined || (url === undefined && web)) return false;
  if (url !== undefined) {
    const samePlace = site.hostname === url.hostname && site.protocol === url.protocol;
    if (samePlace && (site.port === url.port || LOOPBACK_HOST.test(url.hostname))) return true;
    // The given text, not the parsed host: parsing turns 2130706433 into 127.0.0.1.
    if (web && /^https?:\/\/\d+(?=[:/?#]|$)/i.test(target)) return false;
    if (web && IP_HOST.test(url.hostname)) return LOOPBACK_HOST.test(url.hostname);
    if (web && !ORDINARY_HOST.test(url.hostname)) return false;
  }
  const withoutFragment = target.split("#", 1)[0] ?? "";
  return app.settings.additionalRedirectUrls.some((pattern) =>
    redirectPattern(pattern).test(withoutFragment)
  );
}

/** The target that the request asks for, its referrer, or the site, whichever is allowed first. */
export function redirectTarget(app: AuthApp, call: Call): string {
  const asked = call.request.headers.get("redirect_to") ??
    call.url.searchParams.get("redirect_to") ?? "";
  if (isRedirectAllowed(app, asked)) return asked;
  const referrer = call.request.headers.get("referer") ?? "";
  return isRedirectAllowed(app, referrer) ? referrer : app.siteUrl;
}

/** Sends the browser elsewhere. */
export function redirect(status: 302 | 303, location: string): Response {
  return new Response(null, { status, headers: { location } });
}
