import type { Ports } from "@dingtalk-kit/protocol";

import type { PortCalls } from "./port-calls.ts";
import type { ReplyEvent, ReplyOptions } from "./reply.ts";
import type { ReplyMemory } from "./reply-memory.ts";
import type { Language } from "./texts.ts";

/** What the parts of one reply share. */
export interface ReplyContext {
  readonly options: ReplyOptions;
  readonly ports: Ports;
  readonly intervalMs: number;
  readonly language: Language;
  readonly calls: PortCalls;
  readonly memory: ReplyMemory;
  /** Never throws. */
  emit(event: ReplyEvent): void;
}
