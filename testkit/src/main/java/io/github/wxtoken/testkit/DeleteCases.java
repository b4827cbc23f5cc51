package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link TokenStore#deleteToken}. */
abstract class DeleteCases extends Cases {

  DeleteCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void aDeletedTokenIsGoneForEveryProcess() throws Exception {
    TokenStore other = open();
    store.saveToken("oGone", token("oGone"));

    assertThat(store.deleteToken("oGone")).isTrue();

    assertThat(store.getToken("oGone")).isEmpty();
    assertThat(other.getToken("oGone")).isEmpty();
    assertThat(scan()).isEmpty();
  }

  @Test
  void aMissingTokenIsNotDeleted() {
    assertThat(store.deleteToken("oMissing")).isFalse();
  }

  @Test
  void noOtherTokenIsDeletedInPlaceOfAMissingOne() throws Exception {
    store.saveToken("oOther", token("oOther"));

    assertThat(store.deleteToken("oMissing")).isFalse();

    assertStored(token("oOther"));
  }

  @Test
  void aTokenIsDeletedOnce() {
    store.saveToken("oOnce", token("oOnce"));

    assertThat(store.deleteToken("oOnce")).isTrue();
    assertThat(store.deleteToken("oOnce")).isFalse();
  }

  @Test
  void aTokenThatAnotherProcessSavedIsDeleted() throws Exception {
    open().saveToken("oTheirs", token("oTheirs"));

    assertThat(store.deleteToken("oTheirs")).isTrue();

    assertThat(scan()).isEmpty();
  }

  @Test
  void theExpectedGrantIsDeleted() throws Exception {
    store.saveToken("oUser", token("oUser"));

    assertThat(store.deleteToken("oUser", token("oUser"))).isTrue();

    assertThat(scan()).isEmpty();
    assertThat(store.deleteToken("oUser", token("oUser"))).isFalse();
  }

  @Test
  void anotherGrantThanTheExpectedOneStays() throws Exception {
    OAuthToken old = token("oUser");
    for (OAuthToken later :
        List.of(
            old.toBuilder().accessToken("AT-another").build(),
            old.toBuilder().refreshToken("RT-another").build(),
            old.toBuilder().createAt(old.createAt() + 1).build())) {
      store.saveToken("oUser", later);

      assertThat(store.deleteToken("oUser", old)).isFalse();

      assertStored(later);
    }
  }

  @Test
  void aRefreshAndAConditionalDeletionExcludeEachOther() throws Exception {
    OAuthToken old = token("oRace");
    TokenStore other = open();
    store.saveToken("oRace", old);

    List<Boolean> won =
        race(
            8,
            number ->
                number % 2 == 0
                    ? store.deleteToken("oRace", old)
                    : other.replaceToken("oRace", old, renewed(old, number)));

    assertThat(won).containsOnlyOnce(true);
    assertThat(scan()).hasSize(won.indexOf(true) % 2);
  }

  @Test
  void otherTokensStayAsTheyAre() {
    store.saveToken("oA", token("oA"));
    store.saveToken("oa", token("oa"));
    store.saveToken("oA1", token("oA1"));

    assertThat(store.deleteToken("oA")).isTrue();

    assertThat(scan()).containsExactlyInAnyOrder(token("oa"), token("oA1"));
  }

  @Test
  void aDeletedTokenCanBeSavedAgainAndNothingOfItComesBack() throws Exception {
    store.saveToken(
        "oAgain", token("oAgain").toBuilder().unionid("o6_u").extraJson("{\"a\":1}").build());
    store.deleteToken("oAgain");

    store.saveToken("oAgain", renewed(token("oAgain"), 1));

    assertStored(renewed(token("oAgain"), 1));
  }

  @Test
  void oneOfThirtyTwoThreadsDeletes() throws Exception {
    TokenStore other = open();
    store.saveToken("oRace", token("oRace"));

    List<Boolean> deleted =
        race(32, number -> (number % 2 == 0 ? store : other).deleteToken("oRace"));

    assertThat(deleted).containsOnlyOnce(true);
    assertThat(scan()).isEmpty();
  }
}
