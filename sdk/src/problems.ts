import { ScripProblemError } from "./errors.js";
import type { ProblemCode } from "./generated.js";

type Result = { readonly __typename: string };

/** Those members of a result that say why it was refused. */
export type ProblemOf<R> = Extract<R, { readonly code: ProblemCode }>;

/**
 * Tells a refusal from a success, and narrows the type accordingly. It also holds for problems that the server
 * has learned after this SDK was published: they can always be shown by `code` and `message`.
 *
 * @example
 * const result = await scrip.consume({ customerId: "acme", operation: "image.generate" });
 * if (isProblem(result)) return reply(402, result.message);
 * console.log(result.wallet.available);
 */
export function isProblem<R extends Result>(result: R): result is ProblemOf<R> {
  return hasProblemFacts(result);
}

/**
 * Narrows a result to the one member that the caller takes for granted, for scripts and tests.
 *
 * @throws {@link ScripProblemError} with the problem, when the result is another one.
 * @example
 * const { wallet } = expectResult(await scrip.consume(call), "Consumed");
 */
export function expectResult<R extends Result, Name extends R["__typename"]>(
  result: R,
  name: Name,
): Extract<R, { readonly __typename: Name }> {
  if (isNamed(result, name)) return result;
  const facts = hasProblemFacts(result)
    ? result
    : { code: null, message: `The result is ${result.__typename}, where ${name} was expected.` };
  throw new ScripProblemError(result, facts);
}

const hasProblemFacts = (
  result: Result,
): result is Result & { readonly code: ProblemCode; readonly message: string } =>
  "code" in result && "message" in result;

const isNamed = <R extends Result, Name extends string>(
  result: R,
  name: Name,
): result is Extract<R, { readonly __typename: Name }> => result.__typename === name;
