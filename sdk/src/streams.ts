import type { AlertMessage, RecordedUsage, ScripStreams } from "./apiStreams.js";
import { follow } from "./follow.js";
import {
  AlertRaisedDocument,
  type AlertRaisedMessage,
  UsageRecordedDocument,
  WalletChangedDocument,
} from "./generated.js";
import type { Settings } from "./options.js";

export function makeStreams(settings: Settings): ScripStreams {
  return {
    walletChanged: (variables, options) =>
      follow(
        settings,
        { document: WalletChangedDocument, variables, messageOf: (data) => data.walletChanged },
        options,
      ),
    usageRecorded: (variables, options) =>
      only(
        follow(
          settings,
          { document: UsageRecordedDocument, variables, messageOf: (data) => data.usageRecorded },
          options,
        ),
        (message): message is RecordedUsage => message.usageRecord !== null,
      ),
    alertRaised: (variables, options) =>
      only(
        follow(
          settings,
          { document: AlertRaisedDocument, variables, messageOf: (data) => data.alertRaised },
          options,
        ),
        hasAlert,
      ),
  };
}

/** Without the message that only says where a stream begins. */
async function* only<Message, Wanted extends Message>(
  messages: AsyncIterable<Message>,
  isWanted: (message: Message) => message is Wanted,
): AsyncGenerator<Wanted, void> {
  for await (const message of messages) if (isWanted(message)) yield message;
}

/** The contract leaves the data of events open; the catalogue that `events.ts` is written from says what it is. */
const hasAlert = (message: AlertRaisedMessage): message is AlertRaisedMessage & AlertMessage =>
  message.alert !== null;
