import { z } from "zod";

import type { MediaSettings } from "../service-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";
import { text, texts } from "./value-schemas.ts";

const later = { advanced: true, notYet: true };

const inboundFields: KeySchemas<MediaSettings["inboundMedia"]> = {
  dir: text.optional().meta(about("Folder", "Where received files are kept.")),
  keepDays: z.number().min(0).max(3650).default(7).meta(about("Days", "For how long.")),
};
const inboundMedia: z.ZodType<MediaSettings["inboundMedia"]> = z.object(inboundFields);

/** Files, names and tools. */
export const mediaKeys: KeySchemas<MediaSettings> = {
  mediaMaxMb: z
    .number()
    .positive()
    .max(1000)
    .optional()
    .meta(about("Largest file", "Megabytes of a file that people may send to the agent.", later)),
  mediaUrlAllowlist: texts
    .default([])
    .meta(
      about(
        "Allowed sources of files",
        "Hosts (`*.corp.example`, `host:port`, an address or a range) besides public ones from which files are fetched.",
        later,
      ),
    ),
  inboundMedia: inboundMedia
    .prefault({})
    .meta(about("Received files", "Where files of people are kept, and for how long.", later)),
  displayNameResolution: z
    .enum(["disabled", "all"])
    .default("all")
    .meta(
      about(
        "Targets by name",
        "`all`: who has written may be addressed by name, where one alone has it. `disabled`: by id only.",
        { advanced: true },
      ),
    ),
  tools: z
    .object({
      docs: z.boolean().default(false).meta(about("Documents", "Reading and writing DingTalk documents.")),
      media: z.boolean().default(false).meta(about("Media", "Uploading files.")),
    })
    .prefault({})
    .meta(about("Agent tools", "Which tools of DingTalk the agent gets.", later)),
};
