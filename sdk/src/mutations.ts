import type { ScripMutations } from "./apiMutations.js";
import type { TypedDocument } from "./document.js";
import {
  AdvanceTestClockDocument,
  CancelSubscriptionDocument,
  CaptureDocument,
  ChangePlanDocument,
  ConsumeBatchDocument,
  ConsumeDocument,
  CreateCreditNoteDocument,
  CreateCustomerDocument,
  CreateCustomerTokenDocument,
  CreateTestClockDocument,
  DeleteBudgetDocument,
  ExtendHoldDocument,
  GrantCreditsDocument,
  PayInvoiceDocument,
  PurchaseDocument,
  RedeemCouponDocument,
  RefundPurchaseDocument,
  ReleaseDocument,
  RemoveCouponDocument,
  ReserveDocument,
  ResumeSubscriptionDocument,
  ReverseUsageDocument,
  SetAutoTopUpDocument,
  SetBalanceAlertDocument,
  SetBudgetDocument,
  SetUpPaymentDocument,
  SubscribeDocument,
  UpdateCustomerDocument,
  VoidInvoiceDocument,
} from "./generated.js";
import { withKey } from "./keys.js";
import type { RequestOptions, Settings } from "./options.js";
import { send } from "./send.js";

export function makeMutations(settings: Settings): ScripMutations {
  const { keyed, keyedItems, once } = makeSenders(settings);
  return {
    consume: (input, options) => keyed(ConsumeDocument, withKey(input), options).then((data) => data.consume),
    consumeBatch: ({ items }, options) =>
      keyedItems(ConsumeBatchDocument, items.map(withKey), options).then((data) => data.consumeBatch.results),
    reserve: (input, options) => keyed(ReserveDocument, withKey(input), options).then((data) => data.reserve),
    capture: (input, options) => keyed(CaptureDocument, withKey(input), options).then((data) => data.capture),
    extendHold: (input, options) =>
      keyed(ExtendHoldDocument, withKey(input), options).then((data) => data.extendHold),
    release: (input, options) => keyed(ReleaseDocument, withKey(input), options).then((data) => data.release),
    reverseUsage: (input, options) =>
      keyed(ReverseUsageDocument, withKey(input), options).then((data) => data.reverseUsage),
    createCustomer: (input, options) =>
      keyed(CreateCustomerDocument, withKey(input), options).then((data) => data.createCustomer),
    updateCustomer: (input, options) =>
      keyed(UpdateCustomerDocument, withKey(input), options).then((data) => data.updateCustomer),
    setBudget: (input, options) =>
      keyed(SetBudgetDocument, withKey(input), options).then((data) => data.setBudget),
    deleteBudget: (input, options) =>
      keyed(DeleteBudgetDocument, withKey(input), options).then((data) => data.deleteBudget),
    setBalanceAlert: (input, options) =>
      keyed(SetBalanceAlertDocument, withKey(input), options).then((data) => data.setBalanceAlert),
    redeemCoupon: (input, options) =>
      keyed(RedeemCouponDocument, withKey(input), options).then((data) => data.redeemCoupon),
    removeCoupon: (input, options) =>
      keyed(RemoveCouponDocument, withKey(input), options).then((data) => data.removeCoupon),
    changePlan: (input, options) =>
      keyed(ChangePlanDocument, withKey(input), options).then((data) => data.changePlan),
    cancelSubscription: (input, options) =>
      keyed(CancelSubscriptionDocument, withKey(input), options).then((data) => data.cancelSubscription),
    resumeSubscription: (input, options) =>
      keyed(ResumeSubscriptionDocument, withKey(input), options).then((data) => data.resumeSubscription),
    subscribe: (input, options) =>
      keyed(SubscribeDocument, withKey(input), options).then((data) => data.subscribe),
    purchase: (input, options) =>
      keyed(PurchaseDocument, withKey(input), options).then((data) => data.purchase),
    setAutoTopUp: (input, options) =>
      keyed(SetAutoTopUpDocument, withKey(input), options).then((data) => data.setAutoTopUp),
    createCustomerToken: (input, options) =>
      once(CreateCustomerTokenDocument, input, options).then((data) => data.createCustomerToken),
    setUpPayment: (input, options) =>
      once(SetUpPaymentDocument, input, options).then((data) => data.setUpPayment),
    grantCredits: (input, options) =>
      keyed(GrantCreditsDocument, withKey(input), options).then((data) => data.grantCredits),
    payInvoice: (input, options) =>
      keyed(PayInvoiceDocument, withKey(input), options).then((data) => data.payInvoice),
    voidInvoice: (input, options) =>
      keyed(VoidInvoiceDocument, withKey(input), options).then((data) => data.voidInvoice),
    createCreditNote: (input, options) =>
      keyed(CreateCreditNoteDocument, withKey(input), options).then((data) => data.createCreditNote),
    refundPurchase: (input, options) =>
      keyed(RefundPurchaseDocument, withKey(input), options).then((data) => data.refundPurchase),
    createTestClock: (input, options) =>
      once(CreateTestClockDocument, input, options).then((data) => data.createTestClock),
    advanceTestClock: (input, options) =>
      once(AdvanceTestClockDocument, input, options).then((data) => data.advanceTestClock),
  };
}

type MutationDocument<Data, Input> = TypedDocument<Data, { input: Input }>;
interface Keyed {
  readonly idempotencyKey: string;
}

/** Whether a mutation may be sent twice depends on where its keys are, so each place has its sender. */
function makeSenders(settings: Settings) {
  return {
    keyed: <Data, Input extends Keyed>(
      document: MutationDocument<Data, Input>,
      input: NoInfer<Input>,
      options?: RequestOptions,
    ): Promise<Data> => {
      const { idempotencyKey } = input;
      return send(settings, { document, variables: { input }, repeatable: true, idempotencyKey }, options);
    },

    keyedItems: <Data, Item extends Keyed>(
      document: MutationDocument<Data, { readonly items: readonly Item[] }>,
      items: readonly NoInfer<Item>[],
      options?: RequestOptions,
    ): Promise<Data> => {
      const variables = { input: { items } };
      return send(settings, { document, variables, repeatable: true, idempotencyKey: null }, options);
    },

    once: <Data, Input>(
      document: MutationDocument<Data, Input>,
      input: NoInfer<Input>,
      options?: RequestOptions,
    ): Promise<Data> => {
      const variables = { input };
      return send(settings, { document, variables, repeatable: false, idempotencyKey: null }, options);
    },
  };
}
