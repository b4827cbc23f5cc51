package io.github.wxtoken.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.wxtoken.Canary;
import java.time.Duration;
import java.util.stream.Stream;

/** A store's URL is opened, or refused by an exception that does not show it. */
class UrlsFuzzTest {

  @FuzzTest(maxDuration = "90s")
  void aUrlIsOpenedOrRefusedUnquoted(byte[] input) {
    String url = new String(input, UTF_8);
    try {
      if (url.startsWith("file:")) {
        assertThat(FileTokenStore.Provider.directory(url).toString()).isNotBlank();
      } else {
        TokenStores.open(url).close();
        if (url.startsWith("probe:")) {
          checkWhatTheProviderWasGiven(url);
        }
      }
    } catch (IllegalArgumentException e) {
      // The name of an option is no secret, and is told.
      if (!url.matches("(?s).*[?&]wxtoken\\.[^=&]*CANARY.*")) {
        Canary.assertNotIn(e);
      }
    }
  }

  private static void checkWhatTheProviderWasGiven(String url) {
    String driverUrl = TokenStoresTest.Probe.URL.get();
    int query = driverUrl.indexOf('?');
    assertThat(url).startsWith(query < 0 ? driverUrl : driverUrl.substring(0, query));
    assertThat(Stream.of(driverUrl.substring(query + 1).split("&", -1)).filter(p -> query >= 0))
        .noneMatch(parameter -> parameter.startsWith("wxtoken."));

    StoreOptions options = TokenStoresTest.Probe.OPTIONS.get();
    options.flag("createSchema", false);
    assertThat(options.count("prefix", 1)).isPositive();
    assertThat(options.millis("prefix", Duration.ofMillis(1))).isPositive();
  }
}
