import { add, type Micros, micros, parseAmount, subtract, sum, zero } from "../../server/domain/amount.js";
import { minorDigits } from "../../server/domain/currency.js";
import { dayMs, type Instant, instant, instantFrom, toIso } from "../../server/domain/instant.js";
import {
  type Invoice,
  type InvoiceLine,
  type InvoiceParties,
  type InvoiceTax,
  plainLine,
} from "../../server/domain/invoice.js";

export const amount = (text: string): Micros => {
  const parsed = parseAmount(text);
  if (parsed === undefined) throw new Error(`${text} is no amount.`);
  return parsed;
};

export const at = (iso: string): Instant => instantFrom(iso.length === 10 ? `${iso}T00:00:00Z` : iso);

/** Half up, away from zero, to the currency's minor unit. */
const rounded = (net: Micros, currency: string): Micros => {
  const unit = 10 ** (6 - minorDigits(currency));
  return micros(Math.sign(net) * Math.round(Math.abs(net) / unit) * unit);
};

export const july = { start: at("2026-07-01"), end: at("2026-08-01") };

interface UsageFigures {
  readonly description: string;
  readonly operation: string;
  readonly quantity: string;
  readonly listAmount: string;
  readonly unitPrice?: string;
  readonly tier?: string;
  readonly discount?: string;
  readonly allowance?: string;
  readonly prepaid?: string;
  /** The day it was used, where that was too late for its own period. */
  readonly late?: Instant;
}

export function usageLine(figures: UsageFigures, currency = "USD"): InvoiceLine {
  const { description, operation, tier = null, late } = figures;
  const [listAmount, discount, allowance, prepaid] = [
    amount(figures.listAmount),
    amount(figures.discount ?? "0"),
    amount(figures.allowance ?? "0"),
    amount(figures.prepaid ?? "0"),
  ];
  const net = subtract(listAmount, sum([discount, allowance, prepaid]));
  return {
    kind: late === undefined ? "USAGE" : "LATE_USAGE",
    description: late === undefined ? description : `${description} on ${toIso(late).slice(0, 10)}`,
    ...{ operation, tier, listAmount, discount, allowance, prepaid, net },
    period: late === undefined ? july : { start: late, end: instant(late + dayMs) },
    quantity: amount(figures.quantity),
    unitPrice: figures.unitPrice === undefined ? null : amount(figures.unitPrice),
    amount: rounded(net, currency),
  };
}

const reduction = (kind: "DISCOUNT" | "COUPON", description: string, net: string): InvoiceLine =>
  plainLine({
    ...{ kind, description, quantity: amount("1"), unitPrice: null },
    net: amount(net),
    amount: rounded(amount(net), "USD"),
  });

interface Terms {
  readonly currency?: string;
  readonly tax?: Pick<InvoiceTax, "name" | "country" | "inclusive"> & { readonly percent: string };
  readonly credit?: string;
  readonly over?: Partial<Invoice>;
}

/** An invoice of these lines, with its taxes and credit worked out. */
export function invoiceOf(
  lines: readonly InvoiceLine[],
  { currency = "USD", tax, credit, over }: Terms = {},
): Invoice {
  const subtotal = sum(lines.map((line) => line.amount));
  const percent = amount(tax?.percent ?? "0");
  const share = tax?.inclusive ? percent / (percent + 100_000_000) : percent / 100_000_000;
  const taxAmount = rounded(micros(Math.round(subtotal * share)), currency);
  const total = tax === undefined || tax.inclusive ? subtotal : add(subtotal, taxAmount);
  const creditApplied = amount(credit ?? "0");
  return {
    ...{ currency, lines, subtotal },
    taxes:
      tax === undefined
        ? []
        : [
            {
              ...tax,
              percent,
              taxable: subtotal,
              amount: taxAmount,
            },
          ],
    ...{ total, creditApplied, amountDue: subtract(total, creditApplied) },
    ...{ customerId: "lumen-games", invoiceId: "inv_0198c1f2", number: "2026-000042", kind: "USAGE" },
    ...{ status: "OPEN", subscriptionId: "sub_1", periodIndex: 6, period: july, parties, notes: null },
    ...{ createdAt: at("2026-08-01"), finalizesAt: null, finalizedAt: at("2026-08-04"), paidAt: null },
    ...{ voidedAt: null, voidReason: null, setOff: zero, carriedOver: zero, unused: zero },
    ...over,
  };
}

export const parties: InvoiceParties = {
  operator: {
    name: "Northlight Imaging GmbH",
    address: {
      ...{ name: null, lines: ["Speicherstraße 12"], postalCode: "20457", city: "Hamburg", country: "DE" },
    },
    taxId: "DE314159265",
    email: "billing@northlight.example",
    notes:
      "Payable within 14 days by bank transfer to DE89 3704 0044 0532 0130 00 (BIC COBADEFFXXX), quoting the invoice number.\nNorthlight Imaging GmbH · Amtsgericht Hamburg HRB 271828 · Managing director: Ada Sommer",
  },
  customer: {
    ...{ customerId: "lumen-games", name: "Lumen Games SAS", email: "accounts@lumen.example" },
    address: {
      ...{ name: "Comptabilité", lines: ["48 rue des Filles du Calvaire", "Bâtiment B"] },
      ...{ postalCode: "75003", city: "Paris", country: "FR" },
    },
    ...{ taxId: "FR40303265045", taxExempt: false },
  },
};

/** A month as Scenario bills it: several models, tiers, free allowance, savings plan, volume discount, coupon, tax. */
export const monthly = invoiceOf(
  [
    usageLine({
      ...{ description: "Image generation, SD 1.5", operation: "image.generate.sd15", unitPrice: "0.004" },
      ...{ quantity: "18412", listAmount: "73.648", discount: "11.0472", allowance: "0.5" },
    }),
    usageLine({
      ...{ description: "Image generation, SDXL", operation: "image.generate.sdxl", tier: "up to 1,000" },
      ...{ quantity: "1000", unitPrice: "0.032", listAmount: "32", discount: "4.8" },
    }),
    usageLine({
      ...{
        description: "Image generation, SDXL",
        operation: "image.generate.sdxl",
        tier: "over 1,000, up to 10,000",
      },
      ...{ quantity: "7253", unitPrice: "0.028", listAmount: "203.084", discount: "30.4626" },
    }),
    usageLine({
      ...{ description: "Upscaling", operation: "image.upscale", quantity: "1286.5" },
      ...{ listAmount: "25.317333", prepaid: "20" },
    }),
    usageLine({
      ...{ description: "Generator training", operation: "generator.train", unitPrice: "5" },
      ...{ quantity: "3", listAmount: "15" },
    }),
    usageLine({
      ...{ description: "Upscaling", operation: "image.upscale", quantity: "12", late: at("2026-06-28") },
      ...{ listAmount: "0.236148", unitPrice: "0.019679" },
    }),
    usageLine({
      ...{ description: "Upscaling", operation: "image.upscale", quantity: "40", late: at("2026-06-30") },
      ...{ listAmount: "0.78716", unitPrice: "0.019679" },
    }),
    reduction("DISCOUNT", "Volume discount: 5% above USD 200", "-4.063042"),
    reduction("COUPON", "Coupon SUMMER26: 10% for three months", "-27.42"),
  ],
  {
    tax: { name: "VAT", country: "DE", percent: "19", inclusive: false },
    credit: "50",
  },
);

export const onePack = invoiceOf(
  [
    plainLine({
      ...{
        kind: "CREDIT_PACK",
        description: "10,000 credits",
        quantity: amount("2"),
        unitPrice: amount("49"),
      },
      ...{ net: amount("98"), amount: amount("98") },
    }),
  ],
  {
    currency: "EUR",
    tax: { name: "VAT", country: "DE", percent: "19", inclusive: true },
    over: {
      ...{ number: "2026-000007", kind: "PURCHASE", status: "PAID", period: null },
      ...{ finalizedAt: at("2026-03-09T14:20:00Z"), paidAt: at("2026-03-09T14:20:05Z") },
    },
  },
);

const styles = ["anime", "cinematic", "line art", "oil painting", "pixel art", "product photo", "sketch"];

/** Fifty operations of six tiers each. */
export const long = invoiceOf(
  Array.from({ length: 300 }, (_, index) => {
    const [operation, tier] = [Math.floor(index / 6), index % 6];
    const quantity = 1_000 - tier * 120 - operation;
    const price = micros(19_000 + operation * 137 - tier * 1_500);
    return usageLine({
      description: `Generation, ${styles[operation % styles.length]}, engine ${1 + Math.floor(operation / styles.length)}`,
      operation: `image.generate.${operation}`,
      tier:
        tier === 5
          ? "Above 5,000"
          : `${(tier * 1_000 + 1).toLocaleString("en")} to ${((tier + 1) * 1_000).toLocaleString("en")}`,
      quantity: `${quantity}`,
      unitPrice: (price / 1e6).toFixed(6),
      listAmount: ((price * quantity) / 1e6).toFixed(6),
      discount: (Math.round(price * quantity * 0.1) / 1e6).toFixed(6),
      ...(index === 0 ? { allowance: "5" } : {}),
    });
  }),
  { tax: { name: "VAT", country: "DE", percent: "19", inclusive: false } },
);

export const draft: Invoice = {
  ...monthly,
  ...{ invoiceId: "inv_0198draft", number: null, status: "DRAFT", parties: null },
  ...{ finalizedAt: null, finalizesAt: at("2026-08-04") },
};

/** No minor unit, names in Japanese, and a customer who pays no tax. */
export const yen = invoiceOf(
  [
    usageLine(
      {
        ...{
          description: "画像生成（アニメ）",
          operation: "image.generate",
          quantity: "12840",
          unitPrice: "3.25",
        },
        ...{ listAmount: "41730", allowance: "1500" },
      },
      "JPY",
    ),
    usageLine(
      {
        ...{ description: "高解像度化", operation: "image.upscale", quantity: "310", unitPrice: "1.333333" },
        ...{ listAmount: "413.33323" },
      },
      "JPY",
    ),
  ],
  {
    currency: "JPY",
    over: {
      customerId: "hoshizora",
      number: "2026-000108",
      parties: {
        operator: parties.operator,
        customer: {
          ...{ customerId: "hoshizora", name: "株式会社 星空ゲームズ", email: null, taxId: "T1234567890123" },
          address: {
            ...{ name: "経理部 山田 花子 様", lines: ["渋谷区神宮前 6-25-14"], postalCode: "150-0001" },
            ...{ city: "東京都", country: "JP" },
          },
          taxExempt: true,
        },
      },
    },
  },
);

const longWord = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

/** Texts that break careless documents: markup, endless words, other scripts, writing from the right, what no font has. */
export const awkward = invoiceOf(
  [
    usageLine({
      ...{ description: `<script>alert("1")</script> & ${longWord.repeat(3)}`, operation: "odd.one" },
      ...{ quantity: "0.000001", listAmount: "9007199.254741", unitPrice: "9007199254.740991" },
    }),
    usageLine({
      ...{
        description: "توليد الصور 2026 (صورة) · Генерация · Δημιουργία · 이미지 생성 · 图像生成 · 👩‍💻 ᚠ",
        operation: "odd.two",
      },
      ...{ quantity: "1", listAmount: "1", tier: "ยืนยัน" },
    }),
  ],
  {
    over: {
      customerId: "cafe\u0301",
      status: "VOID",
      notes: `${"Terms that go on for long. ".repeat(60)}\n\nשלום, חשבונית מספר 42 עבור Lumen.\r\n${"x".repeat(400)}`,
      parties: {
        operator: {
          ...{ name: `${longWord} <b>& Söhne</b>`, address: null, taxId: null, email: null, notes: null },
        },
        customer: {
          ...{
            customerId: "cafe\u0301",
            name: "חברת לומן משחקים בע״מ (1998)",
            email: null,
            taxId: null,
            taxExempt: false,
          },
          address: {
            ...{
              name: null,
              lines: ["שדרות רוטשילד 22", "قسم الحسابات"],
              postalCode: "6688218",
              city: "Tel Aviv",
            },
            country: "IL",
          },
        },
      },
    },
  },
);
