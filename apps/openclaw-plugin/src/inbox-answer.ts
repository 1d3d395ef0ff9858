import { StoreError } from "@dingtalk-kit/store";
import type { Store, StoreReader } from "@dingtalk-kit/store";

import { explainFound } from "./explain-reply.ts";
import { dropMessage, retryMessage } from "./inbox-change.ts";
import { erasePerson } from "./inbox-erase.ts";
import { findMessage, noInbox } from "./inbox-find.ts";
import type { FoundMessage } from "./inbox-find.ts";
import { listMessages, showMessage, showText } from "./inbox-look.ts";
import { openToChange, openToLook } from "./inbox-places.ts";
import type { Places, Whereabouts } from "./inbox-places.ts";
import { refuse, refuseUsage } from "./inbox-reply.ts";
import type { InboxReply, Refusal } from "./inbox-reply.ts";
import { InboxUsageError } from "./inbox-request.ts";
import type { ChangeRequest, InboxRequest, ListRequest, LookRequest, NamesRequest } from "./inbox-request.ts";
import { readNames } from "./known-names.ts";

const NEXT = "see to what is named; ids need no look-up";

/** Does what is asked with the inboxes: those that this process owns, else their files. */
export async function answerInbox(request: InboxRequest, where: Whereabouts): Promise<InboxReply> {
  try {
    const { action, accountId } = request;
    if (action === "retry" || action === "drop" || action === "erase") {
      await using places = await openToChange(where, accountId);
      return await change(request, places);
    }
    await using places = await openToLook(where, accountId);
    return await look(request, places);
  } catch (error) {
    if (error instanceof InboxUsageError) return refuseUsage(error);
    if (error instanceof StoreError) return refuse(storeRefusal(error));
    throw error;
  }
}

const storeRefusal = ({ fault, message }: StoreError): Refusal => ({
  code: `store-${fault}`,
  message: `${message}.`,
  next: "see to that, and ask again",
});

function look(request: ListRequest | LookRequest | NamesRequest, places: Places): Promise<InboxReply> {
  if (request.action === "names") return listNames(places);
  if (request.action === "list") return withInbox(places, () => listMessages(places, request));
  return withMessage(places, request.messageId, (found) => {
    if (request.action === "explain") return explainFound(found);
    return request.action === "text" ? showText(found) : Promise.resolve(showMessage(found));
  });
}

/** None where nothing was kept yet. */
async function listNames({ found, problems }: Places): Promise<InboxReply> {
  if (problems.length > 0)
    return refuse({ code: "inbox-unusable", message: problems.join("\n"), next: NEXT });
  const names = (await Promise.all(found.map(({ store }) => readNames(store.state)))).flat();
  return { exitCode: 0, data: { names: names.map((name) => ({ ...name })) }, lines: [] };
}

function change(request: ChangeRequest, places: Places<Store>): Promise<InboxReply> {
  const nowMs = Date.now();
  if (request.action === "erase") return withInbox(places, () => erasePerson(places, request.staffId));
  return withMessage(places, request.messageId, (found) =>
    request.action === "drop"
      ? dropMessage(found, { reason: request.reason, nowMs })
      : retryMessage(found, nowMs),
  );
}

async function withInbox(places: Places, act: () => Promise<InboxReply>): Promise<InboxReply> {
  const refusal = noInbox(places);
  return refusal === undefined ? act() : refuse(refusal);
}

async function withMessage<S extends StoreReader>(
  places: Places<S>,
  messageId: string,
  act: (found: FoundMessage<S>) => Promise<InboxReply>,
): Promise<InboxReply> {
  return withInbox(places, async () => {
    const found = await findMessage(places, messageId);
    return "code" in found ? refuse(found) : act(found);
  });
}
