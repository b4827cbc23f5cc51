package io.github.wxtoken.examples;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.remote.RemoteWebDriver;
import org.openqa.selenium.support.ui.FluentWait;

/** A user of the {@link Site} before a real browser. */
final class User implements AutoCloseable {
  /** A Chinese name, since an answer in the wrong encoding spoils it. */
  static final String NICKNAME = "张三丰";

  private static final By CONSENT = By.cssSelector("button[value=consent]");
  private static final By DENY = By.cssSelector("button[value=deny]");
  private static final By SIGN_IN_AGAIN = By.cssSelector("a[href='/login']");

  private final ChromeDriverService driver;
  private final RemoteWebDriver browser;
  private final String site;

  /**
   * @param profile an empty folder
   * @param wechat where the user is {@link #NICKNAME} already, if the browser accepts cookies
   */
  User(Chromium chromium, Path profile, boolean cookies, String site, URI wechat)
      throws IOException {
    this.site = site;
    driver = chromium.startDriver(profile.resolve("chromedriver.log"));
    // A ChromeDriver would look for drivers to download.
    browser = new RemoteWebDriver(driver.getUrl(), chromium.options(profile, cookies), false);
    browser.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(60));
    if (cookies) {
      browser.get(wechat + "/simulator");
      String name = URLEncoder.encode(NICKNAME, StandardCharsets.UTF_8);
      browser.manage().addCookie(new Cookie("simulator_user", name));
    }
  }

  /** Opens a page of the site, or an address of any site. */
  void open(String address) {
    browser.get(address.startsWith("/") ? site + address : address);
  }

  void consent() {
    leaveBy(CONSENT);
  }

  void deny() {
    leaveBy(DENY);
  }

  void signInAgain() {
    leaveBy(SIGN_IN_AGAIN);
  }

  void back() {
    browser.navigate().back();
  }

  void reload() {
    browser.navigate().refresh();
  }

  /** Returns once the new page is there. */
  private void leaveBy(By button) {
    String before = browser.getCurrentUrl();
    browser.findElement(button).click();
    new FluentWait<>(browser)
        .withTimeout(Duration.ofSeconds(60))
        .until(now -> !before.equals(now.getCurrentUrl()));
  }

  /** Returns the handle of the tab that is in front. */
  String tab() {
    return browser.getWindowHandle();
  }

  void openTab(String path) {
    browser.switchTo().newWindow(WindowType.TAB);
    open(path);
  }

  void switchTo(String tab) {
    browser.switchTo().window(tab);
  }

  /** As WeChat's own browser does now and then; the page in front stays. */
  void loseCookiesOfTheSite() {
    String tab = tab();
    openTab("/nothing-here");
    browser.manage().deleteAllCookies();
    browser.close();
    switchTo(tab);
  }

  /** Returns where the user's path ended. */
  End end() {
    String page = browser.findElement(By.tagName("main")).getText();
    if (page.startsWith(NICKNAME + "\nYou are signed in.")) {
      return End.SIGNED_IN;
    }
    boolean offers = !browser.findElements(SIGN_IN_AGAIN).isEmpty();
    return offers && page.startsWith("No") ? End.MAY_START_AGAIN : End.STUCK;
  }

  /** The end of a path. */
  enum End {
    SIGNED_IN("signed in"),
    MAY_START_AGAIN("a page that offers to sign in again"),
    STUCK("stuck");

    private final String text;

    End(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  @Override
  public void close() {
    browser.quit();
    driver.stop();
  }
}
