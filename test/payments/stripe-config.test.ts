import { expect, test } from "vitest";
import { ConfigError, readConfig } from "../../server/config.js";

const stripe = {
  PAYMENT_PROVIDER: "stripe",
  STRIPE_SECRET_KEY: "sk_test_12345678",
  STRIPE_WEBHOOK_SECRET: "whsec_12345678",
  PAYMENT_RETURN_URL: "https://shop.example/thanks",
};

function problemsWith(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test("without a word of it, nobody's money moves, and Stripe's variables are not looked at", () => {
  expect(readConfig({}).payments).toEqual({ provider: "sandbox" });
  expect(readConfig({ STRIPE_API_URL: "nonsense" }).payments).toEqual({ provider: "sandbox" });
});

test("a key for real money without a word of who moves it is no reason to give credits for nothing", () => {
  expect(problemsWith({ STRIPE_SECRET_KEY: "sk_test_12345678" })).toEqual([
    "PAYMENT_PROVIDER must be said, as STRIPE_SECRET_KEY is set: stripe or sandbox.",
  ]);
  const chosen = { STRIPE_SECRET_KEY: "sk_test_12345678", PAYMENT_PROVIDER: "sandbox" };
  expect(readConfig(chosen).payments).toEqual({ provider: "sandbox" });
});

test("Stripe is asked at its own address unless another is named", () => {
  const payments = {
    ...{ provider: "stripe", secretKey: "sk_test_12345678", webhookSecret: "whsec_12345678" },
    returnUrl: "https://shop.example/thanks",
  };
  expect(readConfig(stripe).payments).toEqual({ ...payments, apiUrl: null });
  for (const apiUrl of ["http://localhost:12111", "https://proxy.example"])
    expect(readConfig({ ...stripe, STRIPE_API_URL: `${apiUrl}/` }).payments).toEqual({ ...payments, apiUrl });
});

test("what is missing is told all at once", () => {
  expect(problemsWith({ PAYMENT_PROVIDER: "stripe" })).toEqual([
    "STRIPE_SECRET_KEY must be set for PAYMENT_PROVIDER=stripe: the text that Stripe shows, which starts with sk_ or rk_.",
    "STRIPE_WEBHOOK_SECRET must be set for PAYMENT_PROVIDER=stripe: the text that Stripe shows, which starts with whsec_.",
    "PAYMENT_RETURN_URL must be set for PAYMENT_PROVIDER=stripe: the page to which customers return from paying.",
  ]);
});

test("what cannot be right is told with everything else, without repeating a secret", () => {
  const problems = problemsWith({
    PORT: "eighty",
    PAYMENT_PROVIDER: "stripe",
    STRIPE_SECRET_KEY: "hunter4",
    STRIPE_WEBHOOK_SECRET: "sk_test_hunter5",
    STRIPE_API_URL: "https://root:hunter6@localhost/v1",
    PAYMENT_RETURN_URL: "shop.example",
  });
  expect(problems.map((line) => line.split(" ")[0])).toEqual([
    ...["PORT", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_URL", "PAYMENT_RETURN_URL"],
  ]);
  expect(problems.join()).not.toMatch(/hunter/);
});

test("a provider that there is not is told with those that there are", () => {
  expect(problemsWith({ ...stripe, PAYMENT_PROVIDER: "paypal" })).toEqual([
    'PAYMENT_PROVIDER must be one of sandbox, stripe, got "paypal".',
  ]);
});
