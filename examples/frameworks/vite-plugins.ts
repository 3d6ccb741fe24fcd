// What compiles the components of the examples. React's need nothing: JSX is compiled by Vite itself.

import { svelte } from "@sveltejs/vite-plugin-svelte";
import vue from "@vitejs/plugin-vue";
import type { PluginOption } from "vite";

export const frameworks = (): PluginOption[] => [vue(), svelte({ configFile: false })];
