import { z } from "zod";

/**
 * The parameters that the double knows, by endpoint: those of Stripe's API that Scrip uses, with Stripe's rules. Any
 * other is refused as Stripe refuses unknown ones.
 */
const amount = z.coerce.number().int().min(1).max(99_999_999);
const currency = z.string().regex(/^[a-z]{3}$/);
const metadata = z.record(z.string().max(40), z.string().max(500));
const url = z.url({ protocol: /^https?$/ });
const yes = z.literal("true");
const limit = z.coerce.number().int().min(1).max(100);

const page = {
  success_url: url,
  cancel_url: url,
  customer: z.string().optional(),
  metadata: metadata.optional(),
};

const paymentPage = z.strictObject({
  ...page,
  mode: z.literal("payment"),
  client_reference_id: z.string().max(200).optional(),
  line_items: z
    .array(
      z.strictObject({
        quantity: z.coerce.number().int().min(1),
        price_data: z.strictObject({
          currency,
          unit_amount: amount,
          product_data: z.strictObject({ name: z.string().min(1) }),
        }),
      }),
    )
    .length(1),
  payment_intent_data: z.strictObject({
    description: z.string().optional(),
    setup_future_usage: z.enum(["off_session", "on_session"]).optional(),
    metadata: metadata.optional(),
  }),
});

const setupPage = z.strictObject({
  ...page,
  mode: z.literal("setup"),
  // Without it Stripe wants a currency.
  allowed_payment_method_types: z.array(z.literal("card")).min(1),
  setup_intent_data: z.strictObject({ metadata: metadata.optional() }).optional(),
});

export const params = {
  "POST /v1/customers": z.strictObject({
    name: z.string().optional(),
    email: z.string().optional(),
    metadata: metadata.optional(),
  }),
  "POST /v1/payment_intents": z.strictObject({
    amount,
    currency,
    customer: z.string(),
    description: z.string().optional(),
    metadata: metadata.optional(),
  }),
  "GET /v1/payment_intents/:id": z.strictObject({}),
  "POST /v1/payment_intents/:id/confirm": z.strictObject({
    payment_method: z.string(),
    // Methods that redirect are allowed by default, and need to know where to.
    return_url: url,
    off_session: yes.optional(),
  }),
  "POST /v1/payment_intents/:id/cancel": z.strictObject({}),
  "POST /v1/checkout/sessions": z.discriminatedUnion("mode", [paymentPage, setupPage]),
  "GET /v1/checkout/sessions/:id": z.strictObject({
    expand: z.array(z.literal("payment_intent")).optional(),
  }),
  "POST /v1/checkout/sessions/:id/expire": z.strictObject({}),
  "POST /v1/refunds": z.strictObject({ payment_intent: z.string(), amount, metadata: metadata.optional() }),
  "GET /v1/refunds": z.strictObject({
    payment_intent: z.string(),
    limit: limit.optional(),
    starting_after: z.string().optional(),
  }),
} as const;

export type Endpoint = keyof typeof params;
export type ParamsOf<Name extends Endpoint> = z.infer<(typeof params)[Name]>;
