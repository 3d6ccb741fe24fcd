// VitePress's own theme, in the playground's colours.

import theme from "vitepress/theme";
import "./style.css";

export default theme;
