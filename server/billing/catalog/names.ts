import type { Report } from "./problem.js";
import { shown } from "./wording.js";

/** Operations, plans, packs and price lists: lower case, so that two keys never differ by their case alone. */
export const keyForm = /^[a-z][a-z0-9._-]{0,62}$/;
export const unitForm = /^[A-Za-z][A-Za-z0-9_-]{0,30}$/;
/** Codes are made to be typed: the same one in lower case is taken for it. */
export const couponForm = /^[A-Z0-9][A-Z0-9_-]{0,62}$/;
export const countryForm = /^[A-Z]{2}$/;
export const currencyForm = /^[A-Z]{3}$/;
/** Attributes and tables: they can stand in a formula. */
export const nameForm = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

const wording = new Map([
  [keyForm, "a lower-case letter, then up to 62 of a-z 0-9 . _ -"],
  [unitForm, "a letter, then up to 30 letters, digits, _ or -"],
  [couponForm, "a capital letter or digit, then up to 62 of A-Z 0-9 _ -"],
  [nameForm, "a letter, then up to 62 letters, digits or _"],
]);

export function checkKeys(map: Readonly<Record<string, unknown>>, form: RegExp, report: Report): void {
  for (const key of Object.keys(map)) {
    if (!form.test(key)) report([key], `${shown(key)} is no valid key: it must be ${wording.get(form)}`);
  }
}
