// A message from the directory's suggestion to the other's mailbox and back; drafts; what is refused, with its clause.
import { args, assert, base, done, open, signIn } from "./lib.mjs";

const [one, two, name] = args;
const page = await open();
await signIn(page, one);

// Plain text, by choice.
const plain = async (on) => {
  const kept = on.waitForResponse((answer) => answer.url().endsWith("/soan/kieu"));
  await on.frameLocator(".rich-frame").locator("#viet").waitFor();
  await Promise.all([kept, on.click('.writing > .tools:not([hidden]) [data-do="mode"]')]);
};

// Typed without marks, found with them.
await page.goto(`${base}/soan`);
await plain(page);
await page.locator("#den").pressSequentially(name);
await page.locator('.suggest:not([hidden]) [aria-selected="true"]').waitFor();
assert.match(await page.textContent('.suggest:not([hidden]) [aria-selected="true"]'), new RegExp(two.split("@")[0]));
await page.keyboard.press("Enter");
assert.match(await page.inputValue("#den"), new RegExp(`<${two}>, $`));
await page.fill("[name=tieu-de]", "Báo cáo “quý IV” & số liệu <2026>");
await page.fill("[name=noi-dung]", "Kính gửi đồng chí,\n.\nđường ghềnh\n\nhttps://sonminh.gov.vn/x?a=1&b=2");
await page.setInputFiles("[name=tep]", [
  { name: "Số liệu quý IV.csv", mimeType: "text/csv", buffer: Buffer.from("xã,số\nTân Thịnh,5\n") },
  { name: "trống.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
]);
await page.click('button[value="luu"]');
await page.locator("h1", { hasText: "Thư nháp" }).waitFor();

// The draft holds all of it, and goes on from there.
assert.match(page.url(), /cach=sua/);
assert.equal(await page.inputValue("[name=tieu-de]"), "Báo cáo “quý IV” & số liệu <2026>");
assert.match(await page.inputValue("[name=noi-dung]"), /\n\.\nđường ghềnh/);
assert.ok(await page.isVisible("#noidung"), "a plain draft opens plain");
assert.equal(await page.locator('[name="giu"]').count(), 2);

// From here on without script.
const bare = await open("wide", { javaScriptEnabled: false });
await signIn(bare, one);
await bare.goto(page.url());

// A program as a file is refused with its clause; nothing that was typed is lost.
await bare.setInputFiles("[name=tep]", { name: "KeKhai.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") });
await bare.click('button[value="gui"]');
const refusal = await bare.textContent("[role=alert]");
assert.match(refusal, /KeKhai\.exe/);
assert.match(refusal, /QN\.(15\.6|2\.7)/);
assert.match(await bare.inputValue("#den"), new RegExp(two));
await bare.locator("label", { hasText: "KeKhai.exe" }).locator("input").uncheck();

// Addresses that are none, and none of ours.
const right = await bare.inputValue("#den");
await bare.fill("#den", `${right} khongmien, nobody-at-all@sonminh.gov.vn`);
await bare.click('button[value="gui"]');
const faults = await bare.textContent("[role=alert]");
assert.match(faults, /khongmien/);
assert.match(faults, /nobody-at-all@sonminh\.gov\.vn: không có địa chỉ này/);
await bare.fill("#den", right);
await bare.locator("label", { hasText: "KeKhai.exe" }).locator("input").uncheck().catch(() => {});
await bare.click('button[value="gui"]');
await bare.waitForURL(/xong=gui/);
assert.match(await bare.textContent("[role=status]"), /Đã gửi/);

// Sent once: no draft is left.
await page.goto(`${base}/thu`);
await page.click(".tree >> text=Thư nháp");
assert.equal(await page.locator(".row").count(), 0);
await page.click(".tree >> text=Đã gửi");
assert.equal(await page.locator(".row").count(), 1);

// There it is, with its files; answered, it is marked.
const other = await open("phone");
await signIn(other, two);
await other.locator(".row > a").first().click();
assert.equal(await other.textContent("article h1"), "Báo cáo “quý IV” & số liệu <2026>");
assert.equal(await other.locator(".attach").count(), 2);
assert.equal(await other.getAttribute(".msg-text a", "href"), "https://sonminh.gov.vn/x?a=1&b=2");
const [file] = await Promise.all([other.waitForEvent("download"), other.click(".attach >> nth=0 >> a.name")]);
assert.equal(file.suggestedFilename(), "Số liệu quý IV.csv");
await other.click('[data-key="r"]');
assert.match(await other.inputValue("#den"), new RegExp(one));
assert.match(await other.inputValue("[name=tieu-de]"), /^Re: Báo cáo/);
await plain(other);
const quoted = await other.inputValue("[name=noi-dung]");
assert.match(quoted, /> Kính gửi đồng chí,/);
await other.fill("[name=noi-dung]", `Đã nhận.${quoted}`);
await other.click('button[value="gui"]');
await other.waitForURL(/xong=gui/);
await page.goto(`${base}/thu`);
assert.match(await page.textContent(".row >> nth=0"), /Re: Báo cáo/);

// Passed on as it is, as a file, with a receipt asked for.
await other.goto(`${base}/thu`);
await other.locator(".row > a").first().click();
await other.locator(".acts summary", { hasText: "Việc khác" }).click();
await other.click('a[href$="cach=dinh-kem"]');
assert.match(await other.inputValue("[name=tieu-de]"), /^Fwd: Báo cáo/);
assert.match(await other.locator(".choice", { has: other.locator('[name="giu"]') }).textContent(), /Báo cáo.*\.eml/);
await other.fill("#den", one);
await other.check("[name=bao-doc]");
await other.click('button[value="gui"]');
await other.waitForURL(/xong=gui/);

// The same form sent in twice, before there was a draft of it, goes once.
await page.goto(`${base}/soan`);
const twice = await page.evaluate(async (to) => {
  const form = new FormData(document.querySelector("form.paper"));
  form.set("den", to);
  form.set("tieu-de", "Bấm hai lần");
  form.set("viec", "gui");
  const send = () => fetch("/soan", { method: "POST", body: form });
  const [first, second] = [await send(), await send()];
  return [first.url, second.status, await second.text()];
}, one);
assert.match(twice[0], /xong=gui/);
assert.equal(twice[1], 409);
assert.match(twice[2], /Thư này đã được gửi/);
await page.goto(`${base}/thu`);
assert.equal(await page.locator(".row", { hasText: "Bấm hai lần" }).count(), 1);

// TQ.4: nobody writes as somebody else.
await page.goto(`${base}/soan`);
const answer = await page.evaluate(async (stranger) => {
  const form = new FormData(document.querySelector("form.paper"));
  form.set("tu", stranger);
  form.set("den", stranger);
  form.set("viec", "gui");
  return (await fetch("/soan", { method: "POST", body: form })).status;
}, two);
assert.equal(answer, 403);
await done();
