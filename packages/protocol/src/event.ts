/** An organisation or chat event: an `EVENT` frame, or the HTTP event push. */
export interface DingTalkEvent {
  /** `chat_add_member`, `robot_msg_recall`, … Unknown types pass through. */
  readonly type: string;
  readonly eventId: string | undefined;
  readonly corpId: string | undefined;
  readonly bornAtMs: number | undefined;
  readonly data: unknown;
}
