/**
 * Texts of others, as they can be set: letters and their accents in one, and no line breaks or control characters
 * where a single line is meant.
 */
export const oneLine = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();

export const paragraphs = (text: string | null): string[] =>
  (text ?? "")
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(oneLine)
    .filter((line) => line !== "");

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
