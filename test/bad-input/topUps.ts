import { type Case, fault, inherited, long, problem, spoiling, withProblems } from "./case.js";

const topUp = spoiling(withProblems("mutation", "setAutoTopUp", "SetAutoTopUpInput"), {
  customerId: "ada",
  creditPack: "prepaid-10",
  threshold: "5",
  monthlyCap: "50",
  idempotencyKey: "top-up",
});
const packs = fault("input.quantity", "must be from 1 to 1000, got");

export const topUps: readonly Case[] = [
  topUp("a top-up for nobody", { customerId: "nobody" }, problem("CUSTOMER_NOT_FOUND", "nobody")),
  ...["prepaid-1", ...inherited].map((creditPack) =>
    topUp(`a top-up with ${creditPack}`, { creditPack }, problem("PACK_NOT_AVAILABLE", "prepaid-10")),
  ),
  topUp("a top-up without a plan", { customerId: "bob" }, problem("PACK_NOT_AVAILABLE", "on sale are none")),
  topUp("a top-up with a long name", { creditPack: long }, fault("input.creditPack", "at most 255")),
  topUp("a top-up with 0 packs", { quantity: 0 }, packs),
  topUp("a top-up with 1001 packs", { quantity: 1001 }, packs),
  topUp("a top-up below nothing", { threshold: "0" }, fault("input.threshold", "must be above 0")),
  topUp("a top-up below less than nothing", { threshold: "-1" }, fault("input.threshold", "must be above 0")),
  topUp("a top-up to nothing", { targetAmount: "0" }, fault("input.targetAmount", "must be above 0")),
  topUp(
    "a top-up to less than its threshold",
    { targetAmount: "4.999999" },
    fault("input.targetAmount", "must not be below the threshold, 5 USD"),
  ),
  topUp(
    "a top-up by a quantity and to a target",
    { quantity: 1, targetAmount: "20" },
    fault("input.quantity", "must not be given together with targetAmount"),
  ),
  topUp("a top-up for no money", { monthlyCap: "0" }, fault("input.monthlyCap", "must be above 0")),
  topUp("a top-up without a cap", { monthlyCap: undefined }, fault("input", /"monthlyCap" of required type/)),
  topUp(
    "a top-up whose cap is below its price",
    { quantity: 6 },
    fault("input.monthlyCap", "must be at least 60 USD, the price of 6 × prepaid-10"),
  ),
  topUp(
    "a top-up to a target whose cap is below one pack",
    { targetAmount: "20", monthlyCap: "9" },
    fault("input.monthlyCap", "must be at least 10 USD, the price of 1 × prepaid-10"),
  ),
  topUp("a top-up under an empty key", { idempotencyKey: "" }, fault("input.idempotencyKey", "1 to 255")),
];
