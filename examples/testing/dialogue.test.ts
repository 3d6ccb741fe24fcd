import { refused, virtualClient, virtualWorld } from "@gundam/testing";
import { expect, test } from "vitest";

test("asks for a token anew after a 401", async () => {
  const world = virtualWorld();
  const { network, runtime } = world;
  let token = 0;
  const client = virtualClient(world, {
    headers: () => ({ authorization: `Bearer ${++token}` }),
    retryTimeout: 5000,
  });
  await runtime.advance(0);
  expect(network.last.request.headers).toEqual({ authorization: "Bearer 1" });

  network.last.lose(refused(401));
  await runtime.advance(4999);
  expect(network.transports).toHaveLength(1);
  await runtime.advance(1);
  expect(network.last.request.headers).toEqual({ authorization: "Bearer 2" });

  network.last.open();
  await runtime.advance(0);
  expect(client.phase).toBe("open");
});
