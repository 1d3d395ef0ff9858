import type { Core } from "./core.ts";
import type { FaultDetails } from "./fault-spec.ts";
import type { StandingFault, Subject } from "./standing-fault.ts";
import type { StreamConnection } from "./stream-connection.ts";

/** Carries out the faults of live sockets. */
export interface SocketFaults {
  /** To be called when a socket was admitted. */
  opened(connection: StreamConnection): void;
  /** To be called after a message or an event went down a socket. */
  pushed(connection: StreamConnection): void;
}

type SocketKind = "socket.disconnect" | "socket.half-open" | "socket.reset" | "socket.close";
type Act<K extends SocketKind> = (connection: StreamConnection, details: FaultDetails<K>) => void;
type Strike = (connection: StreamConnection, when: "open" | "push") => void;

export function createSocketFaults(core: Core, connections: () => readonly StreamConnection[]): SocketFaults {
  const bind = <K extends SocketKind>(kind: K, act: Act<K>): Strike => {
    core.faults.onAdded(kind, (fault) => {
      if (fault.details.when !== "now") return;
      schedule(core, fault, () => {
        for (const connection of connections()) {
          if (connection.isLive() && fault.draw(subjectOf(connection))) act(connection, fault.details);
        }
      });
    });
    return (connection, when) => {
      if (!connection.isLive()) return;
      const details = core.faults.strike(kind, subjectOf(connection), (fault) => fault.details.when === when);
      if (details !== undefined) act(connection, details);
    };
  };
  const strikes = [
    bind("socket.disconnect", (connection, { reason }) => connection.disconnect(reason)),
    bind("socket.half-open", (connection, details) => connection.goHalfOpen(details)),
    bind("socket.reset", (connection) => connection.reset()),
    bind("socket.close", (connection, { code }) => connection.close(code)),
  ];
  return {
    opened: (connection) => strikes.forEach((strike) => strike(connection, "open")),
    pushed: (connection) => strikes.forEach((strike) => strike(connection, "push")),
  };
}

/** Runs `strike` when the fault begins, and again at its interval until it is over. */
function schedule<K extends SocketKind>(core: Core, fault: StandingFault<K>, strike: () => void): void {
  const { everyMs } = fault.details;
  let timer: Disposable | undefined;
  const run = (): void => {
    strike();
    if (everyMs === 0) fault.handle.lift();
    else if (!fault.isOver()) timer = core.timers.after(everyMs, run);
  };
  fault.onEnd(() => timer?.[Symbol.dispose]());
  if (fault.fromMs === 0) run();
  else timer = core.timers.after(fault.fromMs, run);
}

function subjectOf({ clientId, connectionId }: StreamConnection): Subject {
  return { clientId, connectionId };
}
