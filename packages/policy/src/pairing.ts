import { ConfigError, fillPorts } from "@dingtalk-kit/protocol";
import type { Ports, StatePort } from "@dingtalk-kit/protocol";

import { matchesCode, pairingCode } from "./pairing-code.ts";
import { PairingError } from "./pairing-error.ts";
import type { PairedSender, PairingRecords, PairingRequest } from "./pairing-records.ts";
import { decodeRecords, encodeRecords } from "./pairing-records.ts";
import { canonicalSenderId } from "./sender-list.ts";

export interface PairingOptions {
  readonly state: StatePort;
  /** How long a code can be approved, in milliseconds. @defaultValue 3_600_000 (an hour) */
  readonly codeTtlMs?: number | undefined;
  /** How many strangers of an account may wait at a time; who comes after them is not noted. @defaultValue 3 */
  readonly maxPending?: number | undefined;
}

/** Somebody who asks to be let in. */
export interface PairingCandidate {
  readonly accountId: string;
  readonly senderId: string;
  readonly senderName?: string | undefined;
}

/**
 * What became of a request. `created`: tell the sender the code, once. `pending`: they were told it before. `full`: too
 * many wait already. `approved`: there is nothing to wait for.
 */
export type PairingAnswer =
  | { readonly kind: "created" | "pending"; readonly request: PairingRequest }
  | { readonly kind: "full" }
  | { readonly kind: "approved" };

/** Strangers, their codes, and who was approved, for each account by itself. Kept in the state that was given. */
export interface Pairing {
  /** @throws ConfigError when there is no sender id, or it is `*`. */
  request(candidate: PairingCandidate): Promise<PairingAnswer>;
  /** Who waits, oldest first. */
  pending(accountId: string): Promise<readonly PairingRequest[]>;
  /** Lets the sender of a code in. @returns who it was; undefined when no code is like this one, or it has expired. */
  approve(accountId: string, code: string): Promise<PairingRequest | undefined>;
  /** Forgets a request. The sender may ask again. @returns whose it was. */
  reject(accountId: string, code: string): Promise<PairingRequest | undefined>;
  isApproved(accountId: string, senderId: string): Promise<boolean>;
  approved(accountId: string): Promise<readonly PairedSender[]>;
  /** Takes an approval back. @returns whether there was one. */
  revoke(accountId: string, senderId: string): Promise<boolean>;
}

const NAMESPACE = "pairing";
/** A write that loses a race is decided anew; so many in a row are lost only where the state is broken. */
const MOST_RACES = 100;

/**
 * Pairing codes: eight characters that nobody mixes up, good for an hour, three strangers per account at a time.
 * Any number of processes may share the state.
 *
 * Every method throws PairingError when it loses a hundred races, and what the state throws.
 *
 * @throws ConfigError when a limit is not positive.
 */
export function createPairing(
  { state, codeTtlMs = 3_600_000, maxPending = 3 }: PairingOptions,
  ports: Partial<Ports> = {},
): Pairing {
  if (!(codeTtlMs > 0 && maxPending > 0))
    throw new ConfigError("codeTtlMs and maxPending must be positive numbers");
  const filled = fillPorts(ports);
  const { clock } = filled;

  const read = async (accountId: string): Promise<PairingRecords> =>
    decodeRecords((await state.get(NAMESPACE, accountId))?.value, clock.nowMs());

  /** Decides by what there is, and writes when something is to be written. */
  const change = async <T>(
    accountId: string,
    decideChange: (records: PairingRecords) => Change<T>,
  ): Promise<T> => {
    for (let race = 0; race < MOST_RACES; race += 1) {
      const entry = await state.get(NAMESPACE, accountId);
      const { result, records } = decideChange(decodeRecords(entry?.value, clock.nowMs()));
      if (records === undefined) return result;
      const write = { expectedVersion: entry?.version, value: encodeRecords(records) };
      if ((await state.compareAndSet(NAMESPACE, accountId, write)) !== undefined) return result;
    }
    throw new PairingError(`the pairing of ${accountId} was not written: others kept changing it; try again`);
  };

  const newCode = (taken: readonly PairingRequest[]): string => {
    const seed = filled.randomId();
    const codes = [0, 1, 2, 3].map((attempt) => pairingCode(`${seed} ${attempt}`));
    const fresh = codes.find((code) => taken.every((request) => request.code !== code));
    if (fresh === undefined) throw new PairingError("no pairing code was free; try again");
    return fresh;
  };

  return {
    async request({ accountId, senderName, ...candidate }) {
      const senderId = requireSenderId(candidate.senderId);
      return change<PairingAnswer>(accountId, ({ requests, approved }) => {
        if (approved.some((sender) => sender.senderId === senderId)) return { result: { kind: "approved" } };
        const known = requests.find((request) => request.senderId === senderId);
        if (known !== undefined) return { result: { kind: "pending", request: known } };
        if (requests.length >= maxPending) return { result: { kind: "full" } };
        const createdAtMs = clock.nowMs();
        const expiresAtMs = createdAtMs + codeTtlMs;
        const request = { senderId, senderName, code: newCode(requests), createdAtMs, expiresAtMs };
        return {
          result: { kind: "created", request },
          records: { approved, requests: [...requests, request] },
        };
      });
    },
    pending: async (accountId) => (await read(accountId)).requests,
    approve: (accountId, code) =>
      change(accountId, ({ requests, approved }) => {
        const { found, others } = takeRequest(requests, code);
        if (found === undefined) return { result: undefined };
        const { senderId, senderName } = found;
        const sender = { senderId, senderName, approvedAtMs: clock.nowMs() };
        return { result: found, records: { requests: others, approved: [...approved, sender] } };
      }),
    reject: (accountId, code) =>
      change(accountId, ({ requests, approved }) => {
        const { found, others } = takeRequest(requests, code);
        return found === undefined
          ? { result: undefined }
          : { result: found, records: { approved, requests: others } };
      }),
    async isApproved(accountId, senderId) {
      const id = canonicalSenderId(senderId);
      return (await read(accountId)).approved.some((sender) => sender.senderId === id);
    },
    approved: async (accountId) => (await read(accountId)).approved,
    async revoke(accountId, senderId) {
      const id = canonicalSenderId(senderId);
      return change(accountId, ({ requests, approved }) => {
        const left = approved.filter((sender) => sender.senderId !== id);
        if (left.length === approved.length) return { result: false };
        return { result: true, records: { requests, approved: left } };
      });
    },
  };
}

interface Change<T> {
  readonly result: T;
  /** `undefined`: nothing is to be written. */
  readonly records?: PairingRecords;
}

/** Every code is compared, so that time does not tell which of them came close. */
function takeRequest(
  requests: readonly PairingRequest[],
  code: string,
): { readonly found: PairingRequest | undefined; readonly others: readonly PairingRequest[] } {
  const others = requests.filter((request) => !matchesCode(code, request.code));
  return { found: requests.find((request) => !others.includes(request)), others };
}

function requireSenderId(senderId: string): string {
  const id = canonicalSenderId(senderId);
  if (id !== "" && id !== "*") return id;
  throw new ConfigError("a pairing request needs the sender's id");
}
