/** Something that the person at the command line can put right: shown as its message alone, with exit code 1. */
export class UserError extends Error {
  override readonly name = "UserError";
}
