package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of a token. */
class OAuthTokenTest {
  private static final Instant START = Instant.ofEpochMilli(1538990000000L);

  private static OAuthToken full() {
    return OAuthToken.builder()
        .accessToken("AT")
        .expiresIn(7200)
        .refreshToken("RT")
        .openid("OID")
        .scope("snsapi_userinfo")
        .unionid("UID")
        .sessionKey("SK")
        .extra(Map.of("more", 1))
        .createAt(START.toEpochMilli())
        .build();
  }

  @Test
  void whatIsBuiltIsWhatIsThere() {
    OAuthToken token = full();
    assertThat(token.accessToken()).isEqualTo("AT");
    assertThat(token.expiresIn()).isEqualTo(7200);
    assertThat(token.refreshToken()).isEqualTo("RT");
    assertThat(token.openid()).isEqualTo("OID");
    assertThat(token.scope()).isEqualTo("snsapi_userinfo");
    assertThat(token.unionid()).isEqualTo("UID");
    assertThat(token.sessionKey()).isEqualTo("SK");
    assertThat(token.isSnapshotUser()).isFalse();
    assertThat(token.extra()).containsExactly(Map.entry("more", 1L));
    assertThat(token.extraJson()).isEqualTo("{\"more\":1}");
    assertThat(token.createAt()).isEqualTo(START.toEpochMilli());
  }

  @Test
  void onlyTheOpenidMustBeThere() {
    OAuthToken token = OAuthToken.builder().openid("OID").build();
    assertThat(token.accessToken()).isNull();
    assertThat(token.refreshToken()).isNull();
    assertThat(token.scope()).isNull();
    assertThat(token.unionid()).isNull();
    assertThat(token.sessionKey()).isNull();
    assertThat(token.extra()).isEmpty();
    assertThat(token.extraJson()).isNull();
    assertThat(token.expiresIn()).isZero();
    assertThat(token.createAt()).isZero();
  }

  @Test
  void thereIsNoTokenWithoutAnOpenidOrWithANegativeTime() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.builder().build())
        .withMessage("openid must not be empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.builder().openid("").build())
        .withMessage("openid must not be empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> full().toBuilder().expiresIn(-1).build())
        .withMessage("expires_in and create_at must not be negative");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> full().toBuilder().createAt(-1).build())
        .withMessage("expires_in and create_at must not be negative");
  }

  @Test
  void aTokenExpiresItsLifeAfterTheRequestWasSent() {
    assertThat(full().expiresAt()).isEqualTo(START.plusSeconds(7200));
  }

  @Test
  void aTokenIsValidUntilJustBeforeItExpires() {
    Instant end = full().expiresAt();
    assertThat(full().isValid(end.minusMillis(1))).isTrue();
    assertThat(full().isValid(end.minusNanos(1))).isTrue();
    assertThat(full().isValid(end)).isFalse();
    assertThat(full().isValid(end.plusMillis(1))).isFalse();
  }

  @Test
  void aTokenIsJudgedByTheSystemClockUnlessTold() {
    assertThat(full().isValid()).isFalse();
    OAuthToken fresh = full().toBuilder().createAt(System.currentTimeMillis()).build();
    assertThat(fresh.isValid()).isTrue();
  }

  @Test
  void aTokenWithoutAccessTokenOrLifeIsNeverValid() {
    assertThat(full().toBuilder().accessToken(null).build().isValid(START)).isFalse();
    assertThat(full().toBuilder().accessToken("").build().isValid(START)).isFalse();
    assertThat(full().toBuilder().expiresIn(0).build().isValid(START)).isFalse();
  }

  @Test
  void timesTooLargeForADateAreFarAwayAndNotInThePast() {
    OAuthToken hostile =
        full().toBuilder().expiresIn(Long.MAX_VALUE).createAt(Long.MAX_VALUE).build();
    assertThat(hostile.isValid(Instant.parse("9999-12-31T23:59:59Z"))).isTrue();
    assertThat(full().toBuilder().expiresIn(Long.MAX_VALUE).build().isValid(START)).isTrue();
    assertThat(hostile.toString()).contains("expiresAt=");
    assertThat(Duration.between(START, hostile.expiresAt())).isPositive();
  }

  static Stream<UnaryOperator<OAuthToken.Builder>> grantFields() {
    return Stream.of(
        token -> token.accessToken("other"),
        token -> token.accessToken(null),
        token -> token.refreshToken("other"),
        token -> token.refreshToken(null),
        token -> token.sessionKey("other"),
        token -> token.sessionKey(null),
        token -> token.createAt(START.toEpochMilli() + 1));
  }

  static Stream<UnaryOperator<OAuthToken.Builder>> otherFields() {
    return Stream.of(
        token -> token.openid("other"),
        token -> token.expiresIn(7201),
        token -> token.scope("other"),
        token -> token.scope(null),
        token -> token.unionid("other"),
        token -> token.unionid(null),
        token -> token.snapshotUser(true),
        token -> token.extra(Map.of()),
        token -> token.extra(Map.of("more", 2)));
  }

  @ParameterizedTest
  @MethodSource("grantFields")
  void tokensSecretsAndCreateAtMakeTheGrant(UnaryOperator<OAuthToken.Builder> change) {
    OAuthToken other = change.apply(full().toBuilder()).build();
    assertThat(full().sameGrant(other)).isFalse();
    assertThat(other.sameGrant(full())).isFalse();
    assertThat(full()).isNotEqualTo(other);
  }

  @ParameterizedTest
  @MethodSource("otherFields")
  void otherFieldsMakeAnotherTokenOfTheSameGrant(UnaryOperator<OAuthToken.Builder> change) {
    OAuthToken other = change.apply(full().toBuilder()).build();
    assertThat(full().sameGrant(other)).isTrue();
    assertThat(full()).isNotEqualTo(other);
  }

  @Test
  void equalTokensAreEqual() {
    assertThat(full()).isEqualTo(full()).hasSameHashCodeAs(full());
    assertThat(full().toBuilder().build()).isEqualTo(full());
    assertThat(full()).isNotEqualTo("OID");
    OAuthToken bare = OAuthToken.builder().openid("OID").build();
    assertThat(bare.sameGrant(OAuthToken.builder().openid("OID").build())).isTrue();
  }

  @Test
  void toStringShowsWhoseWhatAndUntilWhenAndNoSecret() {
    OAuthToken token =
        full().toBuilder()
            .accessToken("canary1")
            .refreshToken("canary2")
            .sessionKey("canary3")
            .unionid("canary4")
            .extra(Map.of("canary5", "canary6"))
            .build();
    assertThat(token)
        .hasToString(
            "OAuthToken[openid=OID, scope=snsapi_userinfo, expiresAt=2018-10-08T11:13:20Z]");
    for (Object holder : new Object[] {token.toBuilder(), new GrantKey(token)}) {
      assertThat(holder.toString()).doesNotContain("canary");
    }
  }

  @Test
  void extraIsACopyThatNobodyCanChange() {
    List<Object> list = new ArrayList<>(List.of("a"));
    Map<String, Object> map = new HashMap<>(Map.of("list", list, "map", new HashMap<>()));
    OAuthToken token = full().toBuilder().extra(map).build();
    list.add("b");
    map.clear();
    assertThat(token.extra()).isEqualTo(Map.of("list", List.of("a"), "map", Map.of()));
    assertThatThrownBy(() -> token.extra().put("x", 1))
        .isInstanceOf(UnsupportedOperationException.class);
    for (Object inner : token.extra().values()) {
      assertThatThrownBy(() -> clear(inner)).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  private static void clear(Object container) {
    if (container instanceof List<?> list) {
      list.clear();
    } else {
      ((Map<?, ?>) container).remove("x");
      throw new UnsupportedOperationException("an empty map may ignore it");
    }
  }

  @Test
  void numbersInExtraHaveOneTypeForEachKind() {
    OAuthToken fromInt = full().toBuilder().extra(Map.of("n", 5)).build();
    OAuthToken fromLong = full().toBuilder().extra(Map.of("n", 5L)).build();
    OAuthToken fromJson = full().toBuilder().extraJson("{\"n\":5}").build();
    assertThat(fromInt).isEqualTo(fromLong).isEqualTo(fromJson);
  }

  @Test
  void extraTakesOnlyWhatJsonHas() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.builder().extra(Map.of("n", START)))
        .withMessage("java.time.Instant is not a JSON value");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.builder().extra(Map.of("n", Double.NaN)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.builder().extraJson("[\"canary\"]"))
        .withMessage("not a JSON object");
    assertThat(full().toBuilder().extraJson(null).build().extra()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "access_token",
        "expires_in",
        "refresh_token",
        "openid",
        "scope",
        "is_snapshotuser",
        "unionid",
        "session_key",
        "create_at"
      })
  void extraDoesNotHoldAFieldThatHasAMethod(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OAuthToken.builder().extra(Map.of(name, "CANARY")))
        .withMessage("extra must not have the field " + name);
  }
}
