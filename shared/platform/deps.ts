/** @module Everything that the product uses from the outside, put together once per process. */
import type { Meilisearch } from "meilisearch";
import { type Clock, systemClock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { createCursors, type Cursors } from "../core/cursor.ts";
import { uuidv7 } from "../core/ids.ts";
import { createLogger, type Logger } from "../core/logger.ts";
import { beforeEnd } from "./background.ts";
import { type Circuit, createCircuit, guardedQueue } from "./circuits.ts";
import { createOutside, type Outside } from "./outside.ts";
import { createMailer, isMailOutage, type Mailer } from "./mail.ts";
import { createMediaWorker, type MediaWorker } from "./media_worker.ts";
import { createMetrics, type ProcessMetrics, timedDatabase } from "./metrics.ts";
import type { FileStore } from "./file_store.ts";
import { createPush, type PushSender } from "./push.ts";
import { createDatabase, type Database } from "./postgres.ts";
import { createQueue, type JobQueue } from "./queue.ts";
import { createBackupStore } from "./s3.ts";
import { createSearchClient, isSearchOutage } from "./search_client.ts";
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
  /** What this process counts and times. */
  readonly metrics: ProcessMetrics;
  /** Absent where Postgres alone searches. */
  readonly search?: Meilisearch;
  /** Spares the search service, and those who wait for it, while it is away. */
  readonly searchCircuit: Circuit;
  /** Absent where the platform's own image transformation is used. */
  readonly media?: MediaWorker;
  /** Absent where no mail server is set. */
  readonly mail?: Mailer;
  /** Absent where no keys for Web Push are set. */
  readonly push?: PushSender;
  /** Absent where backups go to a bucket of the platform. */
  readonly backupStore?: FileStore;
}

/** Puts the real adapters together. */
export function createDeps(config: Config, service: string): AppDeps {
  const { env } = config;
  const platform = createPlatform(config);
  const search = createSearchClient(config);
  const outside = createOutside({ allowLoopback: env.ALLOW_LOOPBACK_TARGETS });
  const push = createPush(config, outside);
  const log = createLogger({ service, level: env.LOG_LEVEL });
  const db = createDatabase(config.databaseUrl, { max: env.DATABASE_POOL_SIZE });
  const metrics = createMetrics({ db, log, service });
  const database = timedDatabase(db, metrics);
  beforeEnd(metrics.flush);
  const mail = createMailer(config, createCircuit("mail", metrics, isMailOutage));
  const backupStore = createBackupStore(config);
  return {
    config,
    db: {
      ...database,
      async [Symbol.asyncDispose]() {
        await metrics.flush();
        metrics[Symbol.dispose]();
        await database[Symbol.asyncDispose]();
      },
    },
    log,
    metrics,
    now: systemClock,
    newId: uuidv7,
    cursors: createCursors(config.cursorSecret),
    platform,
    storage: createStorage(platform),
    queue: guardedQueue(createQueue(config), metrics),
    outside,
    searchCircuit: createCircuit("meilisearch", metrics, isSearchOutage),
    ...(search === undefined ? {} : { search }),
    ...(push === undefined ? {} : { push }),
    ...(mail === undefined ? {} : { mail }),
    ...(backupStore === undefined ? {} : { backupStore }),
    ...(env.MEDIA_WORKER_URL === undefined || env.MEDIA_WORKER_SECRET === undefined ? {} : {
      media: createMediaWorker({ url: env.MEDIA_WORKER_URL, secret: env.MEDIA_WORKER_SECRET }),
    }),
  };
}
