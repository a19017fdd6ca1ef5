/** A form's fields as Stripe reads them: `metadata[paymentId]=…`, `line_items[0][quantity]=1`. */
type Field = string | Fields | Field[];
export interface Fields {
  [name: string]: Field;
}

export function parseForm(text: string): Fields {
  const root: Fields = {};
  for (const [path, value] of new URLSearchParams(text)) {
    const [, first = "", rest = ""] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(path) ?? [];
    if (first === "") throw new Error(`The field ${path} is no path of a form.`);
    put(root, [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, name = ""]) => name)], value);
  }
  return arraysIn(root);
}

function put(fields: Fields, [name = "", ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    if (name in fields) throw new Error(`The field ${name} is there twice.`);
    fields[name] = value;
    return;
  }
  const inner = fields[name] ?? {};
  if (typeof inner === "string" || Array.isArray(inner)) throw new Error(`The field ${name} is a text too.`);
  fields[name] = inner;
  put(inner, rest, value);
}

/** Fields named 0, 1, 2 … are a list. */
function arraysIn(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, arrayed(field)]));
}

function arrayed(field: Field): Field {
  if (typeof field === "string" || Array.isArray(field)) return field;
  const names = Object.keys(field);
  return names.every((name, index) => name === String(index))
    ? Object.values(field).map(arrayed)
    : arraysIn(field);
}
