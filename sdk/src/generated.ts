// Written by `npm run codegen` from schema.graphql and sdk/operations; never edited by hand.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocument } from "./document.js";
const SetBudgetResultFragment = "fragment SetBudgetResult on SetBudgetResult{__typename ...BudgetSet ...Problem ...BudgetNotFound ...BudgetSetByOperator ...UnitNotFound ...CustomerNotFound ...IdempotencyConflict}";
const BudgetSetFragment = "fragment BudgetSet on BudgetSet{__typename budget{...Budget}replayed}";
const DeleteBudgetResultFragment = "fragment DeleteBudgetResult on DeleteBudgetResult{__typename ...BudgetDeleted ...Problem ...BudgetNotFound ...BudgetSetByOperator ...CustomerNotFound ...IdempotencyConflict}";
const BudgetDeletedFragment = "fragment BudgetDeleted on BudgetDeleted{__typename budgetId replayed}";
const SetBalanceAlertResultFragment = "fragment SetBalanceAlertResult on SetBalanceAlertResult{__typename ...BalanceAlertSet ...Problem ...UnitNotFound ...CustomerNotFound ...IdempotencyConflict}";
const BalanceAlertSetFragment = "fragment BalanceAlertSet on BalanceAlertSet{__typename balanceAlert{...BalanceAlert}replayed}";
const BudgetFragment = "fragment Budget on Budget{id customerId name setBy operation group apiKeyId window days measure unit limit action thresholds spent held remaining windowStart resetsAt createdAt updatedAt}";
const BalanceAlertFragment = "fragment BalanceAlert on BalanceAlert{unit setBy below low daysBeforeExpiry}";
const AlertPageFragment = "fragment AlertPage on AlertConnection{nodes{...Alert}pageInfo{...PageInfo}}";
const AlertFragment = "fragment Alert on Alert{__typename id kind customerId unit message raisedAt ...BudgetAlert ...LowBalanceAlert ...ExpiryAlert}";
const BudgetAlertFragment = "fragment BudgetAlert on BudgetAlert{__typename id kind customerId unit message raisedAt budgetId name setBy measure action threshold limit spent remaining windowStart resetsAt}";
const LowBalanceAlertFragment = "fragment LowBalanceAlert on LowBalanceAlert{__typename id kind customerId unit message raisedAt setBy below available}";
const ExpiryAlertFragment = "fragment ExpiryAlert on ExpiryAlert{__typename id kind customerId unit message raisedAt setBy grantId amount expiresAt}";
const QuoteUsageResultFragment = "fragment QuoteUsageResult on QuoteUsageResult{__typename ...UsageQuote ...Problem ...CustomerNotFound ...SubscriptionInactive ...PlanNotFound}";
const UsageQuoteFragment = "fragment UsageQuote on UsageQuote{__typename quotes{...PlanQuote}}";
const PlanQuoteFragment = "fragment PlanQuote on PlanQuote{plan{...PlanSummary}place complete times lines{...PlanQuoteLine}amount coveredBySupply coveredByCredits toBuy billed beyond purchases{...PlannedPurchase}invoices{...PlannedInvoice}total{...Money}perMonth{...Money}}";
const PlanQuoteLineFragment = "fragment PlanQuoteLine on PlanQuoteLine{operation quantity amount listAmount explanation{...PriceStep}problem{...Problem ...UnpricedUsage}}";
const PlannedPurchaseFragment = "fragment PlannedPurchase on PlannedPurchase{creditPack{...CreditPack}quantity credits price{...Money}}";
const PlanFragment = "fragment Plan on Plan{...PlanSummary description rank fee{...Money}minimumFee{...Money}period{...PeriodRule}trialDays supply overage{...Overage}sellsCreditPacks operations{...PlanOperation}}";
const PlanSummaryFragment = "fragment PlanSummary on Plan{key version name unit}";
const PeriodRuleFragment = "fragment PeriodRule on PeriodRule{type every days}";
const OverageFragment = "fragment Overage on Overage{policy limit}";
const PlanOperationFragment = "fragment PlanOperation on PlanOperation{operation{...Operation}price{...Price}}";
const PriceFragment = "fragment Price on Price{model definition}";
const OperationFragment = "fragment Operation on Operation{key name description group per reportBy attributes{...OperationAttribute}}";
const OperationAttributeFragment = "fragment OperationAttribute on OperationAttribute{name type description required default values min max}";
const CreditPackFragment = "fragment CreditPack on CreditPack{key name description unit credits price{...Money}bonuses{...PackBonus}expiresAfterDays availability}";
const PackBonusFragment = "fragment PackBonus on PackBonus{fromQuantity percent}";
const MoneyFragment = "fragment Money on Money{amount currency}";
const ComparePlansResultFragment = "fragment ComparePlansResult on ComparePlansResult{__typename ...PlanComparison ...Problem ...CustomerNotFound ...CatalogInvalid ...TooMuchUsage}";
const PlanComparisonFragment = "fragment PlanComparison on PlanComparison{__typename customerId from to calls plans{...ComparedPlan}}";
const ComparedPlanFragment = "fragment ComparedPlan on ComparedPlan{plan{...PlanSummary}place current draft complete cost{...Money}difference charges{...ComparedCharge}calls amount periods{...ComparedPeriod}purchases{...PlannedPurchase}unpriced{...UnpricedCalls}refusedCalls refused}";
const ComparedChargeFragment = "fragment ComparedCharge on ComparedCharge{kind money{...Money}}";
const ComparedPeriodFragment = "fragment ComparedPeriod on ComparedPeriod{start end calls amount coveredBySupply toBuy billed}";
const UnpricedCallsFragment = "fragment UnpricedCalls on UnpricedCalls{calls problem{...Problem ...UnpricedUsage}}";
const CatalogInvalidFragment = "fragment CatalogInvalid on CatalogInvalid{...Problem problems{...CatalogProblem}}";
const CatalogProblemFragment = "fragment CatalogProblem on CatalogProblem{path line column message}";
const TooMuchUsageFragment = "fragment TooMuchUsage on TooMuchUsage{...Problem limit}";
const RedeemCouponResultFragment = "fragment RedeemCouponResult on RedeemCouponResult{__typename ...CouponRedeemed ...Problem ...CouponNotFound ...CouponNotRedeemable ...CustomerNotFound ...IdempotencyConflict}";
const CouponRedeemedFragment = "fragment CouponRedeemed on CouponRedeemed{__typename redemption{...CouponRedemption}replayed}";
const RemoveCouponResultFragment = "fragment RemoveCouponResult on RemoveCouponResult{__typename ...CouponRemoved ...Problem ...CouponNotFound ...CustomerNotFound ...IdempotencyConflict}";
const CouponRemovedFragment = "fragment CouponRemoved on CouponRemoved{__typename redemption{...CouponRedemption}replayed}";
const CouponRedemptionFragment = "fragment CouponRedemption on CouponRedemption{id code name percentOff amountOff{...Money}periods periodsLeft plans redeemedAt endedAt}";
const CreateCreditNoteResultFragment = "fragment CreateCreditNoteResult on CreateCreditNoteResult{__typename ...CreditNoteCreated ...Problem ...CustomerNotFound ...InvoiceNotFound ...InvoiceNotCreditable ...CreditExceedsInvoice ...PaymentDisputed ...IdempotencyConflict}";
const CreditNoteCreatedFragment = "fragment CreditNoteCreated on CreditNoteCreated{__typename creditNote{...CreditNote}invoice{...Invoice}replayed}";
const RefundPurchaseResultFragment = "fragment RefundPurchaseResult on RefundPurchaseResult{__typename ...PurchaseRefunded ...Problem ...CustomerNotFound ...InvoiceNotFound ...InvoiceNotCreditable ...NothingToRefund ...CreditExceedsInvoice ...PaymentDisputed ...IdempotencyConflict}";
const PurchaseRefundedFragment = "fragment PurchaseRefunded on PurchaseRefunded{__typename creditNote{...CreditNote}invoice{...Invoice}grant{...CreditGrant}wallet{...Wallet}replayed}";
const CreditNotePageFragment = "fragment CreditNotePage on CreditNoteConnection{nodes{...CreditNote}pageInfo{...PageInfo}}";
const CreditNoteFragment = "fragment CreditNote on CreditNote{id customerId invoiceId invoiceNumber invoiceFinalizedAt number subtotal taxes{name country percent inclusive taxable amount}amount currency settlement reason voided clawback refunds{...Refund}createdAt htmlUrl pdfUrl}";
const CreateCustomerResultFragment = "fragment CreateCustomerResult on CreateCustomerResult{__typename ...CustomerCreated ...Problem ...CustomerExists ...PlanNotFound ...TestClockNotFound ...IdempotencyConflict}";
const CustomerCreatedFragment = "fragment CustomerCreated on CustomerCreated{__typename customer{...Customer}replayed}";
const UpdateCustomerResultFragment = "fragment UpdateCustomerResult on UpdateCustomerResult{__typename ...CustomerUpdated ...Problem ...CustomerNotFound ...IdempotencyConflict}";
const CustomerUpdatedFragment = "fragment CustomerUpdated on CustomerUpdated{__typename customer{...Customer}replayed}";
const CustomerDetailsFragment = "fragment CustomerDetails on Customer{...Customer subscriptions(first:$subscriptionsFirst){...PlanSubscription}}";
const CustomerFragment = "fragment Customer on Customer{id name email metadata createdAt testClock{...TestClock}subscription{...PlanSubscription}wallets{...Wallet}billingAddress{...Address}taxId taxExempt creditBalances{...Money}coupons{...CouponRedemption}}";
const BillingPeriodFragment = "fragment BillingPeriod on BillingPeriod{start end}";
const CreateCustomerTokenResultFragment = "fragment CreateCustomerTokenResult on CreateCustomerTokenResult{__typename ...CustomerTokenCreated ...Problem ...CustomerNotFound}";
const CustomerTokenCreatedFragment = "fragment CustomerTokenCreated on CustomerTokenCreated{__typename token expiresAt}";
const ForecastFragment = "fragment Forecast on Forecast{customerId unit at available gap burnRate{...BurnRate}exhaustion{...Exhaustion}horizon days{...ForecastDay}invoice{...ForecastInvoice}}";
const BurnRateFragment = "fragment BurnRate on BurnRate{perDay deviation days from weekly operations{...OperationBurnRate}}";
const OperationBurnRateFragment = "fragment OperationBurnRate on OperationBurnRate{operation perDay quantityPerDay}";
const ExhaustionFragment = "fragment Exhaustion on Exhaustion{at earliest latest}";
const ForecastDayFragment = "fragment ForecastDay on ForecastDay{start used refused granted returned expired available}";
const ForecastInvoiceFragment = "fragment ForecastInvoice on ForecastInvoice{expected{...PlannedInvoice}least most closesAt}";
const ReserveResultFragment = "fragment ReserveResult on ReserveResult{__typename ...Reserved ...Problem ...InsufficientCredits ...BudgetExceeded ...UnpricedUsage ...CustomerNotFound ...SubscriptionInactive ...IdempotencyConflict}";
const CaptureResultFragment = "fragment CaptureResult on CaptureResult{__typename ...Captured ...Problem ...HoldNotFound ...HoldNotActive ...HoldExceeded ...BudgetExceeded ...InsufficientCredits ...UnpricedUsage ...CustomerNotFound ...IdempotencyConflict}";
const ExtendHoldResultFragment = "fragment ExtendHoldResult on ExtendHoldResult{__typename ...HoldExtended ...Problem ...HoldNotFound ...HoldNotActive ...CustomerNotFound ...IdempotencyConflict}";
const ReleaseResultFragment = "fragment ReleaseResult on ReleaseResult{__typename ...Released ...Problem ...HoldNotFound ...HoldNotActive ...CustomerNotFound ...IdempotencyConflict}";
const ReservedFragment = "fragment Reserved on Reserved{__typename hold{...Hold}wallet{...WalletBalances}replayed}";
const CapturedFragment = "fragment Captured on Captured{__typename usageRecord{...UsageRecord}hold{...Hold}wallet{...WalletBalances}replayed}";
const HoldExtendedFragment = "fragment HoldExtended on HoldExtended{__typename hold{...Hold}wallet{...WalletBalances}replayed}";
const ReleasedFragment = "fragment Released on Released{__typename hold{...Hold}wallet{...WalletBalances}replayed}";
const HoldFragment = "fragment Hold on Hold{id customerId operation quantity attributes unit amount held captured postpaid draws{...Draw}status plan planVersion idempotencyKey createdAt expiresAt endedAt}";
const HoldPageFragment = "fragment HoldPage on HoldConnection{nodes{...Hold}pageInfo{...PageInfo}}";
const PurchaseResultFragment = "fragment PurchaseResult on PurchaseResult{__typename ...Purchased ...Problem ...PaymentRequired ...PaymentFailed ...InvoiceNotPayable ...PackNotAvailable ...CustomerNotFound ...IdempotencyConflict}";
const PurchasedFragment = "fragment Purchased on Purchased{__typename grant{...CreditGrant}invoice{...Invoice}wallet{...Wallet}replayed}";
const SetUpPaymentResultFragment = "fragment SetUpPaymentResult on SetUpPaymentResult{__typename ...PaymentSetup ...Problem ...CustomerNotFound}";
const PaymentSetupFragment = "fragment PaymentSetup on PaymentSetup{__typename url}";
const PayInvoiceResultFragment = "fragment PayInvoiceResult on PayInvoiceResult{__typename ...InvoicePaid ...Problem ...PaymentRequired ...PaymentFailed ...CustomerNotFound ...InvoiceNotFound ...InvoiceNotPayable ...IdempotencyConflict}";
const InvoicePaidFragment = "fragment InvoicePaid on InvoicePaid{__typename invoice{...Invoice}replayed}";
const VoidInvoiceResultFragment = "fragment VoidInvoiceResult on VoidInvoiceResult{__typename ...InvoiceVoided ...Problem ...CustomerNotFound ...InvoiceNotFound ...InvoiceNotVoidable ...IdempotencyConflict}";
const InvoiceVoidedFragment = "fragment InvoiceVoided on InvoiceVoided{__typename invoice{...Invoice}replayed}";
const InvoicePageFragment = "fragment InvoicePage on InvoiceConnection{nodes{...Invoice}pageInfo{...PageInfo}}";
const InvoiceFragment = "fragment Invoice on Invoice{id customerId number kind status currency period{...BillingPeriod}lines{...InvoiceLine}subtotal taxes{name country percent inclusive taxable amount}total creditApplied amountDue carriedOver setOff parties{operator{name address{...Address}taxId email}customer{customerId name email address{...Address}taxId taxExempt}}notes createdAt finalizesAt finalizedAt paidAt htmlUrl pdfUrl voidedAt voidReason payments{...Payment}credited creditNotes{...CreditNote}}";
const InvoiceLineFragment = "fragment InvoiceLine on InvoiceLine{kind description operation tier period{...BillingPeriod}quantity unitPrice listAmount discount allowance prepaid net amount rounding}";
const AddressFragment = "fragment Address on Address{name lines postalCode city country}";
const PaymentFragment = "fragment Payment on Payment{id status amount currency failure actionUrl createdAt refunded refunds{...Refund}disputes{...Dispute}}";
const RefundFragment = "fragment Refund on Refund{id status amount currency failure createdAt}";
const DisputeFragment = "fragment Dispute on Dispute{id status amount currency openedAt closedAt}";
const WalletChangeFragment = "fragment WalletChange on WalletChange{customerId unit sequence balance entry{...LedgerEntry}}";
const UsageRecordedMessageFragment = "fragment UsageRecordedMessage on UsageRecorded{customerId unit sequence usageRecord{...UsageRecord}}";
const AlertRaisedMessageFragment = "fragment AlertRaisedMessage on AlertRaised{customerId sequence alert{...WebhookEvent}}";
const ProblemFragment = "fragment Problem on Problem{__typename code message}";
const InsufficientCreditsFragment = "fragment InsufficientCredits on InsufficientCredits{...Problem required available shortBy nextSupplyAt creditPacks{...CreditPack}}";
const BudgetExceededFragment = "fragment BudgetExceeded on BudgetExceeded{...Problem budget{...Budget}limit spent required remaining resetsAt}";
const BudgetNotFoundFragment = "fragment BudgetNotFound on BudgetNotFound{...Problem budgetId}";
const BudgetSetByOperatorFragment = "fragment BudgetSetByOperator on BudgetSetByOperator{...Problem budget{...Budget}}";
const UnpricedUsageFragment = "fragment UnpricedUsage on UnpricedUsage{...Problem operation reason attribute allowed}";
const CustomerNotFoundFragment = "fragment CustomerNotFound on CustomerNotFound{...Problem customerId}";
const CustomerExistsFragment = "fragment CustomerExists on CustomerExists{...Problem customer{...Customer}}";
const SubscriptionInactiveFragment = "fragment SubscriptionInactive on SubscriptionInactive{...Problem status}";
const AlreadySubscribedFragment = "fragment AlreadySubscribed on AlreadySubscribed{...Problem subscription{...PlanSubscription}}";
const AlreadyOnPlanFragment = "fragment AlreadyOnPlan on AlreadyOnPlan{...Problem plan version}";
const NothingToResumeFragment = "fragment NothingToResume on NothingToResume{...Problem}";
const PlanNotFoundFragment = "fragment PlanNotFound on PlanNotFound{...Problem plan plans}";
const TestClockNotFoundFragment = "fragment TestClockNotFound on TestClockNotFound{...Problem}";
const UnitNotFoundFragment = "fragment UnitNotFound on UnitNotFound{...Problem units}";
const PackNotAvailableFragment = "fragment PackNotAvailable on PackNotAvailable{...Problem creditPack creditPacks{...CreditPack}}";
const PaymentRequiredFragment = "fragment PaymentRequired on PaymentRequired{...Problem invoice{...Invoice}payment{...Payment}delivered{...DeliveredCredits}}";
const DeliveredCreditsFragment = "fragment DeliveredCredits on DeliveredCredits{grant{...CreditGrant}wallet{...Wallet}}";
const PaymentFailedFragment = "fragment PaymentFailed on PaymentFailed{...Problem invoice{...Invoice}payment{...Payment}}";
const InvoiceNotFoundFragment = "fragment InvoiceNotFound on InvoiceNotFound{...Problem invoiceId}";
const InvoiceNotPayableFragment = "fragment InvoiceNotPayable on InvoiceNotPayable{...Problem status}";
const InvoiceNotVoidableFragment = "fragment InvoiceNotVoidable on InvoiceNotVoidable{...Problem status}";
const InvoiceNotCreditableFragment = "fragment InvoiceNotCreditable on InvoiceNotCreditable{...Problem kind status}";
const CreditExceedsInvoiceFragment = "fragment CreditExceedsInvoice on CreditExceedsInvoice{...Problem creditable}";
const NothingToRefundFragment = "fragment NothingToRefund on NothingToRefund{...Problem creditable}";
const PaymentDisputedFragment = "fragment PaymentDisputed on PaymentDisputed{...Problem dispute{...Dispute}}";
const HoldNotFoundFragment = "fragment HoldNotFound on HoldNotFound{...Problem holdId}";
const HoldNotActiveFragment = "fragment HoldNotActive on HoldNotActive{...Problem hold{...Hold}}";
const HoldExceededFragment = "fragment HoldExceeded on HoldExceeded{...Problem required held exceededBy}";
const UsageRecordNotFoundFragment = "fragment UsageRecordNotFound on UsageRecordNotFound{...Problem usageRecordId}";
const ReversalExceedsUsageFragment = "fragment ReversalExceedsUsage on ReversalExceedsUsage{...Problem reversible}";
const CouponNotFoundFragment = "fragment CouponNotFound on CouponNotFound{...Problem coupon}";
const CouponNotRedeemableFragment = "fragment CouponNotRedeemable on CouponNotRedeemable{...Problem coupon reason}";
const IdempotencyConflictFragment = "fragment IdempotencyConflict on IdempotencyConflict{...Problem idempotencyKey usedAt}";
const SubscribeResultFragment = "fragment SubscribeResult on SubscribeResult{__typename ...Subscribed ...Problem ...CustomerNotFound ...PlanNotFound ...AlreadySubscribed ...IdempotencyConflict}";
const SubscribedFragment = "fragment Subscribed on Subscribed{__typename subscription{...PlanSubscription}wallet{...Wallet}replayed}";
const ChangePlanResultFragment = "fragment ChangePlanResult on ChangePlanResult{__typename ...PlanChanged ...Problem ...CustomerNotFound ...SubscriptionInactive ...PlanNotFound ...AlreadyOnPlan ...IdempotencyConflict}";
const PlanChangedFragment = "fragment PlanChanged on PlanChanged{__typename change{...PlanChange}subscription{...PlanSubscription}wallet{...Wallet}invoice{...Invoice}creditNote{...CreditNote}replayed}";
const PlanChangeFragment = "fragment PlanChange on PlanChange{from{...PlanSummary}to{...PlanSummary}direction timing supplyPolicy effectiveAt}";
const PreviewPlanChangeResultFragment = "fragment PreviewPlanChangeResult on PreviewPlanChangeResult{__typename ...PlanChangePreview ...Problem ...CustomerNotFound ...SubscriptionInactive ...PlanNotFound ...AlreadyOnPlan}";
const PlanChangePreviewFragment = "fragment PlanChangePreview on PlanChangePreview{__typename change{...PlanChange}credits{...PlannedCredits}invoice{...PlannedInvoice}setOff{invoiceId amount currency}}";
const PlannedCreditsFragment = "fragment PlannedCredits on PlannedCredits{unit before after grants{...PlannedGrant}}";
const PlannedGrantFragment = "fragment PlannedGrant on PlannedGrant{id source amount remaining priority effectiveAt expiresAt}";
const PlannedInvoiceFragment = "fragment PlannedInvoice on PlannedInvoice{kind currency lines{...InvoiceLine}subtotal taxes{name country percent inclusive taxable amount}total creditApplied amountDue}";
const CancelSubscriptionResultFragment = "fragment CancelSubscriptionResult on CancelSubscriptionResult{__typename ...SubscriptionCancelled ...Problem ...CustomerNotFound ...SubscriptionInactive ...IdempotencyConflict}";
const SubscriptionCancelledFragment = "fragment SubscriptionCancelled on SubscriptionCancelled{__typename subscription{...PlanSubscription}replayed}";
const ResumeSubscriptionResultFragment = "fragment ResumeSubscriptionResult on ResumeSubscriptionResult{__typename ...SubscriptionResumed ...Problem ...CustomerNotFound ...SubscriptionInactive ...NothingToResume ...IdempotencyConflict}";
const SubscriptionResumedFragment = "fragment SubscriptionResumed on SubscriptionResumed{__typename subscription{...PlanSubscription}replayed}";
const PlanSubscriptionFragment = "fragment PlanSubscription on PlanSubscription{...SubscriptionTerms next{...SubscriptionTerms}}";
const SubscriptionTermsFragment = "fragment SubscriptionTerms on PlanSubscription{id plan{...PlanSummary}status startedAt endsAt cancelledAt trial currentPeriod{...BillingPeriod}}";
const TestClockFragment = "fragment TestClock on TestClock{id name now}";
const QuoteResultFragment = "fragment QuoteResult on QuoteResult{__typename ...Quote ...Problem ...UnpricedUsage ...CustomerNotFound ...SubscriptionInactive ...PlanNotFound}";
const QuoteFragment = "fragment Quote on Quote{__typename amount unit explanation{...PriceStep}available balanceAfter wouldOverdraw}";
const PriceStepFragment = "fragment PriceStep on PriceStep{kind description value}";
const ConsumeResultFragment = "fragment ConsumeResult on ConsumeResult{__typename ...Consumed ...Problem ...InsufficientCredits ...BudgetExceeded ...UnpricedUsage ...CustomerNotFound ...SubscriptionInactive ...IdempotencyConflict}";
const ConsumedFragment = "fragment Consumed on Consumed{__typename usageRecord{...UsageRecord}wallet{...WalletBalances}replayed}";
const UsageRecordFragment = "fragment UsageRecord on UsageRecord{id customerId operation quantity attributes amount unit postpaid draws{...Draw}balanceAfter plan planVersion idempotencyKey apiKeyId occurredAt recordedAt holdId reversed reversedAt}";
const ReverseUsageResultFragment = "fragment ReverseUsageResult on ReverseUsageResult{__typename ...UsageReversed ...Problem ...UsageRecordNotFound ...ReversalExceedsUsage ...CustomerNotFound ...IdempotencyConflict}";
const UsageReversedFragment = "fragment UsageReversed on UsageReversed{__typename reversal{...Reversal}usageRecord{...UsageRecord}wallet{...WalletBalances}replayed}";
const ReversalFragment = "fragment Reversal on Reversal{id usageRecordId amount postpaid draws{...ReversedDraw}reason idempotencyKey createdAt}";
const ReversedDrawFragment = "fragment ReversedDraw on ReversedDraw{grant{id source}amount effect}";
const DrawFragment = "fragment Draw on Draw{grant{id source}amount}";
const UsageRecordPageFragment = "fragment UsageRecordPage on UsageRecordConnection{nodes{...UsageRecord reversals{...Reversal}explanation@include(if:$explain){...PriceStep}}pageInfo{...PageInfo}}";
const UsageReportFragment = "fragment UsageReport on UsageReport{from to previousFrom rows{...UsageReportRow}totals{...UsageReportTotal}}";
const UsageReportRowFragment = "fragment UsageReportRow on UsageReportRow{operation group hour day month attributes apiKeyId plan unit calls quantity amount allowance prepaid postpaid reversed share previous{...UsageFigures}change{...UsageChange}}";
const UsageReportTotalFragment = "fragment UsageReportTotal on UsageReportTotal{unit calls amount allowance prepaid postpaid reversed previous{...UsageFigures}change{...UsageChange}}";
const UsageFiguresFragment = "fragment UsageFigures on UsageFigures{calls quantity amount allowance prepaid postpaid reversed}";
const UsageChangeFragment = "fragment UsageChange on UsageChange{calls quantity amount}";
const SetAutoTopUpResultFragment = "fragment SetAutoTopUpResult on SetAutoTopUpResult{__typename ...AutoTopUpSet ...Problem ...PackNotAvailable ...CustomerNotFound ...IdempotencyConflict}";
const AutoTopUpSetFragment = "fragment AutoTopUpSet on AutoTopUpSet{__typename autoTopUp{...AutoTopUp}replayed}";
const GrantCreditsResultFragment = "fragment GrantCreditsResult on GrantCreditsResult{__typename ...CreditsGranted ...Problem ...CustomerNotFound ...UnitNotFound ...IdempotencyConflict}";
const CreditsGrantedFragment = "fragment CreditsGranted on CreditsGranted{__typename grant{...CreditGrant}wallet{...Wallet}replayed}";
const WalletDetailsFragment = "fragment WalletDetails on Wallet{...Wallet grants(activeOnly:$activeOnly){...CreditGrant}returns(first:$returnsFirst){...CreditReturn}autoTopUp{...AutoTopUp}balanceAlerts{...BalanceAlert}}";
const AutoTopUpFragment = "fragment AutoTopUp on AutoTopUp{creditPack quantity targetAmount threshold monthlyCap{...Money}spentThisMonth{...Money}enabled status failures lastFailure retryAt invoice{...Invoice}}";
const WalletFragment = "fragment Wallet on Wallet{...WalletBalances frozen supply{...Supply}}";
const WalletBalancesFragment = "fragment WalletBalances on Wallet{id customerId unit posted held available postpaid}";
const WalletVerificationFragment = "fragment WalletVerification on WalletVerification{walletId entries hash drifts{...Drift}}";
const DriftFragment = "fragment Drift on Drift{law row}";
const SupplyFragment = "fragment Supply on Supply{amount used remaining renewsAt}";
const CreditGrantFragment = "fragment CreditGrant on CreditGrant{id source amount remaining held priority effectiveAt expiresAt operations reason frozen}";
const CreditReturnFragment = "fragment CreditReturn on CreditReturn{at amount}";
const LedgerEntryPageFragment = "fragment LedgerEntryPage on LedgerEntryConnection{nodes{...LedgerEntry grant@include(if:$related){...CreditGrant}usageRecord@include(if:$related){...UsageRecord}invoice@include(if:$related){id number kind}}pageInfo{...PageInfo}}";
const LedgerEntryFragment = "fragment LedgerEntry on LedgerEntry{id sequence type amount balanceAfter grantId usageRecordId occurredAt recordedAt hash}";
const PageInfoFragment = "fragment PageInfo on PageInfo{hasNextPage hasPreviousPage startCursor endCursor}";
const WebhookEventFragment = "fragment WebhookEvent on Event{id type customerId sequence createdAt data}";
const WebhookEventPageFragment = "fragment WebhookEventPage on EventConnection{nodes{...WebhookEvent}pageInfo{...PageInfo}}";
const WebhookEndpointFragment = "fragment WebhookEndpoint on WebhookEndpoint{id url description eventTypes status trouble disabledAt failingSince oldSecretUntil replay{...WebhookReplay}createdAt}";
const WebhookReplayFragment = "fragment WebhookReplay on WebhookReplay{from startedAt finishedAt events}";
const WebhookSecretFragment = "fragment WebhookSecret on WebhookSecret{endpoint{...WebhookEndpoint}secret}";
const WebhookDeliveryFragment = "fragment WebhookDelivery on WebhookDelivery{id endpointId event{...WebhookEvent}status attemptCount nextAttemptAt deliveredAt attempts{...WebhookAttempt}}";
const WebhookAttemptFragment = "fragment WebhookAttempt on WebhookAttempt{number startedAt durationMs statusCode error response}";
const WebhookDeliveryPageFragment = "fragment WebhookDeliveryPage on WebhookDeliveryConnection{nodes{...WebhookDelivery}pageInfo{...PageInfo}}";

export const BudgetsDocument: TypedDocument<BudgetsData, BudgetsVariables> = {
  name: "Budgets",
  text: "query Budgets($customerId:ID!){budgets(customerId:$customerId){...Budget}}" + BudgetFragment,
};

export const AlertsDocument: TypedDocument<AlertsData, AlertsVariables> = {
  name: "Alerts",
  text: "query Alerts($customerId:ID!$kind:AlertKind$first:Int$after:String){alerts(customerId:$customerId kind:$kind first:$first after:$after){...AlertPage}}" + AlertFragment + AlertPageFragment + BudgetAlertFragment + ExpiryAlertFragment + LowBalanceAlertFragment + PageInfoFragment,
};

export const SetBudgetDocument: TypedDocument<SetBudgetData, SetBudgetVariables> = {
  name: "SetBudget",
  text: "mutation SetBudget($input:SetBudgetInput!){setBudget(input:$input){...SetBudgetResult}}" + BudgetFragment + BudgetNotFoundFragment + BudgetSetFragment + BudgetSetByOperatorFragment + CustomerNotFoundFragment + IdempotencyConflictFragment + ProblemFragment + SetBudgetResultFragment + UnitNotFoundFragment,
};

export const DeleteBudgetDocument: TypedDocument<DeleteBudgetData, DeleteBudgetVariables> = {
  name: "DeleteBudget",
  text: "mutation DeleteBudget($input:DeleteBudgetInput!){deleteBudget(input:$input){...DeleteBudgetResult}}" + BudgetFragment + BudgetDeletedFragment + BudgetNotFoundFragment + BudgetSetByOperatorFragment + CustomerNotFoundFragment + DeleteBudgetResultFragment + IdempotencyConflictFragment + ProblemFragment,
};

export const SetBalanceAlertDocument: TypedDocument<SetBalanceAlertData, SetBalanceAlertVariables> = {
  name: "SetBalanceAlert",
  text: "mutation SetBalanceAlert($input:SetBalanceAlertInput!){setBalanceAlert(input:$input){...SetBalanceAlertResult}}" + BalanceAlertFragment + BalanceAlertSetFragment + CustomerNotFoundFragment + IdempotencyConflictFragment + ProblemFragment + SetBalanceAlertResultFragment + UnitNotFoundFragment,
};

export const QuoteUsageDocument: TypedDocument<QuoteUsageData, QuoteUsageVariables> = {
  name: "QuoteUsage",
  text: "query QuoteUsage($input:QuoteUsageInput!){quoteUsage(input:$input){...QuoteUsageResult}}" + BillingPeriodFragment + CreditPackFragment + CustomerNotFoundFragment + InvoiceLineFragment + MoneyFragment + PackBonusFragment + PlanNotFoundFragment + PlanQuoteFragment + PlanQuoteLineFragment + PlanSummaryFragment + PlannedInvoiceFragment + PlannedPurchaseFragment + PriceStepFragment + ProblemFragment + QuoteUsageResultFragment + SubscriptionInactiveFragment + UnpricedUsageFragment + UsageQuoteFragment,
};

export const PlansDocument: TypedDocument<PlansData, PlansVariables> = {
  name: "Plans",
  text: "query Plans{plans{...Plan}}" + MoneyFragment + OperationFragment + OperationAttributeFragment + OverageFragment + PeriodRuleFragment + PlanFragment + PlanOperationFragment + PlanSummaryFragment + PriceFragment,
};

export const CreditPacksDocument: TypedDocument<CreditPacksData, CreditPacksVariables> = {
  name: "CreditPacks",
  text: "query CreditPacks($unit:String){creditPacks(unit:$unit){...CreditPack}}" + CreditPackFragment + MoneyFragment + PackBonusFragment,
};

export const OperationsDocument: TypedDocument<OperationsData, OperationsVariables> = {
  name: "Operations",
  text: "query Operations{operations{...Operation}}" + OperationFragment + OperationAttributeFragment,
};

export const ComparePlansDocument: TypedDocument<ComparePlansData, ComparePlansVariables> = {
  name: "ComparePlans",
  text: "query ComparePlans($input:ComparePlansInput!){comparePlans(input:$input){...ComparePlansResult}}" + CatalogInvalidFragment + CatalogProblemFragment + ComparePlansResultFragment + ComparedChargeFragment + ComparedPeriodFragment + ComparedPlanFragment + CreditPackFragment + CustomerNotFoundFragment + MoneyFragment + PackBonusFragment + PlanComparisonFragment + PlanSummaryFragment + PlannedPurchaseFragment + ProblemFragment + TooMuchUsageFragment + UnpricedCallsFragment + UnpricedUsageFragment,
};

export const RedeemCouponDocument: TypedDocument<RedeemCouponData, RedeemCouponVariables> = {
  name: "RedeemCoupon",
  text: "mutation RedeemCoupon($input:RedeemCouponInput!){redeemCoupon(input:$input){...RedeemCouponResult}}" + CouponNotFoundFragment + CouponNotRedeemableFragment + CouponRedeemedFragment + CouponRedemptionFragment + CustomerNotFoundFragment + IdempotencyConflictFragment + MoneyFragment + ProblemFragment + RedeemCouponResultFragment,
};

export const RemoveCouponDocument: TypedDocument<RemoveCouponData, RemoveCouponVariables> = {
  name: "RemoveCoupon",
  text: "mutation RemoveCoupon($input:RemoveCouponInput!){removeCoupon(input:$input){...RemoveCouponResult}}" + CouponNotFoundFragment + CouponRedemptionFragment + CouponRemovedFragment + CustomerNotFoundFragment + IdempotencyConflictFragment + MoneyFragment + ProblemFragment + RemoveCouponResultFragment,
};

export const CreateCreditNoteDocument: TypedDocument<CreateCreditNoteData, CreateCreditNoteVariables> = {
  name: "CreateCreditNote",
  text: "mutation CreateCreditNote($input:CreateCreditNoteInput!){createCreditNote(input:$input){...CreateCreditNoteResult}}" + AddressFragment + BillingPeriodFragment + CreateCreditNoteResultFragment + CreditExceedsInvoiceFragment + CreditNoteFragment + CreditNoteCreatedFragment + CustomerNotFoundFragment + DisputeFragment + IdempotencyConflictFragment + InvoiceFragment + InvoiceLineFragment + InvoiceNotCreditableFragment + InvoiceNotFoundFragment + PaymentFragment + PaymentDisputedFragment + ProblemFragment + RefundFragment,
};

export const RefundPurchaseDocument: TypedDocument<RefundPurchaseData, RefundPurchaseVariables> = {
  name: "RefundPurchase",
  text: "mutation RefundPurchase($input:RefundPurchaseInput!){refundPurchase(input:$input){...RefundPurchaseResult}}" + AddressFragment + BillingPeriodFragment + CreditExceedsInvoiceFragment + CreditGrantFragment + CreditNoteFragment + CustomerNotFoundFragment + DisputeFragment + IdempotencyConflictFragment + InvoiceFragment + InvoiceLineFragment + InvoiceNotCreditableFragment + InvoiceNotFoundFragment + NothingToRefundFragment + PaymentFragment + PaymentDisputedFragment + ProblemFragment + PurchaseRefundedFragment + RefundFragment + RefundPurchaseResultFragment + SupplyFragment + WalletFragment + WalletBalancesFragment,
};

export const CreditNotesDocument: TypedDocument<CreditNotesData, CreditNotesVariables> = {
  name: "CreditNotes",
  text: "query CreditNotes($customerId:ID!$first:Int$after:String){creditNotes(customerId:$customerId first:$first after:$after){...CreditNotePage}}" + CreditNoteFragment + CreditNotePageFragment + PageInfoFragment + RefundFragment,
};

export const CreditNoteDocument: TypedDocument<CreditNoteData, CreditNoteVariables> = {
  name: "CreditNote",
  text: "query CreditNote($id:ID!){creditNote(id:$id){...CreditNote}}" + CreditNoteFragment + RefundFragment,
};

export const CustomerDocument: TypedDocument<CustomerData, CustomerVariables> = {
  name: "Customer",
  text: "query Customer($id:ID!$subscriptionsFirst:Int){customer(id:$id){...CustomerDetails}}" + AddressFragment + BillingPeriodFragment + CouponRedemptionFragment + CustomerFragment + CustomerDetailsFragment + MoneyFragment + PlanSubscriptionFragment + PlanSummaryFragment + SubscriptionTermsFragment + SupplyFragment + TestClockFragment + WalletFragment + WalletBalancesFragment,
};

export const CreateCustomerDocument: TypedDocument<CreateCustomerData, CreateCustomerVariables> = {
  name: "CreateCustomer",
  text: "mutation CreateCustomer($input:CreateCustomerInput!){createCustomer(input:$input){...CreateCustomerResult}}" + AddressFragment + BillingPeriodFragment + CouponRedemptionFragment + CreateCustomerResultFragment + CustomerFragment + CustomerCreatedFragment + CustomerExistsFragment + IdempotencyConflictFragment + MoneyFragment + PlanNotFoundFragment + PlanSubscriptionFragment + PlanSummaryFragment + ProblemFragment + SubscriptionTermsFragment + SupplyFragment + TestClockFragment + TestClockNotFoundFragment + WalletFragment + WalletBalancesFragment,
};

export const UpdateCustomerDocument: TypedDocument<UpdateCustomerData, UpdateCustomerVariables> = {
  name: "UpdateCustomer",
  text: "mutation UpdateCustomer($input:UpdateCustomerInput!){updateCustomer(input:$input){...UpdateCustomerResult}}" + AddressFragment + BillingPeriodFragment + CouponRedemptionFragment + CustomerFragment + CustomerNotFoundFragment + CustomerUpdatedFragment + IdempotencyConflictFragment + MoneyFragment + PlanSubscriptionFragment + PlanSummaryFragment + ProblemFragment + SubscriptionTermsFragment + SupplyFragment + TestClockFragment + UpdateCustomerResultFragment + WalletFragment + WalletBalancesFragment,
};

export const CreateCustomerTokenDocument: TypedDocument<CreateCustomerTokenData, CreateCustomerTokenVariables> = {
  name: "CreateCustomerToken",
  text: "mutation CreateCustomerToken($input:CreateCustomerTokenInput!){createCustomerToken(input:$input){...CreateCustomerTokenResult}}" + CreateCustomerTokenResultFragment + CustomerNotFoundFragment + CustomerTokenCreatedFragment + ProblemFragment,
};

export const ForecastDocument: TypedDocument<ForecastData, ForecastVariables> = {
  name: "Forecast",
  text: "query Forecast($customerId:ID!$unit:String$days:Int){forecast(customerId:$customerId unit:$unit days:$days){...Forecast}}" + BillingPeriodFragment + BurnRateFragment + ExhaustionFragment + ForecastFragment + ForecastDayFragment + ForecastInvoiceFragment + InvoiceLineFragment + OperationBurnRateFragment + PlannedInvoiceFragment,
};

export const ReserveDocument: TypedDocument<ReserveData, ReserveVariables> = {
  name: "Reserve",
  text: "mutation Reserve($input:ReserveInput!){reserve(input:$input){...ReserveResult}}" + BudgetFragment + BudgetExceededFragment + CreditPackFragment + CustomerNotFoundFragment + DrawFragment + HoldFragment + IdempotencyConflictFragment + InsufficientCreditsFragment + MoneyFragment + PackBonusFragment + ProblemFragment + ReserveResultFragment + ReservedFragment + SubscriptionInactiveFragment + UnpricedUsageFragment + WalletBalancesFragment,
};

export const CaptureDocument: TypedDocument<CaptureData, CaptureVariables> = {
  name: "Capture",
  text: "mutation Capture($input:CaptureInput!){capture(input:$input){...CaptureResult}}" + BudgetFragment + BudgetExceededFragment + CaptureResultFragment + CapturedFragment + CreditPackFragment + CustomerNotFoundFragment + DrawFragment + HoldFragment + HoldExceededFragment + HoldNotActiveFragment + HoldNotFoundFragment + IdempotencyConflictFragment + InsufficientCreditsFragment + MoneyFragment + PackBonusFragment + ProblemFragment + UnpricedUsageFragment + UsageRecordFragment + WalletBalancesFragment,
};

export const ExtendHoldDocument: TypedDocument<ExtendHoldData, ExtendHoldVariables> = {
  name: "ExtendHold",
  text: "mutation ExtendHold($input:ExtendHoldInput!){extendHold(input:$input){...ExtendHoldResult}}" + CustomerNotFoundFragment + DrawFragment + ExtendHoldResultFragment + HoldFragment + HoldExtendedFragment + HoldNotActiveFragment + HoldNotFoundFragment + IdempotencyConflictFragment + ProblemFragment + WalletBalancesFragment,
};

export const ReleaseDocument: TypedDocument<ReleaseData, ReleaseVariables> = {
  name: "Release",
  text: "mutation Release($input:ReleaseInput!){release(input:$input){...ReleaseResult}}" + CustomerNotFoundFragment + DrawFragment + HoldFragment + HoldNotActiveFragment + HoldNotFoundFragment + IdempotencyConflictFragment + ProblemFragment + ReleaseResultFragment + ReleasedFragment + WalletBalancesFragment,
};

export const HoldDocument: TypedDocument<HoldData, HoldVariables> = {
  name: "Hold",
  text: "query Hold($customerId:ID!$id:ID!){hold(customerId:$customerId id:$id){...Hold}}" + DrawFragment + HoldFragment,
};

export const HoldsDocument: TypedDocument<HoldsData, HoldsVariables> = {
  name: "Holds",
  text: "query Holds($customerId:ID!$status:HoldStatus$first:Int$after:String){holds(customerId:$customerId status:$status first:$first after:$after){...HoldPage}}" + DrawFragment + HoldFragment + HoldPageFragment + PageInfoFragment,
};

export const PurchaseDocument: TypedDocument<PurchaseData, PurchaseVariables> = {
  name: "Purchase",
  text: "mutation Purchase($input:PurchaseInput!){purchase(input:$input){...PurchaseResult}}" + AddressFragment + BillingPeriodFragment + CreditGrantFragment + CreditNoteFragment + CreditPackFragment + CustomerNotFoundFragment + DeliveredCreditsFragment + DisputeFragment + IdempotencyConflictFragment + InvoiceFragment + InvoiceLineFragment + InvoiceNotPayableFragment + MoneyFragment + PackBonusFragment + PackNotAvailableFragment + PaymentFragment + PaymentFailedFragment + PaymentRequiredFragment + ProblemFragment + PurchaseResultFragment + PurchasedFragment + RefundFragment + SupplyFragment + WalletFragment + WalletBalancesFragment,
};

export const SetUpPaymentDocument: TypedDocument<SetUpPaymentData, SetUpPaymentVariables> = {
  name: "SetUpPayment",
  text: "mutation SetUpPayment($input:SetUpPaymentInput!){setUpPayment(input:$input){...SetUpPaymentResult}}" + CustomerNotFoundFragment + PaymentSetupFragment + ProblemFragment + SetUpPaymentResultFragment,
};

export const PayInvoiceDocument: TypedDocument<PayInvoiceData, PayInvoiceVariables> = {
  name: "PayInvoice",
  text: "mutation PayInvoice($input:PayInvoiceInput!){payInvoice(input:$input){...PayInvoiceResult}}" + AddressFragment + BillingPeriodFragment + CreditGrantFragment + CreditNoteFragment + CustomerNotFoundFragment + DeliveredCreditsFragment + DisputeFragment + IdempotencyConflictFragment + InvoiceFragment + InvoiceLineFragment + InvoiceNotFoundFragment + InvoiceNotPayableFragment + InvoicePaidFragment + PayInvoiceResultFragment + PaymentFragment + PaymentFailedFragment + PaymentRequiredFragment + ProblemFragment + RefundFragment + SupplyFragment + WalletFragment + WalletBalancesFragment,
};

export const VoidInvoiceDocument: TypedDocument<VoidInvoiceData, VoidInvoiceVariables> = {
  name: "VoidInvoice",
  text: "mutation VoidInvoice($input:VoidInvoiceInput!){voidInvoice(input:$input){...VoidInvoiceResult}}" + AddressFragment + BillingPeriodFragment + CreditNoteFragment + CustomerNotFoundFragment + DisputeFragment + IdempotencyConflictFragment + InvoiceFragment + InvoiceLineFragment + InvoiceNotFoundFragment + InvoiceNotVoidableFragment + InvoiceVoidedFragment + PaymentFragment + ProblemFragment + RefundFragment + VoidInvoiceResultFragment,
};

export const InvoicesDocument: TypedDocument<InvoicesData, InvoicesVariables> = {
  name: "Invoices",
  text: "query Invoices($customerId:ID!$first:Int$after:String){invoices(customerId:$customerId first:$first after:$after){...InvoicePage}}" + AddressFragment + BillingPeriodFragment + CreditNoteFragment + DisputeFragment + InvoiceFragment + InvoiceLineFragment + InvoicePageFragment + PageInfoFragment + PaymentFragment + RefundFragment,
};

export const UpcomingInvoiceDocument: TypedDocument<UpcomingInvoiceData, UpcomingInvoiceVariables> = {
  name: "UpcomingInvoice",
  text: "query UpcomingInvoice($customerId:ID!){upcomingInvoice(customerId:$customerId){...Invoice}}" + AddressFragment + BillingPeriodFragment + CreditNoteFragment + DisputeFragment + InvoiceFragment + InvoiceLineFragment + PaymentFragment + RefundFragment,
};

export const UpcomingInvoicesDocument: TypedDocument<UpcomingInvoicesData, UpcomingInvoicesVariables> = {
  name: "UpcomingInvoices",
  text: "query UpcomingInvoices($customerId:ID!){upcomingInvoices(customerId:$customerId){...Invoice}}" + AddressFragment + BillingPeriodFragment + CreditNoteFragment + DisputeFragment + InvoiceFragment + InvoiceLineFragment + PaymentFragment + RefundFragment,
};

export const InvoiceDocument: TypedDocument<InvoiceData, InvoiceVariables> = {
  name: "Invoice",
  text: "query Invoice($id:ID!){invoice(id:$id){...Invoice}}" + AddressFragment + BillingPeriodFragment + CreditNoteFragment + DisputeFragment + InvoiceFragment + InvoiceLineFragment + PaymentFragment + RefundFragment,
};

export const WalletChangedDocument: TypedDocument<WalletChangedData, WalletChangedVariables> = {
  name: "WalletChanged",
  text: "subscription WalletChanged($customerId:ID!$unit:String$after:Int){walletChanged(customerId:$customerId unit:$unit after:$after){...WalletChange}}" + LedgerEntryFragment + WalletChangeFragment,
};

export const UsageRecordedDocument: TypedDocument<UsageRecordedData, UsageRecordedVariables> = {
  name: "UsageRecorded",
  text: "subscription UsageRecorded($customerId:ID!$unit:String$after:Int){usageRecorded(customerId:$customerId unit:$unit after:$after){...UsageRecordedMessage}}" + DrawFragment + UsageRecordFragment + UsageRecordedMessageFragment,
};

export const AlertRaisedDocument: TypedDocument<AlertRaisedData, AlertRaisedVariables> = {
  name: "AlertRaised",
  text: "subscription AlertRaised($customerId:ID!$after:Int){alertRaised(customerId:$customerId after:$after){...AlertRaisedMessage}}" + AlertRaisedMessageFragment + WebhookEventFragment,
};

export const PreviewPlanChangeDocument: TypedDocument<PreviewPlanChangeData, PreviewPlanChangeVariables> = {
  name: "PreviewPlanChange",
  text: "query PreviewPlanChange($input:PreviewPlanChangeInput!){previewPlanChange(input:$input){...PreviewPlanChangeResult}}" + AlreadyOnPlanFragment + BillingPeriodFragment + CustomerNotFoundFragment + InvoiceLineFragment + PlanChangeFragment + PlanChangePreviewFragment + PlanNotFoundFragment + PlanSummaryFragment + PlannedCreditsFragment + PlannedGrantFragment + PlannedInvoiceFragment + PreviewPlanChangeResultFragment + ProblemFragment + SubscriptionInactiveFragment,
};

export const ChangePlanDocument: TypedDocument<ChangePlanData, ChangePlanVariables> = {
  name: "ChangePlan",
  text: "mutation ChangePlan($input:ChangePlanInput!){changePlan(input:$input){...ChangePlanResult}}" + AddressFragment + AlreadyOnPlanFragment + BillingPeriodFragment + ChangePlanResultFragment + CreditNoteFragment + CustomerNotFoundFragment + DisputeFragment + IdempotencyConflictFragment + InvoiceFragment + InvoiceLineFragment + PaymentFragment + PlanChangeFragment + PlanChangedFragment + PlanNotFoundFragment + PlanSubscriptionFragment + PlanSummaryFragment + ProblemFragment + RefundFragment + SubscriptionInactiveFragment + SubscriptionTermsFragment + SupplyFragment + WalletFragment + WalletBalancesFragment,
};

export const CancelSubscriptionDocument: TypedDocument<CancelSubscriptionData, CancelSubscriptionVariables> = {
  name: "CancelSubscription",
  text: "mutation CancelSubscription($input:CancelSubscriptionInput!){cancelSubscription(input:$input){...CancelSubscriptionResult}}" + BillingPeriodFragment + CancelSubscriptionResultFragment + CustomerNotFoundFragment + IdempotencyConflictFragment + PlanSubscriptionFragment + PlanSummaryFragment + ProblemFragment + SubscriptionCancelledFragment + SubscriptionInactiveFragment + SubscriptionTermsFragment,
};

export const ResumeSubscriptionDocument: TypedDocument<ResumeSubscriptionData, ResumeSubscriptionVariables> = {
  name: "ResumeSubscription",
  text: "mutation ResumeSubscription($input:ResumeSubscriptionInput!){resumeSubscription(input:$input){...ResumeSubscriptionResult}}" + BillingPeriodFragment + CustomerNotFoundFragment + IdempotencyConflictFragment + NothingToResumeFragment + PlanSubscriptionFragment + PlanSummaryFragment + ProblemFragment + ResumeSubscriptionResultFragment + SubscriptionInactiveFragment + SubscriptionResumedFragment + SubscriptionTermsFragment,
};

export const SubscribeDocument: TypedDocument<SubscribeData, SubscribeVariables> = {
  name: "Subscribe",
  text: "mutation Subscribe($input:SubscribeInput!){subscribe(input:$input){...SubscribeResult}}" + AlreadySubscribedFragment + BillingPeriodFragment + CustomerNotFoundFragment + IdempotencyConflictFragment + PlanNotFoundFragment + PlanSubscriptionFragment + PlanSummaryFragment + ProblemFragment + SubscribeResultFragment + SubscribedFragment + SubscriptionTermsFragment + SupplyFragment + WalletFragment + WalletBalancesFragment,
};

export const TestClockDocument: TypedDocument<TestClockData, TestClockVariables> = {
  name: "TestClock",
  text: "query TestClock($id:ID!){testClock(id:$id){...TestClock}}" + TestClockFragment,
};

export const CreateTestClockDocument: TypedDocument<CreateTestClockData, CreateTestClockVariables> = {
  name: "CreateTestClock",
  text: "mutation CreateTestClock($input:CreateTestClockInput!){createTestClock(input:$input){...TestClock}}" + TestClockFragment,
};

export const AdvanceTestClockDocument: TypedDocument<AdvanceTestClockData, AdvanceTestClockVariables> = {
  name: "AdvanceTestClock",
  text: "mutation AdvanceTestClock($input:AdvanceTestClockInput!){advanceTestClock(input:$input){...TestClock}}" + TestClockFragment,
};

export const QuoteDocument: TypedDocument<QuoteData, QuoteVariables> = {
  name: "Quote",
  text: "query Quote($input:QuoteInput!){quote(input:$input){...QuoteResult}}" + CustomerNotFoundFragment + PlanNotFoundFragment + PriceStepFragment + ProblemFragment + QuoteFragment + QuoteResultFragment + SubscriptionInactiveFragment + UnpricedUsageFragment,
};

export const ConsumeDocument: TypedDocument<ConsumeData, ConsumeVariables> = {
  name: "Consume",
  text: "mutation Consume($input:ConsumeInput!){consume(input:$input){...ConsumeResult}}" + BudgetFragment + BudgetExceededFragment + ConsumeResultFragment + ConsumedFragment + CreditPackFragment + CustomerNotFoundFragment + DrawFragment + IdempotencyConflictFragment + InsufficientCreditsFragment + MoneyFragment + PackBonusFragment + ProblemFragment + SubscriptionInactiveFragment + UnpricedUsageFragment + UsageRecordFragment + WalletBalancesFragment,
};

export const ConsumeBatchDocument: TypedDocument<ConsumeBatchData, ConsumeBatchVariables> = {
  name: "ConsumeBatch",
  text: "mutation ConsumeBatch($input:ConsumeBatchInput!){consumeBatch(input:$input){results{...ConsumeResult}}}" + BudgetFragment + BudgetExceededFragment + ConsumeResultFragment + ConsumedFragment + CreditPackFragment + CustomerNotFoundFragment + DrawFragment + IdempotencyConflictFragment + InsufficientCreditsFragment + MoneyFragment + PackBonusFragment + ProblemFragment + SubscriptionInactiveFragment + UnpricedUsageFragment + UsageRecordFragment + WalletBalancesFragment,
};

export const ReverseUsageDocument: TypedDocument<ReverseUsageData, ReverseUsageVariables> = {
  name: "ReverseUsage",
  text: "mutation ReverseUsage($input:ReverseUsageInput!){reverseUsage(input:$input){...ReverseUsageResult}}" + CustomerNotFoundFragment + DrawFragment + IdempotencyConflictFragment + ProblemFragment + ReversalFragment + ReversalExceedsUsageFragment + ReverseUsageResultFragment + ReversedDrawFragment + UsageRecordFragment + UsageRecordNotFoundFragment + UsageReversedFragment + WalletBalancesFragment,
};

export const UsageRecordsDocument: TypedDocument<UsageRecordsData, UsageRecordsVariables> = {
  name: "UsageRecords",
  text: "query UsageRecords($customerId:ID!$operation:String$from:DateTime$to:DateTime$idempotencyKey:String$holdId:ID$unit:String$plan:String$apiKeyIds:[ID]$minAmount:Decimal$maxAmount:Decimal$attributes:JSONObject$reversed:Boolean$first:Int$after:String$explain:Boolean=false){usageRecords(filter:{customerId:$customerId operation:$operation from:$from to:$to idempotencyKey:$idempotencyKey holdId:$holdId unit:$unit plan:$plan apiKeyIds:$apiKeyIds minAmount:$minAmount maxAmount:$maxAmount attributes:$attributes reversed:$reversed}first:$first after:$after){...UsageRecordPage}}" + DrawFragment + PageInfoFragment + PriceStepFragment + ReversalFragment + ReversedDrawFragment + UsageRecordFragment + UsageRecordPageFragment,
};

export const UsageReportDocument: TypedDocument<UsageReportData, UsageReportVariables> = {
  name: "UsageReport",
  text: "query UsageReport($input:UsageReportInput!){usageReport(input:$input){...UsageReport}}" + UsageChangeFragment + UsageFiguresFragment + UsageReportFragment + UsageReportRowFragment + UsageReportTotalFragment,
};

export const WalletDocument: TypedDocument<WalletData, WalletVariables> = {
  name: "Wallet",
  text: "query Wallet($customerId:ID!$unit:String$asOf:DateTime$activeOnly:Boolean$returnsFirst:Int){wallet(customerId:$customerId unit:$unit asOf:$asOf){...WalletDetails}}" + AddressFragment + AutoTopUpFragment + BalanceAlertFragment + BillingPeriodFragment + CreditGrantFragment + CreditNoteFragment + CreditReturnFragment + DisputeFragment + InvoiceFragment + InvoiceLineFragment + MoneyFragment + PaymentFragment + RefundFragment + SupplyFragment + WalletFragment + WalletBalancesFragment + WalletDetailsFragment,
};

export const VerifyWalletDocument: TypedDocument<VerifyWalletData, VerifyWalletVariables> = {
  name: "VerifyWallet",
  text: "query VerifyWallet($customerId:ID!$unit:String){verifyWallet(customerId:$customerId unit:$unit){...WalletVerification}}" + DriftFragment + WalletVerificationFragment,
};

export const LedgerEntriesDocument: TypedDocument<LedgerEntriesData, LedgerEntriesVariables> = {
  name: "LedgerEntries",
  text: "query LedgerEntries($customerId:ID!$unit:String$filter:LedgerFilter$first:Int$after:String$related:Boolean=false){ledgerEntries(customerId:$customerId unit:$unit filter:$filter first:$first after:$after){...LedgerEntryPage}}" + CreditGrantFragment + DrawFragment + LedgerEntryFragment + LedgerEntryPageFragment + PageInfoFragment + UsageRecordFragment,
};

export const SetAutoTopUpDocument: TypedDocument<SetAutoTopUpData, SetAutoTopUpVariables> = {
  name: "SetAutoTopUp",
  text: "mutation SetAutoTopUp($input:SetAutoTopUpInput!){setAutoTopUp(input:$input){...SetAutoTopUpResult}}" + AddressFragment + AutoTopUpFragment + AutoTopUpSetFragment + BillingPeriodFragment + CreditNoteFragment + CreditPackFragment + CustomerNotFoundFragment + DisputeFragment + IdempotencyConflictFragment + InvoiceFragment + InvoiceLineFragment + MoneyFragment + PackBonusFragment + PackNotAvailableFragment + PaymentFragment + ProblemFragment + RefundFragment + SetAutoTopUpResultFragment,
};

export const GrantCreditsDocument: TypedDocument<GrantCreditsData, GrantCreditsVariables> = {
  name: "GrantCredits",
  text: "mutation GrantCredits($input:GrantCreditsInput!){grantCredits(input:$input){...GrantCreditsResult}}" + CreditGrantFragment + CreditsGrantedFragment + CustomerNotFoundFragment + GrantCreditsResultFragment + IdempotencyConflictFragment + ProblemFragment + SupplyFragment + UnitNotFoundFragment + WalletFragment + WalletBalancesFragment,
};

export const EventsDocument: TypedDocument<EventsData, EventsVariables> = {
  name: "Events",
  text: "query Events($customerId:ID$types:[EventType!]$first:Int$after:String){events(customerId:$customerId types:$types first:$first after:$after){...WebhookEventPage}}" + PageInfoFragment + WebhookEventFragment + WebhookEventPageFragment,
};

export const WebhookEndpointsDocument: TypedDocument<WebhookEndpointsData, WebhookEndpointsVariables> = {
  name: "WebhookEndpoints",
  text: "query WebhookEndpoints{webhookEndpoints{...WebhookEndpoint}}" + WebhookEndpointFragment + WebhookReplayFragment,
};

export const WebhookEndpointDocument: TypedDocument<WebhookEndpointData, WebhookEndpointVariables> = {
  name: "WebhookEndpoint",
  text: "query WebhookEndpoint($id:ID!){webhookEndpoint(id:$id){...WebhookEndpoint}}" + WebhookEndpointFragment + WebhookReplayFragment,
};

export const WebhookDeliveriesDocument: TypedDocument<WebhookDeliveriesData, WebhookDeliveriesVariables> = {
  name: "WebhookDeliveries",
  text: "query WebhookDeliveries($endpointId:ID!$status:WebhookDeliveryStatus$customerId:ID$first:Int$after:String){webhookDeliveries(endpointId:$endpointId status:$status customerId:$customerId first:$first after:$after){...WebhookDeliveryPage}}" + PageInfoFragment + WebhookAttemptFragment + WebhookDeliveryFragment + WebhookDeliveryPageFragment + WebhookEventFragment,
};

export const CreateWebhookEndpointDocument: TypedDocument<CreateWebhookEndpointData, CreateWebhookEndpointVariables> = {
  name: "CreateWebhookEndpoint",
  text: "mutation CreateWebhookEndpoint($input:CreateWebhookEndpointInput!){createWebhookEndpoint(input:$input){...WebhookSecret}}" + WebhookEndpointFragment + WebhookReplayFragment + WebhookSecretFragment,
};

export const UpdateWebhookEndpointDocument: TypedDocument<UpdateWebhookEndpointData, UpdateWebhookEndpointVariables> = {
  name: "UpdateWebhookEndpoint",
  text: "mutation UpdateWebhookEndpoint($input:UpdateWebhookEndpointInput!){updateWebhookEndpoint(input:$input){...WebhookEndpoint}}" + WebhookEndpointFragment + WebhookReplayFragment,
};

export const DeleteWebhookEndpointDocument: TypedDocument<DeleteWebhookEndpointData, DeleteWebhookEndpointVariables> = {
  name: "DeleteWebhookEndpoint",
  text: "mutation DeleteWebhookEndpoint($input:DeleteWebhookEndpointInput!){deleteWebhookEndpoint(input:$input){...WebhookEndpoint}}" + WebhookEndpointFragment + WebhookReplayFragment,
};

export const RotateWebhookSecretDocument: TypedDocument<RotateWebhookSecretData, RotateWebhookSecretVariables> = {
  name: "RotateWebhookSecret",
  text: "mutation RotateWebhookSecret($input:RotateWebhookSecretInput!){rotateWebhookSecret(input:$input){...WebhookSecret}}" + WebhookEndpointFragment + WebhookReplayFragment + WebhookSecretFragment,
};

export const RedeliverWebhookDocument: TypedDocument<RedeliverWebhookData, RedeliverWebhookVariables> = {
  name: "RedeliverWebhook",
  text: "mutation RedeliverWebhook($input:RedeliverWebhookInput!){redeliverWebhook(input:$input){...WebhookDelivery}}" + WebhookAttemptFragment + WebhookDeliveryFragment + WebhookEventFragment,
};

export const ReplayWebhooksDocument: TypedDocument<ReplayWebhooksData, ReplayWebhooksVariables> = {
  name: "ReplayWebhooks",
  text: "mutation ReplayWebhooks($input:ReplayWebhooksInput!){replayWebhooks(input:$input){...WebhookEndpoint}}" + WebhookEndpointFragment + WebhookReplayFragment,
};
/** A postal address. */
export type AddressInput = {
  /** At most 255 characters. */
  readonly city?: string | null | undefined;
  /** An ISO 3166-1 alpha-2 code, for example `DE`. */
  readonly country: string;
  /** Street and number, or whatever comes in their place: at most 5 lines of at most 255 characters each. Default: none. */
  readonly lines?: ReadonlyArray<string> | null | undefined;
  /** The name on the letter box, when it is not the customer's; at most 255 characters. */
  readonly name?: string | null | undefined;
  /** At most 32 characters. */
  readonly postalCode?: string | null | undefined;
};

/** How far to move a test clock. */
export type AdvanceTestClockInput = {
  /** The clock. */
  readonly id: string;
  /** Its new time; not before its present one, and not after the year 9000. */
  readonly to: string | Date;
};

/** What an alert is about. */
export type AlertKind =
  /** A budget's spending has reached one of its thresholds. */
  | 'BUDGET_THRESHOLD'
  /** Credits will expire soon unless they are used. */
  | 'CREDITS_EXPIRING'
  /** Less is available than was asked for. */
  | 'LOW_BALANCE';

/** What values an attribute takes. */
export type AttributeType =
  /** True or false. */
  | 'BOOLEAN'
  /** A whole number. */
  | 'INTEGER'
  /** Any number. */
  | 'NUMBER'
  /** A text of at most 255 characters. */
  | 'STRING';

/** What an auto top-up is doing. */
export type AutoTopUpStatus =
  /** The last attempt failed; the next one waits for `retryAt`. */
  | 'BACKING_OFF'
  /** A purchase is under way, or waits for the provider, or for the customer, and for that 3 days at most. */
  | 'BUYING'
  /** Nothing more may be bought this month. */
  | 'CAPPED'
  /** They have run low; packs are about to be bought. */
  | 'DUE'
  /** Turned off: by `setAutoTopUp`, or by three failures in a row. Nothing is bought until it is set again. */
  | 'OFF'
  /** Waiting for the credits to run low. */
  | 'READY';

/** What a budget does at its limit. */
export type BudgetAction =
  /** It also refuses every call that would pass the limit, as `BudgetExceeded`. */
  | 'BLOCK'
  /** It raises alerts and refuses nothing. */
  | 'WARN';

/** What of a call a budget counts. */
export type BudgetMeasure =
  /** All that it costs, whatever pays for it. */
  | 'CREDITS'
  /**
   * The part of its price that will be billed, because no credits pay for it: as the call was priced, before volume discounts, coupons and taxes. Fees, packs
   * and top-ups are no calls and not counted. Only in a unit that is a currency.
   */
  | 'MONEY';

/** Who has set a budget, or asked to be told of a balance. */
export type BudgetSetter =
  /** The customer has set it, or the operator on the customer's behalf. */
  | 'CUSTOMER'
  /** The operator has set it, and the customer cannot change it. */
  | 'OPERATOR';

/** How long a budget counts before it begins anew. */
export type BudgetWindow =
  /** From midnight to midnight, UTC. */
  | 'DAY'
  /** From the 1st to the 1st, UTC. */
  | 'MONTH'
  /**
   * The customer's billing period, as `PlanSubscription.currentPeriod` has it: a change of plan begins another one. On a plan whose period is NONE or ROLLING
   * nothing else does, so there it counts from the start of the subscription.
   */
  | 'PERIOD'
  /** The last so many days, by the hour: what a call has spent counts for at least that long, and at most an hour longer. */
  | 'ROLLING';

/** A subscription to end. */
export type CancelSubscriptionInput = {
  /** Whose subscription. */
  readonly customerId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** When. PERIOD_END is refused with `BAD_INPUT` where the period never ends. Default: PERIOD_END, or NOW where the period never ends. */
  readonly timing?: ChangeTiming | null | undefined;
};

/** What a hold is charged for. */
export type CaptureInput = {
  /** Attributes that came out differently: each takes the place of the hold's attribute of that name. Default: none. */
  readonly attributes?: { readonly [name: string]: string | number | boolean } | null | undefined;
  /** Whether what the hold does not cover may be taken from the credits available now. Default false. */
  readonly beyondHold?: boolean | null | undefined;
  /** Whose hold. */
  readonly customerId: string;
  /** Whether this is the last capture, which gives back what is still held. Default true. */
  readonly final?: boolean | null | undefined;
  /** The hold. */
  readonly holdId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** How much was used: above 0, at most 6 decimals. Default: what was reserved for. */
  readonly quantity?: string | null | undefined;
};

/** Another plan for a customer. */
export type ChangePlanInput = {
  /** Who changes. */
  readonly customerId: string;
  /** 1 to 255 characters; the same key never changes the plan twice. */
  readonly idempotencyKey: string;
  /** The plan's key; its current version is taken. */
  readonly plan: string;
  /** What becomes of the present supply and fee. It belongs to a change NOW, and is refused with `BAD_INPUT` at a PERIOD_END. Default: KEEP_AND_USE_FIRST. */
  readonly supplyPolicy?: SupplyPolicy | null | undefined;
  /**
   * When. Default: NOW for a plan of higher or equal rank; PERIOD_END for one of lower rank, or NOW where the present plan's period never ends. PERIOD_END
   * is refused with `BAD_INPUT` where there is no such end. A trial's end counts as its period's.
   */
  readonly timing?: ChangeTiming | null | undefined;
};

/** When a subscription changes or ends. */
export type ChangeTiming =
  /** At once. */
  | 'NOW'
  /** When the present billing period is over, or the trial. */
  | 'PERIOD_END';

/** Whose usage is replayed, and of when. */
export type ComparePlansInput = {
  /** Whose usage. */
  readonly customerId: string;
  /**
   * A catalogue as YAML, at most 500,000 characters, whose plans are compared too. It is read as `scrip catalog check` reads it, and stored nowhere.
   * Needs an API key: a customer's token compares the plans on offer only.
   */
  readonly draftCatalog?: string | null | undefined;
  /** From when on; whole billing periods compare best. */
  readonly from: string | Date;
  /** Until when, not included: at most 366 days later, and not after the customer's time. */
  readonly to: string | Date;
};

/** Calls to meter together. */
export type ConsumeBatchInput = {
  /** 1 to 500 calls, of one or many customers. */
  readonly items: ReadonlyArray<ConsumeInput>;
};

/** A call to meter. */
export type ConsumeInput = {
  /** What the price depends on, as declared by the operation: `{"model": "sdxl", "steps": 30}`. An attribute the operation does not declare is refused. */
  readonly attributes?: { readonly [name: string]: string | number | boolean } | null | undefined;
  /** Who called. */
  readonly customerId: string;
  /** 1 to 255 characters. Best the id of the call itself, so that no retry can ever charge it twice. */
  readonly idempotencyKey: string;
  /**
   * When the call happened, for reports and rolling windows; at most 366 days ago, and at most 5 minutes ahead to forgive clock skew (it is then taken as
   * now). The credits burned are those in force when it is metered. Default: now.
   */
  readonly occurredAt?: string | Date | null | undefined;
  /** The operation's key. */
  readonly operation: string;
  /** How much: above 0, at most 6 decimals. Default 1. */
  readonly quantity?: string | null | undefined;
};

/** Why a coupon cannot be redeemed. */
export type CouponTrouble =
  /** This customer has redeemed it before. */
  | 'ALREADY_REDEEMED'
  /** The last day on which it could be is over. */
  | 'EXPIRED'
  /** As many customers have redeemed it as may. */
  | 'LIMIT_REACHED';

/** A credit note to be made. */
export type CreateCreditNoteInput = {
  /** How much, above 0, in whole minor units of the invoice's currency. Default: all that is left. */
  readonly amount?: string | null | undefined;
  /** Whose invoice. */
  readonly customerId: string;
  /** 1 to 255 characters; the same key never gives back twice. */
  readonly idempotencyKey: string;
  /** Which invoice: a paid one, not of a purchase. */
  readonly invoiceId: string;
  /** Why, at most 255 characters. */
  readonly reason?: string | null | undefined;
  /** REFUND pays it back, BALANCE keeps it for the next invoices. */
  readonly settlement: CreditSettlement;
};

/** A new customer. */
export type CreateCustomerInput = {
  /** As it goes on invoices; its country decides which tax is due. Default: none. */
  readonly billingAddress?: AddressInput | null | undefined;
  /** At most 255 characters. */
  readonly email?: string | null | undefined;
  /** 1 to 64 characters from letters, digits and `._:@-`. Default: one is generated from the idempotency key. */
  readonly id?: string | null | undefined;
  /** 1 to 255 characters; the same key and input never create a second customer. */
  readonly idempotencyKey: string;
  /** Facts for the operator's own use. Default: none. */
  readonly metadata?: { readonly [name: string]: string | number | boolean } | null | undefined;
  /** At most 255 characters. */
  readonly name?: string | null | undefined;
  /** The key of a plan to subscribe to at once. Default: none. */
  readonly plan?: string | null | undefined;
  /** Whether the customer pays no tax. Default false. */
  readonly taxExempt?: boolean | null | undefined;
  /** At most 255 characters. Default: none. */
  readonly taxId?: string | null | undefined;
  /** A test clock to live on. Default: real time. */
  readonly testClockId?: string | null | undefined;
};

/** Whose token, and for how long. */
export type CreateCustomerTokenInput = {
  /** The customer. */
  readonly customerId: string;
  /** How long it is good for: 60 to 86400 seconds. */
  readonly expiresInSeconds?: number | null | undefined;
};

/** A new test clock. */
export type CreateTestClockInput = {
  /** At most 255 characters. */
  readonly name?: string | null | undefined;
  /** Where the clock starts, from the year 1970 to 9000. */
  readonly now: string | Date;
};

/** A new webhook endpoint. */
export type CreateWebhookEndpointInput = {
  /** What it is for, at most 255 characters. */
  readonly description?: string | null | undefined;
  /** What is sent to it, at least one. Default: everything, types that are yet to come included. */
  readonly eventTypes?: ReadonlyArray<EventType> | null | undefined;
  /** Where to: https, at most 2000 characters. */
  readonly url: string;
};

/** Where the money of a credit note goes. */
export type CreditSettlement =
  /** To the customer's credit balance, which pays the next invoices in its currency. */
  | 'BALANCE'
  /** The bank has taken it already: the customer has won a dispute. Not to be asked for. */
  | 'DISPUTE'
  /** Off the invoice itself, which has not been paid: a plan was left before its fee was. Not to be asked for: `changePlan` makes it. */
  | 'INVOICE'
  /** Back to where the payment came from. */
  | 'REFUND';

/** Which budget to delete. */
export type DeleteBudgetInput = {
  /** The budget. */
  readonly budgetId: string;
  /** Whose budget. */
  readonly customerId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** On whose behalf it is deleted. A customer's token deletes for the customer, whatever is said here. */
  readonly setBy?: BudgetSetter | null | undefined;
};

/** Which webhook endpoint to delete. */
export type DeleteWebhookEndpointInput = {
  /** The endpoint. */
  readonly id: string;
};

/** Where a dispute stands. */
export type DisputeStatus =
  /** The bank has taken the money back; there is a credit note for it, and the credits it paid for are gone as far as they were unused. */
  | 'LOST'
  /** The bank has not decided. */
  | 'OPEN'
  /** The operator keeps the money. */
  | 'WON';

/** What can happen, and is told. */
export type EventType =
  /** A budget, a balance or credits that expire soon want somebody's attention. */
  | 'ALERT_RAISED'
  /** An auto top-up has failed too often and is off now. */
  | 'AUTO_TOP_UP_TURNED_OFF'
  /** Credits can be spent from now on: a plan's supply, a pack, a promotion or the like. */
  | 'CREDITS_GRANTED'
  /** Something was given back of an invoice. */
  | 'CREDIT_NOTE_CREATED'
  /** The bank has decided a dispute: for the operator (`WON`) or for the customer (`LOST`). */
  | 'DISPUTE_CLOSED'
  /** A customer contests a payment at their bank; the credits it paid for are frozen. */
  | 'DISPUTE_OPENED'
  /** An invoice is final: it has its number, and nothing on it changes any more. */
  | 'INVOICE_OPENED'
  /** An invoice is paid, or nothing was due on it. */
  | 'INVOICE_PAID'
  /** Every attempt to collect an invoice has failed, and it was given up. */
  | 'INVOICE_UNCOLLECTIBLE'
  /** An invoice was cancelled: nobody owes it. */
  | 'INVOICE_VOIDED'
  /** A payment waits for its customer, who has something to do at `actionUrl`. */
  | 'PAYMENT_ACTION_REQUIRED'
  /** A payment was declined; `failure` says why in the provider's words. */
  | 'PAYMENT_FAILED'
  /** The money of a payment has arrived. */
  | 'PAYMENT_SUCCEEDED'
  /** Credit packs were paid for, and are delivered. */
  | 'PURCHASE_PAID'
  /** Credits that were delivered before they were paid for were withdrawn: the payment has failed, or will not come. */
  | 'PURCHASE_WITHDRAWN'
  /** Money could not be paid back, or has come back; `failure` says why in the provider's words. */
  | 'REFUND_FAILED'
  /** Money was paid back. */
  | 'REFUND_SUCCEEDED'
  /** It was decided that a subscription ends, at `endsAt`, and that none follows. */
  | 'SUBSCRIPTION_CANCELLED'
  /** A change of plan was decided; it takes effect at `effectiveAt`. */
  | 'SUBSCRIPTION_CHANGED'
  /** A subscription is over; `nextSubscriptionId` is the one that goes on from there. */
  | 'SUBSCRIPTION_ENDED'
  /** A cancellation, or a change of plan that was to come, was taken back. */
  | 'SUBSCRIPTION_RESUMED'
  /** A subscription has begun: the customer is on its plan now. */
  | 'SUBSCRIPTION_STARTED'
  /** A webhook endpoint was given up and gets nothing more until it is enabled again. `url` is its origin. About no customer. */
  | 'WEBHOOK_ENDPOINT_DISABLED';

/** More time for a hold. */
export type ExtendHoldInput = {
  /** Whose hold. */
  readonly customerId: string;
  /** After how many seconds from now it ends by itself: 1 to 86400 (24 hours). */
  readonly expiresInSeconds: number;
  /** The hold. */
  readonly holdId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
};

/** Why something cannot be forecast. */
export type ForecastGap =
  /** The customer has no plan in force that counts in this unit, so nothing can be used of it. */
  | 'NO_PLAN'
  /** Fewer than three full days have passed since the first usage in this unit. */
  | 'TOO_LITTLE_DATA';

/** Credits without payment. */
export type GrantCreditsInput = {
  /** How many: above 0. */
  readonly amount: string;
  /** Who gets them. */
  readonly customerId: string;
  /** From when they can be used; not in the past. Default: now. */
  readonly effectiveAt?: string | Date | null | undefined;
  /** Until when they can be used; after `effectiveAt`. Default: for ever. */
  readonly expiresAt?: string | Date | null | undefined;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** The only operations they pay for, at most 100. Default: all. */
  readonly operations?: ReadonlyArray<string> | null | undefined;
  /** Smaller burns first, -1000 to 1000. Default 0. */
  readonly priority?: number | null | undefined;
  /** Why, at most 255 characters. */
  readonly reason?: string | null | undefined;
  /** PROMOTION, ADJUSTMENT or CARRY_OVER; the others come from plans and purchases. Default PROMOTION. */
  readonly source?: GrantSource | null | undefined;
  /** In which unit. Default: the unit of the customer's plan. */
  readonly unit?: string | null | undefined;
};

/** Where credits come from, in the order in which they are burned when priority and expiry are equal. */
export type GrantSource =
  /** A correction by the operator. */
  | 'ADJUSTMENT'
  /** A balance brought along from another system or an earlier plan. */
  | 'CARRY_OVER'
  /** Bought. */
  | 'PACK'
  /** Given for free. */
  | 'PROMOTION'
  /** What a plan gives each period. */
  | 'SUPPLY';

/** Where a hold stands. */
export type HoldStatus =
  /** It reserves credits. */
  | 'ACTIVE'
  /** Its last capture has charged it and given back the rest. */
  | 'CAPTURED'
  /** Its time was over before it was captured or released; what was still held is back. */
  | 'EXPIRED'
  /** It was given up; what was still held is back. */
  | 'RELEASED';

/** What an invoice is for. */
export type InvoiceKind =
  /** A credit pack, invoiced at once. */
  | 'PURCHASE'
  /** A plan: its fee and what is reserved, in advance, and what a change of plan comes to. */
  | 'SUBSCRIPTION'
  /** What a billing period has used beyond its credits, in arrears. Scenario: an itemized monthly statement. */
  | 'USAGE';

/** What a line of an invoice charges for, or takes off. */
export type InvoiceLineKind =
  /** A coupon. */
  | 'COUPON'
  /** A credit pack. */
  | 'CREDIT_PACK'
  /** A discount that depends on the whole period. */
  | 'DISCOUNT'
  /** Calls of a period that had been invoiced when they were told of, or reversals of such calls. */
  | 'LATE_USAGE'
  /** A billing period of a plan, in advance. */
  | 'PLAN_FEE'
  /** Quantities of an operation reserved for a period, in advance. */
  | 'RESERVED'
  /** What is missing to a commitment or to the plan's minimum. */
  | 'TRUE_UP'
  /** The rest of a paid period of a plan that was left, given back by the second; with `PRORATE`, also what was reserved in it and is unused. */
  | 'UNUSED_TIME'
  /** Calls of the period. */
  | 'USAGE';

/** Where an invoice stands. */
export type InvoiceStatus =
  /** Still growing; it has no number. */
  | 'DRAFT'
  /** Finalized and not yet paid. */
  | 'OPEN'
  /** Paid in full. */
  | 'PAID'
  /** Given up. */
  | 'UNCOLLECTIBLE'
  /** Cancelled; nothing is owed. */
  | 'VOID';

/** What a ledger entry records. */
export type LedgerEntryType =
  /** What was left of a grant expired. */
  | 'EXPIRY'
  /** A grant took effect, or got back what was withdrawn of it, because its purchase is paid after all. */
  | 'GRANT'
  /** What was owed for a billing period was moved to its invoice. */
  | 'INVOICE'
  /** Credits came back to a rolling supply. */
  | 'RETURN'
  /** A call was undone, in whole or in part. */
  | 'REVERSAL'
  /** A call burned credits. */
  | 'USAGE'
  /** Credits were taken away: by a change of plan that does not keep the old supply, or because their purchase was paid back or never paid. */
  | 'VOID';

/** Which ledger entries to list. */
export type LedgerFilter = {
  /** Only entries that took effect at or after this. Default: no bound. */
  readonly from?: string | Date | null | undefined;
  /** Only what happened to this grant as a whole; what calls burned of it is in their draws. Default: all. */
  readonly grantId?: string | null | undefined;
  /**
   * Only what this key of a mutation stands for: the entry of a call, a capture or a reversal, or those of a grant or a purchase as a whole; none for a key
   * that nothing has happened under, or nothing that changes a balance. At most 255 characters. Default: all.
   */
  readonly idempotencyKey?: string | null | undefined;
  /** Only entries that took effect before this. Default: no bound. */
  readonly to?: string | Date | null | undefined;
  /** Only entries of these types, at most 100; one that is named twice counts once. Default: all. */
  readonly types?: ReadonlyArray<LedgerEntryType> | null | undefined;
  /** Only the entries of this call: its own, and those of its reversals. Default: all. */
  readonly usageRecordId?: string | null | undefined;
};

/** What happens when the credits cannot pay for a call. */
export type OveragePolicy =
  /** The call is refused with `InsufficientCredits`. The default. */
  | 'BLOCK'
  /** What the credits do not cover is added to the period's invoice. Scenario's pay-as-you-go. */
  | 'POSTPAID';

/** When the credits of a pack are there. */
export type PackAvailability =
  /** Once the payment has gone through. The default. */
  | 'ON_PAYMENT'
  /**
   * As soon as the purchase is begun, also while its payment takes time. They are withdrawn when the payment fails, the invoice is cancelled, or nothing
   * has arrived after 14 days: what is unused at once, what holds have reserved when it comes free. A customer has the credits of one such purchase at a
   * time before they are paid for; meanwhile, and for as long as withdrawn credits that were used have not been paid for, the pack is ON_PAYMENT to them.
   */
  | 'ON_PURCHASE';

/** An invoice to be paid now. */
export type PayInvoiceInput = {
  /** Who pays. */
  readonly customerId: string;
  /** 1 to 255 characters; the same key never takes money twice. */
  readonly idempotencyKey: string;
  /** Which invoice. */
  readonly invoiceId: string;
};

/** How an attempt to pay went. */
export type PaymentStatus =
  /** The customer has to do something first, such as 3-D Secure. */
  | 'ACTION_REQUIRED'
  /** It was declined. */
  | 'FAILED'
  /** Asked for; the provider has not answered yet. */
  | 'PENDING'
  /** The money has arrived. */
  | 'SUCCEEDED';

/** The length of an anchored period. */
export type PeriodLength =
  /** One month. */
  | 'MONTH'
  /** One year. */
  | 'YEAR';

/** The kinds of billing period. */
export type PeriodType =
  /** From the day of purchase to the same day of the next month or year; the 29th to 31st become the last day of shorter months and return. Ximilar. */
  | 'ANCHOR'
  /** From the 1st of a month to the 1st of the next, UTC. Scenario. */
  | 'CALENDAR_MONTH'
  /** From January 1st to the next January 1st, UTC. */
  | 'CALENDAR_YEAR'
  /** One period without end: the supply is given once. */
  | 'NONE'
  /** No turn: credits used count for the last N days and then come back. Scrollsequence: 30 days. */
  | 'ROLLING';

/** Where a change of plan leads, by the ranks of the two plans. */
export type PlanChangeDirection =
  /** To a lower rank. */
  | 'DOWNGRADE'
  /** To the same rank, such as a new version of the plan. */
  | 'LATERAL'
  /** To a higher rank. */
  | 'UPGRADE';

/** A change of plan to look at. */
export type PreviewPlanChangeInput = {
  /** Who would change. */
  readonly customerId: string;
  /** The plan's key; its current version is taken. */
  readonly plan: string;
  /** As in `changePlan`. */
  readonly supplyPolicy?: SupplyPolicy | null | undefined;
  /** As in `changePlan`. */
  readonly timing?: ChangeTiming | null | undefined;
};

/** How a price is computed. */
export type PriceModel =
  /** A fixed rate for each of quantity. */
  | 'FLAT'
  /** A formula over numeric attributes. Scenario: base × steps/30 × (pixels/base pixels)². */
  | 'FORMULA'
  /** Each part of the period's quantity at the rate of its tier. */
  | 'GRADUATED'
  /** A rate looked up by one or more attributes. Imagine: tokens by style. */
  | 'MATRIX'
  /** Every started package of the period's quantity is paid in full. */
  | 'PACKAGE'
  /** A call at the rate of the tier that the period's quantity has reached with it. */
  | 'VOLUME';

/** The kinds of step in a price's derivation. */
export type PriceStepKind =
  /** A conditional factor. */
  | 'MULTIPLIER'
  /** Packages started by this call. */
  | 'PACKAGE'
  /** Times the quantity. */
  | 'QUANTITY'
  /** The price of one: flat, looked up or computed. */
  | 'RATE'
  /** Times what is left of the quantity: the rest is reserved for the customer and paid in advance, by the plan's tailored terms. */
  | 'RESERVED'
  /** The price's one rounding. */
  | 'ROUNDING'
  /** Less the percent of the customer's savings plan, by the plan's tailored terms. */
  | 'SAVINGS_PLAN'
  /** A part of the quantity in one tier. */
  | 'TIER';

/** Every refusal that a result can be. */
export type ProblemCode =
  /** The customer is on this version of the plan already. */
  | 'ALREADY_ON_PLAN'
  /** The customer has a subscription already. */
  | 'ALREADY_SUBSCRIBED'
  /** The call would pass a budget's limit. */
  | 'BUDGET_EXCEEDED'
  /** The customer has no budget with this id. */
  | 'BUDGET_NOT_FOUND'
  /** The operator has set the budget, so the customer cannot change it. */
  | 'BUDGET_SET_BY_OPERATOR'
  /** The draft catalogue cannot be read. */
  | 'CATALOG_INVALID'
  /** There is no coupon with this code. */
  | 'COUPON_NOT_FOUND'
  /** The coupon cannot be redeemed by this customer, or not any more. */
  | 'COUPON_NOT_REDEEMABLE'
  /** More was to be given back than was paid and is left. */
  | 'CREDIT_EXCEEDS_INVOICE'
  /** A customer with this id exists already. */
  | 'CUSTOMER_EXISTS'
  /** No customer has this id. */
  | 'CUSTOMER_NOT_FOUND'
  /** The call came to more than is held. */
  | 'HOLD_EXCEEDED'
  /** The hold has ended. */
  | 'HOLD_NOT_ACTIVE'
  /** The customer has no hold with this id. */
  | 'HOLD_NOT_FOUND'
  /** The idempotency key was used before with other input. */
  | 'IDEMPOTENCY_CONFLICT'
  /** The credits do not cover the call. */
  | 'INSUFFICIENT_CREDITS'
  /** Nothing can be given back of the invoice in this way. */
  | 'INVOICE_NOT_CREDITABLE'
  /** The customer has no invoice with this id. */
  | 'INVOICE_NOT_FOUND'
  /** The invoice cannot be collected: it is paid, cancelled or a draft, or it is a purchase. */
  | 'INVOICE_NOT_PAYABLE'
  /** The invoice cannot be cancelled: it is paid, cancelled or a draft. */
  | 'INVOICE_NOT_VOIDABLE'
  /** No credits of the purchase are unused. */
  | 'NOTHING_TO_REFUND'
  /** The customer's subscription goes on anyway. */
  | 'NOTHING_TO_RESUME'
  /** No such pack is on sale to this customer. */
  | 'PACK_NOT_AVAILABLE'
  /** The payment is disputed: the bank decides about it. */
  | 'PAYMENT_DISPUTED'
  /** The payment was declined. */
  | 'PAYMENT_FAILED'
  /** The customer has to take a step before the payment goes through. */
  | 'PAYMENT_REQUIRED'
  /** No plan on offer has this key. */
  | 'PLAN_NOT_FOUND'
  /** More was to be reversed than is left of the usage record. */
  | 'REVERSAL_EXCEEDS_USAGE'
  /** The customer has no subscription in force. */
  | 'SUBSCRIPTION_INACTIVE'
  /** No test clock has this id. */
  | 'TEST_CLOCK_NOT_FOUND'
  /** The range holds more calls than one request may replay. */
  | 'TOO_MUCH_USAGE'
  /** No unit of the catalogue has this key. */
  | 'UNIT_NOT_FOUND'
  /** No price fits the call as it is described. */
  | 'UNPRICED_USAGE'
  /** The customer has no usage record with this id. */
  | 'USAGE_RECORD_NOT_FOUND';

/** A purchase of packs. */
export type PurchaseInput = {
  /** The pack's key. */
  readonly creditPack: string;
  /** Who buys. */
  readonly customerId: string;
  /** 1 to 255 characters; the same key never takes money twice. */
  readonly idempotencyKey: string;
  /** How many packs, 1 to 1000. Default 1. */
  readonly quantity?: number | null | undefined;
};

/** What to price. */
export type QuoteInput = {
  /** What the price depends on, as in `consume`. */
  readonly attributes?: { readonly [name: string]: string | number | boolean } | null | undefined;
  /** Under this customer's plan version, counting what they used already. Give this or `plan`. */
  readonly customerId?: string | null | undefined;
  /** The operation's key. */
  readonly operation: string;
  /** Under this plan's current version, as for a new customer. Give this or `customerId`. */
  readonly plan?: string | null | undefined;
  /** How much: above 0, at most 6 decimals. Default 1. */
  readonly quantity?: string | null | undefined;
};

/** Usage to be priced, and under which plan: at most one of `plan` and `customerId`; with neither, under every plan on offer. */
export type QuoteUsageInput = {
  /**
   * Under this customer's plan version, at the beginning of a period in which nothing has been used yet; with the credits that the customer has beside the
   * supply, and with its coupons, taxes and credit balance.
   */
  readonly customerId?: string | null | undefined;
  /** 1 to 100 lines. They are used in this order, which matters where a price has tiers. */
  readonly lines: ReadonlyArray<UsageLineInput>;
  /** How long the lines are meant for. Default: a month. */
  readonly period?: QuotedPeriod | null | undefined;
  /** Under this plan's current version, as for a new customer: without coupons and tax. */
  readonly plan?: string | null | undefined;
};

/** How long lines of usage are meant for. */
export type QuotedPeriod =
  /** The plan's billing period, however long that is. */
  | 'BILLING_PERIOD'
  /** A month: a plan whose billing period is a year gets them twelve times in it, every other plan once. */
  | 'MONTH';

/** A coupon's code, and who redeems it. */
export type RedeemCouponInput = {
  /** The code, in capitals or not. */
  readonly code: string;
  /** Who redeems. */
  readonly customerId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
};

/** Which delivery to send again. */
export type RedeliverWebhookInput = {
  /** The delivery. */
  readonly id: string;
};

/** A purchase to be paid back. */
export type RefundPurchaseInput = {
  /**
   * How much, above 0, in whole minor units. Default: what was paid × the unused credits / the credits of the purchase, bonus included, rounded down to
   * a whole minor unit.
   */
  readonly amount?: string | null | undefined;
  /** Who has bought. */
  readonly customerId: string;
  /** 1 to 255 characters; the same key never pays back twice. */
  readonly idempotencyKey: string;
  /** The purchase's invoice, which `Purchased` tells. */
  readonly invoiceId: string;
  /** Why, at most 255 characters. */
  readonly reason?: string | null | undefined;
  /** REFUND pays it back, BALANCE keeps it for the next invoices. Default REFUND. */
  readonly settlement?: CreditSettlement | null | undefined;
};

/** How paying back went. */
export type RefundStatus =
  /** The provider has refused it, for example because the card is closed. */
  | 'FAILED'
  /** Asked for; the provider has not said yet that it is done. It is asked again from time to time. */
  | 'PENDING'
  /** The money is on its way to the customer. */
  | 'SUCCEEDED';

/** A hold to give up. */
export type ReleaseInput = {
  /** Whose hold. */
  readonly customerId: string;
  /** The hold. */
  readonly holdId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
};

/** A coupon to take back. */
export type RemoveCouponInput = {
  /** Its code, in capitals or not. */
  readonly code: string;
  /** Whose coupon. */
  readonly customerId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
};

/** What to send again. */
export type ReplayWebhooksInput = {
  /** To which endpoint. */
  readonly endpointId: string;
  /** What happened, or was delivered, at or after this. */
  readonly from: string | Date;
};

/** A call to reserve credits for. */
export type ReserveInput = {
  /** What the price depends on, as in `consume`. */
  readonly attributes?: { readonly [name: string]: string | number | boolean } | null | undefined;
  /** Who will call. */
  readonly customerId: string;
  /** After how many seconds the hold ends by itself: 1 to 86400 (24 hours). Default 600 (10 minutes). */
  readonly expiresInSeconds?: number | null | undefined;
  /** 1 to 255 characters. Best the id of the call itself. */
  readonly idempotencyKey: string;
  /** The operation's key. */
  readonly operation: string;
  /** How much at most: above 0, at most 6 decimals. Default 1. */
  readonly quantity?: string | null | undefined;
};

/** A subscription that is to go on. */
export type ResumeSubscriptionInput = {
  /** Whose subscription. */
  readonly customerId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
};

/** What became of credits that a reversal undid. */
export type ReversalEffect =
  /** The grant has expired since: they came back and expired at once. */
  | 'EXPIRED'
  /** They are in the grant again. What was paid back of its purchase is voided at once. */
  | 'RESTORED'
  /** A rolling window had given them back before, so they could not be given back again. */
  | 'RETURNED';

/** What to undo. */
export type ReverseUsageInput = {
  /** How much of its amount: above 0, at most what has not been reversed yet. Default: all of that. */
  readonly amount?: string | null | undefined;
  /** Whose record. */
  readonly customerId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** Why, at most 255 characters. */
  readonly reason?: string | null | undefined;
  /** The usage record. */
  readonly usageRecordId: string;
};

/** Which webhook endpoint gets a new secret. */
export type RotateWebhookSecretInput = {
  /** The endpoint. */
  readonly id: string;
  /** For how many hours requests are signed with the old secret as well, 0 to 168. With 0 no old secret counts any more: for one that has leaked. */
  readonly overlapHours?: number | null | undefined;
};

/** What is to be bought by itself, and when. */
export type SetAutoTopUpInput = {
  /** The key of a pack that is on sale to the customer. Its unit says which wallet is looked after. */
  readonly creditPack: string;
  /** Whose credits. */
  readonly customerId: string;
  /** False turns it off; a purchase that is under way is not undone. */
  readonly enabled?: boolean | null | undefined;
  /** 1 to 255 characters; the same key never has two effects. */
  readonly idempotencyKey: string;
  /** What the packs of a calendar month (UTC) may cost together, in the pack's currency, before taxes. At least one purchase must fit. */
  readonly monthlyCap: string;
  /** How many packs each time, 1 to 1000. Default 1, unless there is a target. */
  readonly quantity?: number | null | undefined;
  /** Instead of a quantity: the available credits to reach, by as few packs as that takes, at most 1000. Not below the threshold. */
  readonly targetAmount?: string | null | undefined;
  /** Buy when less than this is available; above 0. */
  readonly threshold: string;
};

/** What of a wallet is to be told; what is left out is not told any more. */
export type SetBalanceAlertInput = {
  /** Raise an alert when less than this is available; below zero, when more than that is owed. Default: never. */
  readonly below?: string | null | undefined;
  /** Whose wallet. */
  readonly customerId: string;
  /** Raise an alert so many days, 1 to 366, before credits expire that are still unused. Default: never. */
  readonly daysBeforeExpiry?: number | null | undefined;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** On whose behalf it is asked. A customer's token asks for the customer, whatever is said here. */
  readonly setBy?: BudgetSetter | null | undefined;
  /** The wallet's unit. Default: the unit of the customer's plan. */
  readonly unit?: string | null | undefined;
};

/** A budget's terms: all of them, also where only one is to change. */
export type SetBudgetInput = {
  /** What happens at the limit. */
  readonly action?: BudgetAction | null | undefined;
  /** The only API key whose calls it counts. Default: all. */
  readonly apiKeyId?: string | null | undefined;
  /** The budget to change. Default: a new one. */
  readonly budgetId?: string | null | undefined;
  /** Whose calls it counts. */
  readonly customerId: string;
  /** The length of a ROLLING window in days, 1 to 366; only for such a one. */
  readonly days?: number | null | undefined;
  /** The only group of operations it counts, of those of the customer's plan version or of the catalogue. Default: all. */
  readonly group?: string | null | undefined;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** How much may be spent in the window: 0 or more. */
  readonly limit: string;
  /** What of a call it counts. MONEY needs a unit that is a currency. */
  readonly measure?: BudgetMeasure | null | undefined;
  /** A display name, 1 to 255 characters. */
  readonly name: string;
  /** The only operation it counts, of those of the customer's plan version or of the catalogue. Default: all. */
  readonly operation?: string | null | undefined;
  /**
   * On whose behalf it is set. What the operator has set cannot be changed on behalf of the customer; a change never changes whose it is. A customer's token
   * sets for the customer, whatever is said here.
   */
  readonly setBy?: BudgetSetter | null | undefined;
  /** At which parts of the limit to raise an alert, in percent: at most 10 different ones, 1 to 1000. */
  readonly thresholds?: ReadonlyArray<number> | null | undefined;
  /** The unit that it counts. It stays as it is once it is set. Default: the unit of the customer's plan. */
  readonly unit?: string | null | undefined;
  /** How long it counts before it begins anew. */
  readonly window: BudgetWindow;
};

/** Who is to save a payment method. */
export type SetUpPaymentInput = {
  /** Whose payment method it will be. */
  readonly customerId: string;
};

/** A customer and a plan. */
export type SubscribeInput = {
  /** Who subscribes. */
  readonly customerId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** The plan's key; its current version is taken. */
  readonly plan: string;
  /**
   * When it starts, at most a year before and ten years after now on the customer's clock, and not before the last subscription has ended; it anchors
   * the billing periods. Default: now.
   */
  readonly startsAt?: string | Date | null | undefined;
  /**
   * For how many days it is a trial at first, 0 to 3650: without fee, and with credits that end with it. The billing periods of what follows are counted
   * from the trial's end. Default: what the plan says.
   */
  readonly trialDays?: number | null | undefined;
};

/** A subscription's standing. */
export type SubscriptionStatus =
  /** Calls are metered. */
  | 'ACTIVE'
  /** It has ended; nothing can be consumed. */
  | 'ENDED'
  /** It will start later; nothing can be consumed yet. */
  | 'SCHEDULED';

/**
 * What becomes of the supply and the fee of a plan that is left within a period. A supply without an end (NONE) is kept unless it is forfeited, and its
 * fee is not given back, since no part of it belongs to any time; a rolling supply and that of a trial end with their subscription in any case.
 */
export type SupplyPolicy =
  /**
   * What is left of the old supply is voided. The new plan starts a period of its own, with its full supply and its full fee; the rest of the old fee is
   * given back by the second. Of quantities that were reserved nothing is given back.
   */
  | 'FORFEIT'
  /**
   * Ximilar: what is left of the old supply stays until its own period ends, and burns first. The new plan starts a period of its own, with its full
   * supply and its full fee; what is kept is not paid back.
   */
  | 'KEEP_AND_USE_FIRST'
  /**
   * The billing day stays. Of the old supply, the part that belongs to the rest of the period is voided as far as it is left; of the new one, the part
   * for the rest of the period is granted (both by the millisecond, rounded down). The old fee is given back and the new one charged by the second. Of
   * quantities that were reserved, what is unused is given back, and no more than belongs to the rest of the period.
   */
  | 'PRORATE';

/** Why a call has no price. */
export type UnpricedReason =
  /** The amount is below zero or too large to be exact. */
  | 'AMOUNT_OUT_OF_RANGE'
  /** A required attribute was left out. */
  | 'ATTRIBUTE_MISSING'
  /** The attribute is outside its bounds, or not one of its values. */
  | 'ATTRIBUTE_OUT_OF_RANGE'
  /** The attribute is of another type. */
  | 'ATTRIBUTE_TYPE'
  /** The operation declares no such attribute. */
  | 'ATTRIBUTE_UNKNOWN'
  /** The attributes are fine, but the price has no entry for them. */
  | 'NO_MATCHING_PRICE'
  /** The plan has no such operation. */
  | 'OPERATION_UNKNOWN'
  /** The quantity has more decimals than the price can be exact with. */
  | 'QUANTITY_NOT_EXACT';

/** What is to change of a customer. What is left out stays as it is. */
export type UpdateCustomerInput = {
  /** Takes the place of the whole address; null clears it. */
  readonly billingAddress?: AddressInput | null | undefined;
  /** Whose details. */
  readonly customerId: string;
  /** At most 255 characters; null clears it. */
  readonly email?: string | null | undefined;
  /** 1 to 255 characters. A retry with the same key never undoes what was changed since. */
  readonly idempotencyKey: string;
  /** Takes the place of all the metadata there was; null clears it. */
  readonly metadata?: { readonly [name: string]: string | number | boolean } | null | undefined;
  /** At most 255 characters; null clears it. */
  readonly name?: string | null | undefined;
  /** Whether the customer pays no tax; null means false. */
  readonly taxExempt?: boolean | null | undefined;
  /** At most 255 characters; null clears it. */
  readonly taxId?: string | null | undefined;
};

/** What to change of a webhook endpoint; what is left out stays. */
export type UpdateWebhookEndpointInput = {
  /** What it is for, at most 255 characters; null for nothing. */
  readonly description?: string | null | undefined;
  /** What is sent to it from now on, at least one; null for everything. */
  readonly eventTypes?: ReadonlyArray<EventType> | null | undefined;
  /** The endpoint. */
  readonly id: string;
  /** Whether anything is sent to it. */
  readonly status?: WebhookEndpointStatus | null | undefined;
  /** Where to: https, at most 2000 characters. */
  readonly url?: string | null | undefined;
};

/** What a usage report can be grouped by. */
export type UsageDimension =
  /** One row for each API key that called. */
  | 'API_KEY'
  /** One row for each combination of values of the `attributes` named beside it. */
  | 'ATTRIBUTE'
  /** One row for each day, UTC. */
  | 'DAY'
  /** One row for each group of operations. */
  | 'GROUP'
  /** One row for each hour. */
  | 'HOUR'
  /** One row for each month, UTC. */
  | 'MONTH'
  /** One row for each operation. */
  | 'OPERATION'
  /** One row for each plan by which calls were priced. */
  | 'PLAN';

/** A line of usage: priced as one call of this quantity, as `quote` does. Many small calls can come to a little more where each one is rounded. */
export type UsageLineInput = {
  /** What the price depends on, as in `consume`. */
  readonly attributes?: { readonly [name: string]: string | number | boolean } | null | undefined;
  /** The operation's key. */
  readonly operation: string;
  /** How much: above 0, at most 6 decimals. Default 1. */
  readonly quantity?: string | null | undefined;
};

/** What to add up. */
export type UsageReportInput = {
  /** Only calls made with these API keys; null in the list is the bootstrap key. Default: all. At most 100. */
  readonly apiKeyIds?: ReadonlyArray<string | null | undefined> | null | undefined;
  /** The attributes that `ATTRIBUTE` groups by, such as `style`: those that an operation of the catalogue has in `reportBy`. At most 5. */
  readonly attributes?: ReadonlyArray<string> | null | undefined;
  /** Whether to tell the same of the range before too, and how the two differ. */
  readonly comparePrevious?: boolean;
  /** Whose usage. */
  readonly customerId: string;
  /** From when, taken down to the full hour. Default: 30 days before `to`. */
  readonly from?: string | Date | null | undefined;
  /** How to group, by one thing or several at once. Default: by operation. An empty list: all in one row for each unit. */
  readonly groupBy?: ReadonlyArray<UsageDimension> | null | undefined;
  /** Only these operations. Default: all. At most 100. */
  readonly operations?: ReadonlyArray<string> | null | undefined;
  /** Only calls priced by these plans. Default: all. At most 100. */
  readonly plans?: ReadonlyArray<string> | null | undefined;
  /**
   * Until when, taken up to the full hour. Default: now on the customer's clock, this hour included. The range may be of any length; a report that
   * would read more than 250,000 hourly sums, or have more than 10,000 rows, is refused.
   */
  readonly to?: string | Date | null | undefined;
  /** Only calls whose attributes have these values: `{"style": "anime"}`. Attributes as in `attributes`. Default: all. */
  readonly where?: { readonly [name: string]: string | number | boolean } | null | undefined;
};

/** An invoice to be cancelled. */
export type VoidInvoiceInput = {
  /** Whose invoice. */
  readonly customerId: string;
  /** 1 to 255 characters. */
  readonly idempotencyKey: string;
  /** Which invoice. */
  readonly invoiceId: string;
  /** Why, at most 255 characters. */
  readonly reason?: string | null | undefined;
};

/** How a delivery stands. */
export type WebhookDeliveryStatus =
  /** It was taken. */
  | 'DELIVERED'
  /** It has failed, and is tried again. */
  | 'FAILING'
  /** It waits: for its turn, for the events of its customer that come before it, or for its endpoint to be enabled. */
  | 'PENDING';

/** Whether events are sent to an endpoint. */
export type WebhookEndpointStatus =
  /** They wait until it is enabled again. */
  | 'DISABLED'
  /** They are. */
  | 'ENABLED';

/** Why an endpoint was given up. */
export type WebhookEndpointTrouble =
  /** It has refused an event for three days. */
  | 'FAILING'
  /** It has answered with status 410, Gone. */
  | 'GONE';

export type BudgetsVariables = Exact<{
  customerId: string;
}>;


export type BudgetsData = {
  readonly budgets: ReadonlyArray<Budget>
};

export type AlertsVariables = Exact<{
  customerId: string;
  kind?: AlertKind | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AlertsData = {
  readonly alerts: AlertPage
};

export type SetBudgetVariables = Exact<{
  input: SetBudgetInput;
}>;


export type SetBudgetData = {
  readonly setBudget:
    | SetBudgetResult_BudgetNotFound
    | SetBudgetResult_BudgetSet
    | SetBudgetResult_BudgetSetByOperator
    | SetBudgetResult_CustomerNotFound
    | SetBudgetResult_IdempotencyConflict
    | SetBudgetResult_UnitNotFound

};

export type DeleteBudgetVariables = Exact<{
  input: DeleteBudgetInput;
}>;


export type DeleteBudgetData = {
  readonly deleteBudget:
    | DeleteBudgetResult_BudgetDeleted
    | DeleteBudgetResult_BudgetNotFound
    | DeleteBudgetResult_BudgetSetByOperator
    | DeleteBudgetResult_CustomerNotFound
    | DeleteBudgetResult_IdempotencyConflict

};

export type SetBalanceAlertVariables = Exact<{
  input: SetBalanceAlertInput;
}>;


export type SetBalanceAlertData = {
  readonly setBalanceAlert:
    | SetBalanceAlertResult_BalanceAlertSet
    | SetBalanceAlertResult_CustomerNotFound
    | SetBalanceAlertResult_IdempotencyConflict
    | SetBalanceAlertResult_UnitNotFound

};

type SetBudgetResult_BudgetNotFound = (
  {
  readonly __typename: 'BudgetNotFound'
}
  & Problem_BudgetNotFound
  & BudgetNotFound
);

type SetBudgetResult_BudgetSet = (
  {
  readonly __typename: 'BudgetSet'
}
  & BudgetSet
);

type SetBudgetResult_BudgetSetByOperator = (
  {
  readonly __typename: 'BudgetSetByOperator'
}
  & Problem_BudgetSetByOperator
  & BudgetSetByOperator
);

type SetBudgetResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type SetBudgetResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type SetBudgetResult_UnitNotFound = (
  {
  readonly __typename: 'UnitNotFound'
}
  & Problem_UnitNotFound
  & UnitNotFound
);

export type SetBudgetResult =
  | SetBudgetResult_BudgetNotFound
  | SetBudgetResult_BudgetSet
  | SetBudgetResult_BudgetSetByOperator
  | SetBudgetResult_CustomerNotFound
  | SetBudgetResult_IdempotencyConflict
  | SetBudgetResult_UnitNotFound
;

export type BudgetSet = {
  readonly __typename: 'BudgetSet',
  readonly replayed: boolean,
  readonly budget: Budget
};

type DeleteBudgetResult_BudgetDeleted = (
  {
  readonly __typename: 'BudgetDeleted'
}
  & BudgetDeleted
);

type DeleteBudgetResult_BudgetNotFound = (
  {
  readonly __typename: 'BudgetNotFound'
}
  & Problem_BudgetNotFound
  & BudgetNotFound
);

type DeleteBudgetResult_BudgetSetByOperator = (
  {
  readonly __typename: 'BudgetSetByOperator'
}
  & Problem_BudgetSetByOperator
  & BudgetSetByOperator
);

type DeleteBudgetResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type DeleteBudgetResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

export type DeleteBudgetResult =
  | DeleteBudgetResult_BudgetDeleted
  | DeleteBudgetResult_BudgetNotFound
  | DeleteBudgetResult_BudgetSetByOperator
  | DeleteBudgetResult_CustomerNotFound
  | DeleteBudgetResult_IdempotencyConflict
;

export type BudgetDeleted = {
  readonly __typename: 'BudgetDeleted',
  readonly budgetId: string,
  readonly replayed: boolean
};

type SetBalanceAlertResult_BalanceAlertSet = (
  {
  readonly __typename: 'BalanceAlertSet'
}
  & BalanceAlertSet
);

type SetBalanceAlertResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type SetBalanceAlertResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type SetBalanceAlertResult_UnitNotFound = (
  {
  readonly __typename: 'UnitNotFound'
}
  & Problem_UnitNotFound
  & UnitNotFound
);

export type SetBalanceAlertResult =
  | SetBalanceAlertResult_BalanceAlertSet
  | SetBalanceAlertResult_CustomerNotFound
  | SetBalanceAlertResult_IdempotencyConflict
  | SetBalanceAlertResult_UnitNotFound
;

export type BalanceAlertSet = {
  readonly __typename: 'BalanceAlertSet',
  readonly replayed: boolean,
  readonly balanceAlert: BalanceAlert
};

export type Budget = {
  readonly id: string,
  readonly customerId: string,
  readonly name: string,
  readonly setBy: BudgetSetter,
  readonly operation: string | null,
  readonly group: string | null,
  readonly apiKeyId: string | null,
  readonly window: BudgetWindow,
  readonly days: number | null,
  readonly measure: BudgetMeasure,
  readonly unit: string,
  readonly limit: string,
  readonly action: BudgetAction,
  readonly thresholds: ReadonlyArray<number>,
  readonly spent: string,
  readonly held: string,
  readonly remaining: string,
  readonly windowStart: string,
  readonly resetsAt: string | null,
  readonly createdAt: string,
  readonly updatedAt: string
};

export type BalanceAlert = {
  readonly unit: string,
  readonly setBy: BudgetSetter,
  readonly below: string | null,
  readonly low: boolean,
  readonly daysBeforeExpiry: number | null
};

export type AlertPage = {
  readonly nodes: ReadonlyArray<
    | Alert_BudgetAlert
    | Alert_ExpiryAlert
    | Alert_LowBalanceAlert
  >,
  readonly pageInfo: PageInfo
};

type Alert_BudgetAlert = (
  {
  readonly __typename: 'BudgetAlert',
  readonly id: string,
  readonly kind: AlertKind,
  readonly customerId: string,
  readonly unit: string,
  readonly message: string,
  readonly raisedAt: string
}
  & BudgetAlert
);

type Alert_ExpiryAlert = (
  {
  readonly __typename: 'ExpiryAlert',
  readonly id: string,
  readonly kind: AlertKind,
  readonly customerId: string,
  readonly unit: string,
  readonly message: string,
  readonly raisedAt: string
}
  & ExpiryAlert
);

type Alert_LowBalanceAlert = (
  {
  readonly __typename: 'LowBalanceAlert',
  readonly id: string,
  readonly kind: AlertKind,
  readonly customerId: string,
  readonly unit: string,
  readonly message: string,
  readonly raisedAt: string
}
  & LowBalanceAlert
);

export type Alert =
  | Alert_BudgetAlert
  | Alert_ExpiryAlert
  | Alert_LowBalanceAlert
;

export type BudgetAlert = {
  readonly __typename: 'BudgetAlert',
  readonly id: string,
  readonly kind: AlertKind,
  readonly customerId: string,
  readonly unit: string,
  readonly message: string,
  readonly raisedAt: string,
  readonly budgetId: string,
  readonly name: string,
  readonly setBy: BudgetSetter,
  readonly measure: BudgetMeasure,
  readonly action: BudgetAction,
  readonly threshold: number,
  readonly limit: string,
  readonly spent: string,
  readonly remaining: string,
  readonly windowStart: string,
  readonly resetsAt: string | null
};

export type LowBalanceAlert = {
  readonly __typename: 'LowBalanceAlert',
  readonly id: string,
  readonly kind: AlertKind,
  readonly customerId: string,
  readonly unit: string,
  readonly message: string,
  readonly raisedAt: string,
  readonly setBy: BudgetSetter,
  readonly below: string,
  readonly available: string
};

export type ExpiryAlert = {
  readonly __typename: 'ExpiryAlert',
  readonly id: string,
  readonly kind: AlertKind,
  readonly customerId: string,
  readonly unit: string,
  readonly message: string,
  readonly raisedAt: string,
  readonly setBy: BudgetSetter,
  readonly grantId: string,
  readonly amount: string,
  readonly expiresAt: string
};

export type QuoteUsageVariables = Exact<{
  input: QuoteUsageInput;
}>;


export type QuoteUsageData = {
  readonly quoteUsage:
    | QuoteUsageResult_CustomerNotFound
    | QuoteUsageResult_PlanNotFound
    | QuoteUsageResult_SubscriptionInactive
    | QuoteUsageResult_UsageQuote

};

type QuoteUsageResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type QuoteUsageResult_PlanNotFound = (
  {
  readonly __typename: 'PlanNotFound'
}
  & Problem_PlanNotFound
  & PlanNotFound
);

type QuoteUsageResult_SubscriptionInactive = (
  {
  readonly __typename: 'SubscriptionInactive'
}
  & Problem_SubscriptionInactive
  & SubscriptionInactive
);

type QuoteUsageResult_UsageQuote = (
  {
  readonly __typename: 'UsageQuote'
}
  & UsageQuote
);

export type QuoteUsageResult =
  | QuoteUsageResult_CustomerNotFound
  | QuoteUsageResult_PlanNotFound
  | QuoteUsageResult_SubscriptionInactive
  | QuoteUsageResult_UsageQuote
;

export type UsageQuote = {
  readonly __typename: 'UsageQuote',
  readonly quotes: ReadonlyArray<PlanQuote>
};

export type PlanQuote = {
  readonly place: number | null,
  readonly complete: boolean,
  readonly times: number,
  readonly amount: string,
  readonly coveredBySupply: string,
  readonly coveredByCredits: string,
  readonly toBuy: string,
  readonly billed: string,
  readonly beyond: string,
  readonly plan: PlanSummary,
  readonly lines: ReadonlyArray<PlanQuoteLine>,
  readonly purchases: ReadonlyArray<PlannedPurchase>,
  readonly invoices: ReadonlyArray<PlannedInvoice>,
  readonly total: Money | null,
  readonly perMonth: Money | null
};

export type PlanQuoteLine = {
  readonly operation: string,
  readonly quantity: string,
  readonly amount: string | null,
  readonly listAmount: string | null,
  readonly explanation: ReadonlyArray<PriceStep>,
  readonly problem: (
    Problem_UnpricedUsage
    & UnpricedUsage
  ) | null
};

export type PlannedPurchase = {
  readonly quantity: number,
  readonly credits: string,
  readonly creditPack: CreditPack,
  readonly price: Money
};

export type PlansVariables = Exact<{ [key: string]: never; }>;


export type PlansData = {
  readonly plans: ReadonlyArray<Plan>
};

export type CreditPacksVariables = Exact<{
  unit?: string | null | undefined;
}>;


export type CreditPacksData = {
  readonly creditPacks: ReadonlyArray<CreditPack>
};

export type OperationsVariables = Exact<{ [key: string]: never; }>;


export type OperationsData = {
  readonly operations: ReadonlyArray<Operation>
};

export type Plan = (
  {
  readonly description: string | null,
  readonly rank: number,
  readonly trialDays: number | null,
  readonly supply: string | null,
  readonly sellsCreditPacks: boolean,
  readonly fee: Money | null,
  readonly minimumFee: Money | null,
  readonly period: PeriodRule,
  readonly overage: Overage,
  readonly operations: ReadonlyArray<PlanOperation>
}
  & PlanSummary
);

export type PlanSummary = {
  readonly key: string,
  readonly version: number,
  readonly name: string,
  readonly unit: string
};

export type PeriodRule = {
  readonly type: PeriodType,
  readonly every: PeriodLength | null,
  readonly days: number | null
};

export type Overage = {
  readonly policy: OveragePolicy,
  readonly limit: string | null
};

export type PlanOperation = {
  readonly operation: Operation,
  readonly price: Price
};

export type Price = {
  readonly model: PriceModel,
  readonly definition: { readonly [name: string]: unknown }
};

export type Operation = {
  readonly key: string,
  readonly name: string,
  readonly description: string | null,
  readonly group: string | null,
  readonly per: string,
  readonly reportBy: ReadonlyArray<string>,
  readonly attributes: ReadonlyArray<OperationAttribute>
};

export type OperationAttribute = {
  readonly name: string,
  readonly type: AttributeType,
  readonly description: string | null,
  readonly required: boolean,
  readonly default: string | null,
  readonly values: ReadonlyArray<string> | null,
  readonly min: string | null,
  readonly max: string | null
};

export type CreditPack = {
  readonly key: string,
  readonly name: string,
  readonly description: string | null,
  readonly unit: string,
  readonly credits: string,
  readonly expiresAfterDays: number | null,
  readonly availability: PackAvailability,
  readonly price: Money,
  readonly bonuses: ReadonlyArray<PackBonus>
};

export type PackBonus = {
  readonly fromQuantity: number,
  readonly percent: string
};

export type Money = {
  readonly amount: string,
  readonly currency: string
};

export type ComparePlansVariables = Exact<{
  input: ComparePlansInput;
}>;


export type ComparePlansData = {
  readonly comparePlans:
    | ComparePlansResult_CatalogInvalid
    | ComparePlansResult_CustomerNotFound
    | ComparePlansResult_PlanComparison
    | ComparePlansResult_TooMuchUsage

};

type ComparePlansResult_CatalogInvalid = (
  {
  readonly __typename: 'CatalogInvalid'
}
  & Problem_CatalogInvalid
  & CatalogInvalid
);

type ComparePlansResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type ComparePlansResult_PlanComparison = (
  {
  readonly __typename: 'PlanComparison'
}
  & PlanComparison
);

type ComparePlansResult_TooMuchUsage = (
  {
  readonly __typename: 'TooMuchUsage'
}
  & Problem_TooMuchUsage
  & TooMuchUsage
);

export type ComparePlansResult =
  | ComparePlansResult_CatalogInvalid
  | ComparePlansResult_CustomerNotFound
  | ComparePlansResult_PlanComparison
  | ComparePlansResult_TooMuchUsage
;

export type PlanComparison = {
  readonly __typename: 'PlanComparison',
  readonly customerId: string,
  readonly from: string,
  readonly to: string,
  readonly calls: number,
  readonly plans: ReadonlyArray<ComparedPlan>
};

export type ComparedPlan = {
  readonly place: number | null,
  readonly current: boolean,
  readonly draft: boolean,
  readonly complete: boolean,
  readonly difference: string | null,
  readonly calls: number,
  readonly amount: string,
  readonly refusedCalls: number,
  readonly refused: string,
  readonly plan: PlanSummary,
  readonly cost: Money | null,
  readonly charges: ReadonlyArray<ComparedCharge>,
  readonly periods: ReadonlyArray<ComparedPeriod>,
  readonly purchases: ReadonlyArray<PlannedPurchase>,
  readonly unpriced: ReadonlyArray<UnpricedCalls>
};

export type ComparedCharge = {
  readonly kind: InvoiceLineKind,
  readonly money: Money
};

export type ComparedPeriod = {
  readonly start: string,
  readonly end: string,
  readonly calls: number,
  readonly amount: string,
  readonly coveredBySupply: string,
  readonly toBuy: string,
  readonly billed: string
};

export type UnpricedCalls = {
  readonly calls: number,
  readonly problem: (
    Problem_UnpricedUsage
    & UnpricedUsage
  )
};

export type CatalogInvalid = (
  {
  readonly problems: ReadonlyArray<CatalogProblem>
}
  & Problem_CatalogInvalid
);

export type CatalogProblem = {
  readonly path: string,
  readonly line: number,
  readonly column: number,
  readonly message: string
};

export type TooMuchUsage = (
  {
  readonly limit: number
}
  & Problem_TooMuchUsage
);

export type RedeemCouponVariables = Exact<{
  input: RedeemCouponInput;
}>;


export type RedeemCouponData = {
  readonly redeemCoupon:
    | RedeemCouponResult_CouponNotFound
    | RedeemCouponResult_CouponNotRedeemable
    | RedeemCouponResult_CouponRedeemed
    | RedeemCouponResult_CustomerNotFound
    | RedeemCouponResult_IdempotencyConflict

};

export type RemoveCouponVariables = Exact<{
  input: RemoveCouponInput;
}>;


export type RemoveCouponData = {
  readonly removeCoupon:
    | RemoveCouponResult_CouponNotFound
    | RemoveCouponResult_CouponRemoved
    | RemoveCouponResult_CustomerNotFound
    | RemoveCouponResult_IdempotencyConflict

};

type RedeemCouponResult_CouponNotFound = (
  {
  readonly __typename: 'CouponNotFound'
}
  & Problem_CouponNotFound
  & CouponNotFound
);

type RedeemCouponResult_CouponNotRedeemable = (
  {
  readonly __typename: 'CouponNotRedeemable'
}
  & Problem_CouponNotRedeemable
  & CouponNotRedeemable
);

type RedeemCouponResult_CouponRedeemed = (
  {
  readonly __typename: 'CouponRedeemed'
}
  & CouponRedeemed
);

type RedeemCouponResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type RedeemCouponResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

export type RedeemCouponResult =
  | RedeemCouponResult_CouponNotFound
  | RedeemCouponResult_CouponNotRedeemable
  | RedeemCouponResult_CouponRedeemed
  | RedeemCouponResult_CustomerNotFound
  | RedeemCouponResult_IdempotencyConflict
;

export type CouponRedeemed = {
  readonly __typename: 'CouponRedeemed',
  readonly replayed: boolean,
  readonly redemption: CouponRedemption
};

type RemoveCouponResult_CouponNotFound = (
  {
  readonly __typename: 'CouponNotFound'
}
  & Problem_CouponNotFound
  & CouponNotFound
);

type RemoveCouponResult_CouponRemoved = (
  {
  readonly __typename: 'CouponRemoved'
}
  & CouponRemoved
);

type RemoveCouponResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type RemoveCouponResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

export type RemoveCouponResult =
  | RemoveCouponResult_CouponNotFound
  | RemoveCouponResult_CouponRemoved
  | RemoveCouponResult_CustomerNotFound
  | RemoveCouponResult_IdempotencyConflict
;

export type CouponRemoved = {
  readonly __typename: 'CouponRemoved',
  readonly replayed: boolean,
  readonly redemption: CouponRedemption
};

export type CouponRedemption = {
  readonly id: string,
  readonly code: string,
  readonly name: string,
  readonly percentOff: string | null,
  readonly periods: number | null,
  readonly periodsLeft: number | null,
  readonly plans: ReadonlyArray<string> | null,
  readonly redeemedAt: string,
  readonly endedAt: string | null,
  readonly amountOff: Money | null
};

export type CreateCreditNoteVariables = Exact<{
  input: CreateCreditNoteInput;
}>;


export type CreateCreditNoteData = {
  readonly createCreditNote:
    | CreateCreditNoteResult_CreditExceedsInvoice
    | CreateCreditNoteResult_CreditNoteCreated
    | CreateCreditNoteResult_CustomerNotFound
    | CreateCreditNoteResult_IdempotencyConflict
    | CreateCreditNoteResult_InvoiceNotCreditable
    | CreateCreditNoteResult_InvoiceNotFound
    | CreateCreditNoteResult_PaymentDisputed

};

export type RefundPurchaseVariables = Exact<{
  input: RefundPurchaseInput;
}>;


export type RefundPurchaseData = {
  readonly refundPurchase:
    | RefundPurchaseResult_CreditExceedsInvoice
    | RefundPurchaseResult_CustomerNotFound
    | RefundPurchaseResult_IdempotencyConflict
    | RefundPurchaseResult_InvoiceNotCreditable
    | RefundPurchaseResult_InvoiceNotFound
    | RefundPurchaseResult_NothingToRefund
    | RefundPurchaseResult_PaymentDisputed
    | RefundPurchaseResult_PurchaseRefunded

};

export type CreditNotesVariables = Exact<{
  customerId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CreditNotesData = {
  readonly creditNotes: CreditNotePage
};

export type CreditNoteVariables = Exact<{
  id: string;
}>;


export type CreditNoteData = {
  readonly creditNote: CreditNote | null
};

type CreateCreditNoteResult_CreditExceedsInvoice = (
  {
  readonly __typename: 'CreditExceedsInvoice'
}
  & Problem_CreditExceedsInvoice
  & CreditExceedsInvoice
);

type CreateCreditNoteResult_CreditNoteCreated = (
  {
  readonly __typename: 'CreditNoteCreated'
}
  & CreditNoteCreated
);

type CreateCreditNoteResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type CreateCreditNoteResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type CreateCreditNoteResult_InvoiceNotCreditable = (
  {
  readonly __typename: 'InvoiceNotCreditable'
}
  & Problem_InvoiceNotCreditable
  & InvoiceNotCreditable
);

type CreateCreditNoteResult_InvoiceNotFound = (
  {
  readonly __typename: 'InvoiceNotFound'
}
  & Problem_InvoiceNotFound
  & InvoiceNotFound
);

type CreateCreditNoteResult_PaymentDisputed = (
  {
  readonly __typename: 'PaymentDisputed'
}
  & Problem_PaymentDisputed
  & PaymentDisputed
);

export type CreateCreditNoteResult =
  | CreateCreditNoteResult_CreditExceedsInvoice
  | CreateCreditNoteResult_CreditNoteCreated
  | CreateCreditNoteResult_CustomerNotFound
  | CreateCreditNoteResult_IdempotencyConflict
  | CreateCreditNoteResult_InvoiceNotCreditable
  | CreateCreditNoteResult_InvoiceNotFound
  | CreateCreditNoteResult_PaymentDisputed
;

export type CreditNoteCreated = {
  readonly __typename: 'CreditNoteCreated',
  readonly replayed: boolean,
  readonly creditNote: CreditNote,
  readonly invoice: Invoice
};

type RefundPurchaseResult_CreditExceedsInvoice = (
  {
  readonly __typename: 'CreditExceedsInvoice'
}
  & Problem_CreditExceedsInvoice
  & CreditExceedsInvoice
);

type RefundPurchaseResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type RefundPurchaseResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type RefundPurchaseResult_InvoiceNotCreditable = (
  {
  readonly __typename: 'InvoiceNotCreditable'
}
  & Problem_InvoiceNotCreditable
  & InvoiceNotCreditable
);

type RefundPurchaseResult_InvoiceNotFound = (
  {
  readonly __typename: 'InvoiceNotFound'
}
  & Problem_InvoiceNotFound
  & InvoiceNotFound
);

type RefundPurchaseResult_NothingToRefund = (
  {
  readonly __typename: 'NothingToRefund'
}
  & Problem_NothingToRefund
  & NothingToRefund
);

type RefundPurchaseResult_PaymentDisputed = (
  {
  readonly __typename: 'PaymentDisputed'
}
  & Problem_PaymentDisputed
  & PaymentDisputed
);

type RefundPurchaseResult_PurchaseRefunded = (
  {
  readonly __typename: 'PurchaseRefunded'
}
  & PurchaseRefunded
);

export type RefundPurchaseResult =
  | RefundPurchaseResult_CreditExceedsInvoice
  | RefundPurchaseResult_CustomerNotFound
  | RefundPurchaseResult_IdempotencyConflict
  | RefundPurchaseResult_InvoiceNotCreditable
  | RefundPurchaseResult_InvoiceNotFound
  | RefundPurchaseResult_NothingToRefund
  | RefundPurchaseResult_PaymentDisputed
  | RefundPurchaseResult_PurchaseRefunded
;

export type PurchaseRefunded = {
  readonly __typename: 'PurchaseRefunded',
  readonly replayed: boolean,
  readonly creditNote: CreditNote,
  readonly invoice: Invoice,
  readonly grant: CreditGrant,
  readonly wallet: Wallet
};

export type CreditNotePage = {
  readonly nodes: ReadonlyArray<CreditNote>,
  readonly pageInfo: PageInfo
};

export type CreditNote = {
  readonly id: string,
  readonly customerId: string,
  readonly invoiceId: string,
  readonly invoiceNumber: string,
  readonly invoiceFinalizedAt: string,
  readonly number: string,
  readonly subtotal: string,
  readonly amount: string,
  readonly currency: string,
  readonly settlement: CreditSettlement,
  readonly reason: string | null,
  readonly voided: string,
  readonly clawback: string,
  readonly createdAt: string,
  readonly htmlUrl: string,
  readonly pdfUrl: string,
  readonly taxes: ReadonlyArray<{
    readonly name: string,
    readonly country: string,
    readonly percent: string,
    readonly inclusive: boolean,
    readonly taxable: string,
    readonly amount: string
  }>,
  readonly refunds: ReadonlyArray<Refund>
};

export type CustomerVariables = Exact<{
  id: string;
  subscriptionsFirst?: number | null | undefined;
}>;


export type CustomerData = {
  readonly customer: CustomerDetails | null
};

export type CreateCustomerVariables = Exact<{
  input: CreateCustomerInput;
}>;


export type CreateCustomerData = {
  readonly createCustomer:
    | CreateCustomerResult_CustomerCreated
    | CreateCustomerResult_CustomerExists
    | CreateCustomerResult_IdempotencyConflict
    | CreateCustomerResult_PlanNotFound
    | CreateCustomerResult_TestClockNotFound

};

export type UpdateCustomerVariables = Exact<{
  input: UpdateCustomerInput;
}>;


export type UpdateCustomerData = {
  readonly updateCustomer:
    | UpdateCustomerResult_CustomerNotFound
    | UpdateCustomerResult_CustomerUpdated
    | UpdateCustomerResult_IdempotencyConflict

};

type CreateCustomerResult_CustomerCreated = (
  {
  readonly __typename: 'CustomerCreated'
}
  & CustomerCreated
);

type CreateCustomerResult_CustomerExists = (
  {
  readonly __typename: 'CustomerExists'
}
  & Problem_CustomerExists
  & CustomerExists
);

type CreateCustomerResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type CreateCustomerResult_PlanNotFound = (
  {
  readonly __typename: 'PlanNotFound'
}
  & Problem_PlanNotFound
  & PlanNotFound
);

type CreateCustomerResult_TestClockNotFound = (
  {
  readonly __typename: 'TestClockNotFound'
}
  & Problem_TestClockNotFound
  & TestClockNotFound
);

export type CreateCustomerResult =
  | CreateCustomerResult_CustomerCreated
  | CreateCustomerResult_CustomerExists
  | CreateCustomerResult_IdempotencyConflict
  | CreateCustomerResult_PlanNotFound
  | CreateCustomerResult_TestClockNotFound
;

export type CustomerCreated = {
  readonly __typename: 'CustomerCreated',
  readonly replayed: boolean,
  readonly customer: Customer
};

type UpdateCustomerResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type UpdateCustomerResult_CustomerUpdated = (
  {
  readonly __typename: 'CustomerUpdated'
}
  & CustomerUpdated
);

type UpdateCustomerResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

export type UpdateCustomerResult =
  | UpdateCustomerResult_CustomerNotFound
  | UpdateCustomerResult_CustomerUpdated
  | UpdateCustomerResult_IdempotencyConflict
;

export type CustomerUpdated = {
  readonly __typename: 'CustomerUpdated',
  readonly replayed: boolean,
  readonly customer: Customer
};

export type CustomerDetails = (
  {
  readonly subscriptions: ReadonlyArray<PlanSubscription>
}
  & Customer
);

export type Customer = {
  readonly id: string,
  readonly name: string | null,
  readonly email: string | null,
  readonly metadata: { readonly [name: string]: unknown },
  readonly createdAt: string,
  readonly taxId: string | null,
  readonly taxExempt: boolean,
  readonly testClock: TestClock | null,
  readonly subscription: PlanSubscription | null,
  readonly wallets: ReadonlyArray<Wallet>,
  readonly billingAddress: Address | null,
  readonly creditBalances: ReadonlyArray<Money>,
  readonly coupons: ReadonlyArray<CouponRedemption>
};

export type BillingPeriod = {
  readonly start: string,
  readonly end: string | null
};

export type CreateCustomerTokenVariables = Exact<{
  input: CreateCustomerTokenInput;
}>;


export type CreateCustomerTokenData = {
  readonly createCustomerToken:
    | CreateCustomerTokenResult_CustomerNotFound
    | CreateCustomerTokenResult_CustomerTokenCreated

};

type CreateCustomerTokenResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type CreateCustomerTokenResult_CustomerTokenCreated = (
  {
  readonly __typename: 'CustomerTokenCreated'
}
  & CustomerTokenCreated
);

export type CreateCustomerTokenResult =
  | CreateCustomerTokenResult_CustomerNotFound
  | CreateCustomerTokenResult_CustomerTokenCreated
;

export type CustomerTokenCreated = {
  readonly __typename: 'CustomerTokenCreated',
  readonly token: string,
  readonly expiresAt: string
};

export type ForecastVariables = Exact<{
  customerId: string;
  unit?: string | null | undefined;
  days?: number | null | undefined;
}>;


export type ForecastData = {
  readonly forecast: Forecast | null
};

export type Forecast = {
  readonly customerId: string,
  readonly unit: string,
  readonly at: string,
  readonly available: string,
  readonly gap: ForecastGap | null,
  readonly horizon: string | null,
  readonly burnRate: BurnRate | null,
  readonly exhaustion: Exhaustion | null,
  readonly days: ReadonlyArray<ForecastDay>,
  readonly invoice: ForecastInvoice | null
};

export type BurnRate = {
  readonly perDay: string,
  readonly deviation: string,
  readonly days: number,
  readonly from: string,
  readonly weekly: boolean,
  readonly operations: ReadonlyArray<OperationBurnRate>
};

export type OperationBurnRate = {
  readonly operation: string,
  readonly perDay: string,
  readonly quantityPerDay: string
};

export type Exhaustion = {
  readonly at: string | null,
  readonly earliest: string | null,
  readonly latest: string | null
};

export type ForecastDay = {
  readonly start: string,
  readonly used: string,
  readonly refused: string,
  readonly granted: string,
  readonly returned: string,
  readonly expired: string,
  readonly available: string
};

export type ForecastInvoice = {
  readonly least: string,
  readonly most: string,
  readonly closesAt: string | null,
  readonly expected: PlannedInvoice
};

export type ReserveVariables = Exact<{
  input: ReserveInput;
}>;


export type ReserveData = {
  readonly reserve:
    | ReserveResult_BudgetExceeded
    | ReserveResult_CustomerNotFound
    | ReserveResult_IdempotencyConflict
    | ReserveResult_InsufficientCredits
    | ReserveResult_Reserved
    | ReserveResult_SubscriptionInactive
    | ReserveResult_UnpricedUsage

};

export type CaptureVariables = Exact<{
  input: CaptureInput;
}>;


export type CaptureData = {
  readonly capture:
    | CaptureResult_BudgetExceeded
    | CaptureResult_Captured
    | CaptureResult_CustomerNotFound
    | CaptureResult_HoldExceeded
    | CaptureResult_HoldNotActive
    | CaptureResult_HoldNotFound
    | CaptureResult_IdempotencyConflict
    | CaptureResult_InsufficientCredits
    | CaptureResult_UnpricedUsage

};

export type ExtendHoldVariables = Exact<{
  input: ExtendHoldInput;
}>;


export type ExtendHoldData = {
  readonly extendHold:
    | ExtendHoldResult_CustomerNotFound
    | ExtendHoldResult_HoldExtended
    | ExtendHoldResult_HoldNotActive
    | ExtendHoldResult_HoldNotFound
    | ExtendHoldResult_IdempotencyConflict

};

export type ReleaseVariables = Exact<{
  input: ReleaseInput;
}>;


export type ReleaseData = {
  readonly release:
    | ReleaseResult_CustomerNotFound
    | ReleaseResult_HoldNotActive
    | ReleaseResult_HoldNotFound
    | ReleaseResult_IdempotencyConflict
    | ReleaseResult_Released

};

export type HoldVariables = Exact<{
  customerId: string;
  id: string;
}>;


export type HoldData = {
  readonly hold: Hold | null
};

export type HoldsVariables = Exact<{
  customerId: string;
  status?: HoldStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type HoldsData = {
  readonly holds: HoldPage
};

type ReserveResult_BudgetExceeded = (
  {
  readonly __typename: 'BudgetExceeded'
}
  & Problem_BudgetExceeded
  & BudgetExceeded
);

type ReserveResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type ReserveResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type ReserveResult_InsufficientCredits = (
  {
  readonly __typename: 'InsufficientCredits'
}
  & Problem_InsufficientCredits
  & InsufficientCredits
);

type ReserveResult_Reserved = (
  {
  readonly __typename: 'Reserved'
}
  & Reserved
);

type ReserveResult_SubscriptionInactive = (
  {
  readonly __typename: 'SubscriptionInactive'
}
  & Problem_SubscriptionInactive
  & SubscriptionInactive
);

type ReserveResult_UnpricedUsage = (
  {
  readonly __typename: 'UnpricedUsage'
}
  & Problem_UnpricedUsage
  & UnpricedUsage
);

export type ReserveResult =
  | ReserveResult_BudgetExceeded
  | ReserveResult_CustomerNotFound
  | ReserveResult_IdempotencyConflict
  | ReserveResult_InsufficientCredits
  | ReserveResult_Reserved
  | ReserveResult_SubscriptionInactive
  | ReserveResult_UnpricedUsage
;

type CaptureResult_BudgetExceeded = (
  {
  readonly __typename: 'BudgetExceeded'
}
  & Problem_BudgetExceeded
  & BudgetExceeded
);

type CaptureResult_Captured = (
  {
  readonly __typename: 'Captured'
}
  & Captured
);

type CaptureResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type CaptureResult_HoldExceeded = (
  {
  readonly __typename: 'HoldExceeded'
}
  & Problem_HoldExceeded
  & HoldExceeded
);

type CaptureResult_HoldNotActive = (
  {
  readonly __typename: 'HoldNotActive'
}
  & Problem_HoldNotActive
  & HoldNotActive
);

type CaptureResult_HoldNotFound = (
  {
  readonly __typename: 'HoldNotFound'
}
  & Problem_HoldNotFound
  & HoldNotFound
);

type CaptureResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type CaptureResult_InsufficientCredits = (
  {
  readonly __typename: 'InsufficientCredits'
}
  & Problem_InsufficientCredits
  & InsufficientCredits
);

type CaptureResult_UnpricedUsage = (
  {
  readonly __typename: 'UnpricedUsage'
}
  & Problem_UnpricedUsage
  & UnpricedUsage
);

export type CaptureResult =
  | CaptureResult_BudgetExceeded
  | CaptureResult_Captured
  | CaptureResult_CustomerNotFound
  | CaptureResult_HoldExceeded
  | CaptureResult_HoldNotActive
  | CaptureResult_HoldNotFound
  | CaptureResult_IdempotencyConflict
  | CaptureResult_InsufficientCredits
  | CaptureResult_UnpricedUsage
;

type ExtendHoldResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type ExtendHoldResult_HoldExtended = (
  {
  readonly __typename: 'HoldExtended'
}
  & HoldExtended
);

type ExtendHoldResult_HoldNotActive = (
  {
  readonly __typename: 'HoldNotActive'
}
  & Problem_HoldNotActive
  & HoldNotActive
);

type ExtendHoldResult_HoldNotFound = (
  {
  readonly __typename: 'HoldNotFound'
}
  & Problem_HoldNotFound
  & HoldNotFound
);

type ExtendHoldResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

export type ExtendHoldResult =
  | ExtendHoldResult_CustomerNotFound
  | ExtendHoldResult_HoldExtended
  | ExtendHoldResult_HoldNotActive
  | ExtendHoldResult_HoldNotFound
  | ExtendHoldResult_IdempotencyConflict
;

type ReleaseResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type ReleaseResult_HoldNotActive = (
  {
  readonly __typename: 'HoldNotActive'
}
  & Problem_HoldNotActive
  & HoldNotActive
);

type ReleaseResult_HoldNotFound = (
  {
  readonly __typename: 'HoldNotFound'
}
  & Problem_HoldNotFound
  & HoldNotFound
);

type ReleaseResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type ReleaseResult_Released = (
  {
  readonly __typename: 'Released'
}
  & Released
);

export type ReleaseResult =
  | ReleaseResult_CustomerNotFound
  | ReleaseResult_HoldNotActive
  | ReleaseResult_HoldNotFound
  | ReleaseResult_IdempotencyConflict
  | ReleaseResult_Released
;

export type Reserved = {
  readonly __typename: 'Reserved',
  readonly replayed: boolean,
  readonly hold: Hold,
  readonly wallet: WalletBalances
};

export type Captured = {
  readonly __typename: 'Captured',
  readonly replayed: boolean,
  readonly usageRecord: UsageRecord,
  readonly hold: Hold,
  readonly wallet: WalletBalances
};

export type HoldExtended = {
  readonly __typename: 'HoldExtended',
  readonly replayed: boolean,
  readonly hold: Hold,
  readonly wallet: WalletBalances
};

export type Released = {
  readonly __typename: 'Released',
  readonly replayed: boolean,
  readonly hold: Hold,
  readonly wallet: WalletBalances
};

export type Hold = {
  readonly id: string,
  readonly customerId: string,
  readonly operation: string,
  readonly quantity: string,
  readonly attributes: { readonly [name: string]: unknown },
  readonly unit: string,
  readonly amount: string,
  readonly held: string,
  readonly captured: string,
  readonly postpaid: string,
  readonly status: HoldStatus,
  readonly plan: string,
  readonly planVersion: number,
  readonly idempotencyKey: string,
  readonly createdAt: string,
  readonly expiresAt: string,
  readonly endedAt: string | null,
  readonly draws: ReadonlyArray<Draw>
};

export type HoldPage = {
  readonly nodes: ReadonlyArray<Hold>,
  readonly pageInfo: PageInfo
};

export type PurchaseVariables = Exact<{
  input: PurchaseInput;
}>;


export type PurchaseData = {
  readonly purchase:
    | PurchaseResult_CustomerNotFound
    | PurchaseResult_IdempotencyConflict
    | PurchaseResult_InvoiceNotPayable
    | PurchaseResult_PackNotAvailable
    | PurchaseResult_PaymentFailed
    | PurchaseResult_PaymentRequired
    | PurchaseResult_Purchased

};

export type SetUpPaymentVariables = Exact<{
  input: SetUpPaymentInput;
}>;


export type SetUpPaymentData = {
  readonly setUpPayment:
    | SetUpPaymentResult_CustomerNotFound
    | SetUpPaymentResult_PaymentSetup

};

export type PayInvoiceVariables = Exact<{
  input: PayInvoiceInput;
}>;


export type PayInvoiceData = {
  readonly payInvoice:
    | PayInvoiceResult_CustomerNotFound
    | PayInvoiceResult_IdempotencyConflict
    | PayInvoiceResult_InvoiceNotFound
    | PayInvoiceResult_InvoiceNotPayable
    | PayInvoiceResult_InvoicePaid
    | PayInvoiceResult_PaymentFailed
    | PayInvoiceResult_PaymentRequired

};

export type VoidInvoiceVariables = Exact<{
  input: VoidInvoiceInput;
}>;


export type VoidInvoiceData = {
  readonly voidInvoice:
    | VoidInvoiceResult_CustomerNotFound
    | VoidInvoiceResult_IdempotencyConflict
    | VoidInvoiceResult_InvoiceNotFound
    | VoidInvoiceResult_InvoiceNotVoidable
    | VoidInvoiceResult_InvoiceVoided

};

export type InvoicesVariables = Exact<{
  customerId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type InvoicesData = {
  readonly invoices: InvoicePage
};

export type UpcomingInvoiceVariables = Exact<{
  customerId: string;
}>;


export type UpcomingInvoiceData = {
  readonly upcomingInvoice: Invoice | null
};

export type UpcomingInvoicesVariables = Exact<{
  customerId: string;
}>;


export type UpcomingInvoicesData = {
  readonly upcomingInvoices: ReadonlyArray<Invoice>
};

export type InvoiceVariables = Exact<{
  id: string;
}>;


export type InvoiceData = {
  readonly invoice: Invoice | null
};

type PurchaseResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type PurchaseResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type PurchaseResult_InvoiceNotPayable = (
  {
  readonly __typename: 'InvoiceNotPayable'
}
  & Problem_InvoiceNotPayable
  & InvoiceNotPayable
);

type PurchaseResult_PackNotAvailable = (
  {
  readonly __typename: 'PackNotAvailable'
}
  & Problem_PackNotAvailable
  & PackNotAvailable
);

type PurchaseResult_PaymentFailed = (
  {
  readonly __typename: 'PaymentFailed'
}
  & Problem_PaymentFailed
  & PaymentFailed
);

type PurchaseResult_PaymentRequired = (
  {
  readonly __typename: 'PaymentRequired'
}
  & Problem_PaymentRequired
  & PaymentRequired
);

type PurchaseResult_Purchased = (
  {
  readonly __typename: 'Purchased'
}
  & Purchased
);

export type PurchaseResult =
  | PurchaseResult_CustomerNotFound
  | PurchaseResult_IdempotencyConflict
  | PurchaseResult_InvoiceNotPayable
  | PurchaseResult_PackNotAvailable
  | PurchaseResult_PaymentFailed
  | PurchaseResult_PaymentRequired
  | PurchaseResult_Purchased
;

export type Purchased = {
  readonly __typename: 'Purchased',
  readonly replayed: boolean,
  readonly grant: CreditGrant,
  readonly invoice: Invoice,
  readonly wallet: Wallet
};

type SetUpPaymentResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type SetUpPaymentResult_PaymentSetup = (
  {
  readonly __typename: 'PaymentSetup'
}
  & PaymentSetup
);

export type SetUpPaymentResult =
  | SetUpPaymentResult_CustomerNotFound
  | SetUpPaymentResult_PaymentSetup
;

export type PaymentSetup = {
  readonly __typename: 'PaymentSetup',
  readonly url: string
};

type PayInvoiceResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type PayInvoiceResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type PayInvoiceResult_InvoiceNotFound = (
  {
  readonly __typename: 'InvoiceNotFound'
}
  & Problem_InvoiceNotFound
  & InvoiceNotFound
);

type PayInvoiceResult_InvoiceNotPayable = (
  {
  readonly __typename: 'InvoiceNotPayable'
}
  & Problem_InvoiceNotPayable
  & InvoiceNotPayable
);

type PayInvoiceResult_InvoicePaid = (
  {
  readonly __typename: 'InvoicePaid'
}
  & InvoicePaid
);

type PayInvoiceResult_PaymentFailed = (
  {
  readonly __typename: 'PaymentFailed'
}
  & Problem_PaymentFailed
  & PaymentFailed
);

type PayInvoiceResult_PaymentRequired = (
  {
  readonly __typename: 'PaymentRequired'
}
  & Problem_PaymentRequired
  & PaymentRequired
);

export type PayInvoiceResult =
  | PayInvoiceResult_CustomerNotFound
  | PayInvoiceResult_IdempotencyConflict
  | PayInvoiceResult_InvoiceNotFound
  | PayInvoiceResult_InvoiceNotPayable
  | PayInvoiceResult_InvoicePaid
  | PayInvoiceResult_PaymentFailed
  | PayInvoiceResult_PaymentRequired
;

export type InvoicePaid = {
  readonly __typename: 'InvoicePaid',
  readonly replayed: boolean,
  readonly invoice: Invoice
};

type VoidInvoiceResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type VoidInvoiceResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type VoidInvoiceResult_InvoiceNotFound = (
  {
  readonly __typename: 'InvoiceNotFound'
}
  & Problem_InvoiceNotFound
  & InvoiceNotFound
);

type VoidInvoiceResult_InvoiceNotVoidable = (
  {
  readonly __typename: 'InvoiceNotVoidable'
}
  & Problem_InvoiceNotVoidable
  & InvoiceNotVoidable
);

type VoidInvoiceResult_InvoiceVoided = (
  {
  readonly __typename: 'InvoiceVoided'
}
  & InvoiceVoided
);

export type VoidInvoiceResult =
  | VoidInvoiceResult_CustomerNotFound
  | VoidInvoiceResult_IdempotencyConflict
  | VoidInvoiceResult_InvoiceNotFound
  | VoidInvoiceResult_InvoiceNotVoidable
  | VoidInvoiceResult_InvoiceVoided
;

export type InvoiceVoided = {
  readonly __typename: 'InvoiceVoided',
  readonly replayed: boolean,
  readonly invoice: Invoice
};

export type InvoicePage = {
  readonly nodes: ReadonlyArray<Invoice>,
  readonly pageInfo: PageInfo
};

export type Invoice = {
  readonly id: string,
  readonly customerId: string,
  readonly number: string | null,
  readonly kind: InvoiceKind,
  readonly status: InvoiceStatus,
  readonly currency: string,
  readonly subtotal: string,
  readonly total: string,
  readonly creditApplied: string,
  readonly amountDue: string,
  readonly carriedOver: string,
  readonly setOff: string,
  readonly notes: string | null,
  readonly createdAt: string,
  readonly finalizesAt: string | null,
  readonly finalizedAt: string | null,
  readonly paidAt: string | null,
  readonly htmlUrl: string | null,
  readonly pdfUrl: string | null,
  readonly voidedAt: string | null,
  readonly voidReason: string | null,
  readonly credited: string,
  readonly period: BillingPeriod | null,
  readonly lines: ReadonlyArray<InvoiceLine>,
  readonly taxes: ReadonlyArray<{
    readonly name: string,
    readonly country: string,
    readonly percent: string,
    readonly inclusive: boolean,
    readonly taxable: string,
    readonly amount: string
  }>,
  readonly parties: {
    readonly operator: {
      readonly name: string,
      readonly taxId: string | null,
      readonly email: string | null,
      readonly address: Address | null
    } | null,
    readonly customer: {
      readonly customerId: string,
      readonly name: string | null,
      readonly email: string | null,
      readonly taxId: string | null,
      readonly taxExempt: boolean,
      readonly address: Address | null
    }
  } | null,
  readonly payments: ReadonlyArray<Payment>,
  readonly creditNotes: ReadonlyArray<CreditNote>
};

export type InvoiceLine = {
  readonly kind: InvoiceLineKind,
  readonly description: string,
  readonly operation: string | null,
  readonly tier: string | null,
  readonly quantity: string,
  readonly unitPrice: string | null,
  readonly listAmount: string,
  readonly discount: string,
  readonly allowance: string,
  readonly prepaid: string,
  readonly net: string,
  readonly amount: string,
  readonly rounding: string,
  readonly period: BillingPeriod | null
};

export type Address = {
  readonly name: string | null,
  readonly lines: ReadonlyArray<string>,
  readonly postalCode: string | null,
  readonly city: string | null,
  readonly country: string
};

export type Payment = {
  readonly id: string,
  readonly status: PaymentStatus,
  readonly amount: string,
  readonly currency: string,
  readonly failure: string | null,
  readonly actionUrl: string | null,
  readonly createdAt: string,
  readonly refunded: string,
  readonly refunds: ReadonlyArray<Refund>,
  readonly disputes: ReadonlyArray<Dispute>
};

export type Refund = {
  readonly id: string,
  readonly status: RefundStatus,
  readonly amount: string,
  readonly currency: string,
  readonly failure: string | null,
  readonly createdAt: string
};

export type Dispute = {
  readonly id: string,
  readonly status: DisputeStatus,
  readonly amount: string,
  readonly currency: string,
  readonly openedAt: string,
  readonly closedAt: string | null
};

export type WalletChangedVariables = Exact<{
  customerId: string;
  unit?: string | null | undefined;
  after?: number | null | undefined;
}>;


export type WalletChangedData = {
  readonly walletChanged: WalletChange
};

export type UsageRecordedVariables = Exact<{
  customerId: string;
  unit?: string | null | undefined;
  after?: number | null | undefined;
}>;


export type UsageRecordedData = {
  readonly usageRecorded: UsageRecordedMessage
};

export type AlertRaisedVariables = Exact<{
  customerId: string;
  after?: number | null | undefined;
}>;


export type AlertRaisedData = {
  readonly alertRaised: AlertRaisedMessage
};

export type WalletChange = {
  readonly customerId: string,
  readonly unit: string,
  readonly sequence: number,
  readonly balance: string,
  readonly entry: LedgerEntry | null
};

export type UsageRecordedMessage = {
  readonly customerId: string,
  readonly unit: string,
  readonly sequence: number,
  readonly usageRecord: UsageRecord | null
};

export type AlertRaisedMessage = {
  readonly customerId: string,
  readonly sequence: number,
  readonly alert: WebhookEvent | null
};

type Problem_AlreadyOnPlan = {
  readonly __typename: 'AlreadyOnPlan',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_AlreadySubscribed = {
  readonly __typename: 'AlreadySubscribed',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_BudgetExceeded = {
  readonly __typename: 'BudgetExceeded',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_BudgetNotFound = {
  readonly __typename: 'BudgetNotFound',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_BudgetSetByOperator = {
  readonly __typename: 'BudgetSetByOperator',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_CatalogInvalid = {
  readonly __typename: 'CatalogInvalid',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_CouponNotFound = {
  readonly __typename: 'CouponNotFound',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_CouponNotRedeemable = {
  readonly __typename: 'CouponNotRedeemable',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_CreditExceedsInvoice = {
  readonly __typename: 'CreditExceedsInvoice',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_CustomerExists = {
  readonly __typename: 'CustomerExists',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_CustomerNotFound = {
  readonly __typename: 'CustomerNotFound',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_HoldExceeded = {
  readonly __typename: 'HoldExceeded',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_HoldNotActive = {
  readonly __typename: 'HoldNotActive',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_HoldNotFound = {
  readonly __typename: 'HoldNotFound',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_IdempotencyConflict = {
  readonly __typename: 'IdempotencyConflict',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_InsufficientCredits = {
  readonly __typename: 'InsufficientCredits',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_InvoiceNotCreditable = {
  readonly __typename: 'InvoiceNotCreditable',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_InvoiceNotFound = {
  readonly __typename: 'InvoiceNotFound',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_InvoiceNotPayable = {
  readonly __typename: 'InvoiceNotPayable',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_InvoiceNotVoidable = {
  readonly __typename: 'InvoiceNotVoidable',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_NothingToRefund = {
  readonly __typename: 'NothingToRefund',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_NothingToResume = {
  readonly __typename: 'NothingToResume',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_PackNotAvailable = {
  readonly __typename: 'PackNotAvailable',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_PaymentDisputed = {
  readonly __typename: 'PaymentDisputed',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_PaymentFailed = {
  readonly __typename: 'PaymentFailed',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_PaymentRequired = {
  readonly __typename: 'PaymentRequired',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_PlanNotFound = {
  readonly __typename: 'PlanNotFound',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_ReversalExceedsUsage = {
  readonly __typename: 'ReversalExceedsUsage',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_SubscriptionInactive = {
  readonly __typename: 'SubscriptionInactive',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_TestClockNotFound = {
  readonly __typename: 'TestClockNotFound',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_TooMuchUsage = {
  readonly __typename: 'TooMuchUsage',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_UnitNotFound = {
  readonly __typename: 'UnitNotFound',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_UnpricedUsage = {
  readonly __typename: 'UnpricedUsage',
  readonly code: ProblemCode,
  readonly message: string
};

type Problem_UsageRecordNotFound = {
  readonly __typename: 'UsageRecordNotFound',
  readonly code: ProblemCode,
  readonly message: string
};

export type Problem =
  | Problem_AlreadyOnPlan
  | Problem_AlreadySubscribed
  | Problem_BudgetExceeded
  | Problem_BudgetNotFound
  | Problem_BudgetSetByOperator
  | Problem_CatalogInvalid
  | Problem_CouponNotFound
  | Problem_CouponNotRedeemable
  | Problem_CreditExceedsInvoice
  | Problem_CustomerExists
  | Problem_CustomerNotFound
  | Problem_HoldExceeded
  | Problem_HoldNotActive
  | Problem_HoldNotFound
  | Problem_IdempotencyConflict
  | Problem_InsufficientCredits
  | Problem_InvoiceNotCreditable
  | Problem_InvoiceNotFound
  | Problem_InvoiceNotPayable
  | Problem_InvoiceNotVoidable
  | Problem_NothingToRefund
  | Problem_NothingToResume
  | Problem_PackNotAvailable
  | Problem_PaymentDisputed
  | Problem_PaymentFailed
  | Problem_PaymentRequired
  | Problem_PlanNotFound
  | Problem_ReversalExceedsUsage
  | Problem_SubscriptionInactive
  | Problem_TestClockNotFound
  | Problem_TooMuchUsage
  | Problem_UnitNotFound
  | Problem_UnpricedUsage
  | Problem_UsageRecordNotFound
;

export type InsufficientCredits = (
  {
  readonly required: string,
  readonly available: string,
  readonly shortBy: string,
  readonly nextSupplyAt: string | null,
  readonly creditPacks: ReadonlyArray<CreditPack>
}
  & Problem_InsufficientCredits
);

export type BudgetExceeded = (
  {
  readonly limit: string,
  readonly spent: string,
  readonly required: string,
  readonly remaining: string,
  readonly resetsAt: string | null,
  readonly budget: Budget
}
  & Problem_BudgetExceeded
);

export type BudgetNotFound = (
  {
  readonly budgetId: string
}
  & Problem_BudgetNotFound
);

export type BudgetSetByOperator = (
  {
  readonly budget: Budget
}
  & Problem_BudgetSetByOperator
);

export type UnpricedUsage = (
  {
  readonly operation: string,
  readonly reason: UnpricedReason,
  readonly attribute: string | null,
  readonly allowed: string | null
}
  & Problem_UnpricedUsage
);

export type CustomerNotFound = (
  {
  readonly customerId: string
}
  & Problem_CustomerNotFound
);

export type CustomerExists = (
  {
  readonly customer: Customer
}
  & Problem_CustomerExists
);

export type SubscriptionInactive = (
  {
  readonly status: SubscriptionStatus | null
}
  & Problem_SubscriptionInactive
);

export type AlreadySubscribed = (
  {
  readonly subscription: PlanSubscription
}
  & Problem_AlreadySubscribed
);

export type AlreadyOnPlan = (
  {
  readonly plan: string,
  readonly version: number
}
  & Problem_AlreadyOnPlan
);

export type NothingToResume = Problem_NothingToResume;

export type PlanNotFound = (
  {
  readonly plan: string,
  readonly plans: ReadonlyArray<string>
}
  & Problem_PlanNotFound
);

export type TestClockNotFound = Problem_TestClockNotFound;

export type UnitNotFound = (
  {
  readonly units: ReadonlyArray<string>
}
  & Problem_UnitNotFound
);

export type PackNotAvailable = (
  {
  readonly creditPack: string,
  readonly creditPacks: ReadonlyArray<CreditPack>
}
  & Problem_PackNotAvailable
);

export type PaymentRequired = (
  {
  readonly invoice: Invoice,
  readonly payment: Payment,
  readonly delivered: DeliveredCredits | null
}
  & Problem_PaymentRequired
);

export type DeliveredCredits = {
  readonly grant: CreditGrant,
  readonly wallet: Wallet
};

export type PaymentFailed = (
  {
  readonly invoice: Invoice,
  readonly payment: Payment
}
  & Problem_PaymentFailed
);

export type InvoiceNotFound = (
  {
  readonly invoiceId: string
}
  & Problem_InvoiceNotFound
);

export type InvoiceNotPayable = (
  {
  readonly status: InvoiceStatus
}
  & Problem_InvoiceNotPayable
);

export type InvoiceNotVoidable = (
  {
  readonly status: InvoiceStatus
}
  & Problem_InvoiceNotVoidable
);

export type InvoiceNotCreditable = (
  {
  readonly kind: InvoiceKind,
  readonly status: InvoiceStatus
}
  & Problem_InvoiceNotCreditable
);

export type CreditExceedsInvoice = (
  {
  readonly creditable: string
}
  & Problem_CreditExceedsInvoice
);

export type NothingToRefund = (
  {
  readonly creditable: string
}
  & Problem_NothingToRefund
);

export type PaymentDisputed = (
  {
  readonly dispute: Dispute
}
  & Problem_PaymentDisputed
);

export type HoldNotFound = (
  {
  readonly holdId: string
}
  & Problem_HoldNotFound
);

export type HoldNotActive = (
  {
  readonly hold: Hold
}
  & Problem_HoldNotActive
);

export type HoldExceeded = (
  {
  readonly required: string,
  readonly held: string,
  readonly exceededBy: string
}
  & Problem_HoldExceeded
);

export type UsageRecordNotFound = (
  {
  readonly usageRecordId: string
}
  & Problem_UsageRecordNotFound
);

export type ReversalExceedsUsage = (
  {
  readonly reversible: string
}
  & Problem_ReversalExceedsUsage
);

export type CouponNotFound = (
  {
  readonly coupon: string
}
  & Problem_CouponNotFound
);

export type CouponNotRedeemable = (
  {
  readonly coupon: string,
  readonly reason: CouponTrouble
}
  & Problem_CouponNotRedeemable
);

export type IdempotencyConflict = (
  {
  readonly idempotencyKey: string,
  readonly usedAt: string
}
  & Problem_IdempotencyConflict
);

export type PreviewPlanChangeVariables = Exact<{
  input: PreviewPlanChangeInput;
}>;


export type PreviewPlanChangeData = {
  readonly previewPlanChange:
    | PreviewPlanChangeResult_AlreadyOnPlan
    | PreviewPlanChangeResult_CustomerNotFound
    | PreviewPlanChangeResult_PlanChangePreview
    | PreviewPlanChangeResult_PlanNotFound
    | PreviewPlanChangeResult_SubscriptionInactive

};

export type ChangePlanVariables = Exact<{
  input: ChangePlanInput;
}>;


export type ChangePlanData = {
  readonly changePlan:
    | ChangePlanResult_AlreadyOnPlan
    | ChangePlanResult_CustomerNotFound
    | ChangePlanResult_IdempotencyConflict
    | ChangePlanResult_PlanChanged
    | ChangePlanResult_PlanNotFound
    | ChangePlanResult_SubscriptionInactive

};

export type CancelSubscriptionVariables = Exact<{
  input: CancelSubscriptionInput;
}>;


export type CancelSubscriptionData = {
  readonly cancelSubscription:
    | CancelSubscriptionResult_CustomerNotFound
    | CancelSubscriptionResult_IdempotencyConflict
    | CancelSubscriptionResult_SubscriptionCancelled
    | CancelSubscriptionResult_SubscriptionInactive

};

export type ResumeSubscriptionVariables = Exact<{
  input: ResumeSubscriptionInput;
}>;


export type ResumeSubscriptionData = {
  readonly resumeSubscription:
    | ResumeSubscriptionResult_CustomerNotFound
    | ResumeSubscriptionResult_IdempotencyConflict
    | ResumeSubscriptionResult_NothingToResume
    | ResumeSubscriptionResult_SubscriptionInactive
    | ResumeSubscriptionResult_SubscriptionResumed

};

export type SubscribeVariables = Exact<{
  input: SubscribeInput;
}>;


export type SubscribeData = {
  readonly subscribe:
    | SubscribeResult_AlreadySubscribed
    | SubscribeResult_CustomerNotFound
    | SubscribeResult_IdempotencyConflict
    | SubscribeResult_PlanNotFound
    | SubscribeResult_Subscribed

};

type SubscribeResult_AlreadySubscribed = (
  {
  readonly __typename: 'AlreadySubscribed'
}
  & Problem_AlreadySubscribed
  & AlreadySubscribed
);

type SubscribeResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type SubscribeResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type SubscribeResult_PlanNotFound = (
  {
  readonly __typename: 'PlanNotFound'
}
  & Problem_PlanNotFound
  & PlanNotFound
);

type SubscribeResult_Subscribed = (
  {
  readonly __typename: 'Subscribed'
}
  & Subscribed
);

export type SubscribeResult =
  | SubscribeResult_AlreadySubscribed
  | SubscribeResult_CustomerNotFound
  | SubscribeResult_IdempotencyConflict
  | SubscribeResult_PlanNotFound
  | SubscribeResult_Subscribed
;

export type Subscribed = {
  readonly __typename: 'Subscribed',
  readonly replayed: boolean,
  readonly subscription: PlanSubscription,
  readonly wallet: Wallet
};

type ChangePlanResult_AlreadyOnPlan = (
  {
  readonly __typename: 'AlreadyOnPlan'
}
  & Problem_AlreadyOnPlan
  & AlreadyOnPlan
);

type ChangePlanResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type ChangePlanResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type ChangePlanResult_PlanChanged = (
  {
  readonly __typename: 'PlanChanged'
}
  & PlanChanged
);

type ChangePlanResult_PlanNotFound = (
  {
  readonly __typename: 'PlanNotFound'
}
  & Problem_PlanNotFound
  & PlanNotFound
);

type ChangePlanResult_SubscriptionInactive = (
  {
  readonly __typename: 'SubscriptionInactive'
}
  & Problem_SubscriptionInactive
  & SubscriptionInactive
);

export type ChangePlanResult =
  | ChangePlanResult_AlreadyOnPlan
  | ChangePlanResult_CustomerNotFound
  | ChangePlanResult_IdempotencyConflict
  | ChangePlanResult_PlanChanged
  | ChangePlanResult_PlanNotFound
  | ChangePlanResult_SubscriptionInactive
;

export type PlanChanged = {
  readonly __typename: 'PlanChanged',
  readonly replayed: boolean,
  readonly change: PlanChange,
  readonly subscription: PlanSubscription,
  readonly wallet: Wallet,
  readonly invoice: Invoice | null,
  readonly creditNote: CreditNote | null
};

export type PlanChange = {
  readonly direction: PlanChangeDirection,
  readonly timing: ChangeTiming,
  readonly supplyPolicy: SupplyPolicy | null,
  readonly effectiveAt: string,
  readonly from: PlanSummary,
  readonly to: PlanSummary
};

type PreviewPlanChangeResult_AlreadyOnPlan = (
  {
  readonly __typename: 'AlreadyOnPlan'
}
  & Problem_AlreadyOnPlan
  & AlreadyOnPlan
);

type PreviewPlanChangeResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type PreviewPlanChangeResult_PlanChangePreview = (
  {
  readonly __typename: 'PlanChangePreview'
}
  & PlanChangePreview
);

type PreviewPlanChangeResult_PlanNotFound = (
  {
  readonly __typename: 'PlanNotFound'
}
  & Problem_PlanNotFound
  & PlanNotFound
);

type PreviewPlanChangeResult_SubscriptionInactive = (
  {
  readonly __typename: 'SubscriptionInactive'
}
  & Problem_SubscriptionInactive
  & SubscriptionInactive
);

export type PreviewPlanChangeResult =
  | PreviewPlanChangeResult_AlreadyOnPlan
  | PreviewPlanChangeResult_CustomerNotFound
  | PreviewPlanChangeResult_PlanChangePreview
  | PreviewPlanChangeResult_PlanNotFound
  | PreviewPlanChangeResult_SubscriptionInactive
;

export type PlanChangePreview = {
  readonly __typename: 'PlanChangePreview',
  readonly change: PlanChange,
  readonly credits: ReadonlyArray<PlannedCredits>,
  readonly invoice: PlannedInvoice | null,
  readonly setOff: {
    readonly invoiceId: string,
    readonly amount: string,
    readonly currency: string
  } | null
};

export type PlannedCredits = {
  readonly unit: string,
  readonly before: string,
  readonly after: string,
  readonly grants: ReadonlyArray<PlannedGrant>
};

export type PlannedGrant = {
  readonly id: string | null,
  readonly source: GrantSource,
  readonly amount: string,
  readonly remaining: string,
  readonly priority: number,
  readonly effectiveAt: string,
  readonly expiresAt: string | null
};

export type PlannedInvoice = {
  readonly kind: InvoiceKind,
  readonly currency: string,
  readonly subtotal: string,
  readonly total: string,
  readonly creditApplied: string,
  readonly amountDue: string,
  readonly lines: ReadonlyArray<InvoiceLine>,
  readonly taxes: ReadonlyArray<{
    readonly name: string,
    readonly country: string,
    readonly percent: string,
    readonly inclusive: boolean,
    readonly taxable: string,
    readonly amount: string
  }>
};

type CancelSubscriptionResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type CancelSubscriptionResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type CancelSubscriptionResult_SubscriptionCancelled = (
  {
  readonly __typename: 'SubscriptionCancelled'
}
  & SubscriptionCancelled
);

type CancelSubscriptionResult_SubscriptionInactive = (
  {
  readonly __typename: 'SubscriptionInactive'
}
  & Problem_SubscriptionInactive
  & SubscriptionInactive
);

export type CancelSubscriptionResult =
  | CancelSubscriptionResult_CustomerNotFound
  | CancelSubscriptionResult_IdempotencyConflict
  | CancelSubscriptionResult_SubscriptionCancelled
  | CancelSubscriptionResult_SubscriptionInactive
;

export type SubscriptionCancelled = {
  readonly __typename: 'SubscriptionCancelled',
  readonly replayed: boolean,
  readonly subscription: PlanSubscription
};

type ResumeSubscriptionResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type ResumeSubscriptionResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type ResumeSubscriptionResult_NothingToResume = (
  {
  readonly __typename: 'NothingToResume'
}
  & Problem_NothingToResume
  & NothingToResume
);

type ResumeSubscriptionResult_SubscriptionInactive = (
  {
  readonly __typename: 'SubscriptionInactive'
}
  & Problem_SubscriptionInactive
  & SubscriptionInactive
);

type ResumeSubscriptionResult_SubscriptionResumed = (
  {
  readonly __typename: 'SubscriptionResumed'
}
  & SubscriptionResumed
);

export type ResumeSubscriptionResult =
  | ResumeSubscriptionResult_CustomerNotFound
  | ResumeSubscriptionResult_IdempotencyConflict
  | ResumeSubscriptionResult_NothingToResume
  | ResumeSubscriptionResult_SubscriptionInactive
  | ResumeSubscriptionResult_SubscriptionResumed
;

export type SubscriptionResumed = {
  readonly __typename: 'SubscriptionResumed',
  readonly replayed: boolean,
  readonly subscription: PlanSubscription
};

export type PlanSubscription = (
  {
  readonly next: SubscriptionTerms | null
}
  & SubscriptionTerms
);

export type SubscriptionTerms = {
  readonly id: string,
  readonly status: SubscriptionStatus,
  readonly startedAt: string,
  readonly endsAt: string | null,
  readonly cancelledAt: string | null,
  readonly trial: boolean,
  readonly plan: PlanSummary,
  readonly currentPeriod: BillingPeriod | null
};

export type TestClockVariables = Exact<{
  id: string;
}>;


export type TestClockData = {
  readonly testClock: TestClock | null
};

export type CreateTestClockVariables = Exact<{
  input: CreateTestClockInput;
}>;


export type CreateTestClockData = {
  readonly createTestClock: TestClock
};

export type AdvanceTestClockVariables = Exact<{
  input: AdvanceTestClockInput;
}>;


export type AdvanceTestClockData = {
  readonly advanceTestClock: TestClock
};

export type TestClock = {
  readonly id: string,
  readonly name: string | null,
  readonly now: string
};

export type QuoteVariables = Exact<{
  input: QuoteInput;
}>;


export type QuoteData = {
  readonly quote:
    | QuoteResult_CustomerNotFound
    | QuoteResult_PlanNotFound
    | QuoteResult_Quote
    | QuoteResult_SubscriptionInactive
    | QuoteResult_UnpricedUsage

};

export type ConsumeVariables = Exact<{
  input: ConsumeInput;
}>;


export type ConsumeData = {
  readonly consume:
    | ConsumeResult_BudgetExceeded
    | ConsumeResult_Consumed
    | ConsumeResult_CustomerNotFound
    | ConsumeResult_IdempotencyConflict
    | ConsumeResult_InsufficientCredits
    | ConsumeResult_SubscriptionInactive
    | ConsumeResult_UnpricedUsage

};

export type ConsumeBatchVariables = Exact<{
  input: ConsumeBatchInput;
}>;


export type ConsumeBatchData = {
  readonly consumeBatch: {
    readonly results: ReadonlyArray<
      | ConsumeResult_BudgetExceeded
      | ConsumeResult_Consumed
      | ConsumeResult_CustomerNotFound
      | ConsumeResult_IdempotencyConflict
      | ConsumeResult_InsufficientCredits
      | ConsumeResult_SubscriptionInactive
      | ConsumeResult_UnpricedUsage
    >
  }
};

export type ReverseUsageVariables = Exact<{
  input: ReverseUsageInput;
}>;


export type ReverseUsageData = {
  readonly reverseUsage:
    | ReverseUsageResult_CustomerNotFound
    | ReverseUsageResult_IdempotencyConflict
    | ReverseUsageResult_ReversalExceedsUsage
    | ReverseUsageResult_UsageRecordNotFound
    | ReverseUsageResult_UsageReversed

};

export type UsageRecordsVariables = Exact<{
  customerId: string;
  operation?: string | null | undefined;
  from?: string | Date | null | undefined;
  to?: string | Date | null | undefined;
  idempotencyKey?: string | null | undefined;
  holdId?: string | null | undefined;
  unit?: string | null | undefined;
  plan?: string | null | undefined;
  apiKeyIds?: ReadonlyArray<string | null | undefined> | string | null | undefined;
  minAmount?: string | null | undefined;
  maxAmount?: string | null | undefined;
  attributes?: { readonly [name: string]: string | number | boolean } | null | undefined;
  reversed?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  explain?: boolean | null | undefined;
}>;


export type UsageRecordsData = {
  readonly usageRecords: UsageRecordPage
};

export type UsageReportVariables = Exact<{
  input: UsageReportInput;
}>;


export type UsageReportData = {
  readonly usageReport: UsageReport
};

type QuoteResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type QuoteResult_PlanNotFound = (
  {
  readonly __typename: 'PlanNotFound'
}
  & Problem_PlanNotFound
  & PlanNotFound
);

type QuoteResult_Quote = (
  {
  readonly __typename: 'Quote'
}
  & Quote
);

type QuoteResult_SubscriptionInactive = (
  {
  readonly __typename: 'SubscriptionInactive'
}
  & Problem_SubscriptionInactive
  & SubscriptionInactive
);

type QuoteResult_UnpricedUsage = (
  {
  readonly __typename: 'UnpricedUsage'
}
  & Problem_UnpricedUsage
  & UnpricedUsage
);

export type QuoteResult =
  | QuoteResult_CustomerNotFound
  | QuoteResult_PlanNotFound
  | QuoteResult_Quote
  | QuoteResult_SubscriptionInactive
  | QuoteResult_UnpricedUsage
;

export type Quote = {
  readonly __typename: 'Quote',
  readonly amount: string,
  readonly unit: string,
  readonly available: string | null,
  readonly balanceAfter: string | null,
  readonly wouldOverdraw: boolean | null,
  readonly explanation: ReadonlyArray<PriceStep>
};

export type PriceStep = {
  readonly kind: PriceStepKind,
  readonly description: string,
  readonly value: string
};

type ConsumeResult_BudgetExceeded = (
  {
  readonly __typename: 'BudgetExceeded'
}
  & Problem_BudgetExceeded
  & BudgetExceeded
);

type ConsumeResult_Consumed = (
  {
  readonly __typename: 'Consumed'
}
  & Consumed
);

type ConsumeResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type ConsumeResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type ConsumeResult_InsufficientCredits = (
  {
  readonly __typename: 'InsufficientCredits'
}
  & Problem_InsufficientCredits
  & InsufficientCredits
);

type ConsumeResult_SubscriptionInactive = (
  {
  readonly __typename: 'SubscriptionInactive'
}
  & Problem_SubscriptionInactive
  & SubscriptionInactive
);

type ConsumeResult_UnpricedUsage = (
  {
  readonly __typename: 'UnpricedUsage'
}
  & Problem_UnpricedUsage
  & UnpricedUsage
);

export type ConsumeResult =
  | ConsumeResult_BudgetExceeded
  | ConsumeResult_Consumed
  | ConsumeResult_CustomerNotFound
  | ConsumeResult_IdempotencyConflict
  | ConsumeResult_InsufficientCredits
  | ConsumeResult_SubscriptionInactive
  | ConsumeResult_UnpricedUsage
;

export type Consumed = {
  readonly __typename: 'Consumed',
  readonly replayed: boolean,
  readonly usageRecord: UsageRecord,
  readonly wallet: WalletBalances
};

export type UsageRecord = {
  readonly id: string,
  readonly customerId: string,
  readonly operation: string,
  readonly quantity: string,
  readonly attributes: { readonly [name: string]: unknown },
  readonly amount: string,
  readonly unit: string,
  readonly postpaid: string,
  readonly balanceAfter: string,
  readonly plan: string,
  readonly planVersion: number,
  readonly idempotencyKey: string,
  readonly apiKeyId: string | null,
  readonly occurredAt: string,
  readonly recordedAt: string,
  readonly holdId: string | null,
  readonly reversed: string,
  readonly reversedAt: string | null,
  readonly draws: ReadonlyArray<Draw>
};

type ReverseUsageResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type ReverseUsageResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type ReverseUsageResult_ReversalExceedsUsage = (
  {
  readonly __typename: 'ReversalExceedsUsage'
}
  & Problem_ReversalExceedsUsage
  & ReversalExceedsUsage
);

type ReverseUsageResult_UsageRecordNotFound = (
  {
  readonly __typename: 'UsageRecordNotFound'
}
  & Problem_UsageRecordNotFound
  & UsageRecordNotFound
);

type ReverseUsageResult_UsageReversed = (
  {
  readonly __typename: 'UsageReversed'
}
  & UsageReversed
);

export type ReverseUsageResult =
  | ReverseUsageResult_CustomerNotFound
  | ReverseUsageResult_IdempotencyConflict
  | ReverseUsageResult_ReversalExceedsUsage
  | ReverseUsageResult_UsageRecordNotFound
  | ReverseUsageResult_UsageReversed
;

export type UsageReversed = {
  readonly __typename: 'UsageReversed',
  readonly replayed: boolean,
  readonly reversal: Reversal,
  readonly usageRecord: UsageRecord,
  readonly wallet: WalletBalances
};

export type Reversal = {
  readonly id: string,
  readonly usageRecordId: string,
  readonly amount: string,
  readonly postpaid: string,
  readonly reason: string | null,
  readonly idempotencyKey: string,
  readonly createdAt: string,
  readonly draws: ReadonlyArray<ReversedDraw>
};

export type ReversedDraw = {
  readonly amount: string,
  readonly effect: ReversalEffect,
  readonly grant: {
    readonly id: string,
    readonly source: GrantSource
  }
};

export type Draw = {
  readonly amount: string,
  readonly grant: {
    readonly id: string,
    readonly source: GrantSource
  }
};

export type UsageRecordPage = {
  readonly nodes: ReadonlyArray<(
    {
    readonly reversals: ReadonlyArray<Reversal>,
    readonly explanation?: ReadonlyArray<PriceStep>
  }
    & UsageRecord
  )>,
  readonly pageInfo: PageInfo
};

export type UsageReport = {
  readonly from: string,
  readonly to: string,
  readonly previousFrom: string | null,
  readonly rows: ReadonlyArray<UsageReportRow>,
  readonly totals: ReadonlyArray<UsageReportTotal>
};

export type UsageReportRow = {
  readonly operation: string | null,
  readonly group: string | null,
  readonly hour: string | null,
  readonly day: string | null,
  readonly month: string | null,
  readonly attributes: { readonly [name: string]: unknown } | null,
  readonly apiKeyId: string | null,
  readonly plan: string | null,
  readonly unit: string,
  readonly calls: number,
  readonly quantity: string,
  readonly amount: string,
  readonly allowance: string,
  readonly prepaid: string,
  readonly postpaid: string,
  readonly reversed: string,
  readonly share: string | null,
  readonly previous: UsageFigures | null,
  readonly change: UsageChange | null
};

export type UsageReportTotal = {
  readonly unit: string,
  readonly calls: number,
  readonly amount: string,
  readonly allowance: string,
  readonly prepaid: string,
  readonly postpaid: string,
  readonly reversed: string,
  readonly previous: UsageFigures | null,
  readonly change: UsageChange | null
};

export type UsageFigures = {
  readonly calls: number,
  readonly quantity: string | null,
  readonly amount: string,
  readonly allowance: string,
  readonly prepaid: string,
  readonly postpaid: string,
  readonly reversed: string
};

export type UsageChange = {
  readonly calls: string | null,
  readonly quantity: string | null,
  readonly amount: string | null
};

export type WalletVariables = Exact<{
  customerId: string;
  unit?: string | null | undefined;
  asOf?: string | Date | null | undefined;
  activeOnly?: boolean | null | undefined;
  returnsFirst?: number | null | undefined;
}>;


export type WalletData = {
  readonly wallet: WalletDetails | null
};

export type VerifyWalletVariables = Exact<{
  customerId: string;
  unit?: string | null | undefined;
}>;


export type VerifyWalletData = {
  readonly verifyWallet: WalletVerification | null
};

export type LedgerEntriesVariables = Exact<{
  customerId: string;
  unit?: string | null | undefined;
  filter?: LedgerFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  related?: boolean | null | undefined;
}>;


export type LedgerEntriesData = {
  readonly ledgerEntries: LedgerEntryPage
};

export type SetAutoTopUpVariables = Exact<{
  input: SetAutoTopUpInput;
}>;


export type SetAutoTopUpData = {
  readonly setAutoTopUp:
    | SetAutoTopUpResult_AutoTopUpSet
    | SetAutoTopUpResult_CustomerNotFound
    | SetAutoTopUpResult_IdempotencyConflict
    | SetAutoTopUpResult_PackNotAvailable

};

export type GrantCreditsVariables = Exact<{
  input: GrantCreditsInput;
}>;


export type GrantCreditsData = {
  readonly grantCredits:
    | GrantCreditsResult_CreditsGranted
    | GrantCreditsResult_CustomerNotFound
    | GrantCreditsResult_IdempotencyConflict
    | GrantCreditsResult_UnitNotFound

};

type SetAutoTopUpResult_AutoTopUpSet = (
  {
  readonly __typename: 'AutoTopUpSet'
}
  & AutoTopUpSet
);

type SetAutoTopUpResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type SetAutoTopUpResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type SetAutoTopUpResult_PackNotAvailable = (
  {
  readonly __typename: 'PackNotAvailable'
}
  & Problem_PackNotAvailable
  & PackNotAvailable
);

export type SetAutoTopUpResult =
  | SetAutoTopUpResult_AutoTopUpSet
  | SetAutoTopUpResult_CustomerNotFound
  | SetAutoTopUpResult_IdempotencyConflict
  | SetAutoTopUpResult_PackNotAvailable
;

export type AutoTopUpSet = {
  readonly __typename: 'AutoTopUpSet',
  readonly replayed: boolean,
  readonly autoTopUp: AutoTopUp
};

type GrantCreditsResult_CreditsGranted = (
  {
  readonly __typename: 'CreditsGranted'
}
  & CreditsGranted
);

type GrantCreditsResult_CustomerNotFound = (
  {
  readonly __typename: 'CustomerNotFound'
}
  & Problem_CustomerNotFound
  & CustomerNotFound
);

type GrantCreditsResult_IdempotencyConflict = (
  {
  readonly __typename: 'IdempotencyConflict'
}
  & Problem_IdempotencyConflict
  & IdempotencyConflict
);

type GrantCreditsResult_UnitNotFound = (
  {
  readonly __typename: 'UnitNotFound'
}
  & Problem_UnitNotFound
  & UnitNotFound
);

export type GrantCreditsResult =
  | GrantCreditsResult_CreditsGranted
  | GrantCreditsResult_CustomerNotFound
  | GrantCreditsResult_IdempotencyConflict
  | GrantCreditsResult_UnitNotFound
;

export type CreditsGranted = {
  readonly __typename: 'CreditsGranted',
  readonly replayed: boolean,
  readonly grant: CreditGrant,
  readonly wallet: Wallet
};

export type WalletDetails = (
  {
  readonly grants: ReadonlyArray<CreditGrant>,
  readonly returns: ReadonlyArray<CreditReturn>,
  readonly autoTopUp: AutoTopUp | null,
  readonly balanceAlerts: ReadonlyArray<BalanceAlert>
}
  & Wallet
);

export type AutoTopUp = {
  readonly creditPack: string,
  readonly quantity: number | null,
  readonly targetAmount: string | null,
  readonly threshold: string,
  readonly enabled: boolean,
  readonly status: AutoTopUpStatus,
  readonly failures: number,
  readonly lastFailure: string | null,
  readonly retryAt: string | null,
  readonly monthlyCap: Money,
  readonly spentThisMonth: Money,
  readonly invoice: Invoice | null
};

export type Wallet = (
  {
  readonly frozen: string,
  readonly supply: Supply | null
}
  & WalletBalances
);

export type WalletBalances = {
  readonly id: string,
  readonly customerId: string,
  readonly unit: string,
  readonly posted: string,
  readonly held: string,
  readonly available: string,
  readonly postpaid: string
};

export type WalletVerification = {
  readonly walletId: string,
  readonly entries: number,
  readonly hash: string | null,
  readonly drifts: ReadonlyArray<Drift>
};

export type Drift = {
  readonly law: string,
  readonly row: { readonly [name: string]: unknown }
};

export type Supply = {
  readonly amount: string,
  readonly used: string,
  readonly remaining: string,
  readonly renewsAt: string | null
};

export type CreditGrant = {
  readonly id: string,
  readonly source: GrantSource,
  readonly amount: string,
  readonly remaining: string,
  readonly held: string,
  readonly priority: number,
  readonly effectiveAt: string,
  readonly expiresAt: string | null,
  readonly operations: ReadonlyArray<string> | null,
  readonly reason: string | null,
  readonly frozen: boolean
};

export type CreditReturn = {
  readonly at: string,
  readonly amount: string
};

export type LedgerEntryPage = {
  readonly nodes: ReadonlyArray<(
    {
    readonly grant?: CreditGrant | null,
    readonly usageRecord?: UsageRecord | null,
    readonly invoice?: {
      readonly id: string,
      readonly number: string | null,
      readonly kind: InvoiceKind
    } | null
  }
    & LedgerEntry
  )>,
  readonly pageInfo: PageInfo
};

export type LedgerEntry = {
  readonly id: string,
  readonly sequence: number,
  readonly type: LedgerEntryType,
  readonly amount: string,
  readonly balanceAfter: string,
  readonly grantId: string | null,
  readonly usageRecordId: string | null,
  readonly occurredAt: string,
  readonly recordedAt: string,
  readonly hash: string
};

export type PageInfo = {
  readonly hasNextPage: boolean,
  readonly hasPreviousPage: boolean,
  readonly startCursor: string | null,
  readonly endCursor: string | null
};

export type EventsVariables = Exact<{
  customerId?: string | null | undefined;
  types?: ReadonlyArray<EventType> | EventType | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type EventsData = {
  readonly events: WebhookEventPage
};

export type WebhookEndpointsVariables = Exact<{ [key: string]: never; }>;


export type WebhookEndpointsData = {
  readonly webhookEndpoints: ReadonlyArray<WebhookEndpoint>
};

export type WebhookEndpointVariables = Exact<{
  id: string;
}>;


export type WebhookEndpointData = {
  readonly webhookEndpoint: WebhookEndpoint | null
};

export type WebhookDeliveriesVariables = Exact<{
  endpointId: string;
  status?: WebhookDeliveryStatus | null | undefined;
  customerId?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type WebhookDeliveriesData = {
  readonly webhookDeliveries: WebhookDeliveryPage
};

export type CreateWebhookEndpointVariables = Exact<{
  input: CreateWebhookEndpointInput;
}>;


export type CreateWebhookEndpointData = {
  readonly createWebhookEndpoint: WebhookSecret
};

export type UpdateWebhookEndpointVariables = Exact<{
  input: UpdateWebhookEndpointInput;
}>;


export type UpdateWebhookEndpointData = {
  readonly updateWebhookEndpoint: WebhookEndpoint
};

export type DeleteWebhookEndpointVariables = Exact<{
  input: DeleteWebhookEndpointInput;
}>;


export type DeleteWebhookEndpointData = {
  readonly deleteWebhookEndpoint: WebhookEndpoint
};

export type RotateWebhookSecretVariables = Exact<{
  input: RotateWebhookSecretInput;
}>;


export type RotateWebhookSecretData = {
  readonly rotateWebhookSecret: WebhookSecret
};

export type RedeliverWebhookVariables = Exact<{
  input: RedeliverWebhookInput;
}>;


export type RedeliverWebhookData = {
  readonly redeliverWebhook: WebhookDelivery
};

export type ReplayWebhooksVariables = Exact<{
  input: ReplayWebhooksInput;
}>;


export type ReplayWebhooksData = {
  readonly replayWebhooks: WebhookEndpoint
};

export type WebhookEvent = {
  readonly id: string,
  readonly type: EventType,
  readonly customerId: string | null,
  readonly sequence: number,
  readonly createdAt: string,
  readonly data: { readonly [name: string]: unknown }
};

export type WebhookEventPage = {
  readonly nodes: ReadonlyArray<WebhookEvent>,
  readonly pageInfo: PageInfo
};

export type WebhookEndpoint = {
  readonly id: string,
  readonly url: string,
  readonly description: string | null,
  readonly eventTypes: ReadonlyArray<EventType> | null,
  readonly status: WebhookEndpointStatus,
  readonly trouble: WebhookEndpointTrouble | null,
  readonly disabledAt: string | null,
  readonly failingSince: string | null,
  readonly oldSecretUntil: string | null,
  readonly createdAt: string,
  readonly replay: WebhookReplay | null
};

export type WebhookReplay = {
  readonly from: string,
  readonly startedAt: string,
  readonly finishedAt: string | null,
  readonly events: number
};

export type WebhookSecret = {
  readonly secret: string,
  readonly endpoint: WebhookEndpoint
};

export type WebhookDelivery = {
  readonly id: string,
  readonly endpointId: string,
  readonly status: WebhookDeliveryStatus,
  readonly attemptCount: number,
  readonly nextAttemptAt: string | null,
  readonly deliveredAt: string | null,
  readonly event: WebhookEvent,
  readonly attempts: ReadonlyArray<WebhookAttempt>
};

export type WebhookAttempt = {
  readonly number: number,
  readonly startedAt: string,
  readonly durationMs: number,
  readonly statusCode: number | null,
  readonly error: string | null,
  readonly response: string | null
};

export type WebhookDeliveryPage = {
  readonly nodes: ReadonlyArray<WebhookDelivery>,
  readonly pageInfo: PageInfo
};
