package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.PlainTokenStore.Data;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Stores whose compare-and-set compares the wrong thing, or not at once. */
final class ReplaceMutants {
  static final List<Mutant> ALL =
      List.of(
          compares(
              "does not compare access_token",
              (a, b) -> a.toBuilder().accessToken(b.accessToken()).build().sameGrant(b),
              "Replace.anotherAccessTokenIsAnotherGrant"),
          compares(
              "does not compare refresh_token",
              (a, b) -> a.toBuilder().refreshToken(b.refreshToken()).build().sameGrant(b),
              "Replace.anotherRefreshTokenIsAnotherGrant"),
          compares(
              "does not compare session_key",
              (a, b) -> a.toBuilder().sessionKey(b.sessionKey()).build().sameGrant(b),
              "Replace.anotherSessionKeyIsAnotherGrant"),
          compares(
              "does not compare create_at",
              (a, b) -> a.toBuilder().createAt(b.createAt()).build().sameGrant(b),
              "Replace.anotherCreateAtIsAnotherGrant"),
          compares(
              "compares create_at as floating point",
              (a, b) ->
                  (double) a.createAt() == (double) b.createAt()
                      && a.toBuilder().createAt(b.createAt()).build().sameGrant(b),
              "Replace.createAtIsComparedByEveryDigitAndNotAsAFloatingPointNumber"),
          compares(
              "compares all fields",
              (a, b) -> a.equals(b),
              "Replace.scopeUnionidExpiresInAndUnknownFieldsAreNotCompared"),
          compares("replaces always", (a, b) -> true, "Replace.aTokenIsReplacedOnce"),
          compares(
              "takes null for the empty string",
              (a, b) -> withoutNull(a).sameGrant(withoutNull(b)),
              "Replace.nullIsNotTheEmptyString",
              "Replace.theEmptyStringIsNotNull"),
          compares(
              "compares null as SQL does",
              (a, b) -> a.sameGrant(b) && a.accessToken() != null && a.refreshToken() != null,
              "Replace.nullEqualsNull"),
          texts(
              "compares tokens without case",
              String::equalsIgnoreCase,
              "Replace.tokensAreComparedByCase"),
          texts(
              "compares tokens without their trailing blanks",
              (a, b) -> a.stripTrailing().equals(b.stripTrailing()),
              "Replace.tokensAreComparedWithTheirTrailingBlanks"),
          texts(
              "compares tokens as numbers",
              (a, b) -> number(a) == number(b) && (a.equals(b) || Character.isDigit(a.charAt(0))),
              "Replace.tokensAreComparedAsTextAndNotAsNumbers"),
          texts(
              "compares the begin of long tokens",
              (a, b) -> a.regionMatches(0, b, 0, 255) || a.equals(b),
              "Replace.theEndOfALongTokenCounts"),
          Mutant.of(
              "replaces what is missing",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean replaceToken(
                        String openid, OAuthToken expected, OAuthToken token) {
                      return super.replaceToken(openid, expected, token)
                          || super.saveTokenIfAbsent(openid, token);
                    }
                  },
              "Replace.aMissingTokenIsNotReplacedAndNothingIsInserted",
              "Replace.aDeletedTokenIsNotReplaced"),
          Mutant.of(
              "counts what it changed and not what it found",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean replaceToken(
                        String openid, OAuthToken expected, OAuthToken token) {
                      return super.replaceToken(openid, expected, token) && !token.equals(expected);
                    }
                  },
              "Replace.aTokenIsReplacedByItself"),
          Mutant.of(
              "takes any token for the one that it should have written",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean replaceToken(
                        String openid, OAuthToken expected, OAuthToken token) {
                      return super.replaceToken(openid, expected, token)
                          || (token.sameGrant(expected) && getToken(openid).isPresent());
                    }
                  },
              "Replace.aTokenThatIsNotStoredIsNotReplacedByItself",
              "Replace.aSessionThatIsNotStoredIsNotReplacedByItself"),
          Mutant.of(
              "says that it replaced and did not",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean replaceToken(
                        String openid, OAuthToken expected, OAuthToken token) {
                      return super.replaceToken(openid, expected, expected);
                    }
                  },
              "Replace.theSameGrantIsReplaced"),
          Mutant.of(
              "expects only what it would save",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void checkExpected(String openid, OAuthToken expected) {
                      TokenStores.requireToken(openid, expected);
                    }
                  },
              "Replace.whatIsExpectedIsComparedAndNotSaved"),
          Mutant.of(
              "expects tokens of another openid",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void checkExpected(String openid, OAuthToken expected) {
                      TokenStores.requireToken(expected.openid(), expected);
                    }
                  },
              "Replace.anExpectedTokenOfAnotherOpenidIsRefused"),
          Mutant.of(
              "loses updates",
              LosesUpdates::new,
              "Replace.oneOfThirtyTwoThreadsReplaces",
              "Replace.noIncrementOfACounterIsLost"));

  private ReplaceMutants() {}

  private static Mutant compares(
      String name, BiPredicate<OAuthToken, OAuthToken> matches, String... rejectedBy) {
    return Mutant.of(
        name,
        data ->
            new PlainTokenStore(data) {
              @Override
              boolean matches(OAuthToken stored, OAuthToken expected) {
                return matches.test(stored, expected);
              }
            },
        rejectedBy);
  }

  private static Mutant texts(
      String name, BiPredicate<String, String> equal, String... rejectedBy) {
    return compares(
        name,
        (a, b) ->
            a.createAt() == b.createAt()
                && Objects.equals(a.sessionKey(), b.sessionKey())
                && equal(a.accessToken(), b.accessToken(), equal)
                && equal(a.refreshToken(), b.refreshToken(), equal),
        rejectedBy);
  }

  private static boolean equal(
      @Nullable String a, @Nullable String b, BiPredicate<String, String> equal) {
    return Objects.equals(a, b) || (a != null && b != null && equal.test(a, b));
  }

  /** As MySQL does: digits at the begin, or 0. */
  private static double number(String text) {
    String digits = text.replaceFirst("^(\\d+(e\\d+)?)?.*", "$1");
    return digits.isEmpty() ? 0 : Double.parseDouble(digits);
  }

  private static OAuthToken withoutNull(OAuthToken token) {
    return token.toBuilder()
        .accessToken(Objects.requireNonNullElse(token.accessToken(), ""))
        .refreshToken(Objects.requireNonNullElse(token.refreshToken(), ""))
        .sessionKey(Objects.requireNonNullElse(token.sessionKey(), ""))
        .build();
  }

  /** Reads, compares and writes in three steps. */
  private static final class LosesUpdates extends PlainTokenStore {
    LosesUpdates(Data data) {
      super(data);
    }

    @Override
    public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
      checkExpected(openid, expected);
      check(openid, token);
      requireOpen();
      OAuthToken stored = look(openid);
      if (stored == null || !matches(stored, expected)) {
        return false;
      }
      data.meeting().await();
      saveToken(openid, token);
      return true;
    }
  }
}
