/** One place of the file that changes. A value that moves makes two: gone here, new there. */
export interface MigrationChange {
  /** `channels.dingtalk.app_key`. */
  readonly path: string;
  /** What stands there now, as JSON with secrets hidden and ids shortened. `undefined`: nothing. */
  readonly from: string | undefined;
  /** What will stand there, written like `from`. `undefined`: nothing. */
  readonly to: string | undefined;
  /** One sentence. For a move it names the other path. */
  readonly why: string;
}

/** Something that a person should know or decide before the plan is applied. */
export interface MigrationWarning {
  readonly path: string;
  /** One sentence with the next step. Never holds a secret. */
  readonly message: string;
}

/** A part of the file that was read as the settings of a DingTalk channel. */
export interface MigrationSource {
  /** `channels.ddingtalk`. */
  readonly path: string;
  /** Whose spelling it was read as, for people: `@largezhou/ddingtalk`. */
  readonly writtenFor: string;
}

/** What has to change in a host's config file so that this project's names say the same. */
export interface MigrationPlan {
  /** The whole file as it should be: a new object, the input is left alone. */
  readonly next: Readonly<Record<string, unknown>>;
  /** Empty when there is nothing to do: a second run of the plan on `next` has none. */
  readonly changes: readonly MigrationChange[];
  readonly warnings: readonly MigrationWarning[];
  readonly sources: readonly MigrationSource[];
}
