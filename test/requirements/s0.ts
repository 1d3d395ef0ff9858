import { open, tested } from "./row.ts";
import type { Row } from "./row.ts";

/** Seed S0: a guide to connections that fail at start. */
export const s0: readonly Row[] = [
  open(
    "F",
    "S0-01",
    "Connections that fail at start, above all those that show only a 400, have a way to be understood.",
  ),
  tested("S0-02", "A 400 from DingTalk is told apart from failures of DNS, TCP, TLS, proxy and firewall."),
  tested(
    "S0-03",
    "The text for a 400 points to credentials, app state, request shape or validation by the platform.",
  ),
  tested(
    "S0-04",
    "The text for a timeout, TLS or DNS failure points to the local network, the proxy or egress.",
  ),

  open("F", "S0-05", "The connection check only calls connections/open and never opens the WebSocket."),
  open("F", "S0-06", "On macOS and Linux the check takes --client-id and --client-secret."),
  open("F", "S0-07", "The check reads the credentials from the file given with --config."),
  open("F", "S0-08", "--account-id picks a named account from that file."),
  open("F", "S0-09", "On Windows the check takes -ClientId and -ClientSecret in PowerShell."),
  open("F", "S0-10", "The PowerShell form reads the file given with -Config."),
  open("F", "S0-11", "-AccountId picks a named account in PowerShell."),
  open(
    "F",
    "S0-12",
    "The check has --timeout (10 s), --json and --help, and refuses an id without its secret or the reverse.",
  ),

  open(
    "F",
    "S0-13",
    "Credentials come from the command line first, then from the given file, then from the host's default file.",
  ),
  tested("S0-14", "The default account is clientId and clientSecret of channels.dingtalk."),
  tested("S0-15", "A named account is channels.dingtalk.accounts.<accountId>."),
  open("F", "S0-16", "The check shows which account it used, to be compared with the running plugin."),

  open("F", "S0-17", "The check's output starts with the line `DingTalk connection check`."),
  open("F", "S0-18", "The output says where the credentials came from, as credential_source."),
  open("F", "S0-19", "The output names the configuration file, as config_path."),
  open("F", "S0-20", "The output names the account, as account_id, empty for the default one."),
  open("F", "S0-21", "The output shows the client id masked like `ding...1234`."),
  open("F", "S0-22", "The output gives the HTTP status, as http_status."),
  open("F", "S0-23", "The output gives the answer's JSON body without secrets, as response."),
  open("F", "S0-24", "On success the output also gives endpoint and ticket."),
  open("F", "S0-25", "DingTalk's code, message and request id of a failure are shown as they came."),
  open("F", "S0-26", "Secrets are masked in everything that is printed or logged."),
  open("F", "S0-27", "The ticket is masked in everything that is printed or logged."),
  open("F", "S0-28", "The endpoint's host is shown, because it may be shared."),

  open("F", "S0-29", "A 400 on open names a wrong client id or secret among its causes."),
  open("F", "S0-30", "A 400 on open names the app's state among its causes."),
  open("F", "S0-31", "A 400 on open names an unsupported request among its causes."),
  open(
    "F",
    "S0-32",
    "A 400 on open names an unpublished app, a missing robot capability and Stream mode that is off.",
  ),
  open("F", "S0-33", "For a 400 the user is told to check that the app is an internal enterprise app."),
  open(
    "F",
    "S0-34",
    "For a 400 the user is told where to see that the published version is visible to all employees.",
  ),
  open("F", "S0-35", "For a 400 the user is told to check that a published version, not a draft, exists."),
  open("F", "S0-36", "For a 400 the user is told to check the robot capability."),
  open("F", "S0-37", "For a 400 the user is told to check that messages are received in Stream mode."),
  open("F", "S0-38", "For a 400 the user is told to check that the current version is the published one."),
  open("F", "S0-39", "For a 400 the user is told to compare the checked credentials with the running ones."),

  open(
    "F",
    "S0-40",
    "Open succeeds and start fails: credentials and HTTPS are good, the WebSocket or the environment is not.",
  ),
  open("F", "S0-41", "After a good open the user is told to look for a proxy that disturbs WebSockets."),
  open(
    "F",
    "S0-42",
    "After a good open the user is told to allow wss-open-connection.dingtalk.com on port 443.",
  ),
  open("F", "S0-43", "After a good open the user is told to look for intercepted TLS."),
  open(
    "F",
    "S0-44",
    "After a good open the user is told to compare the proxy variables in the running Node.js.",
  ),
  open(
    "F",
    "S0-45",
    "After a good open the user is told to run the check on the plugin's machine and network.",
  ),
  tested(
    "S0-46",
    "The log line of a failed WebSocket names account, stage, endpoint, likely cause and the way to check.",
  ),

  tested("S0-47", "Without an HTTP status the user is told to look at DNS."),
  tested("S0-48", "Without an HTTP status the user is told to look at the firewall."),
  tested("S0-49", "Without an HTTP status the user is told to look at the proxy's configuration."),
  tested("S0-50", "Without an HTTP status the user is told to look at the trust in TLS certificates."),

  tested("S0-51", "A failure at start logs the HTTP status."),
  tested("S0-52", "A failure at start logs its stage."),
  tested("S0-53", "A failure at start logs DingTalk's code."),
  tested("S0-54", "A failure at start logs DingTalk's message."),
  tested("S0-55", "A failure at start logs the request id."),
  tested("S0-56", "A failure at start logs the answer without its secrets."),
  tested("S0-57", "Stage connect.open means that the open request failed."),
  tested("S0-58", "Stage connect.websocket means that open succeeded and the WebSocket failed."),
  tested("S0-59", "connect.open sends the user to credentials, app state, Stream set-up and validation."),
  tested(
    "S0-60",
    "connect.websocket sends the user to WebSocket reach, proxy, TLS interception and gateway policy.",
  ),
  tested("S0-61", "connect.websocket puts egress on port 443 first."),
  tested("S0-62", "connect.websocket names the proxy's support for Upgrade."),
  tested("S0-63", "connect.websocket names intercepted TLS."),
  tested("S0-64", "connect.websocket names a proxy path that differs between plugin and shell."),
  open("J", "S0-65", "The documents name api.dingtalk.com on port 443 as a host that must be reached."),
  open(
    "J",
    "S0-66",
    "The documents name wss-open-connection.dingtalk.com on port 443 as a host that must be reached.",
  ),
  open(
    "J",
    "S0-67",
    "The documents have the console's checklist: published, visible, robot capability, Stream mode.",
  ),
  open(
    "J",
    "S0-68",
    "The documents say what a report needs: the error line, the check's output, and which account.",
  ),
  open(
    "F",
    "S0-69",
    "The check for both systems, the connection code and the README are there and point to each other.",
  ),
  open("F", "S0-70", "The check follows HTTP_PROXY, HTTPS_PROXY and NO_PROXY."),
  tested("S0-71", "A proxy on the way must pass Upgrade and TLS, and both are tested."),
];
