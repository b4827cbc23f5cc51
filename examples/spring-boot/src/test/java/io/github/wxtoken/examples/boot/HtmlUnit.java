package io.github.wxtoken.examples.boot;

import java.nio.file.Path;
import org.htmlunit.BrowserVersion;
import org.htmlunit.Version;
import org.htmlunit.WebClient;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.htmlunit.HtmlUnitDriver;

/**
 * A browser in Java, for machines without Chromium. It has forms, links, cookies, tabs and a
 * history, and a JavaScript that is too old for the page of the operators.
 */
record HtmlUnit() implements Browser {
  private static final BrowserVersion CHINESE =
      new BrowserVersion.BrowserVersionBuilder(BrowserVersion.CHROME)
          .setAcceptLanguageHeader("zh-CN,zh")
          .setBrowserLanguage("zh-CN")
          .build();

  @Override
  public WebDriver start(Path profile, boolean cookies) {
    return new HtmlUnitDriver(CHINESE, true) {
      @Override
      protected WebClient modifyWebClient(WebClient client) {
        client.getCookieManager().setCookiesEnabled(cookies);
        client.getOptions().setThrowExceptionOnScriptError(false);
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        client.getOptions().setCssEnabled(false);
        return client;
      }
    };
  }

  @Override
  public String version() {
    return Version.getProductName() + " " + Version.getProductVersion();
  }

  @Override
  public String origin() {
    return "no Chromium here";
  }

  @Override
  public boolean runsScripts() {
    return false;
  }
}
