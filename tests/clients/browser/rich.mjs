// Rich text: tools by keyboard, a picture, a list; the draft opens as it was; the other reads it and quotes it; plain text by choice.
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [one, two, png] = args;
const page = await open();
await signIn(page, one);
await page.goto(`${base}/soan`);
const frame = page.frameLocator(".rich-frame");
const body = frame.locator("#viet");
await body.waitFor();
await accessible(page);

// Formats by key and by button; the button tells that it is on.
await body.click();
await page.keyboard.type("Kính gửi ");
await page.keyboard.press("Control+b");
await page.keyboard.type("Sở Nội vụ");
assert.equal(await page.getAttribute('[data-do="bold"]', "aria-pressed"), "true");
await page.click('[data-do="bold"]');
assert.equal(await page.getAttribute('[data-do="bold"]', "aria-pressed"), "false");
await page.keyboard.type(":");
await page.keyboard.press("Enter");
await page.click('[data-do="ul"]');
await page.keyboard.type("một");
await page.keyboard.press("Enter");
await page.keyboard.type("hai");
await page.keyboard.press("Enter");
await page.keyboard.press("Enter");

// A link, asked for with the keyboard alone.
await page.keyboard.type("Xem đây");
await page.keyboard.press("Shift+Home");
await page.keyboard.press("Control+k");
assert.equal(await page.evaluate(() => document.activeElement.id), "lien-ket");
await page.fill("#lien-ket", "sonminh.gov.vn/van-ban");
await page.keyboard.press("Enter");
await page.keyboard.press("End");
await page.keyboard.press("Enter");

// The toolbar is one stop, arrows go through it; Alt+F10 leads there.
await page.keyboard.press("Alt+F10");
await page.keyboard.press("ArrowRight");
assert.equal(await page.evaluate(() => document.activeElement.dataset.do), "italic");
await body.click();
await page.keyboard.press("Control+End");

// A picture of the clipboard's stands within the text; hostile HTML that is pasted does nothing.
await page.setInputFiles(".pick", { name: "sơ đồ.png", mimeType: "image/png", buffer: Buffer.from(png, "base64") });
await frame.locator("img").waitFor();
assert.match(await frame.locator("img").getAttribute("src"), /^\/soan\/tep\/\d+$/);
await body.evaluate((root) => {
  const data = new DataTransfer();
  data.setData("text/html", "<b onclick=x>dán</b><script>x</script><img src=https://ke-xau.example/a.png onerror=x><iframe src=/thu></iframe><a href='javascript:x'>y</a>");
  root.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
});
const pasted = await body.innerHTML();
assert.match(pasted, /<b>dán<\/b>/);
assert.doesNotMatch(pasted, /ke-xau|iframe|script|onclick/);

await page.fill("#den", two);
await page.fill("[name=tieu-de]", "Có định dạng");
await picture(page, "soan-dinh-dang-wide");
await accessible(page);

// The draft opens again as it was.
await page.click('button[value="luu"]');
await page.locator("h1", { hasText: "Thư nháp" }).waitFor();
assert.match(page.url(), /cach=sua/);
await frame.locator("img").waitFor();
assert.match(await frame.locator("img").getAttribute("src"), /^\/thu\/.*\/tep\/.*xem=1$/);
assert.ok(await frame.locator("img").evaluate((image) => image.naturalWidth > 0));
assert.match(await body.innerHTML(), /<b>Sở Nội vụ<\/b>:.*<ul><li>.*một.*<\/li><li>.*hai/s);
assert.match(await body.innerHTML(), /<a href="https:\/\/sonminh\.gov\.vn\/van-ban"[^>]*>Xem đây<\/a>/);
assert.equal(await page.locator('[name="giu"]').count(), 0);
await page.click('button[value="gui"]');
await page.waitForURL(/xong=gui/);

// The other one reads it, with the picture in its place, and answers: what is quoted keeps its form.
const other = await open("phone");
await signIn(other, two);
await other.locator(".row > a").first().click();
const read = other.frameLocator(".msg-frame");
assert.equal(await read.locator("b").first().textContent(), "Sở Nội vụ");
assert.ok(await read.locator("img").evaluate((image) => image.naturalWidth > 0));
assert.equal(await other.locator(".attach").count(), 0);
await other.click('[data-key="r"]');
const answer = other.frameLocator(".rich-frame");
await answer.locator("blockquote").waitFor();
assert.match(await answer.locator("blockquote").innerHTML(), /<b>Sở Nội vụ<\/b>/);
await answer.locator("blockquote img").waitFor();
await answer.locator("#viet").click({ position: { x: 20, y: 20 } });
await other.keyboard.type("Đã nhận đủ.");
await accessible(other);
await picture(other, "soan-dinh-dang-phone");
await other.click('button[value="gui"]');
await other.waitForURL(/xong=gui/);

// Plain text by choice: the words stay, the choice is remembered, and the way back is open.
await page.goto(`${base}/soan`);
await body.waitFor();
await body.click();
await page.keyboard.type("Chữ thường thôi");
const kept = () => page.waitForResponse((answer) => answer.url().endsWith("/soan/kieu"));
await Promise.all([kept(), page.click('.writing > .tools:not([hidden]) [data-do="mode"]')]);
assert.equal(await page.inputValue("[name=noi-dung]"), "Chữ thường thôi");
assert.equal(await page.locator(".rich-frame").count(), 0);
await page.goto(`${base}/soan`);
assert.ok(await page.isVisible("#noidung"));
await accessible(page);
await Promise.all([kept(), page.click(".to-rich button")]);
await body.waitFor();
await page.goto(`${base}/soan`);
await body.waitFor();
await done();
