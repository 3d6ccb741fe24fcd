// graphql-ws's own server over ws: numbers are published by a mutation, and told to whoever has subscribed.

import { EventEmitter, on } from "node:events";
import { createRequire } from "node:module";
import type * as Graphql from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { CountingServer } from "./counting-server.ts";

// graphql wants to be there once: it is looked up as graphql-ws looks it up, not as Vite does.
const { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema }: typeof Graphql = createRequire(
  import.meta.url,
)("graphql");

export interface GraphqlServer {
  readonly url: string;
  readonly tcp: CountingServer;
  stop(): Promise<void>;
}

export async function startGraphqlServer(): Promise<GraphqlServer> {
  const tcp = await new CountingServer().listen();
  const server = new WebSocketServer({ server: tcp.http, path: "/graphql" });
  const graphql = useServer({ schema: schemaOf(new EventEmitter()) }, server);
  return {
    url: `ws://127.0.0.1:${tcp.port}/graphql`,
    tcp,
    async stop() {
      await graphql.dispose();
      await tcp.stop();
    },
  };
}

function schemaOf(numbers: EventEmitter): Graphql.GraphQLSchema {
  const number = new GraphQLNonNull(GraphQLInt);
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: "Query",
      fields: { listeners: { type: number, resolve: () => numbers.listenerCount("number") } },
    }),
    mutation: new GraphQLObjectType({
      name: "Mutation",
      fields: {
        publish: {
          type: number,
          args: { value: { type: number } },
          resolve: (_, { value }: { value: number }) => {
            numbers.emit("number", value);
            return value;
          },
        },
      },
    }),
    subscription: new GraphQLObjectType({
      name: "Subscription",
      fields: {
        numbers: {
          type: number,
          subscribe: () => on(numbers, "number"),
          resolve: ([value]: [number]) => value,
        },
      },
    }),
  });
}
