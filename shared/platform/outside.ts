/**
 * @module Requests to addresses that people name: link previews, webhooks, feeds.
 *
 * Only public addresses are reached (no server-side request forgery): the name is resolved once,
 * every address it has must be public, and the connection goes to the very address that was
 * checked, so that a name which changes in between leads nowhere. Time, size and redirects are
 * bounded.
 */
import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import type { Agent, Dispatcher } from "undici";

/** Why an address was not reached. */
export type OutsideRefusal =
  | "bad-address"
  | "private-address"
  | "unresolved"
  | "too-many-redirects"
  | "too-large"
  | "too-slow"
  | "wrong-type"
  | "unreachable";

/** The request was refused or failed; nothing of the other side's answer is in it. */
export class OutsideError extends Error {
  override readonly name = "OutsideError";
  constructor(readonly refusal: OutsideRefusal) {
    super(`The address was not reached: ${refusal}`);
  }
}

/** A request to the outside. */
export interface OutsideRequest {
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Redirects that are followed, each checked like the first address. */
  readonly redirectsMax: number;
  /** Bytes read of the answer. */
  readonly bytesMax: number;
  /** An answer that is longer is cut (`true`) or refused. */
  readonly isCut?: boolean;
  /** The status is what counts: of a body that cannot be decoded, what could be is kept. */
  readonly isStatusEnough?: boolean;
  /** Media types that are read; others are refused before the body. */
  readonly types?: readonly string[];
  readonly timeoutMs: number;
}

/** What came back. */
export interface OutsideAnswer {
  readonly status: number;
  /** The address that answered in the end. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Reaches the outside. */
export interface Outside {
  /**
   * Sends one request.
   *
   * @throws OutsideError
   */
  send(request: OutsideRequest): Promise<OutsideAnswer>;
  /**
   * Tells what is wrong with an address without calling it; nothing when it may be called, or when
   * its name is not known now. Sending checks again: a name may lead elsewhere by then.
   */
  check(url: string): Promise<OutsideRefusal | undefined>;
}

/** How to reach the outside. */
export interface OutsideOptions {
  /** Whether addresses of this very machine may be reached, for development. */
  readonly allowLoopback: boolean;
  /** Addresses of a name; the system's resolver by default. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
}

const PORTS = new Set(["", "80", "443", "8080", "8443"]);
const CONNECT_TIMEOUT_MS = 3_000;
const URL_LENGTH_MAX = 2_048;
const HEADER_BYTES_MAX = 32_768;
const CLOSED_SUFFIX = /(?:^|\.)(?:local|internal|localhost|lan|home|corp|onion)$/;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** All of the public IPv6 internet (RFC 4291, 2.4); other ranges are local, or nobody's. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");
/** Ways in which an IPv6 address carries an IPv4 one, whose own range counts. */
const CARRIED = new Set(["ipv4Mapped", "rfc6145", "rfc6052", "6to4"]);

async function resolveBySystem(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

function carriedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const range = address.range();
  if (!CARRIED.has(range)) return undefined;
  const bytes = address.toByteArray();
  return new ipaddr.IPv4(range === "6to4" ? bytes.slice(2, 6) : bytes.slice(12));
}

/** Range of an address as `ipaddr.js` names it; `unicast` is the public internet. */
function rangeOf(text: string): string {
  if (!ipaddr.isValid(text)) return "invalid";
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return address.range();
  const carried = carriedIpv4(address);
  if (carried !== undefined) return carried.range();
  const range = address.range();
  return range === "unicast" && !address.match(PUBLIC_IPV6) ? "reserved" : range;
}

/** Whether an address may be connected to. */
export function isReachable(address: string, allowLoopback: boolean): boolean {
  const range = rangeOf(address);
  return range === "unicast" || (allowLoopback && range === "loopback");
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** Checks what can be told from the address alone. */
function checkUrl(text: string, allowLoopback: boolean): URL {
  if (text.length > URL_LENGTH_MAX || !URL.canParse(text)) throw new OutsideError("bad-address");
  const url = new URL(text);
  const host = hostOf(url).toLowerCase();
  if (!["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") {
    throw new OutsideError("bad-address");
  }
  const isLoopback = host === "localhost" || rangeOf(host) === "loopback";
  if (allowLoopback && isLoopback) return url;
  if (host.endsWith(".") || CLOSED_SUFFIX.test(host) || !PORTS.has(url.port)) {
    throw new OutsideError(CLOSED_SUFFIX.test(host) ? "private-address" : "bad-address");
  }
  return url;
}

function refusalOf(error: unknown): OutsideError {
  if (error instanceof OutsideError) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof OutsideError) return cause;
  if (
    error instanceof Error &&
    /^(?:TimeoutError|AbortError|(?:Connect|Headers|Body)TimeoutError)$/.test(error.name)
  ) return new OutsideError("too-slow");
  return new OutsideError("unreachable");
}

/** Reads a body up to its bound. */
async function readBody(
  body: AsyncIterable<Uint8Array>,
  { bytesMax, isCut = false }: OutsideRequest,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    const room = bytesMax - size;
    chunks.push(chunk.subarray(0, room));
    size += Math.min(chunk.length, room);
    if (chunk.length <= room) continue;
    if (!isCut) throw new OutsideError("too-large");
    break;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

async function* decoded(body: Dispatcher.ResponseData["body"], encoding: string) {
  if (encoding === "" || encoding === "identity") return yield* body;
  if (encoding !== "gzip" && encoding !== "deflate") throw new OutsideError("wrong-type");
  const bytes = ReadableStream.from<BufferSource>(body);
  yield* bytes.pipeThrough(new DecompressionStream(encoding));
}

/** A body that breaks off ends; one that is too slow is an answer that did not come. */
async function* decodable(body: AsyncIterable<Uint8Array>) {
  try {
    yield* body;
  } catch (error) {
    if (refusalOf(error).refusal === "too-slow") throw error;
  }
}

function headersOf(raw: Dispatcher.ResponseData["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw)) {
    for (const item of [value ?? []].flat()) headers.append(name, item);
  }
  return headers;
}

function checkType(headers: Headers, types: readonly string[] | undefined): void {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (types !== undefined && !types.includes(type)) throw new OutsideError("wrong-type");
}

async function addressesOf(host: string, { resolve = resolveBySystem }: OutsideOptions) {
  if (ipaddr.isValid(host)) return [host];
  return await resolve(host).catch((): string[] => []);
}

/** A large library: loaded by the first request, so that others start without it. */
function loadUndici() {
  return import("undici");
}

/** Resolves and checks in one step: what it gives is what is connected to. */
function createLookup(options: OutsideOptions): LookupFunction {
  return (host, { all }, done) => {
    addressesOf(host, options).then((addresses) => {
      const [first] = addresses;
      if (first === undefined) throw new OutsideError("unresolved");
      if (!addresses.every((address) => isReachable(address, options.allowLoopback))) {
        throw new OutsideError("private-address");
      }
      const found = addresses.map((address) => ({ address, family: familyOf(address) }));
      if (all) done(null, found);
      else done(null, first, familyOf(first));
    }).catch((error) => done(error, "", 0));
  };
}

async function checkAddress(
  text: string,
  options: OutsideOptions,
): Promise<OutsideRefusal | undefined> {
  const { allowLoopback } = options;
  try {
    const addresses = await addressesOf(hostOf(checkUrl(text, allowLoopback)), options);
    const isOpen = addresses.every((address) => isReachable(address, allowLoopback));
    return isOpen ? undefined : "private-address";
  } catch (error) {
    return refusalOf(error).refusal;
  }
}

/** Makes the adapter. */
export function createOutside(options: OutsideOptions): Outside {
  const { allowLoopback } = options;
  const checkedLookup = createLookup(options);

  async function sendOnce(url: URL, wanted: OutsideRequest, signal: AbortSignal, agent: Agent) {
    // A literal address is never looked up, so it is checked here.
    if (ipaddr.isValid(hostOf(url)) && !isReachable(hostOf(url), allowLoopback)) {
      throw new OutsideError("private-address");
    }
    const { request } = await loadUndici();
    const { statusCode, headers, body } = await request(url, {
      method: wanted.method ?? "GET",
      headers: { "accept-encoding": "gzip", ...wanted.headers },
      ...(wanted.body === undefined ? {} : { body: wanted.body }),
      dispatcher: agent,
      signal,
    });
    return { status: statusCode, headers: headersOf(headers), body };
  }

  async function follow(wanted: OutsideRequest, agent: Agent): Promise<OutsideAnswer> {
    const signal = AbortSignal.timeout(wanted.timeoutMs);
    let url = checkUrl(wanted.url, allowLoopback);
    for (let hop = 0; hop <= wanted.redirectsMax; hop++) {
      const { status, headers, body } = await sendOnce(url, wanted, signal, agent);
      const location = headers.get("location");
      if (wanted.redirectsMax > 0 && REDIRECTS.has(status) && location !== null) {
        await body.dump({ limit: HEADER_BYTES_MAX });
        if (!URL.canParse(location, url)) throw new OutsideError("bad-address");
        url = checkUrl(new URL(location, url).href, allowLoopback);
        continue;
      }
      if (status < 300) checkType(headers, wanted.types);
      const encoding = headers.get("content-encoding")?.toLowerCase() ?? "";
      const bytes = decoded(body, encoding);
      return {
        status,
        url: url.href,
        headers,
        body: await readBody(wanted.isStatusEnough ? decodable(bytes) : bytes, wanted),
      };
    }
    throw new OutsideError("too-many-redirects");
  }

  return {
    check: (url) => checkAddress(url, options),
    async send(wanted) {
      const undici = await loadUndici();
      const agent = new undici.Agent({
        connect: { lookup: checkedLookup, timeout: CONNECT_TIMEOUT_MS },
        maxHeaderSize: HEADER_BYTES_MAX,
        headersTimeout: wanted.timeoutMs,
        bodyTimeout: wanted.timeoutMs,
      });
      try {
        return await follow(wanted, agent);
      } catch (error) {
        throw refusalOf(error);
      } finally {
        await agent.destroy();
      }
    },
  };
}

function familyOf(address: string): 4 | 6 {
  return ipaddr.parse(address).kind() === "ipv4" ? 4 : 6;
}
