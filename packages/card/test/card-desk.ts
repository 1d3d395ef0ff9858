import {
  ApiError,
  type CardDelivery,
  type CardFrame,
  type CardPort,
  type CardUpdate,
  type OutboundMessage,
  type ReplyPort,
  type SendReceipt,
} from "@dingtalk-kit/protocol";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";

export type DeskCall =
  | ({ readonly kind: "deliver" } & CardDelivery)
  | ({ readonly kind: "frame" } & CardFrame)
  | ({ readonly kind: "update" } & CardUpdate)
  | { readonly kind: "message"; readonly message: OutboundMessage };

export interface DeskOptions {
  /** How long each call takes. */
  readonly latencyMs?: number;
  /** How long a frame that does not end its card waits before it leaves. */
  readonly waitMs?: number;
  /** Applies a repeated frame again. */
  readonly forgetsGuids?: boolean;
  /** What becomes of a frame for a closed card, and of a card whose key is used. What DingTalk does is not documented.
   *  @defaultValue the unkind guess: `refuse` */
  readonly usedCards?: "refuse" | "ignore" | undefined;
  /** The way that messages take. The session webhook shows an `idempotencyId` once. @defaultValue "robot-api" */
  readonly route?: SendReceipt["route"] | undefined;
  /** The error of the n-th call, if it fails; `arrived` calls take effect although they fail. */
  fail?(call: DeskCall, index: number): { readonly error: Error; readonly arrived?: boolean } | undefined;
}

/** Fails calls of one kind: so often, or for good. */
export const failing =
  (kind: DeskCall["kind"], error: () => Error, times = Number.POSITIVE_INFINITY) =>
  (call: DeskCall): { error: Error } | undefined =>
    call.kind === kind && times-- > 0 ? { error: error() } : undefined;

export interface ShownCard {
  state: string;
  text: string;
  readonly history: { readonly atMs: number; readonly state: string; readonly text: string }[];
}

/** What DingTalk's card and message APIs do, as far as a reply sees it. */
export interface CardDesk {
  readonly cards: CardPort;
  readonly messages: ReplyPort;
  readonly calls: DeskCall[];
  readonly frames: CardFrame[];
  readonly updates: CardUpdate[];
  readonly sent: OutboundMessage[];
  readonly shown: Map<string, ShownCard>;
  /** The only card. */
  readonly card: ShownCard;
  readonly mostInFlight: number;
  /** What a real DingTalk would have refused. */
  readonly violations: string[];
}

const STATES = ["", "PROCESSING", "INPUTING", "FINISHED", "EXECUTING", "FAILED"];

const unknownError = (): Error => new ApiError("unknown", { status: 500, platformCode: "unknownError" });

export function createCardDesk(clock: ManualClock, options: DeskOptions = {}): CardDesk {
  const { latencyMs = 0, waitMs = 0, usedCards = "refuse", route = "robot-api" } = options;
  const calls: DeskCall[] = [];
  const sent: OutboundMessage[] = [];
  const violations: string[] = [];
  const shown = new Map<string, ShownCard>();
  const guids = new Set<string>();
  const waiting = new Map<string, AbortController>();
  let inFlight = 0;
  let mostInFlight = 0;

  const perform = async (call: DeskCall, effect: () => void): Promise<void> => {
    const index = calls.push(call) - 1;
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    try {
      if (latencyMs > 0) await clock.sleep(latencyMs);
      const failure = options.fail?.(call, index);
      if (failure === undefined || failure.arrived === true) effect();
      if (failure !== undefined) throw failure.error;
    } finally {
      inFlight -= 1;
    }
  };

  /** @returns false when the frame was withdrawn. */
  const wait = async ({ outTrackId }: CardFrame): Promise<boolean> => {
    const withdrawn = new AbortController();
    waiting.set(outTrackId, withdrawn);
    try {
      await clock.sleep(waitMs, withdrawn.signal);
      return true;
    } catch {
      return false;
    } finally {
      waiting.delete(outTrackId);
    }
  };

  const change = (outTrackId: string, next: { state?: string; text?: string }): void => {
    const card = shown.get(outTrackId);
    if (card === undefined)
      throw new ApiError("no such card", { status: 400, platformCode: "param.cardNotExist" });
    if (next.state !== undefined) card.state = next.state;
    if (next.text !== undefined) card.text = next.text;
    card.history.push({ atMs: clock.nowMs(), state: card.state, text: card.text });
  };

  const applyFrame = (frame: CardFrame): void => {
    if (guids.has(frame.guid) && options.forgetsGuids !== true) return;
    guids.add(frame.guid);
    const state = shown.get(frame.outTrackId)?.state;
    if (state === "FINISHED" || state === "FAILED") {
      if (usedCards === "ignore") return;
      throw unknownError();
    }
    if (frame.content === "") violations.push("streamed nothing");
    change(frame.outTrackId, {
      state: frame.failed ? "FAILED" : frame.finalize ? "FINISHED" : "INPUTING",
      text: frame.content,
    });
  };

  return {
    calls,
    sent,
    shown,
    violations,
    cards: {
      async createAndDeliver(card) {
        await perform({ kind: "deliver", ...card }, () => {
          if (shown.has(card.outTrackId)) {
            if (usedCards === "ignore") return;
            throw new ApiError("exists", { status: 400, platformCode: "param.cardAlreadyExist" });
          }
          shown.set(card.outTrackId, { state: "", text: "", history: [] });
          const text = card.params["msgContent"] ?? card.params["content"] ?? "";
          change(card.outTrackId, { state: STATES[Number(card.params["flowStatus"])] ?? "", text });
        });
        return { carrierId: `carrier-${card.outTrackId}` };
      },
      async stream(frame) {
        if (waitMs > 0 && !frame.finalize && !frame.failed && !(await wait(frame))) return;
        const left = { ...frame, content: frame.newest?.() ?? frame.content };
        await perform({ kind: "frame", ...left }, () => applyFrame(left));
      },
      withdraw(outTrackId) {
        waiting.get(outTrackId)?.abort();
        return waiting.delete(outTrackId);
      },
      update: (update) =>
        perform({ kind: "update", ...update }, () => {
          const text = update.params["msgContent"] ?? update.params["content"];
          const state = STATES[Number(update.params["flowStatus"])];
          change(update.outTrackId, {
            ...(state === undefined ? {} : { state }),
            ...(text === undefined ? {} : { text }),
          });
        }),
    },
    messages: {
      repeatable: () => route === "session-webhook",
      async send(message) {
        await perform({ kind: "message", message }, () => {
          const known = sent.some(({ idempotencyId }) => idempotencyId === message.idempotencyId);
          if (route === "robot-api" || !known) sent.push(message);
        });
        return { route, processQueryKey: route === "robot-api" ? `key-${sent.length}` : undefined };
      },
    },
    get frames() {
      return calls.filter((call) => call.kind === "frame");
    },
    get updates() {
      return calls.filter((call) => call.kind === "update");
    },
    get card() {
      const [card] = shown.values();
      if (card === undefined) throw new Error("no card was delivered");
      return card;
    },
    get mostInFlight() {
      return mostInFlight;
    },
  };
}
