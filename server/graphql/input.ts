import {
  coerceInputValue,
  type GraphQLSchema,
  isInputType,
  type OperationDefinitionNode,
  typeFromAST,
} from "graphql";
import { formatAmount, type Micros, zero } from "../domain/amount.js";
import { badInput, Fault } from "../domain/errors.js";
import { isCustomerId } from "../domain/ids.js";
import { isStorableText } from "./scalars.js";

const textMax = 255;

function text(field: string, value: string, max = textMax): string {
  if (value.length > max) throw badInput(field, `must have at most ${max} characters, got ${value.length}.`);
  if (!isStorableText(value)) throw badInput(field, "must not contain NUL or half a surrogate pair.");
  return value;
}

export const optionalText = (
  field: string,
  value: string | null | undefined,
  max: number = textMax,
): string | null => (value === null || value === undefined ? null : text(field, value, max));

/** An id or key that somebody looks for or refers to. */
export function key(field: string, value: string): string {
  if (value.length === 0) throw badInput(field, "must not be empty.");
  return text(field, value);
}

export const optionalKey = (field: string, value: string | null | undefined): string | null =>
  value === null || value === undefined ? null : key(field, value);

/** How many names a list may have that something is chosen by. */
const namesMax = 100;

export function atMost(field: string, max: number, values: readonly unknown[]): void {
  if (values.length > max) throw badInput(field, `must name at most ${max}, got ${values.length}.`);
}

export function namesOf(
  field: string,
  values: readonly string[] | null | undefined,
): readonly string[] | null {
  if (values === null || values === undefined) return null;
  atMost(field, namesMax, values);
  return values.map((value, index) => key(`${field}.${index}`, value));
}

/** Which of a few there are; naming one twice says no more. */
export function kindsOf<Kind>(field: string, kinds: readonly Kind[] | null | undefined): Kind[] | null {
  if (kinds === null || kinds === undefined) return null;
  atMost(field, namesMax, kinds);
  return [...new Set(kinds)];
}

/** Null in the list is the bootstrap key. */
export function apiKeyIdsOf(
  field: string,
  ids: readonly (string | null)[] | null | undefined,
): readonly (string | null)[] | null {
  if (ids === null || ids === undefined) return null;
  atMost(field, namesMax, ids);
  return ids.map((id, index) => (id === null ? null : key(`${field}.${index}`, id)));
}

export function idempotencyKey(value: string, field = "input.idempotencyKey"): string {
  if (value.length < 1 || value.length > textMax)
    throw badInput(field, `must have 1 to ${textMax} characters, got ${value.length}.`);
  return text(field, value);
}

export function newCustomerId(value: string | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (isCustomerId(value)) return value;
  throw badInput("input.id", "must be 1 to 64 characters from letters, digits and . _ : @ -");
}

export function positive(field: string, value: Micros): Micros {
  if (value <= zero) throw badInput(field, `must be above 0, got ${formatAmount(value)}.`);
  return value;
}

export function between(field: string, value: number, { min, max }: { min: number; max: number }): number {
  if (value < min || value > max) throw badInput(field, `must be from ${min} to ${max}, got ${value}.`);
  return value;
}

const pageSizeDefault = 50;

export const pageSize = (value: number | null): number =>
  between("first", value ?? pageSizeDefault, { min: 1, max: 100 });

/** Says which variable does not fit its type, by the path at which the caller wrote it; null when all fit. */
export function variableFault(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Fault | null {
  const faults: Fault[] = [];
  for (const { variable, type, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    const inputType = typeFromAST(schema, type);
    const isLeftOut = !Object.hasOwn(variables, name);
    if (!isInputType(inputType) || (isLeftOut && defaultValue !== undefined)) continue;
    coerceInputValue(isLeftOut ? null : variables[name], inputType, (path, _value, { message }) => {
      const field = [name, ...path].join(".");
      faults.push(new Fault("BAD_INPUT", `${field}: ${message}`, field));
    });
  }
  return faults[0] ?? null;
}
