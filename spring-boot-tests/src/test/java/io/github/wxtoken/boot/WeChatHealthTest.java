package io.github.wxtoken.boot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.WeChatOAuthListener;
import io.github.wxtoken.WeChatOAuthListener.Endpoint;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The part of an application's health that is about wxtoken. */
class WeChatHealthTest {
  private final WeChatAnswers answers = new WeChatAnswers();

  private WeChatHealth.Report check(TokenStore store) {
    return new WeChatHealth(store, answers).check();
  }

  /** A store in memory, one of whose methods does this. */
  private static TokenStore storeWhose(String method, Supplier<Object> result) {
    MemoryTokenStore store = new MemoryTokenStore();
    return (TokenStore)
        Proxy.newProxyInstance(
            TokenStore.class.getClassLoader(),
            new Class<?>[] {TokenStore.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                return result.get();
              }
              try {
                return called.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }

  private static TokenStore storeThatFails(String method, RuntimeException failure) {
    return storeWhose(
        method,
        () -> {
          throw failure;
        });
  }

  @Test
  void aStoreThatAnswersAndLeasesIsUp() {
    WeChatHealth.Report report = check(new MemoryTokenStore());

    assertThat(report.up()).isTrue();
    assertThat(report.details()).containsEntry("leases", "available").containsKey("store");
  }

  @Test
  void aCheckLeavesNoLeaseBehind() {
    WeChatHealth health = new WeChatHealth(new MemoryTokenStore(), answers);

    assertThat(health.check()).isEqualTo(health.check());
  }

  @Test
  void aStoreThatDoesNotAnswerIsDown() {
    WeChatHealth.Report report =
        check(storeThatFails("ping", new TokenStoreException("cannot connect to db:3306", null)));

    assertThat(report.up()).isFalse();
    assertThat(report.details())
        .containsEntry("error", "cannot connect to db:3306")
        .doesNotContainKey("leases");
  }

  @Test
  void aStoreThatCannotLeaseIsDown() {
    WeChatHealth.Report report =
        check(storeThatFails("tryLease", new LeaseUnavailableException("no right", null)));

    assertThat(report.up()).isFalse();
    assertThat(report.details())
        .containsEntry("leases", "unavailable")
        .containsEntry("error", "no right");
  }

  @Test
  void aStoreThatGrantsEveryLeaseIsDown() {
    Lease unchecked =
        new Lease() {
          @Override
          public Duration remaining() {
            return Duration.ofSeconds(5);
          }

          @Override
          public boolean isExclusive() {
            return false;
          }

          @Override
          public void close() {}
        };

    WeChatHealth.Report report = check(storeWhose("tryLease", () -> Optional.of(unchecked)));

    assertThat(report.up()).isFalse();
    assertThat(report.details()).containsEntry("leases", "unavailable");
  }

  @Test
  void anExceptionOfAnUnknownClassIsNotQuoted() {
    WeChatHealth.Report report =
        check(storeThatFails("ping", new IllegalStateException("CANARY-password")));

    assertThat(report.details()).containsEntry("error", "java.lang.IllegalStateException");
  }

  @Test
  void clockAndLastErrorAreDetailsThatChangeNoStatus() {
    answers.clockCompared("wx1", Duration.ofSeconds(90));
    answers.weChatCalled("wx1", Endpoint.USERINFO, 48001, Duration.ZERO);
    answers.weChatCalled("wx1", Endpoint.USERINFO, 0, Duration.ZERO);

    WeChatHealth.Report report = check(new MemoryTokenStore());

    assertThat(report.up()).isTrue();
    assertThat(report.details()).containsEntry("clockAheadOfWeChat", Duration.ofSeconds(90));
    assertThat(lastError(report))
        .containsEntry("endpoint", "/sns/userinfo")
        .containsEntry("errcode", 48001)
        .containsKey("at");
  }

  @Test
  void noAnswerIsAnErrorToo() {
    answers.weChatCalled("wx1", Endpoint.AUTH, WeChatOAuthListener.NO_ANSWER, Duration.ZERO);

    assertThat(lastError(check(new MemoryTokenStore()))).containsEntry("errcode", "no answer");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> lastError(WeChatHealth.Report report) {
    return (Map<String, Object>) requireNonNull(report.details().get("lastWeChatError"));
  }
}
