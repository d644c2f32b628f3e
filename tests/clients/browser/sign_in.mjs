// In and out; what is told to those who may not; sessions, seen and ended.
import { args, assert, base, done, open, signIn } from "./lib.mjs";

const [address] = args;
const page = await open();

// Nothing is open to nobody, and one comes back to where one was going.
await page.goto(`${base}/danh-ba?q=so`);
assert.equal(new URL(page.url()).pathname, "/dang-nhap");
assert.equal(await page.inputValue("main [name=ve]"), "/danh-ba?q=so");

// A wrong password and an unknown name are told alike.
const told = [];
for (const name of [address, "khong-co-ai@sonminh.gov.vn"]) {
  await page.fill("[name=tai-khoan]", name);
  await page.fill("[name=mat-khau]", "Sai@2026-mat-khau");
  await page.click("main button.primary");
  told.push(await page.textContent("[role=alert]"));
  assert.equal(await page.inputValue("[name=tai-khoan]"), name);
  assert.equal(await page.inputValue("[name=mat-khau]"), "");
}
assert.equal(told[0], told[1]);

// The rules are taken on once, and nothing else is open before.
await page.fill("[name=tai-khoan]", address);
await page.fill("[name=mat-khau]", args[1]);
await page.click("main button.primary");
assert.equal(new URL(page.url()).pathname, "/doi-mat-khau");
await page.goto(`${base}/thu`);
assert.equal(new URL(page.url()).pathname, "/doi-mat-khau");
await page.check("[name=nhan-trach-nhiem]");
await page.click("main button.primary");
assert.match(page.url(), /\/thu\/\d+\/\d+$/);

// A cookie that no script reads, for this site alone.
const [cookie] = (await page.context().cookies()).filter((one) => one.name.endsWith("congvu"));
assert.ok(cookie.httpOnly && cookie.sameSite === "Lax");

// A second browser is seen, and ended from the first.
const second = await open("phone");
await signIn(second, address, args[1]);
assert.match(second.url(), /\/thu\/\d+\/\d+$/);
await page.goto(`${base}/tai-khoan`);
const others = page.locator(".acts-list > li", { hasNot: page.locator(".tag") });
assert.equal(await others.count(), 1);
await others.locator("button").click();
await second.reload();
assert.equal(new URL(second.url()).pathname, "/dang-nhap");

// A form that another site sends is nothing.
const stolen = await page.request.post(`${base}/dang-xuat`, { headers: { origin: "https://ke-xau.example" }, form: { csrf: "x" } });
assert.equal(stolen.status(), 403);
const unsigned = await page.request.post(`${base}/dang-xuat`, { form: { csrf: "x" } });
assert.equal(unsigned.status(), 403);

// Out: the page that was open shows nothing more.
await page.goto(`${base}/thu`);
const inbox = page.url();
await page.click(".who summary");
await page.click('form[action="/dang-xuat"] button');
assert.equal(new URL(page.url()).pathname, "/dang-nhap");
await page.goto(inbox);
assert.equal(new URL(page.url()).pathname, "/dang-nhap");
await done();
