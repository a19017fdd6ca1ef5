import type { DrawnMoney } from "./drawMoney.js";
import type { World } from "./model.js";
import { type Bill, cent, dueOf } from "./money.js";
import type { Customer, Sent } from "./world.js";

interface Stage {
  readonly world: World;
  readonly cast: readonly Customer[];
}

/** What a drawn command on an invoice means by now; null when there is no invoice that it could be about. */
export function moneyMeans({ world, cast }: Stage, drawn: DrawnMoney, key: string): Sent | null {
  const { index, of } = drawn.which;
  const bills = of === "live" ? world.bills.filter((bill) => isFor(bill, drawn.kind)) : world.bills;
  const bill = index === -1 ? bills.at(-1) : bills[index % Math.max(1, bills.length)];
  if (bill === undefined) return null;
  const other = cast.find(({ id }) => id !== bill.customer)?.id ?? "nobody";
  const about = {
    ...{ customer: of === "foreign" ? other : bill.customer, key },
    invoice: of === "none" ? "invoice 0" : bill.name,
  };
  if (drawn.kind === "payInvoice")
    return { kind: drawn.kind, approved: drawn.approved && !isAskedAfter(cast, bill), ...about };
  if (drawn.kind === "voidInvoice") return { kind: drawn.kind, ...about };
  const { percent, settlement, kind } = drawn;
  const part = percent === null ? null : Math.floor((bill.total * percent) / 100 / cent) * cent;
  return { kind, settlement, amount: part === null ? null : Math.max(cent, part), ...about };
}

/** A test clock asks after purchases as it moves, at times that the model does not know. */
const isAskedAfter = (cast: readonly Customer[], { kind, customer }: Bill): boolean =>
  kind === "PURCHASE" && cast.some(({ id, clock }) => id === customer && clock === "test");

/** Whether a command can do something with an invoice. */
function isFor(bill: Bill, kind: DrawnMoney["kind"]): boolean {
  const isOwed = bill.status === "OPEN" || bill.status === "UNCOLLECTIBLE";
  switch (kind) {
    case "refundPurchase":
      return bill.status === "PAID" && bill.kind === "PURCHASE";
    case "createCreditNote":
      return bill.status === "PAID" && bill.kind !== "PURCHASE" && bill.total > 0;
    case "voidInvoice":
      return isOwed;
    case "payInvoice":
      return isOwed && bill.kind !== "PURCHASE" && dueOf(bill) > 0;
  }
}
