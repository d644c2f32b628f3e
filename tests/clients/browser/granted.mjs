// Another's mailbox that its owner lets one read for a while: in the tree, read-only, with what lets one (BS.III.9).
import { accessible, args, assert, done, open, picture, signIn, SIZES } from "./lib.mjs";

const [reader, owner, subject] = args;
for (const size of Object.keys(SIZES)) {
  const page = await open(size);
  await signIn(page, reader);
  if (size === "phone") {
    await page.click('a[href="#thu-muc"]');
  }
  const trunk = page.locator(".tree > details", { hasText: `${owner} (chỉ đọc)` });
  assert.equal(await trunk.locator("li").count(), 1);
  await accessible(page);
  await trunk.locator("a").first().click();
  assert.match(await page.textContent("[role=note]"), /Chủ hộp thư đồng ý.*Tìm giấy mời.*BS\.III\.9/s);
  await accessible(page);
  await picture(page, `hop-thu-duoc-doc-${size}`);
  await page.locator(".row > a", { hasText: subject }).click();
  assert.match(await page.textContent("article"), /Nội dung giấy mời/);
  assert.equal(await page.locator('[href*="cach=tra-loi"], [value=xoa], [value=luu-tru]').count(), 0);
  await accessible(page);
  await picture(page, `thu-duoc-doc-${size}`);
}
// Its owner finds it as unread as it was.
const own = await open();
await signIn(own, owner);
assert.equal(await own.locator(".row[data-unread]").count(), 1);
await done();
