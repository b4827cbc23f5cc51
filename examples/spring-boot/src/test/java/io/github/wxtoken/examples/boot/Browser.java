package io.github.wxtoken.examples.boot;

import java.io.IOException;
import java.nio.file.Path;
import org.openqa.selenium.WebDriver;

/** A browser that tests can start. */
interface Browser {

  /** Returns Chromium where this machine has it, and HtmlUnit elsewhere. */
  static Browser ofThisMachine() {
    return Boolean.getBoolean("test.htmlunit")
        ? new HtmlUnit()
        : Chromium.find().<Browser>map(chromium -> chromium).orElseGet(HtmlUnit::new);
  }

  /**
   * Starts it in Chinese and without a window.
   *
   * @param profile an empty folder for it alone
   * @param cookies whether it accepts cookies
   */
  WebDriver start(Path profile, boolean cookies) throws IOException;

  /** Returns its name and version, such as {@code Chromium 140.0.7339.80}. */
  String version();

  /** Returns where it comes from, for the table of what tests ran against. */
  String origin();

  /** Tells whether it runs the scripts of today's pages. */
  boolean runsScripts();
}
