/** @module Removes what has run out, a bounded bite at a time. */
import type { AuthApp } from "./context.ts";

const INTERVAL_MS = 60_000;
/** Rows that one bite removes from one table. */
const BITE = 500;

/** Removes one bite of each kind. */
export async function cleanUp(app: Pick<AuthApp, "sql" | "settings">): Promise<void> {
  const { sql } = app;
  const { timeboxSeconds, inactivityTimeoutSeconds } = app.settings.sessions;
  await sql`
    delete from auth.refresh_tokens where id in (
      select id from auth.refresh_tokens
      where revoked and updated_at < now() - interval '24 hours' limit ${BITE}
    )
  `;
  await sql`
    delete from auth.flow_state where id in (
      select id from auth.flow_state where created_at < now() - interval '24 hours' limit ${BITE}
    )
  `;
  await sql`
    delete from auth.one_time_tokens where id in (
      select id from auth.one_time_tokens where expires_at < now() - interval '24 hours'
      limit ${BITE}
    )
  `;
  await sql`
    delete from auth.mfa_challenges where id in (
      select id from auth.mfa_challenges where created_at < now() - interval '24 hours'
      limit ${BITE}
    )
  `;
  await sql`
    delete from auth.sessions where id in (
      select id from auth.sessions
      where not_after < now() - interval '72 hours'
        or created_at < now() - make_interval(secs => ${timeboxSeconds ?? null}::float8 + 259200)
        or greatest(refreshed_at at time zone 'utc', created_at)
          < now() - make_interval(secs => ${inactivityTimeoutSeconds ?? null}::float8 + 259200)
      limit ${BITE}
    )
  `;
}

/** Cleans up now and then until stopped. */
export function startCleanUp(app: AuthApp): { stop(): Promise<void> } {
  let running = Promise.resolve();
  const timer = setInterval(() => {
    // One at a time; a database that is away now may be back next time.
    running = running.then(() => cleanUp(app)).catch(() => undefined);
  }, INTERVAL_MS);
  Deno.unrefTimer(timer);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
