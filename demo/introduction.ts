import type { CreditPack, Plan } from "@scrip/sdk";
import { counted, inUnits, plain } from "./amounts.js";
import { act, banner, columns, dim, say } from "./print.js";
import { minuteOf } from "./time.js";
import { nounOf, type Tourist } from "./tourist.js";

interface Opening {
  readonly title: string;
  readonly url: string;
}

export async function introduce(tourist: Tourist, { title, url }: Opening): Promise<void> {
  const { sdk, plan, id } = tourist;
  banner(`Scrip: a tour of ${title}`);
  say(
    dim(
      `Customer ${id} lives on a test clock, from ${minuteOf(tourist.now())} UTC; all is done through @scrip/sdk.`,
    ),
  );
  say(dim(`The server is in memory, at ${url}`));
  act(`The plan: ${plan.name}`);
  const packs = plan.sellsCreditPacks ? await sdk.creditPacks({ unit: plan.unit }) : [];
  const others = (await sdk.plans()).filter(({ key }) => key !== plan.key).map(({ key }) => key);
  const facts: string[][] = [
    ["supply", supplyOf(plan)],
    ["when it is gone", beyond(plan)],
    ...(plan.fee === null
      ? []
      : [["fee", `${plain(plan.fee.amount)} ${plan.fee.currency} a ${nounOf(plan.period)}`]]),
    ["packs", packs.length === 0 ? "none are sold" : packs.map(offerOf).join("; ")],
    ...(others.length === 0 ? [] : [["other plans", others.join(", ")]]),
  ];
  for (const line of columns(facts, [])) say(line);
}

function supplyOf({ supply, unit, period }: Plan): string {
  if (supply === null) return "none: every credit is bought";
  const amount = inUnits(supply, unit);
  const days = counted(period.days ?? 0, "day");
  switch (period.type) {
    case "CALENDAR_MONTH":
      return `${amount} on the 1st of every month; what is unused then expires`;
    case "CALENDAR_YEAR":
      return `${amount} on every January 1st; what is unused then expires`;
    case "ANCHOR":
      return `${amount} on the same day of every ${nounOf(period)}; what is unused then expires`;
    case "ROLLING":
      return `${amount} within any ${days}; what a call burned comes back after ${days}`;
    case "NONE":
      return `${amount}, once`;
  }
}

function beyond({ overage, unit }: Plan): string {
  if (overage.policy === "BLOCK") return "calls are refused (BLOCK)";
  const limit = overage.limit === null ? "" : `, up to ${inUnits(overage.limit, unit)}`;
  return `calls are billed afterwards${limit} (POSTPAID)`;
}

export function offerOf({ name, price, expiresAfterDays }: CreditPack): string {
  const expiry = expiresAfterDays === null ? "" : `, for ${counted(expiresAfterDays, "day")}`;
  return `${name} for ${plain(price.amount)} ${price.currency}${expiry}`;
}
