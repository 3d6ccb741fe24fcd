const { virtualWorld } = require("@gundam/testing");
const { openFeed } = require("./feed");

let mockWorld;
beforeEach(() => {
  mockWorld = virtualWorld();
});

jest.mock("gundam", () => ({
  ...jest.requireActual("gundam"),
  connect: (options) => require("@gundam/testing").virtualClient(mockWorld, options),
}));

test("shows what comes", async () => {
  const lines = [];
  openFeed("wss://example.org/feed", (line) => lines.push(line));
  await mockWorld.runtime.advance(0);
  mockWorld.network.last.open();
  await mockWorld.runtime.advance(0);
  mockWorld.network.last.receive("GOLD 2650");
  await mockWorld.runtime.advance(0);
  expect(lines).toEqual(["GOLD 2650"]);
});
