import { silentLogger } from "@dingtalk-kit/protocol";

import type { DingTalkAccount } from "./accounts.ts";
import { createServices } from "./services.ts";
import type { Services } from "./services.ts";

/** Services of the accounts that run in this process, by client id: they share connections and the access token. */
const running = new Map<string, Services>();

/** Lets {@link borrowServices} find these until disposed. */
export function lendServices(clientId: string, services: Services): Disposable {
  running.set(clientId, services);
  return {
    [Symbol.dispose]() {
      if (running.get(clientId) === services) running.delete(clientId);
    },
  };
}

/** Something on loan. Disposing closes it if nobody else uses it. */
export interface Borrowed extends AsyncDisposable {
  readonly services: Services;
}

/**
 * The services of a running account, or fresh ones where none runs, such as in a CLI command.
 *
 * @throws ConfigError when the account has no usable credentials.
 */
export function borrowServices(account: DingTalkAccount): Borrowed {
  const shared = account.clientId === undefined ? undefined : running.get(account.clientId);
  const services = shared ?? createServices(account, silentLogger);
  return {
    services,
    [Symbol.asyncDispose]: async () => {
      if (services !== shared) await services[Symbol.asyncDispose]();
    },
  };
}
