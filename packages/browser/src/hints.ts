// What errors say in production: what happened, in few words. package.json's `imports` have the condition `development`
// take hints-development.ts in place of this, which also says what to do.

import type { Suggest } from "@gundam/core";

export const suggest: Suggest | undefined = undefined;
export const instead = "";
export const notCreated = "the WebSocket could not be created";
export const notOpened = "not opened (browsers hide why)";
export const forbidden = "forbidden by the page's Content-Security-Policy";
export const insecure = "an https: page needs wss:";
