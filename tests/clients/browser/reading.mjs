// What the page tells of a message: its files and what they really are, where it came from, on paper.
import { writeFileSync } from "node:fs";
import { accessible, args, assert, done, open, picture, signIn } from "./lib.mjs";

const [address, zip] = args;
for (const size of ["wide", "phone"]) {
  const page = await open(size);
  await signIn(page, address);
  await page.click(".row > a");
  await page.waitForSelector(".attach");
  const message = page.url();
  await accessible(page);
  await page.locator(".files").scrollIntoViewIfNeeded();
  await picture(page, `files-${size}`);

  // It names one of ours, came from outside, and what the other server wrote proves nothing.
  assert.match(await page.textContent('.banner[data-kind="bad"]'), /đến từ một máy chủ bên ngoài/);

  // A program that calls itself a PDF.
  const bad = page.locator('.attach:has-text("ke-khai.pdf")');
  assert.equal(await bad.getAttribute("data-scan"), "bad");
  assert.match(await bad.locator(".scan").textContent(), /Tên ghi là PDF, thật ra là chương trình DOS/);
  assert.equal(await bad.locator("text=Xem").count(), 0);
  const get = (href) => page.request.get(new URL(href, message).href);
  const refused = await get((await bad.locator("a.name").getAttribute("href")).replace("/tep/", "/xem/"));
  assert.match(await refused.text(), /nguy hiểm nên không hiển thị/);

  // Each kind in its own way; Escape goes back to the message.
  const look = async (name) => {
    await page.click(`.attach:has-text("${name}") >> text=Xem`);
    await page.waitForSelector("main.viewing");
    // Into a frame without scripts nothing can look.
    if (name !== "trang.html") {
      await accessible(page);
    }
  };
  const back = async () => {
    await page.keyboard.press("Escape");
    await page.waitForSelector(".attach");
    assert.equal(page.url(), message);
  };
  await look("Báo cáo.txt");
  assert.equal((await page.textContent("pre.shown")).trim(), "một");
  await back();
  await look("so-lieu.csv");
  assert.deepEqual(await page.locator("td").allTextContents(), ["xa", "so", "Tan; Thinh", "5"]);
  await picture(page, `table-${size}`);
  await back();
  await look("anh.png");
  assert.equal(await page.locator(".shown img").evaluate((img) => img.naturalWidth), 40);
  await picture(page, `image-${size}`);
  await back();
  await look("gia.png");
  assert.match(await page.textContent("main"), /không phải loại mà tên nó ghi/);
  await back();
  await look("trang.html");
  const frame = page.frames().find((one) => one !== page.mainFrame());
  assert.equal(await frame.locator("p").textContent(), "Trang");
  assert.equal(await frame.locator("script").count(), 0);
  await back();
  await look("quyet-dinh.pdf");
  const pdf = await page.locator("a.primary").getAttribute("href");
  const given = await get(pdf);
  assert.equal(given.headers()["content-type"], "application/pdf");
  assert.match(given.headers()["content-disposition"], /^inline/);
  assert.match(given.headers()["content-security-policy"], /default-src 'none'/);
  assert.equal(given.headers()["x-content-type-options"], "nosniff");
  await back();
  await look("thu cu.eml");
  assert.match(await page.textContent("article"), /Bên trong đây/);
  await picture(page, `nested-${size}`);
  await page.click('.attach:has-text("ghi-chu.txt") >> text=Xem');
  assert.equal((await page.textContent("pre.shown")).trim(), "ghi chú");
  await page.goto(message);

  // The way it came.
  await page.click("text=Đường đi của thư");
  await page.waitForSelector("table.grid");
  await accessible(page);
  await picture(page, `way-${size}`);
  const rows = await page.locator("tbody tr").allTextContents();
  assert.equal(rows.length, 2, rows.join("\n"));
  assert.ok(rows[0].includes("198.51.100.7") && rows[0].includes("mail.ngoai.example"), rows[0]);
  assert.ok(!rows[0].includes("của hệ thống") && rows[1].includes("của hệ thống"), rows.join("\n"));
  assert.match(await page.textContent("main"), /Máy chủ khác ghi/);
  await page.keyboard.press("Escape");
  await page.waitForSelector(".attach");

  // On paper.
  const printed = await open(size);
  await signIn(printed, address);
  // The page lets no script in, axe as little as others: it looks at the page without its policy.
  await printed.route("**/in", async (route) => {
    const response = await route.fetch();
    const { "content-security-policy": policy, ...headers } = response.headers();
    assert.match(policy, /sandbox/);
    await route.fulfill({ response, headers });
  });
  await printed.goto(`${message}/in`);
  await accessible(printed);
  await picture(printed, `print-${size}`);
  const paper = await printed.textContent("main");
  for (const words of ["Ho so kem theo", "Xem các tệp kèm.", "Báo cáo.txt", "ke-khai.pdf"]) {
    assert.ok(paper.includes(words), words);
  }
  await printed.emulateMedia({ media: "print" });
  assert.equal(await printed.locator(".way").isVisible(), false);

  if (size === "wide") {
    const all = await get(await page.locator('a[href$="tep.zip"]').getAttribute("href"));
    assert.equal(all.headers()["content-type"], "application/zip");
    writeFileSync(zip, await all.body());
  }
}

// Without script it is all there.
const plain = await open("wide", { javaScriptEnabled: false });
await signIn(plain, address);
await plain.click(".row > a");
await plain.click('.attach:has-text("so-lieu.csv") >> text=Xem');
assert.equal(await plain.locator("td").count(), 4);
await plain.click("text=Về thư");
assert.equal(await plain.locator(".attach").count(), 9);

await done();
