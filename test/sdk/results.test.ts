import {
  type ConsumeResult,
  createScripClient,
  expectResult,
  type InsufficientCredits,
  isProblem,
  type Purchased,
  type ScripClient,
  ScripProblemError,
  type UsageRecord,
  type WalletBalances,
} from "@scrip/sdk";
import { describe, expect, expectTypeOf, test } from "vitest";

const short: ConsumeResult = {
  __typename: "InsufficientCredits",
  code: "INSUFFICIENT_CREDITS",
  message: "The call costs 5 and 2 are left.",
  required: "5",
  available: "2",
  shortBy: "3",
  nextSupplyAt: null,
  creditPacks: [],
};
// Typed as what the client answers, or the compiler would know the outcome beforehand.
const refused = (): ConsumeResult => short;

describe("a result", () => {
  test("narrows by __typename", () => {
    const result = refused();
    if (result.__typename !== "InsufficientCredits") throw new Error("unreachable");
    expectTypeOf(result).toExtend<InsufficientCredits>();
    expect(result.shortBy).toBe("3");
  });

  test("narrows to what all problems have by isProblem", () => {
    const result = refused();
    if (isProblem(result)) {
      expectTypeOf(result.__typename).toEqualTypeOf<Exclude<ConsumeResult["__typename"], "Consumed">>();
      expect(result.message).toBe(short.message);
    } else {
      expectTypeOf(result.usageRecord).toEqualTypeOf<UsageRecord>();
      expectTypeOf(result.wallet).toEqualTypeOf<WalletBalances>();
      throw new Error("unreachable");
    }
  });

  test("can be expected to be one member, or throws with the problem", () => {
    const narrowed = expectResult(refused(), "InsufficientCredits");
    expectTypeOf(narrowed.shortBy).toEqualTypeOf<string>();
    expect(narrowed).toBe(short);
    const attempt = () => expectResult(refused(), "Consumed");
    expectTypeOf(attempt).returns.toExtend<{ readonly replayed: boolean }>();
    expect(attempt).toThrow(ScripProblemError);
    expect(attempt).toThrow(expect.objectContaining({ code: "INSUFFICIENT_CREDITS", problem: short }));
    expect(attempt).toThrow(short.message);
    // @ts-expect-error A member that this result does not have is a mistake that the compiler finds.
    expect(() => expectResult(refused(), "Purchased")).toThrow();
  });
});

test("the methods' types say what the contract says", () => {
  const scrip = createScripClient({ url: "http://localhost:4000/graphql", apiKey: "sk" });
  type Input<Method extends keyof ScripClient> = NonNullable<Parameters<ScripClient[Method]>[0]>;

  expectTypeOf(scrip.consume).returns.resolves.toEqualTypeOf<ConsumeResult>();
  expectTypeOf(scrip.consumeBatch).returns.resolves.toEqualTypeOf<readonly ConsumeResult[]>();
  expectTypeOf(scrip.purchase).returns.resolves.extract<{ __typename: "Purchased" }>().toExtend<Purchased>();
  expectTypeOf(scrip.invoice).returns.resolves.extract<null>().toEqualTypeOf<null>();

  // Amounts are texts both ways, times may also be dates on the way in, and the key is optional.
  expectTypeOf<Input<"consume">["quantity"]>().toEqualTypeOf<string | null | undefined>();
  expectTypeOf<Input<"consume">["occurredAt"]>().toEqualTypeOf<string | Date | null | undefined>();
  expectTypeOf<{ customerId: string; operation: string }>().toExtend<Input<"consume">>();
  expectTypeOf<{ customerId: string }>().not.toExtend<Input<"consume">>();
  expectTypeOf<UsageRecord["amount"]>().toEqualTypeOf<string>();
  expectTypeOf<UsageRecord["occurredAt"]>().toEqualTypeOf<string>();

  // @ts-expect-error Every input field is one of the contract's.
  const misspelt: Input<"consume"> = { customerId: "acme", operation: "x", idempotencykey: "k" };
  expect(misspelt).toBeDefined();
});
