/** @module Everything that the product uses from the outside, put together once per process. */
import type { Meilisearch } from "meilisearch";
import { type Clock, systemClock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { createCursors, type Cursors } from "../core/cursor.ts";
import { uuidv7 } from "../core/ids.ts";
import { createLogger, type Logger } from "../core/logger.ts";
import { createOutside, type Outside } from "./outside.ts";
import { createMailer, type Mailer } from "./mail.ts";
import { createMediaWorker, type MediaWorker } from "./media_worker.ts";
import { createPush, type PushSender } from "./push.ts";
import { createDatabase, type Database } from "./postgres.ts";
import { createQueue, type JobQueue } from "./queue.ts";
import { createSearchClient } from "./search_client.ts";
import { createStorage, type Storage } from "./storage.ts";
import { createPlatform, type Platform } from "./supabase.ts";

/** What use cases may ask for; each names the part it needs. */
export interface AppDeps {
  readonly config: Config;
  readonly db: Database;
  readonly log: Logger;
  readonly now: Clock;
  readonly newId: () => string;
  readonly cursors: Cursors;
  readonly platform: Platform;
  readonly storage: Storage;
  readonly queue: JobQueue;
  /** Addresses that people name. */
  readonly outside: Outside;
  /** Absent where Postgres alone searches. */
  readonly search?: Meilisearch;
  /** Absent where the platform's own image transformation is used. */
  readonly media?: MediaWorker;
  /** Absent where no mail server is set. */
  readonly mail?: Mailer;
  /** Absent where no keys for Web Push are set. */
  readonly push?: PushSender;
}

/** Puts the real adapters together. */
export function createDeps(config: Config, service: string): AppDeps {
  const { env } = config;
  const platform = createPlatform(config);
  const search = createSearchClient(config);
  const outside = createOutside({ allowLoopback: env.ALLOW_LOOPBACK_TARGETS });
  const push = createPush(config, outside);
  const mail = createMailer(config);
  return {
    config,
    db: createDatabase(config.databaseUrl, { max: env.DATABASE_POOL_SIZE }),
    log: createLogger({ service, level: env.LOG_LEVEL }),
    now: systemClock,
    newId: uuidv7,
    cursors: createCursors(config.cursorSecret),
    platform,
    storage: createStorage(platform),
    queue: createQueue(config),
    outside,
    ...(search === undefined ? {} : { search }),
    ...(push === undefined ? {} : { push }),
    ...(mail === undefined ? {} : { mail }),
    ...(env.MEDIA_WORKER_URL === undefined || env.MEDIA_WORKER_SECRET === undefined ? {} : {
      media: createMediaWorker({ url: env.MEDIA_WORKER_URL, secret: env.MEDIA_WORKER_SECRET }),
    }),
  };
}
