// What errors say while a page is developed: also what to do.

import { type Suggest, suggestFrom } from "@gundam/core";
import { browserDeclarations, ignoredOptions } from "./browser-options.ts";

export const suggest: Suggest = /* @__PURE__ */ suggestFrom(browserDeclarations, ignoredOptions);
export const instead = ": credentials can go in a cookie or a message";
export const notCreated = "the WebSocket could not be created";
export const notOpened =
  "not opened (browsers hide why): check the server, its certificate, the port, the network panel";
export const forbidden =
  "forbidden by the page's Content-Security-Policy: name the server in its connect-src (or default-src)";
export const insecure = "forbidden as mixed content: a page that came over https: needs wss:";
