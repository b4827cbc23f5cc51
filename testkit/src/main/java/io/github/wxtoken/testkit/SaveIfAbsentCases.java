package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@link TokenStore#saveTokenIfAbsent}. */
abstract class SaveIfAbsentCases extends Cases {

  SaveIfAbsentCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void theFirstTokenIsInserted() throws Exception {
    assertThat(store.saveTokenIfAbsent("oNew", token("oNew"))).isTrue();

    assertStored(token("oNew"));
  }

  @Test
  void aTokenThatIsThereStays() throws Exception {
    store.saveToken("oOld", token("oOld"));

    assertThat(store.saveTokenIfAbsent("oOld", renewed(token("oOld"), 1))).isFalse();

    assertStored(token("oOld"));
  }

  @Test
  void aTokenThatAnotherProcessSavedStays() throws Exception {
    open().saveToken("oOld", token("oOld"));

    assertThat(store.saveTokenIfAbsent("oOld", renewed(token("oOld"), 1))).isFalse();

    assertStored(token("oOld"));
  }

  @Test
  void theSameTokenAgainIsNotInserted() {
    assertThat(store.saveTokenIfAbsent("oSame", token("oSame"))).isTrue();
    assertThat(store.saveTokenIfAbsent("oSame", token("oSame"))).isFalse();
  }

  @Test
  void anExpiredTokenIsThere() throws Exception {
    OAuthToken expired = token("oExpired").toBuilder().createAt(1).expiresIn(1).build();
    store.saveToken("oExpired", expired);

    assertThat(store.saveTokenIfAbsent("oExpired", token("oExpired"))).isFalse();

    assertStored(expired);
  }

  @Test
  void aDeletedTokenIsNotThere() throws Exception {
    store.saveToken("oGone", token("oGone"));
    store.deleteToken("oGone");

    assertThat(store.saveTokenIfAbsent("oGone", renewed(token("oGone"), 1))).isTrue();

    assertStored(renewed(token("oGone"), 1));
  }

  @Test
  void everyFieldIsInserted() throws Exception {
    OAuthToken full =
        token("oFull").toBuilder().unionid("o6_full").extraJson("{\"a\":[1.10]}").build();

    assertThat(store.saveTokenIfAbsent("oFull", full)).isTrue();

    assertStored(kept(full));
  }

  @Test
  void oneOfThirtyTwoThreadsInserts() throws Exception {
    TokenStore other = open();
    List<Boolean> inserted =
        race(
            32,
            number ->
                (number % 2 == 0 ? store : other)
                    .saveTokenIfAbsent("oRace", renewed(token("oRace"), number)));

    assertThat(inserted).containsOnlyOnce(true);
    assertStored(renewed(token("oRace"), inserted.indexOf(true)));
  }

  @Test
  void ofManyKeysEachIsInsertedByOneThread() throws Exception {
    TokenStore other = open();
    List<Long> inserted =
        race(
            8,
            number ->
                IntStream.range(0, 25)
                    .mapToObj(i -> token("o" + i))
                    .filter(
                        token ->
                            (number % 2 == 0 ? store : other)
                                .saveTokenIfAbsent(token.openid(), token))
                    .count());

    assertThat(inserted.stream().mapToLong(count -> count).sum()).isEqualTo(25);
    assertThat(scan()).hasSize(25);
  }

  @Test
  void aTokenOfAnotherOpenidIsRefused() {
    assertThatThrownBy(() -> store.saveTokenIfAbsent("oMine", token("oYours")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scan()).isEmpty();
  }

  @Test
  @SuppressWarnings("NullAway") // Null is the subject of the case.
  void noTokenIsRefused() {
    assertThatThrownBy(() -> store.saveTokenIfAbsent("oNull", null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scan()).isEmpty();
  }

  @Test
  void theTokenOfASnapshotUserIsRefused() {
    OAuthToken snapshot = token("oSnap").toBuilder().snapshotUser(true).build();

    assertThatThrownBy(() -> store.saveTokenIfAbsent("oSnap", snapshot))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scan()).isEmpty();
  }
}
