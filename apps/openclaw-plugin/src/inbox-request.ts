import type { MessageState } from "@dingtalk-kit/protocol";

/** What may be asked of the inboxes, and what the gateway wants to see of whoever asks. */
export const INBOX_METHODS = [
  { action: "list", scope: "operator.read" },
  { action: "names", scope: "operator.read" },
  { action: "show", scope: "operator.read" },
  { action: "explain", scope: "operator.read" },
  // What people wrote is for fewer eyes than the fact that they wrote.
  { action: "text", scope: "operator.admin" },
  { action: "retry", scope: "operator.write" },
  { action: "drop", scope: "operator.write" },
  { action: "erase", scope: "operator.admin" },
] as const;

export type InboxAction = (typeof INBOX_METHODS)[number]["action"];

/** Name of the gateway's method for `action`. */
export function inboxMethod(action: InboxAction): string {
  return `dingtalk.inbox.${action}`;
}

interface OfAccounts {
  /** @defaultValue all accounts */
  readonly accountId: string | undefined;
}

interface OfMessage extends OfAccounts {
  /** DingTalk's `msgId`, or as much of its beginning as tells it from others. */
  readonly messageId: string;
}

export interface ListRequest extends OfAccounts {
  readonly action: "list";
  readonly state: MessageState | undefined;
  readonly limit: number;
}

/** The names that were learned from messages. */
export interface NamesRequest extends OfAccounts {
  readonly action: "names";
}

export interface LookRequest extends OfMessage {
  readonly action: "show" | "text" | "explain";
}

export interface RetryRequest extends OfMessage {
  readonly action: "retry";
}

export interface DropRequest extends OfMessage {
  readonly action: "drop";
  readonly reason: string;
}

export interface EraseRequest extends OfAccounts {
  readonly action: "erase";
  readonly staffId: string;
}

export type ChangeRequest = RetryRequest | DropRequest | EraseRequest;
export type InboxRequest = ListRequest | NamesRequest | LookRequest | ChangeRequest;

/** What was asked makes no sense; the message says what would. */
export class InboxUsageError extends Error {
  override get name(): string {
    return "InboxUsageError";
  }
}

const STATES: readonly MessageState[] = ["waiting", "running", "done", "dead", "dropped"];
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1_000;
const MAX_REASON_CHARS = 200;

/** Reads a request as it came from the command line or from a client of the gateway. @throws InboxUsageError */
export function readInboxRequest(
  action: InboxAction,
  params: Readonly<Record<string, unknown>>,
): InboxRequest {
  const accountId = optionalText(params, "accountId");
  if (action === "list") return { action, accountId, state: stateOf(params), limit: limitOf(params) };
  if (action === "names") return { action, accountId };
  if (action === "erase") return { action, accountId, staffId: requiredText(params, "staffId") };
  const messageId = requiredText(params, "messageId");
  if (action === "retry") return { action, accountId, messageId };
  if (action !== "drop") return { action, accountId, messageId };
  const reason = optionalText(params, "reason") ?? "dropped by hand";
  return { action, accountId, messageId, reason: reason.slice(0, MAX_REASON_CHARS) };
}

function optionalText(params: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = params[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  throw new InboxUsageError(`${name} must be a text`);
}

function requiredText(params: Readonly<Record<string, unknown>>, name: string): string {
  const value = optionalText(params, name);
  if (value === undefined) throw new InboxUsageError(`${name} is missing`);
  return value;
}

function stateOf(params: Readonly<Record<string, unknown>>): MessageState | undefined {
  const value = optionalText(params, "state");
  const state = STATES.find((known) => known === value);
  if (value !== undefined && state === undefined)
    throw new InboxUsageError(`there is no state "${value}": use one of ${STATES.join(", ")}`);
  return state;
}

function limitOf({ limit = DEFAULT_LIMIT }: Readonly<Record<string, unknown>>): number {
  const value = typeof limit === "string" && /^\d+$/.test(limit) ? Number(limit) : limit;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_LIMIT) return value;
  throw new InboxUsageError(`limit must be a whole number from 1 to ${MAX_LIMIT}`);
}
