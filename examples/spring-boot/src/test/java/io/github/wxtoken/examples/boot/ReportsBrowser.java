package io.github.wxtoken.examples.boot;

import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Reports which browser the tests of a class run against. */
final class ReportsBrowser implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Browser browser = Browser.ofThisMachine();
    // In the words of TestServer of faults, whose table shows it.
    context.publishReportEntry(Map.of("ran against", browser.version(), "by", browser.origin()));
  }
}
