/** @module The corpus's list of files. */

/** A file of the corpus, and what is to become of it. */
export interface CorpusFile {
  readonly file: string;
  readonly expected: string;
}

/** Reads the two columns that matter of a CSV with quoted fields. */
export function readManifest(text: string): CorpusFile[] {
  const [head = "", ...lines] = text.trim().split(/\r?\n/);
  const names = head.split(",");
  return lines.map((line) => {
    const fields = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
      .map((match) => (match[1] ?? "").replace(/^"|"$/g, ""));
    return {
      file: fields[names.indexOf("file")] ?? "",
      expected: fields[names.indexOf("expected")] ?? "",
    };
  });
}
