const { connect, resilient } = require("gundam");

/** Shows the prices that a server sends, and when the connection is lost. */
exports.openFeed = (url, show, report = () => {}) =>
  connect(
    resilient({
      url,
      onConnect: (_headers, client) => client.send("subscribe prices"),
      onMessage: (message) => show(message),
      onDisconnect: () => show("offline"),
      onError: report,
    }),
  );
