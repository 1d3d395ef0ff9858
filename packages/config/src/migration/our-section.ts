import type { Path } from "./draft.ts";

/** Where our settings stand in a host's file. */
export const OUR_SECTION: Path = ["channels", "dingtalk"];
