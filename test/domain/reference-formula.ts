/**
 * The formula language written a second time, strictly from its grammar, to hold the parser library and the exact
 * arithmetic against. Undefined: the text is no formula. Null: it is one, but divides by zero.
 *
 *   sum = product (("+" | "-") product)*      product = signed (("*" | "/") signed)*
 *   signed = "-" signed | power               power = value ("^" power)?, the exponent a constant from 0 to 8
 *   value = number | name | "(" sum ")" | min|max "(" sum ("," sum)+ ")" | ceil|floor "(" sum ")"
 */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

type Result = Fraction | null;

class NoFormula extends Error {}

export function reference(text: string, names: Readonly<Record<string, Fraction>>): Result | undefined {
  const tokens = text.match(/\d+\.\d+|\d+|\w+|\S/g) ?? [];
  try {
    const reader = new Reader(tokens, names);
    const { value } = reader.sum();
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof NoFormula) return undefined;
    throw error;
  }
}

const combine = (a: Result, b: Result, how: (a: Fraction, b: Fraction) => Result): Result =>
  a === null || b === null ? null : how(a, b);

const add = (a: Result, b: Result, sign: bigint) =>
  combine(a, b, (x, y) => ({ over: x.over * y.under + sign * y.over * x.under, under: x.under * y.under }));

const multiply = (a: Result, b: Result) =>
  combine(a, b, (x, y) => ({ over: x.over * y.over, under: x.under * y.under }));

const inverse = (a: Result): Result => {
  if (a === null || a.over === 0n) return null;
  return a.over < 0n ? { over: -a.under, under: -a.over } : { over: a.under, under: a.over };
};

const lower = (a: Fraction, b: Fraction) => (a.over * b.under <= b.over * a.under ? a : b);
const negative = (a: Result): Result => a && { over: -a.over, under: a.under };
const wholeBelow = ({ over, under }: Fraction): Fraction => ({
  over: (over - (((over % under) + under) % under)) / under,
  under: 1n,
});

interface Read {
  readonly value: Result;
  /** What may stand before or after "^" depends on how a value was written. */
  readonly form: "CONSTANT" | "MINUS" | "POWER" | "CONSTANT_POWER" | "OTHER";
}

const other = (value: Result): Read => ({ value, form: "OTHER" });

class Reader {
  private at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly names: Readonly<Record<string, Fraction>>,
  ) {}

  end(): void {
    if (this.at < this.tokens.length) throw new NoFormula();
  }

  private take(...wanted: string[]): string | undefined {
    const token = this.tokens[this.at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.at += 1;
    return token;
  }

  private need(token: string): void {
    if (this.take(token) === undefined) throw new NoFormula();
  }

  sum(): Read {
    let total = this.product();
    for (let sign = this.take("+", "-"); sign !== undefined; sign = this.take("+", "-"))
      total = other(add(total.value, this.product().value, sign === "+" ? 1n : -1n));
    return total;
  }

  private product(): Read {
    let total = this.signed();
    for (let sign = this.take("*", "/"); sign !== undefined; sign = this.take("*", "/")) {
      const { value } = this.signed();
      total = other(multiply(total.value, sign === "*" ? value : inverse(value)));
    }
    return total;
  }

  private signed(): Read {
    if (this.take("-") === undefined) return this.power();
    const { value, form } = this.signed();
    if (form === "POWER" || form === "CONSTANT_POWER") throw new NoFormula();
    return { value: negative(value), form: "MINUS" };
  }

  private power(): Read {
    const base = this.value();
    if (this.take("^") === undefined) return base;
    const { value: exponent, form } = this.power();
    const isConstant = form === "CONSTANT" || form === "CONSTANT_POWER";
    if (!isConstant || exponent === null || exponent.over > 8n || base.form === "MINUS")
      throw new NoFormula();
    let value: Result = { over: 1n, under: 1n };
    for (let factor = 0n; factor < exponent.over; factor += 1n) value = multiply(value, base.value);
    if (exponent.over === 0n && base.value === null) value = null;
    return { value, form: base.form === "CONSTANT" ? "CONSTANT_POWER" : "POWER" };
  }

  private value(): Read {
    const token = this.tokens[this.at] ?? "";
    this.at += 1;
    if (token === "(") return this.group();
    if (/^\d+(\.\d+)?$/.test(token))
      return { value: decimal(token), form: token.includes(".") ? "OTHER" : "CONSTANT" };
    if (this.take("(") !== undefined) return other(this.call(token));
    const known = Object.hasOwn(this.names, token) ? this.names[token] : undefined;
    if (known === undefined) throw new NoFormula();
    return other(known);
  }

  /** In parentheses a power is a value like any other. */
  private group(): Read {
    const { value, form } = this.sum();
    this.need(")");
    return { value, form: form === "POWER" ? "OTHER" : form === "CONSTANT_POWER" ? "CONSTANT" : form };
  }

  private call(name: string): Result {
    const values = [this.sum().value];
    while (this.take(",") !== undefined) values.push(this.sum().value);
    this.need(")");
    if ((name === "min" || name === "max") && values.length > 1)
      return values.reduce((a, b) =>
        combine(a, b, (x, y) => (name === "min" ? lower(x, y) : lower(x, y) === x ? y : x)),
      );
    const [only = null] = values;
    if (values.length > 1 || (name !== "ceil" && name !== "floor")) throw new NoFormula();
    if (only === null) return null;
    return name === "floor" ? wholeBelow(only) : negative(wholeBelow({ ...only, over: -only.over }));
  }
}

function decimal(text: string): Fraction {
  const [whole = "", decimals = ""] = text.split(".");
  return { over: BigInt(whole + decimals), under: 10n ** BigInt(decimals.length) };
}
