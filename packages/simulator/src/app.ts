/** An app of the developer console, with its robot. */
export interface SimulatedApp {
  /** AppKey: `ding` and 16–20 letters and digits. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** @defaultValue the client id, as for every ordinary app robot */
  readonly robotCode?: string | undefined;
  /** The robot's name, as groups mention it. @defaultValue `robot` */
  readonly name?: string | undefined;
  /** @defaultValue `dingcorp01` */
  readonly corpId?: string | undefined;
  /** Unpublished apps cannot open a Stream connection. @defaultValue true */
  readonly published?: boolean | undefined;
  /** How the robot receives messages, as ticked in the console. @defaultValue `stream` */
  readonly mode?: "stream" | "http" | undefined;
  /**
   * Whether Stream mode was saved on the console's page for events. Until then no event is pushed.
   * @defaultValue `stream`
   */
  readonly events?: "stream" | "off" | undefined;
  /** Granted scopes, such as `Card.Streaming.Write`. @defaultValue all */
  readonly scopes?: readonly string[] | undefined;
}

/** A {@link SimulatedApp} with every default filled in. */
export interface RegisteredApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly robotCode: string;
  readonly name: string;
  readonly corpId: string;
  readonly published: boolean;
  readonly mode: "stream" | "http";
  readonly events: "stream" | "off";
  readonly scopes: readonly string[] | undefined;
}

/** The app that every simulator has, unless `options.app` says otherwise. */
export const DEFAULT_APP = {
  clientId: "dingsimulatorapp01",
  clientSecret: "simulator-secret-of-dingsimulatorapp01",
} as const;

export function registerApp(app: SimulatedApp): RegisteredApp {
  return {
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    robotCode: app.robotCode ?? app.clientId,
    name: app.name ?? "robot",
    corpId: app.corpId ?? "dingcorp01",
    published: app.published ?? true,
    mode: app.mode ?? "stream",
    events: app.events ?? "stream",
    scopes: app.scopes,
  };
}
