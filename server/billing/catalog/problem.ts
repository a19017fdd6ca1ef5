/** Where a value stands in the file, from the root: `["plans", "payg", "unit"]`. Keys may hold dots themselves. */
export type Path = readonly (string | number)[];

export interface CatalogProblem {
  readonly file: string;
  /** The path's parts joined with dots; empty for the file as a whole. */
  readonly path: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Takes note of a problem; reading goes on, so that a person sees all of them at once. */
export type Report = (path: Path, message: string) => void;

export const within =
  (report: Report, ...prefix: Path): Report =>
  (path, message) =>
    report([...prefix, ...path], message);

export function formatProblem({ file, path, line, column, message }: CatalogProblem): string {
  return `${file}:${line}:${column} ${path === "" ? "" : `${path}: `}${message}`;
}
