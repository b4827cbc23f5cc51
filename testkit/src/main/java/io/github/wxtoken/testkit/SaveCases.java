package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.session;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link TokenStore#saveToken}. */
abstract class SaveCases extends Cases {

  SaveCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void theLastWriteWins() throws Exception {
    OAuthToken first = token("oTwice");

    store.saveToken("oTwice", renewed(first, 2));
    store.saveToken("oTwice", first);

    assertStored(first);
    assertThat(scan()).containsExactly(first);
  }

  @Test
  void savingOverATokenLeavesNothingOfItBehind() throws Exception {
    OAuthToken before =
        token("oOver").toBuilder().unionid("o6_before").extraJson("{\"before\":true}").build();
    store.saveToken("oOver", before);

    store.saveToken("oOver", renewed(token("oOver"), 1));

    assertStored(renewed(token("oOver"), 1));
  }

  @Test
  void savingASessionOverATokenLeavesNothingOfItBehind() throws Exception {
    assumeRoomFor(Room.SESSION);
    store.saveToken("oBoth", token("oBoth"));

    store.saveToken("oBoth", session("oBoth"));
    assertStored(session("oBoth"));

    store.saveToken("oBoth", token("oBoth"));
    assertStored(token("oBoth"));
  }

  @Test
  void savingTheSameTokenAgainIsNoError() throws Exception {
    store.saveToken("oSame", token("oSame"));
    store.saveToken("oSame", token("oSame"));

    assertStored(token("oSame"));
  }

  @Test
  void otherTokensStayAsTheyAre() {
    store.saveToken("oLeft", token("oLeft"));
    store.saveToken("oRight", token("oRight"));

    store.saveToken("oLeft", renewed(token("oLeft"), 1));

    assertThat(scan()).containsExactlyInAnyOrder(renewed(token("oLeft"), 1), token("oRight"));
  }

  @Test
  void thirtyTwoThreadsSaveOneKeyWithoutAnErrorAndOneOfTheirTokensIsLeftWhole() throws Exception {
    TokenStore other = open();
    List<OAuthToken> saved =
        race(
            32,
            number -> {
              OAuthToken mine = renewed(token("oBusy"), number);
              for (int i = 0; i < 5; i++) {
                (number % 2 == 0 ? store : other).saveToken("oBusy", mine);
              }
              return mine;
            });

    assertThat(scan()).hasSize(1);
    assertThat(saved).containsAll(scan());
  }

  @Test
  void thirtyTwoThreadsSaveManyKeysWithoutAnError() throws Exception {
    TokenStore other = open();
    race(
        32,
        number -> {
          TokenStore mine = number % 2 == 0 ? store : other;
          for (int i = 0; i < 5; i++) {
            OAuthToken token = token("o" + number + "-" + i);
            mine.saveToken(token.openid(), token);
          }
          return number;
        });

    assertThat(scan())
        .hasSize(160)
        .allSatisfy(read -> assertThat(read).isEqualTo(token(read.openid())));
  }

  @Test
  void aTokenOfAnotherOpenidIsRefused() {
    assertThatThrownBy(() -> store.saveToken("oMine", token("oYours")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scan()).isEmpty();
  }

  @Test
  @SuppressWarnings("NullAway") // Null is the subject of the case.
  void noTokenIsRefused() {
    assertThatThrownBy(() -> store.saveToken("oNull", null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scan()).isEmpty();
  }

  @Test
  void theTokenOfASnapshotUserIsRefused() {
    OAuthToken snapshot = token("oSnap").toBuilder().snapshotUser(true).build();

    assertThatThrownBy(() -> store.saveToken("oSnap", snapshot))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(scan()).isEmpty();
  }
}
