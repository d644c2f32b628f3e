// A browser on the demo: `node CASE.mjs DEMO_JSON ARGUMENTS`. What a case finds wrong it throws.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import axe from "axe-core";
import { chromium } from "playwright-core";

export { assert };

const demo = JSON.parse(readFileSync(process.argv[2], "utf8"));
export const args = process.argv.slice(3);
export const base = `http://${demo.web}`;
export const password = demo.accounts[0].password;

/** The address of the first account with this role: `head`, `contact`, `user`, `unit`, `admin`. */
export function account(role) {
  return demo.accounts.find((one) => one.role === role).address;
}

/** Desktop and phone. */
export const SIZES = { wide: { width: 1366, height: 850 }, phone: { width: 390, height: 800 } };

// Chromium without its own windows: the same engine, and two thirds of the work. What belongs to the whole browser, as its push
// messages, is tried in the whole: `BROWSER=chromium`.
const program = process.env.BROWSER ?? "chromium-headless-shell";
const browser = await chromium.launch({ executablePath: `/usr/bin/${program}`, args: ["--no-sandbox", "--disable-gpu"] });

/** Where a click or a key leads to another page, that page is there whole before the case goes on; playwright waits for its beginning. */
function arriving(frames) {
  for (const act of ["click", "press"]) {
    const done = frames[act];
    frames[act] = async function (...given) {
      await done.apply(this, given);
      await this.waitForLoadState();
    };
  }
}

let first = true;

/** A browser of its own: cookies, size. It fails the case if a script of ours fails, or the CSP stops something of ours. */
export async function open(size = "wide", settings = {}) {
  const context = await browser.newContext({ viewport: SIZES[size], locale: "vi-VN", ...settings });
  const page = await context.newPage();
  if (first) {
    first = false;
    arriving(Object.getPrototypeOf(page.mainFrame()));
  }
  page.on("pageerror", (error) => {
    throw error;
  });
  page.on("console", (message) => {
    // That a message's own frame runs no script is as it should be: the checker tries to.
    const expected = /status of 4\d\d|Blocked script execution in '[^']*\/noi-dung\//;
    if (message.type() === "error" && !expected.test(message.text())) {
      throw new Error(`the browser complains: ${message.text()}`);
    }
  });
  return page;
}

/** Signs in, and takes on the rules where they are shown; then for so many seconds sending can be undone. */
export async function signIn(page, address, secret = password, undo = 0) {
  await page.goto(`${base}/dang-nhap`);
  await page.fill("[name=tai-khoan]", address);
  await page.fill("[name=mat-khau]", secret);
  await page.click("main button.primary");
  if (new URL(page.url()).pathname === "/doi-mat-khau" && (await page.locator("[name=mat-khau-moi]").count()) === 0) {
    await page.check("[name=nhan-trach-nhiem]");
    await page.click("main button.primary");
  }
  const here = new URL(page.url());
  if (here.pathname.startsWith("/thu/")) {
    await page.goto(`${base}/soan/cai-dat`);
    if ((await page.inputValue("#giay")) !== String(undo)) {
      await page.selectOption("#giay", String(undo));
      await page.click('form[action="/soan/hoan-tac"] button');
    }
    await page.goto(here.href);
  }
}

/** Writes the text of the message on the form that is open, with formats. */
export async function write(page, text) {
  await page.frameLocator(".rich-frame").locator("#viet").fill(text);
}

async function checked(page) {
  // In a message's own frame no script runs, the checker's neither: it would wait for it for ever.
  const frames = page.frames().filter((frame) => !frame.url().includes("/noi-dung/"));
  await Promise.all(frames.map((frame) => frame.evaluate(axe.source)));
  const { violations } = await page.evaluate(() => window.axe.run({ exclude: [".msg-frame"] }, { resultTypes: ["violations"] }));
  return violations;
}

/** The page breaks no rule of WCAG that a program can see, and nothing sticks out of it. */
export async function accessible(page) {
  // How a page looks does not depend on where the data lies: it is looked at once.
  if (process.env.LOOKED_AT) {
    return;
  }
  const violations = await checked(page).catch((error) => {
    // A page whose long work has come to its end loads itself anew: then it is looked at as it is now.
    if (!/context was destroyed|navigat/.test(error.message)) {
      throw error;
    }
    return page.waitForLoadState().then(() => checked(page));
  });
  const told = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html).join("\n  ")}`);
  assert.deepEqual(told, [], `${page.url()}\n${told.join("\n")}`);
  const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(inner <= outer, `${page.url()} is ${inner} wide in a window of ${outer}`);
}

/** Keeps a picture of the page, where the case was given a folder for them. */
export async function picture(page, name) {
  const folder = process.env.PICTURES;
  if (folder) {
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: `${folder}/${name}.png` });
  }
}

export async function done() {
  await browser.close();
}
