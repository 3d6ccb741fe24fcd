// What React Native sets up before an app runs, but for what draws it: its own globals, and no others.

import "react-native/Libraries/Core/setUpGlobals";
import "react-native/Libraries/Core/setUpPerformance";
import "react-native/Libraries/Core/polyfillPromise";
import "react-native/Libraries/Core/setUpTimers";
import "react-native/Libraries/Core/setUpRegeneratorRuntime";
import "react-native/Libraries/Core/setUpXHR";
