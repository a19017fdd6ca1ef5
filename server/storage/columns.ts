import { type ColumnOptions, DefaultNamingStrategy, type ValueTransformer } from "typeorm";

/**
 * Column types that mean the same on SQLite and PostgreSQL. There are only three: text, whole numbers that a
 * JavaScript number holds exactly, and JSON kept as text, so that what is stored is what was written, to the byte.
 */
const wholeNumber: ValueTransformer = {
  to: (value: unknown) => value,
  // PostgreSQL's driver gives a bigint as text; every one we store is a safe integer.
  from: (value: unknown) => (value === null ? null : Number(value)),
};

const jsonText: ValueTransformer = {
  to: (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value)),
  from: (value: unknown) => (typeof value === "string" ? JSON.parse(value) : null),
};

export const textColumn = { type: "text" } as const satisfies ColumnOptions;
export const optionalText = { type: "text", nullable: true } as const satisfies ColumnOptions;
export const numberColumn = { type: "bigint", transformer: wholeNumber } as const satisfies ColumnOptions;
export const optionalNumber = { ...numberColumn, nullable: true } as const satisfies ColumnOptions;
export const jsonColumn = { type: "text", transformer: jsonText } as const satisfies ColumnOptions;
export const optionalJson = { ...jsonColumn, nullable: true } as const satisfies ColumnOptions;

/** Columns are the properties' names in snake case, so no row has to say each name twice. */
export class SnakeCaseNames extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined): string {
    return customName ?? propertyName.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}
