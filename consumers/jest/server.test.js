const { startEchoServer } = require("@gundam/testing/server");
const { openFeed } = require("./feed");

let server;
beforeEach(async () => {
  server = await startEchoServer();
});
afterEach(() => server.stop());

test("subscribes again after a loss", async () => {
  const lines = [];
  const feed = openFeed(server.url, (line) => lines.push(line));
  await server.until(({ counts }) => counts.messages === 1);

  server.drop();
  await server.until(({ counts }) => counts.messages === 2);

  expect(lines).toContain("offline");
  await feed.close();
});
