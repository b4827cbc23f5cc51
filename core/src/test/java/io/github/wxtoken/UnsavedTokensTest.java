package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens that the store did not take, until it does. */
class UnsavedTokensTest {
  private final EventLog events = new EventLog();
  private final StoreDouble store = new StoreDouble(new MemoryTokenStore());
  private final TokenSaver saver = new TokenSaver();
  private final UnsavedTokens unsaved = new UnsavedTokens(store, new Events("wx1", events), saver);

  @AfterEach
  void close() {
    saver.close();
  }

  private static RuntimeException away() {
    return new TokenStoreException("the store is away", null);
  }

  private static OAuthToken token(String openid, long createAt) {
    return OAuthToken.builder()
        .openid(openid)
        .accessToken("AT-" + openid)
        .refreshToken("RT-" + openid)
        .expiresIn(7200)
        .createAt(createAt)
        .build();
  }

  private static GrantKey grant(String openid, long createAt) {
    return new GrantKey(token(openid, createAt));
  }

  @Test
  void oneThatCannotBeSavedDoesNotHoldUpTheOthers() throws Exception {
    store.saveToken("amy", token("amy", 1));
    store.saveToken("bob", token("bob", 1));
    AtomicInteger tries = new AtomicInteger();
    CountDownLatch saved = new CountDownLatch(1);
    // Every second save fails. If amy's token stayed first, it would never be saved.
    CountDownLatch bothWait = new CountDownLatch(1);
    store.beforeReplace =
        () -> {
          await(bothWait);
          if (tries.getAndIncrement() == 0) {
            throw away();
          }
        };
    store.afterReplace =
        () -> {
          if (store.getToken("bob").orElseThrow().createAt() == 2) {
            saved.countDown();
            store.beforeReplace =
                () -> {
                  throw away();
                };
          }
        };

    unsaved.add(grant("amy", 1), token("amy", 2), away());
    unsaved.add(grant("bob", 1), token("bob", 2), away());
    bothWait.countDown();

    assertThat(saved.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(store.getToken("amy"))
        .as("bob came first after amy failed")
        .contains(token("amy", 1));
  }

  @Test
  void oneThatTheStoreRefusesForGoodIsNotTriedAgain() throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    store.beforeReplace =
        () -> {
          refused.countDown();
          throw new IllegalArgumentException("access_token is longer than its column");
        };
    unsaved.add(grant("amy", 1), token("amy", 2), away());
    assertThat(refused.await(60, TimeUnit.SECONDS)).isTrue();

    // Closing tries what is left, and joins nothing: the queue must be empty by itself.
    while (unsaved.replacementOf(grant("amy", 1)).isPresent()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theQueueIsBounded() {
    store.goAway();
    for (int i = 0; i <= 10_000; i++) {
      unsaved.add(grant("user" + i, 1), token("user" + i, 2), away());
    }

    assertThat(unsaved.replacementOf(grant("user9999", 1))).isPresent();
    assertThat(unsaved.replacementOf(grant("user10000", 1))).isEmpty();
    assertThat(events.all())
        .contains("unsaved user9999 QUEUED", "unsaved user10000 DROPPED")
        .doesNotContain("unsaved user10000 QUEUED");

    unsaved.add(grant("user0", 1), token("user0", 3), away());
    assertThat(unsaved.replacementOf(grant("user0", 1)))
        .as("what waits already may be replaced")
        .contains(token("user0", 3));
  }

  @Test
  void oneThatTheStoreTakesOrHasNoUseForWaitsNoLonger() {
    store.saveToken("amy", token("amy", 1));
    store.saveToken("bob", token("bob", 9));

    unsaved.add(grant("amy", 1), token("amy", 2), away());
    unsaved.add(grant("bob", 1), token("bob", 2), away());
    events.await("unsaved amy SAVED", 1);
    events.await("unsaved bob SUPERSEDED", 1);
    while (unsaved.replacementOf(grant("bob", 1)).isPresent()) {
      Thread.onSpinWait();
    }

    assertThat(store.getToken("amy")).contains(token("amy", 2));
    assertThat(store.getToken("bob")).contains(token("bob", 9));
    assertThat(unsaved.replacementOf(grant("amy", 1))).isEmpty();
  }

  @Test
  void oneThatFailsAgainIsTriedAgain() {
    store.saveToken("amy", token("amy", 1));
    store.goAway();
    unsaved.add(grant("amy", 1), token("amy", 2), away());
    events.await("unsaved amy FAILED_AGAIN", 2);

    store.comeBack();
    events.await("unsaved amy SAVED", 1);

    assertThat(store.getToken("amy")).contains(token("amy", 2));
  }

  @Test
  void whatIsNotSavedWhenTheClientIsClosedIsDropped() {
    store.goAway();
    unsaved.add(grant("amy", 1), token("amy", 2), away());

    saver.close();

    assertThat(events.all()).contains("unsaved amy DROPPED");
  }
}
