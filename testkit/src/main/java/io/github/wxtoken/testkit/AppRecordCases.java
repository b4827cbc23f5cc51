package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.session;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The records of an app, {@code WeChatApp}: an access token or a ticket under a key of its own,
 * without a refresh token. They stand among the tokens of users, in all stores and tables.
 */
abstract class AppRecordCases extends Cases {
  private static final String APPID = "wx0123456789abcdef";

  /** As long as the field gets: a token that WeChat has refused, after the day's last force. */
  private static final String LONGEST_SCOPE = "refused,forced=20/9999999,last=999999999999";

  AppRecordCases(TokenStoreContract contract) {
    super(contract);
  }

  private static OAuthToken record(String key) {
    return OAuthToken.builder()
        .openid(key)
        .accessToken("CANARY_" + "t".repeat(150))
        .expiresIn(7200)
        .createAt(Tokens.CREATED)
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"app:", "ticket:jsapi:", "ticket:card:"})
  void aRecordComesBackWhole(String prefix) throws Exception {
    OAuthToken record = record(prefix + APPID);

    assertThat(store.saveTokenIfAbsent(record.openid(), record)).isTrue();

    assertStored(record);
    assertThat(scan()).containsExactly(record);
  }

  @Test
  void aRefusedTokenIsMarkedInItsPlace() throws Exception {
    OAuthToken record = record("app:" + APPID);
    OAuthToken refused = record.toBuilder().expiresIn(0).scope(LONGEST_SCOPE).build();
    store.saveToken(record.openid(), record);

    assertThat(store.replaceToken(record.openid(), record, refused)).isTrue();

    assertStored(refused);
    assertThat(store.replaceToken(record.openid(), record, refused))
        .as("the same grant, by another caller that saw the refusal")
        .isTrue();
  }

  @Test
  void aLateRefusalDoesNotReplaceAFreshToken() throws Exception {
    OAuthToken record = record("app:" + APPID);
    OAuthToken fresh =
        record.toBuilder().accessToken("CANARY_fresh").createAt(Tokens.CREATED + 1).build();
    store.saveToken(record.openid(), fresh);

    assertThat(store.replaceToken(record.openid(), record, record.toBuilder().expiresIn(0).build()))
        .isFalse();

    assertStored(fresh);
  }

  @Test
  void theFirstRecordIsSavedByOneOfManyCallers() {
    List<Boolean> saved =
        race(
            8,
            number -> {
              OAuthToken mine =
                  record("app:" + APPID).toBuilder().accessToken("CANARY_" + number).build();
              return store.saveTokenIfAbsent(mine.openid(), mine);
            });

    assertThat(saved).containsOnlyOnce(true);
  }

  @Test
  void usersAreListedWithoutApps() {
    Stream.of("app:", "ticket:jsapi:", "ticket:card:")
        .map(prefix -> record(prefix + APPID))
        .forEach(record -> store.saveToken(record.openid(), record));
    store.saveToken("oUser", token("oUser"));
    store.saveToken("app:user", token("app:user")); // under a scoped view of the appid "app"
    if (hasRoomFor(Room.SESSION)) {
      store.saveToken("oSession", session("oSession"));
    }

    List<OAuthToken> users;
    try (Stream<OAuthToken> stream = store.users()) {
      users = stream.toList();
    }

    assertThat(users)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    token("oUser"),
                    token("app:user"),
                    hasRoomFor(Room.SESSION) ? session("oSession") : null)
                .filter(Objects::nonNull)
                .toList());
  }
}
