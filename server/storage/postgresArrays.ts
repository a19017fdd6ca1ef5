/** Rows as one array for each column, as PostgreSQL writes arrays. */
export function columnsOf(rows: readonly (readonly unknown[])[]): string[] {
  const columns: string[] = [];
  const width = rows[0]?.length ?? 0;
  for (let column = 0; column < width; column += 1) {
    const elements: string[] = [];
    // What is in one row is often in the next as well: a unit, a plan, the attributes of a call.
    let last: unknown;
    let element = "NULL";
    for (const row of rows) {
      const value = row[column];
      if (value !== last) {
        element = elementOf(value);
        last = value;
      }
      elements.push(element);
    }
    columns.push(`{${elements.join(",")}}`);
  }
  return columns;
}

function elementOf(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number") return String(value);
  const text = String(value);
  return special.test(text) ? `"${text.replace(eachSpecial, "\\$&")}"` : `"${text}"`;
}

const special = /["\\]/;
const eachSpecial = /["\\]/g;
