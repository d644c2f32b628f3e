// Finding: the box by its key, operators, nothing found, what makes no sense, fields, searches that are kept; wide and on a phone.
import { accessible, args, assert, base, done, open, picture, signIn, SIZES } from "./lib.mjs";

const [address] = args;
for (const size of Object.keys(SIZES)) {
  const page = await open(size);
  const subjects = () => page.locator(".row .subj").allTextContents();
  const search = async (text) => {
    await page.fill("#q", text);
    await Promise.all([page.waitForNavigation(), page.press("#q", "Enter")]);
    assert.match(page.url(), /\/tim\?/);
  };
  await signIn(page, address);
  // Keys are heard once the script runs.
  await page.waitForLoadState();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.keyboard.type("hop dong");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  // The newest first, over folders, with and without marks.
  assert.deepEqual(await subjects(), ["Hợp đồng mới", "Gửi hợp đồng", "Hợp đồng số 1"]);
  assert.deepEqual(await page.locator(".row .tag").allTextContents(), ["Kế hoạch", "Đã gửi", "Hộp thư đến"]);
  assert.equal(await page.inputValue("#q"), "hop dong");
  await accessible(page);
  await picture(page, `tim-${size}`);

  // A message opens, and the way back leads to what was found.
  const found = page.url();
  await page.click(".row >> text=Hợp đồng số 1");
  assert.match(await page.textContent("article h1"), /Hợp đồng số 1/);
  await accessible(page);
  await page.goBack();
  assert.deepEqual((await subjects()).length, 3);
  await page.click(".row >> text=Gửi hợp đồng");
  await page.click(size === "wide" ? ".way-back a" : '.acts [data-key="u"]');
  assert.equal(page.url(), found);

  await search("từ:so-y-te có:tệp");
  assert.deepEqual(await subjects(), ["Số liệu"]);
  await search("họp -từ:syt trong:đếnđây");
  assert.match(await page.textContent("[role=alert]"), /Không có thư mục “đếnđây”/);
  await accessible(page);

  // Nothing found: what to try, by a link.
  await search("số liệu từ:skhcn");
  assert.match(await page.textContent(".empty"), /Không thấy thư nào có “số liệu từ:skhcn”/);
  await accessible(page);
  await picture(page, `tim-khong-thay-${size}`);
  await page.click(".ways >> text=Bỏ từ:skhcn");
  assert.deepEqual(await subjects(), ["Số liệu"]);

  // Kept, found again in the tree, kept no more.
  await page.click("details.keep summary");
  await page.fill("#ten", "Số liệu của các sở");
  await page.click("details.keep button");
  assert.match(await page.textContent("[role=status]:has-text('Đã lưu')"), /Đã lưu/);
  await page.goto(`${base}/thu`);
  if (size === "phone") {
    await page.click('a[href="#thu-muc"]');
  }
  await page.click(".tree >> text=Số liệu của các sở");
  assert.deepEqual(await subjects(), ["Số liệu"]);
  await accessible(page);
  await page.click("form.keep button");
  assert.equal(await page.locator(".tree >> text=Số liệu của các sở").count(), 0);

  // The same by fields.
  await page.goto(`${base}/tim/theo-muc`);
  await accessible(page);
  await picture(page, `tim-theo-muc-${size}`);
  await page.fill("#chu", "hợp đồng");
  await page.fill("#khong", "mới");
  await page.selectOption("#o", { label: "Hộp thư đến" });
  await page.click("main button.primary");
  assert.deepEqual(await subjects(), ["Hợp đồng số 1"]);
  assert.equal(await page.inputValue("#q"), "hợp đồng -mới");
}

// Without script the box is a form like any other.
const plain = await open("wide", { javaScriptEnabled: false });
await signIn(plain, address);
await plain.fill("#q", "hop dong");
await Promise.all([plain.waitForNavigation(), plain.press("#q", "Enter")]);
assert.equal(await plain.locator(".row").count(), 3);
await done();
