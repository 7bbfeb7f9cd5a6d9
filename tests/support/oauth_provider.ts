/** @module A provider of sign-ins, played by a server of the test. */
import type { OAuthProviderSettings } from "../../local/auth/settings.ts";

/** The provider. */
export interface FakeProvider extends AsyncDisposable {
  readonly url: string;
  /** What the provider says of whoever signs in next. */
  profile: Record<string, unknown>;
  readonly exchanges: URLSearchParams[];
}

/** Starts a provider that knows one person and the code `good`. */
export function startProvider(): FakeProvider {
  const exchanges: URLSearchParams[] = [];
  const fake = { profile: {} as Record<string, unknown> };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (r) => {
    const path = new URL(r.url).pathname;
    if (path === "/token") {
      const form = new URLSearchParams(await r.text());
      exchanges.push(form);
      if (form.get("code") !== "good") return new Response("no", { status: 400 });
      return Response.json({ access_token: "provider-token", refresh_token: "provider-refresh" });
    }
    if (r.headers.get("authorization") !== "Bearer provider-token") {
      return new Response("no", { status: 401 });
    }
    return Response.json(fake.profile);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    exchanges,
    get profile() {
      return fake.profile;
    },
    set profile(value) {
      fake.profile = value;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The settings by which the auth service knows it, under the name of GitHub. */
export function providers(fake: FakeProvider): Record<string, OAuthProviderSettings> {
  return {
    github: {
      clientId: "client",
      secret: "hush",
      authorizationUrl: `${fake.url}/authorize`,
      tokenUrl: `${fake.url}/token`,
      userinfoUrl: `${fake.url}/user`,
      scopes: ["user:email"],
    },
  };
}
