// The host resolves SecretRefs before it loads plugins. It looks for this file by its name in dist/ (observed in
// 2026.9.6, not documented); the plugin's own `secrets` come too late for that.
import { secrets } from "./secrets.ts";

export const { collectRuntimeConfigAssignments, secretTargetRegistryEntries }: typeof secrets = secrets;
