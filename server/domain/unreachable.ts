/** Closes a switch: a new member of the union no longer compiles here until its case is written. */
export function unreachable(value: never): never {
  throw new TypeError(`This case is not handled: ${JSON.stringify(value)}.`);
}
