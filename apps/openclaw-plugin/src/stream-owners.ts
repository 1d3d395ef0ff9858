import { processWide } from "./process-wide.ts";

interface Owner {
  readonly accountId: string;
  /** Aborted as soon as this owner was told to stop. */
  readonly signal: AbortSignal;
  readonly released: Promise<void>;
}

const owners = processWide("stream-owners", () => new Map<string, Owner>());

export type Claim =
  | { readonly kind: "owned"; readonly release: Disposable }
  | { readonly kind: "taken"; readonly by: string };

/**
 * Makes this account the one owner of the app's Stream in this process. DingTalk pushes each message to one connection
 * of an app at random: with two owners each would miss half of them. Waits for an owner that is about to stop.
 */
export async function claimStream(clientId: string, accountId: string, signal: AbortSignal): Promise<Claim> {
  for (let owner = owners().get(clientId); owner !== undefined; owner = owners().get(clientId)) {
    if (!owner.signal.aborted && owner.accountId !== accountId) return { kind: "taken", by: owner.accountId };
    await owner.released;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  owners().set(clientId, { accountId, signal, released: promise });
  const release = {
    [Symbol.dispose]() {
      owners().delete(clientId);
      resolve();
    },
  };
  return { kind: "owned", release };
}
