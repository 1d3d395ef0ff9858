/** One place where a card goes. */
export interface OpenSpace {
  readonly type: "IM_GROUP" | "IM_ROBOT";
  readonly id: string;
}

/**
 * The spaces of an `openSpaceId` such as `dtv1.card//IM_GROUP.cidAAA==;IM_ROBOT.user01`.
 * `undefined` for anything else, and for the space types that are not simulated (`IM_SINGLE`, `ONE_BOX`).
 */
export function parseOpenSpaceId(openSpaceId: string): readonly OpenSpace[] | undefined {
  const prefix = /^dtv1\.card\/\//i.exec(openSpaceId)?.[0];
  if (prefix === undefined) return undefined;
  const spaces: OpenSpace[] = [];
  for (const part of openSpaceId.slice(prefix.length).split(";")) {
    const dot = part.indexOf(".");
    const type = part.slice(0, dot).toUpperCase();
    const id = part.slice(dot + 1);
    if ((type !== "IM_GROUP" && type !== "IM_ROBOT") || id === "") return undefined;
    spaces.push({ type, id });
  }
  return spaces;
}
