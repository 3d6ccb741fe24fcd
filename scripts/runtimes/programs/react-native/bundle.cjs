// Bundles the app with Metro, as React Native's default configuration has it: `bundle.cjs out.js`.

const { runBuild } = require("metro");
const { FileStore } = require("metro-cache");
const { getDefaultConfig, mergeConfig } = require("@react-native/metro-config");

const config = mergeConfig(getDefaultConfig(__dirname), {
  // What draws would need a device.
  serializer: { getModulesRunBeforeMainModule: () => [] },
  cacheStores: [new FileStore({ root: `${__dirname}/cache` })],
  reporter: { update() {} },
});

runBuild(config, {
  entry: "index.js",
  platform: "android",
  dev: false,
  minify: false,
  out: process.argv[2],
}).then(
  () => process.exit(),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
