/** What is numbered: within a year each series counts up by itself. */
export const numberSeries = ["INVOICE", "CREDIT_NOTE", "TEST_INVOICE", "TEST_CREDIT_NOTE"] as const;
export type NumberSeries = (typeof numberSeries)[number];

/** Customers on test clocks are nobody's customers, so what they are sent leaves no gaps in what others are. */
const prefixes: Record<NumberSeries, string> = {
  INVOICE: "",
  CREDIT_NOTE: "CN-",
  TEST_INVOICE: "TEST-",
  TEST_CREDIT_NOTE: "TEST-CN-",
};

/** Numbers count up within a year and sort as text: 2026-000001, CN-2026-000001. */
export const documentNumber = (series: NumberSeries, year: number, count: number): string =>
  `${numberPrefix(series, year)}${String(count).padStart(6, "0")}`;

export const numberPrefix = (series: NumberSeries, year: number): string => `${prefixes[series]}${year}-`;
