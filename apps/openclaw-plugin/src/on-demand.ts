// All that needs the network, as one module that is imported on first use: the host loads plugins for every command,
// and most commands never call DingTalk. One module, so that a running gateway does not miss parts of it after a rebuild.
export { answerInGateway } from "./inbox-in-gateway.ts";
export { claimWhileDown } from "./claim-while-down.ts";
export { findNames, findNamesOfTargets } from "./find-names.ts";
export { probeAccount } from "./probe.ts";
export { sendText } from "./send-text.ts";
export { checkCredentials, holdConnection, openRegistration, sendTestMessage } from "./setup-calls.ts";
export { startAccount } from "./start-account.ts";
