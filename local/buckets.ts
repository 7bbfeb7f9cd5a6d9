/** @module Makes the buckets that config.toml declares, as `supabase start` does. */
import postgres from "postgres";
import type { ProjectConfig } from "./config_toml.ts";

/** Creates or updates the declared buckets. */
export async function ensureBuckets(databaseUrl: string, config: ProjectConfig): Promise<void> {
  const declared = Object.entries(config.storage.buckets);
  if (declared.length === 0) return;
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    for (const [name, bucket] of declared) {
      await sql`insert into storage.buckets
          (id, name, public, file_size_limit, allowed_mime_types)
        values (${name}, ${name}, ${bucket.public}, ${bucket.file_size_limit ?? null},
          ${bucket.allowed_mime_types ?? null})
        on conflict (id) do update set public = excluded.public,
          file_size_limit = excluded.file_size_limit,
          allowed_mime_types = excluded.allowed_mime_types`;
    }
  } finally {
    await sql.end();
  }
}
