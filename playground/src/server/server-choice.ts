// Which server the clients connect to.

/** The dev server's echo server, one inside the page, or any that has a url. */
export type ServerChoice = "embedded" | "in-page" | "any";
