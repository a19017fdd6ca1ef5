/** A law of the books, and a query for the rows of some customers that break it. */
export interface Law {
  readonly name: string;
  /** $1 and $2 bound the customers: from the one up to the other. */
  readonly broken: string;
}

export const within = (table: string): string => `${table}.customer_id >= $1 AND ${table}.customer_id <= $2`;
