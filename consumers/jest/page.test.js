/** @jest-environment jsdom */
const { platform } = require("gundam");
const { openFeed } = require("./feed");

test("what is tested as a page gets the browser side", async () => {
  expect(platform).toBe("browser");
  const sockets = [];
  globalThis.WebSocket = class {
    constructor(url) {
      sockets.push(Object.assign(this, { url, readyState: 0, bufferedAmount: 0 }));
    }
    close() {}
  };
  const feed = openFeed("wss://example.org/feed", () => {});
  expect(sockets.map(({ url }) => url)).toEqual(["wss://example.org/feed"]);
  feed.terminate();
});
