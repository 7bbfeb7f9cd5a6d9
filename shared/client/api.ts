/** @module The HTTP API through the Supabase client. */
import type { SupabaseClient } from "@supabase/supabase-js";

/** An answer that is not a success; `status` 0 means that there was no answer. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500 && this.status !== 501 ||
      this.code === "request-in-progress";
  }
}

/** Asks the API. */
export type CallApi = <T>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: Record<string, unknown>,
) => Promise<T>;

async function problemOf(error: unknown): Promise<ApiProblem> {
  const context = error instanceof Error && "context" in error ? error.context : undefined;
  if (!(context instanceof Response)) {
    return new ApiProblem(0, "unreachable", "The server cannot be reached", undefined);
  }
  const body: unknown = await context.json().catch(() => undefined);
  const said = typeof body === "object" && body !== null ? body : {};
  const code = "code" in said ? String(said.code) : "unknown";
  const detail = "detail" in said ? String(said.detail) : `The answer was ${context.status}`;
  const wait = Number(context.headers.get("retry-after") ?? NaN);
  return new ApiProblem(context.status, code, detail, Number.isNaN(wait) ? undefined : wait);
}

/** Makes the way to the API. It carries the session that the client has at the moment. */
export function createApi(supabase: SupabaseClient): CallApi {
  return async function callApi<T>(
    method: Parameters<CallApi>[0],
    path: string,
    body?: Record<string, unknown>,
  ): Promise<T> {
    const { data, error } = await supabase.functions.invoke(`api${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
    });
    if (error !== null) throw await problemOf(error);
    // The contract says what each path answers; the caller names it.
    return data as T;
  };
}
