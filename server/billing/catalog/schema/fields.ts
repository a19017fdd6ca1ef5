import * as z from "zod";
import { isDecimalText, type Micros, microsPerUnit, parseAmount } from "../../../domain/amount.js";
import type { Money } from "../../../domain/catalog.js";
import { shown, unknownField } from "../wording.js";

/**
 * The parts that the file's schema is made of. What `meta` says goes into the JSON schema, for editors: there a number
 * may be written as such, while here it arrives as the text that stands in the file.
 */
const decimalPattern = "^\\d{1,20}(\\.\\d{1,20})?$";

interface Wording {
  readonly description: string;
  readonly expected: string;
}

const textOf = ({ expected }: Wording) =>
  z.string({
    error: ({ input }) => (input === undefined ? "is missing" : `must be ${expected}, not ${shown(input)}`),
  });

const decimalWords = (description: string): Wording => ({
  description,
  expected: "a decimal number such as 0.03",
});

const decimalOf = (words: Wording) =>
  textOf(words).refine((text) => isDecimalText(text) && !text.startsWith("-"), {
    error: ({ input }) => `must be ${words.expected}, from zero up and without exponent, not ${shown(input)}`,
    abort: true,
  });

const asDecimal = (description: string) => ({
  description,
  type: ["number", "string"],
  minimum: 0,
  pattern: decimalPattern,
});

/** A bound of an attribute, which may be below zero. */
export const bound = (description: string) =>
  textOf(decimalWords(description))
    .refine(isDecimalText, {
      error: ({ input }) => `must be a decimal number such as -0.5, not ${shown(input)}`,
    })
    .meta({ description, type: ["number", "string"], pattern: "^-?\\d{1,20}(\\.\\d{1,20})?$" });

/** A price or factor of any precision, kept as it is written. */
export const rate = (description: string) =>
  decimalOf(decimalWords(description)).meta(asDecimal(description));

export const percent = (description: string) =>
  rate(description).refine((text) => Number(text) > 0 && Number(text) <= 100, {
    error: ({ input }) => `must be above 0 and at most 100 percent, not ${shown(input)}`,
  });

/** An amount that is counted: exact in millionths. */
export const amount = (description: string) =>
  decimalOf(decimalWords(description))
    .transform((text, context): Micros => {
      const parsed = parseAmount(text);
      if (parsed !== undefined) return parsed;
      context.addIssue(`must have at most 6 decimals and be at most 9007199254.740991, not ${shown(text)}`);
      return z.NEVER;
    })
    .meta(asDecimal(description));

export const positiveAmount = (description: string) =>
  amount(description).refine((value) => value > 0, { error: "must be above zero" });

/** Of 100, and so that it can be shown exactly. */
export const exactPercent = (description: string) =>
  positiveAmount(description).refine((value) => value <= 100 * microsPerUnit, {
    error: "must be at most 100 percent",
  });

export function integer(description: string, least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return textOf({ description, expected })
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most, {
      error: ({ input }) => `must be ${expected}, not ${shown(input)}`,
    })
    .transform(Number)
    .meta({ description, type: "integer", minimum: least, maximum: most });
}

const moneyPattern = /^(\d{1,20}(?:\.\d{1,20})?) ([A-Z]{3})$/;

export function money(description: string) {
  const expected = "an amount and a currency's 3-letter code, such as 49.50 USD";
  return textOf({ description, expected })
    .transform((text, context): Money => {
      const [, digits, currency] = moneyPattern.exec(text) ?? [];
      const parsed = parseAmount(digits ?? "");
      if (currency !== undefined && parsed !== undefined) return { amount: parsed, currency };
      context.addIssue(`must be ${expected}, not ${shown(text)}`);
      return z.NEVER;
    })
    .meta({ description, pattern: moneyPattern.source });
}

export const positiveMoney = (description: string) =>
  money(description).refine(({ amount: value }) => value > 0, { error: "must be above zero" });

export const text = (description: string, charsMax = 200) =>
  textOf({ description, expected: "a text" })
    .min(1, { error: "must not be empty" })
    .max(charsMax, { error: `must have at most ${charsMax} characters` })
    .meta({ description });

export const prose = (description: string) => text(description, 2_000).exactOptional();

/** The form of a key is checked later, so that what stands under a wrong key is still checked with the rest. */
export const mapOf = <Value extends z.ZodType>(form: RegExp, value: Value, description: string) =>
  z.record(z.string().meta({ pattern: form.source }), value).meta({ description });

/** A map with exactly these fields. One issue names all unknown ones: their messages stand on a line each. */
export const fields = <Shape extends z.core.$ZodLooseShape>(shape: Shape, description?: string) =>
  z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === "unrecognized_keys" && Array.isArray(issue.keys)
          ? issue.keys.map((key) => unknownField(String(key), Object.keys(shape))).join("\n")
          : undefined,
    })
    .meta(description === undefined ? {} : { description });

/** A short form or a long one; the error is for what is neither. */
export const either = <Short extends z.ZodType, Long extends z.ZodType>(
  short: Short,
  long: Long,
  expected: string,
) =>
  z.union([short, long], {
    error: ({ input }) => (input === undefined ? "is missing" : `must be ${expected}, not ${shown(input)}`),
  });
