// Filters: refused with the clause, tried on what is there, carried out on what comes.
import { SIZES, accessible, args, assert, base, done, open, picture, signIn, write } from "./lib.mjs";

const [one, two] = args;
const page = await open();
await signIn(page, one);
const inbox = page.url();
await page.click("summary:has-text('Thêm thư mục')");
await page.fill('[name="ten"]', "Giao ban");
await page.click('.new-folder button:has-text("Thêm")');

await page.goto(`${base}/tai-khoan`);
await accessible(page);
await page.click('main a:has-text("Bộ lọc thư")');
assert.match(await page.textContent("main"), /Chưa có bộ lọc nào/);
await accessible(page);
await picture(page, "bo-loc-trong-wide");
await page.click('a:has-text("Thêm bộ lọc")');

// Nothing to look at, then an address that no state body gave: what was typed stays.
await page.fill("#ten", "Họp giao ban");
await page.click('button:has-text("Lưu bộ lọc")');
assert.match(await page.textContent("[role=alert]"), /ít nhất một điều kiện/);
await page.fill("#chu-de", "họp giao");
await page.fill("#chuyen-tiep", "rieng@gmail.com");
await page.click('button:has-text("Lưu bộ lọc")');
assert.match(await page.textContent("[role=alert]"), /QN\.14\.8/);
assert.equal(await page.inputValue("#chu-de"), "họp giao");
await accessible(page);
await page.fill("#chuyen-tiep", "");
await page.fill("#chu-de", "hop giao");
await page.selectOption("#thu-muc", { label: "Giao ban" });
await page.check('[name="sao"]');
await page.click('button:has-text("Lưu và thử")');

// Tried: nothing has changed yet; by choice it is carried out.
assert.equal(await page.locator('[name="u"]').count(), 3);
await accessible(page);
await picture(page, "bo-loc-thu-wide");
await page.click('button:has-text("Áp dụng")');
assert.match(await page.textContent("[role=status]"), /Đã sắp xếp/);
await page.goto(inbox);
assert.equal(await page.locator(".row").count(), 0);

// What comes goes where it says.
const other = await open();
await signIn(other, two);
await other.goto(`${base}/soan?den=${encodeURIComponent(one)}`);
await other.fill("[name=tieu-de]", "Hop giao ban tuan");
await write(other, "x");
await other.click('button[value="gui"]');
assert.match(other.url(), /xong=gui/);
await page.goto(inbox);
assert.equal(await page.locator(".row").count(), 0);
await page.click('.tree a:has-text("Giao ban")');
assert.equal(await page.locator(".row").count(), 4);
assert.equal(await page.locator(".row [data-starred]").count(), 4);

// A second one, another order, off, and away; on a phone too.
await page.goto(`${base}/tai-khoan/bo-loc`);
await page.click('a:has-text("Thêm bộ lọc")');
await page.fill("#ten", "Thư lớn");
await page.fill("#lon-hon", "5");
await page.check('[name="da-doc"]');
await page.click('button:has-text("Lưu bộ lọc")');
const names = () => page.locator(".acts-list b").allTextContents();
assert.deepEqual(await names(), ["Họp giao ban", "Thư lớn"]);
await page.setViewportSize(SIZES.phone);
await accessible(page);
await picture(page, "bo-loc-phone");
await page.click('.acts-list a:has-text("Họp giao ban") >> nth=0');
await accessible(page);
await picture(page, "bo-loc-sua-phone");
await page.setViewportSize(SIZES.wide);
await picture(page, "bo-loc-sua-wide");
await page.goto(`${base}/tai-khoan/bo-loc`);
await page.click('button:has-text("Lên trên")');
assert.deepEqual(await names(), ["Thư lớn", "Họp giao ban"]);
await page.click('button:has-text("Tắt") >> nth=0');
assert.match(await page.locator(".acts-list li").first().textContent(), /đã tắt/);
await picture(page, "bo-loc-wide");
await page.click('button:has-text("Xóa") >> nth=0');
assert.deepEqual(await names(), ["Họp giao ban"]);

// Another's are not there.
const foreign = await other.request.get(page.url().split("?")[0], { maxRedirects: 0 });
assert.equal(foreign.status(), 404);
await done();
