// What errors say while a page is developed: also what to do.

export { suggest } from "@gundam/core";
export const notCreated = "the WebSocket could not be created (https: pages need wss:)";
export const notOpened =
  "not opened (browsers hide why): check the server, its certificate, the page's CSP, the network panel";
