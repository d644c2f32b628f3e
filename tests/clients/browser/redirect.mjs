// A message goes on as it is to somebody inside; to somebody outside it does not, and forwarding is offered.
import { SIZES, accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [one, two] = args;
const page = await open();
await signIn(page, one);
await page.locator(".row > a", { hasText: "Don kien nghi" }).click();
await page.locator(".acts summary", { hasText: "Việc khác" }).click();
await page.click('.acts a:has-text("Chuyển nguyên thư")');
assert.match(await page.textContent("main .facts"), /cong-dan@ngoai\.example/);
await page.fill("#den", "ban@ngoai.example");
await page.click("main button.primary");
assert.match(await page.textContent("[role=alert]"), /trong hệ thống \(TQ\.4\.2\)/);
assert.equal(await page.inputValue("#den"), "ban@ngoai.example");
for (const size of ["wide", "phone"]) {
  await page.setViewportSize(SIZES[size]);
  await accessible(page);
  await picture(page, `chuyen-nguyen-${size}`);
}
assert.match(await page.getAttribute("[role=alert] a", "href"), /cach=chuyen-tiep$/);
await page.fill("#den", two);
await page.click("main button.primary");
assert.match(await page.textContent("[role=status]"), /Đã chuyển nguyên thư/);

const other = await open("phone");
await signIn(other, two);
await other.locator(".row > a", { hasText: "Don kien nghi" }).click();
assert.match(await other.textContent(".msg-head"), /cong-dan@ngoai\.example/);
assert.match(await other.textContent(".msg .banner"), new RegExp(`Được chuyển nguyên bởi.*${one}`));
await accessible(other);
await picture(other, "duoc-chuyen-phone");
await done();
