package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.CREATED;
import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.session;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** {@link TokenStore#replaceToken}: compare-and-set. */
abstract class ReplaceCases extends Cases {
  private static final OAuthToken OLD = token("oUser");
  private static final OAuthToken NEW = renewed(OLD, 1);

  ReplaceCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void theSameGrantIsReplaced() throws Exception {
    store.saveToken("oUser", OLD);

    assertThat(store.replaceToken("oUser", OLD, NEW)).isTrue();

    assertStored(NEW);
  }

  @Test
  void whatWasReadIsReplaced() throws Exception {
    store.saveToken("oUser", OLD.toBuilder().unionid("o6_u").extraJson("{\"a\":1.10}").build());

    assertThat(store.replaceToken("oUser", store.getToken("oUser").orElseThrow(), NEW)).isTrue();

    assertStored(NEW);
  }

  @Test
  void aTokenThatAnotherProcessSavedIsReplaced() throws Exception {
    open().saveToken("oUser", OLD);

    assertThat(store.replaceToken("oUser", OLD, NEW)).isTrue();

    assertStored(NEW);
  }

  @Test
  void aTokenIsReplacedOnce() throws Exception {
    store.saveToken("oUser", OLD);

    assertThat(store.replaceToken("oUser", OLD, NEW)).isTrue();
    assertThat(store.replaceToken("oUser", OLD, renewed(OLD, 2))).isFalse();

    assertStored(NEW);
  }

  @Test
  void aTokenIsReplacedByItself() throws Exception {
    store.saveToken("oUser", OLD);

    assertThat(store.replaceToken("oUser", OLD, OLD)).isTrue();

    assertStored(OLD);
  }

  @Test
  void anotherAccessTokenIsAnotherGrant() throws Exception {
    assertNotReplaced(OLD, OLD.toBuilder().accessToken("AT-another").build());
  }

  @Test
  void anotherRefreshTokenIsAnotherGrant() throws Exception {
    assertNotReplaced(OLD, OLD.toBuilder().refreshToken("RT-another").build());
  }

  @Test
  void anotherCreateAtIsAnotherGrant() throws Exception {
    assertNotReplaced(OLD, OLD.toBuilder().createAt(CREATED + 1).build());
    assertNotReplaced(OLD, OLD.toBuilder().createAt(CREATED - 1).build());
  }

  @Test
  void anotherSessionKeyIsAnotherGrant() throws Exception {
    assumeRoomFor(Room.SESSION);

    assertNotReplaced(
        session("oUser"),
        session("oUser").toBuilder().sessionKey("HyVFkGl5F5OQWJZZaNzBBg==").build());
  }

  @Test
  void tokensAreComparedByCase() throws Exception {
    OAuthToken lower = OLD.toBuilder().accessToken("token-a").refreshToken("token-b").build();

    assertNotReplaced(lower, lower.toBuilder().accessToken("token-A").build());
    assertNotReplaced(lower, lower.toBuilder().refreshToken("token-B").build());
  }

  @Test
  void sessionKeysAreComparedByCase() throws Exception {
    assumeRoomFor(Room.SESSION);
    OAuthToken lower = session("oUser").toBuilder().sessionKey("session-a").build();

    assertNotReplaced(lower, lower.toBuilder().sessionKey("session-A").build());
  }

  @Test
  void tokensAreComparedWithTheirTrailingBlanks() throws Exception {
    assertNotReplaced(OLD, OLD.toBuilder().accessToken(OLD.accessToken() + " ").build());
    assertNotReplaced(OLD, OLD.toBuilder().refreshToken(OLD.refreshToken() + " ").build());
  }

  @Test
  void tokensAreComparedAsTextAndNotAsNumbers() throws Exception {
    OAuthToken digits = OLD.toBuilder().accessToken("100").refreshToken("0").build();

    assertNotReplaced(digits, digits.toBuilder().accessToken("1e2").build());
    assertNotReplaced(digits, digits.toBuilder().refreshToken("RT").build());
  }

  @Test
  void createAtIsComparedByEveryDigitAndNotAsAFloatingPointNumber() throws Exception {
    OAuthToken late = OLD.toBuilder().createAt(9_007_199_254_740_993L).build();

    assertNotReplaced(late, late.toBuilder().createAt(9_007_199_254_740_992L).build());
    assertThat(store.replaceToken("oUser", late, NEW)).isTrue();
  }

  @Test
  void theEndOfALongTokenCounts() throws Exception {
    String begin = "a".repeat(contract.longestToken() - 1);
    OAuthToken ends = OLD.toBuilder().accessToken(begin + "1").refreshToken(begin + "1").build();

    assertNotReplaced(ends, ends.toBuilder().accessToken(begin + "2").build());
    assertNotReplaced(ends, ends.toBuilder().refreshToken(begin + "2").build());
  }

  /**
   * A store may search for the new token to learn whether it wrote it. Such a store must not find
   * another process's token.
   */
  @Test
  void aTokenThatIsNotStoredIsNotReplacedByItself() throws Exception {
    assertNotReplacedByItself(OLD, OLD.toBuilder().accessToken("AT-another").build());
    assertNotReplacedByItself(OLD, OLD.toBuilder().refreshToken("RT-another").build());
    assertNotReplacedByItself(OLD, OLD.toBuilder().createAt(CREATED + 1).build());
  }

  @Test
  void aSessionThatIsNotStoredIsNotReplacedByItself() throws Exception {
    assumeRoomFor(Room.SESSION);

    assertNotReplacedByItself(
        session("oUser"),
        session("oUser").toBuilder().sessionKey("HyVFkGl5F5OQWJZZaNzBBg==").build());
  }

  @Test
  void nullEqualsNull() throws Exception {
    assumeRoomFor(Room.SESSION);
    store.saveToken("oUser", session("oUser"));

    assertThat(store.replaceToken("oUser", session("oUser"), OLD)).isTrue();

    assertStored(OLD);
  }

  @Test
  void nullIsNotTheEmptyString() throws Exception {
    assumeRoomFor(Room.SESSION);
    OAuthToken nothing = session("oUser").toBuilder().sessionKey(null).build();

    assertNotReplaced(nothing, nothing.toBuilder().accessToken("").build());
    assertNotReplaced(nothing, nothing.toBuilder().refreshToken("").build());
    assertNotReplaced(nothing, nothing.toBuilder().sessionKey("").build());
  }

  @Test
  void theEmptyStringIsNotNull() throws Exception {
    assumeRoomFor(Room.SESSION);
    OAuthToken empty = OLD.toBuilder().accessToken("").refreshToken("").sessionKey("").build();

    assertNotReplaced(empty, empty.toBuilder().accessToken(null).build());
    assertNotReplaced(empty, empty.toBuilder().refreshToken(null).build());
    assertNotReplaced(empty, empty.toBuilder().sessionKey(null).build());
  }

  @Test
  void aTokenIsNotASessionAndASessionNotAToken() throws Exception {
    assumeRoomFor(Room.SESSION);

    assertNotReplaced(OLD, session("oUser"));
    assertNotReplaced(session("oUser"), OLD);
  }

  @Test
  void scopeUnionidExpiresInAndUnknownFieldsAreNotCompared() throws Exception {
    store.saveToken("oUser", OLD);
    OAuthToken sameGrant =
        OLD.toBuilder()
            .scope("snsapi_base")
            .unionid("o6_another")
            .expiresIn(1)
            .extraJson("{\"another\":1}")
            .build();

    assertThat(store.replaceToken("oUser", sameGrant, NEW)).isTrue();

    assertStored(NEW);
  }

  /**
   * Another program may have stored the expected token, so no store needs to accept it as a new
   * token.
   */
  @Test
  void whatIsExpectedIsComparedAndNotSaved() throws Exception {
    store.saveToken("oUser", OLD);
    OAuthToken expected =
        OLD.toBuilder()
            .snapshotUser(true)
            .extraJson("{\"long\":\"" + "x".repeat(20_000) + "\"}")
            .build();

    assertThat(store.replaceToken("oUser", expected, NEW)).isTrue();

    assertStored(NEW);
  }

  @Test
  void nothingOfTheReplacedTokenIsLeftBehind() throws Exception {
    OAuthToken full = OLD.toBuilder().unionid("o6_u").extraJson("{\"before\":true}").build();
    store.saveToken("oUser", full);

    assertThat(store.replaceToken("oUser", full, NEW)).isTrue();

    assertStored(NEW);
  }

  @Test
  void everyFieldOfTheNewTokenIsStored() throws Exception {
    OAuthToken full =
        NEW.toBuilder()
            .refreshToken("RT-new")
            .scope("snsapi_base")
            .expiresIn(3600)
            .unionid("o6_new")
            .extraJson("{\"new\":[1.10,null]}")
            .build();
    store.saveToken("oUser", OLD);

    assertThat(store.replaceToken("oUser", OLD, full)).isTrue();

    assertStored(kept(full));
  }

  @Test
  void aMissingTokenIsNotReplacedAndNothingIsInserted() {
    assertThat(store.replaceToken("oUser", OLD, NEW)).isFalse();

    assertThat(scan()).isEmpty();
  }

  @Test
  void aDeletedTokenIsNotReplaced() {
    store.saveToken("oUser", OLD);
    store.deleteToken("oUser");

    assertThat(store.replaceToken("oUser", OLD, NEW)).isFalse();

    assertThat(scan()).isEmpty();
  }

  @Test
  void anExpiredTokenIsReplaced() throws Exception {
    OAuthToken expired = OLD.toBuilder().createAt(1).expiresIn(1).build();
    store.saveToken("oUser", expired);

    assertThat(store.replaceToken("oUser", expired, NEW)).isTrue();

    assertStored(NEW);
  }

  @Test
  void otherTokensStayAsTheyAre() {
    OAuthToken other = OLD.toBuilder().openid("oOther").build();
    store.saveToken("oUser", OLD);
    store.saveToken("oOther", other);

    assertThat(store.replaceToken("oUser", OLD, NEW)).isTrue();

    assertThat(scan()).containsExactlyInAnyOrder(NEW, other);
  }

  @Test
  void oneOfThirtyTwoThreadsReplaces() throws Exception {
    TokenStore other = open();
    store.saveToken("oUser", OLD);

    List<Boolean> replaced =
        race(
            32,
            number ->
                (number % 2 == 0 ? store : other)
                    .replaceToken("oUser", OLD, renewed(OLD, number + 1)));

    assertThat(replaced).containsOnlyOnce(true);
    assertStored(renewed(OLD, replaced.indexOf(true) + 1));
  }

  @Test
  void noIncrementOfACounterIsLost() throws Exception {
    TokenStore other = open();
    store.saveToken("oUser", OLD.toBuilder().accessToken("0").build());

    race(
        8,
        number -> {
          for (int i = 0; i < 25; i++) {
            increment(number % 2 == 0 ? store : other);
          }
          return number;
        });

    assertThat(store.getToken("oUser").orElseThrow().accessToken()).isEqualTo("200");
  }

  @Test
  void anExpectedTokenOfAnotherOpenidIsRefused() throws Exception {
    store.saveToken("oUser", OLD);

    assertRefused(OLD.toBuilder().openid("oOther").build(), NEW);
  }

  @Test
  void aNewTokenOfAnotherOpenidIsRefused() throws Exception {
    store.saveToken("oUser", OLD);

    assertRefused(OLD, NEW.toBuilder().openid("oOther").build());
  }

  @Test
  @SuppressWarnings("NullAway") // Null is the subject of the case.
  void noTokenIsRefused() throws Exception {
    store.saveToken("oUser", OLD);

    assertRefused(null, NEW);
    assertRefused(OLD, null);
  }

  @Test
  void theTokenOfASnapshotUserIsRefused() throws Exception {
    store.saveToken("oUser", OLD);

    assertRefused(OLD, NEW.toBuilder().snapshotUser(true).build());
  }

  private void assertNotReplaced(OAuthToken stored, OAuthToken expected) throws Exception {
    store.saveToken("oUser", stored);

    assertThat(store.replaceToken("oUser", expected, NEW)).isFalse();

    assertStored(stored);
  }

  private void assertNotReplacedByItself(OAuthToken stored, OAuthToken another) throws Exception {
    store.saveToken("oUser", stored);

    assertThat(store.replaceToken("oUser", another, another)).isFalse();

    assertStored(stored);
  }

  private void assertRefused(OAuthToken expected, OAuthToken token) throws Exception {
    assertThatThrownBy(() -> store.replaceToken("oUser", expected, token))
        .isInstanceOf(IllegalArgumentException.class);
    assertStored(OLD);
    assertThat(scan()).containsExactly(OLD);
  }

  private static void increment(TokenStore store) throws InterruptedException {
    OAuthToken read;
    OAuthToken next;
    do {
      if (Thread.interrupted()) {
        throw new InterruptedException("the race is over, and the counter has not moved");
      }
      read = store.getToken("oUser").orElseThrow();
      int count = Integer.parseInt(Objects.requireNonNull(read.accessToken()));
      next = read.toBuilder().accessToken(String.valueOf(count + 1)).build();
    } while (!store.replaceToken("oUser", read, next));
  }
}
