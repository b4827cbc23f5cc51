package io.github.wxtoken.examples.boot;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.remote.RemoteWebDriver;

/**
 * The Chromium of this machine and its driver. Nothing is downloaded.
 *
 * @param browser the program {@code chromium}
 * @param driver the program {@code chromedriver}
 */
record Chromium(Path browser, Path driver) implements Browser {

  /** Empty where the machine lacks one of the two. */
  static Optional<Chromium> find() {
    return inPath("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            browser ->
                inPath("chromedriver", "chromium.chromedriver")
                    .map(driver -> new Chromium(browser, driver)));
  }

  private static Optional<Path> inPath(String... names) {
    String path = String.valueOf(System.getenv("PATH"));
    return Stream.of(names)
        .flatMap(
            name ->
                Stream.of(path.split(File.pathSeparator, -1)).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public String version() {
    try {
      Process process =
          new ProcessBuilder(browser.toString(), "--version")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return line.replaceAll("(?s)^(\\D*[0-9.]+).*", "$1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String origin() {
    return browser.toString();
  }

  @Override
  public boolean runsScripts() {
    return true;
  }

  @Override
  public WebDriver start(Path profile, boolean cookies) throws IOException {
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driver.toFile())
            .usingAnyFreePort()
            .withLogFile(profile.resolve("chromedriver.log").toFile())
            .build();
    service.start();
    // A ChromeDriver would look for drivers to download.
    return new RemoteWebDriver(service.getUrl(), options(profile, cookies), false) {
      @Override
      public void quit() {
        super.quit();
        service.stop();
      }
    };
  }

  private ChromeOptions options(Path profile, boolean cookies) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // with it, the browser does not run as root
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--no-proxy-server",
        "--lang=zh-CN",
        "--window-size=480,720",
        // No other name resolves, so that nothing leaves the machine.
        "--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--user-data-dir=" + profile);
    if (!cookies) {
      options.setExperimentalOption(
          "prefs", Map.of("profile.default_content_setting_values.cookies", 2));
    }
    return options;
  }
}
