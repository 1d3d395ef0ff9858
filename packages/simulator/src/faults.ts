import { ConfigError } from "@dingtalk-kit/protocol";

import type { Chance } from "./chance.ts";
import { readKind } from "./fault-read.ts";
import type { FaultDetails, FaultKind, FaultSpec } from "./fault-spec.ts";
import type { JsonObject } from "./json.ts";
import { createFault } from "./standing-fault.ts";
import type { FaultHandle, FaultInfo, StandingFault, Subject } from "./standing-fault.ts";

/** What goes wrong, and when: every part of the simulator asks here at each opportunity. */
export interface Faults {
  /** @throws ConfigError when the order makes no sense */
  add(order: FaultSpec): FaultHandle;
  /** Every fault that was not lifted, oldest first. */
  list(): readonly FaultInfo[];
  /** Lifts one fault, or all. @throws ConfigError when there is none of this id */
  lift(id?: string): void;
  /** The oldest fault of this kind that strikes, if any does; `fits` leaves some out before they draw. */
  strike<K extends FaultKind>(
    kind: K,
    subject: Subject,
    fits?: (fault: StandingFault<K>) => boolean,
  ): FaultDetails<K> | undefined;
  /** Those that stand now. */
  standing<K extends FaultKind>(kind: K): ReadonlyArray<StandingFault<K>>;
  onAdded<K extends FaultKind>(kind: K, run: (fault: StandingFault<K>) => void): void;
}

/** The standing faults of one kind. */
interface Shelf<K extends FaultKind> {
  add(order: JsonObject): FaultHandle;
  standing: ReadonlyArray<StandingFault<K>>;
  readonly listeners: Array<(fault: StandingFault<K>) => void>;
}

/** Faults that are over are shown until this many newer ones came. */
const MAX_LISTED = 1_000;

export function createFaults(nowMs: () => number, chance: Chance): Faults {
  const listed = new Map<string, FaultHandle>();
  let count = 0;

  const shelf = <K extends FaultKind>(kind: K): Shelf<K> => {
    const own: Shelf<K> = {
      standing: [],
      listeners: [],
      add(order) {
        const id = `fault-${count + 1}`;
        const fault = createFault(kind, { id, order, nowMs, random: chance.sequence(id) });
        count += 1;
        fault.onEnd(() => (own.standing = own.standing.filter((other) => other !== fault)));
        own.standing = [...own.standing, fault];
        listed.set(id, fault.handle);
        if (listed.size > MAX_LISTED) dropOldest(listed);
        for (const run of own.listeners) run(fault);
        return fault.handle;
      },
    };
    return own;
  };
  const shelves = createShelves(shelf);

  return {
    add(order) {
      const fields: JsonObject = { ...order };
      return shelves[readKind(fields)].add(fields);
    },
    list: () => [...listed.values()].map((handle) => handle.info()),
    lift(id) {
      const handle = id === undefined ? undefined : listed.get(id);
      if (id !== undefined && handle === undefined) throw new ConfigError(`there is no fault ${id}`);
      for (const lifted of handle === undefined ? [...listed.values()] : [handle]) {
        lifted.lift();
        listed.delete(lifted.id);
      }
    },
    strike(kind, subject, fits = () => true) {
      const { standing } = shelves[kind];
      if (standing.length === 0) return undefined;
      return standing.find((fault) => fits(fault) && fault.draw(subject))?.details;
    },
    standing: (kind) => shelves[kind].standing,
    onAdded: (kind, run) => void shelves[kind].listeners.push(run),
  };
}

/** A fault that still strikes must stay liftable: only those that are over make room. */
function dropOldest(listed: Map<string, FaultHandle>): void {
  for (const [id, handle] of listed) {
    if (handle.info().state !== "over") continue;
    listed.delete(id);
    return;
  }
}

type Shelves = { readonly [K in FaultKind]: Shelf<K> };

function createShelves(shelf: <K extends FaultKind>(kind: K) => Shelf<K>): Shelves {
  return {
    "frame.drop": shelf("frame.drop"),
    "frame.delay": shelf("frame.delay"),
    "frame.duplicate": shelf("frame.duplicate"),
    "frame.reorder": shelf("frame.reorder"),
    "ack.drop": shelf("ack.drop"),
    "ack.delay": shelf("ack.delay"),
    "ack.duplicate": shelf("ack.duplicate"),
    "ack.reorder": shelf("ack.reorder"),
    "message.redeliver": shelf("message.redeliver"),
    "message.over-quota": shelf("message.over-quota"),
    "socket.disconnect": shelf("socket.disconnect"),
    "socket.half-open": shelf("socket.half-open"),
    "socket.reset": shelf("socket.reset"),
    "socket.close": shelf("socket.close"),
    "handshake.slow": shelf("handshake.slow"),
    "handshake.hang": shelf("handshake.hang"),
    "handshake.refuse": shelf("handshake.refuse"),
    "call.answer": shelf("call.answer"),
    "call.slow": shelf("call.slow"),
    "call.hang": shelf("call.hang"),
    "call.reset": shelf("call.reset"),
    "call.throttle": shelf("call.throttle"),
    "call.expired-token": shelf("call.expired-token"),
    "call.over-quota": shelf("call.over-quota"),
  };
}
