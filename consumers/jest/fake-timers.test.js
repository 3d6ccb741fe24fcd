const { startEchoServer } = require("@gundam/testing/server");
const { openFeed } = require("./feed");

// Sockets are real: what Node does at once, or between two timers, is to go on.
const doNotFake = ["nextTick", "queueMicrotask", "setImmediate"];

let server;
beforeEach(async () => {
  server = await startEchoServer();
  jest.useFakeTimers({ doNotFake });
});
afterEach(async () => {
  jest.useRealTimers();
  await server.stop();
});

test("subscribes again after an outage of ten seconds", async () => {
  const lines = [];
  const feed = openFeed(server.url, (line) => lines.push(line));
  await server.until(({ counts }) => counts.messages === 1);

  server.goAway();
  await server.until(({ counts }) => counts.disconnects === 1);
  await jest.advanceTimersByTimeAsync(10_000);
  await server.comeBack();

  while (server.record.counts.messages < 2) await jest.advanceTimersByTimeAsync(1_000);
  expect(lines).toContain("offline");
  feed.terminate();
});
