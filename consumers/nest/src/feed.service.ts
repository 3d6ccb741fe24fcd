import { Injectable, type OnModuleDestroy, type OnModuleInit } from "@nestjs/common";
import { connect, resilient } from "gundam";

@Injectable()
export class FeedService implements OnModuleInit, OnModuleDestroy {
  private client?: ReturnType<typeof connect>;

  onModuleInit() {
    this.client = connect(
      resilient({
        url: "ws://127.0.0.1:5301/",
        onConnect: (_headers, client) => client.send("hello"),
        onMessage: (message) => console.log("received", message),
        onDisconnect: (client) => console.log("lost", client.lastClose?.code),
        onError: (error) => console.log(error.message),
        onClose: (code) => console.log("closed", code),
      }),
    );
  }

  async onModuleDestroy() {
    await this.client?.close();
  }
}
