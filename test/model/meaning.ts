import type { Choice, Drawn, DrawnCall, Late, Seconds } from "./commands.js";
import { coupons } from "./coupons.js";
import type { DrawnPlan } from "./drawPlans.js";
import { moneyMeans } from "./meaningOfMoney.js";
import { keptFor, sceneOf, timeOf, type World } from "./model.js";
import { room, type Scene, spendable } from "./pay.js";
import { stayAt, termsAt, unitAt } from "./stays.js";
import { undone } from "./sums.js";
import { flatRates, packs, plans } from "./terms.js";
import type { Customer, Sent, SentOf } from "./world.js";

/** Where a history stands: whom it is about, and what has been sent. */
export interface Stage {
  readonly world: World;
  readonly cast: readonly Customer[];
  readonly sent: Sent[];
}

type Drawing<Kind extends Drawn["kind"]> = Extract<Drawn, { readonly kind: Kind }>;
type DrawnMutation = Drawing<Sent["kind"] | "retry">;

const operations = plans[0]?.operations ?? [];
const newKey = ({ sent }: Stage): string => `key ${sent.length + 1}`;
const nobody = "nobody";

/** What a drawn command means by now; null when there is nothing that it could mean. */
export function meaningOf(stage: Stage, drawn: DrawnMutation): Sent | null {
  const sent = drawn.kind === "retry" ? retried(stage, drawn) : meant(stage, drawn);
  if (sent !== null) stage.sent.push(sent);
  return sent;
}

export const castOf = ({ cast }: Stage, who: number): Customer | null =>
  who === 99 ? null : (cast[who % cast.length] ?? null);

function meant(stage: Stage, drawn: Exclude<DrawnMutation, { kind: "retry" }>): Sent {
  const key = newKey(stage);
  switch (drawn.kind) {
    case "consume":
      return consumeOf(stage, drawn);
    case "reserve": {
      const { customer, ...call } = callOf(stage, drawn);
      return { kind: "reserve", customer, key, ...call, seconds: secondsOf(stage, customer, drawn.seconds) };
    }
    case "capture": {
      const found = chosenHold(stage, drawn.which);
      if (found === null) return insteadOfHold(stage, drawn.which);
      const { customer, hold, quantity } = found;
      const { percent, final, beyond, spoilt } = drawn;
      const part = percent === null ? null : Math.max(1, Math.floor((quantity * percent) / 100));
      const attributes: Record<string, number> = spoilt ? { depth: 1 } : {};
      return { kind: "capture", customer, key, hold, quantity: part, attributes, final, beyond };
    }
    case "extendHold": {
      const found = chosenHold(stage, drawn.which);
      if (found === null) return insteadOfHold(stage, drawn.which);
      const { customer, hold } = found;
      const seconds = secondsOf(stage, customer, drawn.seconds);
      return { kind: "extendHold", customer, key, hold, seconds };
    }
    case "release": {
      const found = chosenHold(stage, drawn.which);
      if (found === null) return insteadOfHold(stage, drawn.which);
      const { customer, hold } = found;
      return { kind: "release", customer, key, hold };
    }
    case "reverseUsage":
      return reverseOf(stage, drawn);
    case "grantCredits":
      return grantOf(stage, drawn);
    case "purchase": {
      const customer = castOf(stage, drawn.who)?.id ?? nobody;
      const pack = packs[drawn.pack]?.key ?? "no-such-pack";
      return { kind: "purchase", customer, key, pack, quantity: drawn.quantity };
    }
    case "subscribe":
    case "changePlan":
    case "cancelSubscription":
    case "resumeSubscription":
      return planOf(stage, drawn);
    case "redeemCoupon": {
      const code = coupons[drawn.coupon]?.key ?? "NO-SUCH-COUPON";
      return { kind: "redeemCoupon", customer: castOf(stage, drawn.who)?.id ?? nobody, key, code };
    }
    case "refundPurchase":
    case "createCreditNote":
    case "voidInvoice":
    case "payInvoice":
      return moneyMeans(stage, drawn, key) ?? somePurchase(stage, Math.abs(drawn.which.index));
  }
}

/** Until a grant of the customer ends, if that is some whole seconds ahead. */
function secondsOf(stage: Stage, customer: string, seconds: Seconds): number {
  if (seconds !== null) return seconds;
  const ours = scenes(stage).filter((one) => one.customer.id === customer);
  const ends = ours.flatMap(({ wallet, now }) =>
    wallet.lots.map(({ until }) => ((until ?? 0) - now) / 1_000),
  );
  return ends.findLast((end) => Number.isInteger(end) && end >= 1 && end <= 86_400) ?? 600;
}

interface DrawnUse {
  readonly who: number;
  readonly call: DrawnCall;
}

export function consumeOf(stage: Stage, drawn: DrawnUse & { readonly late: Late }): SentOf<"consume"> {
  const { customer, ...call } = callOf(stage, drawn);
  const found = castOf(stage, drawn.who);
  const now = found === null ? stage.world.clocks.wall : timeOf(stage.world, found);
  const occurredAt = drawn.late === null ? null : now - drawn.late;
  return { kind: "consume", customer, key: newKey(stage), ...call, occurredAt };
}

function callOf(stage: Stage, { who, call }: DrawnUse) {
  const found = castOf(stage, who);
  const terms = found && termsAt(found, timeOf(stage.world, found));
  const known = terms?.operations ?? operations;
  const operation = known[call.operation % known.length] ?? "";
  const quantity =
    "quantity" in call.size ? call.size.quantity : share(stage, found, { operation, ...call.size });
  const attributes: Record<string, number> = call.spoilt === "attribute" ? { depth: 1 } : {};
  return {
    customer: found?.id ?? nobody,
    operation: call.spoilt === "operation" ? "api.nothing" : operation,
    quantity,
    attributes,
  };
}

interface Share {
  readonly operation: string;
  readonly percent: number;
}

/** About so much of what can be spent, so that most calls are paid and some use up all there is. */
function share({ world }: Stage, customer: Customer | null, { operation, percent }: Share): number {
  const terms = customer && termsAt(customer, timeOf(world, customer));
  if (customer === null || terms === null) return 1_000_000;
  const scene = sceneOf(world, customer, terms.unit);
  const means = spendable(scene, operation) + Math.min(room(scene, terms), 60_000_000);
  const rate = flatRates[operation] ?? 2_000_000;
  return Math.max(1, Math.floor((means * percent * 10_000) / rate));
}

/** All wallets of the cast as they are by now. */
const scenes = ({ world, cast }: Stage): Scene[] =>
  cast.flatMap((customer) => ["EUR", "credit"].map((unit) => sceneOf(world, customer, unit)));

interface Chosen<Thing> {
  readonly customer: string;
  readonly thing: Thing;
}

/** One of the live things, or one that will be refused; null when none is live. */
function choose<Thing>(
  { cast }: Stage,
  { index, of }: Choice,
  things: { readonly live: readonly Chosen<Thing>[]; readonly any: readonly Chosen<Thing>[] },
): { customer: string; thing: Thing | null } | null {
  const isLive = of === "live" || of === "newest";
  if (isLive && things.live.length === 0) return null;
  if (of === "newest") return things.live.at(-1) ?? null;
  const from = isLive ? things.live : things.any;
  const found = from[index % from.length];
  const first = cast[index % cast.length]?.id ?? nobody;
  if (found === undefined || of === "none") return { customer: first, thing: null };
  if (of !== "foreign") return found;
  return { ...found, customer: cast.find(({ id }) => id !== found.customer)?.id ?? nobody };
}

/** With nothing to act on, something is made that the next command can act on. */
const smallCall = ({ index }: Choice): DrawnUse & { readonly late: null } => ({
  ...{ who: index, late: null },
  call: { operation: index, size: { percent: 10 + index }, spoilt: null },
});

function insteadOfHold(stage: Stage, choice: Choice): Sent {
  const { customer, ...call } = callOf(stage, smallCall(choice));
  return { kind: "reserve", customer, key: newKey(stage), ...call, seconds: 600 * (choice.index + 1) };
}

interface ChosenHold {
  readonly customer: string;
  readonly hold: string;
  readonly quantity: number;
}

function chosenHold(stage: Stage, choice: Choice): ChosenHold | null {
  const all = scenes(stage).flatMap(({ wallet, customer }) =>
    wallet.holds.map((thing) => ({ customer: customer.id, thing })),
  );
  const numberOf = (name: string): number => Number(name.split(" ")[1]);
  const live = all
    .filter(({ thing }) => thing.status === "ACTIVE")
    .toSorted((a, b) => numberOf(a.thing.name) - numberOf(b.thing.name));
  const chosen = choose(stage, choice, { live, any: all });
  if (chosen === null) return null;
  const { customer, thing } = chosen;
  return { customer, hold: thing?.name ?? "hold 0", quantity: thing?.quantity ?? 1_000_000 };
}

function reverseOf(stage: Stage, { which, percent }: Drawing<"reverseUsage">): Sent {
  const all = scenes(stage).flatMap(({ wallet, customer }) =>
    wallet.usages.map((usage) => ({
      customer: customer.id,
      thing: { name: usage.name, left: usage.amount - undone(wallet, usage) },
    })),
  );
  const live = all.filter(({ thing }) => thing.left > 0);
  const chosen = choose(stage, which, { live, any: all });
  if (chosen === null) return consumeOf(stage, smallCall(which));
  const { customer, thing } = chosen;
  const part = percent === null || thing === null ? null : Math.floor((thing.left * percent) / 100);
  const amount = part === null ? null : Math.max(1, part);
  const usage = thing?.name ?? "usage 0";
  return { kind: "reverseUsage", customer, key: newKey(stage), usage, amount, reason: null };
}

function grantOf(stage: Stage, drawn: Drawing<"grantCredits">): Sent {
  const found = castOf(stage, drawn.who);
  const now = found === null ? stage.world.clocks.wall : timeOf(stage.world, found);
  const ours = found === null ? "credit" : unitAt(found, now);
  const unit = drawn.otherUnit ? (ours === "credit" ? "EUR" : "credit") : ours;
  const { amount, source, priority, startsIn, lasts, scope } = drawn;
  const from = startsIn === null ? null : now + startsIn;
  const until = lasts === null ? null : (from ?? now) + lasts;
  const scoped = scope === null ? null : [operations[scope] ?? ""];
  const customer = found?.id ?? nobody;
  const terms = { unit, amount, source, priority, from, until, operations: scoped, reason: null };
  return { kind: "grantCredits", customer, key: newKey(stage), ...terms };
}

/** With no invoice to act on, something is bought. */
const somePurchase = (stage: Stage, index: number): Sent => ({
  ...{ kind: "purchase", customer: castOf(stage, index)?.id ?? nobody, key: newKey(stage) },
  ...{ pack: packs[index % packs.length]?.key ?? "", quantity: 1 + (index % 2) },
});

/** Who is on no plan any more mostly takes one. */
function planOf(stage: Stage, { who, ...drawn }: Drawing<Exclude<DrawnPlan["kind"], "redeemCoupon">>): Sent {
  const found = castOf(stage, who);
  const now = found === null ? 0 : timeOf(stage.world, found);
  const base = { customer: found?.id ?? nobody, key: newKey(stage) };
  const stay = found === null ? null : stayAt(found, now);
  const isOver = (stay?.until ?? Infinity) <= now;
  const wanted = "plan" in drawn ? drawn.plan : who;
  const plan = plans[wanted]?.key ?? "no-such-plan";
  // A trial is gone through to its end: whoever is on one is refused another plan.
  if (stay?.trial === true && !isOver) return { kind: "subscribe", plan, ...base };
  if (isOver && drawn.kind !== "resumeSubscription") return { kind: "subscribe", plan, ...base };
  return "plan" in drawn ? { ...drawn, plan, ...base } : { ...drawn, ...base };
}

/** An earlier command under its own key: the same, with another input, or as another mutation. */
function retried({ world, sent }: Stage, { which, how, refused }: Drawing<"retry">): Sent | null {
  const free = sent.filter((one) => keptFor(world, one) === undefined);
  const from = refused && free.length > 0 ? free : sent;
  const earlier = from[which % Math.max(1, from.length)];
  if (earlier === undefined || how === "same") return earlier ?? null;
  if (how === "changed") return changed(earlier);
  const { customer, key } = earlier;
  const call = { operation: "api.one", quantity: 1_500_000, attributes: {}, occurredAt: null };
  return { kind: "consume", customer, key, ...call };
}

function changed(sent: Sent): Sent {
  switch (sent.kind) {
    case "consume":
    case "reserve":
      return { ...sent, quantity: sent.quantity + 1_000_000 };
    case "capture":
      return { ...sent, quantity: (sent.quantity ?? 0) + 1 };
    case "extendHold":
      return { ...sent, seconds: sent.seconds + 1 };
    case "release":
      return { ...sent, hold: "hold 0" };
    case "reverseUsage":
    case "grantCredits":
      return { ...sent, reason: "changed" };
    case "purchase":
      return { ...sent, quantity: sent.quantity + 1 };
    case "subscribe":
    case "changePlan":
      return { ...sent, plan: sent.plan === "once" ? "bare" : "once" };
    case "cancelSubscription":
      return { ...sent, timing: sent.timing === "NOW" ? null : "NOW" };
    case "refundPurchase":
    case "createCreditNote":
      return { ...sent, amount: (sent.amount ?? 0) + 1_000_000 };
    case "voidInvoice":
    case "payInvoice":
      return { ...sent, invoice: "invoice 0" };
    case "redeemCoupon":
      return { ...sent, code: "NO-SUCH-COUPON" };
    case "resumeSubscription":
      return { kind: "cancelSubscription", timing: "NOW", customer: sent.customer, key: sent.key };
  }
}
