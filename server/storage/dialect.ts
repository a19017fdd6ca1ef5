/** A column of rows that are given as a parameter: `customer_id text`, `hour bigint`. */
export type GivenColumn = `${string} ${"text" | "bigint"}`;

/** The few things that the engines say differently; everything else of our SQL is common to both. */
export interface Dialect {
  readonly engine: "sqlite" | "postgres";
  /**
   * A table of rows that travel as one JSON parameter, an array of arrays. So any number of rows takes one statement
   * whose text does not depend on their number, and is prepared once.
   */
  given(parameter: `$${number}`, columns: readonly GivenColumn[]): string;
  /** What `IN` takes: the texts of a list that travels as one JSON parameter, for the same reason. */
  among(parameter: `$${number}`): string;
  /** An insert for `Tx.insert`, which knows how its rows travel; the conflict clause may be empty. */
  insert(table: string, columns: readonly GivenColumn[], conflict: string): string;
}

const split = (column: GivenColumn): [name: string, type: string] => {
  const at = column.lastIndexOf(" ");
  return [column.slice(0, at), column.slice(at + 1)];
};

const namesOf = (columns: readonly GivenColumn[]): string =>
  columns.map((column) => split(column)[0]).join(", ");

export const sqliteDialect: Dialect = {
  engine: "sqlite",
  given: (parameter, columns) => {
    const picks = columns.map((column, index) => `value ->> ${index} AS ${split(column)[0]}`);
    return `(SELECT ${picks.join(", ")} FROM json_each(${parameter}))`;
  },
  among: (parameter) => `(SELECT value FROM json_each(${parameter}))`,
  // Row by row: SQLite is called and not sent to, and taking rows out of JSON would cost more than the calls.
  insert: (table, columns, conflict) =>
    `INSERT INTO ${table} (${namesOf(columns)}) VALUES (${columns.map(() => "?").join(", ")})${conflict}`,
};

export const postgresDialect: Dialect = {
  engine: "postgres",
  given: (parameter, columns) => {
    const picks = columns.map((column, index) => {
      const [name, type] = split(column);
      const value = `value ->> ${index}`;
      return `${type === "text" ? `(${value}) COLLATE "C"` : `(${value})::${type}`} AS ${name}`;
    });
    return `(SELECT ${picks.join(", ")} FROM jsonb_array_elements(${parameter}::jsonb))`;
  },
  among: (parameter) =>
    `(SELECT value COLLATE "C" FROM jsonb_array_elements_text(${parameter}::jsonb) AS value)`,
  // An array for each column: taking a hundred columns out of JSON, one by one, takes PostgreSQL longer than the rows.
  insert: (table, columns, conflict) => {
    const arrays = columns.map((column, index) => `$${index + 1}::${split(column)[1]}[]`);
    return `INSERT INTO ${table} (${namesOf(columns)}) SELECT * FROM unnest(${arrays.join(", ")})${conflict}`;
  },
};
