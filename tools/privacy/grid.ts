/** @module The expectation file: a grid for each object; rows are attempts, columns personas. */

/** What every persona got from one attempt, in the order of the personas. */
export type Cells = readonly string[];

/** What is known of one object. */
export interface ObjectGrid {
  /** Facts of the catalogue: who holds which right on which columns. */
  readonly notes: readonly string[];
  /** Cells by attempt: a verb, a tabulator and what it was tried on. */
  readonly lines: ReadonlyMap<string, Cells>;
}

/** Grids by the name of the object. */
export type Matrix = ReadonlyMap<string, ObjectGrid>;

/** One cell or line that is not as reviewed. */
export interface Difference {
  readonly object: string;
  readonly attempt: string;
  readonly persona: string;
  readonly expected: string;
  readonly got: string;
}

const CELL_WIDTH = 5;
const VERB_WIDTH = 8;
const SEPARATOR = " | ";
const NOTE = "  - ";

/** The key of an attempt. */
export function attemptKey(verb: string, label: string): string {
  return `${verb}\t${label}`;
}

/** Column heads of personas whose first letters are those of another. */
const HEADS: Readonly<Record<string, string>> = {
  blocked: "blkd",
  blocker: "blkr",
  roommod: "rmod",
  roomban: "rban",
};

function headOf(persona: string): string {
  return HEADS[persona] ?? persona.slice(0, CELL_WIDTH - 1);
}

function row(verb: string, cells: Cells, labels: string): string {
  const columns = cells.map((cell) => cell.padEnd(CELL_WIDTH)).join("");
  return `  ${verb.padEnd(VERB_WIDTH)} ${columns}${labels}`.trimEnd();
}

function formatObject(name: string, grid: ObjectGrid, personas: readonly string[]): string[] {
  const merged = new Map<string, { verb: string; cells: Cells; labels: string[] }>();
  for (const [key, cells] of grid.lines) {
    const [verb = "", label = ""] = key.split("\t");
    const group = `${verb}\t${cells.join(" ")}`;
    const known = merged.get(group);
    if (known === undefined) merged.set(group, { verb, cells, labels: [label] });
    else known.labels.push(label);
  }
  // By verb and then by name, so that the same answers make the same file.
  const verbs = [...new Set([...merged.values()].map(({ verb }) => verb))].sort();
  const lines = [...merged.values()].map(({ verb, cells, labels }) => ({
    place: verbs.indexOf(verb),
    labels: labels.sort().join(SEPARATOR),
    verb,
    cells,
  })).sort((a, b) => a.place - b.place || (a.labels < b.labels ? -1 : 1))
    .map(({ verb, cells, labels }) => row(verb, cells, labels));
  return [
    name,
    ...grid.notes.map((note) => NOTE + note),
    ...(lines.length > 0 ? [row("", personas.map(headOf), "")] : []),
    ...lines,
    "",
  ];
}

/** The file of a matrix; lines with the same cells are written as one. */
export function formatMatrix(
  matrix: Matrix,
  personas: readonly string[],
  preface: readonly string[],
): string {
  const objects = [...matrix].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  return [
    ...preface.map((line) => `# ${line}`.trimEnd()),
    "",
    ...objects.flatMap(([name, grid]) => formatObject(name, grid, personas)),
  ].join("\n");
}

/** Reads a file that `formatMatrix` has written and people have reviewed. */
export function parseMatrix(text: string, personas: number): Matrix {
  const matrix = new Map<string, { notes: string[]; lines: Map<string, Cells> }>();
  let grid: { notes: string[]; lines: Map<string, Cells> } | undefined;
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    if (!line.startsWith(" ")) {
      grid = { notes: [], lines: new Map() };
      matrix.set(line, grid);
    } else if (line.startsWith(NOTE)) {
      grid?.notes.push(line.slice(NOTE.length));
    } else if (line.slice(0, VERB_WIDTH).trim() !== "") {
      const [verb = "", ...rest] = line.trim().split(/\s+/);
      const cells = rest.slice(0, personas);
      const labels = line.slice(2 + VERB_WIDTH + 1 + personas * CELL_WIDTH);
      for (const label of labels.split(SEPARATOR)) grid?.lines.set(attemptKey(verb, label), cells);
    }
  }
  return matrix;
}

function compareNotes(object: string, expected: ObjectGrid, got: ObjectGrid): Difference[] {
  const missing = expected.notes.filter((note) => !got.notes.includes(note));
  const added = got.notes.filter((note) => !expected.notes.includes(note));
  const base = { object, attempt: "rights", persona: "*" };
  return [
    ...missing.map((note) => ({ ...base, expected: note, got: "nothing" })),
    ...added.map((note) => ({ ...base, expected: "nothing", got: note })),
  ];
}

function compareLines(
  object: string,
  expected: ObjectGrid,
  got: ObjectGrid,
  personas: readonly string[],
): Difference[] {
  const found: Difference[] = [];
  for (const key of new Set([...expected.lines.keys(), ...got.lines.keys()])) {
    const [wanted, cells] = [expected.lines.get(key), got.lines.get(key)];
    const attempt = key.replace("\t", " ");
    for (const [place, persona] of personas.entries()) {
      const [one, other] = [wanted?.[place] ?? "unlisted", cells?.[place] ?? "not tried"];
      if (one !== other) found.push({ object, attempt, persona, expected: one, got: other });
    }
  }
  return found;
}

/** Everything in which what was found is not what was reviewed; objects limit what is compared. */
export function compareMatrices(
  expected: Matrix,
  got: Matrix,
  personas: readonly string[],
  objects: Iterable<string> = new Set([...expected.keys(), ...got.keys()]),
): Difference[] {
  return [...objects].flatMap((object) => {
    const [one, other] = [expected.get(object), got.get(object)];
    if (one === undefined || other === undefined) {
      const [expectedText, gotText] = one === undefined
        ? ["unlisted", "found"]
        : ["listed", "gone"];
      return [{ object, attempt: "*", persona: "*", expected: expectedText, got: gotText }];
    }
    return [...compareNotes(object, one, other), ...compareLines(object, one, other, personas)];
  });
}
