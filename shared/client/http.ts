/**
 * @module The whole HTTP API, typed by its OpenAPI document: every path, body and answer is known
 * to the compiler. Carries the session of the Supabase client.
 */
import type { SupabaseClient } from "@supabase/supabase-js";
import createFetchClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./openapi.types.ts";

export type { components, paths } from "./openapi.types.ts";

/** A shape of the API by its name, such as `Schema<"Message">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** The API, by method and path. Failures come as `error`, an RFC 9457 problem. */
export type HttpClient = Client<paths>;

/** Where the API is, as the Supabase client was told. */
export interface HttpClientOptions {
  /** The project's address. */
  readonly url: string;
  /** The publishable key. */
  readonly key: string;
}

/** Makes the typed client of the person who is signed in at the moment, or of nobody. */
export function createHttpClient(
  supabase: SupabaseClient,
  { url, key }: HttpClientOptions,
): HttpClient {
  const client = createFetchClient<paths>({ baseUrl: `${url}/functions/v1/api` });
  client.use({
    async onRequest({ request }) {
      // Asked each time: the session renews its token by and by.
      const { data } = await supabase.auth.getSession();
      request.headers.set("apikey", key);
      if (data.session !== null) {
        request.headers.set("authorization", `Bearer ${data.session.access_token}`);
      }
      return request;
    },
  });
  return client;
}
