import { createPluginRuntimeStore } from "openclaw/plugin-sdk/runtime-store";

/**
 * Something of which the process has one, made on first use. It lives in the process, not in a module: accounts that are
 * reloaded and a plugin that is reloaded must find what the earlier ones left.
 *
 * @param key - names what it is and its shape: change it together with the shape.
 */
export function processWide<T>(key: string, create: () => T): () => T {
  const store = createPluginRuntimeStore<T>({ key: `dingtalk:${key}`, errorMessage: `no ${key} yet` });
  return () => {
    const known = store.tryGetRuntime();
    if (known !== null) return known;
    const fresh = create();
    store.setRuntime(fresh);
    return fresh;
  };
}
