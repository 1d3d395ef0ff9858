import type { RobotMessage } from "@dingtalk-kit/protocol";

type Ends = Pick<RobotMessage, "conversation" | "sender">;

/** Who wrote where. */
export function messageFrom(type: "direct" | "group", staffId: string | undefined): Ends {
  return {
    conversation: { id: "cidAbC+/=", type, title: undefined },
    sender: {
      staffId,
      id: "$:LWCP_v1:$x",
      unionId: undefined,
      nick: undefined,
      corpId: undefined,
      platform: undefined,
      isAdmin: false,
    },
  };
}
