package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** URLs that lead nowhere, and options that are none. */
class UrlTest {
  private static final String NOWHERE = "mongodb://user:CANARY@127.0.0.1:1/x?";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mongodb://user:CANARY@127.0.0.1:x1/x",
        "mongodb://user:CANARY:CANARY@127.0.0.1/x",
        "mongodb://user:CANARY%zz@127.0.0.1/x",
        "mongodb://user:CANARY@127.0.0.1/x?readPreference=CANARY",
        "mongodb://user:CANARY@/x",
        "mongodb://",
        "mongodb+srv://user:CANARY@a.b:1/x",
        "mongodb+srv://user:CANARY@one,two/x"
      })
  void aUrlThatIsNoneIsRefusedAndNotShown(String bad) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(bad));

    assertThat(thrown)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mongodb://[USER:PASSWORD@]HOST[:PORT]/DATABASE");
    FaultsTest.assertNoCanary(thrown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        NOWHERE + "minPoolSize=200",
        NOWHERE + "maxPoolSize=5&minPoolSize=10",
        NOWHERE + "maxLifeTimeMS=-1",
        NOWHERE + "maxConnecting=0",
        "mongodb://%2Ftmp:%2FCANARY.sock/x"
      })
  void hostsAndOptionsThatTheDriverRefusesAreRefusedAndNotShown(String url) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(url));

    assertThat(thrown)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url has hosts")
        .hasNoCause();
    FaultsTest.assertNoCanary(thrown);
  }

  @Test
  void aUrlNamesADatabase() {
    assertThatThrownBy(() -> TokenStores.open("mongodb://127.0.0.1:1/?directConnection=true"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("url must name a database: mongodb://HOST/DATABASE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wxtoken.timeout=499",
        "wxtoken.timeout=60001",
        "wxtoken.poolSize=0",
        "wxtoken.createSchema=maybe",
        "wxtoken.collection=a-b",
        "wxtoken.leaseCollection=",
        "wxtoken.table=tokens"
      })
  void anOptionOutOfRangeOrUnknownIsRefusedBeforeAnyIo(String option) {
    assertThatThrownBy(() -> TokenStores.open(NOWHERE + option))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {NOWHERE, "mongodb://user:CANARY@nosuch.invalid/x?tls=true&"})
  void aServerThatIsNotThereIsAnExceptionWithinTheTimeout(String url) {
    long start = System.nanoTime();
    Throwable thrown = catchThrowable(() -> TokenStores.open(url + "wxtoken.timeout=1000"));

    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("cannot open the store: cannot connect to MongoDB at ");
    FaultsTest.assertNoCanary(thrown);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void aServerThatNeverAnswersIsAnExceptionWithinTheTimeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      String url = "mongodb://user:CANARY@127.0.0.1:" + silent.getLocalPort() + "/x?";
      long start = System.nanoTime();

      Throwable thrown = catchThrowable(() -> TokenStores.open(url + "wxtoken.timeout=1000"));

      assertThat(thrown).isInstanceOf(TokenStoreException.class);
      FaultsTest.assertNoCanary(thrown);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  @SuppressWarnings("NullAway") // null is what the case is about
  void noDatabaseIsRefused() {
    assertThatThrownBy(() -> MongoTokenStore.builder(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("database must not be null");
  }
}
