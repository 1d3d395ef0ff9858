import type { Reply } from "@dingtalk-kit/card";

/** The card of a growing answer, as far as people see one. */
export interface AnswerCard {
  /** Whether one is there, or on its way. */
  readonly isComing: boolean;
  /** Delivers it, once. */
  open(): void;
  /** Whether one is there, as soon as that is known. */
  isThere(): Promise<boolean>;
}

export function createAnswerCard(
  growing: Reply,
  { live, fromBefore }: { readonly live: boolean; readonly fromBefore: boolean },
): AnswerCard {
  let opening: Promise<void> | undefined;
  const isComing = (): boolean => fromBefore || (live && (opening !== undefined || growing.state !== "NEW"));
  return {
    get isComing() {
      return isComing();
    },
    open() {
      opening = growing.open().finally(() => (opening = undefined));
    },
    async isThere() {
      await opening;
      return isComing();
    },
  };
}
