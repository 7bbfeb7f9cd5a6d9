/** @module Times work one call after the other and tells the distribution. */

/** Milliseconds of one kind of work. */
export interface Timing {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
}

/** Calls that are not counted: caches and plans are made in them. */
const WARM_UP_CALLS = 20;

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Summarises samples. */
export function summarize(name: string, samples: readonly number[]): Timing {
  const sorted = samples.toSorted((a, b) => a - b);
  return { name, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
}

/** Times `work`, one call after the other; `before` each of them is not counted. */
export async function measure(
  name: string,
  calls: number,
  work: () => Promise<unknown>,
  before: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Timing> {
  for (let call = 0; call < WARM_UP_CALLS; call++) {
    await before();
    await work();
  }
  const samples: number[] = [];
  for (let call = 0; call < calls; call++) {
    await before();
    const startedAt = performance.now();
    await work();
    samples.push(performance.now() - startedAt);
  }
  return summarize(name, samples);
}

/** One line of the table: what was measured beside its floor. */
export function row(floor: Timing, measured: Timing): string {
  const ratio = (measured.p50 / floor.p50).toFixed(1);
  const cells = [measured.name, floor.name, measured.p50.toFixed(2), floor.p50.toFixed(2), ratio];
  return `| ${[...cells, measured.p99.toFixed(2), floor.p99.toFixed(2)].join(" | ")} |`;
}

/** Head of the table. */
export const HEAD =
  "| measured | floor | p50 ms | floor p50 ms | ratio | p99 ms | floor p99 ms |\n" +
  "| --- | --- | --: | --: | --: | --: | --: |";

/** Milliseconds that the server has spent on a connection; undefined where that cannot be seen. */
export async function readCpuMs(pid: number): Promise<number | undefined> {
  try {
    const [spent] = (await Deno.readTextFile(`/proc/${pid}/schedstat`)).split(" ");
    return Number(spent) / 1e6;
  } catch {
    return undefined;
  }
}
