// The directory that anybody may read: `node public.mjs DEMO_JSON`.

import { accessible, assert, base, done, open, picture } from "./lib.mjs";

for (const size of ["wide", "phone"]) {
  const page = await open(size);
  await page.goto(`${base}/dang-nhap`);
  await page.click('a[href="/co-quan"]');
  await accessible(page);
  await picture(page, `co-quan-${size}`);
  // Down the tree to an agency, and to somebody in it, typed without marks.
  await page.click("nav.tree a >> nth=0");
  const agency = await page.locator(".letter b").innerText();
  await accessible(page);
  const [name, address] = await page.locator("tbody tr").nth(1).evaluate((row) => [row.querySelector("th").innerText, row.querySelector("a").innerText]);
  const typed = name.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D");
  await page.fill("#q", typed);
  await page.press("#q", "Enter");
  assert.ok((await page.locator("tbody").innerText()).includes(address), `${typed} in ${agency}`);
  await page.fill("#q", "khong ai ten nay");
  await page.press("#q", "Enter");
  assert.match(await page.locator(".empty").innerText(), /Không thấy ai/);
  await accessible(page);
  await page.click("text=English");
  assert.match(await page.locator("h1").innerText(), /Find the address/);
  await page.context().close();
}
// It is read without script as well.
const plain = await open("phone", { javaScriptEnabled: false });
await plain.goto(`${base}/co-quan`);
assert.ok((await plain.locator("tbody tr").count()) > 10);
await done();
