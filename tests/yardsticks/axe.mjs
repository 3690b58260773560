// Judges pages with axe in one Chromium, each in light and in dark: node axe.mjs MODULES BROWSER PAGE…
// Prints one JSON object, {scheme: {page: ["rule: <element> | <element>", …]}}.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, browser, ...pages] = process.argv.slice(2);
const wanted = createRequire(pathToFileURL(`${modules}/`));
const puppeteer = wanted("puppeteer-core");
const axe = wanted.resolve("axe-core/axe.min.js");

const chromium = await puppeteer.launch({ executablePath: browser, args: ["--no-sandbox", "--disable-gpu"], protocolTimeout: 300_000 });
const told = { light: {}, dark: {} };
const tab = await chromium.newPage();
for (const page of pages) {
  await tab.goto(pathToFileURL(page).href);
  await tab.addScriptTag({ path: axe });
  for (const scheme of Object.keys(told)) {
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    const found = await tab.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    told[scheme][page] = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
  }
}
await chromium.close();
console.log(JSON.stringify(told));
