// Taken back in time, without script too; sent when the time is over; sent at a chosen time, changed, withdrawn, sent now.
import { SIZES, accessible, args, assert, base, done, open, password, picture, signIn, write } from "./lib.mjs";

const [one, two] = args;
const page = await open();
await signIn(page, one, password, 30);

async function compose(on, subject, text = "Kính gửi.") {
  await on.goto(`${base}/soan?den=${encodeURIComponent(two)}`);
  await on.fill("[name=tieu-de]", subject);
  await write(on, text);
}
async function folder(on, name) {
  await on.goto(`${base}/thu`);
  await on.click(`.tree >> text=${name}`);
}

// Taken back: the form again, with what was written.
await compose(page, "Lấy lại", "Còn thiếu tệp.");
await page.click('button[value="gui"]');
await page.waitForURL(/hoan-tac=/);
assert.match(await page.textContent("[data-undo] [role=status]"), /Thư sẽ đi sau (30|29|28) giây/);
await accessible(page);
await picture(page, "hoan-tac-wide");
await page.setViewportSize(SIZES.phone);
await accessible(page);
await picture(page, "hoan-tac-phone");
await page.setViewportSize(SIZES.wide);
await page.click('[data-undo] button:has-text("Hoàn tác")');
await page.waitForURL(/cach=sua/);
assert.equal(await page.inputValue("[name=tieu-de]"), "Lấy lại");
assert.match(await page.frameLocator(".rich-frame").locator("#viet").textContent(), /Còn thiếu tệp/);
// What the tab held is forgotten: the server has it.
await page.goto(`${base}/soan`);
assert.ok(!(await page.isVisible("#lay-lai")));

// The same without script.
const bare = await open("phone", { javaScriptEnabled: false });
await signIn(bare, one, password, 5);
await bare.goto(`${base}/soan?den=${encodeURIComponent(two)}`);
await bare.fill("[name=tieu-de]", "Không hoàn tác");
await bare.fill("[name=noi-dung]", "x");
await bare.selectOption("#nhac", "3");
await bare.click('button[value="gui"]');
assert.match(await bare.textContent("[data-undo] [role=status]"), /Thư sẽ đi sau/);
const late = bare.url();
const other = await open();
await signIn(other, two);
const until = Date.now() + 60_000;
while ((await other.locator(".row", { hasText: "Không hoàn tác" }).count()) === 0) {
  assert.ok(Date.now() < until, "it did not go");
  await other.waitForTimeout(500);
  await other.goto(`${base}/thu`);
}
// Too late: it is said, and nothing happens.
await bare.click('[data-undo] button:has-text("Hoàn tác")');
assert.match(await bare.textContent("main"), /đã được gửi/);
await bare.goto(late);
assert.equal(await bare.locator("[data-undo]").count(), 0);
// Whoever waits for an answer sees it among what waits.
await bare.goto(`${base}/hen?xem=tra-loi`);
assert.match(await bare.textContent("main li"), /Không hoàn tác/);
await accessible(page);

// At a time: what is wrong with the message is told before.
await page.goto(`${base}/soan`);
await page.click('button:has-text("Gửi sau…")');
assert.match(await page.textContent("[role=alert]"), /Ghi ít nhất một người nhận/);
await compose(page, "Hẹn giờ");
await page.click('button:has-text("Gửi sau…")');
await page.waitForURL(/\/hen\/gui\//);
for (const size of ["wide", "phone"]) {
  await page.setViewportSize(SIZES[size]);
  await accessible(page);
  await picture(page, `gui-sau-${size}`);
}
await page.setViewportSize(SIZES.wide);
await page.click('.times button:has-text("Sáng mai")');
await page.waitForURL(/xong=hen/);
assert.match(await page.textContent("main li"), /Hẹn giờ/);
assert.match(await page.textContent("main li"), /08:00/);
for (const size of ["wide", "phone"]) {
  await page.setViewportSize(SIZES[size]);
  await accessible(page);
  await picture(page, `hen-gui-${size}`);
}
await page.setViewportSize(SIZES.wide);
await folder(page, "Thư hẹn gửi");
assert.match(page.url(), /\/hen$/);

// Changed: a draft again, and put off to another time.
await page.click('main li button:has-text("Sửa")');
await page.waitForURL(/cach=sua/);
await page.click('button:has-text("Gửi sau…")');
await page.waitForURL(/\/hen\/gui\//);
const field = page.locator("#luc-khac");
const most = await field.getAttribute("max");
await field.fill(most);
await page.click('button:has-text("Hẹn gửi")');
await page.waitForURL(/xong=hen/);
// Withdrawn.
await page.click('main li button:has-text("Rút về nháp")');
assert.match(await page.textContent("[role=status]"), /Đã rút thư về Thư nháp/);
assert.match(await page.textContent("main"), /Không có thư nào hẹn gửi/);
await folder(page, "Thư nháp");
assert.equal(await page.locator(".row", { hasText: "Hẹn giờ" }).count(), 1);
// Once more, and sent now.
await page.locator(".row", { hasText: "Hẹn giờ" }).locator("a").first().click();
await page.click('a:has-text("Viết tiếp")');
await page.click('button:has-text("Gửi sau…")');
await page.click('.times button:has-text("Đầu tuần tới"), .times button >> nth=-1');
await page.click('main li button:has-text("Gửi ngay")');
assert.match(await page.textContent("[role=status]"), /đang được gửi/);
const soon = Date.now() + 60_000;
do {
  assert.ok(Date.now() < soon, "it did not go at once");
  await other.waitForTimeout(300);
  await other.goto(`${base}/thu`);
} while ((await other.locator(".row", { hasText: "Hẹn giờ" }).count()) === 0);
await done();
