/** One tab of the page: the requests that tell the story of a customer, to be run in this order. */
export interface Example {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const image = { model: "sdxl", steps: 30, width: 1024, height: 1024 };

// No imports here, so that a test can run each example against the real server. The catalogue is scenario-payg.
export const examples: readonly Example[] = [
  {
    name: "Start here",
    query: `# A GraphQL request names the fields you want, and
# the answer, on the right, has exactly those.
#
# Paste your API key at the top, then send this
# request with the play button (or Ctrl+Enter).
#
# The other tabs, from left to right, create a
# customer, price a call, make it, buy credits and
# report; the book on the left explains each field.
query StartHere {
  plans {
    key
    name
    unit
    supply
    overage {
      policy
    }
  }
  operations {
    key
    name
    per
    attributes {
      name
      type
      values
      min
      max
    }
  }
}
`,
    variables: {},
  },
  {
    name: "Create customer",
    query: `# Creates the customer "demo" on the plan "payg".
# Its facts stand below, under Variables.
mutation CreateCustomer($input: CreateCustomerInput!) {
  createCustomer(input: $input) {
    __typename
    ... on CustomerCreated {
      replayed
      customer {
        id
        createdAt
        subscription {
          status
          plan {
            key
            version
          }
          currentPeriod {
            start
            end
          }
        }
        wallets {
          unit
          available
        }
      }
    }
    ... on Problem {
      code
      message
    }
  }
}
`,
    variables: {
      input: { id: "demo", name: "Demo", plan: "payg", idempotencyKey: "graphiql-create-demo" },
    },
  },
  {
    name: "Quote",
    query: `# What one image would cost, step by step, without
# making it. Try other steps or sizes below.
query Quote($input: QuoteInput!) {
  quote(input: $input) {
    __typename
    ... on Quote {
      amount
      unit
      explanation {
        kind
        description
        value
      }
      available
      balanceAfter
      wouldOverdraw
    }
    ... on UnpricedUsage {
      reason
      attribute
      allowed
    }
    ... on Problem {
      code
      message
    }
  }
}
`,
    variables: { input: { customerId: "demo", operation: "image.generate", attributes: image } },
  },
  {
    name: "Consume",
    query: `# Meters the call: prices it, burns credits and
# answers with the new balance, in one transaction.
#
# Press play twice: the second answer says
# "replayed": true, and nothing is charged again.
# Another idempotencyKey below is another call.
mutation Consume($input: ConsumeInput!) {
  consume(input: $input) {
    __typename
    ... on Consumed {
      replayed
      usageRecord {
        id
        amount
        unit
        postpaid
        draws {
          amount
          grant {
            source
            remaining
            expiresAt
          }
        }
        balanceAfter
      }
      wallet {
        posted
        held
        available
      }
    }
    ... on InsufficientCredits {
      required
      available
      shortBy
      nextSupplyAt
    }
    ... on Problem {
      code
      message
    }
  }
}
`,
    variables: {
      input: {
        customerId: "demo",
        operation: "image.generate",
        attributes: image,
        idempotencyKey: "graphiql-consume-1",
      },
    },
  },
  {
    name: "Purchase",
    query: `# Buys a credit pack: invoice, payment (from the
# sandbox, without money) and credits at once.
mutation Purchase($input: PurchaseInput!) {
  purchase(input: $input) {
    __typename
    ... on Purchased {
      replayed
      grant {
        source
        amount
        expiresAt
      }
      invoice {
        number
        status
        currency
        total
        lines {
          description
          quantity
          unitPrice
          amount
        }
      }
      wallet {
        available
      }
    }
    ... on PackNotAvailable {
      creditPacks {
        key
        credits
        price {
          amount
          currency
        }
      }
    }
    ... on Problem {
      code
      message
    }
  }
}
`,
    variables: {
      input: {
        customerId: "demo",
        creditPack: "prepaid-10",
        quantity: 1,
        idempotencyKey: "graphiql-purchase-1",
      },
    },
  },
  {
    name: "Wallet",
    query: `# The balance, the credits behind it in the order
# they burn, and the ledger that adds up to it.
query Wallet($customerId: ID!) {
  wallet(customerId: $customerId) {
    unit
    posted
    held
    available
    postpaid
    supply {
      amount
      used
      remaining
      renewsAt
    }
    grants {
      source
      amount
      remaining
      expiresAt
    }
  }
  ledgerEntries(customerId: $customerId, first: 10) {
    nodes {
      sequence
      type
      amount
      balanceAfter
      occurredAt
    }
  }
}
`,
    variables: { customerId: "demo" },
  },
  {
    name: "Report",
    query: `# The last 30 days, by operation and day, and the 30 days before.
query Report($input: UsageReportInput!) {
  usageReport(input: $input) {
    from
    to
    rows {
      day
      operation
      calls
      quantity
      amount
      postpaid
      unit
      share
    }
    totals {
      unit
      calls
      amount
      allowance
      prepaid
      postpaid
      change {
        amount
      }
    }
  }
}
`,
    variables: { input: { customerId: "demo", groupBy: ["OPERATION", "DAY"], comparePrevious: true } },
  },
];
