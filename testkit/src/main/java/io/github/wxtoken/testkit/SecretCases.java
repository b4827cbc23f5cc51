package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.OAuthToken;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No secret leaves through a message or a {@code toString()}. */
abstract class SecretCases extends Cases {
  private static final OAuthToken SECRET =
      token("oSecret").toBuilder()
          .accessToken("CANARY-access")
          .refreshToken("CANARY-refresh")
          .extraJson("{\"extra\":\"CANARY-extra\"}")
          .build();

  SecretCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void theStoreWhatItReturnsAndItsLeasesShowNoToken() {
    store.saveToken("oSecret", SECRET);

    assertThat(store.toString()).doesNotContain("CANARY");
    assertThat(store.getToken("oSecret").toString()).doesNotContain("CANARY");
    assertThat(store.tryLease("oSecret", Duration.ofHours(1)).toString()).doesNotContain("CANARY");
  }

  @Test
  void aRefusalShowsNoToken() {
    OAuthToken snapshot = SECRET.toBuilder().snapshotUser(true).build();

    assertFailsWithoutSecret(() -> store.saveToken("oOther", SECRET));
    assertFailsWithoutSecret(() -> store.saveTokenIfAbsent("oOther", SECRET));
    assertFailsWithoutSecret(() -> store.replaceToken("oOther", SECRET, SECRET));
    assertFailsWithoutSecret(() -> store.saveToken("oSecret", snapshot));
    assertFailsWithoutSecret(() -> store.saveTokensIfAbsent(List.of(SECRET, SECRET)));
    assertFailsWithoutSecret(() -> store.saveTokensIfAbsent(List.of(snapshot)));
  }

  @Test
  void aBadKeyIsNotShownForItMayBeAToken() {
    assertFailsWithoutSecret(() -> store.getToken("CANARY token"));
    assertFailsWithoutSecret(() -> store.deleteToken("CANARY token"));
  }

  @Test
  void aClosedStoreShowsNoToken() {
    store.close();

    assertFailsWithoutSecret(() -> store.saveToken("oSecret", SECRET));
    assertFailsWithoutSecret(() -> store.saveTokenIfAbsent("oSecret", SECRET));
    assertFailsWithoutSecret(() -> store.saveTokensIfAbsent(List.of(SECRET)));
    assertFailsWithoutSecret(() -> store.replaceToken("oSecret", SECRET, SECRET));
  }

  private static void assertFailsWithoutSecret(Runnable call) {
    Throwable thrown = catchThrowable(call::run);
    assertThat(thrown).isNotNull();
    Secret.assertNotIn(thrown, "CANARY");
  }
}
