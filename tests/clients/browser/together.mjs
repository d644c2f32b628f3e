// Conversations: shown once in the list, whole where one of them is read, filed together.
import { accessible, args, assert, done, open, picture, signIn } from "./lib.mjs";

const [address] = args;
const page = await open();
await signIn(page, address);
const inbox = page.url();
const subjects = () => page.locator(".row .subj").allTextContents();
assert.deepEqual(await subjects(), ["Re: Kế hoạch", "Việc khác"]);
assert.equal(await page.locator(".row .tag").first().textContent(), "2");

// The others stand around the one that is read; the list stays.
await page.click(".row >> text=Re: Kế hoạch");
assert.equal(await page.locator(".folded").count(), 1);
assert.match(await page.textContent(".msg-text"), /Đã rõ/);
await accessible(page);
await picture(page, "conversation");
await page.click(".folded");
assert.match(await page.textContent(".msg-text"), /Gửi các anh chị/);
assert.deepEqual(await subjects(), ["Re: Kế hoạch", "Việc khác"]);
assert.equal(await page.locator('.row > a[aria-current="true"]').count(), 1);

// What one answers oneself belongs to it, though it lies elsewhere.
await page.click('.acts [data-key="r"]');
await page.click('.sendbar button[value="gui"]');
await page.goto(inbox);
await page.click(".row >> text=Re: Kế hoạch");
assert.equal(await page.locator(".folded").count(), 2);
await page.click('.folded:has-text("Đã gửi")');
assert.deepEqual(await subjects(), ["Re: Kế hoạch", "Việc khác"]);
assert.equal(await page.locator('.row > a[aria-current="true"]').count(), 1);
await page.goBack();
assert.match(await page.textContent(".msg-text"), /Đã rõ/);

// On a phone.
const phone = await open("phone");
await signIn(phone, address);
await phone.click(".row >> text=Re: Kế hoạch");
await accessible(phone);
await picture(phone, "conversation-phone");

// One alone is deleted; all of it is filed together.
await page.goto(inbox);
await page.check('.row:has-text("Re: Kế hoạch") [name="u"]');
await page.click('.bulk-bar button[value="luu-tru"]');
assert.deepEqual(await subjects(), ["Việc khác"]);
await page.click(".tree >> text=Lưu trữ");
assert.deepEqual(await subjects(), ["Re: Kế hoạch"]);
assert.equal(await page.locator(".row .tag").textContent(), "2");
await page.click('button:has-text("Xem từng thư")');
assert.deepEqual(await subjects(), ["Re: Kế hoạch", "Kế hoạch"]);
await page.click('button:has-text("Xem theo hội thoại")');
await page.click(".row");
await page.click(".acts details.menu >> nth=0 >> summary");
await page.click('button[value="xoa-mot"]');
assert.deepEqual(await subjects(), ["Kế hoạch"]);
await done();
