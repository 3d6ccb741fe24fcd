import "react-native-url-polyfill/auto";
import { connect, resilient } from "gundam";
import { AppState } from "react-native";
import { followAppState } from "./follow-app-state";

/** Tells `onMessage` what the server sends, until the returned function is called. */
export function openFeed(url, onMessage) {
  const client = connect(resilient({ url, onMessage }));
  const unfollow = followAppState(client, AppState);
  return () => {
    unfollow();
    client.close();
  };
}
