import type { Simulator } from "dingtalk-simulator";

import { call, tokenOf } from "./call.ts";
import type { Answered } from "./call.ts";

const TEMPLATE = "382e4302-551d-4880-bf29-a30acfab2e71.schema";

/** The three calls of one card, `card-1`. */
export interface CardCalls {
  create(change?: object): Promise<Answered>;
  update(change: object): Promise<Answered>;
  stream(change?: object): Promise<Answered>;
}

export async function cardCalls(simulator: Simulator): Promise<CardCalls> {
  const token = await tokenOf(simulator);
  const url = `${simulator.url}/v1.0/card`;
  let guids = 0;
  return {
    create: (change = {}) =>
      call(
        `${url}/instances/createAndDeliver`,
        {
          cardTemplateId: TEMPLATE,
          outTrackId: "card-1",
          callbackType: "STREAM",
          cardData: { cardParamMap: { msgContent: "", msgTitle: "T" } },
          openSpaceId: "dtv1.card//IM_ROBOT.user01",
          imRobotOpenSpaceModel: { supportForward: true },
          imRobotOpenDeliverModel: { spaceType: "IM_ROBOT", robotCode: simulator.app.robotCode },
          ...change,
        },
        { token },
      ),
    update: (change) =>
      call(`${url}/instances`, { outTrackId: "card-1", ...change }, { token, method: "PUT" }),
    stream: (change = {}) => {
      guids += 1;
      const frame = { outTrackId: "card-1", guid: `guid-${guids}`, key: "msgContent", content: "text" };
      const flags = { isFull: true, isFinalize: false, isError: false };
      return call(`${url}/streaming`, { ...frame, ...flags, ...change }, { token, method: "PUT" });
    },
  };
}
