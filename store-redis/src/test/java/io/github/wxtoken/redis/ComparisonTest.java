package io.github.wxtoken.redis;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Rewriter;
import io.github.wxtoken.testkit.StatementContract;
import io.github.wxtoken.testkit.StatementMutant;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The contract guards each field of the grant, which this store compares in Java: a mutant takes a
 * field of what is expected from what is stored, so that it is as if it were not compared.
 */
class ComparisonTest extends StatementContract<ComparisonTest.Comparison> {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final Rewriter<Comparison> COMPARISONS = new Rewriter<>();

  ComparisonTest() {
    super(OtherComparison.class, COMPARISONS);
  }

  /** The two tokens that the store compares. */
  record Comparison(OAuthToken stored, OAuthToken expected) {}

  @Override
  protected List<StatementMutant<Comparison>> mutants() {
    return List.of(
        mutant(
            "replace does not compare access_token",
            (expected, stored) -> expected.accessToken(stored.accessToken()),
            "Replace.anotherAccessTokenIsAnotherGrant"),
        mutant(
            "replace does not compare refresh_token",
            (expected, stored) -> expected.refreshToken(stored.refreshToken()),
            "Replace.anotherRefreshTokenIsAnotherGrant"),
        mutant(
            "replace does not compare session_key",
            (expected, stored) -> expected.sessionKey(stored.sessionKey()),
            "Replace.anotherSessionKeyIsAnotherGrant"),
        mutant(
            "replace does not compare create_at",
            (expected, stored) -> expected.createAt(stored.createAt()),
            "Replace.anotherCreateAtIsAnotherGrant"));
  }

  private static StatementMutant<Comparison> mutant(
      String name,
      BiFunction<OAuthToken.Builder, OAuthToken, OAuthToken.Builder> ignore,
      String rejectedBy) {
    return StatementMutant.of(
        name,
        comparison ->
            new Comparison(
                comparison.stored(),
                ignore.apply(comparison.expected().toBuilder(), comparison.stored()).build()),
        rejectedBy);
  }

  static class OtherComparison extends RedisContract {
    OtherComparison() {
      super(SERVER);
    }

    @Override
    protected TokenStore open() {
      TokenStore store = super.open();
      return (TokenStore)
          Proxy.newProxyInstance(
              TokenStore.class.getClassLoader(),
              new Class<?>[] {TokenStore.class},
              (self, method, arguments) -> {
                if (method.getName().equals("replaceToken")) {
                  arguments[1] = expected(store, (OAuthToken) arguments[1]);
                }
                try {
                  return method.invoke(store, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private static OAuthToken expected(TokenStore store, OAuthToken expected) {
      Optional<OAuthToken> stored = store.getToken(expected.openid());
      return stored
          .map(token -> COMPARISONS.apply(new Comparison(token, expected)).expected())
          .orElse(expected);
    }
  }
}
