package io.github.wxtoken.examples.boot;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.support.ui.FluentWait;

/** A user of the {@link Site} before a browser. */
final class User implements AutoCloseable {
  private static final By AGREE = By.id("agree");
  private static final By CONSENT = By.cssSelector("button[value=consent]");
  private static final By DENY = By.cssSelector("button[value=deny]");
  private static final By SIGN_IN = By.cssSelector("main a[href^='/login/wechat']");
  private static final By SIGN_OUT = By.id("sign-out");
  private static final By NICKNAME = By.id("nickname");

  private final WebDriver browser;
  private final String site;
  private final URI weChat;
  private String name = "";

  /**
   * Starts a browser.
   *
   * @param profile an empty folder
   */
  User(Browser program, Path profile, boolean cookies, String site, URI weChat) throws IOException {
    this.site = site;
    this.weChat = weChat;
    browser = program.start(profile, cookies);
    browser.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(60));
  }

  /** From now on another person has the browser, whom WeChat knows already. */
  void become(String person) {
    name = person;
    closeOtherTabs();
    browser.get(site + "/assets/icon.svg");
    browser.manage().deleteAllCookies();
    browser.get(weChat + "/connect/oauth2/authorize"); // HtmlUnit sets cookies on HTML alone
    browser.manage().deleteAllCookies();
    String value = URLEncoder.encode(person, StandardCharsets.UTF_8);
    browser.manage().addCookie(new Cookie("simulator_user", value));
  }

  private void closeOtherTabs() {
    String kept = tab();
    for (String other : browser.getWindowHandles()) {
      if (!other.equals(kept)) {
        switchTo(other);
        browser.close();
      }
    }
    switchTo(kept);
  }

  /** Opens a page of the site, or an address of any site. */
  void open(String address) {
    browser.get(address.startsWith("/") ? site + address : address);
  }

  /** Follows the page that asks to go to WeChat for the profile. */
  void agree() {
    leaveBy(AGREE);
  }

  void consent() {
    leaveBy(CONSENT);
  }

  void deny() {
    leaveBy(DENY);
  }

  void signIn() {
    leaveBy(SIGN_IN);
  }

  void signOut() {
    leaveBy(SIGN_OUT);
  }

  void back() {
    browser.navigate().back();
  }

  void reload() {
    browser.navigate().refresh();
  }

  private FluentWait<WebDriver> patiently() {
    return new FluentWait<>(browser)
        .withTimeout(Duration.ofSeconds(60))
        .pollingEvery(Duration.ofMillis(50));
  }

  /** Returns once the new page is there. */
  private void leaveBy(By button) {
    String before = browser.getCurrentUrl();
    browser.findElement(button).click();
    patiently().until(now -> !Objects.equals(before, now.getCurrentUrl()));
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
    if (!browser.findElements(SIGN_OUT).isEmpty() && text(NICKNAME).equals(name)) {
      return End.SIGNED_IN;
    }
    return browser.findElements(SIGN_IN).isEmpty() ? End.STUCK : End.MAY_SIGN_IN;
  }

  private String text(By element) {
    return browser.findElement(element).getText();
  }

  void press(String button) {
    browser.findElement(By.cssSelector(button)).click();
  }

  /** Waits until the element's text is like this. */
  void awaitText(String element, String pattern) {
    patiently()
        .ignoring(WebDriverException.class)
        .until(now -> now.findElement(By.cssSelector(element)).getText().matches(pattern));
  }

  /** Returns what a script of the page finds. */
  String evaluate(String script) {
    return String.valueOf(((JavascriptExecutor) browser).executeScript(script));
  }

  /** The end of a path. */
  enum End {
    SIGNED_IN("signed in"),
    MAY_SIGN_IN("a page that offers to sign in"),
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
  }
}
