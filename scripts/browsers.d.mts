/** What Playwright's `launchOptions` need for one browser. */
export interface BrowserLaunchOptions {
  executablePath?: string;
  channel?: string;
  args?: string[];
}

export interface Browsers {
  chromium?: BrowserLaunchOptions;
  firefox?: BrowserLaunchOptions;
}

export type BrowserName = keyof Browsers;

export interface Places {
  env?: Record<string, string | undefined>;
  /** Where installed browsers are looked for; "/" by default. */
  root?: string;
  /** Path of Playwright's own download, there or not. */
  downloaded?: (name: BrowserName) => string;
}

/** Playwright's launch options for each browser that is there. */
export function findBrowsers(places?: Places): Browsers;

/** Installs the browsers that are missing; returns those that still are. */
export function installBrowsers(how?: {
  missing?: () => BrowserName[];
  ways?: ((missing: BrowserName[]) => unknown)[];
}): Promise<BrowserName[]>;

/** The browsers that are not there, or that cannot even print their version. */
export function missingBrowsers(places?: Places): BrowserName[];

/** What to do by hand about browsers that could not be installed. */
export function instructions(missing: readonly BrowserName[]): string;
