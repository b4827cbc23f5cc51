package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStoreException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An exception of code that is not ours may quote a secret: as a cause of ours and in our log lines
 * it is a type and a stack.
 */
class ForeignExceptionsTest {
  private final TestCluster cluster = new TestCluster();
  private final LogCapture log = LogCapture.ofEverything();

  @AfterEach
  void close() {
    log.close();
    cluster.close();
  }

  /** With the canary in each place that an exception has for one. */
  private static <T extends Throwable> T spoiled(T thrown) {
    IOException cause = new IOException("CANARY-cause", new Error("CANARY-below"));
    cause.addSuppressed(new SQLException("CANARY-suppressed", new Error("CANARY-beneath")));
    if (thrown.getCause() == null) {
      thrown.initCause(cause);
    }
    thrown.addSuppressed(new IllegalArgumentException("CANARY-beside"));
    return thrown;
  }

  static List<Exception> exceptions() {
    return List.of(
        new IOException("CANARY"),
        new SQLException("CANARY", "28000", 1045),
        new IllegalStateException("CANARY"),
        new IllegalArgumentException("CANARY"),
        new UnsupportedOperationException("CANARY"),
        new Exception("CANARY") {
          @Override
          public String getMessage() {
            return "CANARY";
          }

          @Override
          public String getLocalizedMessage() {
            return "CANARY";
          }
        });
  }

  private void assertNothingShows(Throwable thrown) {
    Canary.assertNotIn(thrown);
    assertThat(log.lines()).noneMatch(line -> line.contains(Canary.TEXT));
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void aHookThatFailsToSaveALoginIsTheCauseByTypeAndStack(Exception thrown) {
    spoiled(thrown);
    WeChatOAuth client =
        cluster.process(
            b ->
                b.hooks(
                    id -> Optional.empty(),
                    (id, token) -> {
                      throw thrown;
                    }));

    Throwable said = catchThrowable(() -> client.getAccessToken(cluster.code("amy")));

    assertThat(said).isInstanceOf(TokenNotSavedException.class);
    assertThat(said).hasStackTraceContaining(thrown.getClass().getName());
    assertThat(said).hasStackTraceContaining("ForeignExceptionsTest.exceptions");
    assertNothingShows(said);
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void aHookThatFailsToSaveARefreshIsLoggedByTypeAndStack(Exception thrown) {
    spoiled(thrown);
    String openid = cluster.openid("amy");
    OAuthToken old = cluster.process().getAccessToken(cluster.code("amy"));
    cluster.expire();
    WeChatOAuth client =
        cluster.process(
            b ->
                b.hooks(
                    id -> Optional.of(old),
                    (id, token) -> {
                      throw thrown;
                    }));

    assertThat(client.getValidToken(openid)).isNotEqualTo(old);

    assertThat(log.lines()).anyMatch(line -> line.contains(thrown.getClass().getName()));
    assertThat(log.lines()).noneMatch(line -> line.contains(Canary.TEXT));
  }

  /** It is the application's own, and may be what it handles. */
  @Test
  void whatTheReadingHookThrowsUncheckedGoesToTheCallerAsItIs() {
    IllegalStateException thrown = spoiled(new IllegalStateException("CANARY"));
    WeChatOAuth client = cluster.process(b -> b.hooks(id -> fail(thrown), (id, token) -> {}));

    assertThatThrownBy(() -> client.getValidToken(cluster.openid("amy"))).isSameAs(thrown);
    assertThat(log.lines()).noneMatch(line -> line.contains(Canary.TEXT));
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void whatTheReadingHookThrowsIsTheCauseByTypeAndStack(Exception thrown) {
    spoiled(thrown);
    WeChatOAuth client =
        cluster.process(
            b ->
                b.hooks(
                    id -> {
                      throw thrown;
                    },
                    (id, token) -> {}));

    Throwable login = catchThrowable(() -> client.getAccessToken(cluster.code("amy")));
    assertThat(login).isInstanceOf(TokenNotSavedException.class);
    assertNothingShows(login);
    if (!(thrown instanceof RuntimeException) || thrown instanceof IllegalArgumentException) {
      Throwable read = catchThrowable(() -> client.getValidToken(cluster.openid("amy")));
      assertThat(read).isInstanceOf(TokenStoreException.class);
      assertNothingShows(read);
    }
  }

  private static Optional<OAuthToken> fail(RuntimeException thrown) {
    throw thrown;
  }

  @Test
  void aStoreOfTheApplicationsThatFailsIsLoggedByTypeAndStack() {
    String openid = cluster.openid("amy");
    WeChatOAuth client = cluster.process();
    client.getAccessToken(cluster.code("amy"));
    cluster.expire();
    cluster.store.beforeReplace =
        () -> {
          throw spoiled(new IllegalStateException("CANARY"));
        };

    client.getValidToken(openid);
    cluster.store.beforeReplace = () -> {};

    assertThat(log.lines()).anyMatch(line -> line.contains("java.lang.IllegalStateException"));
    assertThat(log.lines()).noneMatch(line -> line.contains(Canary.TEXT));
  }

  @Test
  void whatAnHttpClientOfTheApplicationsThrowsIsTheCauseByTypeAndStack() {
    HttpClient broken = new BrokenHttpClient(spoiled(new IllegalStateException("CANARY")));
    WeChatOAuth client = cluster.process(b -> b.httpClient(broken));

    Throwable said = catchThrowable(() -> client.verifyToken("OID", "AT"));

    assertThat(said)
        .isInstanceOf(WeChatTransportException.class)
        .hasStackTraceContaining("java.lang.IllegalStateException");
    assertNothingShows(said);
  }

  @Test
  void whatACryptographyProviderSaysIsNotPassedOn() throws GeneralSecurityException {
    byte[] key = new byte[32];
    AesGcmTokenCipher cipher = AesGcmTokenCipher.builder("k1", key).build();
    Arrays.fill(key, (byte) 1);
    AesGcmTokenCipher other = AesGcmTokenCipher.builder("k1", key).build();
    String encrypted = cipher.encrypt("AT", "place");

    assertThatThrownBy(() -> other.decrypt(encrypted, "place"))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageStartingWith("changed, moved, or encrypted by another key")
        .hasCauseInstanceOf(RedactedException.class);
  }

  @Test
  void ofOursTheMessageStays() {
    TokenStoreException ours = new TokenStoreException("the store is full", null);
    IllegalArgumentException refused = new IllegalArgumentException("openid must not be blank");

    assertThat(RedactedException.unlessOurs(ours)).isSameAs(ours);
    assertThat(RedactedException.unlessOurs(refused)).isSameAs(refused);
    assertThat(RedactedException.unlessOurs(new IOException("CANARY")))
        .hasMessage("java.io.IOException");
  }
}
