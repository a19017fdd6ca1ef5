import { type Micros, zero } from "../domain/amount.js";
import type { ChainedEntry } from "../domain/chain.js";
import type { Event } from "../domain/event.js";
import type { UsageRecord } from "../domain/usage.js";
import { type Present, readPresent } from "../ledger/present.js";
import type { Database } from "../storage/database.js";
import { alertFeed } from "./alertFeed.js";
import type { Feed, Happening, NotThere } from "./feed.js";
import type { Hub } from "./hub.js";
import { usageFeed, walletFeed } from "./ledgerFeed.js";

interface Needs {
  readonly database: Database;
  readonly present: Present;
  readonly hub: Hub;
}

export interface StreamQuestion {
  readonly customerId: string;
  /** Null: the unit of the customer's plan. */
  readonly unit: string | null;
  /** Go on after this sequence; null: from now on. */
  readonly after: number | null;
  readonly signal: AbortSignal;
}

/** A stream that is open, and where it begins: `happenings` are those after `from`. */
interface OpenStream<Item> {
  readonly kind: "open";
  readonly from: number;
  readonly happenings: AsyncGenerator<Happening<Item>>;
}

/** What a stream of a wallet is about, which was not said in full when its unit was not named. */
interface OfWallet {
  readonly unit: string;
}

export type StreamRefusal =
  /** `noUnit`: there is no such unit, or none was named where there is no usual one. */
  { readonly kind: NotThere } | { readonly kind: "ahead"; readonly last: number };

type Stream<Item, Facts = unknown> = (OpenStream<Item> & Facts) | StreamRefusal;

interface WalletFacts extends OfWallet {
  /** What the wallet held where the stream begins. */
  readonly balance: Micros;
}

/** What can be followed as it happens. */
export interface Live {
  walletChanged(question: StreamQuestion): Promise<Stream<ChainedEntry, WalletFacts>>;
  usageRecorded(question: StreamQuestion): Promise<Stream<UsageRecord, OfWallet>>;
  alertRaised(question: Omit<StreamQuestion, "unit">): Promise<Stream<Event>>;
}

export function makeLive({ database, present, hub }: Needs): Live {
  const usualUnit = (customerId: string): Promise<string | null> =>
    readPresent({ database, present }, customerId, async (_, account) => account?.current?.plan.unit ?? null);

  const ofWallet = async <Item>(
    feed: Feed<Item>,
    { customerId, unit: named, ...where }: StreamQuestion,
  ): Promise<Stream<Item, OfWallet>> => {
    const unit = named ?? (await usualUnit(customerId));
    const opened = await hub.open({ feed, topic: { customerId, unit: unit ?? "" }, ...where });
    if (opened.kind !== "open") return opened;
    return unit === null ? { kind: "noUnit" } : { ...opened, unit };
  };

  /** What the wallet held after an entry. */
  const balanceAfter = (customerId: string, unit: string, sequence: number): Promise<Micros> =>
    database.read(async (tx) => {
      const [found] = await walletFeed.read(tx, [{ topic: { customerId, unit }, after: sequence - 1 }]);
      return found?.happenings[0]?.item.balanceAfter ?? zero;
    });

  return {
    walletChanged: async (question) => {
      const stream = await ofWallet(walletFeed, question);
      if (stream.kind !== "open") return stream;
      return { ...stream, balance: await balanceAfter(question.customerId, stream.unit, stream.from) };
    },
    usageRecorded: (question) => ofWallet(usageFeed, question),
    alertRaised: ({ customerId, ...where }) =>
      hub.open({ feed: alertFeed, topic: { customerId, unit: null }, ...where }),
  };
}
